"""One dossier opened: its data, who holds it, what became of the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Slot

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import Decision
from officer_console.domain.judged import as_judged
from officer_console.domain.officer import Officer
from officer_console.services.drafts import KeptDraft
from officer_console.services.evidence import Card
from officer_console.viewmodels.decision import DecisionViewModel, missing_picture
from officer_console.viewmodels.drafts import DraftService, DraftViewModel
from officer_console.viewmodels.evidence import EvidenceService, EvidenceViewModel
from officer_console.viewmodels.household import HouseholdViewModel
from officer_console.viewmodels.leases import LeaseKeeper
from officer_console.viewmodels.locks import Lock, LockKind
from officer_console.viewmodels.pictures import PicturesViewModel
from officer_console.viewmodels.ports import Clock, Jobs, NewsPort
from officer_console.viewmodels.review_ports import DecideService, Failure, Opened, ReviewService, failure
from officer_console.viewmodels.review_state import ReviewState

_CARD_PICTURES = (AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK)


class ReviewViewModel(ReviewState):
    """The detail page: what the officer does on it. ``decode`` is handed to :class:`PicturesViewModel`.

    ``jobs`` runs what reads and writes the store. ``calls`` runs what asks central or the gate and may hang for a
    while: nothing that is written waits behind it.
    """

    def __init__(
        self,
        review: ReviewService,
        decide: DecideService,
        drafts: DraftService,
        officer: Officer,
        jobs: Jobs,
        news: NewsPort,
        decode: Callable[[bytes], Any],
        clock: Clock,
        parent: QObject | None = None,
        *,
        calls: Jobs | None = None,
        evidence: EvidenceService | None = None,
    ) -> None:
        super().__init__(officer, clock, parent)
        calls = calls or jobs
        self._review = review
        self._decide = decide
        self._kept = drafts
        self._jobs = jobs
        self.pictures = PicturesViewModel(review, calls, decode, self)
        # A picture that was added is not missed any more: findings and complaints are told anew.
        self.pictures.changed.connect(self.changed)
        self.decision = DecisionViewModel(decide, self.pictures, jobs, self, compared=self._compared)
        self.decision.recorded.connect(self._on_recorded)
        self.decision.failed.connect(self._on_failed)
        self.drafts = DraftViewModel(drafts, self.decision, self.pictures, jobs, self)
        self.drafts.changed.connect(self._relock)
        self.drafts.failed.connect(self._on_failed)
        self.household = HouseholdViewModel(review, calls, self)
        self.household.changed.connect(self.changed)
        self.evidence = EvidenceViewModel(evidence, calls, self)
        self.evidence.changed.connect(self.changed)
        self.pictures.changed.connect(self._look_again)
        self._leases = LeaseKeeper(review, calls, self)
        self._leases.taken.connect(self._reloaded)
        self._leases.refused.connect(self._not_taken)
        self._leases.due.connect(self._take)
        self._visit = 0
        # The card that has led to a dossier, until that is read.
        self._carried: Card | None = None
        news.changed.connect(self._on_news)
        news.status.connect(self._on_status)

    def open(self, dossier_id: str, *, judge_again: bool = False) -> None:
        """Show a dossier: its data at once, the lease in the background.

        ``judge_again`` enters what the refused decision on it held, as *Đánh giá lại* does.
        """
        self.leave()
        visit = self._visit
        self._dossier_id = dossier_id
        self._leases.begin(dossier_id)

        def done(found: tuple[Opened, KeptDraft | None]) -> None:
            if visit != self._visit:
                return
            opened, draft = found
            self.drafts.begin(dossier_id, draft)
            self._show(opened)
            self.loaded.emit()
            if judge_again and self.attention is not None:
                self.judge_again()
            else:
                self._take()

        self._jobs.run(lambda: (self._review.open(dossier_id), self._kept.find(dossier_id)), done, self._failing(visit))
        self.changed.emit()

    def leave(self) -> None:
        """Give the lease back and forget the dossier; answers still under way are dropped."""
        self._visit += 1
        self._carried = None
        self.drafts.end()
        opened = self._opened
        # A decision on its way ends the lease at central by itself; until then nobody else shall take the dossier.
        waits = opened is not None and (opened.pending is not None or self._unanswered())
        self._leases.end(give_back=opened is not None and self._holds(opened.dossier) and not waits)
        self._forget()
        self.household.clear()
        self.evidence.clear()
        self.decision.clear()
        self.pictures.clear()
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

    def break_lease(self, reason: str) -> None:
        """*Nhận lại hồ sơ*: a supervisor takes the dossier over and says why."""
        if self.may_break_lease:
            self._leases.ask(break_other=True, reason=reason.strip() or None)
            self.changed.emit()

    def acknowledge(self) -> None:
        """*Đã xem lại*: the officer has read the dossier as it stands now."""
        if self.unseen or self.changed_under:
            self.unseen = self.changed_under = False
            self.failure = None
            self._relock()

    def take_up_draft(self) -> None:
        """*Tiếp tục*: the kept draft comes back into the form; nothing is recorded by it."""
        found = self.drafts.take_up()
        if found is None:
            return
        self._again = found.entries.replaces
        dossier = self.dossier
        self.changed_under = dossier is not None and not found.entries.fits(dossier)
        self._relock()
        self._take()

    def check_household(self) -> None:
        """*Kiểm tra HGĐ*: ask the registry without deciding."""
        if self._dossier_id is not None:
            self.household.ask(self._dossier_id)

    def show_card(self, card: Card) -> None:
        """Take a card that a reader at the counter has read as evidence of the dossier that is open or being opened."""
        if self.evidence.dossier_id is not None:
            self.evidence.show_card(card)
        elif self._dossier_id is not None:
            self._carried = card

    def judge_again(self) -> None:
        """*Đánh giá lại*: the refused decision's entries come back, on the version now shown."""
        refused = self.attention
        if refused is None:
            return
        self._again = refused.op_id
        self._recorded = None
        draft = self.drafts.offered
        if draft is not None and draft.entries.replaces == refused.op_id:
            # Judging again was begun before: what was typed then is the newer.
            self.drafts.take_up()
        else:
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
        self._had_lease = self._had_lease or self._holds(opened.dossier)
        held = self._lock(opened)
        self.pictures.show(opened.dossier, editable=held is None)
        self.pictures.want(missing_picture(finding) for finding in opened.findings)
        self.decision.show(opened.dossier, opened.reference, held)
        self.changed.emit()
        # After the page has asked for its pictures: they come first.
        self._look(opened.dossier.id)
        card, self._carried = self._carried, None
        if card is not None:
            self.evidence.show_card(card)

    def _look(self, dossier_id: str) -> None:
        """Have the cards on the pictures that count read; what the officer put in place is one of them."""
        cards = (slot.sha256 for slot in self.pictures.slots if slot.kind in _CARD_PICTURES)
        self.evidence.show(dossier_id, [sha256 for sha256 in cards if sha256 is not None])

    @Slot()
    def _look_again(self) -> None:
        if self._opened is not None and self.evidence.dossier_id == self._opened.dossier.id:
            self._look(self._opened.dossier.id)

    @Slot(object)
    def _reloaded(self, opened: Opened) -> None:
        before, was_leased = self.dossier, self._is_leased()
        now = opened.dossier
        # Versions are used again after central was restored from a backup: the number alone says nothing.
        differs = before is not None and as_judged(replace(before, version=now.version)) != as_judged(now)
        moved = before is not None and (before.version != now.version or differs)
        self.changed_under = self.changed_under or (moved and self.decision.dirty)
        # What he has read is not what he would decide on; what follows from his own decision he knows.
        own = self._recorded is not None or opened.pending is not None
        self.unseen = (self.unseen or differs) and not own
        self._show(opened)
        if self._is_leased():
            # Whoever lost the dossier keeps what he has typed, whatever becomes of the page.
            self.drafts.flush()
        elif was_leased:
            self._take()

    def _relock(self) -> None:
        if self._opened is not None:
            self._show(self._opened)

    @Slot()
    def _take(self) -> None:
        if self._wants_lease():
            self._leases.ask()
            self.changed.emit()

    @Slot(object)
    def _not_taken(self, why: Failure) -> None:
        dossier = self.dossier
        if dossier is not None and why.code == LockKind.LEASED.value:
            kind = LockKind.LOST if self._had_lease else LockKind.LEASED
            held = Lock(kind=kind, data={name: why.data.get(name) for name in ("by", "until")})
            self.decision.show(dossier, self.reference, held)
            self.pictures.show(dossier, editable=False)
            self.drafts.flush()
        else:
            self.failure = why
        self.changed.emit()

    def _failing(self, visit: int) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            if visit == self._visit:
                why = failure(error)
                if why.code == "unknown-dossier":
                    # It has left this desk: what the citizen declared goes from the page, what was entered is kept.
                    self.leave()
                self.failure = why
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
    def _on_status(self, status: Any) -> None:  # noqa: ANN401 - anything with ``online`` and ``serving``
        # Of a central that cannot serve just now nothing can be had either.
        online = status.online and status.serving
        if online != self._online:
            self._online = online
            if self._online and self._opened is not None and self._opened.offline:
                self._take()
            self.changed.emit()
