"""The draft of the dossier on the page: kept shortly after typing stops, offered when the dossier is opened again."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from officer_console.services.drafts import Entries, KeptDraft
from officer_console.viewmodels.decision import DecisionViewModel
from officer_console.viewmodels.pictures import PicturesViewModel
from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.review_ports import Failure, failure

REST_MILLISECONDS = 700


class DraftService(Protocol):
    """Keeping what was typed. Every call may be slow."""

    def keep(self, dossier_id: str, entries: Entries) -> None:
        """Keep ``entries`` in place of an earlier draft."""

    def find(self, dossier_id: str) -> KeptDraft | None:
        """Return the draft of a dossier."""

    def drop(self, dossier_id: str) -> None:
        """Forget the draft of a dossier."""


class DraftViewModel(QObject):
    """``changed`` says that another draft is offered or none, ``failed`` carries a ``Failure``: nothing was kept.

    While a draft is offered nothing is kept: the form waits for the officer's choice.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        service: DraftService,
        decision: DecisionViewModel,
        pictures: PicturesViewModel,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._decision = decision
        self._pictures = pictures
        self._jobs = jobs
        self._dossier_id: str | None = None
        self._kept: Entries | None = None
        self.offered: KeptDraft | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self.flush)
        decision.changed.connect(self._on_entered)
        pictures.changed.connect(self._on_entered)
        decision.recorded.connect(self._on_recorded)

    def begin(self, dossier_id: str, offered: KeptDraft | None) -> None:
        """The page is about ``dossier_id`` from now on; ``offered`` is what was kept of it."""
        self._dossier_id, self._kept, self.offered = dossier_id, None, offered

    def end(self) -> None:
        """The page is left: what was typed last is kept at once."""
        self.flush()
        self._dossier_id = self._kept = self.offered = None

    def take_up(self) -> KeptDraft | None:
        """*Tiếp tục*: enter what was kept; return it."""
        found, self.offered = self.offered, None
        if found is not None:
            self._kept = found.entries
            self._decision.restore_entries(found.entries)
            self.changed.emit()
        return found

    def set_aside(self) -> None:
        """Clear the form; what stood in it stays kept."""
        self.flush()
        self._dossier_id = None
        self._decision.discard()

    def drop(self) -> None:
        """*Bỏ*: forget the draft."""
        self.offered = None
        self._rest.stop()
        self._kept = None
        if self._dossier_id is not None:
            self._forget(self._dossier_id)
        self.changed.emit()

    @Slot()
    def flush(self) -> None:
        """Keep what stands in the form now, if it is not kept already."""
        self._rest.stop()
        dossier_id, entries = self._dossier_id, self._decision.entries()
        if dossier_id is None or entries is None or self.offered is not None or self._decision.busy:
            return
        if not self._decision.dirty:
            if self._kept is not None:
                self._kept = None
                self._forget(dossier_id)
            return
        if entries == self._kept:
            return
        self._kept = entries
        self._jobs.run(lambda: self._service.keep(dossier_id, entries), _nothing, self._on_failed)

    def _forget(self, dossier_id: str) -> None:
        self._jobs.run(lambda: self._service.drop(dossier_id), _nothing, self._on_failed)

    @Slot()
    def _on_entered(self) -> None:
        if self._dossier_id is not None and (self._decision.dirty or self._kept is not None):
            self._rest.start()

    @Slot()
    def _on_recorded(self) -> None:
        """The decision took its draft along."""
        self._rest.stop()
        self._kept = None

    def _on_failed(self, error: Exception) -> None:
        self._kept = None
        found: Failure = failure(error)
        self.failed.emit(found)


def _nothing(_: object) -> None:
    """The draft is where it belongs."""
