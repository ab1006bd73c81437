"""Which decisions of a desk's store central has: the desk compares it with its own numbers after each round."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from central_server import bounds, statements
from central_server.answers import answer, gives
from central_server.services import Parts, ScopeId, Viewer
from officer_console.central import wire

router = APIRouter(prefix="/v1/scopes/{scope_id}")


@router.get("/ledger", responses=gives((200, "The numbers of the store's decisions that are recorded", "Ledger")))
def ledger(
    parts: Parts,
    caller: Viewer,  # noqa: ARG001 - the dependency is the check
    scope_id: ScopeId,
    device_id: Annotated[str, Query(min_length=1, max_length=bounds.DEVICE_LIMIT)],
    after: Annotated[int, Query(ge=0, le=bounds.DSEQ_LIMIT)] = 0,
) -> Response:
    """Tell which decisions of the store ``device_id`` numbered above ``after`` are recorded in the scope."""
    key = {"scope_id": scope_id, "device_id": device_id}
    with parts.database.read() as connection:
        has = connection.execute(statements.LEDGER, key).one()
        limit = wire.LEDGER_HOLES
        above = key | {"after": after, "limit": limit}
        gaps = connection.execute(statements.LEDGER_GAPS, above).all() if has.count < has.last else []
    holes: list[int] = []
    for gap in gaps:
        holes.extend(range(gap.before + 1, min(gap.dseq, gap.before + 1 + limit - len(holes))))
        if len(holes) == limit:
            break
    contiguous = gaps[0].before if gaps else has.last
    return answer(wire.Ledger(device_id=device_id, contiguous=contiguous, holes=tuple(holes), last=has.last))
