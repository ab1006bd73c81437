"""Holding a dossier: ask central for the lease, keep it while the page is open, give it back."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.review_ports import Opened, ReviewService, failure


class LeaseKeeper(QObject):
    """Signals: ``taken`` carries the dossier with central's answer, ``refused`` a ``Failure``, ``due`` asks for another
    ``ask`` (the lease would run out).
    """

    taken = Signal(object)
    refused = Signal(object)
    due = Signal()

    def __init__(self, review: ReviewService, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._jobs = jobs
        self._visit = 0
        self._dossier_id: str | None = None
        self.asking = False
        self._renewal = QTimer(self)
        self._renewal.timeout.connect(self.due)

    def begin(self, dossier_id: str) -> None:
        """The page is about ``dossier_id`` from now on."""
        self._dossier_id = dossier_id

    def end(self, *, give_back: bool) -> None:
        """The page is left; ``give_back`` when the lease is held and nothing recorded waits for it."""
        self._visit += 1
        self._renewal.stop()
        self.asking = False
        dossier_id, self._dossier_id = self._dossier_id, None
        if give_back and dossier_id is not None:
            self._release(dossier_id)

    def ask(self, *, break_other: bool = False, reason: str | None = None) -> None:
        """Take the lease, or keep it longer; ``break_other`` takes it from another officer for ``reason``."""
        visit, dossier_id = self._visit, self._dossier_id
        if dossier_id is None or self.asking:
            return
        self.asking = True

        def left() -> bool:
            return visit != self._visit and dossier_id != self._dossier_id

        def take() -> tuple[Opened, bool]:
            opened = self._review.take(dossier_id, break_other=break_other, reason=reason)
            # Given back here: when the desk is left nobody takes this answer in.
            given_back = left()
            if given_back:
                self._review.release(dossier_id)
            return opened, given_back

        def done(answer: tuple[Opened, bool]) -> None:
            opened, given_back = answer
            if visit != self._visit:
                if left() and not given_back:
                    self._release(dossier_id)
                return
            self.asking = False
            minutes = opened.reference.settings.lease_minutes
            self._renewal.start(max(1, minutes) * 60_000 // 3)
            self.taken.emit(opened)

        def failed(error: Exception) -> None:
            if visit == self._visit:
                self.asking = False
                self.refused.emit(failure(error))

        self._jobs.run(take, done, failed)

    def _release(self, dossier_id: str) -> None:
        self._jobs.run(lambda: self._review.release(dossier_id), _nothing, _nothing)


def _nothing(_: object) -> None:
    """Giving a lease back is a courtesy: it runs out by itself when central cannot be told."""
