"""The detail page by keys only: after Ghi nhận, in Xác nhận, and leaving by another way than Thoát."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QScrollArea, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, Status
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.viewmodels.shell import ShellViewModel
from officer_console.views.picture_image import decode
from officer_console.views.review import ReviewView
from officer_console.views.shell import ShellView
from tests.gui.review_parts import CodedError, DirectJobs, FakeDesk, FakeNews, Told, clock
from tests.gui.review_samples import HA, change, decided, dossier
from tests.gui.review_window import Desk, desk_of, find, press, shown

CTRL = Qt.KeyboardModifier.ControlModifier


def judge_by_keys(desk: Desk, verdict: Verdict) -> None:
    press(desk, Qt.Key.Key_1 if verdict is Verdict.VALID else Qt.Key.Key_2)
    if verdict is Verdict.INVALID:
        desk.page.decision.reason.setFocus()
        press(desk, Qt.Key.Key_Down)
        return
    for box in (desk.page.decision.original, desk.page.decision.signed):
        box.setFocus()
        press(desk, Qt.Key.Key_Space)


def usable(desk: Desk) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and desk.page.isAncestorOf(focus) and focus.isVisible() and focus.isEnabled()


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("way", ["escape", "next"])
def test_the_keyboard_goes_on_right_after_recording(qtbot: QtBot, verdict: Verdict, way: str) -> None:
    desk = desk_of(qtbot)
    judge_by_keys(desk, verdict)
    desk.jobs.held = True
    press(desk, Qt.Key.Key_Return, CTRL)
    assert usable(desk)
    desk.jobs.finish()
    assert len(desk.service.recorded) == 1
    assert usable(desk)
    with qtbot.waitSignal(desk.page.closed if way == "escape" else desk.page.next_requested):
        if way == "escape":
            press(desk, Qt.Key.Key_Escape)
        else:
            press(desk, Qt.Key.Key_Right, CTRL)


def test_a_lock_from_elsewhere_takes_the_form_but_not_the_keyboard(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.page.decision.note.setFocus()
    desk.service.answered(**decided(Status.REJECTED, Verdict.INVALID))
    desk.news.changed.emit(Told())
    assert QApplication.focusWidget() is find(desk.page, QAbstractButton, "leave")


def test_when_recording_fails_the_keyboard_stands_where_it_stood(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(record_error=CodedError("store-full")))
    judge_by_keys(desk, Verdict.VALID)
    desk.jobs.held = True
    press(desk, Qt.Key.Key_Return, CTRL)
    desk.jobs.finish()
    assert QApplication.focusWidget() is desk.page.decision.signed


def framed(qtbot: QtBot, shows: Dossier | None = None) -> tuple[Desk, ShellView]:
    """The page in the program's frame, behind it a list that is only an empty page."""
    service, jobs, news = FakeDesk(shows or dossier()), DirectJobs(), FakeNews()
    model = ReviewViewModel(service, service, service, HA, jobs, news, decode, clock)
    page = ReviewView(model)
    window = ShellView(ShellViewModel(HA, news, clock=clock, office_name=""))
    window.add_page("queue", QWidget())
    window.add_page("review", page)
    shown(qtbot, window)
    window.show_page("review")
    page.open_dossier("d1")
    return Desk(page=page, model=model, service=service, jobs=jobs, news=news), window


def test_a_small_screen_shows_a_change_down_to_its_address(qtbot: QtBot) -> None:
    desk, window = framed(qtbot, change())
    window.resize(1366, 690)
    data = desk.page.declaration
    address = find(data, QWidget, "field_address")
    qtbot.waitUntil(lambda: data.viewport().rect().contains(address.rect().translated(_place(address, data))))


def _place(inner: QWidget, data: QScrollArea) -> QPoint:
    return inner.mapTo(data.viewport(), QPoint(0, 0))


def drop_when_asked(asked: list[str]) -> None:
    """Answer «Bỏ và thoát» to the question that comes next, if one comes."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            asked.append(dialog.objectName())
            find(dialog, QAbstractButton, "discardDrop").click()

    QTimer.singleShot(0, answer)


def test_going_to_the_list_past_the_page_gives_the_lease_back_once(qtbot: QtBot) -> None:
    desk, window = framed(qtbot)
    find(window, QAbstractButton, "personalButton").click()
    assert window.page == "queue"
    assert desk.service.released == ["d1"]
    assert desk.model.dossier_id is None


def test_what_was_dropped_is_not_asked_about_again(qtbot: QtBot) -> None:
    desk, window = framed(qtbot)
    desk.model.decision.enter(note="hẹn chiều")
    asked: list[str] = []
    drop_when_asked(asked)
    with qtbot.waitSignal(window.sign_out_requested):
        find(window, QAbstractButton, "signOutButton").click()
    drop_when_asked(asked)
    assert desk.page.may_leave()
    qtbot.wait(1)
    assert asked == ["discard"]


def confirming(qtbot: QtBot) -> tuple[Desk, QDialog]:
    desk = desk_of(qtbot, FakeDesk(change()))
    judge_by_keys(desk, Verdict.VALID)
    press(desk, Qt.Key.Key_Return, CTRL)
    dialog = find(desk.page, QDialog, "confirm")
    qtbot.waitUntil(dialog.isActiveWindow)
    return desk, dialog


def repeat(key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """Let a key that is held down repeat itself where the keyboard stands."""
    target = QApplication.focusWidget()
    assert target is not None
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, modifier, "\r", autorep=True))


@pytest.mark.parametrize("standing", ["confirmScroll", "confirmYes", "confirmBack"])
def test_ctrl_enter_held_down_answers_no_question(qtbot: QtBot, standing: str) -> None:
    desk, dialog = confirming(qtbot)
    assert isinstance(QApplication.focusWidget(), QScrollArea)
    find(dialog, QWidget, standing).setFocus()
    for modifier in (CTRL, Qt.KeyboardModifier.NoModifier):
        repeat(Qt.Key.Key_Return, modifier)
        repeat(Qt.Key.Key_Space, modifier)
    assert dialog.isVisible()
    assert desk.service.recorded == []


def test_enter_on_the_table_confirms_nothing_and_tab_and_enter_does(qtbot: QtBot) -> None:
    desk, dialog = confirming(qtbot)
    press(desk, Qt.Key.Key_Return)
    press(desk, Qt.Key.Key_Return, CTRL)
    assert dialog.isVisible()
    for _ in range(3):
        if QApplication.focusWidget() is not find(dialog, QAbstractButton, "confirmYes"):
            press(desk, Qt.Key.Key_Tab)
    press(desk, Qt.Key.Key_Return)
    assert len(desk.service.recorded) == 1
    desk.page.activateWindow()
    qtbot.waitUntil(desk.page.isActiveWindow)
    assert usable(desk)
    with qtbot.waitSignal(desk.page.closed):
        press(desk, Qt.Key.Key_Escape)


def test_the_questions_are_named_and_read_out(qtbot: QtBot) -> None:
    _, dialog = confirming(qtbot)
    assert dialog.accessibleName() == "Cập nhật thông tin đăng ký?"
    assert "Điện thoại: 0901234567 → 0912345678" in dialog.accessibleDescription()
    assert find(dialog, QScrollArea, "confirmScroll").accessibleName() == "Thông tin cũ và mới"


def test_a_complaint_is_told_to_screen_readers_until_it_is_mended(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_2)
    press(desk, Qt.Key.Key_Return, CTRL)
    reason = desk.page.decision.reason
    assert reason.accessibleDescription() == "✕ Chọn lý do không duyệt."
    press(desk, Qt.Key.Key_Down)
    assert reason.accessibleDescription() == ""


def test_the_two_tables_share_a_named_tab_bar_and_the_page_has_a_name_of_its_own(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    assert find(desk.page, QTabBar, "tabBar").accessibleName() == "Lịch sử và Tin nhắn"
    assert desk.page.objectName() == "reviewPage"
