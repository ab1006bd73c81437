"""Decisions on their way to central: what the officer recorded and central has not settled yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, update

from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.models import DecisionCountRow, OutboxRow
from officer_console.store.errors import CONFLICT, StoreError

State = Literal["waiting", "attention", "accepted", "resolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One decision and how far it has come. Times are aware UTC.

    ``waiting`` is sent when ``next_at`` has come; ``attention`` was refused by central (``error_code``,
    ``error_data``) and waits for the officer; ``accepted`` has central's receipt (``sent_at``); ``resolved`` was put
    aside by the officer.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxCounts:
    """For the status bar."""

    waiting: int
    attention: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """``recorded`` decisions were made here and not put aside; central's ledger names ``confirmed`` of them."""

    recorded: int
    confirmed: int


_ITEM = select(
    OutboxRow.decision,
    OutboxRow.state,
    OutboxRow.attempts,
    OutboxRow.next_at,
    OutboxRow.error_code,
    OutboxRow.error_data,
    OutboxRow.created_at,
    OutboxRow.sent_at,
).order_by(OutboxRow.n)


class Outbox:
    """The outbox within one transaction. Only ``add`` is the officer's.

    The rest belongs to sync and the attention page.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, decision: Decision, at: datetime) -> None:
        """Keep a decision for sending.

        Raises:
            StoreError: ``store-conflict`` when a decision on the dossier waits already, or the ``op_id`` was used
            before.
        """
        self._connection.execute(
            insert(OutboxRow).values(
                op_id=decision.op_id,
                dossier_id=decision.dossier_id,
                decision=wire.encode(decision),
                state="waiting",
                attempts=0,
                created_at=at,
                scope=decision.scope_id,
                dseq=decision.dseq,
            )
        )

    def for_dossier(self, dossier_id: str) -> OutboxItem | None:
        """Return the newest unsettled decision on a dossier: one that waits, or one that needs the officer."""
        items = self._items(
            _ITEM.where(OutboxRow.dossier_id == dossier_id, OutboxRow.state.in_(("waiting", "attention")))
        )
        return items[-1] if items else None

    def get(self, op_id: str) -> OutboxItem | None:
        """Return a decision in whatever state; ``None`` when there never was one."""
        items = self._items(_ITEM.where(OutboxRow.op_id == op_id))
        return items[0] if items else None

    def due(self, now: datetime) -> tuple[OutboxItem, ...]:
        """Return what may be sent at ``now``, in the order in which it was decided."""
        ready = or_(OutboxRow.next_at.is_(None), OutboxRow.next_at <= now)
        return self._items(_ITEM.where(OutboxRow.state == "waiting", ready))

    def next_due(self) -> datetime | None:
        """Return the earliest time at which a waiting decision may be tried again; ``None`` when none has to wait."""
        return self._connection.execute(
            select(func.min(OutboxRow.next_at)).where(OutboxRow.state == "waiting")
        ).scalar_one()

    def open(self) -> tuple[OutboxItem, ...]:
        """Return what central has not settled, oldest first: what waits and what needs the officer."""
        return self._items(_ITEM.where(OutboxRow.state.in_(("waiting", "attention"))))

    def attention(self) -> tuple[OutboxItem, ...]:
        """Return what central refused and the officer has not settled, oldest first."""
        return self._items(_ITEM.where(OutboxRow.state == "attention"))

    def counts(self) -> OutboxCounts:
        """Return how many wait and how many need the officer."""
        open_states = OutboxRow.state.in_(("waiting", "attention"))
        rows = self._connection.execute(
            select(OutboxRow.state, func.count()).where(open_states).group_by(OutboxRow.state)
        ).all()
        found = {row[0]: row[1] for row in rows}
        return OutboxCounts(waiting=found.get("waiting", 0), attention=found.get("attention", 0))

    def delivery(self) -> Delivery:
        """Return how many decisions were recorded here and how many of them central's ledger names.

        Rows that were tidied away had been confirmed.
        """
        numbered = OutboxRow.dseq > 0
        recorded = self._connection.execute(select(func.coalesce(func.sum(DecisionCountRow.last), 0))).scalar_one()
        aside = self._counted(OutboxRow.state == "resolved", numbered)
        owed = self._counted(OutboxRow.confirmed == 0, OutboxRow.state != "resolved", numbered)
        return Delivery(recorded=recorded - aside, confirmed=recorded - aside - owed)

    def pictures(self) -> set[str]:
        """Return the SHA-256 of every picture named by a decision the officer has not put aside."""
        found = self._connection.scalars(select(OutboxRow.decision).where(OutboxRow.state != "resolved"))
        return {photo.sha256 for decision in found for photo in wire.decode(decision, Decision).photos}

    def accepted(self, op_id: str, at: datetime) -> None:
        """Central has it. The row stays, so that it can be sent again should central be restored from a backup."""
        self._move(op_id, ("waiting", "attention"), state="accepted", sent_at=at, next_at=None, error_code=None)

    def refused(self, op_id: str, code: str, data: dict[str, Any], at: datetime) -> None:  # noqa: ARG002
        """Central does not take it: it waits for the officer with central's code and data; the journal keeps ``at``."""
        self._move(op_id, ("waiting",), state="attention", next_at=None, error_code=code, error_data=wire.encode(data))

    def later(self, op_id: str, next_at: datetime, error_code: str) -> None:
        """It could not be sent: try again at ``next_at``."""
        self._move(
            op_id,
            ("waiting",),
            state="waiting",
            next_at=next_at,
            error_code=error_code,
            attempts=OutboxRow.attempts + 1,
        )

    def retry(self, op_id: str) -> None:
        """Let a waiting decision be sent at once instead of when its time has come."""
        self._move(op_id, ("waiting",), next_at=None)

    def resolve(self, op_id: str, at: datetime) -> None:
        """The officer has seen why central refused it and puts it aside."""
        self._move(op_id, ("attention",), state="resolved", resolved_at=at)

    def _move(self, op_id: str, allowed: tuple[State, ...], **values: object) -> None:
        """Change one row that is in one of the ``allowed`` states; raises ``StoreError`` (``store-conflict``) else."""
        moved = self._connection.execute(
            update(OutboxRow).where(OutboxRow.op_id == op_id, OutboxRow.state.in_(allowed)).values(**values)
        )
        if moved.rowcount != 1:
            raise StoreError(CONFLICT)

    def _counted(self, *conditions: ColumnElement[bool]) -> int:
        return self._connection.execute(select(func.count()).select_from(OutboxRow).where(*conditions)).scalar_one()

    def _items(self, query: Select[*tuple[Any, ...]]) -> tuple[OutboxItem, ...]:
        return tuple(_item(row) for row in self._connection.execute(query))


def _item(row: Row[Any]) -> OutboxItem:
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
    )
