"""Reads the feed ahead: while some pages are written, the next are fetched and worked out on another thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import NamedTuple, Protocol

from officer_console.central import feed, wire
from officer_console.central.errors import CentralError
from officer_console.store.arrivals import Arrival, of_page

# Rows written together cost less each, and who records a decision meanwhile waits for all of them: pages are put
# together as far as they are likely to be written in this time.
SECONDS_WRITING = 0.15
MOST_TOGETHER = 4000
# Pages of a slow line are not held back for others.
SECONDS_FETCHING = 0.5


class Feed(Protocol):
    """Where pages come from."""

    def changes(self, scope: str, cursor: str | None, limit: int = ..., *, pause: feed.Pause = ...) -> feed.Page:
        """Return the page behind ``cursor``. Raises :class:`CentralError`."""
        ...


class Pages(NamedTuple):
    """One or more pages in a row as if they were one, and what they bring."""

    epoch: str
    items: tuple[feed.Item, ...]
    next: str
    more: bool
    state: wire.FeedState | None
    arrivals: tuple[Arrival, ...]


class Ahead:
    """The feed of central, some pages at a time. For one thread; ``page_limit`` is how many rows are asked for."""

    def __init__(
        self,
        central: Feed,
        *,
        page_limit: int,
        pause: Callable[[], None],
        seconds: Callable[[], float],
        executor: Executor | None,
    ) -> None:
        """``seconds`` is a clock that only runs on; ``pause`` is called between small pieces of work.

        Without an ``executor`` every page is fetched when it is asked for. Pages smaller than usual are meant to be:
        they stay by themselves.
        """
        self._central = central
        self._page_limit = page_limit
        self._pause = pause
        self._seconds = seconds
        self._executor = executor
        self._most = MOST_TOGETHER if page_limit >= wire.PAGE_LIMIT else page_limit
        self._together = page_limit
        self._given: tuple[float, int] | None = None
        self._next: tuple[tuple[str, str], Future[Pages]] | None = None

    def after(self, scope: str, cursor: str | None) -> Pages:
        """Return the pages behind ``cursor`` and begin to fetch those behind them.

        Raises:
            CentralError: of the first page; where a later one fails, what came before it is returned.
        """
        self._learn()
        ready, self._next = self._next, None
        fetched = ready[1].result() if ready is not None and ready[0] == (scope, cursor) else None
        pages = fetched or self._fetch(scope, cursor)
        if self._executor is not None and pages.more and pages.next != cursor:
            self._next = (scope, pages.next), self._executor.submit(self._fetch, scope, pages.next)
        self._given = self._seconds(), len(pages.items)
        return pages

    def _learn(self) -> None:
        """Work out from how long the caller was busy with the last pages how many rows to give the next time."""
        if self._given is None:
            return
        at, rows = self._given
        busy = max(self._seconds() - at, 1e-3)
        self._together = min(self._most, max(self._page_limit, int(SECONDS_WRITING * rows / busy)))

    def _fetch(self, scope: str, cursor: str | None) -> Pages:
        began = self._seconds()
        page = self._central.changes(scope, cursor, self._page_limit, pause=self._pause)
        items, arrivals = list(page.items), of_page(page, self._pause)
        while (
            page.more and len(items) + self._page_limit <= self._together and self._seconds() - began < SECONDS_FETCHING
        ):
            try:
                following = self._central.changes(scope, page.next, self._page_limit, pause=self._pause)
            except CentralError:
                break
            if following.epoch != page.epoch or following.next == page.next:
                break
            page = following
            items += page.items
            arrivals += of_page(page, self._pause)
        return Pages(page.epoch, tuple(items), page.next, page.more, page.state, tuple(arrivals))
