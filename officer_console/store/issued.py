"""When papers were issued, and under which numbers: what is printed again is the same document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from officer_console.models import IssuedPaperRow

_KEY = (IssuedPaperRow.dossier_id, IssuedPaperRow.paper, IssuedPaperRow.decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """``at`` is when a paper first left the desk (aware; ``None``: not yet); ``number`` is empty without one."""

    at: datetime | None = None
    number: str = ""


class IssuedPapers:
    """The papers that were issued, within one transaction. ``decision`` is empty for a paper that tells of none."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, dossier_id: str, paper: str, decision: str) -> Issue:
        """Return when a dossier's paper about a decision (its operation's id) was issued, and its number."""
        row = self._connection.execute(
            select(IssuedPaperRow.at, IssuedPaperRow.number).where(*_of(dossier_id, paper, decision))
        ).one_or_none()
        return Issue() if row is None else Issue(at=row.at, number=row.number)

    def issue(self, dossier_id: str, paper: str, decision: str, at: datetime) -> None:
        """Keep when it was issued; the first time counts."""
        statement = self._row(dossier_id, paper, decision, at=at)
        first = func.coalesce(IssuedPaperRow.at, statement.excluded.at)
        self._connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_={"at": first}))

    def withdraw(self, dossier_id: str, paper: str, decision: str) -> None:
        """It was not issued after all; it keeps its number."""
        self._connection.execute(update(IssuedPaperRow).where(*_of(dossier_id, paper, decision)).values(at=None))

    def number(self, dossier_id: str, paper: str, decision: str, number: str, year: int) -> None:
        """Give it a number of a year, or with an empty one none; the number must be free."""
        statement = self._row(dossier_id, paper, decision, number=number, year=year)
        changed = {"number": number, "year": year}
        self._connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=changed))

    def holder(self, number: str, year: int) -> tuple[str, str, str] | None:
        """Return whose a number of a year is: dossier, paper and decision."""
        row = self._connection.execute(
            select(IssuedPaperRow.dossier_id, IssuedPaperRow.paper, IssuedPaperRow.decision).where(
                IssuedPaperRow.year == year, IssuedPaperRow.number == number, IssuedPaperRow.number != ""
            )
        ).one_or_none()
        return None if row is None else (row.dossier_id, row.paper, row.decision)

    def _row(self, dossier_id: str, paper: str, decision: str, **told: datetime | str | int) -> Insert:
        mine = {"dossier_id": dossier_id, "paper": paper, "decision": decision, "at": None, "number": "", "year": 0}
        return insert(IssuedPaperRow).values(mine | told)


def _of(dossier_id: str, paper: str, decision: str) -> tuple[ColumnElement[bool], ...]:
    return (
        IssuedPaperRow.dossier_id == dossier_id,
        IssuedPaperRow.paper == paper,
        IssuedPaperRow.decision == decision,
    )
