"""A counter with everything a code could do harm to, and a hand or a scanner at its keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from officer_console.views.scan_keys import ScanKeys

CARD = "001090012345|012345678|Nguyễn Văn An|01011990|Nam|Số 1, Phường Ba Đình, Thành phố Hà Nội|15042021"
HEALTH = (
    "DN4010123456789|4e677579e1bb856e2056c4836e20416e|01/01/1990|1|-|01 - 001|01/01/2021|31/12/2021|15/12/2020"
    "|01000123456789|-|4|01/01/2023|0a1b2c3d4e5f-7102|$"
)
SCANNER_MILLISECONDS = 8
TYPIST_MILLISECONDS = 160
# What scanners send for control characters: a chord, a function key.
CTRL_RETURN, F5 = "\x11", "\x05"


class Counter:
    """A window with everything a code could do harm to."""

    def __init__(self, qtbot: QtBot, window: QWidget | None = None) -> None:
        self.window = window or QWidget()
        self.line, self.note = QLineEdit("ghi chú"), QPlainTextEdit("dòng một\ndòng hai")
        self.tick, self.button, self.reason = QCheckBox("Đã đối chiếu"), QPushButton("Ghi nhận"), QComboBox()
        self.reason.addItems(["Thiếu ảnh", "Nộp muộn", "DN sai", "0 khớp"])
        column = QVBoxLayout(self.window)
        for part in (self.line, self.note, self.tick, self.button, self.reason):
            column.addWidget(part)
        self.judged: list[str] = []
        for key in ("1", "2", "R"):
            shortcut = QShortcut(QKeySequence(key), self.window)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda key=key: self.judged.append(key))
        self.pressed = 0
        self.button.setAutoDefault(True)
        self.button.clicked.connect(self.press)
        qtbot.addWidget(self.window)
        self.keys = ScanKeys(self.window)
        self.read: list[object] = []
        self.unfinished = 0
        self.keys.scanned.connect(self.read.append)
        self.keys.unfinished.connect(self.miss)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self._now = 1000

    def press(self) -> None:
        self.pressed += 1

    def miss(self) -> None:
        self.unfinished += 1

    def send(self, text: str, milliseconds: int = SCANNER_MILLISECONDS, end: str = "\r", before: int = 500) -> None:
        """Send keys the way the system does: through the window, each with its time."""
        self._now += before
        for letter in text + end:
            self.one(letter)
            self._now += milliseconds

    def pass_time(self, milliseconds: int) -> None:
        self._now += milliseconds

    def one(self, letter: str) -> None:
        handle = self.window.windowHandle()
        if letter in (CTRL_RETURN, F5):
            self._special(letter)
            return
        named = {"\r": Qt.Key.Key_Return, "\n": Qt.Key.Key_Enter, "\t": Qt.Key.Key_Tab, "\b": Qt.Key.Key_Backspace}
        key = named.get(letter) or (ord(letter.upper()) if letter.isascii() else 0)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, int(key), Qt.KeyboardModifier.NoModifier, letter)
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(handle, event)

    def _special(self, letter: str) -> None:
        control = Qt.KeyboardModifier.ControlModifier if letter == CTRL_RETURN else Qt.KeyboardModifier.NoModifier
        key = Qt.Key.Key_Return if letter == CTRL_RETURN else Qt.Key.Key_F5
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, control, "")
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(self.window.windowHandle(), event)

    def state(self) -> tuple[object, ...]:
        """Everything a code could have changed."""
        return (
            self.line.text(),
            self.note.toPlainText(),
            self.tick.isChecked(),
            self.reason.currentIndex(),
            self.pressed,
            tuple(self.judged),
        )


@pytest.fixture
def counter(qtbot: QtBot) -> Iterator[Counter]:
    made = Counter(qtbot)
    yield made
    made.keys.stop()
