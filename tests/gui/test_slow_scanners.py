"""Scanners that are set to be slow: up to 60 ms a key nothing they type does anything; what people press does."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from officer_console.codes.wedge import Scanned
from officer_console.views.scan_keys import HOLD_MILLISECONDS, ScanKeys
from tests.gui.review_window import desk_of
from tests.gui.test_scan_keys import CARD, Counter

SPEEDS = (8, 20, 34, 38, 45, 55)
# As a bus and a clock make of it.
UNEVEN_MILLISECONDS = 8


@pytest.mark.parametrize("milliseconds", SPEEDS)
@pytest.mark.parametrize("focused", ["tick", "button", "reason", "line", "note"])
def test_a_card_changes_nothing_however_slowly_the_scanner_is_set(
    qtbot: QtBot, focused: str, milliseconds: int
) -> None:
    counter = Counter(qtbot)
    getattr(counter, focused).setFocus()
    before = counter.state()
    counter.send(CARD, milliseconds)
    qtbot.waitUntil(lambda: bool(counter.read))
    qtbot.wait(2 * HOLD_MILLISECONDS)
    assert counter.read == [Scanned(text=CARD, repaired=False)]
    assert counter.state() == before
    counter.keys.stop()


@pytest.mark.parametrize("milliseconds", [45, 55])
@pytest.mark.parametrize("code", [CARD, "1000123", "2R12 1\t ", "11\t"])
def test_a_slow_scanner_whose_keys_come_unevenly_commands_nothing(qtbot: QtBot, code: str, milliseconds: int) -> None:
    counter, uneven = Counter(qtbot), random.Random(milliseconds)
    counter.button.setFocus()
    before = counter.state()
    spread = UNEVEN_MILLISECONDS if len(code) > 3 else UNEVEN_MILLISECONDS // 2
    for letter in f"{code}\r":
        counter.one(letter)
        counter.pass_time(milliseconds + uneven.randint(-spread, spread - 3))
    qtbot.waitUntil(lambda: bool(counter.read))
    assert counter.state() == before
    counter.keys.stop()


@pytest.mark.parametrize("milliseconds", [75, 110])
def test_a_card_typed_into_a_field_is_a_card_at_any_speed(qtbot: QtBot, milliseconds: int) -> None:
    counter = Counter(qtbot)
    counter.line.setFocus()
    counter.send(CARD, milliseconds)
    qtbot.waitUntil(lambda: bool(counter.read))
    assert counter.line.text() == "ghi chú"
    counter.keys.stop()


def test_a_number_of_a_slow_scanner_does_not_answer_a_dialog(qtbot: QtBot) -> None:
    dialog = QDialog()
    line, button = QLineEdit(dialog), QPushButton("Ghi nhận", dialog)
    button.setDefault(True)
    button.clicked.connect(dialog.accept)
    counter = Counter(qtbot, dialog)
    line.setFocus()
    counter.send("0123456789", 50)
    qtbot.wait(3 * HOLD_MILLISECONDS)
    assert line.text() == "0123456789"
    assert dialog.isVisible()
    counter.keys.stop()


@pytest.mark.parametrize("milliseconds", SPEEDS)
@pytest.mark.parametrize("focused", ["", "Ghi nhận"])
def test_no_card_judges_or_records_at_any_speed(qtbot: QtBot, focused: str, milliseconds: int) -> None:
    desk = desk_of(qtbot)
    keys, told = ScanKeys(desk.page), list[object]()
    keys.scanned.connect(told.append)
    with qtbot.waitActive(desk.page):
        desk.page.activateWindow()
    buttons = [each for each in desk.page.findChildren(QAbstractButton) if each.text().startswith(focused)]
    assert buttons
    if focused:
        buttons[0].setFocus()
    handle, before, now = desk.page.windowHandle(), desk.model.decision.entered, 5000
    for letter in f"{CARD}\r":
        key = Qt.Key.Key_Return if letter == "\r" else ord(letter.upper()) if letter.isascii() else 0
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, int(key), Qt.KeyboardModifier.NoModifier, letter)
            event.setTimestamp(now)
            QCoreApplication.sendEvent(handle, event)
        now += milliseconds
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(2 * HOLD_MILLISECONDS)
    assert desk.model.decision.entered == before
    assert desk.model.decision.lock is None
    keys.stop()


@pytest.mark.parametrize("gaps", [(150, 150, 150), (62, 90, 70), (25, 80, 64), (30, 110, 28)])
def test_a_quick_officers_keys_all_do_what_they_do(qtbot: QtBot, gaps: tuple[int, ...]) -> None:
    counter = Counter(qtbot)
    counter.tick.setFocus()
    for letter, gap in zip("12R2", (*gaps, 0), strict=True):
        counter.one(letter)
        counter.pass_time(gap)
    qtbot.waitUntil(lambda: counter.judged == ["1", "2", "R", "2"])
    assert not counter.read
    assert not counter.unfinished
    counter.keys.stop()


def test_a_function_key_alone_acts_before_anybody_notices(qtbot: QtBot) -> None:
    counter, done = Counter(qtbot), list[str]()
    shortcut = QShortcut(QKeySequence("F5"), counter.window)
    shortcut.activated.connect(lambda: done.append("F5"))
    counter.tick.setFocus()
    counter.one("\x05")
    qtbot.waitUntil(lambda: done == ["F5"], timeout=HOLD_MILLISECONDS + 100)
    counter.keys.stop()
