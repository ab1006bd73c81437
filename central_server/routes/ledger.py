"""Which decisions of a desk's store central has: the desk compares it with its own numbers after each round."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from central_server import bounds, statements
from central_server.answers import answer, gives
from central_server.problems import ProblemError
from central_server.services import Parts, ScopeId, SignedIn, permit
from officer_console.central import wire
from officer_console.domain.officer import Action

router = APIRouter(prefix="/v1/scopes/{scope_id}")


@router.get("/ledger", responses=gives((200, "The numbers of the store's decisions that are recorded", "Ledger")))
def ledger(
    parts: Parts,
    caller: SignedIn,
    scope_id: ScopeId,
    device_id: Annotated[str, Query(min_length=1, max_length=bounds.DEVICE_LIMIT)],
    after: Annotated[int, Query(ge=0, le=bounds.DSEQ_LIMIT)] = 0,
) -> Response:
    """Tell which decisions of the store ``device_id`` numbered above ``after`` are recorded in the scope.

    Of an office that is not his any more an officer is told which of his own are: his desk has yet to learn it.
    """
    key = {"scope_id": scope_id, "device_id": device_id}
    whole, between = statements.LEDGER, statements.LEDGER_GAPS
    try:
        permit(caller, Action.VIEW, scope_id)
    except ProblemError as error:
        if error.name != "scope-revoked":
            raise
        key["officer_id"] = caller.officer.id
        whole, between = statements.LEDGER_OF, statements.LEDGER_GAPS_OF
    with parts.database.read() as connection:
        has = connection.execute(whole, key).one()
        limit = wire.LEDGER_HOLES
        above = key | {"after": after, "limit": limit}
        gaps = connection.execute(between, above).all() if has.count < has.last else []
    holes: list[int] = []
    for gap in gaps:
        holes.extend(range(gap.before + 1, min(gap.dseq, gap.before + 1 + limit - len(holes))))
        if len(holes) == limit:
            break
    contiguous = gaps[0].before if gaps else has.last
    return answer(wire.Ledger(device_id=device_id, contiguous=contiguous, holes=tuple(holes), last=has.last))
