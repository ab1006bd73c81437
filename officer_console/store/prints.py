"""What was printed: copies of each dossier's papers, and stacks of papers that go on where they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, SQLColumnExpression, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from officer_console.models import PrintedRow, PrintItemRow, PrintRunRow

# Why a paper was left out that is printed once somebody has signed it.
UNSIGNED = ("notice-unsigned", "notice-damaged")
# Why a paper was left out that can be had once central answers, or once its lists are here.
AWAY = ("notice-away", "notice-lost", "office-unlisted", "reason-unlisted")


class ItemState(StrEnum):
    """How far a dossier's paper is. ``SENDING``: the program ended while it was handed over."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintItem:
    """A dossier's place in a stack, from 0. ``error_code`` says why it was left out.

    ``turn`` counts, from 1, what was handed to the printer, which is not always in the order of the places.
    """

    place: int
    dossier_id: str
    number: str
    state: ItemState
    turn: int | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRun:
    """A stack: one paper, one printer, ``copies`` of each; ``sent`` of ``total`` are with the printer.

    ``unsigned`` of those ``left`` out wait for a signature, ``away`` for central.
    """

    n: int
    paper: str
    printer: str
    copies: int
    at: datetime
    total: int
    sent: int
    left: int
    unsigned: int
    away: int


class Count(NamedTuple):
    """How many ``copies`` were handed to a printer, in how many ``times``."""

    copies: int = 0
    times: int = 0


NEVER = Count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """How often a paper was handed to a printer: ``whole``, and pages of it alone (``parts``, by page from 0)."""

    whole: Count = NEVER
    parts: Mapping[int, Count] = field(default_factory=dict)

    def page(self, page: int) -> Count:
        """Return how often a page was handed over."""
        alone = self.parts.get(page, NEVER)
        return Count(self.whole.copies + alone.copies, self.whole.times + alone.times)

    def times(self, pages: Iterable[int]) -> int:
        """Return how often all of the pages were handed over."""
        return min((self.page(page).times for page in pages), default=self.whole.times)


class Prints:
    """What was printed, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def printed(self, dossier_id: str, paper: str, about: str = "") -> Printed:
        """Return how often a dossier's paper about something (a notice: its decision) was handed to a printer."""
        rows = self._connection.execute(
            select(PrintedRow.page, PrintedRow.copies, PrintedRow.times).where(
                PrintedRow.dossier_id == dossier_id, PrintedRow.paper == paper, PrintedRow.about == about
            )
        )
        counts = {row.page: Count(row.copies, row.times) for row in rows}
        whole = counts.pop(0, NEVER)
        return Printed(whole=whole, parts={page - 1: count for page, count in counts.items()})

    def add(self, dossier_id: str, paper: str, copies: int, about: str = "", pages: Iterable[int] = ()) -> None:
        """Count ``copies`` that were handed over together: of ``pages`` (from 0), without any of the whole paper."""
        self._count((dossier_id, paper, about), pages, copies, 1)

    def take_back(self, dossier_id: str, paper: str, copies: int, about: str = "", pages: Iterable[int] = ()) -> None:
        """Uncount them: the printer did not take them after all."""
        self._count((dossier_id, paper, about), pages, -copies, -1)

    def begin(self, paper: str, printer: str, copies: int, at: datetime, dossiers: Iterable[tuple[str, str]]) -> int:
        """Keep a stack of ``dossiers`` (id and number, in order) in place of an older one; return its number."""
        self.drop()
        made = self._connection.execute(
            insert(PrintRunRow).values(paper=paper, printer=printer, copies=copies, at=at).returning(PrintRunRow.n)
        ).scalar_one()
        rows = [
            {"run": made, "place": place, "dossier_id": dossier_id, "number": number, "state": ItemState.WAITING.value}
            for place, (dossier_id, number) in enumerate(dossiers)
        ]
        if rows:
            self._connection.execute(insert(PrintItemRow), rows)
        return int(made)

    def run(self) -> PrintRun | None:
        """Return the stack that is not through yet, if there is one."""
        row = self._connection.execute(
            select(PrintRunRow.n, PrintRunRow.paper, PrintRunRow.printer, PrintRunRow.copies, PrintRunRow.at)
        ).one_or_none()
        if row is None:
            return None
        counted = self._connection.execute(
            select(PrintItemRow.state, func.count()).where(PrintItemRow.run == row.n).group_by(PrintItemRow.state)
        )
        states = {state: int(count) for state, count in counted}
        return PrintRun(
            n=row.n,
            paper=row.paper,
            printer=row.printer,
            copies=row.copies,
            at=row.at,
            total=sum(states.values()),
            sent=states.get(ItemState.SENT, 0) + states.get(ItemState.SENDING, 0),
            left=states.get(ItemState.LEFT, 0),
            unsigned=self._left_for(row.n, UNSIGNED),
            away=self._left_for(row.n, AWAY),
        )

    def next(self, run: int) -> PrintItem | None:
        """Return the first of a stack that waits."""
        found = self._items(run, (ItemState.WAITING,), PrintItemRow.place, limit=1)
        return found[0] if found else None

    def newest(self, run: int, limit: int) -> tuple[PrintItem, ...]:
        """Return what the printer has or may have, that which was handed over last first."""
        return self._items(run, (ItemState.SENT, ItemState.SENDING), PrintItemRow.turn.desc(), limit=limit)

    def left(self, run: int, limit: int) -> tuple[PrintItem, ...]:
        """Return those that were left out, in order."""
        return self._items(run, (ItemState.LEFT,), PrintItemRow.place, limit=limit)

    def mark(self, run: int, place: int, state: ItemState, error_code: str | None = None) -> None:
        """Say how far a paper is. What is handed over (``SENDING``) takes the next turn."""
        values: dict[str, object] = {"state": state.value, "error_code": error_code}
        if state is ItemState.SENDING:
            last = self._connection.execute(select(func.max(PrintItemRow.turn)).where(PrintItemRow.run == run))
            values["turn"] = (last.scalar_one() or 0) + 1
        self._connection.execute(
            update(PrintItemRow).where(PrintItemRow.run == run, PrintItemRow.place == place).values(values)
        )

    def go_on_after(self, run: int, turn: int | None) -> None:
        """Let everything handed over behind ``turn`` wait again: it did not come out (0: nothing; ``None``: all did).

        So does what was left out for want of a signature or of central: it may have been signed since, or be here.
        """
        of_it = update(PrintItemRow).where(PrintItemRow.run == run)
        handed = of_it.where(PrintItemRow.state.in_((ItemState.SENDING.value, ItemState.SENT.value)))
        if turn is not None:
            self._connection.execute(handed.where(PrintItemRow.turn > turn).values(state=ItemState.WAITING.value))
        self._connection.execute(
            of_it.where(PrintItemRow.state == ItemState.SENDING.value).values(state=ItemState.SENT.value)
        )
        self._connection.execute(
            of_it.where(PrintItemRow.error_code.in_(UNSIGNED + AWAY)).values(
                state=ItemState.WAITING.value, error_code=None
            )
        )

    def change_printer(self, run: int, printer: str) -> None:
        """Let the rest go to another printer."""
        self._connection.execute(update(PrintRunRow).where(PrintRunRow.n == run).values(printer=printer))

    def drop(self) -> None:
        """Forget the stack: it is through or given up. The journal keeps what was printed."""
        self._connection.execute(delete(PrintItemRow))
        self._connection.execute(delete(PrintRunRow))

    def _left_for(self, run: int, codes: Iterable[str]) -> int:
        found = select(func.count()).where(PrintItemRow.run == run, PrintItemRow.error_code.in_(codes))
        return int(self._connection.execute(found).scalar_one())

    def _count(self, key: tuple[str, str, str], pages: Iterable[int], copies: int, times: int) -> None:
        named = dict(zip(("dossier_id", "paper", "about"), key, strict=True))
        values = [{**named, "page": page, "copies": copies, "times": times} for page in [n + 1 for n in pages] or [0]]
        statement = insert_or(PrintedRow).values(values)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=[PrintedRow.dossier_id, PrintedRow.paper, PrintedRow.about, PrintedRow.page],
                set_={
                    "copies": PrintedRow.copies + statement.excluded.copies,
                    "times": PrintedRow.times + statement.excluded.times,
                },
            )
        )

    def _items(
        self, run: int, states: tuple[ItemState, ...], order: SQLColumnExpression[Any], limit: int
    ) -> tuple[PrintItem, ...]:
        item = PrintItemRow
        rows = self._connection.execute(
            select(item.place, item.dossier_id, item.number, item.state, item.turn, item.error_code)
            .where(item.run == run, item.state.in_([state.value for state in states]))
            .order_by(order)
            .limit(limit)
        )
        return tuple(
            PrintItem(
                place=row.place,
                dossier_id=row.dossier_id,
                number=row.number,
                state=ItemState(row.state),
                turn=row.turn,
                error_code=row.error_code,
            )
            for row in rows
        )
