"""What central is, and the lists it hands out."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response

from central_server import audit, bounds, epochs, statements
from central_server.answers import PUBLIC, answer, gives, raw, takes
from central_server.blobs import BLOB_LIMIT
from central_server.decide import live
from central_server.problems import validation
from central_server.programs import TOO_OLD, up_to_date
from central_server.registry import ask
from central_server.services import Document, Parts, SignedIn, permit
from central_server.times import stamp
from central_server.uploads import UNFINISHED_BYTES_LIMIT, UNFINISHED_LIMIT
from officer_console.central import wire
from officer_console.domain.errors import RuleError
from officer_console.domain.identifiers import social_code
from officer_console.domain.officer import Action

router = APIRouter()
LIMITS = wire.Limits(
    body_bytes=bounds.BODY_LIMIT,
    picture_bytes=BLOB_LIMIT,
    unfinished_bytes=UNFINISHED_BYTES_LIMIT,
    page=wire.PAGE_LIMIT,
    unfinished_uploads=UNFINISHED_LIMIT,
    photos=bounds.PHOTO_LIMIT,
    text=bounds.TEXT_LIMIT,
)


class ReferenceKind(StrEnum):
    """The lists."""

    SETTINGS = "settings"
    REASONS = "reasons"
    LABELS = "labels"
    OFFICES = "offices"


@router.get("/v1/meta", openapi_extra=PUBLIC, responses=gives((200, "Central's epoch and clock", "Meta")))
def meta(parts: Parts) -> Response:
    """Tell epoch, time, versions and limits; needs no sign-in."""
    epoch, now = parts.database.epoch, parts.clock()
    return answer(wire.Meta(epoch=epoch, server_time=now, min_client=parts.min_client, limits=LIMITS))


@router.get(
    "/v1/reference/{kind}", responses=gives((200, "The list", None), (304, "Still the list of If-None-Match", None))
)
def reference(
    kind: ReferenceKind,
    parts: Parts,
    caller: SignedIn,  # noqa: ARG001 - only who has signed in
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Hand out a list that the deployment edits."""
    found = parts.references.served[kind.value]
    headers = {"ETag": found.etag, "Cache-Control": "private, no-cache"}
    if if_none_match is not None and found.etag in if_none_match:
        return Response(status_code=304, headers=headers)
    return raw(found.body, headers=headers)


@router.post(
    "/v1/household-checks",
    dependencies=[Depends(up_to_date)],
    openapi_extra=takes("HouseholdQuestion"),
    responses=gives(
        (200, "What the household registry says", "HouseholdAnswer"),
        (403, "Not the officer's office (scope-revoked), or not his to do (forbidden)", "Problem"),
        (404, "Not in this scope (unknown-dossier)", "Problem"),
        (410, "Has left the scope (dossier-gone)", "Problem"),
        TOO_OLD,
    ),
)
def household_check(parts: Parts, caller: SignedIn, body: Document) -> Response:
    """Ask the household registry what it says to a dossier's declaration. Silence is an answer, too.

    The registry knows everybody in the country; who asks leaves a trace and can ask about his own dossiers only.
    """
    question = bounds.read_body(body, wire.HouseholdQuestion)
    permit(caller, Action.DECIDE, question.scope_id)
    now = parts.clock()
    with parts.database.write() as connection:
        stored, dossier = live(connection, question.scope_id, question.dossier_id)
        try:
            code = social_code(dossier.declaration.social_code)
        except RuleError as error:
            raise validation(error.code, error.field) from None
        counter = connection.execute(statements.SCOPE_LOCK, {"scope_id": stored.scope_id}).one_or_none()
        epochs.agree(connection, stored.scope_id, counter)
        entry = {"at": stamp(now), "what": "household_asked", "dossier_id": stored.id, "officer_id": caller.officer.id}
        audit.note(connection, stored.scope_id, {**entry, "version": dossier.version})
    return answer(wire.HouseholdAnswer(answer=ask(parts.registry, code, dossier.declaration.full_name, now)))
