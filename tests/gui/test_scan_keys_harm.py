"""What a code typed by a scanner could do by mistake: judge, tick, press, command; it does none of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
)
from pytestqt.qtbot import QtBot

from officer_console.views.scan_keys import HOLD_MILLISECONDS, ScanKeys
from tests.gui.counter_parts import CTRL_RETURN, F5, Counter
from tests.gui.review_window import desk_of


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
