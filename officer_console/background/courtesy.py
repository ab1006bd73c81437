"""Lets the window go first: background work steps aside while the GUI thread paints or takes an answer in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

# A window that is always at work must not starve the synchronisation.
LONGEST_PAUSE_SECONDS = 0.03


class Courtesy:
    """Says whether the window is at work.

    Python runs one thread at a time and a waiting thread gets its turn only after the switch interval, so a list that
    is painted beside a busy thread takes a multiple of its time. ``working`` is for the GUI thread, ``pause`` for the
    others.
    """

    def __init__(self) -> None:
        self._busy = False
        self._rest = threading.Event()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Do a piece of work of the window; not nested."""
        self._busy = True
        self._rest.clear()
        try:
            yield
        finally:
            self._busy = False
            self._rest.set()

    def pause(self) -> None:
        """Return at once, or when the window has done its piece of work, after a bounded time in any case."""
        if self._busy:
            self._rest.wait(LONGEST_PAUSE_SECONDS)
