"""The status bar: what it says, when, and where its parts lead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from officer_console.background.news import News
from officer_console.sync.clock import CentralClock
from officer_console.viewmodels.shell import ShellViewModel
from officer_console.views.plain import PlainLabel
from officer_console.views.words import moment_text
from tests.gui.list_fakes import NOW, OFFICER, FakeStatus
from tests.gui.shell_window import Window


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
