"""Forms on paper: the keys of their codes, the signed sheets that come back, and the notices the office has signed."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Response

from central_server import bounds, form_keys, signed_forms, signed_notices
from central_server.answers import answer, gives, takes
from central_server.blobs import BLOB_LIMIT, MAGIC
from central_server.decide import live
from central_server.problems import ProblemError, validation
from central_server.services import Actor, Document, DossierId, Parts, ScopeId, Viewer
from officer_console.domain.form import VERSION_LIMIT, FormKind, SignedForm, office_of
from officer_console.domain.notice import PAGES_LIMIT, SIZE_LIMIT, Notice

router = APIRouter(prefix="/v1/scopes/{scope_id}")

_SHA256 = re.compile(bounds.SHA256[1:-1])
_OPERATION = re.compile(r"[0-9A-Za-z-]{1,64}")
_SERIAL = re.compile(r"[0-9a-f]{1,64}")
_NAME_LIMIT = 200
_NUMBER = re.compile(r"[0-9A-Za-zĐđ/-]{1,16}")
_YEARS = range(2000, 2200)
_OFFICE = re.compile(bounds.SCOPE[1:-1])


@router.get(
    "/form-keys",
    responses=gives(
        (200, "The keys of an office's forms", "FormKeys"),
        (404, "Not in this scope (unknown-dossier)", "Problem"),
        (410, "Has left the scope (dossier-gone)", "Problem"),
    ),
)
def keys(
    parts: Parts,
    caller: Viewer,  # noqa: ARG001 - the dependency is the check
    scope_id: ScopeId,
    dossier_id: Annotated[str | None, Query(pattern=bounds.DOSSIER_ID)] = None,
) -> Response:
    """Hand out the keys of the scope's forms; with ``dossier_id`` those of the office in that dossier's number.

    A dossier that has moved keeps its number, and the sheets that were printed of it keep their codes: whoever has the
    dossier has to read them.
    """
    office = scope_id
    with parts.database.read() as connection:
        if dossier_id is not None:
            _, dossier = live(connection, scope_id, dossier_id)
            office = office_of(dossier.number)
            if not _OFFICE.fullmatch(office):
                raise ProblemError("unknown-dossier")
        current = form_keys.generation(connection)
    return answer(form_keys.keys_of(parts.database.state.cursor_secret, office, current))


@router.put(
    "/dossiers/{dossier_id}/signed-form",
    status_code=204,
    openapi_extra=takes("SignedForm"),
    responses=gives(
        (204, "In the dossier, now or since before", None),
        (409, "The picture has not come (attachment-missing)", "Problem"),
        (412, "Another sheet is there (version-conflict)", "Problem"),
    ),
)
def put_signed_form(parts: Parts, caller: Actor, scope_id: ScopeId, dossier_id: DossierId, body: Document) -> Response:
    """Put a signed sheet into a dossier, decided or not."""
    form = bounds.read_body(body, SignedForm)
    for field in ("sha256", "replaces"):
        if not _SHA256.fullmatch(getattr(form, field) or "0" * 64):
            raise validation("malformed", field)
    if form.media_type not in MAGIC or not 1 <= form.size <= BLOB_LIMIT:
        raise validation("out-of-range", "size")
    if not 0 <= form.form_kind <= VERSION_LIMIT or not 0 <= form.form_version <= VERSION_LIMIT:
        raise validation("out-of-range", "form_kind")
    place = scope_id, dossier_id
    signed_forms.put(parts.database, parts.blobs, caller.officer, place, form, parts.clock)
    return Response(status_code=204)


@router.put(
    "/dossiers/{dossier_id}/signed-notice",
    status_code=204,
    openapi_extra=takes("Notice"),
    responses=gives(
        (204, "In the dossier, now or since before", None),
        (409, "The file has not come (attachment-missing)", "Problem"),
        (412, "Another decision, notice or number is in the way (version-conflict)", "Problem"),
    ),
)
def put_signed_notice(
    parts: Parts, caller: Actor, scope_id: ScopeId, dossier_id: DossierId, body: Document
) -> Response:
    """Put a notice that was signed digitally into the dossier whose decision it tells of."""
    notice = bounds.read_body(body, Notice)
    for field, form in (("sha256", _SHA256), ("decision", _OPERATION), ("certificate", _SERIAL)):
        if not form.fullmatch(getattr(notice, field)):
            raise validation("malformed", field)
    if notice.replaces is not None and not _SHA256.fullmatch(notice.replaces):
        raise validation("malformed", "replaces")
    if notice.number and not _NUMBER.fullmatch(notice.number):
        raise validation("malformed", "number")
    if notice.year not in (_YEARS if notice.number else (0,)):
        raise validation("out-of-range", "year")
    if notice.signed_at.tzinfo is None:
        raise validation("malformed", "signed_at")
    bounds.bounded(notice.signer, _NAME_LIMIT, "signer")
    if notice.form_kind not in {FormKind.ACCEPTED, FormKind.REFUSED}:
        raise validation("out-of-range", "form_kind")
    if not 1 <= notice.size <= SIZE_LIMIT:
        raise validation("out-of-range", "size")
    if not 1 <= notice.pages <= PAGES_LIMIT:
        raise validation("out-of-range", "pages")
    place = scope_id, dossier_id
    signed_notices.put(parts.database, parts.blobs, caller.officer, place, notice, parts.clock)
    return Response(status_code=204)
