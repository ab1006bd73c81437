"""What was typed and not recorded: kept by itself, offered again, never recorded by itself; a lease lost meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Status
from officer_console.domain.lease import Lease
from officer_console.services.drafts import Entries
from officer_console.viewmodels.locks import LockKind
from tests.gui.review_parts import CodedError, FakeDesk, Told
from tests.gui.review_samples import NOW, decided, dossier
from tests.gui.review_window import Desk, desk_of, press

TYPED = Entries(base_version=dossier().version, verdict=Verdict.INVALID, reason_code="form-unsigned", note="hẹn chiều")
MINH = Lease(
    officer_id="o2",
    officer_name="Phạm Minh",
    expires_at=NOW + timedelta(minutes=9),
    taken_at=NOW - timedelta(minutes=1),
    reason="Hết ca trực",
)


def button(desk: Desk, name: str) -> QAbstractButton:
    found = desk.page.findChild(QAbstractButton, name)
    assert found is not None
    return found


def text(desk: Desk, name: str) -> str:
    found = desk.page.findChild(QLabel, name)
    assert found is not None
    return found.text()


def note(desk: Desk) -> QLineEdit:
    return desk.page.decision.note


def answering(name: str) -> Iterator[str]:
    """Press the button called ``name`` in the question that comes next."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        pressed = dialog.findChild(QAbstractButton, name)
        assert pressed is not None
        pressed.click()

    QTimer.singleShot(0, answer)
    yield name


def test_what_is_typed_is_kept_shortly_after_typing_stops(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    QTest.keyClicks(note(desk), "hen chieu")
    assert desk.service.drafts == {}
    qtbot.waitUntil(lambda: "d1" in desk.service.drafts, timeout=3000)
    assert desk.service.drafts["d1"].note == "hen chieu"
    assert desk.service.recorded == []


def test_what_is_typed_and_taken_away_again_leaves_no_draft(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(note="x")
    desk.model.drafts.flush()
    assert "d1" in desk.service.drafts
    desk.model.decision.enter(note="")
    desk.model.drafts.flush()
    assert desk.service.drafts == {}


def test_a_page_left_without_a_question_keeps_what_was_typed_last(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(note="hẹn chiều")
    desk.model.leave()
    assert desk.service.drafts["d1"].note == "hẹn chiều"


def test_the_question_on_leaving_offers_to_keep_the_draft(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(note="hẹn chiều")
    next(answering("discardKeep"))
    with qtbot.waitSignal(desk.page.closed):
        press(desk, Qt.Key.Key_Escape)
    assert desk.service.drafts["d1"].note == "hẹn chiều"


def test_dropping_the_work_drops_the_draft_too(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(note="hẹn chiều")
    desk.model.drafts.flush()
    next(answering("discardDrop"))
    with qtbot.waitSignal(desk.page.closed):
        press(desk, Qt.Key.Key_Escape)
    assert desk.service.drafts == {}


def test_what_was_typed_is_kept_before_the_question_is_answered(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(note="hẹn chiều")
    seen: list[bool] = []
    QTimer.singleShot(0, lambda: seen.append("d1" in desk.service.drafts))
    next(answering("discardStay"))
    press(desk, Qt.Key.Key_Escape)
    assert seen == [True]


def test_a_draft_is_offered_and_taken_up_by_enter_and_records_nothing(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(drafts={"d1": TYPED}))
    assert text(desk, "draftOfferTitle") == "Bản nháp lúc 20/11/2026 09:42"
    assert desk.model.decision.lock is not None
    assert desk.model.decision.lock.kind is LockKind.DRAFT
    assert desk.model.decision.entered.verdict is None
    assert desk.model.holds_lease
    assert QApplication.focusWidget() is button(desk, "draftTakeUp")
    press(desk, Qt.Key.Key_Space)
    entered = desk.model.decision.entered
    assert (entered.verdict, entered.reason_code, entered.note) == (Verdict.INVALID, "form-unsigned", "hẹn chiều")
    assert not button(desk, "draftTakeUp").isVisible()
    assert desk.service.recorded == []
    press(desk, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(desk.service.recorded) == 1
    assert desk.service.drafts == {}


def test_a_draft_that_is_not_wanted_goes_and_the_form_is_empty(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(drafts={"d1": TYPED}))
    button(desk, "draftDrop").click()
    assert desk.service.drafts == {}
    assert desk.model.decision.lock is None
    assert not desk.model.decision.dirty


def test_an_offered_draft_that_is_left_alone_is_offered_again(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(drafts={"d1": TYPED}))
    press(desk, Qt.Key.Key_Escape)
    assert desk.service.drafts == {"d1": TYPED}
    desk.page.open_dossier("d1")
    assert button(desk, "draftTakeUp").isVisible()


def test_a_draft_on_an_older_version_says_that_the_dossier_has_changed(qtbot: QtBot) -> None:
    shown = replace(dossier(), version=TYPED.base_version + 2)
    desk = desk_of(qtbot, FakeDesk(shown, drafts={"d1": TYPED}))
    button(desk, "draftTakeUp").click()
    assert desk.page.notice.title == "Hồ sơ vừa có thay đổi"


def test_a_draft_on_another_state_of_the_same_version_says_that_the_dossier_has_changed(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(note="hẹn chiều")
    desk.model.leave()
    about = desk.service.dossier
    for phone, title in (
        (about.declaration.phone, ""),
        ("0987654321", "Hồ sơ vừa có thay đổi"),
    ):
        desk.service.dossier = replace(about, declaration=replace(about.declaration, phone=phone))
        desk.page.open_dossier("d1")
        button(desk, "draftTakeUp").click()
        assert desk.page.notice.title == title
        desk.model.leave()


def test_a_draft_on_a_dossier_that_has_its_result_can_only_be_dropped(qtbot: QtBot) -> None:
    shown = replace(dossier(), **decided(Status.REJECTED))
    desk = desk_of(qtbot, FakeDesk(shown, drafts={"d1": TYPED}))
    assert not button(desk, "draftTakeUp").isVisible()
    button(desk, "draftDrop").click()
    assert desk.service.drafts == {}


def test_a_draft_that_could_not_be_kept_is_told(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(keep_error=CodedError("store-full")))
    desk.model.decision.enter(note="hẹn chiều")
    desk.model.drafts.flush()
    assert desk.page.notice.title == "Ổ đĩa đã đầy"
    assert desk.model.decision.entered.note == "hẹn chiều"


def test_judging_again_that_was_begun_goes_on_where_it_stopped(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_2)
    desk.model.decision.enter(reason_code="form-unsigned")
    desk.model.decision.record()
    desk.service.refused("version-conflict", by="Phạm Minh")
    desk.model.leave()
    desk.page.open_dossier("d1", judge_again=True)
    assert desk.model.decision.entered.verdict is Verdict.INVALID
    desk.model.decision.enter(note="đã xem lại")
    desk.model.leave()
    assert desk.service.drafts["d1"].replaces == "op-1"

    desk.page.open_dossier("d1", judge_again=True)

    assert desk.model.decision.entered.note == "đã xem lại"
    assert desk.service.withdrawn == []
    desk.model.decision.record()
    assert desk.service.withdrawn == ["op-1"]


def lose(desk: Desk) -> None:
    """Somebody else takes the dossier; the feed tells."""
    desk.service.holder = MINH
    desk.service.dossier = replace(desk.service.dossier, lease=MINH)
    desk.news.changed.emit(Told())


def test_a_lease_lost_while_typing_is_said_at_once_and_what_was_typed_can_be_read(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    press(desk, Qt.Key.Key_1)
    desk.model.decision.enter(note="đang hỏi lại")
    lose(desk)
    assert desk.page.notice.title == "Phạm Minh đã nhận xử lý hồ sơ này lúc 09:59"
    assert "Lý do: Hết ca trực." in desk.page.notice.text
    assert "bản nháp" in desk.page.notice.text
    assert note(desk).isVisible()
    assert note(desk).text() == "đang hỏi lại"
    assert not note(desk).isEnabled()
    assert not button(desk, "record").isVisible()
    assert desk.service.drafts["d1"].note == "đang hỏi lại"
    press(desk, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.service.recorded == []


def test_whoever_lost_the_dossier_leaves_without_a_question_and_finds_his_draft_again(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(note="đang hỏi lại")
    lose(desk)
    with qtbot.waitSignal(desk.page.closed):
        press(desk, Qt.Key.Key_Escape)
    desk.service.holder = None
    desk.service.dossier = replace(desk.service.dossier, lease=None)
    desk.page.open_dossier("d1")
    button(desk, "draftTakeUp").click()
    assert desk.model.decision.entered.note == "đang hỏi lại"


def test_a_dossier_that_comes_back_while_the_page_is_open_can_be_judged_on(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(note="đang hỏi lại")
    lose(desk)
    desk.service.holder = None
    desk.service.dossier = replace(desk.service.dossier, lease=None)
    desk.news.changed.emit(Told())
    assert desk.model.decision.lock is None
    assert desk.model.holds_lease
    assert note(desk).text() == "đang hỏi lại"
    assert note(desk).isEnabled()


def test_a_lease_that_ends_on_another_day_says_which(qtbot: QtBot) -> None:
    lease = replace(MINH, taken_at=MINH.expires_at - timedelta(days=1))
    desk = desk_of(qtbot, FakeDesk(holder=lease))
    day = (NOW + timedelta(hours=7)).strftime("%d/%m")
    assert text(desk, "lockSentence") == f"Hồ sơ đang do Phạm Minh xử lý từ 10:09 đến 10:09 ngày {day}"


@pytest.mark.parametrize("since", [NOW - timedelta(minutes=6), None])
def test_the_page_shows_since_when_and_until_when_the_dossier_is_held(qtbot: QtBot, since: object) -> None:
    lease = replace(MINH, taken_at=since)
    desk = desk_of(qtbot, FakeDesk(holder=lease))
    # Without its beginning nobody knows whether it ends today.
    span = "từ 09:54 đến 10:09" if since else f"đến 10:09 ngày {(NOW + timedelta(hours=7)).strftime('%d/%m')}"
    assert text(desk, "lockSentence") == f"Hồ sơ đang do Phạm Minh xử lý {span}"
