"""Slow work off the GUI thread: run, then call back on the GUI thread."""

from __future__ import annotations

import logging
import threading
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from officer_console.domain.errors import bug_line

T = TypeVar("T")
log = logging.getLogger(__name__)


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


class _Order(NamedTuple):
    work: Callable[[], object]
    job: Job


class _Outlet(QObject):
    """Carries answers over to the thread it was made on, in the order in which they came.

    It belongs to the application: the last to let go of it may be a thread, and Qt's objects have to end on the thread
    they were made on.
    """

    arrived = Signal()

    def __init__(self, working: Callable[[], AbstractContextManager[None]]) -> None:
        super().__init__(QCoreApplication.instance())
        self._working = working
        self._answers: deque[list[Any]] = deque()
        self.arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def put(self, answer: list[Any]) -> None:
        """Hand over an order, its result and its error (any thread)."""
        self._answers.append(answer)
        with suppress(RuntimeError):  # the application ended before the work did
            self.arrived.emit()

    @Slot()
    def _deliver(self) -> None:
        answer = self._answers.popleft()
        order, result, error = answer
        # The thread may still hold the list: whatever a callback belongs to, a view perhaps, is let go of here.
        answer.clear()
        with self._working():
            order.job.deliver(result, error)


class _Desk:
    """What the threads share: the work, and how many pieces of it are neither done nor forgotten."""

    def __init__(self, working: Callable[[], AbstractContextManager[None]], threads: int) -> None:
        self.orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._outlet = _Outlet(working)
        self._threads = threads
        self._rest = threading.Condition()
        self._open = 0
        self._ended = False

    def take(self, order: _Order) -> None:
        """Take work in; after the end nothing comes of it."""
        with self._rest:
            if self._ended:
                return
            self._open += 1
            self.orders.put(order)

    def serve(self) -> None:
        """Do one piece of work after another until ``None`` comes."""
        while (order := self.orders.get()) is not None:
            result: object = None
            error: Exception | None = None
            try:
                result = order.work()
            except BaseException as caught:  # noqa: BLE001 - every failure belongs to whoever asked
                error = caught if isinstance(caught, Exception) else RuntimeError(type(caught).__name__)
                if not hasattr(error, "code"):
                    log.error("job failed: %s", bug_line(error))  # noqa: TRY400 - a trace may hold data
            answer = [order, result, error]
            # A thread that waits for work keeps nothing of the last one alive.
            del order, result, error
            try:
                self._outlet.put(answer)
            finally:
                self._settled()
        self._leave()

    def forget(self) -> None:
        """Drop what has not begun."""
        with self._rest:
            if self._ended:
                return
            with suppress(Empty):
                while True:
                    self.orders.get_nowait()
                    self._open -= 1
            self._rest.notify_all()

    def idle(self, seconds: float | None, *, end: bool = False) -> bool:
        """Wait until there is nothing left to do; ``end`` takes nothing in after that. Return whether it came true."""
        with self._rest:
            idle = self._rest.wait_for(lambda: self._open == 0, seconds)
            self._ended = self._ended or (end and idle)
            return idle

    def _settled(self) -> None:
        with self._rest:
            self._open -= 1
            self._rest.notify_all()

    def _leave(self) -> None:
        with self._rest:
            self._threads -= 1
            last = self._threads == 0
        if last:
            with suppress(RuntimeError):  # the application ended first
                self._outlet.deleteLater()


class JobRunner:
    """Runs work on a few threads. Must be made on the GUI thread; callbacks arrive there.

    Threads of Python's own: handing work to Qt's pool and back takes more than twice as long (``bench search``).
    """

    def __init__(self, threads: int = 4, *, working: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        """``working`` marks the taking in of an answer, so that background work steps aside (``courtesy``)."""
        self._desk = _Desk(working, threads)
        self._threads = [
            threading.Thread(target=self._desk.serve, name=f"job-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()
        self._dismiss = weakref.finalize(self, _dismiss, self._desk.orders, threads)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> Job:
        """Run ``work`` on a thread, then ``done(result)`` or ``failed(error)`` on the GUI thread."""
        job = Job(done, failed)
        self._desk.take(_Order(work, job))
        return job

    def forget(self) -> None:
        """Drop what has not begun."""
        self._desk.forget()

    def close(self, milliseconds: int = 5000) -> bool:
        """Forget what has not begun and wait for what has; return whether all of it ended in time."""
        self._desk.forget()
        return self._desk.idle(milliseconds / 1000)

    def end(self) -> None:
        """Do all that was asked for and end the threads; waits as long as it takes, so not for the GUI thread."""
        self._desk.idle(None, end=True)
        self._dismiss()
        for thread in self._threads:
            thread.join()


def _dismiss(orders: SimpleQueue[_Order | None], threads: int) -> None:
    for _ in range(threads):
        orders.put(None)
