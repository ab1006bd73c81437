"""The detail page: opening, leases, leaving, hostile text, the keyboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.background.news import News
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.lease import Lease
from officer_console.domain.message import MessageKind, MessageState
from officer_console.viewmodels.locks import LockKind
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.views.picture_image import decode
from officer_console.views.review import ReviewView
from tests.gui.review_parts import CodedError, FakeDesk, Line, Told, clock
from tests.gui.review_samples import DECLARATION, HA, LEAD, NOW, attachments, change, decided, dossier, message
from tests.gui.review_window import Desk, desk_of, press, shown

HOLDER = Lease(officer_id="o2", officer_name="Phạm Minh", expires_at=NOW + timedelta(minutes=9))


W = TypeVar("W", bound=QWidget)


def find(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    assert found is not None
    return found


def text(page: QWidget, name: str) -> str:
    return find(page, QLabel, name).text()


def test_the_declared_data_can_be_read_and_copied_without_a_mouse(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    assert text(desk.page, "value_full_name") == "Đặng Thị Ước"
    assert text(desk.page, "value_address") == "12 Lê Thánh Tôn, Phường Bến Nghé, Thành phố Hồ Chí Minh"
    desk.page.declaration.setFocus()
    press(desk, Qt.Key.Key_Down)
    press(desk, Qt.Key.Key_Down)
    press(desk, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "0123456789"


def test_a_change_shows_old_beside_new_and_marks_what_changed_by_shape_and_word(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(change()))
    assert (text(desk.page, "old_phone"), text(desk.page, "value_phone")) == ("0901234567", "0912345678")
    marked = {
        label.objectName()
        for label in desk.page.findChildren(QLabel)
        if label.objectName().startswith("mark_") and label.isVisibleTo(desk.page)
    }
    assert marked == {"mark_full_name", "mark_phone"}
    assert text(desk.page, "mark_phone") == "◆ Thay đổi"


def test_a_changed_name_warns_of_procedure_608a(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(change()))
    assert "608a" in text(desk.page, "finding_linked-608a")


def test_what_the_rules_found_stands_at_the_field(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(declaration=replace(DECLARATION, social_code="012345678"))))
    field = desk.page.findChild(QWidget, "field_social_code")
    assert field is not None
    assert text(field, "finding_social-code-length") == "✕ Mã số BHXH phải có 10 hoặc 12 chữ số; đang có 9."


def test_hostile_text_stays_text_everywhere(qtbot: QtBot) -> None:
    evil = "<b>Nguyễn</b><img src='file:///etc/passwd'>&amp;"
    hostile = dossier(
        kind=DossierKind.STOP,
        stop_reason=evil,
        declaration=replace(DECLARATION, full_name=evil, email=evil, phone=evil),
        **decided(Status.REJECTED, Verdict.INVALID),
    )
    assert hostile.judgement is not None
    hostile = replace(hostile, judgement=replace(hostile.judgement, reason_code=evil, reason_text=evil, note=evil))
    desk = desk_of(qtbot, FakeDesk(hostile))
    labels = desk.page.findChildren(QLabel)
    showing = [label for label in labels if evil in label.text()]
    assert {"value_full_name", "value_email", "value_stop_reason", "judgement"} <= {
        each.objectName() for each in showing
    }
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels if label.text())


def test_opening_takes_the_lease_and_leaving_gives_it_back(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    assert "Bạn giữ đến 10:15" in text(desk.page, "dossierNote")
    with qtbot.waitSignal(desk.page.closed):
        press(desk, Qt.Key.Key_Escape)
    assert desk.service.released == ["d1"]


def test_leaving_right_after_recording_keeps_the_lease_until_central_has_decided(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(verdict=Verdict.INVALID, reason_code="form-unsigned")
    desk.model.decision.record()
    desk.model.leave()
    assert desk.service.released == []


def test_a_lease_that_arrives_after_the_officer_left_is_given_back(qtbot: QtBot) -> None:
    class Slow(FakeDesk):
        def open(self, dossier_id: str) -> Any:
            desk.jobs.held = desk.model.dossier_id is not None
            return super().open(dossier_id)

    desk = desk_of(qtbot, Slow(), opened=False)
    desk.page.open_dossier("d1")
    assert not desk.model.holds_lease
    desk.model.leave()
    desk.jobs.finish()
    assert desk.service.released == ["d1"]


def test_a_second_officer_sees_who_holds_the_dossier_and_cannot_judge_it(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(holder=HOLDER))
    assert text(desk.page, "lockSentence") == "Hồ sơ đang do Phạm Minh xử lý đến 10:09"
    assert desk.page.notice.title == "Hồ sơ đang do Phạm Minh xử lý đến 10:09"
    assert not desk.page.decision.valid.isVisibleTo(desk.page)
    press(desk, Qt.Key.Key_1)
    press(desk, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.service.recorded == []
    assert not button(desk, "takeOver").isVisibleTo(desk.page)


def test_a_refused_lease_locks_the_bar_as_well(qtbot: QtBot) -> None:
    class Refusing(FakeDesk):
        def take(self, _dossier_id: str, *, break_other: bool = False, reason: str | None = None) -> Any:  # noqa: ARG002
            assert not break_other
            raise CodedError("leased", by="Phạm Minh", until=HOLDER.expires_at)

    desk = desk_of(qtbot, Refusing())
    assert "Phạm Minh xử lý đến 10:09" in text(desk.page, "lockSentence")
    assert not desk.page.pictures.replace.isEnabled()


def test_a_supervisor_takes_the_dossier_over(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(holder=HOLDER, officer=LEAD), officer=LEAD)
    button(desk, "takeOver").click()
    dialog = find(desk.page, QDialog, "takeOverDialog")
    assert "Phạm Minh đang xử lý" in text(dialog, "takeOverText")
    assert not find(dialog, QAbstractButton, "takeOverYes").isEnabled()
    find(dialog, QLineEdit, "takeOverReason").setText(" Hết ca trực ")
    find(dialog, QAbstractButton, "takeOverYes").click()
    assert desk.service.broken == [("d1", "Hết ca trực")]
    assert desk.model.decision.lock is None


def test_when_the_other_officer_lets_go_the_bar_opens_by_itself(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(holder=HOLDER))
    desk.service.holder = None
    desk.news.changed.emit(Told())
    assert desk.model.decision.lock is None
    assert desk.model.holds_lease


def test_without_network_the_dossier_opens_and_says_so(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(offline=True))
    assert "Không có mạng" in text(desk.page, "dossierNote")
    assert desk.model.decision.lock is None
    desk.service.offline = False
    desk.news.status.emit(Line(online=False))
    desk.news.status.emit(Line(online=True))
    assert desk.model.holds_lease


def test_a_closed_dossier_shows_its_judgement_and_offers_no_other(qtbot: QtBot) -> None:
    values = decided(Status.REJECTED, Verdict.INVALID, messages=(message(MessageKind.REFUSED, MessageState.SENT),))
    closed = dossier(**values)
    assert closed.judgement is not None
    closed = replace(closed, judgement=replace(closed.judgement, reason_code="form-unsigned", note="hẹn lại"))
    desk = desk_of(qtbot, FakeDesk(closed))
    told = text(desk.page, "judgement")
    for part in ("Hồ sơ không hợp lệ", "Tờ khai chưa ký", "hẹn lại", "Nguyễn Thu Hà", "20/11/2026 10:00"):
        assert part in told
    assert desk.model.decision.lock is not None
    assert desk.model.decision.lock.kind is LockKind.CLOSED
    table = desk.page.messages
    assert [table.item(0, column).text() for column in (1, 2, 3)] == ["Tin nhắn", "09•••••567", "✓ Đã gửi"]


@pytest.mark.parametrize("leaving", ["escape", "next"])
def test_leaving_with_something_entered_asks_and_staying_is_the_safe_answer(qtbot: QtBot, leaving: str) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_1)
    said: list[str] = []
    left: list[bool] = []
    desk.page.closed.connect(lambda: left.append(True))
    desk.page.next_requested.connect(lambda: left.append(True))

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        said.extend(label.text() for label in dialog.findChildren(QLabel))
        qtbot.keyClick(dialog, Qt.Key.Key_Return)

    QTimer.singleShot(0, answer)
    if leaving == "escape":
        press(desk, Qt.Key.Key_Escape)
    else:
        press(desk, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert "Bỏ những gì đã nhập?" in said
    assert not left
    assert desk.model.decision.entered.verdict is Verdict.VALID


def test_dropping_the_work_leaves(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_2)

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        drop = dialog.findChild(QAbstractButton, "discardDrop")
        assert drop is not None
        drop.click()

    QTimer.singleShot(0, answer)
    with qtbot.waitSignal(desk.page.closed):
        press(desk, Qt.Key.Key_Escape)
    assert desk.service.recorded == []


def test_a_picture_still_being_checked_is_named_before_it_is_dropped(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.jobs.held = True
    desk.model.pictures.replace(Path("/a/1.png"))
    said: list[str] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        said.append(text(dialog, "discardText"))
        drop = dialog.findChild(QAbstractButton, "discardDrop")
        assert drop is not None
        drop.click()

    QTimer.singleShot(0, answer)
    assert desk.page.may_leave()
    assert len(said) == 1
    assert "ảnh đang kiểm tra" in said[0]
    # The way out asks once, and the answer of the check is not wanted any more.
    assert desk.page.may_leave()
    desk.jobs.finish()
    assert desk.model.pictures.replacements == ()


def test_a_picture_still_being_checked_makes_no_empty_draft(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.jobs.held = True
    desk.model.pictures.replace(Path("/a/1.png"))
    desk.model.leave()
    desk.jobs.finish()
    assert desk.service.drafts == {}


def test_nothing_is_asked_when_nothing_was_entered(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    with qtbot.waitSignal(desk.page.next_requested):
        press(desk, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)


def test_answers_for_a_dossier_already_left_are_dropped(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, opened=False)
    desk.jobs.held = True
    desk.page.open_dossier("d1")
    desk.model.leave()
    desk.page.open_dossier("d2")
    desk.jobs.finish()
    assert desk.model.dossier is not None
    assert desk.model.dossier.id == "d2"


@pytest.mark.parametrize("version", [9, 3])
def test_a_dossier_that_changes_under_the_officers_hands_says_so_and_keeps_what_he_entered(
    qtbot: QtBot, version: int
) -> None:
    desk = desk_of(qtbot)
    before = desk.service.dossier
    assert before.version == 3
    press(desk, Qt.Key.Key_1)
    declaration = replace(before.declaration, phone="0987654321")
    desk.service.dossier = replace(before, version=version, declaration=declaration)
    desk.news.changed.emit(Told())
    assert desk.page.notice.title == "Hồ sơ vừa có thay đổi"
    assert desk.model.decision.entered.verdict is Verdict.VALID
    draft = desk.model.decision.draft()
    assert draft is not None
    assert draft.base_version == version


def test_news_about_other_dossiers_changes_nothing(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.service.dossier = replace(desk.service.dossier, version=9)
    desk.news.changed.emit(Told(frozenset({"another"})))
    assert desk.model.dossier is not None
    assert desk.model.dossier.version == 3


def test_asking_the_registry_answers_without_deciding(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    button(desk, "checkHousehold").click()
    assert desk.page.notice.title == "HGĐ: khớp mã số và họ tên"
    assert desk.service.recorded == []
    assert not desk.model.decision.dirty


def test_a_notice_put_away_stays_away_until_there_is_something_new(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    button(desk, "checkHousehold").click()
    button(desk, "noticeClose").click()
    desk.news.changed.emit(Told())
    assert not desk.page.notice.isVisibleTo(desk.page)
    desk.service.record_error = CodedError("store-full")
    for _ in range(2):
        desk.model.decision.enter(verdict=Verdict.INVALID, reason_code="form-unsigned")
        desk.model.decision.record()
        assert desk.page.notice.isVisibleTo(desk.page)
        button(desk, "noticeClose").click()


def test_a_dossier_that_cannot_be_opened_says_why(qtbot: QtBot) -> None:
    class Gone(FakeDesk):
        def open(self, _dossier_id: str) -> Any:
            raise CodedError("unknown-dossier")

    desk = desk_of(qtbot, Gone())
    assert desk.page.notice.title == "Không tìm thấy hồ sơ"


def test_every_control_has_a_stable_name_and_its_label_as_accessible_name(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(attachments=attachments(AttachmentKind.PORTRAIT))))
    controls = [
        widget
        for widget in desk.page.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QLineEdit | QComboBox) and widget.isVisibleTo(desk.page)
    ]
    assert len(controls) > 15
    assert [widget for widget in controls if not widget.objectName() or not widget.accessibleName()] == []
    for widget in controls:
        if isinstance(widget, QAbstractButton) and widget.text():
            assert widget.text().split("\n")[0] == widget.accessibleName()


def test_tab_reaches_every_control(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(verdict=Verdict.INVALID)
    wanted = {
        widget.objectName()
        for widget in desk.page.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QLineEdit | QComboBox)
        and widget.isVisibleTo(desk.page)
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    reached: set[str] = set()
    for _ in range(40):
        press(desk, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        reached.add(focus.objectName())
    # The verdicts are one Tab stop, so are the thumbnails; arrows walk inside.
    for first in ("verdictValid", "thumb_portrait"):
        find(desk.page, QAbstractButton, first).setFocus()
        for _ in range(4):
            press(desk, Qt.Key.Key_Right)
            focus = QApplication.focusWidget()
            assert focus is not None
            reached.add(focus.objectName())
    assert wanted <= reached
    assert {"declaration", "history", "picture", "record", "backToList"} <= reached


def test_a_word_wider_than_its_place_is_broken_and_not_cut(qtbot: QtBot) -> None:
    wide = replace(DECLARATION, email="nguyen" * 30 + "@example.vn")
    desk = desk_of(qtbot, FakeDesk(dossier(declaration=wide)))
    value = desk.page.findChild(QLabel, "value_email")
    assert value is not None
    lines = value.heightForWidth(value.width()) / value.fontMetrics().lineSpacing()
    assert lines >= 2
    assert value.height() >= value.heightForWidth(value.width())


def test_the_whole_page_fits_a_small_screen(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(change()))
    least = desk.page.minimumSizeHint()
    assert least.width() <= 1366 - 220
    assert least.height() <= 768 - 48 - 28 - 40


def test_it_works_with_the_real_threads_as_well(qtbot: QtBot) -> None:
    service, jobs, news = FakeDesk(), JobRunner(), News()
    model = ReviewViewModel(service, service, service, HA, jobs, news, decode, clock)
    page = ReviewView(model)
    shown(qtbot, page)
    page.open_dossier("d1")
    qtbot.waitUntil(lambda: page.pictures.canvas.picture is not None and model.holds_lease)
    assert jobs.close()


def button(desk: Desk, name: str) -> QAbstractButton:
    return find(desk.page, QAbstractButton, name)


def test_a_dossier_that_left_the_desk_goes_from_the_page(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    name = desk.service.dossier.declaration.full_name
    assert name in [label.text() for label in desk.page.findChildren(QLabel) if label.isVisible()]
    desk.service.open_error = RuleError("unknown-dossier")
    desk.news.changed.emit(Told())
    assert name not in [label.text() for label in desk.page.findChildren(QLabel) if label.isVisible()]
    assert not desk.model.decision.ready
    assert desk.model.failure is not None
    assert desk.model.failure.code == "unknown-dossier"
