"""After Ghi nhận: each outcome has its own words, refused decisions lose nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

import officer_console.domain
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import DossierKind, HistoryEntry, Judgement, Status
from officer_console.domain.message import Channel, MessageKind, MessageState
from officer_console.domain.registry import RegistryVerdict
from officer_console.viewmodels.outcome import message_state
from officer_console.views.findings import TEXTS
from tests.gui.review_parts import FakeDesk, Line, Told
from tests.gui.review_samples import NOW, change, decided, dossier, message, registry
from tests.gui.review_window import Desk, desk_of, press, put

CTRL = Qt.KeyboardModifier.ControlModifier
ISSUED, UPDATED, STOPPED = MessageKind.ACCOUNT_ISSUED, MessageKind.INFORMATION_UPDATED, MessageKind.ACCOUNT_CLOSED
SENT, QUEUED, FAILED = MessageState.SENT, MessageState.QUEUED, MessageState.FAILED


def judge(desk: Desk, verdict: Verdict = Verdict.VALID) -> None:
    if verdict is Verdict.VALID:
        desk.model.decision.enter(verdict=verdict, original_compared=True, signed_form_received=True)
    else:
        desk.model.decision.enter(verdict=verdict, reason_code="form-unsigned")
    desk.model.decision.record()
    desk.model.decision.confirm()


def answered(qtbot: QtBot, service: FakeDesk, verdict: Verdict, **values: Any) -> Desk:
    desk = desk_of(qtbot, service)
    judge(desk, verdict)
    service.answered(**values)
    desk.news.changed.emit(Told())
    return desk


def waiting(verdict: RegistryVerdict, name: str | None = None) -> dict[str, Any]:
    return decided(Status.AWAITING_REGISTRY, registry=registry(verdict, name))


def button(desk: Desk, name: str) -> QAbstractButton:
    found = desk.page.findChild(QAbstractButton, name)
    assert found is not None
    assert found.isVisibleTo(desk.page)
    return found


def test_recorded_is_said_at_once_and_truthfully_without_network(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    judge(desk)
    assert desk.page.outcome.title == "Đã ghi nhận trên máy, chờ trung tâm trả lời"
    desk.news.status.emit(Line(online=False))
    assert desk.page.outcome.title == "Đã ghi nhận, chờ gửi khi có mạng"
    assert not desk.model.decision.dirty


CASES = [
    (
        dossier(),
        decided(Status.APPROVED, messages=(message(ISSUED, SENT),)),
        "Cập nhật thành công",
        "Tài khoản đã cấp; mật khẩu đã được gửi tới số điện thoại đã đăng ký 09•••••567.",
    ),
    (
        dossier(),
        decided(Status.APPROVED, messages=(message(ISSUED, QUEUED),)),
        "Cập nhật thành công",
        "mật khẩu đang chờ gửi",
    ),
    (
        dossier(),
        decided(Status.APPROVED, messages=(message(ISSUED, FAILED),)),
        "Cập nhật thành công",
        "mật khẩu không gửi được tới số điện thoại đã đăng ký 09•••••567 sau nhiều lần thử; hệ thống không tự gửi nữa",
    ),
    (
        change(),
        decided(Status.APPROVED, messages=(message(UPDATED, QUEUED),)),
        "Cập nhật thông tin thành công",
        "thông tin mới",
    ),
    (
        dossier(kind=DossierKind.STOP, stop_reason="không dùng nữa"),
        decided(Status.APPROVED, messages=(message(STOPPED, SENT),)),
        "Ngừng tài khoản thành công",
        "không dùng được nữa",
    ),
    (dossier(), waiting(RegistryVerdict.CODE_ABSENT), "Mã số BHXH không có trên HGĐ, hồ sơ chưa được duyệt", "TK1-TS"),
    (
        dossier(),
        waiting(RegistryVerdict.NAME_DIFFERS, "Trần Văn Bình"),
        "Họ tên khác với HGĐ, hồ sơ chưa được duyệt",
        "Kê khai: Đặng Thị Ước · HGĐ: Trần Văn Bình.",
    ),
    (
        dossier(),
        waiting(RegistryVerdict.MARKS_DIFFER, "Đặng Thị Ươc"),
        "Họ tên ở HGĐ chỉ khác dấu, hồ sơ chưa được duyệt",
        "Kê khai: Đặng Thị Ước · HGĐ: Đặng Thị Ươc.",
    ),
    (
        dossier(),
        waiting(RegistryVerdict.AMBIGUOUS),
        "HGĐ có nhiều người cùng mã số này, hồ sơ chưa được duyệt",
        "trùng",
    ),
    (dossier(), decided(Status.CHECKING), "HGĐ chưa trả lời", "Người dân không phải chờ"),
]


OBSTACLES = [
    ("account-exists", "Mã số BHXH đã có tài khoản đang hoạt động, hồ sơ chưa được duyệt", "dùng tài khoản đó"),
    ("account-missing", "Không có tài khoản đang hoạt động, hồ sơ chưa được duyệt", "đăng ký mới"),
    ("phone-taken", "Số điện thoại đã đăng ký cho tài khoản khác, hồ sơ chưa được duyệt", "số điện thoại khác"),
]
CASES += [
    (dossier(), waiting(verdict, "Đặng Thị Ươc") | {"obstacle": code}, title, part)
    for code, title, part in OBSTACLES
    for verdict in (RegistryVerdict.MATCH, RegistryVerdict.MARKS_DIFFER)
]


@pytest.mark.parametrize(("before", "after", "title", "part"), CASES, ids=[str(number) for number in range(len(CASES))])
def test_each_outcome_has_its_own_words(qtbot: QtBot, before: Any, after: Any, title: str, part: str) -> None:
    desk = answered(qtbot, FakeDesk(before), Verdict.VALID, **after)
    assert desk.page.outcome.title == title
    assert part in desk.page.outcome.text


def test_a_refusal_is_told_with_where_the_reason_goes(qtbot: QtBot) -> None:
    told = (message(MessageKind.REFUSED, QUEUED),)
    desk = answered(qtbot, FakeDesk(), Verdict.INVALID, **decided(Status.REJECTED, Verdict.INVALID, messages=told))
    assert desk.page.outcome.title == "Từ chối duyệt thành công"
    assert "tin báo kèm lý do đang chờ gửi tới số điện thoại đã đăng ký 09•••••567" in desk.page.outcome.text


def test_a_difference_of_marks_is_confirmed_with_a_note_and_decided_again(qtbot: QtBot) -> None:
    desk = answered(qtbot, FakeDesk(), Verdict.VALID, **waiting(RegistryVerdict.MARKS_DIFFER, "Đặng Thị Ươc"))
    close = desk.page.findChild(QAbstractButton, "outcomeClose")
    assert close is not None
    assert not close.isVisibleTo(desk.page)
    button(desk, "outcomeMarks").click()
    assert QApplication.focusWidget() is desk.page.decision.note
    assert desk.page.outcome.text.startswith("Bạn đã xác nhận chỉ khác dấu.")
    button(desk, "marksConfirmed").click()
    assert not desk.page.decision.marks.isVisibleTo(desk.page)
    assert desk.page.outcome.text.startswith("Kê khai: ")
    button(desk, "outcomeMarks").click()
    press(desk, Qt.Key.Key_Return, CTRL)
    assert len(desk.service.recorded) == 1
    desk.model.decision.enter(note="đúng người, căn cước ghi Ước")
    press(desk, Qt.Key.Key_Return, CTRL)
    second = desk.service.recorded[1]
    assert second.marks_confirmed
    assert second.note == "đúng người, căn cước ghi Ước"
    assert second.base_version == 4
    desk.service.answered(**{**decided(Status.APPROVED, messages=(message(ISSUED, SENT),)), "version": 5})
    desk.news.changed.emit(Told())
    assert desk.page.outcome.title == "Cập nhật thành công"


def test_an_old_answer_of_the_registry_does_not_hide_that_the_new_decision_waits(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(**waiting(RegistryVerdict.CODE_ABSENT))))
    assert desk.page.outcome.title.startswith("Mã số BHXH không có trên HGĐ")
    judge(desk)
    assert desk.page.outcome.title == "Đã ghi nhận trên máy, chờ trung tâm trả lời"


def test_somebody_elses_decision_is_shown_with_who_and_when_and_nothing_is_lost(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    judge(desk)
    theirs = Judgement(op_id="x", verdict="invalid", officer_id="o2", officer_name="Phạm Minh", decided_at=NOW)
    desk.service.refused("already-decided", by="Phạm Minh", at=NOW, status_now="rejected")
    desk.service.dossier = dossier(status=Status.REJECTED, version=4, judgement=theirs)
    desk.news.changed.emit(Told())
    said = desk.page.outcome.text
    assert "Phạm Minh đã đánh giá «Hồ sơ không hợp lệ» lúc 20/11/2026 10:00" in said
    assert "Đánh giá của bạn lúc 20/11/2026 10:00 («Hồ sơ hợp lệ») vẫn được giữ." in said
    other = button(desk, "outcomeOther")
    assert other.text() == "Bỏ đánh giá của tôi, xem kết quả của Phạm Minh"
    other.click()
    assert desk.service.withdrawn == ["op-1"]
    assert desk.page.notice.title == "Đánh giá của bạn đã được bỏ theo lựa chọn của bạn"
    judgement = desk.page.decision.findChild(QLabel, "judgement")
    assert judgement is not None
    assert "Phạm Minh" in judgement.text()
    assert desk.page.outcome.title == "Hồ sơ không được duyệt"


def test_a_refused_decision_can_be_judged_again_with_everything_still_entered(qtbot: QtBot) -> None:
    desk = desk_of(qtbot)
    desk.model.decision.enter(note="hẹn chiều")
    put(desk)
    judge(desk)
    desk.service.refused("version-conflict", by="Phạm Minh", at=NOW, status_now="pending")
    desk.service.dossier = dossier(version=4)
    desk.news.changed.emit(Told())
    button(desk, "outcomeAgain").click()
    entered = desk.model.decision.entered
    assert (entered.verdict, entered.note, entered.original_compared) == (Verdict.VALID, "hẹn chiều", True)
    press(desk, Qt.Key.Key_Return, CTRL)
    assert desk.service.withdrawn == ["op-1"]
    assert desk.service.recorded[1].base_version == 4
    assert desk.service.recorded[1].photos == desk.service.recorded[0].photos


@pytest.mark.parametrize("code", ["leased", "validation", "scope-revoked", "attachment-lost", "precondition-required"])
def test_every_refusal_of_central_has_a_sentence(qtbot: QtBot, code: str) -> None:
    desk = desk_of(qtbot)
    judge(desk)
    desk.service.refused(code, by="Phạm Minh")
    desk.news.changed.emit(Told())
    assert desk.page.outcome.title != "Thao tác không được chấp nhận"
    assert "vẫn được giữ" in desk.page.outcome.text


def test_a_dossier_decided_earlier_tells_its_state_and_claims_no_fresh_success(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(**decided(Status.APPROVED, messages=(message(ISSUED, SENT),)))))
    assert desk.page.outcome.title == "Hồ sơ đã được duyệt, tài khoản đã cấp"
    assert desk.page.outcome.text == "Mật khẩu đã được gửi tới số điện thoại đã đăng ký 09•••••567."


def test_messages_count_as_sent_when_one_way_reached_the_citizen() -> None:
    sms, mail = message(ISSUED, FAILED), message(ISSUED, SENT, Channel.EMAIL)
    assert message_state((sms, mail)) is SENT
    assert message_state((sms,)) is FAILED
    assert message_state(()) is None


def test_every_code_the_rules_may_find_has_a_line() -> None:
    folder = Path(officer_console.domain.__file__).parent
    sources = "".join(
        (folder / name).read_text(encoding="utf-8") for name in ("declaration_rules.py", "decision_rules.py")
    )
    found = set(re.findall(r'(?:error|warning)\("([a-z0-9-]+)"|_at_counter\(case, "([a-z0-9-]+)"', sources))
    codes = {code for pair in found for code in pair if code} | set(re.findall(r'"(registry-[a-z-]+)"', sources))
    assert len(codes) > 30
    assert codes - set(TEXTS) == set()


def test_an_expired_dossier_is_said_to_have_expired(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(dossier(status=Status.EXPIRED)))
    line = desk.page.decision.findChild(QLabel, "lockSentence")
    assert line is not None
    assert line.text() == "Hồ sơ đã hết hạn, chỉ xem."


def test_the_history_shows_the_latest_first_and_does_not_blame_the_system(qtbot: QtBot) -> None:
    entries = tuple(
        HistoryEntry(at=NOW, what=what) for what in ("declared", "handed_in", "registry_match", "account_issued")
    )
    table = desk_of(qtbot, FakeDesk(dossier(history=entries))).page.history
    shown = [tuple(table.model().index(row, column).data() for column in (1, 2)) for row in range(table.rowCount())]
    assert shown == [
        ("Cấp tài khoản", "Hệ thống"),
        ("HGĐ: khớp mã số và họ tên", "Hệ thống"),
        ("Nộp tờ khai đã ký", "–"),
        ("Công dân kê khai", "Công dân"),
    ]
