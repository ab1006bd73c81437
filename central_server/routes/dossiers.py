"""The dossiers of a scope: feed, document, lease, decision."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Response

from central_server import bounds, epochs, feed, seen, statements
from central_server.answers import answer, compressed, gives, raw, takes
from central_server.cursor import place
from central_server.problems import ProblemError, validation
from central_server.programs import TOO_OLD, up_to_date
from central_server.services import Actor, Document, DossierId, Parts, ScopeId, SignedIn, Viewer, permit
from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.domain.lease import REASON_LIMIT
from officer_console.domain.officer import Action

router = APIRouter(prefix="/v1/scopes/{scope_id}")

CURSOR_LIMIT = 512


class LeaseRequest(msgspec.Struct, frozen=True):
    """Body of ``POST …/lease``; ``break`` takes the dossier from another officer (supervisors only).

    ``reason`` says why, in the supervisor's words, for the officer who had it and for the audit trail.
    """

    break_other: bool = msgspec.field(default=False, name="break")
    reason: Annotated[str, msgspec.Meta(max_length=REASON_LIMIT)] | None = None


@router.get(
    "/changes",
    dependencies=[Depends(up_to_date)],
    responses=gives(
        (200, "One page of the state feed", "Page"),
        (409, "The cursor is of before a restore (epoch-changed)", "Problem"),
        (410, "The cursor is of no use any more (cursor-expired)", "Problem"),
        TOO_OLD,
    ),
)
def changes(
    parts: Parts,
    caller: Viewer,  # noqa: ARG001 - the dependency is the check
    scope_id: ScopeId,
    cursor: Annotated[str | None, Query(max_length=CURSOR_LIMIT)] = None,
    limit: Annotated[int, Query(ge=1, le=wire.PAGE_LIMIT)] = wire.PAGE_LIMIT,
    accept_encoding: Annotated[str, Header(max_length=200)] = "",
) -> Response:
    """Tell what changed after ``cursor``; without one, from the beginning."""
    try:
        first = place(parts.database.state, scope_id, cursor).first
    except ProblemError as error:
        if error.name == "epoch-changed":
            with parts.database.look() as connection:
                epochs.confirm(connection)
        raise
    with parts.database.read() as connection:
        body = feed.page(connection, parts.database.state, scope_id, cursor, limit)
    # a first sync comes over the office's slow line at once, what changed since comes bit by bit
    return compressed(body, accept_encoding, tight=first)


@router.get(
    "/dossiers/{dossier_id}",
    dependencies=[Depends(up_to_date)],
    responses=gives((200, "The document", "Dossier"), TOO_OLD),
)
def dossier(
    parts: Parts,
    caller: Viewer,  # noqa: ARG001 - the dependency is the check
    scope_id: ScopeId,
    dossier_id: DossierId,
) -> Response:
    """Hand out one document with the tag a decision on it needs.

    There is no 304: a lease and the state of a message change the document but not its version, and so not its tag.
    """
    with parts.database.read() as connection:
        row = connection.execute(statements.DOSSIER, {"scope_id": scope_id, "id": dossier_id}).one_or_none()
    if row is None:
        raise ProblemError("unknown-dossier")
    if row.gone:
        raise ProblemError("dossier-gone", code=row.why)
    return raw(row.doc.encode(), headers={"ETag": wire.etag(parts.database.epoch, row.version)})


@router.post(
    "/dossiers/{dossier_id}/lease",
    dependencies=[Depends(up_to_date)],
    openapi_extra=takes("LeaseRequest"),
    responses=gives(
        (200, "The document with the caller's lease", "Leased"), (409, "Held or decided", "Problem"), TOO_OLD
    ),
)
def take_lease(parts: Parts, caller: Actor, scope_id: ScopeId, dossier_id: DossierId, body: Document) -> Response:
    """Take the dossier for a while, or keep it longer."""
    asked = bounds.read_body(body or b"{}", LeaseRequest)
    reason = (asked.reason or "").strip() or None
    taken = parts.leasing.take(caller.officer, scope_id, dossier_id, break_other=asked.break_other, reason=reason)
    return answer(taken, headers={"ETag": wire.etag(parts.database.epoch, taken.dossier.version)})


@router.delete(
    "/dossiers/{dossier_id}/lease",
    status_code=204,
    responses=gives((204, "Given back", None), (409, "Held by somebody else (leased)", "Problem")),
)
def release_lease(parts: Parts, caller: Actor, scope_id: ScopeId, dossier_id: DossierId) -> Response:
    """Give the dossier back."""
    parts.leasing.release(caller.officer, scope_id, dossier_id)
    return Response(status_code=204)


@router.post(
    "/dossiers/{dossier_id}/decisions",
    status_code=201,
    openapi_extra=takes("Decision"),
    responses=gives(
        (201, "Recorded", "Receipt"),
        (200, "Recorded before, the same receipt (Idempotency-Replayed: true)", "Receipt"),
        (409, "Decided, leased, epoch changed or picture missing", "Problem"),
        (412, "The dossier has moved on", "Problem"),
        (422, "Against a rule, or the key was used for another request", "Problem"),
        (428, "Idempotency-Key or If-Match is missing", "Problem"),
    ),
)
def decide(
    parts: Parts,
    caller: SignedIn,
    scope_id: ScopeId,
    dossier_id: DossierId,
    body: Document,
    idempotency_key: Annotated[str | None, Header(max_length=64)] = None,
    if_match: Annotated[str | None, Header(max_length=64)] = None,
    accept_encoding: Annotated[str, Header(max_length=200)] = "",
) -> Response:
    """Record the officer's decision. ``Idempotency-Key`` (the op_id) and ``If-Match`` are required.

    What became of a decision while the office was his he is told also when it is his no more: the answer may have been
    lost. What he is told while it is not his holds for that decision when it is his again.
    """
    try:
        permit(caller, Action.DECIDE, scope_id)
    except ProblemError as refused:
        own = _whole(body, (scope_id, dossier_id), idempotency_key)
        if own is None:
            raise
        with parts.database.look() as connection:
            receipt = seen.own_receipt(connection, caller.officer.id, own)
        if receipt is None:
            parts.deciding.turn_away(caller.officer, own, refused)
            raise
        return compressed(receipt, accept_encoding, headers={"Idempotency-Replayed": "true"}, tight=True)
    decision = bounds.read_body(body, Decision)
    bounds.check_decision(decision)
    if (decision.scope_id, decision.dossier_id) != (scope_id, dossier_id):
        raise validation("path-differs", "dossier_id")
    tag = bounds.check_precondition(if_match, idempotency_key, decision)
    decided = parts.deciding.decide(caller.officer, decision, tag)
    if decided.replayed:
        return compressed(decided.receipt, accept_encoding, headers={"Idempotency-Replayed": "true"}, tight=True)
    return compressed(decided.receipt, accept_encoding, status=201, tight=True)


def _whole(body: bytes, place: tuple[str, str], key: str | None) -> Decision | None:
    """Return the decision a request carries when nothing is wrong with it."""
    try:
        decision = bounds.read_body(body, Decision)
        bounds.check_decision(decision)
    except ProblemError:
        return None
    here = place == (decision.scope_id, decision.dossier_id)
    return decision if here and key == decision.op_id else None
