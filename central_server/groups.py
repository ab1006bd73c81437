"""Several writers' work in one transaction: what comes while one COMMIT is written to the disk shares the next."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, text

from central_server.trips import Step, run

T = TypeVar("T")

# So many share a COMMIT at most: none of them is answered before the last of them is done.
TOGETHER = 8
_KEPT_APART = Step(text("SAVEPOINT one"), {})
_DONE = Step(text("RELEASE one"), {})
_UNDONE = Step(text("ROLLBACK TO one"), {})


class _Asked:
    """Somebody's work, and what came of it."""

    __slots__ = ("done", "error", "result", "wake", "work")

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.done = False
        self.error: BaseException | None = None
        self.result: object = None
        self.wake = threading.Lock()
        self.wake.acquire()


class Groups:
    """The queue before SQLite's only writer. Whoever is at its head does the work of those behind him with his own.

    Each has a savepoint of his own, so that what fails takes nothing from the others; nobody has his answer before the
    COMMIT, and when that fails nobody's work was done.
    """

    def __init__(self, begin: Callable[[], AbstractContextManager[Connection]]) -> None:
        """``begin`` gives a write transaction: commits at the end of the block, rolls back when it raises."""
        self._begin = begin
        self._guard = threading.Lock()
        self._waiting: deque[_Asked] = deque()
        self._led = False

    def do(self, work: Callable[[Connection], T]) -> T:
        """Return what ``work`` returns, when it is on the disk.

        Raises:
            BaseException: what ``work`` raised; none of it was done.
            sqlalchemy.exc.SQLAlchemyError: no transaction was to be had or its COMMIT failed, which all who were to
                share it are told; none of it was done.
        """
        asked = _Asked(work)
        with self._guard:
            self._waiting.append(asked)
            leads, self._led = not self._led, True
        if not leads:
            asked.wake.acquire()
        if not asked.done:
            self._lead()
        if asked.error is not None:
            raise asked.error
        return cast("T", asked.result)

    def __len__(self) -> int:
        """Return how many wait for a transaction."""
        with self._guard:
            return len(self._waiting)

    def _lead(self) -> None:
        group: list[_Asked] = []
        failed: BaseException | None = None
        try:
            with self._begin() as connection:
                # whoever came while the transaction was waited for is in it
                group = self._next()
                for asked in group:
                    _try(connection, asked)
        except BaseException as error:  # noqa: BLE001 - raised by ``do``, in the thread of each of them
            failed = error
        self._tell(group or self._next(), failed)

    def _next(self) -> list[_Asked]:
        with self._guard:
            return [self._waiting.popleft() for _ in range(min(TOGETHER, len(self._waiting)))]

    def _tell(self, group: list[_Asked], failed: BaseException | None) -> None:
        with self._guard:
            leader = self._waiting[0] if self._waiting else None
            self._led = leader is not None
        # the disk is waited for again before anybody looks at his answer
        if leader is not None:
            leader.wake.release()
        for asked in group:
            asked.error = failed or asked.error
            asked.done = True
            asked.wake.release()


def _try(connection: Connection, asked: _Asked) -> None:
    """Do one's work, or nothing of it.

    Raises:
        BaseException: with his work that of the others is gone, too: the database has ended the transaction.
    """
    run(connection, _KEPT_APART)
    try:
        asked.result = asked.work(connection)
    except BaseException as error:
        if not cast("sqlite3.Connection", connection.connection.driver_connection).in_transaction:
            raise
        run(connection, _UNDONE, _DONE)
        asked.error = error
    else:
        run(connection, _DONE)
