"""The scan that opens a dossier is its evidence: the card comes along, and what it contradicts is told at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from officer_console.codes import payloads
from officer_console.codes.wedge import Garbled, Scanned
from officer_console.domain.agreement import Field
from officer_console.domain.dossier import Status
from officer_console.domain.evidence import EvidenceSource
from officer_console.services.code_outcome import Decided, Found
from officer_console.viewmodels.code_notice import Notice, Said
from officer_console.viewmodels.quick_box import QuickBoxViewModel
from officer_console.views.theme import Kind
from tests.gui.reader_parts import AT, CARD, FakeLookup, Readers
from tests.gui.review_parts import FakeDesk
from tests.gui.review_window import Desk, button, desk_of, press
from tests.gui.test_scan_keys import Counter

OTHER = Found(dossier_id="d1", differs=(Field.FULL_NAME, Field.BIRTH))


def box(desk: Desk, found: Found | Decided) -> tuple[QuickBoxViewModel, list[Notice]]:
    lookup, told = FakeLookup(), list[Notice]()
    lookup.answer = found
    model = QuickBoxViewModel(lookup, desk.jobs, desk.model, desk.page)  # type: ignore[arg-type]  # a small fake
    model.open_wanted.connect(desk.page.open_dossier)
    model.told.connect(told.append)
    return model, told


def sources(desk: Desk) -> list[EvidenceSource]:
    return [found.source for found in desk.model.evidence.evidence]


def test_one_scan_opens_compares_and_is_recorded_with_the_decision(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, FakeDesk(), opened=False)
    model, told = box(desk, OTHER)

    model.code_read(CARD)

    assert [(about.said, about.data["fields"]) for about in told] == [(Said.OWN_OTHER, OTHER.differs)]
    assert sources(desk) == [EvidenceSource.READER]
    desk.page.setFocus()
    press(desk, Qt.Key.Key_1)
    for name in ("originalCompared", "signedFormReceived"):
        button(desk, name).click()
    desk.model.decision.record()
    (recorded,) = desk.service.recorded
    assert len(recorded.compared) == 1
    assert recorded.compared[0].startswith("reader full_name=different")


def test_a_card_waits_for_the_dossier_it_opens_and_is_not_kept_for_another_one(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, opened=False)
    model, _ = box(desk, Found(dossier_id="d1"))
    model.code_read(CARD)
    assert sources(desk) == [EvidenceSource.READER]
    desk.page.open_dossier("d2")
    assert sources(desk) == []
    desk.jobs.held = True
    desk.page.open_dossier("d3")
    desk.model.show_card(payloads.read(CARD))  # type: ignore[arg-type]  # a card
    assert sources(desk) == []
    desk.model.leave()
    desk.jobs.held = False
    desk.jobs.finish()
    desk.page.open_dossier("d1")
    assert sources(desk) == []


def test_a_finished_dossier_gets_the_card_too(qtbot: QtBot) -> None:
    desk = desk_of(qtbot, opened=False)
    model, told = box(desk, Decided(dossier_id="d1", status=Status.APPROVED, by="Võ Quang Minh", at=AT))

    model.code_read(CARD)

    assert [about.said for about in told] == [Said.DECIDED]
    assert sources(desk) == [EvidenceSource.READER]


def test_what_a_card_contradicts_is_said_as_its_dossier_opens(readers: Readers) -> None:
    readers.model.open_wanted.connect(lambda dossier_id: setattr(readers.page, "dossier_id", dossier_id))
    readers.read(Found(dossier_id="d1", differs=(Field.FULL_NAME,), others=("1000124/07906",)))
    assert readers.opened == ["d1"]
    assert readers.page.cards == [payloads.read(CARD)]
    assert readers.title == "Số trùng nhưng họ và tên trên thẻ khác kê khai"
    assert readers.kind == Kind.BAD.value
    assert "1000124/07906" in readers.text


@pytest.mark.parametrize("stays", [False, True])
def test_a_dossier_being_worked_on_stays_until_the_officer_leaves_it(readers: Readers, *, stays: bool) -> None:
    readers.page.dossier_id = "d7"
    if not stays:
        readers.model.open_wanted.connect(lambda dossier_id: setattr(readers.page, "dossier_id", dossier_id))
    readers.read(OTHER)
    assert readers.opened == []
    assert readers.page.cards == []
    assert readers.title == "Thẻ vừa quét là của người khác: Nguyễn Văn An"
    assert "họ và tên, ngày sinh" in readers.text
    readers.accept()
    assert readers.opened == ["d1"]
    # He may still say no when he is asked what becomes of his entries.
    assert readers.page.cards == ([] if stays else [payloads.read(CARD)])
    assert ("Số trùng nhưng" in readers.title) is not stays


@pytest.mark.parametrize("serial", [False, True])
def test_a_refused_card_shows_what_was_read_and_why(readers: Readers, *, serial: bool) -> None:
    lost = CARD.decode().replace("01011990", "31021990")
    if serial:
        readers.model.serial_read(lost.encode())
    else:
        readers.model.keys_read(Garbled(text=lost))
    assert f"Đọc được: {lost}" in readers.text
    assert "ngày sinh không có thật" in readers.text


def test_what_was_read_is_shown_within_limits_and_without_what_cannot_be_seen(readers: Readers) -> None:
    readers.model.keys_read(Garbled(text="1|2|3\x07|4|5|6" + "x" * 5000))
    assert "1|2|3·|4" in readers.text
    assert len(readers.text) < 1000


def test_a_word_telex_may_have_made_is_named_with_a_way_out(readers: Readers) -> None:
    readers.model.keys_read(Garbled(text=CARD.decode(), doubtful="Kưang"))
    assert "«Kưang»" in readers.text
    assert "F8" in readers.text


def test_a_doubtful_card_in_the_quick_box_is_refused_like_a_scanned_one(readers: Readers) -> None:
    quick = readers.window.view.quick
    for text, word in (("Siu H'Ưen", "«Ưen»"), ("Nguy?n An", "có chữ bị mất")):
        quick.setText(CARD.decode().replace("Nguyễn Văn An", text))
        quick.returnPressed.emit()
        assert word in readers.text
    assert readers.lookup.asked == []
    readers.model.keys_read(Scanned(text=CARD.decode(), repaired=False))
    assert readers.opened == ["d1"]


def test_a_text_that_an_input_method_takes_back_itself_is_no_clean_card(qtbot: QtBot) -> None:
    counter = Counter(qtbot)
    counter.line.setFocus()
    counter.line.clear()
    counter.send("001090012345||Ksor Dd", end="")
    typed = QInputMethodEvent()
    typed.setCommitString("đ", -1, 1)
    QApplication.sendEvent(counter.line, typed)
    counter.send("|01011990|Nam|Xã Ia Grai|15042021", before=0)
    qtbot.waitUntil(lambda: bool(counter.read))
    assert not isinstance(counter.read[0], Scanned) or counter.read[0].repaired
    counter.keys.stop()
