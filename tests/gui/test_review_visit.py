"""A dossier on the detail page from opening to leaving: who holds it, what changes meanwhile, what is asked before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Status
from officer_console.domain.lease import Lease
from officer_console.domain.message import MessageKind, MessageState
from officer_console.viewmodels.locks import LockKind
from tests.gui.review_parts import CodedError, FakeDesk, Line, Told
from tests.gui.review_samples import LEAD, NOW, decided, dossier, message
from tests.gui.review_window import button, desk_of, find, press, text

HOLDER = Lease(officer_id="o2", officer_name="Phạm Minh", taken_at=NOW, expires_at=NOW + timedelta(minutes=9))


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
    assert text(desk.page, "lockSentence") == "Hồ sơ đang do Phạm Minh xử lý từ 10:00 đến 10:09"
    assert desk.page.notice.title == "Hồ sơ đang do Phạm Minh xử lý từ 10:00 đến 10:09"
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


@pytest.mark.parametrize("away", [{"online": False}, {"serving": False}], ids=["no network", "cannot serve"])
def test_without_central_the_dossier_opens_and_says_so(qtbot: QtBot, away: dict[str, bool]) -> None:
    desk = desk_of(qtbot, FakeDesk(offline=True))
    assert "Chưa hỏi được trung tâm" in text(desk.page, "dossierNote")
    assert desk.model.decision.lock is None
    desk.service.offline = False
    desk.news.status.emit(Line(**away))
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
