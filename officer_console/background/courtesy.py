"""Lets the window go first: background work steps aside while the GUI thread paints or takes an answer in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer

# A window that is always at work must not starve the synchronisation.
LONGEST_PAUSE_SECONDS = 0.03


class Courtesy(QObject):
    """Says whether the window is at work. Must be made on the GUI thread.

    Python runs one thread at a time and a waiting thread gets its turn only after the switch interval, so a list that
    is painted beside a busy thread takes a multiple of its time. ``working`` is for the GUI thread, ``pause`` for the
    others.
    """

    def __init__(self, parent: QObject | None = None, *, longest_seconds: float = LONGEST_PAUSE_SECONDS) -> None:
        """``longest_seconds`` is how long others wait at most."""
        super().__init__(parent)
        self._longest = longest_seconds
        self._rest = threading.Event()
        self._rest.set()
        # A piece of work leads to others, such as layout and paint: it ends when Qt has nothing more to deliver.
        self._after = QTimer(self, singleShot=True, interval=0)
        self._after.timeout.connect(self._rest.set)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Do a piece of work of the window; may be nested."""
        self._rest.clear()
        try:
            yield
        finally:
            self._after.start()

    def pause(self) -> None:
        """Return at once, or when the window has done its work, after a bounded time in any case."""
        self._rest.wait(self._longest)
