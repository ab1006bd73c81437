"""Cần xử lý: both versions side by side, differences marked, two ways out, nothing by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from officer_console.background.news import News
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import Decision, PhotoReplacement, Ticks, Verdict
from officer_console.domain.dossier import Status
from officer_console.domain.person import Sex
from officer_console.domain.registry import RegistryVerdict
from officer_console.services.attention import Parked, ParkedDecision
from officer_console.sync.report import Change
from officer_console.viewmodels.attention import AttentionViewModel
from officer_console.views.attention import AttentionView
from officer_console.views.attention_words import comparison
from tests.gui.list_fakes import CodedError, Immediately
from tests.gui.review_samples import NOW, REFERENCE, decided, digest, dossier, registry

PHOTO = PhotoReplacement(kind=AttachmentKind.PORTRAIT, sha256=digest("mine"), media_type="image/jpeg", size=1)
MINE = Decision(
    op_id="op-1",
    dossier_id="d1",
    scope_id="07906",
    base_version=3,
    verdict=Verdict.VALID,
    note="đã gặp <i>công dân</i>",
    ticks=Ticks(original_compared=True, signed_form_received=True),
    photos=(PHOTO,),
    decided_at=NOW,
)


def parked(op_id: str = "op-1", **fields: Any) -> ParkedDecision:
    values: dict[str, Any] = {
        "op_id": op_id,
        "decision": replace(MINE, op_id=op_id),
        "error_code": "version-conflict",
        "error_data": {"by": "Phạm Minh", "status_now": "rejected"},
        "dossier": replace(dossier(), version=4),
    }
    return ParkedDecision(**(values | fields))


class Desk:
    """Refused decisions in memory."""

    def __init__(self, *decisions: ParkedDecision) -> None:
        self.decisions = decisions
        self.withdrawn: list[str] = []
        self.error: Exception | None = None

    def parked(self) -> Parked:
        return Parked(decisions=self.decisions, reference=REFERENCE)

    def withdraw(self, op_id: str) -> None:
        if self.error is not None:
            raise self.error
        self.withdrawn.append(op_id)
        self.decisions = tuple(each for each in self.decisions if each.op_id != op_id)


class Page:
    """The page in front."""

    def __init__(self, qtbot: QtBot, *decisions: ParkedDecision) -> None:
        self.desk, self.news = Desk(*decisions), News()
        self.model = AttentionViewModel(self.desk, self.desk, Immediately(), self.news)
        self.view = AttentionView(self.model)
        self.view.resize(1366, 600)
        qtbot.addWidget(self.view)
        with qtbot.waitActive(self.view):
            self.view.show()
            self.view.activateWindow()
        self.view.set_active(True)

    def text(self, name: str) -> str:
        part = self.view.findChild(QLabel, name)
        assert part is not None
        return part.text()

    def cells(self, row: int) -> list[str]:
        table = self.view.table
        found = [table.item(row, column) for column in range(table.columnCount())]
        return [item.text() if item is not None else "" for item in found]

    def button(self, name: str) -> QAbstractButton:
        part = self.view.findChild(QAbstractButton, name)
        assert part is not None
        return part

    def shown(self, name: str) -> bool:
        part = self.view.findChild(QWidget, name)
        return part is not None and part.isVisible()


def lines(of: ParkedDecision) -> dict[str, tuple[str, str, bool]]:
    return {line.label: (line.mine, line.theirs, line.differs) for line in comparison(of, REFERENCE)}


def test_both_versions_stand_side_by_side_with_who_when_and_on_what_evidence() -> None:
    answer = registry(RegistryVerdict.NAME_DIFFERS, "Đặng Thị Ước")
    theirs = replace(dossier(), **(decided(Status.REJECTED) | {"version": 5, "registry": answer}))
    found = lines(parked("op-7", dossier=theirs))
    assert theirs.judgement is not None
    assert found["Kết quả"][:2] == ("Hồ sơ hợp lệ", f"Không duyệt · {verdict_of(theirs.judgement.verdict)}")
    assert found["Ghi chú"] == ("đã gặp <i>công dân</i>", theirs.judgement.note or "–", True)
    assert found["Tại quầy"][0] == "Đã đối chiếu bản gốc; Đã nhận tờ khai ký"
    assert found["Ảnh thay"] == ("Ảnh chân dung", "Ảnh chân dung: ảnh khác", True)
    assert found["Người đánh giá"] == ("Bạn", theirs.judgement.officer_name, True)
    assert found["Lúc"][0] == "20/11/2026 10:00"
    assert "Đặng Thị Ước" in found["Căn cứ HGĐ"][1]
    assert found["Phiên bản hồ sơ"] == ("3", "5", True)


def test_two_times_that_are_shown_alike_are_not_marked() -> None:
    judged = decided(Status.REJECTED)
    theirs = replace(dossier(), **judged)
    assert theirs.judgement is not None
    within = replace(theirs, judgement=replace(theirs.judgement, decided_at=NOW + timedelta(seconds=20)))
    later = replace(theirs, judgement=replace(theirs.judgement, decided_at=NOW + timedelta(minutes=2)))

    assert lines(parked("op-7", dossier=within))["Lúc"] == ("20/11/2026 10:00", "20/11/2026 10:00", False)
    assert lines(parked("op-7", dossier=later))["Lúc"] == ("20/11/2026 10:00", "20/11/2026 10:02", True)


def verdict_of(code: str) -> str:
    return REFERENCE.labels["verdict"][code]


def test_what_is_the_same_is_not_marked() -> None:
    same = replace(dossier(), version=3)
    found = lines(parked(dossier=same, decision=replace(MINE, note=None, photos=())))
    assert not found["Phiên bản hồ sơ"][2]
    assert not found["Ghi chú"][2]
    assert not found["Ảnh thay"][2]
    assert found["Kết quả"][1].endswith("chưa ai đánh giá")


def test_what_of_the_dossier_is_not_as_it_was_judged_is_named_first() -> None:
    judged = dossier()
    address = replace(judged.declaration.address, street="7 Lê Lợi")
    declared = replace(judged.declaration, phone="0987654321", email=None, sex=Sex.MALE, address=address)
    other = replace(judged.attachments[1], sha256=digest("another"))
    pictures = (judged.attachments[0], other, *judged.attachments[2:3])
    now = replace(judged, version=4, declaration=declared, attachments=pictures)

    found = comparison(parked(judged=judged, dossier=now), REFERENCE)

    assert [(line.label, line.mine, line.theirs) for line in found if line.differs][:6] == [
        ("Giới tính", "Nữ", "Nam"),
        ("Địa chỉ liên hệ", judged.declaration.address.text(), address.text()),
        ("Điện thoại", "0901234567", "0987654321"),
        ("Thư điện tử", "uoc.dang@example.vn", "–"),
        ("Giấy tờ mặt trước", "ảnh bạn đã xem", "ảnh khác"),
        ("Tờ khai đã ký", "ảnh bạn đã xem", "không còn"),
    ]
    assert found[6].label == "Kết quả"


def test_an_address_in_the_same_words_under_another_unit_is_said_to_be_another() -> None:
    judged = dossier()
    address = replace(judged.declaration.address, commune_code="26743")
    now = replace(judged, version=4, declaration=replace(judged.declaration, address=address))
    found = lines(parked(judged=judged, dossier=now))["Địa chỉ liên hệ"]
    assert found == (address.text(), f"{address.text()} (theo đơn vị hành chính khác)", True)


def test_a_dossier_that_changed_in_nothing_that_was_judged_says_so() -> None:
    found = lines(parked(judged=dossier(), dossier=replace(dossier(), version=4)))
    assert found["Tờ khai và ảnh"] == ("như bạn đã xem", "không đổi", False)


@pytest.mark.parametrize("confirmed", [False, True])
def test_the_evidence_of_the_own_verdict_is_what_the_registry_had_told_the_officer(confirmed: bool) -> None:  # noqa: FBT001
    answer = registry(RegistryVerdict.NAME_DIFFERS, "Đặng Thị Ước")
    mine = replace(MINE, marks_confirmed=confirmed)
    silent = replace(dossier(), version=4)
    same = replace(silent, registry=replace(answer, checked_at=NOW + timedelta(hours=1)))
    other = replace(silent, registry=registry(RegistryVerdict.MATCH))

    own = lines(parked(decision=mine, evidence=answer, dossier=silent))["Căn cứ HGĐ"][0]

    assert "Đặng Thị Ước · 20/11/2026 10:00" in own
    assert own.endswith("Xác nhận chỉ khác dấu") == confirmed
    assert [lines(parked(evidence=answer, dossier=each))["Căn cứ HGĐ"][2] for each in (same, other)] == [False, True]
    assert lines(parked(dossier=silent))["Căn cứ HGĐ"] == ("Chưa hỏi HGĐ", "Chưa hỏi HGĐ", False)


def test_a_dossier_in_another_office_of_the_officers_names_both_and_can_be_judged_again(qtbot: QtBot) -> None:
    moved = parked(judged=dossier(), dossier=replace(dossier(), version=4, scope_id="07907"), error_code="dossier-gone")
    assert lines(moved)["Cơ quan"] == ("07906", "07907", True)
    assert Page(qtbot, moved).button("attentionAgain").isEnabled()


def test_a_dossier_that_moved_to_another_office_says_whose_it_is_and_what_to_do(qtbot: QtBot) -> None:
    gone = parked(dossier=None, judged=dossier(), error_code="dossier-gone", error_data={"code": "moved_out"})
    found = comparison(gone, REFERENCE)
    assert [(line.label, line.mine, line.theirs) for line in found[:4]] == [
        ("Số hồ sơ", "1000123/07906", "Đã chuyển sang cơ quan khác"),
        ("Họ và tên", "Đặng Thị Ước", "–"),
        ("Mã số BHXH", "0123456789", "–"),
        ("Điện thoại", "0901234567", "–"),
    ]
    page = Page(qtbot, gone)
    assert page.cells(0) == ["1000123/07906", "Đặng Thị Ước", "Hồ sơ đã chuyển sang cơ quan khác"]
    assert "hướng dẫn công dân liên hệ cơ quan tiếp nhận mới" in page.text("attentionMeaning")
    assert "không đánh giá lại được ở đây" in page.text("attentionKept")
    page.button("attentionAccept").click()
    assert page.view.banner.title == "Đã chấp nhận kết quả ở trung tâm cho hồ sơ 1000123/07906"


def test_a_dossier_that_has_left_is_said_to_have_left_and_can_only_be_accepted(qtbot: QtBot) -> None:
    gone = parked(dossier=None, error_code="unknown-dossier", error_data={})
    assert lines(gone)["Kết quả"][1] == "Hồ sơ không còn trong danh sách được giao"
    page = Page(qtbot, gone)
    assert [page.button(n).isEnabled() for n in ("attentionAccept", "attentionAgain", "attentionOpen")] == [
        True,
        False,
        False,
    ]


def test_the_page_marks_differences_and_reads_them_out(qtbot: QtBot) -> None:
    page = Page(qtbot, parked())
    assert page.text("comparedMark0") == "◆ khác"
    assert page.text("attentionWhy") == "Trung tâm trả lời: Hồ sơ đã thay đổi ở trung tâm"
    scroll = page.view.findChild(QWidget, "attentionScroll")
    assert scroll is not None
    assert "Phiên bản hồ sơ: bạn 3, trung tâm 4, khác" in scroll.accessibleDescription()
    assert page.text("comparedMine2") == "đã gặp <i>công dân</i>"


def test_nothing_is_settled_by_looking_or_by_enter(qtbot: QtBot) -> None:
    page = Page(qtbot, parked(), parked("op-2"))
    opened: list[str] = []
    page.view.open_requested.connect(opened.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(page.view.table, key)
    assert page.desk.withdrawn == []
    assert opened == ["d1"]


def test_accepting_puts_only_the_selected_one_aside_and_says_so(qtbot: QtBot) -> None:
    page = Page(qtbot, parked(), parked("op-2"))
    QTest.keyClick(page.view.table, Qt.Key.Key_Down)
    page.button("attentionAccept").click()
    assert page.desk.withdrawn == ["op-2"]
    assert page.view.table.current_key == "op-1"
    assert page.view.banner.title.startswith("Đã chấp nhận kết quả ở trung tâm cho hồ sơ ")


@pytest.mark.parametrize("turn", ["key", "mouse"])
def test_a_second_press_discards_nothing_until_the_officer_has_turned_to_the_next_row(qtbot: QtBot, turn: str) -> None:
    page = Page(qtbot, parked(), parked("op-2"))
    for _ in range(3):
        page.button("attentionAccept").click()
    assert page.desk.withdrawn == ["op-1"]
    assert not page.button("attentionAgain").isEnabled()
    assert page.view.banner.text.endswith("Chọn dòng tiếp theo trong danh sách để xử lý tiếp.")
    if turn == "key":
        QTest.keyClick(page.view.table, Qt.Key.Key_Up)
    else:
        QTest.mouseClick(page.view.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    page.button("attentionAccept").click()
    assert page.desk.withdrawn == ["op-1", "op-2"]
    assert page.shown("attentionEmpty")


def test_judging_again_is_asked_for_and_settles_nothing_by_itself(qtbot: QtBot) -> None:
    page = Page(qtbot, parked())
    asked: list[str] = []
    page.view.again_requested.connect(asked.append)
    page.button("attentionAgain").click()
    assert asked == ["d1"]
    assert page.desk.withdrawn == []


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.EXPIRED])
def test_a_dossier_that_has_its_result_cannot_be_judged_again(qtbot: QtBot, status: Status) -> None:
    page = Page(qtbot, parked(dossier=dossier(status=status)))
    assert not page.button("attentionAgain").isEnabled()
    assert page.button("attentionAccept").isEnabled()


def test_news_bring_the_other_side_up_to_date(qtbot: QtBot) -> None:
    page = Page(qtbot, parked())
    page.desk.decisions = (parked(dossier=replace(dossier(), version=9)),)
    page.news.changed.emit(Change(dossier_ids=frozenset({"d1"})))
    assert page.text("comparedTheirs8") == "9"


def test_a_store_that_cannot_be_written_leaves_the_decision_there(qtbot: QtBot) -> None:
    page = Page(qtbot, parked())
    page.desk.error = CodedError("store-full")
    page.button("attentionAccept").click()
    assert page.view.banner.title == "Ổ đĩa đã đầy"
    assert page.view.table.rowCount() == 1
    assert page.button("attentionAccept").isEnabled()
