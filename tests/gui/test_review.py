"""The detail page: what it shows, its controls, hostile text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.background.news import News
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.errors import RuleError
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.views.history import HistoryView, WholeRows
from officer_console.views.picture_image import decode
from officer_console.views.review import ReviewView
from tests.gui.review_parts import CodedError, FakeDesk, Told, clock
from tests.gui.review_samples import DECLARATION, HA, REFERENCE, attachments, change, decided, dossier
from tests.gui.review_window import button, desk_of, find, press, shown, text


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


@pytest.mark.parametrize("height", [105, 119, 133, 147, 400])
def test_the_history_fills_its_panel_and_cuts_no_row(qtbot: QtBot, height: int) -> None:
    history = HistoryView()
    history.show_history(dossier().history * 4, REFERENCE)
    panel = WholeRows(history)
    qtbot.addWidget(panel)
    panel.resize(600, height)
    panel.show()
    qtbot.waitExposed(panel)
    shown = panel.grab().toImage()
    # The line below is the line above: what is left under the last whole row is inside the frame.
    assert shown.pixelColor(300, height - 1) == shown.pixelColor(300, 0) != shown.pixelColor(300, height - 3)
    seen = history.viewport().height()
    last = history.rowAt(seen - 1)
    assert last == -1 or history.rowViewportPosition(last) + history.rowHeight(last) <= seen


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
