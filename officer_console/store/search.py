"""Searches over the sealed store: pages, bounded counts, jumps into the middle.

Raw driver, prepared statements, no ORM.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlcipher3 import dbapi2

from officer_console.central import wire
from officer_console.domain.reference import Settings
from officer_console.domain.search import Criteria, Order, Row
from officer_console.store.errors import INTERRUPTED, StoreError, translated
from officer_console.store.query import DAY_SHIFT, Phase, plan
from officer_console.store.statements import Shape, statement
from officer_console.store.words import ALL

PAGE = 100
BOUND = 1000


# One look-up per day on which something is due, however much is. Parameters: the shift, the first day.
_DUE_DAYS = """
WITH RECURSIVE due (day) AS (
    SELECT min(rank) >> ?1 FROM open_dossier WHERE rank >= ?2 << ?1
    UNION ALL
    SELECT (SELECT min(rank) >> ?1 FROM open_dossier WHERE rank >= (day + 1) << ?1) FROM due WHERE day IS NOT NULL
)
SELECT day FROM due WHERE day IS NOT NULL
"""


class PageCursor(NamedTuple):
    """Where a page ended: the phase of the search and the last row's key. Opaque to callers."""

    phase: int
    key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """Some rows and the cursor of what follows; ``next`` is ``None`` at the end."""

    rows: tuple[Row, ...]
    next: PageCursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many rows a search has. ``more``: at least one beyond ``value``."""

    value: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Every ``every``-th key of a whole result, one array per phase, and its exact number of rows."""

    every: int
    counts: tuple[int, ...]
    keys: tuple[array[int], ...]

    @property
    def count(self) -> int:
        """How many rows the result had when the anchors were made."""
        return sum(self.counts)


class Search:
    """The reader. One search runs at a time, a making of anchors beside it; calls may come from any thread."""

    CACHE_KIB = 64 * 1024

    def __init__(self, connect: Callable[[], dbapi2.Connection]) -> None:
        self._pages = _Reader(connect)
        self._anchors = _Reader(connect)
        self._generation = 0

    def page(
        self,
        criteria: Criteria,
        today: date,
        after: PageCursor | None = None,
        limit: int = PAGE,
    ) -> ResultPage:
        """Return up to ``limit`` rows behind ``after``, in the order of the checked ``criteria``.

        ``today`` is the Vietnamese date.

        Raises:
            StoreError: ``store-interrupted`` when ``interrupt`` was called meanwhile.
        """
        with self._reading(self._pages) as look:
            made = plan(criteria, today, look)
            rows: list[Row] = []
            phase, key = after if after is not None else (0, None)
            while phase < len(made):
                rows += look.rows(made[phase], key, limit - len(rows))
                if len(rows) == limit:
                    return ResultPage(rows=tuple(rows), next=PageCursor(phase, rows[-1].position))
                phase, key = phase + 1, None
            return ResultPage(rows=tuple(rows), next=None)

    def count(self, criteria: Criteria, today: date, bound: int = BOUND) -> Count:
        """Return how many rows there are, counting no further than ``bound``. Raises as ``page``."""
        with self._reading(self._pages) as look:
            found = 0
            for phase in plan(criteria, today, look):
                if found <= bound:
                    found += look.count(phase, bound + 1 - found)
            return Count(value=min(found, bound), more=found > bound)

    def anchors(self, criteria: Criteria, today: date, every: int = 500) -> Anchors:
        """Return marks along the whole result so that ``window`` can jump; takes long for a large one.

        Raises as ``page``.
        """
        with self._reading(self._anchors) as look:
            parts = [look.anchors(phase, every) for phase in plan(criteria, today, look)]
            return Anchors(every=every, counts=tuple(part[0] for part in parts), keys=tuple(part[1] for part in parts))

    def window(
        self,
        criteria: Criteria,
        today: date,
        anchors: Anchors,
        first: int,
        count: int,
    ) -> tuple[Row, ...]:
        """Return rows ``first`` … ``first + count - 1`` of the result the anchors were made for. Raises as ``page``."""
        with self._reading(self._pages) as look:
            made = plan(criteria, today, look)
            rows: list[Row] = []
            before = 0
            for phase, size, keys in zip(made, anchors.counts, anchors.keys, strict=True):
                skip = max(first - before, 0)
                wanted = min(count - len(rows), size - skip)
                if wanted > 0:
                    at = skip // anchors.every
                    rows += look.window(phase, keys[at], wanted, skip - at * anchors.every)
                before += size
            return tuple(rows)

    def explain(self, criteria: Criteria, today: date, shape: Shape) -> tuple[tuple[str, ...], ...]:
        """Return the database's plan for every phase of a search, line by line: for tests."""
        with self._reading(self._pages) as look:
            return tuple(look.explain(phase, shape) for phase in plan(criteria, today, look))

    def statements(self, criteria: Criteria, today: date) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        """Return the SQL and the values (but for the limit) a first page runs, phase by phase: for comparing speeds."""
        with self._reading(self._pages) as look:
            return tuple(_bound(phase, Shape.ROWS, None) for phase in plan(criteria, today, look))

    def interrupt(self) -> None:
        """Stop the searches under way or waiting; they end with ``store-interrupted``. Later calls are not touched."""
        self._generation += 1
        self._pages.interrupt()
        self._anchors.interrupt()

    def close(self) -> None:
        """Close the reading connections."""
        self._pages.close()
        self._anchors.close()

    @contextmanager
    def _reading(self, reader: _Reader) -> Iterator[_Look]:
        generation = self._generation

        def stopped() -> bool:
            return generation != self._generation

        with translated(), reader.lock:
            yield _Look(reader.connection(), reader.facts, stopped)


class _Reader:
    """One connection of its own, opened when it is first needed, and the lock that guards it."""

    def __init__(self, connect: Callable[[], dbapi2.Connection]) -> None:
        self.lock = threading.Lock()
        self.facts = _Facts()
        self._connect = connect
        self._connection: dbapi2.Connection | None = None

    def connection(self) -> dbapi2.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def interrupt(self) -> None:
        connection = self._connection
        if connection is not None:
            # It may be closed meanwhile: then there is nothing left to stop.
            with suppress(dbapi2.ProgrammingError):
                connection.interrupt()

    def close(self) -> None:
        with self.lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


@dataclass(slots=True)
class _Facts:
    """Answers that stay true as long as ``version`` (SQLite's ``data_version``) is the store's."""

    version: int = -1
    known: dict[tuple[str, tuple[int, ...]], list[tuple[Any, ...]]] = field(default_factory=dict)


class _Look:
    """What one search may ask the database; stops between two statements when it was replaced."""

    def __init__(self, connection: dbapi2.Connection, facts: _Facts, stopped: Callable[[], bool]) -> None:
        self._connection = connection
        self._facts = facts
        self._stopped = stopped
        self._checked = False

    def lags(self) -> tuple[int, int] | None:
        """Return what ``query.Facts`` says, as the other two do."""
        found = self._fact("SELECT (SELECT min(lag) FROM open_dossier), (SELECT max(lag) FROM open_dossier)")[0]
        return None if found[0] is None else (found[0], found[1])

    def due_soon_days(self) -> int:
        found = self._fact("SELECT body FROM reference WHERE kind = 'settings'")
        return wire.decode(found[0][0], Settings).due_soon_days if found else Settings().due_soon_days

    def due_days(self, first: int) -> list[int]:
        return [row[0] for row in self._fact(_DUE_DAYS, DAY_SHIFT, first)]

    def _fact(self, text: str, *values: int) -> list[tuple[Any, ...]]:
        """Ask once as long as nothing is written to the store."""
        if not self._checked:
            # What changes while a page is being read is the next page's matter: one look is enough.
            version = self._all("PRAGMA data_version")[0][0]
            if version != self._facts.version:
                self._facts.version = version
                self._facts.known.clear()
            self._checked = True
        question = (text, values)
        found = self._facts.known.get(question)
        if found is None:
            found = self._facts.known[question] = self._all(text, values)
        return found

    def rows(self, phase: Phase, after: int | None, limit: int) -> list[Row]:
        text, values = _bound(phase, Shape.ROWS, after)
        return list(map(Row._make, self._all(text, (*values, limit))))

    def window(self, phase: Phase, start: int, limit: int, skip: int) -> list[Row]:
        before = start - 1 if phase.order is Order.DUE else start + 1
        text, values = _bound(phase, Shape.WINDOW, before)
        return list(map(Row._make, self._all(text, (*values, limit, skip))))

    def count(self, phase: Phase, limit: int, after: int | None = None) -> int:
        text, values = _bound(phase, Shape.COUNT, after)
        return int(self._all(text, (*values, limit))[0][0])

    def anchors(self, phase: Phase, every: int) -> tuple[int, array[int]]:
        # One short statement per anchor: the database walks the keys, none of them comes up here, and each can be
        # stopped.
        keys = array("q")
        skip = 0
        last: int | None = None
        while (found := self._next_anchor(phase, last, skip)) is not None:
            last = found
            keys.append(last)
            skip = every - 1
        if last is None:
            return 0, keys
        return (len(keys) - 1) * every + 1 + self.count(phase, every, last), keys

    def _next_anchor(self, phase: Phase, after: int | None, skip: int) -> int | None:
        text, values = _bound(phase, Shape.ANCHORS, after)
        found = self._all(text, (*values, skip))
        return found[0][0] if found else None

    def explain(self, phase: Phase, shape: Shape) -> tuple[str, ...]:
        text, values = _bound(phase, shape, None)
        lines = self._all(f"EXPLAIN QUERY PLAN {text}", (*values, *shape.tail_sample))
        return tuple(str(line[3]) for line in lines)

    def _all(self, text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        if self._stopped():
            raise StoreError(INTERRUPTED)
        rows: list[tuple[Any, ...]] = self._connection.execute(text, values).fetchall()
        return rows


def _bound(phase: Phase, shape: Shape, after: int | None) -> tuple[str, tuple[Any, ...]]:
    """Return the statement of a shape and its values but for the last ones (limits), behind the key ``after``."""
    low, high = phase.low, phase.high
    if after is not None and phase.order is Order.DUE:
        low = after + 1
    elif after is not None:
        high = after - 1
    expression = phase.expression
    if expression is None and shape is Shape.ANCHORS and phase.order is Order.DECLARED:
        # One posting list of all keys is a hundredth of the table.
        expression = f'"{ALL}"'
    values: tuple[Any, ...] = (low, high) if expression is None else (expression, low, high)
    text = statement(phase.order, shape, words=expression is not None, declared=phase.declared is not None)
    return text, values + (phase.declared or ())
