"""Đánh giá hồ sơ: what the officer enters, what is still missing, and recording it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.checks import Finding, Level, permitted
from officer_console.domain.decision import Decision, Ticks, Verdict
from officer_console.domain.dossier import Dossier, DossierKind
from officer_console.domain.errors import RuleError
from officer_console.domain.reference import Reason, Reference
from officer_console.services.decide import Draft
from officer_console.services.drafts import Entries
from officer_console.store.outbox import judged_sha256
from officer_console.viewmodels.locks import LOADING, Lock, LockKind
from officer_console.viewmodels.pictures import PicturesViewModel
from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.review_ports import DecideService, Failure, failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What stands in the decision bar."""

    verdict: Verdict | None = None
    reason_code: str | None = None
    reason_text: str = ""
    note: str = ""
    original_compared: bool = False
    signed_form_received: bool = False
    marks_confirmed: bool = False


class DecisionViewModel(QObject):
    """The decision bar.

    ``missing`` carries the findings that stop *Ghi nhận*, ``confirmation_wanted`` is emitted when a change waits for
    *Xác nhận*, ``recorded`` carries the decision, ``failed`` a ``review_ports.Failure``.
    """

    changed = Signal()
    missing = Signal(object)
    confirmation_wanted = Signal()
    recorded = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        decide: DecideService,
        pictures: PicturesViewModel,
        jobs: Jobs,
        parent: QObject | None = None,
        *,
        compared: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        """``compared`` tells what the page showed of the citizen's cards, in codes; see `domain.evidence.compared`."""
        super().__init__(parent)
        self._decide = decide
        self._pictures = pictures
        self._jobs = jobs
        self._cards = compared
        self._visit = 0
        self._dossier: Dossier | None = None
        self._reference = Reference()
        self._initial = Entered()
        self._kept = Entered()
        self._replaces: str | None = None
        self._compared: Draft | None = None
        self.entered = Entered()
        self.lock: Lock | None = LOADING
        self.busy = False

    @property
    def dossier(self) -> Dossier | None:
        """The dossier under judgement."""
        return self._dossier

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The coded reasons of a refusal."""
        return self._reference.reasons

    @property
    def brought(self) -> frozenset[AttachmentKind]:
        """The kinds of picture this decision brings along."""
        return frozenset(photo.kind for photo in self._pictures.replacements)

    @property
    def dirty(self) -> bool:
        """Whether leaving would lose something the officer entered."""
        return self.entered != self._initial or bool(self._pictures.replacements)

    @property
    def ready(self) -> bool:
        """Whether *Ghi nhận* may be pressed."""
        return self._dossier is not None and self.lock is None and not self.busy

    def permits(self, verdict: Verdict) -> bool:
        """Whether the dossier as it stands may be judged so."""
        return self._dossier is not None and permitted(self._dossier.status, verdict)

    def show(self, dossier: Dossier, reference: Reference, lock: Lock | None) -> None:
        """Judge ``dossier``; the same dossier again keeps what was entered."""
        if self._dossier is None or self._dossier.id != dossier.id:
            self.clear()
        self._dossier = dossier
        self._reference = reference
        self.lock = lock
        self.changed.emit()

    def clear(self) -> None:
        """Forget the dossier and everything entered."""
        self._visit += 1
        self._dossier = None
        self._initial = self._kept = self.entered = Entered()
        self.lock = LOADING
        self.busy = False
        self._replaces = self._compared = None
        self.changed.emit()

    def enter(self, **values: Any) -> None:  # noqa: ANN401 - checked by ``Entered``
        """Change fields of :class:`Entered`."""
        entered = replace(self.entered, **values)
        if entered != self.entered:
            self.entered = entered
            self.changed.emit()

    def discard(self) -> None:
        """Drop everything entered, pictures included."""
        self.entered = self._initial
        self._pictures.settle()
        self.changed.emit()

    def restore(self, decision: Decision, op_id: str) -> None:
        """Enter again what the refused decision ``op_id`` held; recording takes that one off the desk first."""
        self.restore_entries(
            Entries(
                base_version=decision.base_version,
                verdict=decision.verdict,
                reason_code=decision.reason_code,
                reason_text=decision.reason_text or "",
                note=decision.note or "",
                original_compared=decision.ticks.original_compared,
                signed_form_received=decision.ticks.signed_form_received,
                marks_confirmed=decision.marks_confirmed,
                photos=decision.photos,
                replaces=op_id,
            )
        )

    def entries(self) -> Entries | None:
        """Return what stands in the bar, for a draft; ``None`` while there is no dossier."""
        if self._dossier is None:
            return None
        return Entries(
            base_version=self._dossier.version,
            base_state=judged_sha256(self._dossier),
            **{each.name: getattr(self.entered, each.name) for each in fields(Entered)},
            photos=self._pictures.replacements,
            replaces=self._replaces,
        )

    def restore_entries(self, entries: Entries) -> None:
        """Enter again what a draft held."""
        self._replaces = entries.replaces
        self.entered = Entered(**{each.name: getattr(entries, each.name) for each in fields(Entered)})
        self._pictures.restore(entries.photos)
        self.changed.emit()

    def confirm_marks(self) -> None:
        """Judge valid although the registry's name differs in marks; the rules then ask for a note."""
        self.entered = replace(
            self.entered,
            verdict=Verdict.VALID,
            marks_confirmed=True,
            original_compared=self.entered.original_compared or self._kept.original_compared,
            signed_form_received=self.entered.signed_form_received or self._kept.signed_form_received,
        )
        self.changed.emit()

    def draft(self, *, change_confirmed: bool = False) -> Draft | None:
        """Return what would be recorded now."""
        dossier, entered = self._dossier, self.entered
        if dossier is None:
            return None
        refused = entered.verdict is Verdict.INVALID
        return Draft(
            dossier_id=dossier.id,
            base_version=dossier.version,
            seen=dossier,
            verdict=entered.verdict,
            reason_code=entered.reason_code if refused else None,
            reason_text=(entered.reason_text.strip() or None) if refused else None,
            note=entered.note.strip() or None,
            ticks=Ticks(original_compared=entered.original_compared, signed_form_received=entered.signed_form_received),
            photos=self._pictures.replacements,
            marks_confirmed=entered.marks_confirmed and not refused,
            change_confirmed=change_confirmed,
            compared=self._cards(),
        )

    def record(self) -> None:
        """*Ghi nhận*: say what is missing, ask for *Xác nhận* where a change is approved, or record."""
        dossier = self._dossier
        if dossier is None or not self.ready:
            return
        asks = dossier.kind is DossierKind.CHANGE and self.entered.verdict is Verdict.VALID
        draft = self.draft(change_confirmed=asks)
        if draft is None or not self._complete(dossier, draft):
            return
        if asks:
            self._compared = draft
            self.confirmation_wanted.emit()
        else:
            self._record(draft)

    def confirm(self) -> None:
        """*Xác nhận*: record the change the officer has just compared, not what became of the dossier meanwhile."""
        draft, self._compared = self._compared, None
        if draft is not None and self.ready:
            self._record(draft)
        elif self.lock is not None and self.lock.kind is LockKind.CHANGED:
            self.failed.emit(Failure(code="version-changed"))

    def _complete(self, dossier: Dossier, draft: Draft) -> bool:
        needs = tuple(
            finding for finding in self._decide.needs(dossier, draft, self._reference) if finding.level is Level.ERROR
        )
        self.missing.emit(needs)
        return not needs

    def _record(self, draft: Draft) -> None:
        visit, replaces = self._visit, self._replaces
        self.busy = True
        self.changed.emit()

        def done(decision: Decision) -> None:
            if visit != self._visit:
                return
            self.busy = False
            self._replaces = None
            self._kept = self.entered
            self.entered = self._initial
            self._pictures.settle()
            self.changed.emit()
            self.recorded.emit(decision)

        def failed(error: Exception) -> None:
            if visit != self._visit:
                return
            self.busy = False
            self.changed.emit()
            if isinstance(error, RuleError) and error.field is not None:
                self.missing.emit((Finding(code=error.code, field=error.field, level=Level.ERROR, data=error.data),))
            else:
                self.failed.emit(failure(error))

        self._jobs.run(lambda: self._decide.record(draft, replaces), done, failed)


def missing_picture(finding: Finding) -> AttachmentKind | None:
    """Return the kind of picture a finding misses, ``None`` when it is about something else."""
    return AttachmentKind(str(finding.data["kind"])) if finding.code == "picture-missing" else None
