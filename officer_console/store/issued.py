"""When papers were issued, as what, and under which numbers: what is printed again is the same document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, cast, func, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from officer_console.domain.notice import counted
from officer_console.models import IssuedPaperRow

_KEY = (IssuedPaperRow.dossier_id, IssuedPaperRow.paper, IssuedPaperRow.decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """``at`` is when a paper first left the desk (aware; ``None``: not yet); ``number`` of a ``year`` may be empty.

    ``content`` is what the form was filled with then, as it was given; empty where nobody kept it.
    """

    at: datetime | None = None
    number: str = ""
    year: int = 0
    content: str = ""


class IssuedPapers:
    """The papers that were issued, within one transaction. ``decision`` is empty for a paper that tells of none."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, dossier_id: str, paper: str, decision: str) -> Issue:
        """Return when a dossier's paper about a decision (its operation's id) was issued, as what, and its number."""
        row = self._connection.execute(
            select(IssuedPaperRow.at, IssuedPaperRow.number, IssuedPaperRow.year, IssuedPaperRow.content).where(
                *_of(dossier_id, paper, decision)
            )
        ).one_or_none()
        if row is None:
            return Issue()
        return Issue(at=row.at, number=row.number, year=row.year, content=row.content or "")

    def issue(self, dossier_id: str, paper: str, decision: str, at: datetime, content: str = "") -> None:
        """Keep when it was issued and what it says; the first time counts."""
        statement = self._row(dossier_id, paper, decision, at=at, content=content or None)
        row, new = IssuedPaperRow, statement.excluded
        first = {"at": func.coalesce(row.at, new.at), "content": func.coalesce(row.content, new.content)}
        self._connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=first))

    def withdraw(self, dossier_id: str, paper: str, decision: str) -> None:
        """It was not issued after all; it keeps its number."""
        nothing = {"at": None, "content": None}
        self._connection.execute(update(IssuedPaperRow).where(*_of(dossier_id, paper, decision)).values(nothing))

    def number(self, dossier_id: str, paper: str, decision: str, number: str, year: int, office: str) -> None:
        """Give it a number of a year and an office's register, or with an empty one none; the number must be free."""
        changed: dict[str, str | int] = {"number": number, "year": year, "office": office}
        statement = self._row(dossier_id, paper, decision, **changed)
        self._connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=changed))

    def holder(self, number: str, year: int, office: str) -> tuple[str, str, str] | None:
        """Return whose a number of a year and office is: dossier, paper and decision; see ``counted``.

        One of nobody knows which office is every office's.
        """
        # SQLite knows the case of ASCII letters only.
        kept = func.replace(func.upper(func.ltrim(IssuedPaperRow.number, "0")), "đ", "Đ")
        row = self._connection.execute(
            select(IssuedPaperRow.dossier_id, IssuedPaperRow.paper, IssuedPaperRow.decision)
            .where(*_register(year, office), kept == counted(number))
            .limit(1)
        ).one_or_none()
        return None if row is None else (row.dossier_id, row.paper, row.decision)

    def taken(self, year: int, office: str, first: int = 0) -> frozenset[int]:
        """Return the numbers of a year and office that are given, from ``first`` on, those with letters left out."""
        value = cast(IssuedPaperRow.number, Integer)
        rows = self._connection.scalars(
            select(value).where(
                *_register(year, office), IssuedPaperRow.number.bool_op("NOT GLOB")("*[^0-9]*"), value >= first
            )
        )
        return frozenset(int(each) for each in rows)

    def _row(self, dossier_id: str, paper: str, decision: str, **told: datetime | str | int | None) -> Insert:
        mine = {"dossier_id": dossier_id, "paper": paper, "decision": decision}
        return insert(IssuedPaperRow).values({"at": None, "number": "", "year": 0, "office": "", **mine, **told})


def _of(dossier_id: str, paper: str, decision: str) -> tuple[ColumnElement[bool], ...]:
    return (
        IssuedPaperRow.dossier_id == dossier_id,
        IssuedPaperRow.paper == paper,
        IssuedPaperRow.decision == decision,
    )


def _register(year: int, office: str) -> tuple[ColumnElement[bool], ...]:
    return IssuedPaperRow.year == year, IssuedPaperRow.office.in_(("", office)), IssuedPaperRow.number != ""
