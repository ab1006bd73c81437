"""Writes down what became of a dossier: document, number, account, letters, audit, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from central_server import accounts, audit, feed, statements
from central_server.feed import Stored
from central_server.outcome import Letter
from central_server.schema import outbox
from central_server.times import stamp
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.message import MessageState


def record(
    connection: Connection,
    stored: Stored,
    dossier: Dossier,
    *,
    letters: tuple[Letter, ...],
    op_id: str | None,
    officer_id: str | None,
    what: str,
    now: datetime,
) -> int:
    """Write the next state of a dossier with everything that hangs on it; returns its feed number.

    ``what`` names the step in the audit trail. The dossier's lease ends.
    """
    if dossier.status is Status.APPROVED:
        accounts.apply(connection, dossier)
    here = {"scope_id": stored.scope_id, "dossier_id": stored.id}
    connection.execute(statements.LEASE_DELETE, here)
    connection.execute(statements.REGISTRY_WAIT_DELETE, here)
    if letters and op_id is not None:
        connection.execute(insert(outbox), [_outbox_row(stored, letter, op_id, now) for letter in letters])
    seq = feed.put(connection, stored, dossier)
    audit.note(
        connection,
        stored.scope_id,
        {
            "at": stamp(now),
            "what": what,
            "dossier_id": stored.id,
            "op_id": op_id,
            "officer_id": officer_id,
            "version": dossier.version,
            "status": dossier.status.value,
        },
    )
    return seq


def _outbox_row(stored: Stored, letter: Letter, op_id: str, now: datetime) -> dict[str, object]:
    return {
        "scope_id": stored.scope_id,
        "op_id": op_id,
        "channel": letter.channel.value,
        "kind": letter.kind.value,
        "dossier_id": stored.id,
        "address": letter.address,
        "data": letter.data,
        "state": MessageState.QUEUED.value,
        "attempts": 0,
        "next_at": now,
        "at": now,
    }
