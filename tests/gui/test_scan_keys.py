"""A scanner that types into the window: nothing it types does anything, whatever has the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from officer_console.codes.wedge import Garbled, Scanned
from officer_console.views.scan_keys import HOLD_MILLISECONDS, ScanKeys

CARD = "001090012345|012345678|Nguyễn Văn An|01011990|Nam|Số 1, Phường Ba Đình, Thành phố Hà Nội|15042021"
HEALTH = (
    "DN4010123456789|4e677579e1bb856e2056c4836e20416e|01/01/1990|1|-|01 - 001|01/01/2021|31/12/2021|15/12/2020"
    "|01000123456789|-|4|01/01/2023|0a1b2c3d4e5f-7102|$"
)
SCANNER_MILLISECONDS = 8
TYPIST_MILLISECONDS = 160


class Counter:
    """A window with everything a code could do harm to."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
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
        self.keys.guard(self.window)
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

    def one(self, letter: str) -> None:
        handle = self.window.windowHandle()
        named = {"\r": Qt.Key.Key_Return, "\n": Qt.Key.Key_Enter, "\t": Qt.Key.Key_Tab, "\b": Qt.Key.Key_Backspace}
        key = named.get(letter) or (ord(letter.upper()) if letter.isascii() else 0)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, int(key), Qt.KeyboardModifier.NoModifier, letter)
            event.setTimestamp(self._now)
            QCoreApplication.sendEvent(handle, event)

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


@pytest.mark.parametrize("end", ["\r", "\t", "\r\n"])
@pytest.mark.parametrize("focused", ["tick", "button", "reason", "line", "note"])
def test_a_scanned_card_is_read_and_changes_nothing_wherever_the_keyboard_is(
    counter: Counter, qtbot: QtBot, focused: str, end: str
) -> None:
    getattr(counter, focused).setFocus()
    before = counter.state()
    counter.send(CARD, end=end)
    qtbot.waitUntil(lambda: bool(counter.read))
    assert counter.read == [Scanned(text=CARD, repaired=False)]
    assert counter.state() == before
    assert getattr(counter, focused).hasFocus()


def test_the_field_gets_its_text_and_its_cursor_back(counter: Counter, qtbot: QtBot) -> None:
    counter.note.setFocus()
    counter.note.moveCursor(QTextCursor.MoveOperation.Start)
    counter.send("Mới: ", TYPIST_MILLISECONDS, end="")
    counter.send(HEALTH)
    qtbot.waitUntil(lambda: bool(counter.read))
    assert counter.note.toPlainText() == "Mới: dòng một\ndòng hai"
    assert counter.note.textCursor().position() == 5


def test_an_officer_types_enter_and_letters_as_ever(counter: Counter) -> None:
    counter.line.setFocus()
    entered: list[str] = []
    counter.line.returnPressed.connect(lambda: entered.append(counter.line.text()))
    counter.line.clear()
    counter.send("1000123", TYPIST_MILLISECONDS)
    assert entered == ["1000123"]
    assert not counter.read


def test_a_number_that_comes_quickly_into_a_field_stays_there(counter: Counter) -> None:
    counter.line.setFocus()
    counter.line.clear()
    entered: list[str] = []
    counter.line.returnPressed.connect(lambda: entered.append(counter.line.text()))
    counter.send("1000123")
    assert entered == ["1000123"]
    assert not counter.read


def test_a_number_that_comes_quickly_anywhere_else_is_a_code(counter: Counter, qtbot: QtBot) -> None:
    counter.button.setFocus()
    counter.send("1000123")
    qtbot.waitUntil(lambda: counter.read == [Scanned(text="1000123", repaired=False)])
    assert counter.pressed == 0


def test_a_single_key_does_what_it_does_after_a_moment(counter: Counter, qtbot: QtBot) -> None:
    counter.tick.setFocus()
    counter.send(" ", end="")
    qtbot.waitUntil(counter.tick.isChecked)
    counter.reason.setFocus()
    counter.send("n", end="")
    qtbot.waitUntil(lambda: counter.reason.currentIndex() == 1)


def test_the_keys_that_judge_wait_for_the_code_they_may_belong_to(counter: Counter, qtbot: QtBot) -> None:
    counter.tick.setFocus()
    handle = counter.window.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_1)
    assert counter.judged == []
    qtbot.waitUntil(lambda: counter.judged == ["1"])
    for key in (Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_R, Qt.Key.Key_2, Qt.Key.Key_0, Qt.Key.Key_9, Qt.Key.Key_1):
        QTest.keyClick(handle, key)
    QTest.keyClick(handle, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(counter.read))
    qtbot.wait(2 * HOLD_MILLISECONDS)
    assert counter.judged == ["1"]


def test_a_command_key_lets_the_key_before_it_go_first(counter: Counter) -> None:
    counter.tick.setFocus()
    done: list[str] = []
    shortcut = QShortcut(QKeySequence("Ctrl+Return"), counter.window)
    shortcut.activated.connect(lambda: done.append("".join(counter.judged)))
    handle = counter.window.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_2)
    QTest.keyClick(handle, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert done == ["2"]


def test_a_code_without_enter_behind_it_is_told_and_does_nothing(counter: Counter, qtbot: QtBot) -> None:
    counter.tick.setFocus()
    before = counter.state()
    counter.send(CARD, end="")
    qtbot.waitUntil(lambda: counter.unfinished == 1)
    assert counter.state() == before
    assert not counter.read


def test_what_unikey_has_spoiled_beyond_telling_is_refused_and_taken_out(counter: Counter, qtbot: QtBot) -> None:
    counter.line.setFocus()
    counter.send("001090012345|0123|Nguyeenx Van An|01011990|Nam", end="")
    for commit in ("ễ", "|So 1|1504", "2021"):
        typed = QInputMethodEvent()
        typed.setCommitString(commit)
        QCoreApplication.sendEvent(counter.line, typed)
    counter.one("\r")
    qtbot.waitUntil(lambda: bool(counter.read))
    assert counter.read == [Garbled()]
    assert counter.line.text() == "ghi chú"


def test_what_unikey_has_spoiled_and_can_have_been_one_code_only_is_repaired(counter: Counter, qtbot: QtBot) -> None:
    counter.note.setFocus()
    counter.send(
        "DN4010123456789|4e677579e1bb856e2056c4836e20416e|01/01/1990|1|-|01 - 001|01/01/2021|31/12/2021", end=""
    )
    counter.send("|15/12/2020|01000123456789|-|4|01/01/2023|-|$", before=0)
    qtbot.waitUntil(lambda: bool(counter.read))
    assert isinstance(counter.read[0], Scanned)
    assert counter.note.toPlainText() == "dòng một\ndòng hai"


def test_after_the_desk_was_left_every_key_passes(counter: Counter) -> None:
    counter.tick.setFocus()
    counter.keys.stop()
    QTest.keyClick(counter.window.windowHandle(), Qt.Key.Key_1)
    assert counter.judged == ["1"]
