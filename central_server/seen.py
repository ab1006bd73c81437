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


def look(connection: Connection, decision: Decision, officer_id: str) -> Seen:
    """Return what there is for the officer; in a write transaction the dossier is kept from others from here on."""
    # The dossier first: whoever finds it decided by this very decision finds the decision, too.
    scope_id = decision.scope_id
    *_, dossier, lease, decisions = run(
        connection,
        *feed.loading(connection, scope_id, decision.dossier_id),
        Step(statements.LEASE, {"scope_id": scope_id, "dossier_id": decision.dossier_id}),
        finding(decision, officer_id),
    )
    return Seen(stored=feed.loaded(dossier, scope_id), lease=lease, decisions=decisions)


def repeated(seen: Seen, decision: Decision, req_sha256: str) -> bytes | None:
    """Return the receipt when the decision was recorded before.

    Raises:
        ProblemError: ``idempotency-mismatch``; ``validation`` when another decision of the same store has its number:
            two copies of one store are at work.
    """
    own = [row for row in seen.decisions.rows if row.receipt is None or row.op_id == decision.op_id]
    # A receipt before a refusal: both are there when a copy was taken while another one was being refused.
    for row in sorted(own, key=lambda row: (row.receipt is None, row.req_sha256 != req_sha256)):
        if row.req_sha256 != req_sha256:
            raise ProblemError("idempotency-mismatch")
        if row.receipt is None:
            raise ProblemError.told(wire.decode(row.problem, wire.Problem))
        receipt: str = row.receipt
        return receipt.encode()
    if seen.decisions.rows:
        raise validation(wire.NUMBER_USED, "dseq")
    return None


def own_receipt(connection: Connection, officer_id: str, decision: Decision) -> bytes | None:
    """Return the receipt of this very decision of the officer, whatever he may do by now; ``None`` without one.

    Raises:
        ProblemError: what this very decision was refused with before.
    """
    values = {
        "scope_id": decision.scope_id,
        "op_id": decision.op_id,
        "officer_id": officer_id,
        "turned_away": turned_away(officer_id, decision),
        "req_sha256": wire.req_sha256(decision),
    }
    receipt, refusal = run(connection, Step(statements.RECEIPT_OF, values), Step(statements.REFUSAL_OF, values))
    if receipt.row is not None:
        return str(receipt.row.receipt).encode()
    if refusal.row is not None:
        raise ProblemError.told(wire.decode(refusal.row.problem, wire.Problem))
    return None


def may_go_straight(connection: Connection, decision: Decision, event: Event) -> bool:
    """Whether what was seen before the registry was asked may be acted upon at once, if it is still so then.

    Whatever is met on the way, the next try looks at everything anew. On PostgreSQL the accounts are not asked again:
    the tables themselves refuse what ``accounts.obstacle`` would find, but only against an approval.
    """
    return not decision.photos and (event is not Event.REGISTRY_SILENT or not in_one_trip(connection))


def in_one_trip(connection: Connection) -> bool:
    """Whether the database is told everything together; otherwise one step more costs next to nothing."""
    return connection.dialect.name == "postgresql"


def unchanged(connection: Connection, stored: Stored, decision: Decision, officer_id: str) -> tuple[Step, ...]:
    """Return the steps that tell whether dossier and decision are still as they were seen, and keep them so.

    Where they go out in one trip, decisions are not looked for again: one with this decision's key or number has either
    changed the dossier, or the table refuses this one as it refuses whoever was overtaken.
    """
    here = {"scope_id": stored.scope_id, "id": stored.id}
    turns = feed.turns(connection, stored.scope_id)
    if not in_one_trip(connection):
        return *turns, Step(statements.DOSSIER_PLACE, here), finding(decision, officer_id)
    own = {"op_id": decision.op_id, "turned_away": turned_away(officer_id, decision)}
    return (
        *turns,
        Step(statements.DOSSIER_LOCK, here),
        Step(statements.REFUSED, {"scope_id": stored.scope_id, **own}),
    )


def refuse_changed(found: Sequence[Outcome], stored: Stored) -> None:
    """Let pass unless ``unchanged`` found something new; a lease given meanwhile has moved the dossier's number.

    Raises:
        OvertakenError: there is something new.
    """
    if not found:
        return
    *_, dossier, decisions = found
    if dossier.row is None or (dossier.row.seq, dossier.row.version) != (stored.seq, stored.version) or decisions.rows:
        raise OvertakenError


def finding(decision: Decision, officer_id: str) -> Step:
    """Return the step that finds the decision itself, what it was refused with, or another one with its number."""
    own = {"op_id": decision.op_id, "turned_away": turned_away(officer_id, decision)}
    return Step(statements.DECISION, {"scope_id": decision.scope_id, **own, **numbered(decision)})


def turned_away(officer_id: str, decision: Decision) -> str:
    """Return the key of a refusal that says only that this officer might not make the decision.

    Who has no business in an office must leave nothing there that another officer's decision could meet.
    """
    return hashlib.sha256(f"{officer_id}|{decision.op_id}".encode()).hexdigest()[:36]


def numbered(decision: Decision) -> dict[str, str | int | None]:
    """Return which decision of which store this is; nothing for a desk that does not count."""
    counts = bool(decision.device_id) and decision.dseq > 0
    return {"device_id": decision.device_id if counts else None, "dseq": decision.dseq if counts else None}
