"""The thread that keeps the store and central in step."""

from __future__ import annotations

import dataclasses
import logging
import random
import threading
from collections.abc import Callable
from datetime import datetime

from officer_console.background.news import News
from officer_console.central.errors import CentralError
from officer_console.domain.errors import bug_line
from officer_console.store.errors import StoreError
from officer_console.store.store import Store
from officer_console.sync.engine import SyncEngine
from officer_console.sync.report import Change, SyncStatus

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 300.0
SHORTEST_WAIT_SECONDS = 0.2


class SyncThread:
    """Runs the engine when woken and every ``poll_seconds``; tells the news. Start once, stop once."""

    def __init__(
        self,
        store: Store,
        news: News,
        *,
        make_engine: Callable[[Callable[[Change], None], Callable[[int | None], None]], SyncEngine],
        reconnect: Callable[[], bool],
        clock: Callable[[], datetime],
        poll_seconds: float,
        source: random.Random,
    ) -> None:
        """Build the thread without starting it.

        ``reconnect`` tries to get a session with central when there is none and returns whether there is one now.
        """
        self._store = store
        self._news = news
        self._reconnect = reconnect
        self._clock = clock
        self._poll = poll_seconds
        self._random = source
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._status = SyncStatus()
        self._engine = make_engine(self._announce, self._on_progress)

    @property
    def status(self) -> SyncStatus:
        """How things stand; the object is replaced, never changed."""
        return self._status

    def start(self) -> None:
        """Begin with a first round at once."""
        self._count()
        self._wake.set()
        self._thread.start()

    def wake(self) -> None:
        """Run a round soon: there is something to send or the officer asked."""
        self._wake.set()

    def stop(self, seconds: float = 10.0) -> bool:
        """End after the step under way; return whether the thread ended in time."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        failures = 0
        wait = 0.0
        while not self._stop.is_set():
            self._wake.wait(wait)
            self._wake.clear()
            if self._stop.is_set():
                return
            failures = 0 if self._round() else failures + 1
            ceiling = min(LONGEST_WAIT_SECONDS, self._poll * 2.0 ** min(failures, 6))
            wait = self._random.uniform(0.5, 1.0) * ceiling if failures else self._poll * self._random.uniform(0.8, 1.2)
            wait = min(wait, self._seconds_to_next_try())

    def _seconds_to_next_try(self) -> float:
        """Return in how many seconds a decision may be tried again.

        One that could be tried already was not reached by the round just over: the round's own wait stands for it.
        """
        try:
            with self._store.read() as tx:
                due = tx.outbox.next_due()
        except StoreError:
            return LONGEST_WAIT_SECONDS
        seconds = LONGEST_WAIT_SECONDS if due is None else (due - self._clock()).total_seconds()
        return max(SHORTEST_WAIT_SECONDS, seconds) if seconds > 0 else LONGEST_WAIT_SECONDS

    def _round(self) -> bool:
        try:
            if not self._reconnect():
                self._tell(online=True, signed_in=False, error_code="sign-in-needed", progress=None)
                return False
            self._engine.run_once(self._stop.is_set)
        except CentralError as error:
            signed_out = error.code == "sign-in-needed"
            self._tell(online=not error.passing, signed_in=not signed_out, error_code=error.code, progress=None)
            log.info("round ended: %s", error.code)
            return False
        except StoreError as error:
            self._tell(error_code=error.code, progress=None)
            log.error("store failed in a round: %s", error.code)  # noqa: TRY400 - the code says it all, a trace may hold data
            return False
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the synchronisation for the day
            self._tell(error_code="unexpected", progress=None)
            log.error("round failed: %s", bug_line(error))  # noqa: TRY400 - a trace may hold data
            return False
        self._tell(
            online=True, signed_in=True, last_sync=self._clock(), first_sync_done=True, error_code=None, progress=None
        )
        return True

    def _announce(self, change: Change) -> None:
        self._count()
        self._news.changed.emit(change)

    def _on_progress(self, received: int | None) -> None:
        if received is not None:
            self._tell(online=True, signed_in=True, progress=received)

    def _count(self) -> None:
        self._tell()

    def _tell(self, **changes: object) -> None:
        try:
            with self._store.read() as tx:
                counts = tx.outbox.counts()
        except StoreError as error:
            changes["error_code"] = error.code
        else:
            changes |= {"waiting": counts.waiting, "attention": counts.attention}
        status = dataclasses.replace(self._status, **changes)  # type: ignore[arg-type]  # fields by name
        self._status = status
        self._news.status.emit(status)
