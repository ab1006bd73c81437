"""The list of the page *Cá nhân* as an officer uses it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from officer_console.domain.search import Criteria, Pending, Row
from officer_console.viewmodels.queue_model import QueueModel
from officer_console.views import theme
from officer_console.views.plain import ElidedLabel, PlainLabel
from officer_console.views.theme import Kind
from tests.gui.list_fakes import (
    CodedError,
    FakeChange,
    FakeQueue,
    FakeStatus,
    Later,
    row,
)
from tests.gui.queue_window import HOSTILE, focused, stage, type_into

# The screenless platform complains about every popup.
popups = pytest.mark.qt_log_ignore("plugin does not support", extend=True)
LINE_ENDS = ("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029")


def test_the_list_says_what_stands_on_each_dossier(qtbot: QtBot) -> None:
    waiting, refused = row(15, pending=Pending.WAITING), row(16, pending=Pending.ATTENTION)
    page = stage(qtbot, FakeQueue(rows=(row(0), row(6), waiting, refused)))
    titles = [column.title for column in page.model.model.columns]
    assert titles == [
        "STT", "Tình trạng", "Số hồ sơ", "Loại hồ sơ", "Mã số BHXH", "Họ và tên",
        "Ngày sinh", "Ngày kê khai", "Hạn xử lý", "Trạng thái", "Cán bộ xử lý",
    ]  # fmt: skip
    assert page.cell(0, "condition") == "▲ Muộn"
    assert page.cell(1, "condition") == "◐ Sắp đến hạn"
    assert page.cell(2, "condition") == "● Đúng hạn"
    assert page.cell(0, "declared") == "10/11/2026"
    assert "·" not in page.cell(1, "status")
    assert page.cell(2, "status").endswith("· chờ gửi")
    assert page.cell(3, "status").endswith("· cần xử lý")
    assert page.text("queueCount") == "4 hồ sơ"


def test_a_decision_that_waits_and_one_that_was_refused_have_colours_of_their_own(qtbot: QtBot) -> None:
    rows = [row(0, pending=pending) for pending in Pending]
    page = stage(qtbot, FakeQueue(rows=(row(1), *rows)))
    place = [column.key for column in page.model.model.columns].index("status")
    page.view.table.setColumnWidth(place, 400)
    chosen = theme.tokens(page.view.table)
    warn, bad = (QColor(chosen.pair(kind)[1]).rgb() for kind in (Kind.WARN, Kind.BAD))
    seen = []
    for position in (1, 2, 3):
        picture = page.view.table.viewport().grab(page.view.table.visualRect(page.model.model.index(position, place)))
        image = picture.toImage()
        colours = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
        seen.append((warn in colours, bad in colours))
    assert seen == [(False, False), (True, False), (False, True)]


def test_number_name_and_dates_of_a_row_stand_on_one_line(qtbot: QtBot) -> None:
    # Letters and figures without descenders, so that the ink ends on the baseline.
    values: dict[str, object] = {"social_code": "1111111111", "full_name": "HHH", "birth": "11111111"}
    page = stage(qtbot, FakeQueue(rows=tuple(row(0, **values) for _ in range(12))))
    table = page.view.table
    keys = [column.key for column in page.model.model.columns]
    feet = {}
    for key in ("position", *values):
        place = table.visualRect(page.model.model.index(1, keys.index(key)))
        image = table.viewport().grab(place.adjusted(4, 1, -4, -2)).toImage()
        inked = [y for y in range(image.height()) if any(image.pixelColor(x, y).lightness() < 170
                 for x in range(image.width()))]  # fmt: skip
        feet[key] = max(inked)
    assert len(set(feet.values())) == 1, feet


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_a_name_with_a_line_end_stays_in_its_row(qtbot: QtBot, end: str) -> None:
    def shown(name: str) -> QImage:
        page = stage(qtbot, FakeQueue(rows=(row(0, full_name=name, officer_name=name), row(1, full_name="Vũ An"))))
        table = page.view.table
        return table.viewport().grab().toImage()

    assert shown(f"Lê{end}Hà") == shown("Lê Hà")


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_a_line_above_the_list_stays_one_line(qtbot: QtBot, end: str) -> None:
    def shown(text: str) -> QImage:
        label = ElidedLabel(text)
        qtbot.addWidget(label)
        label.resize(300, 40)
        return label.grab().toImage()

    assert shown(f"Lê{end}Hà") == shown("Lê Hà")


def test_a_long_list_counts_as_a_thousand_and_more(qtbot: QtBot) -> None:
    assert stage(qtbot, FakeQueue(4000)).text("queueCount") == "1.000+ hồ sơ"


def test_the_whole_way_needs_no_mouse(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    assert focused() is page.view.table
    QTest.keyClick(focused(), Qt.Key.Key_F3)
    assert page.view.panel.isVisible()
    assert focused() is page.view.panel.number.line
    type_into(focused(), "1000123")
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused() is page.view.panel.full_name.line
    type_into(focused(), "Đặng")
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert page.queue.asked[-1] == Criteria(number="1000123", name="Đặng", open_only=True)
    QTest.keyClick(focused(), Qt.Key.Key_F3)
    assert focused() is page.view.table
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    assert page.opened == ["d6"]


def test_letters_and_figures_typed_on_the_list_do_nothing(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    asked = len(page.queue.asked)
    type_into(page.view.table, "dang 12 t")
    assert page.view.table.currentIndex().row() == 0
    assert len(page.queue.asked) == asked
    assert page.opened == []


def test_a_double_click_and_the_menu_open_the_dossier_under_the_pointer(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    table = page.view.table
    place = table.visualRect(page.model.model.index(3, 5)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.opened == ["d3"]
    menu = table.row_menu(page.model.model.index(4, 0))
    (action,) = menu.actions()
    assert action.text() == "Xem chi tiết"
    action.trigger()
    assert page.opened == ["d3", "d4"]
    menu.close()


@popups
def test_a_right_click_selects_the_row_under_the_pointer(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    table = page.view.table
    place = table.visualRect(page.model.model.index(5, 2)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, table.viewport().mapToGlobal(place))
    QApplication.sendEvent(table.viewport(), event)
    assert table.currentIndex().row() == 5
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()


def test_the_selected_dossier_stays_selected_when_the_list_moves_under_it(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(300))
    table = page.view.table
    table.setCurrentIndex(page.model.model.index(20, 0))
    table.verticalScrollBar().setValue(10)
    page.queue.shift = -3
    with qtbot.waitSignal(page.model.refreshed, timeout=5000):
        page.news.changed.emit(FakeChange(all_dossiers=True))
    found = table.currentIndex().data(QueueModel.ROW)
    assert isinstance(found, Row)
    assert (table.currentIndex().row(), found.id) == (23, "d20")
    assert table.verticalScrollBar().value() == 10


def test_the_first_rows_that_arrive_are_selected_and_announced_before(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(rows=()))
    page.news.status.emit(FakeStatus(first_sync_done=False))
    assert page.text("queueEmptyTitle") == "Đang nhận hồ sơ lần đầu"
    page.queue.rows = (row(0), row(1))
    page.queue.total = 2
    with qtbot.waitSignal(page.model.refreshed, timeout=5000):
        page.news.changed.emit(FakeChange(all_dossiers=True))
    page.news.status.emit(FakeStatus())
    assert page.view.table.isVisible()
    assert page.view.table.currentIndex().row() == 0
    assert page.model.selected_id == "d0"


def test_a_failure_of_the_store_stands_above_the_list_and_can_be_tried_again(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(3))
    page.queue.error = CodedError("store-full")
    page.model.again()
    assert page.view.banner.isVisible()
    assert page.view.banner.title == "Ổ đĩa đã đầy"
    page.queue.error = None
    page.view.banner.acted.emit()
    assert not page.view.banner.isVisible()


def test_a_short_wait_shows_no_bar_and_a_longer_one_does(qtbot: QtBot) -> None:
    runner = Later()
    page = stage(qtbot, FakeQueue(3), runner)
    bar = page.view.findChild(QWidget, "queueBusy")
    assert bar is not None
    assert not bar.isVisible()
    qtbot.waitUntil(bar.isVisible, timeout=3000)
    runner.finish_all()
    assert not bar.isVisible()


def test_a_hostile_name_is_shown_letter_by_letter(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(rows=(row(0, full_name=HOSTILE), row(1))))
    assert page.cell(0, "full_name") == HOSTILE
    page.view.grab()
    for label in page.view.findChildren(PlainLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText


@popups
def test_the_menu_key_opens_the_menu_of_the_selected_row(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    QApplication.sendEvent(page.view.table, event)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    assert popup.objectName() == "queueMenu"
    popup.close()
