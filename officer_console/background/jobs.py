"""Slow work off the GUI thread: run, then call back on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

T = TypeVar("T")


class Job:
    """A piece of work under way. ``cancel`` does not stop it; its answer is dropped."""

    def __init__(self, done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        self._done = done
        self._failed = failed
        self._cancelled = False

    def cancel(self) -> None:
        """Drop the callbacks (GUI thread)."""
        self._cancelled = True

    def deliver(self, result: object, error: Exception | None) -> None:
        """Call back, unless cancelled (GUI thread)."""
        if self._cancelled:
            return
        if error is None:
            self._done(result)
        else:
            self._failed(error)


class _Outlet(QObject):
    """Carries answers over to the thread it was made on."""

    finished = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self.finished.connect(self._deliver)

    @Slot(object, object, object)
    def _deliver(self, job: Job, result: object, error: Exception | None) -> None:
        job.deliver(result, error)


class _Task(QRunnable):
    def __init__(self, work: Callable[[], object], job: Job, outlet: _Outlet) -> None:
        super().__init__()
        self._work = work
        self._job = job
        self._outlet = outlet

    def run(self) -> None:
        """Do the work and hand the answer, or the error, to the GUI thread."""
        result: object = None
        error: Exception | None = None
        try:
            result = self._work()
        except Exception as caught:  # noqa: BLE001 - every failure belongs to whoever asked
            error = caught
        self._outlet.finished.emit(self._job, result, error)


class JobRunner:
    """Runs work on a pool of threads. Must be made on the GUI thread; callbacks arrive there."""

    def __init__(self, threads: int = 4) -> None:
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        self._outlet = _Outlet()

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> Job:
        """Run ``work`` on a pool thread, then ``done(result)`` or ``failed(error)`` on the GUI thread."""
        job = Job(done, failed)
        self._pool.start(_Task(work, job, self._outlet))
        return job

    def close(self, milliseconds: int = 5000) -> bool:
        """Forget what has not begun and wait for what has; return whether all of it ended in time."""
        self._pool.clear()
        return self._pool.waitForDone(milliseconds)
