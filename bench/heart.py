"""Tells how late the window's event loop was."""

from __future__ import annotations

import time
from typing import NamedTuple

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer

BEAT_MILLISECONDS = 5


class Beat(NamedTuple):
    """One beat: when (``time.perf_counter``), how long after the one before, how late; milliseconds."""

    at: float
    waited: float
    gap: float


class Heart(QObject):
    """Beats on the GUI thread and remembers how late each beat was."""

    def __init__(self) -> None:
        super().__init__()
        self.beats: list[Beat] = []
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MILLISECONDS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin to listen."""
        self.beats = []
        self._since.start()
        self._timer.start()

    def stop(self) -> list[Beat]:
        """End; return the beats."""
        self._timer.stop()
        return self.beats

    def _beat(self) -> None:
        waited = self._since.nsecsElapsed() / 1e6
        self.beats.append(Beat(time.perf_counter(), waited, max(0.0, waited - BEAT_MILLISECONDS)))
        self._since.start()
