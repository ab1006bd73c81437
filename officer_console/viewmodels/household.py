"""*Kiểm tra HGĐ*: asking the household registry without deciding."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from officer_console.domain.registry import RegistryAnswer
from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.review_ports import Failure, ReviewService, failure


class HouseholdViewModel(QObject):
    """The last answer about the dossier on the page, or why there is none."""

    changed = Signal()

    def __init__(self, review: ReviewService, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._jobs = jobs
        self._visit = 0
        self.answer: RegistryAnswer | None = None
        self.failure: Failure | None = None
        self.asking = False

    def clear(self) -> None:
        """Forget the answer; one still under way is dropped."""
        self._visit += 1
        self.answer = None
        self.failure = None
        self.asking = False

    def ask(self, dossier_id: str) -> None:
        """Ask about the dossier's declared code and name."""
        if self.asking:
            return
        self.clear()
        visit = self._visit
        self.asking = True
        self.changed.emit()

        def done(answer: RegistryAnswer) -> None:
            if visit == self._visit:
                self.asking = False
                self.answer = answer
                self.changed.emit()

        def failed(error: Exception) -> None:
            if visit == self._visit:
                self.asking = False
                self.failure = failure(error)
                self.changed.emit()

        self._jobs.run(lambda: self._review.check_household(dossier_id), done, failed)
