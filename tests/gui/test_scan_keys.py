"""A scanner that types into the window: nothing it types does anything, whatever has the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from officer_console.codes.wedge import Garbled, Scanned
from officer_console.views.scan_keys import HOLD_MILLISECONDS, ScanKeys
from tests.gui.review_window import desk_of

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


def test_an_officer_types_enter_and_letters_as_ever(counter: Counter, qtbot: QtBot) -> None:
    counter.line.setFocus()
    entered: list[str] = []
    counter.line.returnPressed.connect(lambda: entered.append(counter.line.text()))
    counter.line.clear()
    counter.send("1000123", TYPIST_MILLISECONDS)
    qtbot.waitUntil(lambda: entered == ["1000123"])
    assert not counter.read


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_a_number_that_comes_quickly_into_a_field_stays_there(counter: Counter, qtbot: QtBot, end: str) -> None:
    counter.line.setFocus()
    counter.line.clear()
    entered: list[str] = []
    counter.line.returnPressed.connect(lambda: entered.append(counter.line.text()))
    counter.send("1000123", end=end)
    qtbot.waitUntil(lambda: entered == ["1000123"])
    qtbot.wait(2 * HOLD_MILLISECONDS)
    assert entered == ["1000123"]
    assert counter.line.hasFocus()
    assert not counter.read


def test_a_number_that_comes_quickly_into_a_dialog_does_not_answer_it(qtbot: QtBot) -> None:
    dialog = QDialog()
    line, button = QLineEdit(dialog), QPushButton("Ghi nhận", dialog)
    button.setDefault(True)
    button.clicked.connect(dialog.accept)
    counter = Counter(qtbot, dialog)
    line.setFocus()
    counter.send("1000123")
    qtbot.wait(3 * HOLD_MILLISECONDS)
    assert line.text() == "1000123"
    assert dialog.isVisible()
    counter.send("", before=500)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    counter.keys.stop()


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
    for key in (
        Qt.Key.Key_Tab,
        Qt.Key.Key_Space,
        Qt.Key.Key_2,
        Qt.Key.Key_1,
        Qt.Key.Key_R,
        Qt.Key.Key_2,
        Qt.Key.Key_0,
        Qt.Key.Key_9,
        Qt.Key.Key_1,
    ):
        QTest.keyClick(handle, key)
    QTest.keyClick(handle, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(counter.read))
    qtbot.wait(2 * HOLD_MILLISECONDS)
    assert counter.judged == ["1"]


def test_keys_that_are_rolled_both_judge(counter: Counter, qtbot: QtBot) -> None:
    counter.tick.setFocus()
    handle = counter.window.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_1)
    QTest.qWait(22)
    QTest.keyClick(handle, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: counter.judged == ["1", "2"])


def test_a_command_key_lets_the_key_before_it_go_first(counter: Counter, qtbot: QtBot) -> None:
    counter.tick.setFocus()
    done: list[str] = []
    shortcut = QShortcut(QKeySequence("Ctrl+Return"), counter.window)
    shortcut.activated.connect(lambda: done.append("".join(counter.judged)))
    handle = counter.window.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_2)
    QTest.qWait(HOLD_MILLISECONDS // 2 + 15)
    QTest.keyClick(handle, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: done == ["2"])


@pytest.mark.parametrize("milliseconds", [3, 8, 25, 35])
@pytest.mark.parametrize("focused", ["tick", "button", "reason", "line", "note"])
@pytest.mark.parametrize("code", ["1\t \t \t\t ", "\t \t ", " ", "\t\r\r", "\r \r", f"\t{CTRL_RETURN}", f"{F5}\t "])
def test_no_key_in_a_code_walks_ticks_presses_or_commands(
    counter: Counter, qtbot: QtBot, focused: str, code: str, milliseconds: int
) -> None:
    done: list[str] = []
    for keys in ("Ctrl+Return", "F5"):
        shortcut = QShortcut(QKeySequence(keys), counter.window)
        shortcut.activated.connect(lambda keys=keys: done.append(keys))
    getattr(counter, focused).setFocus()
    before = counter.state()
    for letter in code + "\r":
        counter.one(letter)
        counter.pass_time(milliseconds)
    stays = code == " " and focused in ("line", "note")
    qtbot.waitUntil(lambda: bool(counter.read) or stays)
    qtbot.wait(3 * HOLD_MILLISECONDS)
    assert done == []
    assert getattr(counter, focused).hasFocus()
    if stays:
        # A letter in a field does no harm there.
        assert counter.state()[2:] == before[2:]
    else:
        assert counter.state() == before


def test_a_chord_in_the_middle_of_a_code_commands_nothing(counter: Counter, qtbot: QtBot) -> None:
    done: list[str] = []
    shortcut = QShortcut(QKeySequence("Ctrl+Return"), counter.window)
    shortcut.activated.connect(lambda: done.append("recorded"))
    counter.tick.setFocus()
    handle = counter.window.windowHandle()
    for key, modifier in (
        (Qt.Key.Key_1, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
    ):
        QTest.keyClick(handle, key, modifier)
    qtbot.waitUntil(lambda: bool(counter.read))
    QTest.keyClick(handle, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: done == ["recorded"])
    assert counter.judged == []


@pytest.mark.qt_log_ignore("plugin does not support", extend=True)
def test_a_popup_in_front_gets_the_keys(counter: Counter, qtbot: QtBot) -> None:
    counter.reason.setFocus()
    counter.reason.showPopup()
    handle = counter.window.windowHandle()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(QApplication.focusWindow() or handle, key)
        QTest.qWait(2 * HOLD_MILLISECONDS)
    qtbot.waitUntil(lambda: counter.reason.currentIndex() == 1)


def test_a_held_down_key_repeats(counter: Counter) -> None:
    counter.reason.setFocus()
    handle = counter.window.windowHandle()
    for repeats in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, "", repeats)
        event.setTimestamp(5000)
        QCoreApplication.sendEvent(handle, event)
    assert counter.reason.currentIndex() == 3


def test_no_code_records_a_decision(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    keys = ScanKeys(desk.page)
    told: list[object] = []
    keys.scanned.connect(told.append)
    with qtbot.waitActive(desk.page):
        desk.page.activateWindow()
    handle = desk.page.windowHandle()
    before = desk.model.decision.entered
    for key in (*"1\t \t \t\t \t\t\t ", "\r"):
        QTest.keyClick(handle, {"\t": Qt.Key.Key_Tab, "\r": Qt.Key.Key_Return}.get(key) or Qt.Key(ord(key)))
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(2 * HOLD_MILLISECONDS)
    assert desk.model.decision.entered == before
    assert desk.model.decision.lock is None
    QTest.keyClick(handle, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: desk.model.decision.entered != before)
    keys.stop()


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
