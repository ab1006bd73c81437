"""The page *Cá nhân* as an officer uses it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from officer_console.background.news import News
from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import Status
from officer_console.domain.search import WORK_QUEUE, Criteria, Order, Pending, Row
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_model import QueueModel
from officer_console.views import theme
from officer_console.views.plain import ElidedLabel, PlainLabel
from officer_console.views.queue import QueueView
from officer_console.views.theme import Kind
from tests.gui.list_fakes import (
    REFERENCE,
    CodedError,
    FakeChange,
    FakeQueue,
    FakeStatus,
    Immediately,
    Later,
    clock,
    row,
)

# The screenless platform complains about every popup.
popups = pytest.mark.qt_log_ignore("plugin does not support", extend=True)
LINE_ENDS = ("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029")
HOSTILE = "<b>x</b><img src=http://example.invalid/a.png>"


@dataclass
class Stage:
    """A shown page with what stands behind it."""

    view: QueueView
    model: QueueViewModel
    queue: FakeQueue
    news: News
    opened: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        label = self.view.findChild(PlainLabel, name)
        assert label is not None
        return label.text() if label.isVisible() else ""

    def cell(self, position: int, key: str) -> str:
        keys = [column.key for column in self.model.model.columns]
        return str(self.model.model.index(position, keys.index(key)).data())


def stage(qtbot: QtBot, queue: FakeQueue, runner: Immediately | Later | None = None) -> Stage:
    news = News()
    model = QueueViewModel(queue, runner or Immediately(), news, reference=lambda: REFERENCE, clock=clock)
    view = QueueView(model)
    qtbot.addWidget(view)
    view.resize(1366, 640)
    made = Stage(view, model, queue, news)
    view.open_requested.connect(made.opened.append)
    model.start()
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.set_active(True)
    return made


def type_into(widget: QWidget, text: str) -> None:
    if text.isascii():
        QTest.keyClicks(widget, text)
        return
    # As a Vietnamese keyboard driver hands it over.
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


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


def test_letters_and_figures_typed_on_the_list_do_nothing(qtbot: QtBot) -> None:
    page = stage(qtbot, FakeQueue(30))
    asked = len(page.queue.asked)
    type_into(page.view.table, "dang 12 t")
    assert page.view.table.currentIndex().row() == 0
    assert len(page.queue.asked) == asked
    assert page.opened == []


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
