"""Lets the garbage collector run on the GUI thread only, in short rounds."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

# Young objects a collection waits for, and how many collections of one generation lead to one of the next.
THRESHOLDS = (20_000, 25, 50)
LOOK_MILLISECONDS = 50


class Collector(QObject):
    """Takes the collector's work away from the other threads. Must be made on the GUI thread.

    Python collects on whichever thread happens to fill the measure, and what a cycle kept alive ends there. A widget
    that ends on another thread waits for the GUI thread while it holds Python's lock, which the GUI thread waits for.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Set aside what start-up has made, and look from now on for what became garbage after it."""
        super().__init__(parent)
        settle()
        self._timer = QTimer(self, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(look)
        self._timer.start()


def settle() -> None:
    """Set aside what start-up has made, so that later full collections look only at what came after it.

    From now on nothing is collected but by ``look`` and ``release``.
    """
    gc.disable()
    gc.collect()
    gc.freeze()


def look() -> None:
    """Collect what has become due by ``THRESHOLDS`` (GUI thread)."""
    due = [count > threshold for count, threshold in zip(gc.get_count(), THRESHOLDS, strict=True)]
    if due[0]:
        gc.collect(2 if due[2] else int(due[1]))


def release() -> None:
    """Let go at once of what is no longer used, as after a sign-out; short, for start-up's objects are set aside."""
    gc.collect()
