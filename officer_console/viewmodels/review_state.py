"""What the detail page shows of one dossier: everything that is read off, nothing that is done."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from officer_console.domain.checks import Finding
from officer_console.domain.deadline import Condition, condition, today
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import DECIDABLE, Dossier
from officer_console.domain.evidence import CardEvidence, TruthRow, compared, of_guardian, truth
from officer_console.domain.officer import Action, Officer
from officer_console.domain.reference import Reference
from officer_console.domain.registry import RegistryAnswer
from officer_console.viewmodels.decision import DecisionViewModel, missing_picture
from officer_console.viewmodels.drafts import DraftViewModel
from officer_console.viewmodels.evidence import EvidenceViewModel
from officer_console.viewmodels.household import HouseholdViewModel
from officer_console.viewmodels.locks import Lock, LockKind, lock
from officer_console.viewmodels.outcome import Outcome, outcome
from officer_console.viewmodels.ports import Clock
from officer_console.viewmodels.review_ports import Failure, Opened, Refused


class ReviewState(QObject):
    """The state behind :class:`officer_console.viewmodels.review.ReviewViewModel`, which alone changes it.

    ``changed`` says that something shown differs; ``loaded`` that another dossier is on the page. ``changed_under``:
    the dossier changed while something was entered; ``unseen``: what is to be judged changed on the page, and the
    officer has not said that he has read it; ``put_aside``: the officer's refused decision was put aside.
    """

    changed = Signal()
    loaded = Signal()
    decision: DecisionViewModel
    drafts: DraftViewModel
    evidence: EvidenceViewModel
    household: HouseholdViewModel

    def __init__(self, officer: Officer, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._officer = officer
        self._clock = clock
        self._online = True
        self._forget()

    def _forget(self) -> None:
        self._opened: Opened | None = None
        self._dossier_id: str | None = None
        self._recorded: Decision | None = None
        self._again: str | None = None
        self._recorded_version = 0
        self._had_lease = False
        self.changed_under = False
        self.unseen = False
        self.put_aside = False
        self.failure: Failure | None = None

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
    def lost_lease(self) -> bool:
        """Whether somebody else has taken the dossier that this officer had."""
        return self.decision.lock is not None and self.decision.lock.kind is LockKind.LOST

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
    def registry(self) -> RegistryAnswer | None:
        """The newest answer of the household registry: to *Kiểm tra HGĐ*, or the one the dossier carries."""
        known = (self.household.answer, self.dossier.registry if self.dossier is not None else None)
        return max((answer for answer in known if answer is not None), key=lambda one: one.checked_at, default=None)

    @property
    def cards(self) -> tuple[CardEvidence, ...]:
        """The citizen's cards; that of who acts for a minor is not among them."""
        return tuple(found for found in self.evidence.evidence if not self._of_guardian(found))

    @property
    def guardian_card(self) -> bool:
        """Whether a card is that of who acts for the minor."""
        return any(self._of_guardian(found) for found in self.evidence.evidence)

    @property
    def truth(self) -> tuple[TruthRow, ...]:
        """The truth table; no rows while there is no dossier."""
        dossier = self.dossier
        if dossier is None:
            return ()
        return truth(dossier.declaration, self.cards, self.registry, dossier.previous)

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

    def _lock(self, opened: Opened) -> Lock | None:
        waits = opened.pending is not None or self._unanswered()
        draft = self.drafts.offered
        return lock(
            opened,
            self._officer,
            self._clock(),
            waits=waits,
            refused=self.attention is not None,
            held=self._had_lease,
            draft_at=draft.at if draft is not None else None,
            changed=self.unseen,
        )

    def _unanswered(self) -> bool:
        """Whether this visit's decision is neither seen in the outbox any more nor answered by a newer version."""
        opened = self._opened
        if self._recorded is None or opened is None or self.attention is not None:
            return False
        return opened.dossier.version <= self._recorded_version

    def _compared(self) -> tuple[str, ...]:
        return compared(self.cards, self.truth)

    def _of_guardian(self, found: CardEvidence) -> bool:
        dossier = self.dossier
        return dossier is not None and of_guardian(dossier.declaration, found.values.known)

    def _is_leased(self) -> bool:
        return self.decision.lock is not None and self.decision.lock.kind in (LockKind.LEASED, LockKind.LOST)

    def _holds(self, dossier: Dossier) -> bool:
        lease = dossier.lease
        return lease is not None and lease.officer_id == self._officer.id and lease.active(self._clock())

    def _wants_lease(self) -> bool:
        dossier = self.dossier
        free = self.decision.lock is None or self.decision.lock.kind is LockKind.DRAFT
        return dossier is not None and dossier.status in DECIDABLE and free
