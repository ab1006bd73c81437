"""What central knows this store by: its own random id, and a number for each decision recorded in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import CentralClockRow, DecisionCountRow, DeviceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockNote:
    """How far central's clock was ahead of this machine's at ``heard_at`` (central's time, aware UTC)."""

    ahead: timedelta
    heard_at: datetime


class Device:
    """The store's identity within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def id(self, new_id: Callable[[], str]) -> str:
        """Return the store's id; the first call keeps one that ``new_id`` makes."""
        found: str | None = self._connection.scalar(select(DeviceRow.id))
        if found is not None:
            return found
        made = new_id()
        self._connection.execute(insert(DeviceRow).values(one=1, id=made))
        return made

    def known(self) -> str | None:
        """Return the store's id; ``None`` before the first decision."""
        return self._connection.scalar(select(DeviceRow.id))

    def renew(self, new_id: Callable[[], str]) -> str:
        """Take another id and return it: another copy of this store is at work, or was, under the old one.

        The numbers go on, so each is used once in this store whatever id it goes out under.
        """
        made = new_id()
        self._connection.execute(update(DeviceRow).values(id=made))
        return made

    def last_number(self, scope: str) -> int:
        """Return the number of the last decision recorded here on a dossier of ``scope``, 0 before the first."""
        found = self._connection.scalar(select(DecisionCountRow.last).where(DecisionCountRow.scope == scope))
        return found or 0

    def clock_note(self) -> ClockNote | None:
        """Return what was last known of central's clock."""
        found = self._connection.execute(select(CentralClockRow.ahead_ms, CentralClockRow.heard_at)).one_or_none()
        return None if found is None else ClockNote(ahead=timedelta(milliseconds=found[0]), heard_at=found[1])

    def note_clock(self, note: ClockNote) -> None:
        """Keep what is known of central's clock, to the millisecond, in place of what was."""
        values = {"ahead_ms": round(note.ahead / timedelta(milliseconds=1)), "heard_at": note.heard_at}
        statement = insert(CentralClockRow).values(one=1, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=[CentralClockRow.one], set_=values))

    def next_number(self, scope: str) -> int:
        """Return the next number for a decision on a dossier of ``scope``: 1, 2, 3 …

        It is used when the transaction commits and free again when it does not, so none is ever left out.
        """
        statement = insert(DecisionCountRow).values(scope=scope, last=1)
        counted = statement.on_conflict_do_update(
            index_elements=[DecisionCountRow.scope], set_={"last": DecisionCountRow.last + 1}
        )
        return self._connection.execute(counted.returning(DecisionCountRow.last)).scalar_one()
