"""The thread that keeps the store and central in step."""

from __future__ import annotations

import dataclasses
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from officer_console.background.news import News
from officer_console.central.errors import PROTOCOL, CentralError
from officer_console.domain.errors import bug_line
from officer_console.store.errors import StoreError
from officer_console.store.store import Store
from officer_console.sync.engine import SyncEngine
from officer_console.sync.held import OfficeError, Rest
from officer_console.sync.report import Change, SyncStatus

log = logging.getLogger(__name__)
security = logging.getLogger("officer_console.security")

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
        self._asked = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._telling = threading.Lock()
        self._status = SyncStatus()
        # What central asked for in the round just over, and what comes of it.
        self._told_to_wait: CentralError | None = None
        self._resting: Rest | None = None
        self._engine = make_engine(self._announce, self._on_progress)

    @property
    def status(self) -> SyncStatus:
        """How things stand; the object is replaced, never changed."""
        return self._status

    @property
    def rests(self) -> Mapping[str, Rest]:
        """The offices central has asked time for, and until when. May be asked on any thread."""
        return self._engine.rests

    @property
    def rest(self) -> Rest | None:
        """The time central has asked of the whole desk, while it lasts. May be asked on any thread."""
        rest = self._resting
        return rest if rest is not None and rest.lasts(self._clock()) else None

    def start(self) -> None:
        """Begin with a first round at once."""
        self._wake.set()
        self._thread.start()

    def wake(self) -> None:
        """Run a round soon: there is something to send. The time central has asked for is kept."""
        self._wake.set()

    def now(self) -> None:
        """Run a round at once that tries everything once: the officer asked, whatever central has asked for."""
        self._asked.set()
        self._wake.set()

    def recorded(self) -> None:
        """Tell that something more waits, and send it soon. Reads the store: not for the thread of the window.

        A round that hangs on a silent line keeps nobody from seeing that.
        """
        self._count()
        self.wake()

    def leave(self) -> None:
        """Ask the thread to end after the step under way; never waits."""
        self._stop.set()
        self._wake.set()

    def stop(self, seconds: float | None = 10.0) -> bool:
        """End after the step under way; return whether the thread ended in time, however long for ``None``."""
        self.leave()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        self._recall()
        self._count()
        failures = 0
        wait = 0.0
        while not self._stop.is_set():
            self._wake.wait(wait)
            self._wake.clear()
            if self._stop.is_set():
                return
            self._told_to_wait = None
            asked = self._asked.is_set()
            self._asked.clear()
            failures = 0 if self._round(asked=asked) else failures + 1
            wait = min(self._seconds_to_next_round(failures), self._seconds_to_next_try())
            # However much there is to send: central asked for the time, and desks must not come back all at once.
            self._rest()

    def _rest(self) -> None:
        """Leave central alone as long as it said, if it did, and up to a fifth longer, unless the officer asks.

        Who woke the thread meanwhile did it for after.
        """
        told = self._told_to_wait
        if told is None:
            return
        seconds = (told.retry_after or 0.0) * self._random.uniform(1.0, 1.2)
        ends = time.monotonic() + seconds
        now = self._clock()
        self._resting = Rest(since=now, until=now + timedelta(seconds=seconds), error=told)
        self._tell()
        woken = False
        while not (self._stop.is_set() or self._asked.is_set()) and (left := ends - time.monotonic()) > 0:
            woken = self._wake.wait(left) or woken
            self._wake.clear()
        self._resting = None
        if woken:
            self._wake.set()

    def _seconds_to_next_round(self, failures: int) -> float:
        """Return how long to wait when there is nothing to send, after so many failed rounds in a row.

        A poll is 20 % early or late. After failures the range grows up to five minutes: it spreads the desks that find
        central back after an outage, and the first sync needs no wait of its own.
        """
        if not failures:
            return self._poll * self._random.uniform(0.8, 1.2)
        return self._random.uniform(0.5, 1.0) * min(LONGEST_WAIT_SECONDS, self._poll * 2.0 ** min(failures, 6))

    def _seconds_to_next_try(self) -> float:
        """Return in how many seconds a decision may be tried again.

        One that could be tried already was not reached by the round just over: the round's own wait stands for it.
        """
        try:
            with self._store.read() as tx:
                now = self._clock()
                due = tx.outbox.next_due(now)
        except Exception:  # noqa: BLE001 - the round has told of it already, and the thread goes on
            return LONGEST_WAIT_SECONDS
        return LONGEST_WAIT_SECONDS if due is None else max(SHORTEST_WAIT_SECONDS, (due - now).total_seconds())

    def _round(self, *, asked: bool) -> bool:
        """Run a round; return whether the next may come at its usual time."""
        try:
            if not self._reconnect():
                self._tell(online=True, serving=True, signed_in=False, error_code="sign-in-needed", progress=None)
                return False
            self._engine.run_once(self._stop.is_set, asked=asked)
            if self._stop.is_set():
                return True
            # Central's time: how old the data are must not hang on a clock that somebody sets.
            at = self._clock() + (self._engine.clock_offset or timedelta())
            with self._store.apply() as tx:
                tx.cursors.note_sync(at)
        except OfficeError as error:
            # The others are in step, but the list as a whole is as old as it was.
            self._tell(online=True, serving=True, signed_in=True, error_code=error.code, progress=None)
            log.info("one office held: %s status=%d", error.code, error.status)
            return True
        except CentralError as error:
            self._told_to_wait = error if error.retry_after else None
            signed_out = error.code == "sign-in-needed"
            how = {"online": error.answered, "serving": not error.passing, "signed_in": not signed_out}
            self._tell(**how, error_code=error.code, progress=None)
            (security if error.code == PROTOCOL else log).info("round ended: %s status=%d", error.code, error.status)
            return False
        except StoreError as error:
            self._tell(error_code=error.code, progress=None)
            log.error("store failed in a round: %s", error.code)  # noqa: TRY400 - the code says it all, a trace may hold data
            return False
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the synchronisation for the day
            self._tell(error_code="unexpected", progress=None)
            log.error("round failed: %s", bug_line(error))  # noqa: TRY400 - a trace may hold data
            return False
        well = {"online": True, "serving": True, "signed_in": True, "first_sync_done": True}
        self._tell(**well, last_sync=at, error_code=None, progress=None)
        return True

    def _recall(self) -> None:
        """Take up when an earlier start was last in step."""
        try:
            with self._store.read() as tx:
                at = tx.cursors.last_sync()
        except Exception:  # noqa: BLE001 - what stands in the way of reading is told with the counts
            return
        self._status = dataclasses.replace(self._status, last_sync=at, first_sync_done=at is not None)

    def _announce(self, change: Change) -> None:
        self._count()
        self._news.changed.emit(change)

    def _on_progress(self, received: int | None) -> None:
        if received is not None:
            self._tell(online=True, serving=True, signed_in=True, progress=received)

    def _count(self) -> None:
        self._tell()

    def _tell(self, **changes: object) -> None:
        with self._telling:
            try:
                with self._store.read() as tx:
                    counts = tx.outbox.counts()
                    delivery = tx.outbox.delivery()
            except StoreError as error:
                changes["error_code"] = error.code
            except Exception as error:  # noqa: BLE001 - as in a round: the thread goes on
                changes["error_code"] = "unexpected"
                log.error("status not read: %s", bug_line(error))  # noqa: TRY400 - a trace may hold data
            else:
                changes |= {"waiting": counts.waiting, "attention": counts.attention}
                changes |= {"recorded": delivery.recorded, "confirmed": delivery.confirmed}
                changes["unread"] = delivery.unread
            changes["clock_offset"] = self._engine.clock_offset
            rest = self.rest
            changes["rest_until"] = None if rest is None else rest.until
            status = dataclasses.replace(self._status, **changes)  # type: ignore[arg-type]  # fields by name
            self._status = status
            self._news.status.emit(status)
