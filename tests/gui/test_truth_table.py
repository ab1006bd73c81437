"""The truth table on the detail page: what it shows, how it is walked through, where its pins lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from officer_console.codes.mrz_ocr import Missing
from officer_console.domain.agreement import CardFacts, CardSource
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.evidence import CardEvidence, EvidenceSource, Pin
from officer_console.domain.person import BirthDate, Sex
from officer_console.domain.registry import RegistryVerdict
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.views import theme
from officer_console.views.picture_image import decode
from officer_console.views.review import ReviewView
from officer_console.views.theme import Role, Space
from officer_console.views.truth_table import Shown
from tests.gui.review_parts import CodedError, DirectJobs, FakeDesk, FakeNews, clock
from tests.gui.review_samples import HA, NOW, change, dossier, registry
from tests.gui.review_window import Desk, button, press, shown, text
from tests.gui.truth_parts import BACK, CARD, FRONT, QUAD, FakeEvidence, on_front

NAME, NUMBER, BIRTH, SEX, CODE, ADDRESS = range(6)
DECLARED, CARD_COLUMN, REGISTRY, PREVIOUS = 1, 2, 3, 4


LINES = CardEvidence(
    source=EvidenceSource.MRZ,
    values=CardFacts(
        source=CardSource.MRZ,
        number="079190001234",
        full_name="DANG THI UOC",
        birth=BirthDate(year=1990, month=1, day=2),
        sex=Sex.FEMALE,
    ),
    pin=Pin(sha256=BACK, width=856, height=540),
)
HEALTH = CardEvidence(
    source=EvidenceSource.QR,
    values=CardFacts(
        source=CardSource.HEALTH_QR,
        social_code="0123456780",
        full_name="Đặng Thị Ướt",
        birth=BirthDate(year=1990),
        sex=Sex.FEMALE,
    ),
    pin=Pin(sha256=BACK, width=856, height=540),
)


def desk_with(
    qtbot: QtBot, evidence: FakeEvidence | None = None, service: FakeDesk | None = None, jobs: DirectJobs | None = None
) -> Desk:
    known, jobs, news = service or FakeDesk(), jobs or DirectJobs(), FakeNews()
    found = evidence or FakeEvidence()
    model = ReviewViewModel(known, known, known, HA, jobs, news, decode, clock, evidence=found)
    page = ReviewView(model)
    shown(qtbot, page)
    page.open_dossier("d1")
    return Desk(page=page, model=model, service=known, jobs=jobs, news=news)


def cell(desk: Desk, row: int, column: int) -> Shown:
    found = desk.page.truth.table.shown(row, column)
    assert found is not None
    return found


def heads(desk: Desk) -> list[str]:
    table = desk.page.truth.table
    found = [table.horizontalHeaderItem(column) for column in range(table.columnCount())]
    return [item.text().replace("\n", " · ") for item in found if item is not None]


def test_one_key_shows_the_table_in_place_of_the_data_and_the_keyboard_goes_along(qtbot: QtBot) -> None:
    desk = desk_with(qtbot)

    press(desk, Qt.Key.Key_D)

    assert desk.page.truth.isVisible()
    assert not desk.page.declaration.isVisible()
    assert text(desk.page, "declarationTitle") == "Đối chiếu"
    assert QApplication.focusWidget() is desk.page.truth.table
    press(desk, Qt.Key.Key_D)
    assert desk.page.declaration.isVisible()
    assert QApplication.focusWidget() is desk.page.declaration


@pytest.mark.parametrize(
    ("facts", "row", "sign", "word"),
    [
        ({}, NAME, "✓", "Khớp"),
        ({"full_name": "Đặng Thị Uớc"}, NAME, "≈", "Chỉ khác dấu"),
        ({"full_name": "Đặng Thị Ướt"}, NAME, "◆", "Khác một chữ cái"),
        ({"full_name": "Lê Văn Minh"}, NAME, "✕", "Khác"),
        ({"number": "079190001235"}, NUMBER, "✕", "Khác"),
        ({"birth": BirthDate(year=1990, month=1, day=2)}, BIRTH, "⇄", "Đảo ngày và tháng"),
        ({"birth": BirthDate(year=1990)}, BIRTH, "◐", "Chỉ khớp năm"),
        ({"birth": BirthDate(year=1990, month=2)}, BIRTH, "◐", "Chỉ khớp tháng và năm"),
        ({"sex": Sex.MALE}, SEX, "✕", "Khác"),
        ({"address": "3 Nguyễn Huệ"}, ADDRESS, "?", "Ghi khác, cần xem lại"),
        ({"address": None}, ADDRESS, "–", "Không có để so"),
    ],
)
def test_each_verdict_has_a_sign_a_word_and_a_reader_says_it(
    qtbot: QtBot, facts: dict[str, object], row: int, sign: str, word: str
) -> None:
    desk = desk_with(qtbot, FakeEvidence(on={FRONT: (on_front(**facts),)}))

    found = cell(desk, row, CARD_COLUMN)

    assert (found.sign, found.word) == (sign, word)
    item = desk.page.truth.table.item(row, CARD_COLUMN)
    assert item is not None
    said = item.data(Qt.ItemDataRole.AccessibleTextRole)
    assert word in said
    assert "QR · mặt trước" in said


def test_columns_name_what_was_read_and_where(qtbot: QtBot) -> None:
    asked = change(registry=registry(RegistryVerdict.MATCH, "Đặng Thị Ước"))
    desk = desk_with(qtbot, service=FakeDesk(dossier=asked))

    assert heads(desk) == ["Thông tin", "Kê khai", "QR · mặt trước", "HGĐ", "Tài khoản cũ"]
    assert cell(desk, NAME, PREVIOUS).word == "Khác"
    desk.model.show_card(CARD)
    assert heads(desk)[2:4] == ["QR · tại quầy", "QR · mặt trước"]


def test_three_cards_leave_every_number_in_one_line_and_every_row_in_sight(qtbot: QtBot) -> None:
    desk = desk_with(qtbot, FakeEvidence(on={FRONT: (on_front(),), BACK: (LINES, HEALTH)}), FakeDesk(dossier=change()))
    desk.page.resize(1366, 700)
    press(desk, Qt.Key.Key_D)
    table = desk.page.truth.table
    qtbot.waitUntil(lambda: table.columnCount() == 6)
    assert heads(desk)[2:] == ["QR · mặt trước", "MRZ · mặt sau", "QR thẻ BHYT · mặt sau", "Tài khoản cũ"]
    metrics = QFontMetrics(theme.figures(theme.font(Role.STRONG, theme.scale(table))))
    header = table.horizontalHeader()
    for column in range(1, 6):
        assert table.columnWidth(column) >= metrics.horizontalAdvance("079190001234") + 2 * Space.S
        item = table.horizontalHeaderItem(column)
        assert item is not None
        words = QFontMetrics(header.font())
        assert table.columnWidth(column) >= max(map(words.horizontalAdvance, item.text().split("\n"))) + 2 * Space.S
    qtbot.waitUntil(lambda: table.rowViewportPosition(5) + table.rowHeight(5) <= table.viewport().height())
    assert table.horizontalScrollBar().maximum() == 0


def test_the_registry_column_shows_the_newest_answer(qtbot: QtBot) -> None:
    service = FakeDesk(
        dossier=dossier(registry=registry(RegistryVerdict.NAME_DIFFERS, "Lê Văn Minh")),
        answer=replace(registry(RegistryVerdict.MARKS_DIFFER, "Đặng Thị Uớc"), checked_at=NOW + timedelta(minutes=1)),
    )
    desk = desk_with(qtbot, service=service)
    assert cell(desk, NAME, REGISTRY).word == "Khác"

    desk.model.check_household()

    assert cell(desk, NAME, REGISTRY).word == "Chỉ khác dấu"
    service.dossier = replace(
        service.dossier,
        registry=replace(registry(RegistryVerdict.MATCH, "Đặng Thị Ước"), checked_at=NOW + timedelta(minutes=2)),
    )
    desk.model.reload()
    assert cell(desk, NAME, REGISTRY).word == "Khớp"


def test_a_source_that_was_not_asked_is_told_below_the_table(qtbot: QtBot) -> None:
    desk = desk_with(qtbot, FakeEvidence(on={}))

    assert "Không đọc được mã nào" in desk.page.truth.told
    assert "HGĐ chưa được hỏi" in desk.page.truth.told
    assert cell(desk, NAME, CARD_COLUMN).word == ""


def test_the_button_says_what_it_all_comes_to_also_while_the_data_are_shown(qtbot: QtBot) -> None:
    desk = desk_with(qtbot, FakeEvidence(on={FRONT: (on_front(full_name="Đặng Thị Uớc", number="079190001235"),)}))

    assert text(desk.page, "agreement") == "✕ 1 khác · ≈ 1 cần xem · ✓ 3 khớp"
    assert button(desk, "compareSources").accessibleDescription() == "✕ 1 khác · ≈ 1 cần xem · ✓ 3 khớp"


@pytest.mark.parametrize("way", ["enter", "click"])
def test_a_cell_leads_to_the_place_on_the_picture_it_was_read_from(qtbot: QtBot, way: str) -> None:
    desk = desk_with(qtbot)
    press(desk, Qt.Key.Key_D)
    desk.model.pictures.select(AttachmentKind.PORTRAIT)
    table = desk.page.truth.table
    table.setCurrentCell(NUMBER, CARD_COLUMN)

    if way == "enter":
        press(desk, Qt.Key.Key_Return)
    else:
        place = table.visualRect(table.model().index(NUMBER, CARD_COLUMN)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(place))

    assert desk.model.pictures.selected is AttachmentKind.ID_FRONT
    corners = desk.page.pictures.canvas.outline
    assert [(round(x * 856), round(y * 540)) for x, y in corners] == list(QUAD)
    desk.model.pictures.select(AttachmentKind.ID_BACK)
    assert desk.page.pictures.canvas.outline == ()


def test_a_cell_without_a_pin_leaves_the_picture_alone(qtbot: QtBot) -> None:
    desk = desk_with(qtbot)
    press(desk, Qt.Key.Key_D)
    desk.model.pictures.select(AttachmentKind.PORTRAIT)
    desk.page.truth.table.setCurrentCell(NUMBER, DECLARED)

    press(desk, Qt.Key.Key_Return)

    assert desk.model.pictures.selected is AttachmentKind.PORTRAIT


def test_markup_in_a_name_is_painted_letter_by_letter(qtbot: QtBot) -> None:
    desk = desk_with(qtbot, FakeEvidence(on={FRONT: (on_front(full_name="<b>Ước</b>\u2028x"),)}))
    press(desk, Qt.Key.Key_D)

    desk.page.grab()

    assert cell(desk, NAME, CARD_COLUMN).text == "<b>Ước</b>\u2028x"


def test_what_reading_lines_needs_is_told_when_it_is_asked_for(qtbot: QtBot) -> None:
    evidence = FakeEvidence(missing=Missing.MODEL)
    desk = desk_with(qtbot, evidence)
    press(desk, Qt.Key.Key_D)
    assert "mrz.traineddata" not in desk.page.truth.told

    button(desk, "readLines").click()

    assert "mrz.traineddata" in desk.page.truth.told
    evidence.missing = None
    button(desk, "readLines").click()
    assert not button(desk, "readLines").isVisible()
    assert "mrz.traineddata" not in desk.page.truth.told


def test_a_picture_that_could_not_be_read_is_read_again_when_asked(qtbot: QtBot) -> None:
    evidence = FakeEvidence(error=CodedError("unreachable"))
    desk = desk_with(qtbot, evidence)
    press(desk, Qt.Key.Key_D)
    assert "Chưa đọc được ảnh giấy tờ" in desk.page.truth.told
    evidence.error = None

    button(desk, "readAgain").click()

    assert cell(desk, NAME, CARD_COLUMN).word == "Khớp"


def test_a_dossier_left_while_its_pictures_are_read_tells_nothing_to_the_next(qtbot: QtBot) -> None:
    jobs = DirectJobs()
    desk = desk_with(qtbot, jobs=jobs)
    desk.model.leave()
    jobs.held = True
    desk.page.open_dossier("d2")
    jobs.finish()
    jobs.held = True
    desk.model.evidence.again()
    desk.model.leave()

    jobs.finish()

    assert desk.model.evidence.evidence == ()


def test_each_picture_is_read_once_in_a_visit(qtbot: QtBot) -> None:
    evidence = FakeEvidence()
    desk = desk_with(qtbot, evidence)
    desk.model.reload()
    desk.model.check_household()

    assert evidence.asked == [f"d1 {FRONT}", f"d1 {BACK}"]


def test_a_card_read_at_the_counter_is_evidence_of_the_open_dossier_only(qtbot: QtBot) -> None:
    desk = desk_with(qtbot, FakeEvidence(on={}))

    desk.model.show_card(CARD)

    assert [found.source for found in desk.model.evidence.evidence] == [EvidenceSource.READER]
    assert cell(desk, NUMBER, CARD_COLUMN).word == "Khớp"
    assert cell(desk, NUMBER, CARD_COLUMN).pin is None
    desk.page.open_dossier("d2")
    assert desk.model.evidence.evidence == ()


def test_what_was_compared_is_recorded_with_the_decision_without_values(qtbot: QtBot) -> None:
    desk = desk_with(qtbot, FakeEvidence(on={FRONT: (on_front(full_name="Đặng Thị Uớc"),)}))
    desk.page.setFocus()
    press(desk, Qt.Key.Key_1)
    for name in ("originalCompared", "signedFormReceived"):
        button(desk, name).click()

    desk.model.decision.record()

    assert desk.service.recorded[0].compared == (
        "qr full_name=marks paper_number=same birth=same sex=same address=same",
    )


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("dark", [False, True])
def test_no_letter_of_a_cell_is_cut_off(qtbot: QtBot, look: Callable[..., None], *, scale: float, dark: bool) -> None:
    look(dark=dark, scale=scale)
    desk = desk_with(qtbot, service=FakeDesk(dossier=change()))
    press(desk, Qt.Key.Key_D)
    table = desk.page.truth.table

    def fits() -> None:
        heights = [table.sizeHintForRow(row) for row in range(table.rowCount())]
        assert [table.rowHeight(row) for row in range(table.rowCount())] == heights

    qtbot.waitUntil(fits)
    assert isinstance(desk.page.findChild(QLabel, "truthTold"), QLabel)
