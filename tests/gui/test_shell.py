"""The main window: menu, quick box, status bar, leaving and closing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from officer_console.domain.errors import RuleError
from officer_console.domain.search import Criteria, Order
from officer_console.viewmodels.shell import quick_criteria
from tests.gui.list_fakes import FakeStatus
from tests.gui.shell_window import Window


def test_the_menu_of_the_dispatch_leads_to_the_list(qtbot: QtBot) -> None:
    window = Window(qtbot)
    titles = [action.text().replace("&", "") for action in window.view.menuBar().actions()]
    assert titles[0] == "Hồ sơ ĐK GDĐT"
    window.view.show_page("review", "1000123/07906")
    assert window.view.windowTitle().startswith("1000123/07906 · ")
    window.action("personalAction").trigger()
    assert window.view.page == "queue"
    assert (window.list.active, window.detail.active) == (True, False)


@pytest.mark.parametrize("way", ["menu", "button", "keys"])
def test_asking_for_the_list_a_second_time_begins_it_anew(qtbot: QtBot, way: str) -> None:
    window = Window(qtbot)
    button = window.view.findChild(QPushButton, "personalButton")
    assert button is not None
    ask = {
        "menu": window.action("personalAction").trigger,
        "button": button.click,
        "keys": lambda: QTest.keyClick(window.view, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier),
    }[way]
    window.view.show_page("review")
    ask()
    assert (window.view.page, window.list.begun) == ("queue", 0)
    window.view.quick.setText("dang")
    ask()
    assert (window.view.page, window.list.begun, window.view.quick.text()) == ("queue", 1, "")


def test_the_first_window_fits_the_screen_and_the_names_of_its_parts_are_its_own(qtbot: QtBot) -> None:
    window = Window(qtbot)
    room = window.view.screen().availableGeometry()
    assert window.view.minimumHeight() < window.view.height() <= room.height()
    assert window.view.width() == max(room.width(), window.view.minimumWidth())
    named = [part.objectName() for part in window.view.findChildren(QWidget) if part.objectName()]
    assert [name for name in set(named) if named.count(name) > 1 and not name.startswith("qt_")] == []


def test_the_officer_and_the_office_stand_in_the_top_bar(qtbot: QtBot) -> None:
    assert Window(qtbot).text("officerName") == "Nguyễn Thu Hà · BHXH Quận 6"


def test_ctrl_k_leads_to_the_quick_box_and_enter_searches(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.view.show_page("review")
    asked: list[Criteria] = []
    window.view.quick_search.connect(asked.append)
    QTest.keyClick(window.view, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is window.view.quick
    QTest.keyClicks(window.view.quick, "1000123/07906")
    QTest.keyClick(window.view.quick, Qt.Key.Key_Return)
    assert asked == [Criteria(number="1000123/07906", order=Order.DECLARED)]
    assert window.view.page == "queue"


def test_the_hint_of_the_quick_box_is_read_whole_on_a_small_screen(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.view.resize(1366, 728)
    quick = window.view.quick
    # On either side stands a picture.
    room = quick.width() - 2 * 36
    qtbot.waitUntil(lambda: quick.fontMetrics().horizontalAdvance(quick.placeholderText()) <= room)


def test_the_quick_box_says_what_it_cannot_read(qtbot: QtBot) -> None:
    window = Window(qtbot)
    QTest.keyClicks(window.view.quick, "10a")
    QTest.keyClick(window.view.quick, Qt.Key.Key_Return)
    told = "Số hồ sơ chỉ gồm chữ số, ví dụ 1000123."
    assert window.text("quickError") == told
    assert window.view.quick.accessibleDescription() == told
    QTest.keyClick(window.view.quick, Qt.Key.Key_Backspace)
    assert (window.text("quickError"), window.view.quick.accessibleDescription()) == ("", "")


@pytest.mark.parametrize(
    ("typed", "criteria"),
    [
        (" 0123456789 ", Criteria(social_code="0123456789", order=Order.DECLARED)),
        ("0792 0100 1234", Criteria(social_code="079201001234", order=Order.DECLARED)),
        ("1000123", Criteria(number="1000123", order=Order.DECLARED)),
        ("đặng  thị", Criteria(name="đặng thị", order=Order.DECLARED)),
    ],
)
def test_the_quick_box_tells_codes_numbers_and_names_apart(typed: str, criteria: Criteria) -> None:
    assert quick_criteria(typed) == criteria


def test_an_empty_quick_search_is_refused() -> None:
    with pytest.raises(RuleError, match="number-malformed"):
        quick_criteria("  ")


@pytest.mark.parametrize(
    ("key", "page"), [(Qt.Key.Key_1, "queue"), (Qt.Key.Key_2, "waiting"), (Qt.Key.Key_3, "attention")]
)
def test_the_pages_are_reached_by_key_by_menu_and_by_button(qtbot: QtBot, key: Qt.Key, page: str) -> None:
    window = Window(qtbot)
    name = {"queue": "personal"}.get(page, page)
    button = window.view.findChild(QPushButton, f"{name}Button")
    assert button is not None
    for way in (
        lambda: QTest.keyClick(window.view, key, Qt.KeyboardModifier.ControlModifier),
        window.action(f"{name}Action").trigger,
        button.click,
    ):
        window.view.show_page("review")
        way()
        assert window.view.page == page
        assert button.isChecked()


def test_a_page_that_must_not_be_left_keeps_its_button_down(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.view.show_page("review")
    window.detail.free = False
    for name in ("waitingButton", "attentionButton"):
        button = window.view.findChild(QPushButton, name)
        assert button is not None
        button.click()
        assert not button.isChecked()
    assert window.view.page == "review"


def test_the_buttons_say_how_much_waits(qtbot: QtBot) -> None:
    window = Window(qtbot)
    assert [window.text(name) for name in ("waitingButton", "attentionButton")] == ["Hàng chờ gửi", "Cần xử lý"]
    window.news.status.emit(FakeStatus(waiting=2, attention=1))
    assert [window.text(name) for name in ("waitingButton", "attentionButton")] == ["Hàng chờ gửi 2", "Cần xử lý 1"]


def test_unsaved_work_holds_the_window_and_nothing_else_does(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.view.show_page("review")
    window.detail.free = False
    assert not window.view.show_page("queue")
    assert not window.view.close()
    assert window.view.page == "review"
    window.detail.free = True
    with qtbot.waitSignal(window.view.closed, timeout=1000):
        assert window.view.close()


def test_signing_out_and_locking_are_asked_for(qtbot: QtBot) -> None:
    window = Window(qtbot)
    asked: list[str] = []
    window.view.sign_out_requested.connect(lambda: asked.append("out"))
    window.view.lock_requested.connect(lambda: asked.append("lock"))
    QTest.keyClick(window.view, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    button = window.view.findChild(QPushButton, "signOutButton")
    assert button is not None
    button.click()
    assert asked == ["lock", "out"]


@pytest.mark.qt_log_ignore("plugin does not support", extend=True)
def test_f1_shows_the_keys_without_blocking(qtbot: QtBot) -> None:
    window = Window(qtbot)
    QTest.keyClick(window.view, Qt.Key.Key_F1)
    keys = window.view.findChild(QWidget, "keyList")
    assert keys is not None
    assert keys.isVisible()
    keys.close()
