"""What there is about a decision when it arrives: dossier, lease, and the decision itself when it was here before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central_server import feed, statements
from central_server.feed import Stored
from central_server.problems import ProblemError, validation
from central_server.trips import Outcome, OvertakenError, Step, run
from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there is about a decision before it is recorded."""

    stored: Stored | None
    lease: Outcome
    decisions: Outcome


def look(connection: Connection, decision: Decision) -> Seen:
    """Return what there is; in a write transaction the dossier is kept from others from here on."""
    # The dossier first: whoever finds it decided by this very decision finds the decision, too.
    scope_id = decision.scope_id
    dossier, lease, decisions = run(
        connection,
        feed.loading(connection, scope_id, decision.dossier_id),
        Step(statements.LEASE, {"scope_id": scope_id, "dossier_id": decision.dossier_id}),
        finding(decision),
    )
    return Seen(stored=feed.loaded(dossier, scope_id), lease=lease, decisions=decisions)


def repeated(seen: Seen, decision: Decision, req_sha256: str) -> bytes | None:
    """Return the receipt when the decision was recorded before.

    Raises:
        ProblemError: ``idempotency-mismatch``; ``validation`` when another decision of the same store has its number:
            two copies of one store are at work.
    """
    own = [row for row in seen.decisions.rows if row.op_id == decision.op_id]
    if any(row.req_sha256 != req_sha256 for row in own):
        raise ProblemError("idempotency-mismatch")
    # A receipt before a refusal: both are there when a copy was taken while another one was being refused.
    for row in sorted(own, key=lambda row: row.receipt is None):
        if row.receipt is None:
            raise ProblemError.told(wire.decode(row.problem, wire.Problem))
        receipt: str = row.receipt
        return receipt.encode()
    if seen.decisions.rows:
        raise validation("dseq-used", "dseq")
    return None


def own_receipt(connection: Connection, officer_id: str, decision: Decision) -> bytes | None:
    """Return the receipt of this very decision of the officer, whatever he may do by now; ``None`` without one."""
    values = {
        "scope_id": decision.scope_id,
        "op_id": decision.op_id,
        "officer_id": officer_id,
        "req_sha256": hashlib.sha256(wire.encode(decision)).hexdigest(),
    }
    (found,) = run(connection, Step(statements.RECEIPT_OF, values))
    return None if found.row is None else str(found.row.receipt).encode()


def may_go_straight(connection: Connection, decision: Decision, event: Event) -> bool:
    """Whether what was seen before the registry was asked may be acted upon at once, if it is still so then.

    Whatever is met on the way, the next try looks at everything anew. On PostgreSQL the accounts are not asked again:
    the tables themselves refuse what ``accounts.obstacle`` would find, but only against an approval.
    """
    return not decision.photos and (event is not Event.REGISTRY_SILENT or not in_one_trip(connection))


def in_one_trip(connection: Connection) -> bool:
    """Whether the database is told everything together; otherwise one step more costs next to nothing."""
    return connection.dialect.name == "postgresql"


def unchanged(connection: Connection, stored: Stored, decision: Decision) -> tuple[Step, Step]:
    """Return the steps that tell whether dossier and decision are still as they were seen, and keep them so."""
    here = {"scope_id": stored.scope_id, "id": stored.id}
    place = statements.DOSSIER_LOCK if in_one_trip(connection) else statements.DOSSIER_PLACE
    return Step(place, here), finding(decision)


def refuse_changed(found: Sequence[Outcome], stored: Stored) -> None:
    """Let pass unless ``unchanged`` found something new; a lease given meanwhile has moved the dossier's number.

    Raises:
        OvertakenError: there is something new.
    """
    if not found:
        return
    dossier, decisions = found
    if dossier.row is None or (dossier.row.seq, dossier.row.version) != (stored.seq, stored.version) or decisions.rows:
        raise OvertakenError


def finding(decision: Decision) -> Step:
    """Return the step that finds the decision itself, or another one with its number."""
    values = {"scope_id": decision.scope_id, "op_id": decision.op_id, **numbered(decision)}
    return Step(statements.DECISION, values)


def numbered(decision: Decision) -> dict[str, str | int | None]:
    """Return which decision of which store this is; nothing for a desk that does not count."""
    counts = bool(decision.device_id) and decision.dseq > 0
    return {"device_id": decision.device_id if counts else None, "dseq": decision.dseq if counts else None}
