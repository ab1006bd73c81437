"""A code is read while the list or a dossier is in front: what opens, what is said, what stays as it was."""

from __future__ import annotations

from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.codes import payloads
from officer_console.codes.cards import CitizenCard
from officer_console.codes.wedge import Garbled, Scanned
from officer_console.domain.agreement import Field
from officer_console.domain.dossier import Status
from officer_console.services.code_outcome import Decided, Found, NotForm, Outcome, Reason, Search, Several, Shown
from officer_console.viewmodels.code_notice import Code
from officer_console.viewmodels.locks import Lock, LockKind
from officer_console.viewmodels.quick_box import QuickBoxViewModel
from officer_console.views.theme import Kind
from tests.gui.reader_parts import AT, BY_NAME, CARD, FORM, FakeLookup, FakePage, Readers
from tests.gui.review_parts import CodedError


def test_a_card_opens_its_dossier_without_a_word(readers: Readers) -> None:
    readers.read(Found(dossier_id="d7"))
    assert readers.opened == ["d7"]
    assert readers.title == ""


def test_a_finished_dossier_opens_and_says_who_decided_it_and_when(readers: Readers) -> None:
    readers.read(Decided(dossier_id="d7", status=Status.APPROVED, by="Võ Quang Minh", at=AT))
    assert readers.opened == ["d7"]
    assert readers.title == "Hồ sơ đã xử lý bởi Võ Quang Minh lúc 09/03/2026 09:05: Đã duyệt"


def test_several_dossiers_are_listed_and_counted(readers: Readers) -> None:
    readers.read(Several(criteria=BY_NAME, count=2))
    assert readers.searched == [BY_NAME]
    assert readers.title == "Nguyễn Văn An có 2 hồ sơ đang xử lý"


def test_a_number_that_stands_in_other_dossiers_too_names_them(readers: Readers) -> None:
    found = Found(dossier_id="d7", others=("1000124/07906", "1000125/07906"))
    readers.read(found)
    assert readers.opened == ["d7"]
    assert readers.title == "Số giấy tờ của Nguyễn Văn An còn có trong hồ sơ 1000124/07906, 1000125/07906"
    readers.page.dossier_id = "d1"
    readers.read(found)
    assert readers.opened == ["d7"]
    assert "1000124/07906" in readers.text


def test_nobody_found_offers_the_search_by_name(readers: Readers) -> None:
    readers.read(Search(criteria=BY_NAME, full_name="Nguyễn Văn An"))
    assert "Nguyễn Văn An" in readers.title
    assert readers.searched == []
    readers.accept()
    assert readers.searched == [BY_NAME]
    assert readers.title == ""


@pytest.mark.parametrize("working", [False, True])
def test_who_has_not_declared_is_told_how_to_and_may_be_searched_for(
    readers: Readers, qtbot: QtBot, *, working: bool
) -> None:
    readers.page.dossier_id = "d1" if working else None
    readers.read(Search(criteria=BY_NAME, full_name="Nguyễn Văn An"))
    assert working or "tự kê khai" in readers.text
    more = readers.part("scanNoticeMore")
    assert isinstance(more, QPushButton)
    more.click()
    guide = readers.view.guide
    qtbot.waitUntil(guide.isVisible)
    copy, search = (guide.findChild(QPushButton, name) for name in ("declareCopy", "declareSearch"))
    assert copy is not None
    assert search is not None
    copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "dichvucong.baohiemxahoi.gov.vn" in copied
    assert "10 ngày" in copied
    search.click()
    assert not guide.isVisible()
    assert readers.searched == [BY_NAME]
    readers.read(NotForm(reason=Reason.UNKNOWN))
    assert not more.isVisible()


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (NotForm(reason=Reason.UNKNOWN), "không phải thẻ hay tờ khai"),
        (NotForm(reason=Reason.FORGED, number="1000123/07906"), "không đúng do hệ thống in ra"),
        (NotForm(reason=Reason.FOREIGN, number="1000123/00100"), "cơ quan BHXH khác"),
        (NotForm(reason=Reason.ELSEWHERE, number="1000123/00100"), "1000123/00100"),
        (Found(dossier_id="d1", unchecked=True), "Đã mở hồ sơ ghi trên tờ khai"),
        (Found(dossier_id="d1", old=True), "là bản cũ"),
        (Shown(dossier_id="d1", old=True), "là bản cũ"),
        (CodedError("store-locked"), ""),
    ],
)
def test_what_leads_nowhere_is_named(readers: Readers, outcome: Outcome | Exception, word: str) -> None:
    readers.read(outcome, FORM)
    assert word in readers.title
    assert readers.title != ""


@pytest.mark.parametrize(
    "outcome",
    [
        Found(dossier_id="d1", unchecked=True),
        Found(dossier_id="d1", unchecked=True, others=("1000124/07906",)),
        Shown(dossier_id="d1", unchecked=True),
        Decided(dossier_id="d1", status=Status.APPROVED, by="Võ Quang Minh", at=AT, unchecked=True),
        Several(criteria=BY_NAME, count=2, unchecked=True),
    ],
)
@pytest.mark.parametrize("working", [False, True])
def test_a_form_nobody_could_check_is_never_called_right(readers: Readers, outcome: Outcome, *, working: bool) -> None:
    readers.page.dossier_id = "d2" if working else None
    readers.read(outcome, FORM)
    assert "chưa kiểm tra được tờ khai" in readers.text
    assert readers.kind in (Kind.INFO.value, Kind.WARN.value)


def test_an_old_form_of_a_finished_dossier_is_called_old(readers: Readers) -> None:
    readers.read(Decided(dossier_id="d1", status=Status.APPROVED, by="Võ Quang Minh", at=AT, old=True), FORM)
    assert "bản cũ" in readers.text


def test_a_bare_number_proves_nothing(readers: Readers) -> None:
    readers.page.dossier_id = "d1"
    readers.read(Shown(dossier_id="d1"), b"1000123/07906")
    assert readers.kind == Kind.INFO.value
    readers.read(Shown(dossier_id="d1"), FORM)
    assert readers.kind == Kind.OK.value


def test_the_card_of_the_open_dossier_becomes_its_evidence(readers: Readers) -> None:
    readers.page.dossier_id = "d1"
    readers.read(Shown(dossier_id="d1"))
    assert readers.page.cards == [payloads.read(CARD)]
    assert readers.opened == []
    assert "khớp với hồ sơ đang mở" in readers.title
    assert readers.kind == Kind.OK.value


def test_a_card_of_the_same_number_and_another_person_is_called_that(readers: Readers) -> None:
    readers.page.dossier_id = "d1"
    readers.read(Shown(dossier_id="d1", differs=(Field.FULL_NAME, Field.BIRTH), unsure=(Field.SEX,)))
    assert readers.title == "Số trùng nhưng họ và tên, ngày sinh trên thẻ khác kê khai"
    assert readers.kind == Kind.BAD.value
    assert readers.page.cards
    readers.read(Shown(dossier_id="d1", unsure=(Field.FULL_NAME,)))
    assert readers.title == "Số trùng, họ và tên trên thẻ chưa khớp hẳn"
    assert readers.kind == Kind.WARN.value


def test_somebody_elses_card_warns_and_opens_only_when_asked_to(readers: Readers) -> None:
    readers.page.dossier_id = "d1"
    readers.read(Found(dossier_id="d2"))
    assert readers.opened == []
    assert readers.page.cards == []
    assert readers.title == "Thẻ vừa quét là của người khác: Nguyễn Văn An"
    assert "giữ nguyên" in readers.text
    readers.accept()
    assert readers.opened == ["d2"]


def test_after_the_decision_the_next_citizens_card_opens_at_once(readers: Readers) -> None:
    readers.page.dossier_id = "d1"
    readers.page.decision.lock = Lock(kind=LockKind.PENDING)
    readers.read(Found(dossier_id="d2"))
    assert readers.opened == ["d2"]


def test_a_garbled_code_says_to_switch_unikey_off_and_a_repaired_one_that_it_was(readers: Readers) -> None:
    readers.model.keys_read(Garbled())
    assert "tắt Unikey (E)" in readers.title
    readers.model.keys_read(Scanned(text=CARD.decode(), repaired=True))
    assert readers.opened == ["d1"]
    assert "đã khôi phục" in readers.text


@pytest.mark.parametrize("serial", [False, True])
def test_a_card_whose_letters_were_lost_is_refused_with_advice_about_the_reader(
    readers: Readers, *, serial: bool
) -> None:
    lost = CARD.decode().replace("Nguyễn", "Nguy?n")
    if serial:
        readers.model.serial_read(lost.encode())
    else:
        readers.model.keys_read(Scanned(text=lost, repaired=False))
    assert readers.lookup.asked == []
    assert "Unicode" in readers.text
    assert ("Unikey" in readers.title) is not serial


def test_the_newest_code_wins(qtbot: QtBot) -> None:
    jobs, first = JobRunner(), Event()

    class SlowLookup(FakeLookup):
        def find(self, payload: Code, *, shown: str | None = None) -> Outcome:
            if isinstance(payload, CitizenCard):
                first.wait(30)
                return Found(dossier_id="old")
            return super().find(payload, shown=shown)

    model = QuickBoxViewModel(SlowLookup(), jobs, FakePage())  # type: ignore[arg-type]  # a small fake
    opened: list[str] = []
    model.open_wanted.connect(opened.append)
    model.code_read(CARD)
    model.code_read(FORM)
    qtbot.waitUntil(lambda: opened == ["d1"])
    first.set()
    assert jobs.close()
    qtbot.wait(20)
    assert opened == ["d1"]


def test_a_dossier_opened_meanwhile_is_asked_about_anew(readers: Readers) -> None:
    readers.jobs.held = True
    readers.model.code_read(CARD)
    readers.page.dossier_id = "d5"
    readers.jobs.held = False
    readers.lookup.answer = Shown(dossier_id="d5")
    readers.jobs.finish()
    assert [shown for _, shown in readers.lookup.asked] == [None, "d5"]
    assert readers.page.cards


def test_a_code_pasted_into_the_quick_box_is_looked_up(readers: Readers) -> None:
    quick = readers.window.view.quick
    quick.setText(CARD.decode())
    QTest.keyClick(quick, Qt.Key.Key_Return)
    assert readers.opened == ["d1"]
    assert quick.text() == ""


def test_the_notice_goes_with_the_page_it_was_about(readers: Readers) -> None:
    readers.read(NotForm(reason=Reason.UNKNOWN))
    readers.window.view.show_page("waiting")
    assert readers.title == ""
