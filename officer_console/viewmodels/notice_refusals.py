"""The signed notices that central did not take, one after the other, until the officer has seen each."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from officer_console.services.notice_refusals import NoticeRefusal
from officer_console.viewmodels.ports import Jobs, NewsPort


class RefusalService(Protocol):
    """Reading what central did not take. May be slow."""

    def open(self) -> tuple[NoticeRefusal, ...]:
        """Return those the officer has not seen."""

    def seen(self, refusal: NoticeRefusal) -> None:
        """The officer has seen it."""


class NoticeRefusalsViewModel(QObject):
    """``changed``: ``first`` is another one, ``None`` when there is none; ``more`` is how many there are behind it."""

    changed = Signal()

    def __init__(self, service: RefusalService, jobs: Jobs, news: NewsPort, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._jobs = jobs
        self._looking = self._again = False
        self.first: NoticeRefusal | None = None
        self.more = 0
        news.changed.connect(self.look)

    @Slot()
    def look(self) -> None:
        """See what there is; what changes meanwhile is looked at once more, however often it changes."""
        self._again = self._looking
        if self._looking:
            return
        self._looking = True

        def done(found: tuple[NoticeRefusal, ...]) -> None:
            self._over()
            shown = found[0] if found else None, max(0, len(found) - 1)
            if shown != (self.first, self.more):
                self.first, self.more = shown
                self.changed.emit()

        # What is not told now is told with the next change; the log has the error.
        self._jobs.run(self._service.open, done, lambda _error: self._over())

    def seen(self) -> None:
        """*Đã xem*: the next one comes."""
        first = self.first
        if first is not None:
            self._jobs.run(lambda: self._service.seen(first), lambda _: self.look(), lambda _error: self.look())

    def _over(self) -> None:
        self._looking = False
        if self._again:
            self.look()
