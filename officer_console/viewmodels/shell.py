"""The frame around the pages: who works here, how the synchronisation stands, what was typed into the quick box."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from officer_console.domain.errors import RuleError
from officer_console.domain.officer import Officer
from officer_console.domain.search import Criteria, Order
from officer_console.viewmodels.ports import Clock, NewsPort, StatusPort

SOCIAL_CODE_LENGTHS = (10, 12)
CLOCK_TOLERANCE = timedelta(minutes=2)


class ShellViewModel(QObject):
    """Signals: ``changed`` (status or its age), ``attention_grew`` (central refused something)."""

    changed = Signal()
    attention_grew = Signal()

    def __init__(
        self,
        officer: Officer,
        news: NewsPort,
        *,
        clock: Clock,
        central_ahead: Callable[[], timedelta | None] = lambda: None,
        office_name: str = "",
        parent: QObject | None = None,
    ) -> None:
        """``clock`` tells central's time, ``central_ahead`` how far that is ahead of this machine's, as far as known.

        ``office_name`` stands beside the officer's name; empty shows the office's code.
        """
        super().__init__(parent)
        self.officer = officer
        self.office = office_name or " · ".join(officer.scopes)
        self._clock = clock
        self._central_ahead = central_ahead
        self.status: StatusPort | None = None
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self.changed)
        self._second.start()
        news.status.connect(self._on_status)

    def seconds_since_sync(self) -> float | None:
        """Return the age of the data in seconds, ``None`` when the store never was in step.

        ``None`` also while it cannot be known: without a word from central since the start, and with a clock of the
        machine that is behind the last time the store was in step.
        """
        if self.status is None or self.status.last_sync is None:
            return None
        age = (self._clock() - self.status.last_sync).total_seconds()
        return None if age < -CLOCK_TOLERANCE.total_seconds() else max(0.0, age)

    def clock_wrong_by(self) -> timedelta | None:
        """Return how far this machine's clock is ahead of central's (negative: behind), ``None`` when it is not much.

        The program reckons with central's time; whoever uses the machine for anything else should know.
        """
        ahead = self._central_ahead()
        return None if ahead is None or abs(ahead) <= CLOCK_TOLERANCE else -ahead

    def stop(self) -> None:
        """Stop the clock of the status bar."""
        self._second.stop()

    def _on_status(self, status: StatusPort) -> None:
        before = self.status.attention if self.status else 0
        self.status = status
        self.changed.emit()
        if self.status.attention > before:
            self.attention_grew.emit()


def quick_criteria(text: str) -> Criteria:
    """Return what the quick box asks for: a mã số BHXH (10 or 12 digits), else a số hồ sơ, else a name.

    All dossiers are searched, the finished ones too.

    Raises:
        RuleError: ``number-malformed``.
    """
    typed = " ".join(text.split())
    compact = typed.replace(" ", "")
    if compact.isascii() and compact.isdigit() and len(compact) in SOCIAL_CODE_LENGTHS:
        return Criteria(social_code=compact, order=Order.DECLARED)
    if any(letter.isalpha() for letter in typed) and not any(letter.isdigit() for letter in typed):
        return Criteria(name=typed, order=Order.DECLARED)
    if not compact:
        raise RuleError("number-malformed", field="quick")
    return Criteria(number=compact, order=Order.DECLARED).checked()
