"""One dossier opened: its data, who holds it, what became of the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from officer_console.domain.checks import Finding
from officer_console.domain.deadline import Condition, condition, today
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import DECIDABLE, Dossier
from officer_console.domain.officer import Action, Officer
from officer_console.domain.reference import Reference
from officer_console.viewmodels.decision import DecisionViewModel, missing_picture
from officer_console.viewmodels.household import HouseholdViewModel
from officer_console.viewmodels.locks import Lock, LockKind, lock
from officer_console.viewmodels.outcome import Outcome, outcome
from officer_console.viewmodels.pictures import PicturesViewModel
from officer_console.viewmodels.ports import Clock, Jobs, NewsPort
from officer_console.viewmodels.review_ports import DecideService, Failure, Opened, Refused, ReviewService, failure


class ReviewViewModel(QObject):
    """The detail page. ``changed`` says that something shown differs; ``loaded`` that another dossier is on the page.

    ``decode`` is handed to :class:`PicturesViewModel`.
    """

    changed = Signal()
    loaded = Signal()

    def __init__(
        self,
        review: ReviewService,
        decide: DecideService,
        officer: Officer,
        jobs: Jobs,
        news: NewsPort,
        decode: Callable[[bytes], Any],
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._review = review
        self._decide = decide
        self._officer = officer
        self._jobs = jobs
        self._clock = clock
        self.pictures = PicturesViewModel(review, jobs, decode, self)
        # A picture that was added is not missed any more: findings and complaints are told anew.
        self.pictures.changed.connect(self.changed)
        self.decision = DecisionViewModel(decide, self.pictures, jobs, self)
        self.decision.recorded.connect(self._on_recorded)
        self.decision.failed.connect(self._on_failed)
        self.household = HouseholdViewModel(review, jobs, self)
        self.household.changed.connect(self.changed)
        self._visit = 0
        self._online = True
        self._renewal = QTimer(self)
        self._renewal.timeout.connect(self._take)
        self._forget()
        news.changed.connect(self._on_news)
        news.status.connect(self._on_status)

    def _forget(self) -> None:
        self._opened: Opened | None = None
        self._dossier_id: str | None = None
        self._recorded: Decision | None = None
        self._again: str | None = None
        self._recorded_version = 0
        self.changed_under = False
        self.put_aside = False
        self.failure: Failure | None = None
        self.household.clear()
        self.taking = False

    @property
    def dossier(self) -> Dossier | None:
        """The dossier on the page; ``None`` while it is being read."""
        return self._opened.dossier if self._opened is not None else None

    @property
    def dossier_id(self) -> str | None:
        """Which dossier the page is about."""
        return self._dossier_id

    @property
    def reference(self) -> Reference:
        """Lists and thresholds."""
        return self._opened.reference if self._opened is not None else Reference()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules say about the declared data; a picture the officer has just added is not missed any more."""
        found = self._opened.findings if self._opened is not None else ()
        brought = self.decision.brought
        return tuple(finding for finding in found if missing_picture(finding) not in brought)

    @property
    def condition(self) -> Condition | None:
        """Tình trạng as of today in Vietnam."""
        dossier = self.dossier
        if dossier is None:
            return None
        return condition(dossier.status, dossier.due_on, today(self._clock()), self.reference.settings.due_soon_days)

    @property
    def days_left(self) -> int:
        """Calendar days until the last day in time; negative when it has passed."""
        return (self.dossier.due_on - today(self._clock())).days if self.dossier is not None else 0

    @property
    def holds_lease(self) -> bool:
        """Whether this officer has the dossier."""
        return self.dossier is not None and self._holds(self.dossier)

    @property
    def offline(self) -> bool:
        """Whether the page was opened without asking central."""
        return self._opened is not None and (self._opened.offline or not self._online)

    @property
    def attention(self) -> Refused | None:
        """The refused decision the officer has to look at."""
        found = self._opened.attention if self._opened is not None else None
        return None if found is None or found.op_id == self._again else found

    @property
    def may_break_lease(self) -> bool:
        """Whether the officer may take the dossier from whoever holds it."""
        return self._is_leased() and self._officer.may(Action.BREAK_LEASE)

    @property
    def outcome(self) -> Outcome | None:
        """What the banner says about the decision."""
        opened, fresh = self._opened, self._recorded is not None
        if opened is None:
            return None
        sending = opened.pending is not None or self._unanswered()
        return outcome(opened.dossier, sending=sending, attention=self.attention, fresh=fresh, online=self._online)

    def open(self, dossier_id: str) -> None:
        """Show a dossier: its data at once, the lease in the background."""
        self.leave()
        visit = self._visit
        self._dossier_id = dossier_id

        def done(opened: Opened) -> None:
            if visit != self._visit:
                return
            self._show(opened)
            self.loaded.emit()
            if self._wants_lease():
                self._take()

        self._jobs.run(lambda: self._review.open(dossier_id), done, self._failing(visit))
        self.changed.emit()

    def leave(self) -> None:
        """Give the lease back and forget the dossier; answers still under way are dropped."""
        self._visit += 1
        self._renewal.stop()
        opened, dossier_id = self._opened, self._dossier_id
        # A decision on its way ends the lease at central by itself; until then nobody else shall take the dossier.
        waits = opened is not None and (opened.pending is not None or self._unanswered())
        self._forget()
        self.decision.clear()
        self.pictures.clear()
        if opened is not None and dossier_id is not None and self._holds(opened.dossier) and not waits:
            self._release(dossier_id)
        self.changed.emit()

    def reload(self, because: Failure | None = None) -> None:
        """Read the dossier again; what was entered stays. ``because`` is told with what is then on the page."""
        visit, dossier_id = self._visit, self._dossier_id
        if dossier_id is None:
            return

        def done(opened: Opened) -> None:
            if visit == self._visit:
                self._reloaded(opened)
                if because is not None:
                    self._tell(because)

        self._jobs.run(lambda: self._review.open(dossier_id), done, self._failing(visit))

    def break_lease(self) -> None:
        """*Nhận lại hồ sơ*: a supervisor takes the dossier over."""
        if self.may_break_lease:
            self._ask_lease(break_other=True)

    def check_household(self) -> None:
        """*Kiểm tra HGĐ*: ask the registry without deciding."""
        if self._dossier_id is not None:
            self.household.ask(self._dossier_id)

    def judge_again(self) -> None:
        """*Đánh giá lại*: the refused decision's entries come back, on the version now shown."""
        refused = self.attention
        if refused is None:
            return
        self._again = refused.op_id
        self._recorded = None
        self.decision.restore(refused.decision, refused.op_id)
        self._relock()
        self._take()

    def accept_other(self) -> None:
        """Put the own refused decision aside and show the dossier as it stands; ``put_aside`` says so afterwards."""
        refused, visit = self.attention, self._visit
        if refused is None:
            return
        op_id = refused.op_id

        def done(_: object) -> None:
            if visit == self._visit:
                self._again = op_id
                self._recorded = None
                self.put_aside = True
                self.reload()

        self._jobs.run(lambda: self._decide.withdraw(op_id), done, self._failing(visit))

    def _show(self, opened: Opened) -> None:
        self._opened = opened
        self.failure = None
        held = self._lock(opened)
        self.pictures.show(opened.dossier, editable=held is None)
        self.pictures.want(missing_picture(finding) for finding in opened.findings)
        self.decision.show(opened.dossier, opened.reference, held)
        self.changed.emit()

    def _reloaded(self, opened: Opened) -> None:
        before, was_leased = self.dossier, self._is_leased()
        moved = before is not None and before.version != opened.dossier.version
        self.changed_under = self.changed_under or (moved and self.decision.dirty)
        self._show(opened)
        if was_leased and self._wants_lease():
            self._take()

    def _relock(self) -> None:
        if self._opened is not None:
            self._show(self._opened)

    def _lock(self, opened: Opened) -> Lock | None:
        waits = opened.pending is not None or self._unanswered()
        return lock(opened, self._officer, self._clock(), waits=waits, refused=self.attention is not None)

    def _unanswered(self) -> bool:
        """Whether this visit's decision is neither seen in the outbox any more nor answered by a newer version."""
        opened = self._opened
        if self._recorded is None or opened is None or self.attention is not None:
            return False
        return opened.dossier.version <= self._recorded_version

    def _is_leased(self) -> bool:
        return self.decision.lock is not None and self.decision.lock.kind is LockKind.LEASED

    def _holds(self, dossier: Dossier) -> bool:
        lease = dossier.lease
        return lease is not None and lease.officer_id == self._officer.id and lease.active(self._clock())

    def _wants_lease(self) -> bool:
        dossier = self.dossier
        return dossier is not None and dossier.status in DECIDABLE and self.decision.lock is None

    @Slot()
    def _take(self) -> None:
        if self._wants_lease():
            self._ask_lease(break_other=False)

    def _ask_lease(self, *, break_other: bool) -> None:
        visit, dossier_id = self._visit, self._dossier_id
        if dossier_id is None or self.taking:
            return
        self.taking = True

        def done(opened: Opened) -> None:
            if visit != self._visit:
                if dossier_id != self._dossier_id:
                    self._release(dossier_id)
                return
            self.taking = False
            self._reloaded(opened)
            minutes = opened.reference.settings.lease_minutes
            self._renewal.start(max(1, minutes) * 60_000 // 3)

        def failed(error: Exception) -> None:
            if visit != self._visit:
                return
            self.taking = False
            self._not_taken(failure(error))

        self._jobs.run(lambda: self._review.take(dossier_id, break_other=break_other), done, failed)
        self.changed.emit()

    def _release(self, dossier_id: str) -> None:
        self._jobs.run(lambda: self._review.release(dossier_id), _nothing, _nothing)

    def _not_taken(self, why: Failure) -> None:
        dossier = self.dossier
        if dossier is not None and why.code == LockKind.LEASED.value:
            held = Lock(kind=LockKind.LEASED, data={name: why.data.get(name) for name in ("by", "until")})
            self.decision.show(dossier, self.reference, held)
            self.pictures.show(dossier, editable=False)
        else:
            self.failure = why
        self.changed.emit()

    def _failing(self, visit: int) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            if visit == self._visit:
                self.failure = failure(error)
                self.changed.emit()

        return failed

    @Slot(object)
    def _on_recorded(self, decision: Decision) -> None:
        self._recorded = decision
        self._recorded_version = decision.base_version
        self.changed_under = self.put_aside = False
        self.failure = None
        self._relock()
        self.reload()

    @Slot(object)
    def _on_failed(self, why: Failure) -> None:
        if why.code == "version-changed":
            self.reload(why)
        else:
            self._tell(why)

    def _tell(self, why: Failure) -> None:
        self.failure = why
        self.changed.emit()

    @Slot(object)
    def _on_news(self, change: Any) -> None:  # noqa: ANN401 - anything with ``concerns``
        if self._dossier_id is not None and change.concerns(self._dossier_id):
            self.reload()

    @Slot(object)
    def _on_status(self, status: Any) -> None:  # noqa: ANN401 - anything with ``online``
        if status.online != self._online:
            self._online = status.online
            if self._online and self._opened is not None and self._opened.offline:
                self._take()
            self.changed.emit()


def _nothing(_: object) -> None:
    """Giving a lease back is a courtesy: it runs out by itself when central cannot be told."""
