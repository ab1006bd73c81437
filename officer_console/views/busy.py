"""The thin bar over a part of the window that waits: shown only when waiting takes longer than a blink."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from officer_console.views.plain import keep_room

DELAY_MILLISECONDS = 300


class BusyBar(QProgressBar):
    """Keeps its place in the layout, so that nothing jumps when it appears."""

    def __init__(self, name: str, label: str = "Đang tải", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setTextVisible(False)
        self.setRange(0, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        keep_room(self)
        self.hide()
        self._delay = QTimer(self, singleShot=True, interval=DELAY_MILLISECONDS)
        self._delay.timeout.connect(self._appear)

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001 - a property setter in spirit
        """Begin or end waiting; a short wait never shows."""
        if not busy:
            self._delay.stop()
            self.setRange(0, 1)
            self.hide()
        elif not self._delay.isActive() and not self.isVisible():
            self._delay.start()

    def _appear(self) -> None:
        self.setRange(0, 0)
        self.show()
