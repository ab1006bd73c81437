"""A scanner that types into the window: nothing it types does anything, whatever has the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from officer_console.codes.wedge import Garbled, Scanned
from officer_console.views.scan_keys import HOLD_MILLISECONDS
from tests.gui.counter_parts import CARD, HEALTH, TYPIST_MILLISECONDS, Counter


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


def test_a_held_down_key_repeats(counter: Counter) -> None:
    counter.reason.setFocus()
    handle = counter.window.windowHandle()
    for repeats in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, "", repeats)
        event.setTimestamp(5000)
        QCoreApplication.sendEvent(handle, event)
    assert counter.reason.currentIndex() == 3


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
