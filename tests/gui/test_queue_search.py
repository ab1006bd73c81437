"""The search panel of the page *Cá nhân*, and what the page says of a list that is filtered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import Status
from officer_console.domain.search import WORK_QUEUE, Criteria, Order
from tests.gui.list_fakes import (
    FakeQueue,
)
from tests.gui.queue_window import HOSTILE, Stage, focused, stage, type_into


def test_tab_walks_every_field_of_the_panel_in_reading_order(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(3))
    page.view.toggle_panel()
    walked = []
    for _ in range(11):
        walked.append(focused().objectName())
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert walked == [
        "searchNumber", "searchSocialCode", "searchName", "searchFrom", "searchTo", "searchCondition",
        "searchStatus", "searchKind", "searchOrder", "searchButton", "clearButton",
    ]  # fmt: skip
    assert focused() is page.view.table


def test_f5_searches_with_every_field_of_the_panel(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(3))
    page.view.toggle_panel()
    panel = page.view.panel
    panel.declared_from.line.setText("1/9/2026")
    panel.declared_to.line.setText("30092026")
    panel.condition.choose("overdue")
    panel.status.choose("pending")
    panel.kind.choose("change")
    panel.order.choose("declared")
    QTest.keyClick(focused(), Qt.Key.Key_F5)
    asked = page.queue.asked[-1]
    assert (str(asked.declared_from), str(asked.declared_to)) == ("2026-09-01", "2026-09-30")
    assert asked.condition is Condition.OVERDUE
    assert (asked.status, asked.kind, asked.order) == ("pending", "change", Order.DECLARED)
    assert panel.declared_from.text == "01/09/2026"


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("searchSocialCode", "012345678", "Mã số BHXH có 10 hoặc 12 chữ số; đang có 9."),
        ("searchNumber", "10a", "Số hồ sơ chỉ gồm chữ số, ví dụ 1000123."),
        ("searchFrom", "31/02/2026", "Nhập ngày/tháng/năm, ví dụ 05/09/2026."),
    ],
)
def test_a_field_that_cannot_be_read_says_so_beside_itself(qtbot: QtBot, name: str, typed: str, told: str) -> None:
    page = stage(qtbot, FakeQueue(3))
    page.view.toggle_panel()
    asked = len(page.queue.asked)
    line = page.view.findChild(QLineEdit, name)
    assert line is not None
    type_into(line, typed)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert page.text(f"{name}Error") == told
    assert line.accessibleDescription() == told
    assert focused() is line
    assert len(page.queue.asked) == asked
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    assert page.text(f"{name}Error") == ""


def test_reversed_dates_are_told_at_the_first_date(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(3))
    page.view.toggle_panel()
    page.view.panel.declared_from.line.setText("05/09/2026")
    page.view.panel.declared_to.line.setText("01/09/2026")
    page.view.submit()
    assert page.text("searchFromError") == "Từ ngày phải trước hoặc bằng Đến ngày."


def test_clearing_the_panel_shows_the_work_queue_again(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(3))
    page.view.toggle_panel()
    page.view.panel.full_name.line.setText("Không Ai")
    page.view.submit()
    qtbot.mouseClick(page.view.panel.clear_button, Qt.MouseButton.LeftButton)
    assert page.queue.asked[-1] == WORK_QUEUE
    assert page.view.panel.full_name.text == ""


@pytest.mark.parametrize(
    ("chosen", "criteria"),
    [("open", WORK_QUEUE), ("", Criteria()), ("expired", Criteria(status=Status.EXPIRED))],
)
@pytest.mark.parametrize("order", list(Order))
def test_the_state_says_which_dossiers_are_listed_and_the_sort_only_sorts(
    qtbot: QtBot, chosen: str, criteria: Criteria, order: Order
) -> None:
    page = stage(qtbot, FakeQueue(3))
    box = page.view.panel.status.box
    assert [box.itemText(place) for place in (0, 1)] == ["Chưa xong", "Tất cả"]
    assert box.currentText() == "Chưa xong"
    page.view.panel.status.choose(chosen)
    page.view.panel.order.choose(order)
    page.view.submit()
    assert page.queue.asked[-1] == replace(criteria, order=order)


def test_a_list_that_is_filtered_says_so_while_the_panel_is_folded(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(9))
    assert page.text("filterText") == ""
    page.view.search(Criteria(name="Đặng", order=Order.DECLARED))
    assert page.text("filterText") == "Đang lọc: Họ và tên Đặng · Trạng thái Tất cả · Sắp xếp Ngày kê khai"
    page.view.search(Criteria(declared_from=date(2026, 9, 1), condition=Condition.OVERDUE, open_only=True))
    assert page.text("filterText") == "Đang lọc: Từ ngày 01/09/2026 · Tình trạng Muộn"
    clear = page.view.findChild(QPushButton, "filterClear")
    assert clear is not None
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert page.queue.asked[-1] == WORK_QUEUE
    assert page.text("filterText") == ""
    assert page.view.panel.condition.value == ""


def test_the_list_does_not_move_when_a_search_begins_or_ends(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(9))
    before = page.view.table.size()
    for criteria in (Criteria(name="Đặng", order=Order.DECLARED), WORK_QUEUE):
        page.view.search(criteria)
        QApplication.processEvents()
        assert page.view.table.size() == before


def test_the_way_back_to_the_whole_list_stands_once_on_the_page(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(9))
    page.view.search(Criteria(name="Đặng", order=Order.DECLARED))

    def offered() -> list[str]:
        buttons = page.view.findChildren(QPushButton)
        return [each.objectName() for each in buttons if each.isVisible() and each.text() == "Xóa điều kiện"]

    assert offered() == ["filterClear"]
    page.view.toggle_panel()
    assert offered() == ["clearButton"]
    page.view.toggle_panel()
    assert offered() == ["filterClear"]


def test_a_name_in_the_filter_line_is_shown_letter_by_letter(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(3))
    page.view.search(Criteria(name=HOSTILE))
    assert HOSTILE in page.text("filterText")


def press_what_is_offered(qtbot: QtBot, page: Stage, label: str) -> None:
    button = page.view.findChild(QPushButton, "queueEmptyAction")
    assert button is not None
    assert (button.text(), button.accessibleName()) == (label, label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_empty_work_queue_offers_the_finished_dossiers(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(0))
    assert page.text("queueEmptyTitle") == "Không còn hồ sơ nào chờ xử lý"
    press_what_is_offered(qtbot, page, "Xem cả hồ sơ đã xong")
    assert page.queue.asked[-1] == Criteria(order=Order.DECLARED)


@pytest.mark.parametrize("order", list(Order))
def test_a_search_that_finds_nothing_offers_to_begin_anew(qtbot: QtBot, order: Order) -> None:
    page = stage(qtbot, FakeQueue(3))
    page.view.panel.full_name.line.setText("Không Ai")
    page.view.panel.order.choose(order)
    page.view.submit()
    assert page.text("queueEmptyTitle") == "Không có hồ sơ nào khớp"
    press_what_is_offered(qtbot, page, "Xóa điều kiện")
    assert page.queue.asked[-1] == WORK_QUEUE
