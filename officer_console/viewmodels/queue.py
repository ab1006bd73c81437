"""The list of dossiers: searches, the newest answer wins, refreshes that keep the officer's place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from officer_console.domain.deadline import Condition, condition, today
from officer_console.domain.dossier import Status
from officer_console.domain.errors import RuleError
from officer_console.domain.reference import Reference
from officer_console.domain.search import WORK_QUEUE, Criteria, Row
from officer_console.viewmodels.days import day
from officer_console.viewmodels.ports import (
    ChangePort,
    Clock,
    Counted,
    Job,
    Jobs,
    Marks,
    NewsPort,
    Page,
    QueueService,
    StatusPort,
)
from officer_console.viewmodels.queue_choice import QueueChoice, Windows
from officer_console.viewmodels.queue_model import WINDOW, QueueModel

REFRESH_MILLISECONDS = 400
WINDOWS_UNDER_WAY = 3
JOBS_REMEMBERED = 8
_REST_FACTOR = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """What stands around the table. ``count`` is ``None`` until known; ``more`` says that it stopped at its bound.

    ``receiving`` is true until the first synchronisation of the session is through.
    """

    busy: bool = False
    count: int | None = None
    more: bool = False
    error: Exception | None = None
    receiving: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fresh:
    windows: dict[int, tuple[Row, ...]]
    total: int
    count: int
    more: bool
    marks: Marks | None


class QueueViewModel(QObject):
    """Signals: ``changed`` (state), ``refused`` (a RuleError with its field), ``answered`` (a new answer is in the
    table), ``refreshed`` (rows may have moved; put the selection back), ``relabelled`` (reference lists changed).
    """

    changed = Signal()
    refused = Signal(object)
    answered = Signal()
    refreshed = Signal()
    relabelled = Signal()

    def __init__(
        self,
        queue: QueueService[Any],
        runner: Jobs,
        news: NewsPort,
        *,
        reference: Callable[[], Reference],
        clock: Clock,
        working: Callable[[], AbstractContextManager[None]] = nullcontext,
        parent: QObject | None = None,
    ) -> None:
        """``reference`` reads the lists and labels; it is called on a pool thread.

        ``working`` marks pieces of work of the window, so that background work steps aside (``background.courtesy``).
        """
        super().__init__(parent)
        self.working = working
        self._queue = queue
        self._runner = runner
        self._clock = clock
        self._read_reference = reference
        self.model = QueueModel(self)
        self.model.needed.connect(self._want)
        self.choice = QueueChoice(self.model, self._read_windows, self)
        self.reference = Reference()
        self.criteria = WORK_QUEUE
        self.state = QueueState()
        self.selected_id: str | None = None
        self._request = 0
        self._jobs: list[Job] = []
        self._marks: Marks | None = None
        self._wanted: list[int] = []
        self._loading: set[int] = set()
        self._watched = (0, 0)
        self._active = True
        self._stale = False
        self._refreshing = False
        self._lasted = QElapsedTimer()
        self._fetch = QTimer(self, singleShot=True, interval=0)
        self._fetch.timeout.connect(self._load_wanted)
        self._rest = QTimer(self, singleShot=True, interval=REFRESH_MILLISECONDS)
        self._rest.timeout.connect(self._refresh_now)
        news.changed.connect(self._on_news)
        news.status.connect(self._on_status)

    def start(self) -> None:
        """Read the labels and show the work queue."""
        self._load_reference()
        self.search(self.criteria)

    def search(self, criteria: Criteria) -> bool:
        """Begin a search; answers of earlier ones are dropped. Returns whether the criteria were accepted."""
        try:
            criteria.checked()
        except RuleError as error:
            self.refused.emit(error)
            return False
        self._drop_jobs()
        self.criteria = criteria
        request = self._request
        self.state = replace(self.state, busy=True, error=None)
        # Asked for before it is shown: the other thread wakes up meanwhile.
        self._run(lambda: self._queue.page(criteria, None, WINDOW), lambda page: self._on_page(request, page), request)
        with self.working():
            self.changed.emit()
        return True

    def again(self) -> None:
        """Repeat the search from the top."""
        self.search(self.criteria)

    def select(self, dossier_id: str | None) -> None:
        """Remember which dossier is selected."""
        self.selected_id = dossier_id

    def watch(self, first: int, last: int) -> None:
        """Say which positions are on the screen; a refresh reads those again."""
        self._watched = (max(0, first), max(first, last))

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - a Qt property setter in spirit
        """Say whether the page is in front; a hidden page refreshes when it comes back."""
        self._active = active
        if active and self._stale:
            self._refresh_soon(0)

    def stop(self) -> None:
        """Drop what is under way and stay quiet: the store is about to be closed."""
        self._active = False
        self._rest.stop()
        self._fetch.stop()
        self._drop_jobs()

    def condition(self, row: Row) -> Condition | None:
        """Return the Tình trạng of a row on today's Vietnamese date."""
        soon = self.reference.settings.due_soon_days
        return condition(Status(row.status), day(row.due_day), today(self._clock()), soon)

    def _set(self, state: QueueState) -> None:
        self.state = state
        self.changed.emit()

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None], request: int) -> None:
        job = self._runner.run(work, done, lambda error: self._on_failure(request, error))
        self._jobs = [*self._jobs[-JOBS_REMEMBERED:], job]

    def _drop_jobs(self) -> None:
        self._request += 1
        for job in self._jobs:
            job.cancel()
        if self._jobs:
            self._queue.interrupt()
        self._jobs = []
        self._marks = None
        self._wanted = []
        self._loading.clear()
        self._refreshing = False

    def _on_failure(self, request: int, error: Exception) -> None:
        if request != self._request:
            return
        self._loading.clear()
        self._refreshing = False
        if isinstance(error, RuleError):
            self.refused.emit(error)
            self._set(replace(self.state, busy=False))
            return
        self._set(replace(self.state, busy=False, error=error))

    def _on_page(self, request: int, page: Page) -> None:
        if request != self._request:
            return
        self.choice.clear()
        self.model.show(page.rows)
        self._watched = (0, 0)
        criteria = self.criteria
        if page.next is None:
            self._set(replace(self.state, busy=False, count=len(page.rows), more=False))
        else:
            self._set(replace(self.state, busy=False, count=None, more=False))
            self._run(lambda: self._queue.count(criteria), lambda counted: self._on_count(request, counted), request)
            self._run(lambda: self._queue.anchors(criteria), lambda marks: self._on_marks(request, marks), request)
        self.answered.emit()

    def _on_count(self, request: int, counted: Counted) -> None:
        if request == self._request:
            self._set(replace(self.state, count=counted.value, more=counted.more))

    def _on_marks(self, request: int, marks: Marks) -> None:
        if request == self._request:
            self._marks = marks
            self.model.grow(marks.count)

    def _want(self, window: int) -> None:
        if self._marks is None or window in self._loading:
            return
        if window in self._wanted:
            self._wanted.remove(window)
        self._wanted.append(window)
        self._fetch.start()

    def _load_wanted(self) -> None:
        marks, request, criteria = self._marks, self._request, self.criteria
        if marks is None:
            return
        while self._wanted and len(self._loading) < WINDOWS_UNDER_WAY:
            window = self._wanted.pop()
            self._loading.add(window)
            self._run(
                lambda window=window: self._queue.window(criteria, marks, window * WINDOW, WINDOW),  # type: ignore[misc]
                lambda rows, window=window: self._on_window(request, window, rows),  # type: ignore[misc]
                request,
            )
        # What a fast scroll ran past is not fetched any more.
        del self._wanted[:-WINDOWS_UNDER_WAY]

    def _read_windows(self, windows: Sequence[int], done: Callable[[Windows], None]) -> None:
        marks, request, criteria = self._marks, self._request, self.criteria
        if marks is None:
            return

        def read() -> dict[int, tuple[Row, ...]]:
            return {window: self._queue.window(criteria, marks, window * WINDOW, WINDOW) for window in windows}

        # After a refresh positions mean other rows; whoever asked asks again.
        self._run(read, lambda found: done(found) if marks is self._marks else None, request)

    def _on_window(self, request: int, window: int, rows: tuple[Row, ...]) -> None:
        if request != self._request:
            return
        self._loading.discard(window)
        self.model.put(window, rows)
        if self._wanted:
            self._fetch.start()

    def _on_news(self, change: ChangePort) -> None:
        if change.reference:
            self._load_reference()
        if change.dossier_ids or change.all_dossiers:
            self._stale = True
            self._refresh_soon(REFRESH_MILLISECONDS)

    def _on_status(self, status: StatusPort) -> None:
        receiving = status.online and status.serving and not status.first_sync_done
        if receiving != self.state.receiving:
            self._set(replace(self.state, receiving=receiving))

    def _refresh_soon(self, milliseconds: int) -> None:
        if self._active and not self._rest.isActive():
            self._rest.start(milliseconds)

    def _refresh_now(self) -> None:
        if self._refreshing or self.state.busy:
            self._rest.start(REFRESH_MILLISECONDS)
            return
        self._stale = False
        self._refreshing = True
        self._lasted.start()
        criteria, request = self.criteria, self._request
        first, last = (position // WINDOW for position in self._watched)
        windows = sorted({*range(first, last + 1), *self.choice.windows()})
        self._run(
            lambda: self._read_again(criteria, windows),
            lambda fresh: self._on_fresh(request, fresh),
            request,
        )

    def _read_again(self, criteria: Criteria, windows: Sequence[int]) -> _Fresh:
        page = self._queue.page(criteria, None, WINDOW)
        if page.next is None:
            return _Fresh(windows={0: page.rows}, total=len(page.rows), count=len(page.rows), more=False, marks=None)
        counted = self._queue.count(criteria)
        marks = self._queue.anchors(criteria)
        loaded = {0: page.rows}
        for window in windows:
            if window and window * WINDOW < marks.count:
                loaded[window] = self._queue.window(criteria, marks, window * WINDOW, WINDOW)
        return _Fresh(windows=loaded, total=marks.count, count=counted.value, more=counted.more, marks=marks)

    def _on_fresh(self, request: int, fresh: _Fresh) -> None:
        if request != self._request:
            return
        self._refreshing = False
        self._marks = fresh.marks
        self._loading.clear()
        self._wanted = []
        self.model.replace(fresh.windows, fresh.total)
        self.choice.follow(fresh.windows)
        self._set(replace(self.state, count=fresh.count, more=fresh.more, error=None))
        self.refreshed.emit()
        if self._stale:
            # A long list is read again less often, so that refreshing never takes most of the time.
            self._refresh_soon(max(REFRESH_MILLISECONDS, _REST_FACTOR * self._lasted.elapsed()))

    def _load_reference(self) -> None:
        self._runner.run(
            self._read_reference, self._on_reference, lambda error: self._set(replace(self.state, error=error))
        )

    def _on_reference(self, reference: Reference) -> None:
        self.reference = reference
        self.model.repaint()
        self.relabelled.emit()
