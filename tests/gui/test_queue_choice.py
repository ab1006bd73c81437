"""Several rows of the list chosen with Shift and Ctrl: which dossiers these are, however the list moves."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.gui.list_fakes import FakeChange, FakeQueue, Later
from tests.gui.queue_window import Stage, stage

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def chosen(page: Stage) -> tuple[str, ...]:
    """Return the ids of the dossiers chosen."""
    found: list[tuple[str, ...]] = []
    page.model.choice.with_ids(found.append)
    return found[0]


def press(page: Stage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.view.table, key, modifier)


def click(page: Stage, qtbot: QtBot, row: int, modifier: Qt.KeyboardModifier) -> None:
    place = page.view.table.visualRect(page.model.model.index(row, 3)).center()
    qtbot.mouseClick(page.view.table.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def refreshed(page: Stage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.model.refreshed, timeout=5000):
        page.news.changed.emit(FakeChange(all_dossiers=True))


def test_arrows_alone_choose_one_row_as_ever(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    press(page, Qt.Key.Key_Down)
    press(page, Qt.Key.Key_Down)
    assert chosen(page) == ("d2",)
    assert not page.model.choice.several
    assert page.text("queueCount") == "30 hồ sơ"
    assert [action.text() for action in menu_of(page).actions()] == ["Xem chi tiết"]


def test_shift_with_arrows_chooses_a_stretch_and_shrinks_it_again(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    press(page, Qt.Key.Key_Down)
    for _ in range(3):
        press(page, Qt.Key.Key_Down, SHIFT)
    assert chosen(page) == ("d1", "d2", "d3", "d4")
    assert page.text("queueCount") == "Đã chọn 4 · 30 hồ sơ"
    press(page, Qt.Key.Key_Up, SHIFT)
    assert chosen(page) == ("d1", "d2", "d3")
    press(page, Qt.Key.Key_Down)
    assert chosen(page) == ("d4",)


def test_ctrl_adds_and_takes_away_single_rows_by_mouse_and_by_key(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    click(page, qtbot, 7, CTRL)
    click(page, qtbot, 4, CTRL)
    assert chosen(page) == ("d0", "d4", "d7")
    press(page, Qt.Key.Key_Down, CTRL)
    assert chosen(page) == ("d0", "d4", "d7")
    press(page, Qt.Key.Key_Space, CTRL)
    assert chosen(page) == ("d0", "d4", "d5", "d7")
    click(page, qtbot, 0, CTRL)
    assert chosen(page) == ("d4", "d5", "d7")
    click(page, qtbot, 9, SHIFT)
    assert chosen(page) == tuple(f"d{n}" for n in range(10))


def test_the_ends_of_the_list_are_gone_to_with_ctrl_and_are_selected(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    press(page, Qt.Key.Key_End, CTRL)
    assert chosen(page) == ("d29",)
    press(page, Qt.Key.Key_Home, CTRL | SHIFT)
    assert page.model.choice.count == 30


def test_rows_that_were_never_on_the_screen_are_read(qtbot: QtBot) -> None:
    runner = Later()
    page = stage(qtbot, FakeQueue(900), runner)
    runner.finish_all()
    press(page, Qt.Key.Key_End, CTRL | SHIFT)
    asked: list[tuple[str, ...]] = []
    page.model.choice.with_ids(asked.append)
    assert asked == []
    runner.finish_all()
    assert asked == [tuple(f"d{n}" for n in range(900))]


def test_more_than_two_thousand_are_not_taken_and_the_choice_stays(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(4000))
    press(page, Qt.Key.Key_Down, SHIFT)
    press(page, Qt.Key.Key_A, CTRL)
    assert chosen(page) == ("d0", "d1")
    assert page.text("queueCount") == "Chọn được nhiều nhất 2.000 hồ sơ một lần · 1.000+ hồ sơ"
    press(page, Qt.Key.Key_Down)
    assert page.text("queueCount") == "1.000+ hồ sơ"


@pytest.mark.parametrize("shift", [-3, 2, 120])
def test_the_dossiers_chosen_stay_chosen_when_the_list_moves_under_them(qtbot: QtBot, shift: int) -> None:
    page = stage(qtbot, FakeQueue(600))
    table = page.view.table
    table.setCurrentIndex(page.model.model.index(130, 0))
    press(page, Qt.Key.Key_Down, SHIFT)
    table.scrollTo(page.model.model.index(134, 0))
    click(page, qtbot, 134, CTRL)
    assert chosen(page) == ("d130", "d131", "d134")
    page.queue.shift = shift
    refreshed(page, qtbot)
    where = page.model.choice.positions()
    assert chosen(page) == ("d130", "d131", "d134")[: len(where)] or len(where) < 2
    if abs(shift) < 30:
        assert where == (130 - shift, 131 - shift, 134 - shift)
        rows = {each.row() for each in table.selectionModel().selectedRows()}
        assert rows == set(where)


def test_a_dossier_that_left_the_list_is_chosen_no_more(qtbot: QtBot) -> None:
    rows = tuple(FakeQueue(6).at(n) for n in range(6))
    page = stage(qtbot, FakeQueue(rows=rows))
    for _ in range(2):
        press(page, Qt.Key.Key_Down, SHIFT)
    page.queue.rows = (rows[0], *rows[2:])
    page.queue.total = 5
    refreshed(page, qtbot)
    assert chosen(page) == ("d0", "d2")
    assert page.text("queueCount") == "Đã chọn 2 · 5 hồ sơ"


def test_another_search_begins_with_one_row(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    press(page, Qt.Key.Key_Down, SHIFT)
    page.model.again()
    assert chosen(page) == ("d0",)


def test_the_program_selects_one_row_whatever_the_officer_holds_down(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    press(page, Qt.Key.Key_Down, SHIFT)
    QTest.keyPress(page.view.table, Qt.Key.Key_Control, CTRL)
    assert page.view.table.following_id() == "d2"
    QTest.keyRelease(page.view.table, Qt.Key.Key_Control)
    assert chosen(page) == ("d2",)


def menu_of(page: Stage) -> QMenu:
    return page.view.table.row_menu(page.view.table.currentIndex())


@pytest.mark.qt_log_ignore("plugin does not support", extend=True)
def test_the_menu_of_several_rows_prints_them_and_leaves_them_chosen(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    press(page, Qt.Key.Key_Down, SHIFT)
    place = page.view.table.visualRect(page.model.model.index(0, 2)).center()
    at = page.view.table.viewport().mapToGlobal(place)
    QApplication.sendEvent(
        page.view.table.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(place), at)
    )
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    assert [action.text() for action in popup.actions()] == ["Xem chi tiết", "In 2 hồ sơ đã chọn…"]
    with qtbot.waitSignal(page.view.table.print_requested):
        popup.actions()[1].trigger()
    popup.close()
    assert chosen(page) == ("d0", "d1")


def test_all_rows_chosen_are_marked_and_only_one_has_the_keyboard(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    for _ in range(2):
        press(page, Qt.Key.Key_Down, SHIFT)
    table = page.view.table
    qtbot.waitUntil(lambda: table.drawn)
    picture = table.viewport().grab().toImage()
    ratio = picture.devicePixelRatio()

    def colours(x: int) -> list[int]:
        tops = [table.visualRect(page.model.model.index(row, 0)).top() for row in range(4)]
        return [picture.pixel(round(x * ratio), round((top + 3) * ratio)) for top in tops]

    grounds, bars = colours(6), colours(1)
    assert all(first == second for first, second in pairwise(grounds[:3]))
    assert grounds[3] != grounds[2]
    assert bars[2] != grounds[2]
    assert bars[:2] == grounds[:2]


def test_a_read_that_comes_late_belongs_to_the_list_it_was_made_for(qtbot: QtBot) -> None:
    runner = Later()
    page = stage(qtbot, FakeQueue(900), runner)
    runner.finish_all()
    press(page, Qt.Key.Key_End, CTRL | SHIFT)
    asked: list[tuple[str, ...]] = []
    page.model.choice.with_ids(asked.append)
    page.model.again()
    runner.finish_all()
    assert asked == []
    assert page.model.choice.count == 1
