"""The date of issue: that of the first print, file or signature for a decision, and of what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from officer_console.devices.printers import PrintError
from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from officer_console.services.stationery import PaperError
from tests.printing.parts import NOW, Moving, Office, office
from tests.printing.test_printing import order, text

DAY = timedelta(days=1)
ISSUED = "ngày 20 tháng 11 năm 2026"


@pytest.fixture
def clock() -> Moving:
    return Moving(NOW)


@pytest.fixture
def desk(tmp_path: Path, clock: Moving) -> Iterator[Office]:
    made = office(tmp_path, clock=clock)
    yield made
    made.store.close()


def without_the_reprint_s_line(pdf: bytes) -> str:
    return text(pdf).replace(" – Bản in lại lần 1", "")


@pytest.mark.parametrize(
    ("paper", "status"),
    [(Paper.ACCEPTED, Status.APPROVED), (Paper.REFUSED, Status.REJECTED), (Paper.RECEIPT, Status.PENDING)],
)
def test_what_is_printed_again_is_the_same_document_also_behind_the_deadline(
    desk: Office, clock: Moving, paper: Paper, status: Status
) -> None:
    dossier = desk.of(status)
    first = desk.printing.make(paper, dossier.id)
    desk.printing.print(first, order())
    clock.now = datetime(2026, 12, 31, 5, tzinfo=UTC)
    again = desk.printing.make(paper, dossier.id)
    assert ISSUED in text(first.pdf)
    assert "Bản in lại lần 1" in text(again.pdf)
    assert without_the_reprint_s_line(again.pdf).split() == text(first.pdf).split()
    assert "hết thời hạn" not in text(again.pdf)


def test_a_paper_that_was_only_looked_at_is_issued_when_it_leaves(desk: Office, clock: Moving, tmp_path: Path) -> None:
    dossier = desk.of(Status.REJECTED)
    assert ISSUED in text(desk.printing.make(Paper.REFUSED, dossier.id).pdf)
    clock.now += 3 * DAY
    saved = desk.printing.make(Paper.REFUSED, dossier.id)
    desk.printing.save(saved, tmp_path / "notice.pdf")
    clock.now += 3 * DAY
    again = text(desk.printing.make(Paper.REFUSED, dossier.id).pdf)
    assert "ngày 23 tháng 11 năm 2026" in again
    assert again == text(saved.pdf)


def test_what_neither_printer_nor_disk_took_was_not_issued(desk: Office, clock: Moving, tmp_path: Path) -> None:
    dossier = desk.of(Status.REJECTED)
    made = desk.printing.make(Paper.REFUSED, dossier.id)
    desk.printers.fault = PrintError("printer-stopped", "Tang-2")
    with pytest.raises(PrintError):
        desk.printing.print(made, order())
    with pytest.raises(PrintError):
        desk.printing.save(made, tmp_path / "nowhere" / "notice.pdf")
    clock.now += DAY
    later = desk.printing.make(Paper.REFUSED, dossier.id)
    assert "ngày 21 tháng 11 năm 2026" in text(later.pdf)
    desk.printers.fault = None
    desk.printing.print(later, order())
    desk.printers.fault = PrintError("printer-stopped", "Tang-2")
    clock.now += DAY
    with pytest.raises(PrintError):
        desk.printing.print(desk.printing.make(Paper.REFUSED, dossier.id), order())
    assert "ngày 21 tháng 11 năm 2026" in text(desk.printing.make(Paper.REFUSED, dossier.id).pdf)


def test_a_new_decision_has_a_date_of_its_own(desk: Office, clock: Moving) -> None:
    dossier = desk.of(Status.REJECTED)
    desk.printing.print(desk.printing.make(Paper.REFUSED, dossier.id), order())
    clock.now += 2 * DAY
    assert dossier.judgement is not None
    judged = replace(dossier.judgement, op_id="op-anew", decided_at=clock.now)
    with desk.store.apply() as tx:
        tx.dossiers.put([(50, replace(dossier, judgement=judged))])
    assert "ngày 22 tháng 11 năm 2026" in text(desk.printing.make(Paper.REFUSED, dossier.id).pdf)


def test_a_refusal_says_where_also_without_an_address(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "letterhead.yaml").write_text(
        'usual: {office: "BHXH cơ sở Ba Đình", capacity: GIÁM ĐỐC, place: Hà Nội, parent_office: BHXH Hà Nội}\n',
        encoding="utf-8",
    )
    desk = office(tmp_path, forms=own)
    said = text(desk.printing.make(Paper.REFUSED, desk.of(Status.REJECTED).id).pdf)
    desk.store.close()
    where = said[said.index("3. Nơi nộp:") : said.index("4. Thời hạn:")].strip()
    assert where == "3. Nơi nộp: Bộ phận Tiếp nhận và Trả kết quả tại BHXH cơ sở Ba Đình nơi đã nộp hồ sơ."


def test_the_office_of_the_training_data_has_an_address(desk: Office) -> None:
    said = text(desk.printing.make(Paper.REFUSED, desk.of(Status.REJECTED).id).pdf)
    assert ", địa chỉ: số 1 đường Mẫu, Thành phố Hồ Chí Minh." in said


def numbered(desk: Office, dossier_id: str, number: str, paper: Paper = Paper.REFUSED) -> str:
    desk.printing.assign(desk.printing.make(paper, dossier_id), number)
    return text(desk.printing.make(paper, dossier_id).pdf)


@pytest.mark.parametrize("typed", ["123", " 123/TB-BHXH ", "123/tb-bhxh"])
def test_a_notice_has_its_number_and_without_one_a_dotted_line(desk: Office, typed: str) -> None:
    dossier = desk.of(Status.REJECTED)
    assert "Số: ......" in text(desk.printing.make(Paper.REFUSED, dossier.id).pdf)
    assert "Số: 123/TB-BHXH" in numbered(desk, dossier.id, typed)
    assert "Số: ......" in numbered(desk, dossier.id, "")


@pytest.mark.parametrize("typed", ["x", "12\n3", "12 3", "<b>", "1" * 17, "{0}", "١٢", "0", "000"])
def test_a_number_of_anything_else_is_refused(desk: Office, typed: str) -> None:
    with pytest.raises(PaperError) as caught:
        numbered(desk, desk.of(Status.REJECTED).id, typed)
    assert caught.value.code == "number-unfit"


def test_a_number_is_given_once_in_a_year_and_stays_with_what_left_the_desk(desk: Office, clock: Moving) -> None:
    refused, accepted = desk.of(Status.REJECTED), desk.of(Status.APPROVED)
    numbered(desk, refused.id, "12")
    with pytest.raises(PaperError) as caught:
        numbered(desk, accepted.id, "12", Paper.ACCEPTED)
    assert (caught.value.code, caught.value.data) == ("number-taken", {"number": "12"})
    desk.printing.print(desk.printing.make(Paper.REFUSED, refused.id), order())
    for other in ("13", ""):
        with pytest.raises(PaperError) as caught:
            numbered(desk, refused.id, other)
        assert caught.value.code == "number-fixed"
    clock.now += 60 * DAY
    assert "Số: 12/TB-BHXH" in text(desk.printing.make(Paper.REFUSED, refused.id).pdf)
    assert "Số: 12/TB-BHXH" in numbered(desk, accepted.id, "12", Paper.ACCEPTED)


def test_a_notice_that_left_without_a_number_can_get_one_and_a_receipt_has_none(desk: Office) -> None:
    refused = desk.of(Status.REJECTED)
    desk.printing.print(desk.printing.make(Paper.REFUSED, refused.id), order())
    assert "Số: 07/TB-BHXH" in numbered(desk, refused.id, "7")
    with pytest.raises(PaperError):
        numbered(desk, refused.id, "8", Paper.RECEIPT)
