"""Stacks: one after the other, stopped by a fault, going on after a jam or a crash, with the memory flat; and lists."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from officer_console.devices.printers import Order, PrintError
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.papers import Paper
from officer_console.domain.search import Criteria
from officer_console.services.stationery import PaperError
from officer_console.store.prints import ItemState, PrintRun
from tests import builders
from tests.printing.killed_run import COUNT, DOSSIERS, FATAL
from tests.printing.parts import EVERY, NOW, OFFICER, Office, judged, office

APPROVED = Criteria(status=Status.APPROVED)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.store.close()


def begun(desk: Office, criteria: Criteria = APPROVED, paper: Paper = Paper.ACCEPTED) -> PrintRun:
    run = desk.runs.begin(criteria, paper, "Tang-2", 1)
    assert run is not None
    return run


def through(desk: Office, run: PrintRun | None) -> PrintRun | None:
    """Print until nothing waits; return how the stack stood at last."""
    last = run
    while run is not None:
        last, run = run, desk.runs.step(run)
    return last


def text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def numbers(desk: Office) -> list[str]:
    """Return the numbers of the dossiers whose papers the printer has, in order."""
    known = {each.number for each in desk.dossiers}
    return [next(number for number in known if number in text(pdf)) for pdf, _ in desk.printers.sent]


def test_the_survey_says_for_how_many_dossiers_each_paper_could_be_printed(desk: Office) -> None:
    assert desk.runs.survey(EVERY) == {
        Paper.DECLARATION: 6,
        Paper.INSURED: 1,
        Paper.RECEIPT: 6,
        Paper.ACCEPTED: 3,
        Paper.REFUSED: 1,
        Paper.GUIDE: 1,
    }
    assert desk.runs.survey(Criteria(status=Status.REJECTED))[Paper.REFUSED] == 1


def test_a_stack_prints_what_fits_in_the_order_of_the_list(desk: Office) -> None:
    run = begun(desk, EVERY)
    last = through(desk, run)
    assert last is not None
    assert (last.total, last.sent, last.left) == (3, 3, 0)
    listed = [row.number for row in desk.runs.rows(EVERY) if row.status == Status.APPROVED.value]
    assert numbers(desk) == listed
    assert desk.journal() == ["printed:notice_accepted:1"] * 3


def test_nothing_that_fits_is_no_stack(desk: Office) -> None:
    assert desk.runs.begin(Criteria(status=Status.PENDING), Paper.ACCEPTED, "Tang-2", 1) is None


def test_a_fault_stops_the_stack_and_the_paper_waits(desk: Office) -> None:
    run = begun(desk)
    desk.printers.fault, desk.printers.after = PrintError("printer-stopped", "Tang-2"), 1
    with pytest.raises(PrintError):
        through(desk, run)
    standing, recent = desk.runs.open()
    assert standing is not None
    assert (standing.sent, standing.total, [item.place for item in recent]) == (1, 3, [0])
    desk.printers.fault = None
    through(desk, desk.runs.go_on_after(run.n, None, "Tang-1"))
    assert len(set(numbers(desk))) == 3
    assert [order.printer for _, order in desk.printers.sent] == ["Tang-2", "Tang-1", "Tang-1"]
    assert "reprinted:notice_accepted:2" not in desk.journal()


def test_what_did_not_come_out_after_a_jam_is_printed_again_and_journalled_as_such(desk: Office) -> None:
    run = begun(desk)
    through(desk, run)
    through(desk, desk.runs.go_on_after(run.n, 1, "Tang-2"))
    assert len(desk.printers.sent) == 5
    assert numbers(desk)[1:3] == numbers(desk)[3:5]
    assert desk.journal()[3:] == ["reprinted:notice_accepted:2"] * 2


def test_after_a_crash_the_paper_under_way_is_the_one_that_is_asked_about(tmp_path: Path) -> None:
    desk = office(tmp_path)
    run = begun(desk)
    desk.runs.step(run)
    with desk.store.write() as tx:
        tx.prints.mark(run.n, 1, ItemState.SENDING)
    desk.store.close()

    again = office(tmp_path)
    standing, recent = again.runs.open()
    assert standing is not None
    assert [(item.place, item.state) for item in recent] == [(1, ItemState.SENDING), (0, ItemState.SENT)]
    through(again, again.runs.go_on_after(standing.n, 2, "Tang-2"))
    assert len(again.printers.sent) == 1
    again.store.close()


@pytest.mark.skipif("sys.platform == 'win32'", reason="no SIGKILL")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_desk_killed_in_a_stack_goes_on_where_it_stood_and_names_the_paper_under_way(
    tmp_path: Path, moment: str
) -> None:
    died = subprocess.run([sys.executable, "-m", "tests.printing.killed_run", str(tmp_path), moment], check=False)
    assert died.returncode == -signal.SIGKILL
    taken = len((tmp_path / "taken").read_text().splitlines())
    assert taken == (FATAL if moment == "after" else FATAL - 1)

    desk = office(tmp_path, DOSSIERS)
    standing, recent = desk.runs.open()
    assert standing is not None
    assert (standing.sent, standing.total) == (FATAL, COUNT)
    assert [item.state for item in recent] == [ItemState.SENDING, ItemState.SENT, ItemState.SENT]
    listed = [row.number for row in desk.runs.rows(EVERY)]
    assert recent[0].number == listed[FATAL - 1]
    # The officer looks into the tray, and names the last paper that is there.
    through(desk, desk.runs.go_on_after(standing.n, taken, "Tang-2"))
    assert numbers(desk) == listed[taken:]
    assert desk.journal().count("printed:notice_accepted:1") == COUNT
    assert desk.journal().count("reprinted:notice_accepted:2") == (moment == "before")
    desk.store.close()


def test_a_dossier_that_moved_on_is_left_out_and_says_why(desk: Office) -> None:
    run = begun(desk)
    moved = desk.of(Status.APPROVED)
    with desk.store.apply() as tx:
        tx.dossiers.put([(50, replace(moved, status=Status.REJECTED, version=9))])
    last = through(desk, run)
    assert last is not None
    assert (last.sent, last.left) == (2, 1)
    assert [(item.number, item.error_code) for item in desk.runs.left(run)] == [(moved.number, "paper-unfit")]


def test_a_silent_printer_leaves_the_paper_as_perhaps_printed(desk: Office) -> None:
    run = begun(desk)
    desk.printers.fault = PrintError("printer-silent", "Tang-2")
    with pytest.raises(PrintError):
        desk.runs.step(run)
    _, recent = desk.runs.open()
    assert [item.state for item in recent] == [ItemState.SENDING]


def test_a_list_beyond_the_limit_is_refused(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("officer_console.services.print_runs.LIMIT", 5)
    with pytest.raises(PaperError) as caught:
        desk.runs.survey(EVERY)
    assert (caught.value.code, caught.value.data) == ("list-too-long", {"limit": 5})


@pytest.mark.slow
def test_a_long_stack_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    desk = office(tmp_path, tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, 201)))
    run: PrintRun | None = begun(desk)
    tracemalloc.start()
    held = []
    for n in range(200):
        assert run is not None
        run = desk.runs.step(run)
        desk.printers.sent.clear()
        if n in (49, 199):
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    desk.store.close()
    assert held[1] - held[0] < 256 * 1024


def test_the_list_names_every_dossier_found_and_what_was_searched_for(desk: Office) -> None:
    made = desk.lists.queue_list(EVERY, "Trạng thái Tất cả")
    found = " ".join(text(made.pdf).split())
    assert all(dossier.number in found for dossier in desk.dossiers)
    assert "Trạng thái Tất cả" in found
    desk.printing.print(made, Order(printer="Tang-2", title="x"))
    assert desk.journal() == ["printed:queue_list:1"]


def test_the_day_sheet_counts_what_this_officer_decided_today_from_the_journal(desk: Office) -> None:
    approved, refused, waiting = desk.of(Status.APPROVED), desk.of(Status.REJECTED), desk.of(Status.PENDING)
    awaiting = desk.of(Status.AWAITING_REGISTRY)
    mine, yesterday = OFFICER.id, NOW - timedelta(days=1)
    with desk.store.write() as tx:
        decision = builders.decision(waiting)
        tx.outbox.add(decision, NOW)
        for at, what, who, dossier, op in (
            (NOW, "decided:valid", mine, approved, "a"),
            (NOW, "decided:invalid", mine, refused, "b"),
            (NOW, "decided:valid", mine, awaiting, "c"),
            (NOW, "decided:valid", mine, waiting, decision.op_id),
            (yesterday, "decided:valid", mine, desk.of(Status.APPROVED, DossierKind.CHANGE), "d"),
            (NOW, "decided:valid", "someone", desk.of(Status.APPROVED, DossierKind.STOP), "e"),
        ):
            tx.journal.add(at, what, who, dossier.id, op)
    found = " ".join(text(desk.lists.day_sheet().pdf).split())
    assert all(each.number in found for each in (approved, refused, waiting, awaiting))
    assert "Số hồ sơ đã giải quyết: 4" in found
    assert "Chưa gửi về hệ thống lúc in: 1" in found
    assert "Cộng 2 1 1 4" in found


def test_a_decision_that_was_taken_back_is_not_counted(desk: Office) -> None:
    dossier = desk.of(Status.REJECTED)
    with desk.store.write() as tx:
        tx.journal.add(NOW, f"decided:{Verdict.VALID.value}", OFFICER.id, dossier.id, "a")
        tx.journal.add(NOW, "withdrawn", OFFICER.id, dossier.id, "a")
    assert "Số hồ sơ đã giải quyết: 0" in " ".join(text(desk.lists.day_sheet().pdf).split())


def test_a_stack_of_chosen_dossiers_prints_exactly_those_it_fits_in_their_order(desk: Office) -> None:
    accepted = [each for each in desk.dossiers if each.status is Status.APPROVED]
    wanted = (accepted[2].id, desk.of(Status.PENDING).id, "gone", accepted[0].id)
    assert desk.runs.survey(wanted) == {Paper.DECLARATION: 3, Paper.RECEIPT: 3, Paper.ACCEPTED: 2, Paper.GUIDE: 1}
    run = desk.runs.begin(wanted, Paper.ACCEPTED, "Tang-2", 1)
    through(desk, run)
    assert numbers(desk) == [accepted[2].number, accepted[0].number]


def test_more_chosen_dossiers_than_the_limit_are_refused(desk: Office) -> None:
    with pytest.raises(PaperError) as caught:
        desk.runs.survey(tuple(f"d{n}" for n in range(2001)))
    assert caught.value.code == "list-too-long"


def test_the_day_sheet_names_the_counter_or_leaves_a_line_for_it(tmp_path: Path) -> None:
    for name, said in (("Quầy 2", "Quầy: Quầy 2 – Cán bộ"), ("", "Quầy: ......")):
        desk = office(tmp_path / (name or "none"), counter=name)
        assert said in " ".join(text(desk.lists.day_sheet().pdf).split())
        desk.store.close()
