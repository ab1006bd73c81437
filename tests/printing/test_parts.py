"""Pages of a paper that are printed alone: each is counted for itself, on the paper and in the journal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from officer_console.devices.printers import Order, PrintError
from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from tests.printing.parts import EVERY, NOW, Moving, Office, office
from tests.printing.test_printing import order, text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.store.close()


def printed(desk: Office, *pages: int, copies: int = 1) -> list[str]:
    """Print pages of TK1-TS, which has two; return which reprint each page says it is, ``-`` for none."""
    made = desk.printing.make(Paper.INSURED, desk.of(Status.AWAITING_REGISTRY).id)
    assert made.pages == 2
    ordered = Order(printer="Tang-2", title="x", copies=copies, pages=pages)
    desk.printing.print(made, ordered)
    pdf, _ = desk.printers.sent[-1]
    found = re.findall(r"Bản in lại lần ([0-9]+)", text(pdf))
    return [found[page] if found else "-" for page in (pages or (0, 1))]


def test_the_second_page_printed_first_makes_no_reprint_of_the_first(desk: Office) -> None:
    assert printed(desk, 1) == ["-"]
    assert printed(desk, 0) == ["-"]
    assert printed(desk, 0) == ["1"]
    assert printed(desk, 1, copies=2) == ["1"]
    assert desk.journal() == [
        "printed:tk1_ts:1:p2",
        "printed:tk1_ts:1:p1",
        "reprinted:tk1_ts:2:p1",
        "reprinted:tk1_ts:2:p2",
        "reprinted:tk1_ts:3:p2",
    ]
    assert printed(desk) == ["2", "2"]


def test_the_whole_paper_after_a_page_of_it_is_journalled_page_by_page(desk: Office) -> None:
    printed(desk, 1)
    assert printed(desk) == ["-", "-"]
    assert desk.journal()[1:] == ["printed:tk1_ts:1:p1", "reprinted:tk1_ts:2:p2"]
    assert printed(desk, 1) == ["2"]


def test_all_pages_by_number_are_the_whole_paper(desk: Office) -> None:
    printed(desk, 0, 1)
    assert desk.journal() == ["printed:tk1_ts:1"]
    assert printed(desk, 0) == ["1"]


def test_pages_the_printer_did_not_take_are_not_counted(desk: Office) -> None:
    desk.printers.fault = PrintError("printer-stopped", "Tang-2")
    with pytest.raises(PrintError):
        printed(desk, 1)
    desk.printers.fault = None
    assert printed(desk, 1) == ["-"]
    assert desk.journal() == ["printed:tk1_ts:1:p2", "print-failed:tk1_ts", "printed:tk1_ts:1:p2"]


def test_a_later_decision_s_first_notice_is_no_reprint(desk: Office) -> None:
    dossier = desk.of(Status.REJECTED)
    desk.printing.print(desk.printing.make(Paper.REFUSED, dossier.id), order())
    assert dossier.judgement is not None
    other = replace(dossier.judgement, op_id="op-other", reason_code="other", reason_text="Thiếu chữ ký của công dân")
    with desk.store.apply() as tx:
        tx.dossiers.put([(90, replace(dossier, judgement=other, version=9))])
    assert desk.printing.print(desk.printing.make(Paper.REFUSED, dossier.id), order()) == 0
    assert desk.printing.print(desk.printing.make(Paper.REFUSED, dossier.id), order()) == 1
    assert ["in lại" in text(pdf) for pdf, _ in desk.printers.sent] == [False, False, True]
    assert desk.journal()[1:] == ["printed:notice_refused:1", "reprinted:notice_refused:2"]


def test_a_day_sheet_printed_again_that_day_says_so_on_paper_and_in_the_journal(tmp_path: Path) -> None:
    clock = Moving(NOW)
    desk = office(tmp_path, clock=clock)
    for _ in range(3):
        desk.printing.print(desk.lists.day_sheet(), order())
    yesterday = desk.lists.day_sheet(NOW.date() - timedelta(days=1))
    clock.now += timedelta(days=1)
    assert [desk.printing.print(made, order()) for made in (yesterday, desk.lists.day_sheet())] == [0, 0]
    found = [re.findall(r"Bản in lại lần ([0-9]+)", text(pdf)) for pdf, _ in desk.printers.sent]
    journal = desk.journal()
    desk.store.close()
    assert found == [[], ["1"], ["2"], [], []]
    assert journal == [
        "printed:day_sheet:1",
        "reprinted:day_sheet:2",
        "reprinted:day_sheet:3",
        "printed:day_sheet:1",
        "printed:day_sheet:1",
    ]


def test_a_list_printed_again_is_a_reprint_and_one_of_something_else_is_not(desk: Office) -> None:
    for condition in ("Tất cả", "Tất cả", "Đã duyệt"):
        desk.printing.print(desk.lists.queue_list(EVERY, condition), order())
    assert ["in lại" in text(pdf) for pdf, _ in desk.printers.sent] == [False, True, False]
    assert desk.journal() == ["printed:queue_list:1", "reprinted:queue_list:2", "printed:queue_list:1"]


def test_a_sheet_the_printer_did_not_take_is_no_print(desk: Office) -> None:
    desk.printers.fault = PrintError("printer-stopped", "Tang-2")
    with pytest.raises(PrintError):
        desk.printing.print(desk.lists.day_sheet(), order())
    assert desk.lists.day_sheet().times == 0
