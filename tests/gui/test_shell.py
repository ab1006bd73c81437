"""The main window: menu, quick box, status bar, leaving and closing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from officer_console.background.news import News
from officer_console.domain.errors import RuleError
from officer_console.domain.search import Criteria, Order
from officer_console.sync.clock import CentralClock
from officer_console.viewmodels.shell import ShellViewModel, quick_criteria
from officer_console.views.plain import PlainLabel
from officer_console.views.shell import ShellView
from officer_console.views.words import moment_text
from tests.gui.list_fakes import NOW, OFFICER, FakeStatus


class Page(QWidget):
    """A page that may hold the officer back."""

    def __init__(self) -> None:
        super().__init__()
        self.free = True
        self.active = False
        self.begun = 0
        QVBoxLayout(self).addWidget(QPushButton("Một nút"))

    def may_leave(self) -> bool:
        return self.free

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - the page's own interface
        self.active = active

    def show_start(self) -> None:
        self.begun += 1


class Window:
    """A shown main window with two pages."""

    def __init__(self, qtbot: QtBot) -> None:
        self.news = News()
        self.now = NOW
        self.central_ahead: timedelta | None = None
        self.model = ShellViewModel(
            OFFICER,
            self.news,
            clock=self.clock,
            central_ahead=lambda: self.central_ahead,
            office_name="BHXH Quận 6",
        )
        self.view = ShellView(self.model)
        self.list, self.detail = Page(), Page()
        self.view.add_page("queue", self.list)
        self.view.add_page("review", self.detail)
        self.view.add_page("waiting", Page())
        self.view.add_page("attention", Page())
        self.view.show_page("queue")
        qtbot.addWidget(self.view)
        self.view.show()
        self.view.activateWindow()
        qtbot.waitUntil(self.view.isActiveWindow)

    def clock(self) -> datetime:
        return self.now

    def text(self, name: str) -> str:
        part = self.view.findChild(QWidget, name)
        assert isinstance(part, PlainLabel | QPushButton)
        return part.text() if part.isVisible() else ""

    def action(self, name: str) -> QAction:
        found = self.view.findChild(QAction, name)
        assert found is not None
        return found


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


def test_the_status_bar_follows_the_news_and_the_clock(qtbot: QtBot) -> None:
    window = Window(qtbot)
    assert window.text("statusNetwork") == "○ Đang kết nối"
    window.now = NOW + timedelta(seconds=12)
    window.news.status.emit(FakeStatus(waiting=2, attention=1))
    assert window.text("statusNetwork") == "● Trực tuyến"
    assert window.text("statusSync") == "đồng bộ 12 giây trước"
    assert (window.text("statusWaiting"), window.text("statusAttention")) == ("chờ gửi 2", "cần xử lý 1")
    window.now = NOW + timedelta(minutes=3)
    qtbot.waitUntil(lambda: window.text("statusSync") == "đồng bộ 3 phút trước", timeout=5000)
    window.news.status.emit(FakeStatus(online=False, error_code="unreachable"))
    assert window.text("statusNetwork") == "○ Ngoại tuyến"
    window.news.status.emit(FakeStatus(serving=False, error_code="unavailable"))
    assert window.text("statusNetwork") == "◐ Trung tâm tạm ngừng phục vụ"


def test_a_clock_that_was_set_back_before_the_start_is_no_reason_to_call_old_data_new(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.now = NOW - timedelta(hours=3)
    window.news.status.emit(FakeStatus(online=False, error_code="unreachable"))
    assert window.text("statusSync") == f"đồng bộ lần cuối {moment_text(NOW)}"
    window.news.status.emit(FakeStatus(last_sync=None))
    assert window.text("statusSync") == "chưa đồng bộ"


def test_a_clock_that_is_set_while_the_program_runs_changes_nothing_about_how_old_the_data_are(qtbot: QtBot) -> None:
    window = Window(qtbot)
    heard = [NOW]
    window.model.stop()
    news = News()
    model = ShellViewModel(OFFICER, news, clock=CentralClock(window.clock, lambda: heard[0]))
    news.status.emit(FakeStatus(online=False, error_code="unreachable"))
    heard[0] += timedelta(minutes=12)
    for ahead in (timedelta(hours=-3), timedelta(minutes=-12), timedelta(days=400)):
        window.now = NOW + ahead
        assert model.seconds_since_sync() == 12 * 60
    model.stop()


def test_the_first_sync_shows_how_far_it_is(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.news.status.emit(FakeStatus(last_sync=None, first_sync_done=False, progress=12500))
    assert window.text("statusSync") == "Đang nhận hồ sơ lần đầu: 12.500"
    bar = window.view.findChild(QWidget, "statusProgress")
    assert bar is not None
    qtbot.waitUntil(bar.isVisible, timeout=3000)
    window.news.status.emit(FakeStatus())
    assert not bar.isVisible()


def test_the_page_does_not_move_when_the_status_bar_gets_its_first_words(qtbot: QtBot) -> None:
    window = Window(qtbot)
    before = window.list.size()
    for status in (FakeStatus(first_sync_done=False, progress=80), FakeStatus(waiting=3), FakeStatus(signed_in=False)):
        window.news.status.emit(status)
        QApplication.processEvents()
        assert window.list.size() == before


def test_the_status_bar_says_plainly_when_central_lacks_something(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.news.status.emit(FakeStatus(recorded=1214, confirmed=1214))
    assert window.text("statusConfirmed") == "đã nhận đủ 1.214/1.214"
    window.news.status.emit(FakeStatus(recorded=1214, confirmed=1212))
    assert window.text("statusConfirmed") == "trung tâm mới nhận 1.212/1.214"
    window.news.status.emit(FakeStatus(recorded=1214, confirmed=1212, unread=1))
    assert window.text("statusConfirmed") == "trung tâm mới nhận 1.212/1.214"


def test_a_result_that_central_has_just_given_is_no_reason_for_alarm(qtbot: QtBot) -> None:
    window = Window(qtbot)
    window.news.status.emit(FakeStatus(recorded=2, confirmed=1, unread=1))
    part = window.view.findChild(QPushButton, "statusConfirmed")
    assert part is not None
    assert (part.text(), part.property("tone")) == ("đang đối chiếu 1/2", "")


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (None, ""),
        (timedelta(seconds=119), ""),
        (timedelta(minutes=-16, seconds=-7), "Đồng hồ máy nhanh 16 phút"),
        (timedelta(hours=-23, minutes=-59), "Đồng hồ máy nhanh 23 giờ 59 phút"),
        (timedelta(days=400), "Đồng hồ máy chậm 400 ngày"),
    ],
)
def test_the_status_bar_says_when_the_clock_of_the_machine_is_set_wrong(
    qtbot: QtBot, ahead: timedelta | None, told: str
) -> None:
    window = Window(qtbot)
    window.central_ahead = ahead
    window.news.status.emit(FakeStatus(waiting=3, attention=2, recorded=1214, confirmed=1212))
    part = window.view.findChild(QWidget, "statusClock")
    assert isinstance(part, PlainLabel)
    whole = f"{told} so với trung tâm: xin chỉnh lại giờ máy" if told else ""
    for width, shown in ((1024, told), (1366, whole)):
        window.view.resize(width, 700)
        QApplication.processEvents()
        assert window.view.width() == width
        assert window.text("statusClock") == shown
        assert not told or part.fontMetrics().horizontalAdvance(shown) <= part.width()
        assert part.accessibleName() == whole
    window.central_ahead = timedelta()
    window.model.changed.emit()
    assert window.text("statusClock") == ""


def test_each_part_of_the_status_bar_leads_somewhere(qtbot: QtBot) -> None:
    window = Window(qtbot)
    assert [window.text(name) for name in ("statusWaiting", "statusAttention", "statusConfirmed")] == ["", "", ""]
    window.news.status.emit(FakeStatus(waiting=2, attention=1))
    reached: list[str] = []
    window.view.sync_requested.connect(lambda: reached.append("sync"))
    for name in ("statusWaiting", "statusAttention", "statusConfirmed", "statusSync"):
        part = window.view.findChild(QPushButton, name)
        assert part is not None
        assert part.accessibleName() == part.text()
        part.click()
        reached.append(window.view.page)
    assert reached == ["waiting", "attention", "waiting", "sync", "waiting"]


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


def test_a_session_that_ended_offers_to_sign_in_again(qtbot: QtBot) -> None:
    window = Window(qtbot)
    asked: list[int] = []
    window.view.sign_in_requested.connect(lambda: asked.append(1))
    window.news.status.emit(FakeStatus(signed_in=False, error_code="sign-in-needed"))
    assert window.text("statusSignIn") == "Đăng nhập lại"
    button = window.view.findChild(QPushButton, "statusSignIn")
    assert button is not None
    button.click()
    assert asked == [1]


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
