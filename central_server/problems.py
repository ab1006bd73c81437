"""Everything central refuses, as RFC 9457 problem documents. One table: name → HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from officer_console.central import wire

# tus 1.0, extension checksum
CHECKSUM_MISMATCH = 460

STATUS: dict[str, int] = {
    "malformed": HTTPStatus.BAD_REQUEST,
    "invalid-credentials": HTTPStatus.UNAUTHORIZED,
    "token-expired": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "locked-out": HTTPStatus.FORBIDDEN,
    "scope-revoked": HTTPStatus.FORBIDDEN,
    "not-found": HTTPStatus.NOT_FOUND,
    "unknown-dossier": HTTPStatus.NOT_FOUND,
    "unknown-blob": HTTPStatus.NOT_FOUND,
    "unknown-upload": HTTPStatus.NOT_FOUND,
    "method-not-allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "leased": HTTPStatus.CONFLICT,
    "already-decided": HTTPStatus.CONFLICT,
    "epoch-changed": HTTPStatus.CONFLICT,
    "offset-conflict": HTTPStatus.CONFLICT,
    "attachment-missing": HTTPStatus.CONFLICT,
    "uploads-full": HTTPStatus.CONFLICT,
    "dossier-gone": HTTPStatus.GONE,
    "cursor-expired": HTTPStatus.GONE,
    "version-conflict": HTTPStatus.PRECONDITION_FAILED,
    "unsupported-version": HTTPStatus.PRECONDITION_FAILED,
    "too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "not-an-image": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "not-a-pdf": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "wrong-media-type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "range-not-satisfiable": HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    "validation": HTTPStatus.UNPROCESSABLE_ENTITY,
    "client-too-old": HTTPStatus.UPGRADE_REQUIRED,
    "idempotency-mismatch": HTTPStatus.UNPROCESSABLE_ENTITY,
    "precondition-required": HTTPStatus.PRECONDITION_REQUIRED,
    "checksum-mismatch": CHECKSUM_MISMATCH,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """A refusal on its way to the client. The keyword arguments are the fields of ``wire.Problem``, but
    for ``headers``, which go with the answer.
    """

    def __init__(
        self,
        name: str,
        *,
        code: str | None = None,
        pointer: str | None = None,
        by: str | None = None,
        at: datetime | None = None,
        until: datetime | None = None,
        status_now: str | None = None,
        version: int | None = None,
        missing: tuple[str, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        self.name = name
        self.headers = dict(headers or {})
        self.status = STATUS[name]
        self.document = wire.Problem(
            type=wire.PROBLEM + name,
            title=name,
            status=int(self.status),
            code=code,
            pointer=pointer,
            by=by,
            at=at,
            until=until,
            status_now=status_now,
            version=version,
            missing=missing,
        )

    @classmethod
    def told(cls, document: wire.Problem) -> ProblemError:
        """Return the refusal that ``document`` told before."""
        error = cls(document.name)
        error.document = document
        return error

    def body(self, request_id: str) -> bytes:
        """Return the problem document; fields without a value are left out."""
        fields = {key: value for key, value in wire.plain(self.document).items() if value not in (None, (), [])}
        return wire.encode(fields | {"request_id": request_id})


def validation(code: str, field: str | None = None) -> ProblemError:
    """Return the ``validation`` problem of a broken rule; ``field`` becomes the JSON pointer."""
    return ProblemError("validation", code=code, pointer=None if field is None else "/" + field.replace(".", "/"))
