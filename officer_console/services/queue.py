"""The list of dossiers: checked criteria in, rows out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from officer_console.domain.deadline import today
from officer_console.domain.reference import Reference
from officer_console.domain.search import Criteria, Row
from officer_console.store.search import Anchors, Count, PageCursor, ResultPage
from officer_console.store.store import Store


class Queue:
    """Searches of one officer. Every method checks the criteria first (``RuleError``)."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def reference(self) -> Reference:
        """Return the lists and labels."""
        with self._store.read() as tx:
            return tx.reference.get()

    def page(self, criteria: Criteria, after: PageCursor | None = None, limit: int = 100) -> ResultPage:
        """Return the next ``limit`` rows after ``after``."""
        return self._store.search.page(criteria.checked(), today(self._clock()), after, limit)

    def count(self, criteria: Criteria) -> Count:
        """Return how many rows there are, up to a bound."""
        return self._store.search.count(criteria.checked(), today(self._clock()))

    def anchors(self, criteria: Criteria) -> Anchors:
        """Return marks along the whole result, for jumps."""
        return self._store.search.anchors(criteria.checked(), today(self._clock()))

    def window(self, criteria: Criteria, anchors: Anchors, first: int, count: int) -> tuple[Row, ...]:
        """Return the rows ``first`` … ``first + count - 1`` of the whole result."""
        return self._store.search.window(criteria.checked(), today(self._clock()), anchors, first, count)

    def interrupt(self) -> None:
        """Stop searches under way: a newer one replaces them."""
        self._store.search.interrupt()
