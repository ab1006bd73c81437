"""The list side of the program as the search benchmark drives it: without widgets, timed."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer, Signal

from bench.sealed_store import clock
from officer_console.background.courtesy import Courtesy
from officer_console.background.jobs import JobRunner
from officer_console.domain.reference import Reference
from officer_console.domain.search import Criteria, Row
from officer_console.services.queue import Queue
from officer_console.store.search import Anchors, Count, PageCursor, ResultPage
from officer_console.store.store import Store
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import WINDOW, Column

WAIT_SECONDS = 30.0


def until(done: Callable[[], bool]) -> None:
    """Let the event loop run until ``done()``; raises ``TimeoutError`` after ``WAIT_SECONDS``."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not done():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > deadline:
            raise TimeoutError("no answer")


class TimedQueue(Queue):
    """The service as it is, with the processor time of the thread it runs on; marks only where they are wanted."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, clock=clock)
        self.cpu = 0.0
        self.with_marks = False

    def page(self, criteria: Criteria, after: PageCursor | None = None, limit: int = WINDOW) -> ResultPage:
        """Return a page and keep the processor time it took."""
        started = time.thread_time()
        try:
            return super().page(criteria, after, limit)
        finally:
            self.cpu = (time.thread_time() - started) * 1000

    def count(self, criteria: Criteria) -> Count:
        """Count only where the case measures it."""
        return super().count(criteria) if self.with_marks else Count(value=WINDOW, more=True)

    def anchors(self, criteria: Criteria) -> Anchors:
        """Make marks only where the case measures them."""
        return super().anchors(criteria) if self.with_marks else Anchors(every=1, counts=(WINDOW,), keys=())


class Silence(QObject):
    """News of nothing."""

    changed = Signal(object)
    status = Signal(object)


class Desk:
    """The list side of the program without its widgets."""

    def __init__(self, store: Store) -> None:
        self._queue = TimedQueue(store)
        self._news = Silence()
        courtesy = Courtesy()
        self._runner = JobRunner(working=courtesy.working)
        self.view = QueueViewModel(
            self._queue, self._runner, self._news, reference=Reference, clock=clock, working=courtesy.working
        )
        self.model = self.view.model
        self.model.use_columns([Column(key="number", title="", text=lambda row, _: row.number)])
        # Wakes the loop, so that a wait without an answer comes to its end.
        self._pulse = QTimer(interval=1000)
        self._pulse.start()
        self._answered = False
        self.view.answered.connect(self._on_answer)

    def _on_answer(self) -> None:
        self._answered = True

    def search(self, criteria: Criteria, *, marks: bool = False) -> tuple[float, float]:
        """Search and wait for the rows; return wall and processor milliseconds. With ``marks`` wait for them too."""
        self._settle()
        self._answered = False
        self._queue.with_marks = marks
        cpu = time.thread_time()
        started = time.perf_counter()
        if not self.view.search(criteria):
            raise RuntimeError("the criteria were refused")
        until(lambda: self._answered)
        wall = (time.perf_counter() - started) * 1000
        spent = (time.thread_time() - cpu) * 1000 + self._queue.cpu
        if marks:
            until(lambda: self.model.rowCount() > WINDOW)
        return wall, spent

    def jump(self, position: int) -> float:
        """Ask for a row far away as the table does when it is scrolled; return the milliseconds until it is there."""
        index = self.model.index(position, 0)
        started = time.perf_counter()
        self.model.data(index, self.model.ROW)
        until(lambda: self.model.row_at(position) is not None)
        wall = (time.perf_counter() - started) * 1000
        row: Row | None = self.model.row_at(position)
        if row is None:
            raise RuntimeError("no row")
        return wall

    def _settle(self) -> None:
        """Deliver what the last answer was followed by."""
        QCoreApplication.processEvents()
