"""Hàng chờ gửi: what waits to be sent, kept up to date while the page is in front."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from officer_console.services.outgoing import WaitingDecision
from officer_console.viewmodels.ports import Clock, Jobs, NewsPort, StatusPort


class OutgoingService(Protocol):
    """Reading and hurrying what waits. Every call may be slow."""

    def waiting(self) -> tuple[WaitingDecision, ...]:
        """Return every decision that waits, oldest first."""

    def send_now(self, op_ids: frozenset[str]) -> None:
        """Let these be sent in a round that begins at once."""


class OutgoingViewModel(QObject):
    """Signals: ``changed`` (other rows, another state of the line), ``ticked`` (a second has passed: ages differ)."""

    changed = Signal()
    ticked = Signal()

    def __init__(
        self, service: OutgoingService, jobs: Jobs, news: NewsPort, *, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._jobs = jobs
        self._clock = clock
        self._asked = 0
        self.rows: tuple[WaitingDecision, ...] = ()
        self.read = False
        self.online = True
        self._error_code: str | None = None
        self._rest_until: datetime | None = None
        self.error: Exception | None = None
        self.hurried: tuple[int, datetime] | None = None
        self._active = False
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self.ticked)
        news.changed.connect(self._on_changed)
        news.status.connect(self._on_status)

    @property
    def now(self) -> datetime:
        """The time against which ages are told, aware UTC."""
        return self._clock()

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - a property setter in spirit
        """Say whether the page is in front; only then it reads."""
        self._active = active
        if active:
            self._second.start()
            self.reload()
        else:
            self._second.stop()
            self.hurried = None

    def reload(self) -> None:
        """Read what waits; of two answers the one asked for later counts."""
        self._asked += 1
        asked = self._asked

        def done(rows: tuple[WaitingDecision, ...]) -> None:
            if asked == self._asked:
                self.rows, self.read, self.error = rows, True, None
                self.changed.emit()

        self._jobs.run(self._service.waiting, done, self._failed)

    def send_now(self, op_ids: frozenset[str]) -> None:
        """*Gửi lại ngay*: these decisions in a round that begins at once."""
        if not op_ids:
            return

        def done(_: None) -> None:
            self.hurried = (len(op_ids), self._clock())
            self.reload()

        self._jobs.run(lambda: self._service.send_now(op_ids), done, self._failed)

    def _failed(self, error: Exception) -> None:
        self.error = error
        self.changed.emit()

    @Slot(object)
    def _on_changed(self, _change: Any) -> None:  # noqa: ANN401 - every change may concern a row
        if self._active:
            self.reload()

    @Slot(object)
    def _on_status(self, status: StatusPort) -> None:
        known = (self.online, self._error_code, self._rest_until, len(self.rows))
        differs = known != (status.online, status.error_code, status.rest_until, status.waiting)
        self.online, self._error_code, self._rest_until = status.online, status.error_code, status.rest_until
        if self._active and differs:
            self.reload()
            self.changed.emit()
