"""Đánh giá hồ sơ: recording by keyboard, what is missing, Xác nhận."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import Ticks, Verdict
from officer_console.domain.dossier import Status
from officer_console.domain.errors import RuleError
from officer_console.domain.officer import Officer, Role
from officer_console.views.findings import FIELD_LABELS, TEXTS
from tests.gui.review_parts import CodedError, FakeDesk, Told
from tests.gui.review_samples import REFERENCE, attachments, change, dossier
from tests.gui.review_window import Desk, desk_of, press

W = TypeVar("W", bound=QWidget)
CTRL = Qt.KeyboardModifier.ControlModifier


def find(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    assert found is not None
    return found


def record(desk: Desk) -> None:
    press(desk, Qt.Key.Key_Return, CTRL)


def tick_both(desk: Desk) -> None:
    for box in (desk.page.decision.original, desk.page.decision.signed):
        box.setFocus()
        press(desk, Qt.Key.Key_Space)


def complaint(desk: Desk, name: str) -> str:
    label = find(desk.page, QLabel, name)
    return label.text() if label.isVisibleTo(desk.page) else ""


def test_a_valid_decision_needs_nothing_but_the_keyboard(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_1)
    for _ in range(6):
        press(desk, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus in (desk.page.decision.original, desk.page.decision.signed):
            press(desk, Qt.Key.Key_Space)
        if focus is desk.page.decision.note:
            QTest.keyClicks(focus, "da xem ban goc")
    record(desk)
    (draft,) = desk.service.recorded
    assert draft.verdict is Verdict.VALID
    assert draft.ticks == Ticks(original_compared=True, signed_form_received=True)
    assert draft.note == "da xem ban goc"
    assert draft.base_version == 3
    assert desk.page.outcome.title == "Đã ghi nhận trên máy, chờ trung tâm trả lời"


def test_recording_with_nothing_judged_says_what_to_do(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    record(desk)
    assert complaint(desk, "error_verdict") == "✕ Chọn Hồ sơ hợp lệ hoặc Hồ sơ không hợp lệ."
    assert QApplication.focusWidget() is desk.page.decision.valid
    assert desk.service.recorded == []


def test_a_refusal_without_a_reason_is_refused_with_a_sentence_and_nothing_is_recorded(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_2)
    record(desk)
    assert complaint(desk, "error_reason_code") == "✕ Chọn lý do không duyệt."
    assert QApplication.focusWidget() is desk.page.decision.reason
    assert desk.service.recorded == []


def test_a_reason_that_needs_own_words_waits_for_them(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_2)
    desk.page.decision.reason.setFocus()
    press(desk, Qt.Key.Key_End)
    record(desk)
    assert complaint(desk, "error_reason_text").startswith("✕ Viết rõ lý do")
    focus = QApplication.focusWidget()
    assert focus is desk.page.decision.reason_text
    QTest.keyClicks(focus, "anh khong phai cua nguoi khai")
    assert complaint(desk, "error_reason_text") == ""
    record(desk)
    (draft,) = desk.service.recorded
    assert (draft.verdict, draft.reason_code) == (Verdict.INVALID, "other")
    assert draft.reason_text == "anh khong phai cua nguoi khai"


def test_an_approval_without_the_originals_compared_is_refused(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_1)
    record(desk)
    assert complaint(desk, "error_original") == f"✕ {TEXTS['original-not-compared']}"
    assert complaint(desk, "error_signed") == f"✕ {TEXTS['signed-form-not-received']}"
    assert QApplication.focusWidget() is desk.page.decision.original
    assert desk.service.recorded == []


def test_a_missing_picture_leads_to_the_place_where_it_is_put_in(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(attachments=attachments(AttachmentKind.PORTRAIT, AttachmentKind.ID_BACK))))
    press(desk, Qt.Key.Key_1)
    tick_both(desk)
    record(desk)
    assert "Thiếu giấy tờ mặt trước" in complaint(desk, "decisionMissing")
    assert desk.model.pictures.selected is AttachmentKind.ID_FRONT
    assert QApplication.focusWidget() is desk.page.pictures.replace
    assert desk.service.recorded == []


def test_digits_typed_into_a_text_field_are_text_and_no_verdict(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.page.decision.note.setFocus()
    press(desk, Qt.Key.Key_1)
    press(desk, Qt.Key.Key_2)
    press(desk, Qt.Key.Key_R)
    assert desk.model.decision.entered.note == "12r"
    assert desk.model.decision.entered.verdict is None
    assert desk.page.pictures.canvas.turn == 0


def test_a_change_is_recorded_only_after_it_was_confirmed(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(change()))
    press(desk, Qt.Key.Key_1)
    tick_both(desk)
    record(desk)
    dialog = find(desk.page, QDialog, "confirm")
    assert desk.service.recorded == []
    shown = {label.objectName(): label.text() for label in dialog.findChildren(QLabel)}
    assert (shown["confirmOld_phone"], shown["confirmNew_phone"]) == ("0901234567", "0912345678")
    assert "confirmNew_address" not in shown
    assert "608a" in shown["confirm608a"]
    find(dialog, QAbstractButton, "confirmBack").click()
    assert desk.service.recorded == []
    record(desk)
    again = [each for each in desk.page.findChildren(QDialog, "confirm") if each.isVisible()]
    find(again[0], QAbstractButton, "confirmYes").click()
    (draft,) = desk.service.recorded
    assert draft.change_confirmed


@pytest.mark.parametrize("told", [True, False], ids=["news has come", "news is still on its way"])
def test_a_change_that_differs_from_the_one_compared_is_not_confirmed(qtbot: QtBot, *, told: bool) -> None:
    desk = desk_of(qtbot, FakeDesk(change()))
    press(desk, Qt.Key.Key_1)
    tick_both(desk)
    record(desk)
    first = find(desk.page, QDialog, "confirm")
    moved = replace(desk.service.dossier.declaration, phone="0987654321")
    desk.service.dossier = replace(desk.service.dossier, version=4, declaration=moved)
    if told:
        desk.news.changed.emit(Told())
    find(first, QAbstractButton, "confirmYes").click()
    assert desk.service.recorded == []
    assert desk.page.notice.title == "Hồ sơ vừa có thay đổi"
    assert "chưa được ghi nhận" in desk.page.notice.text
    assert desk.model.dossier is not None
    assert desk.model.dossier.declaration.phone == "0987654321"
    assert desk.model.decision.entered.verdict is Verdict.VALID
    record(desk)
    assert not any(each.isVisible() for each in desk.page.findChildren(QDialog, "confirm"))
    find(desk.page, QAbstractButton, "noticeAction").click()
    record(desk)
    (second,) = (each for each in desk.page.findChildren(QDialog, "confirm") if each.isVisible())
    assert find(second, QLabel, "confirmNew_phone").text() == "0987654321"
    find(second, QAbstractButton, "confirmYes").click()
    (draft,) = desk.service.recorded
    assert (draft.base_version, draft.change_confirmed) == (4, True)


@pytest.mark.parametrize("entered", [True, False], ids=["judged", "only read"])
def test_a_dossier_that_changed_on_the_page_is_recorded_only_after_the_officer_says_that_he_has_read_it(
    qtbot: QtBot, *, entered: bool
) -> None:
    desk = desk_of(qtbot)
    if entered:
        press(desk, Qt.Key.Key_1)
        tick_both(desk)
    before = desk.service.dossier
    declaration = replace(before.declaration, phone="0987654321")
    desk.service.dossier = replace(before, version=before.version + 1, declaration=declaration)
    desk.news.changed.emit(Told())
    press(desk, Qt.Key.Key_1)
    record(desk)
    assert desk.service.recorded == []

    find(desk.page, QAbstractButton, "noticeAction").click()
    assert desk.page.notice.isHidden()
    if not entered:
        press(desk, Qt.Key.Key_1)
        tick_both(desk)
    record(desk)
    (draft,) = desk.service.recorded
    assert draft.base_version == before.version + 1


def test_only_the_button_says_that_the_officer_has_read_what_changed(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    before = desk.service.dossier
    declaration = replace(before.declaration, phone="0987654321")
    desk.service.dossier = replace(before, version=before.version + 1, declaration=declaration)
    desk.news.changed.emit(Told())
    close = find(desk.page, QAbstractButton, "noticeClose")
    assert desk.page.notice.isVisible()
    assert not close.isVisible()

    close.click()

    assert desk.model.unseen
    press(desk, Qt.Key.Key_1)
    assert desk.model.decision.entered.verdict is None


def test_a_lease_that_came_anew_changes_nothing_there_is_to_read_again(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.service.dossier = replace(desk.service.dossier, version=desk.service.dossier.version + 1)
    desk.news.changed.emit(Told())
    press(desk, Qt.Key.Key_1)
    tick_both(desk)
    record(desk)
    assert len(desk.service.recorded) == 1


def test_refusing_a_change_updates_nothing_and_asks_no_confirmation(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(change()))
    press(desk, Qt.Key.Key_2)
    desk.model.decision.enter(reason_code="form-unsigned")
    record(desk)
    assert desk.page.findChild(QDialog, "confirm") is None
    (draft,) = desk.service.recorded
    assert not draft.change_confirmed


def test_a_second_press_while_recording_records_once(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_1)
    tick_both(desk)
    desk.jobs.held = True
    record(desk)
    record(desk)
    button = find(desk.page, QAbstractButton, "record")
    assert not button.isEnabled()
    assert not desk.page.may_leave()
    desk.jobs.finish()
    assert len(desk.service.recorded) == 1


def test_a_rule_that_refuses_at_the_last_moment_keeps_what_was_entered(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(record_error=RuleError("version-changed")))
    press(desk, Qt.Key.Key_1)
    tick_both(desk)
    record(desk)
    assert desk.page.notice.title == "Hồ sơ vừa có thay đổi"
    assert desk.model.decision.entered.verdict is Verdict.VALID


def test_a_full_disk_is_told_and_nothing_is_lost(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(record_error=CodedError("store-full")))
    press(desk, Qt.Key.Key_1)
    tick_both(desk)
    record(desk)
    assert desk.page.notice.title == "Ổ đĩa đã đầy"
    assert desk.model.decision.dirty


def test_a_reason_chosen_for_a_refusal_does_not_travel_with_an_approval(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_2)
    desk.model.decision.enter(reason_code="form-unsigned", reason_text="x")
    press(desk, Qt.Key.Key_1)
    tick_both(desk)
    record(desk)
    (draft,) = desk.service.recorded
    assert (draft.reason_code, draft.reason_text) == (None, None)


def test_an_administrator_only_looks(qtbot: QtBot) -> None:
    admin = Officer(id="o3", username="qt", full_name="Quản Trị", role=Role.ADMINISTRATOR, scopes=("07906",))
    desk = desk_of(qtbot, FakeDesk(officer=admin), officer=admin)
    assert find(desk.page, QLabel, "lockSentence").text() == "Tài khoản của bạn chỉ được xem hồ sơ."


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.EXPIRED])
def test_a_dossier_that_waits_for_no_officer_cannot_be_judged(qtbot: QtBot, status: Status) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(status=status)))
    press(desk, Qt.Key.Key_1)
    record(desk)
    assert desk.service.recorded == []
    assert not find(desk.page, QAbstractButton, "record").isVisibleTo(desk.page)


def test_a_dossier_that_waits_for_the_registry_can_be_refused_and_not_approved(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(status=Status.CHECKING)))
    press(desk, Qt.Key.Key_1)
    assert not desk.page.decision.valid.isEnabled()
    assert desk.model.decision.entered.verdict is None
    press(desk, Qt.Key.Key_2)
    desk.model.decision.enter(reason_code="form-unsigned")
    record(desk)
    (draft,) = desk.service.recorded
    assert (draft.verdict, draft.reason_code) == (Verdict.INVALID, "form-unsigned")


def test_an_approval_kept_from_before_is_not_recorded_while_the_registry_is_silent(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(status=Status.CHECKING)))
    desk.model.decision.enter(verdict=Verdict.VALID)
    tick_both(desk)
    record(desk)
    assert desk.service.recorded == []
    assert find(desk.page, QLabel, "decisionMissing").text() != ""


def test_every_reason_of_the_deployment_can_be_chosen(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    combo = desk.page.decision.reason
    assert [combo.itemData(index) for index in range(1, combo.count())] == [each.code for each in REFERENCE.reasons]


def test_fields_named_by_changes_have_labels() -> None:
    assert {"full_name", "sex", "birth", "phone", "email", "address", "guardian.phone"} <= set(FIELD_LABELS)
