"""What is told of decisions on their way: one of them, how many there are, and how they are read from their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, select

from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.models import OutboxRow

State = Literal["waiting", "attention", "accepted", "resolved"]
# Of a receipt that central gave before it was put back to a backup.
DOUBTED = "epoch-changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One decision and how far it has come. Times are aware UTC.

    ``waiting`` is sent when ``next_at`` has come; ``attention`` was refused by central (``error_code``,
    ``error_data``) and waits for the officer; ``accepted`` has central's receipt (``sent_at``), which is doubted where
    ``error_code`` is ``DOUBTED``; ``resolved`` was put aside by the officer. ``judged`` is the SHA-256 of the dossier
    as the officer judged it (``judged_sha256``), ``None`` when it was not here in that version; ``confirmed`` says that
    central's ledger names the decision.
    """

    op_id: str
    decision: Decision
    state: State
    attempts: int
    next_at: datetime | None
    error_code: str | None
    error_data: dict[str, Any]
    created_at: datetime
    sent_at: datetime | None
    judged: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxCounts:
    """For the status bar."""

    waiting: int
    attention: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """``recorded`` decisions were made here and not put aside; central's ledger names ``confirmed`` of them.

    ``unread`` more were accepted, and the ledger was not read since: what it lacks waits again or stands behind it.
    """

    recorded: int
    confirmed: int
    unread: int = 0


ITEM = select(
    OutboxRow.decision,
    OutboxRow.state,
    OutboxRow.attempts,
    OutboxRow.next_at,
    OutboxRow.error_code,
    OutboxRow.error_data,
    OutboxRow.created_at,
    OutboxRow.sent_at,
    OutboxRow.judged,
    OutboxRow.confirmed,
).order_by(OutboxRow.n)


def item_of(row: Row[Any]) -> OutboxItem:
    """Return the decision of a row that ``ITEM`` found."""
    decision = wire.decode(row.decision, Decision)
    return OutboxItem(
        op_id=decision.op_id,
        decision=decision,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at,
        error_code=row.error_code,
        error_data=wire.decode(row.error_data, dict[str, Any]) if row.error_data else {},
        created_at=row.created_at,
        sent_at=row.sent_at,
        judged=row.judged,
        confirmed=bool(row.confirmed),
    )
