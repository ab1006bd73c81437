"""A lock that nobody waits long for while others come and go: who has waited long enough is the next."""

from __future__ import annotations

import threading
import time
from collections import deque
from types import TracebackType

# Handing the lock to one who sleeps costs a change of threads each time; until somebody has waited so long, whoever is
# awake may take it first.
PATIENCE_SECONDS = 0.02


class _Turn:
    """One who waits: since when, and whether the lock was handed to him."""

    __slots__ = ("called", "given", "since", "wake")

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.called = self.given = False
        self.wake = threading.Lock()
        self.wake.acquire()


class Turns:
    """The lock of SQLite's writers. ``threading.Lock`` goes to whoever is awake, however long others have waited."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[_Turn] = deque()
        self._taken = False

    def __enter__(self) -> None:
        """Wait for the lock."""
        with self._guard:
            if self._take():
                return
            turn = _Turn()
            self._waiting.append(turn)
        while True:
            turn.wake.acquire()
            with self._guard:
                if turn.given:
                    return
                # only the first in the queue is called
                if self._take():
                    self._waiting.popleft()
                    return
                turn.called = False

    def _take(self) -> bool:
        if self._taken:
            return False
        self._taken = True
        return True

    def __len__(self) -> int:
        """Return how many wait."""
        with self._guard:
            return len(self._waiting)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock to the next when he has waited long, otherwise call him."""
        with self._guard:
            if not self._waiting:
                self._taken = False
                return
            first = self._waiting[0]
            first.given = time.monotonic() - first.since > PATIENCE_SECONDS
            if first.given:
                self._waiting.popleft()
            else:
                self._taken = False
            if not first.called:
                first.called = True
                first.wake.release()
