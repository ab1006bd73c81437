"""Cần xử lý: the refused decisions, one of them under the officer's eyes, and the two ways out."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from officer_console.domain.dossier import DECIDABLE
from officer_console.domain.reference import Reference
from officer_console.services.attention import Parked, ParkedDecision
from officer_console.viewmodels.ports import Jobs, NewsPort, StatusPort


class AttentionService(Protocol):
    """Reading what central refused. May be slow."""

    def parked(self) -> Parked:
        """Return the refused decisions and what stands at central."""


class WithdrawService(Protocol):
    """Taking a refused decision off the desk. May be slow."""

    def withdraw(self, op_id: str) -> None:
        """Take it off; the journal keeps it."""


class AttentionViewModel(QObject):
    """``changed`` says that something shown differs, ``accepted`` carries the decision that was put aside.

    ``unread``: another decision has taken the place of the one that was put aside, and the officer has not turned to it
    yet; a second press of the same button must not discard it.
    """

    changed = Signal()
    accepted = Signal(object)

    def __init__(
        self,
        service: AttentionService,
        decide: WithdrawService,
        jobs: Jobs,
        news: NewsPort,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._decide = decide
        self._jobs = jobs
        self._asked = 0
        self._active = False
        self.parked: tuple[ParkedDecision, ...] = ()
        self.reference = Reference()
        self.read = False
        self.busy = self.unread = False
        self.error: Exception | None = None
        self.selected_id: str | None = None
        news.changed.connect(self._on_changed)
        news.status.connect(self._on_status)

    @property
    def selected(self) -> ParkedDecision | None:
        """The decision under the officer's eyes."""
        return next((each for each in self.parked if each.op_id == self.selected_id), None)

    @property
    def may_judge_again(self) -> bool:
        """Whether the dossier as it stands still waits for a judgement."""
        selected = self.selected
        return selected is not None and selected.dossier is not None and selected.dossier.status in DECIDABLE

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - a property setter in spirit
        """Say whether the page is in front; only then it reads."""
        self._active = active
        if active:
            self.unread = False
            self.reload()

    def select(self, op_id: str | None) -> None:
        """Look at another decision."""
        if op_id != self.selected_id:
            self.selected_id = op_id
            self.changed.emit()

    def look(self) -> None:
        """The officer has turned to the list: what is selected there is what he means."""
        if self.unread:
            self.unread = False
            self.changed.emit()

    def reload(self) -> None:
        """Read what was refused; of two answers the one asked for later counts."""
        self._asked += 1
        asked = self._asked

        def done(found: Parked) -> None:
            if asked == self._asked:
                self.parked, self.reference = found.decisions, found.reference
                self.read, self.error = True, None
                if self.selected is None:
                    self.selected_id = self.parked[0].op_id if self.parked else None
                self.changed.emit()

        self._jobs.run(self._service.parked, done, self._failed)

    def accept(self) -> None:
        """*Chấp nhận kết quả ở trung tâm*: put the own decision aside."""
        selected = self.selected
        if selected is None or self.busy or self.unread:
            return
        self.busy = True
        self.changed.emit()

        def done(_: None) -> None:
            self.busy = False
            self.unread = True
            self.accepted.emit(selected)
            self.reload()

        self._jobs.run(lambda: self._decide.withdraw(selected.op_id), done, self._failed)

    def _failed(self, error: Exception) -> None:
        self.busy = False
        self.error = error
        self.changed.emit()

    @Slot(object)
    def _on_changed(self, _change: Any) -> None:  # noqa: ANN401 - every change may concern a decision
        if self._active:
            self.reload()

    @Slot(object)
    def _on_status(self, status: StatusPort) -> None:
        if self._active and status.attention != len(self.parked):
            self.reload()
