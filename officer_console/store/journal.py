"""What was done on this machine, line after line; nothing takes a line back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from officer_console.models import JournalRow


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One line; ``what`` is a code, ``who`` an officer's id."""

    at: datetime
    what: str
    who: str | None
    dossier_id: str | None
    op_id: str | None


class Journal:
    """The journal within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, at: datetime, what: str, who: str | None, dossier_id: str | None, op_id: str | None) -> None:
        """Write one line; ``at`` is aware."""
        self._connection.execute(
            insert(JournalRow).values(at=at, what=what, who=who, dossier_id=dossier_id, op_id=op_id)
        )

    def between(self, first: datetime, last: datetime, who: str) -> tuple[JournalEntry, ...]:
        """Return an officer's lines from ``first`` (aware) to before ``last``, the oldest first."""
        rows = self._connection.execute(
            select(JournalRow.at, JournalRow.what, JournalRow.who, JournalRow.dossier_id, JournalRow.op_id)
            .where(JournalRow.at >= first, JournalRow.at < last, JournalRow.who == who)
            .order_by(JournalRow.n)
        )
        return _entries(rows)

    def latest(self, limit: int) -> tuple[JournalEntry, ...]:
        """Return the last ``limit`` lines, newest first."""
        rows = self._connection.execute(
            select(JournalRow.at, JournalRow.what, JournalRow.who, JournalRow.dossier_id, JournalRow.op_id)
            .order_by(JournalRow.n.desc())
            .limit(limit)
        )
        return _entries(rows)


def _entries(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[JournalEntry, ...]:
    return tuple(
        JournalEntry(at=row.at, what=row.what, who=row.who, dossier_id=row.dossier_id, op_id=row.op_id) for row in rows
    )
