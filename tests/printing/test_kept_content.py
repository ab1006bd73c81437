"""What the office issued is printed again as it was issued, whatever lists, letterhead, dossier and forms say since."""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from officer_console import data
from officer_console.central import wire
from officer_console.devices.printers import PrintError
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.papers import Paper
from officer_console.domain.reference import Office as ListedOffice
from officer_console.domain.reference import Reason
from officer_console.services.stationery import PaperError
from tests import builders
from tests.printing.parts import NOW, Moving, Office, office
from tests.printing.test_issued import DAY
from tests.printing.test_printing import order, text

OF_THE_OFFICE = [(Paper.ACCEPTED, Status.APPROVED), (Paper.REFUSED, Status.REJECTED), (Paper.RECEIPT, Status.PENDING)]


@pytest.fixture
def clock() -> Moving:
    return Moving(NOW)


@pytest.fixture
def desk(tmp_path: Path, clock: Moving) -> Iterator[Office]:
    made = office(tmp_path, clock=clock)
    yield made
    made.store.close()


def listed(desk: Office, reason: str, name: str) -> None:
    """Put lists as central words them now."""
    with desk.store.apply() as tx:
        tx.reference.put("reasons", "f", wire.encode((Reason(code="identity-unreadable", label=reason),)))
        tx.reference.put("offices", "f", wire.encode((ListedOffice(code=builders.SCOPE, name=name),)))


def synced(desk: Office, dossier: Dossier) -> None:
    with desk.store.apply() as tx:
        tx.dossiers.put([(90 + dossier.version, dossier)])


def printed(desk: Office, paper: Paper, dossier_id: str) -> str:
    desk.printing.print(desk.printing.make(paper, dossier_id), order())
    return text(desk.printers.sent[-1][0])


def reprints(said: str) -> str:
    """Return the number of the reprint that a paper names, and see that it says nothing else of it."""
    (found,) = re.findall(r" – Bản in lại lần (\d+)", said)
    return str(found)


def without(said: str) -> str:
    return re.sub(r" – Bản in lại lần \d+", "", said)


@pytest.mark.parametrize(("paper", "status"), OF_THE_OFFICE)
def test_what_was_issued_is_printed_again_word_for_word(
    desk: Office, clock: Moving, paper: Paper, status: Status
) -> None:
    dossier = desk.of(status)
    listed(desk, "Ảnh giấy tờ không rõ", "BHXH cơ sở Bến Thành")
    first = printed(desk, paper, dossier.id)
    clock.now += 5 * DAY
    listed(desk, "Giấy tờ có dấu hiệu tẩy xóa", "BHXH cơ sở Sài Gòn")
    renamed = replace(dossier.declaration, full_name="Người Khác", phone="0900000000")
    synced(desk, replace(dossier, declaration=renamed, attachments=dossier.attachments[:1], version=9))
    again = printed(desk, paper, dossier.id)
    assert reprints(again) == "1"
    assert without(again) == first, "\n".join(difflib.unified_diff(first.split(), again.split(), lineterm="", n=0))


def test_what_the_citizen_signs_is_drawn_from_what_is_declared_now(desk: Office) -> None:
    dossier = desk.of(Status.AWAITING_REGISTRY)
    for paper in (Paper.DECLARATION, Paper.INSURED):
        printed(desk, paper, dossier.id)
    synced(desk, replace(dossier, declaration=replace(dossier.declaration, phone="0900000000"), version=9))
    for paper in (Paper.DECLARATION, Paper.INSURED):
        assert "0900000000" in printed(desk, paper, dossier.id)


def test_a_later_decision_has_a_notice_of_its_own(desk: Office) -> None:
    dossier = desk.of(Status.REJECTED)
    printed(desk, Paper.REFUSED, dossier.id)
    assert dossier.judgement is not None
    other = replace(dossier.judgement, op_id="op-other", reason_code="other", reason_text="Thiếu chữ ký của công dân")
    synced(desk, replace(dossier, judgement=other, version=9))
    said = printed(desk, Paper.REFUSED, dossier.id)
    assert "Thiếu chữ ký của công dân" in said


def test_what_the_printer_did_not_take_was_not_issued(desk: Office) -> None:
    dossier = desk.of(Status.REJECTED)
    listed(desk, "Ảnh giấy tờ không rõ", "BHXH cơ sở Bến Thành")
    desk.printers.fault = PrintError("printer-stopped", "Tang-2")
    with pytest.raises(PrintError):
        printed(desk, Paper.REFUSED, dossier.id)
    desk.printers.fault = None
    listed(desk, "Giấy tờ có dấu hiệu tẩy xóa", "BHXH cơ sở Bến Thành")
    assert "Giấy tờ có dấu hiệu tẩy xóa" in printed(desk, Paper.REFUSED, dossier.id)


def test_a_saved_paper_is_printed_as_it_was_saved(desk: Office, tmp_path: Path) -> None:
    dossier = desk.of(Status.REJECTED)
    listed(desk, "Ảnh giấy tờ không rõ", "BHXH cơ sở Bến Thành")
    desk.printing.save(desk.printing.make(Paper.REFUSED, dossier.id), tmp_path / "x.pdf")
    listed(desk, "Giấy tờ có dấu hiệu tẩy xóa", "BHXH cơ sở Bến Thành")
    assert printed(desk, Paper.REFUSED, dossier.id) == text((tmp_path / "x.pdf").read_bytes())


def test_a_number_that_comes_after_the_first_print_stands_on_the_next(desk: Office) -> None:
    dossier = desk.of(Status.REJECTED)
    printed(desk, Paper.REFUSED, dossier.id)
    desk.printing.assign(desk.printing.make(Paper.REFUSED, dossier.id), "12")
    assert "Số: 12/TB-BHXH" in printed(desk, Paper.REFUSED, dossier.id)


def own_form(folder: Path, change: Callable[[str], str]) -> Path:
    """Return a deployment's folder with another notice of refusal."""
    own = folder / "own"
    shutil.copytree(data.folder("forms") / "notice_refused", own / "notice_refused")
    file = own / "notice_refused" / "form.yaml"
    changed = change(file.read_text(encoding="utf-8"))
    assert changed != file.read_text(encoding="utf-8")
    file.write_text(changed, encoding="utf-8")
    return own


def test_a_form_that_what_was_issued_does_not_fit_any_more_says_so_and_prints_nothing(tmp_path: Path) -> None:
    about = office(tmp_path).of(Status.REJECTED)
    first = office(tmp_path, (about,))
    printed(first, Paper.REFUSED, about.id)
    first.store.close()
    own = own_form(tmp_path, lambda said: said.replace("office_hours", "hours"))
    desk = office(tmp_path, (about,), forms=own)
    with pytest.raises(PaperError) as caught:
        desk.printing.make(Paper.REFUSED, about.id)
    assert (caught.value.code, caught.value.data) == ("form-changed", {"field": "office_hours"})
    desk.store.close()


def test_a_form_with_other_words_is_printed_by_whom_has_seen_it_and_not_in_a_stack(tmp_path: Path) -> None:
    about = office(tmp_path).of(Status.REJECTED)
    first = office(tmp_path, (about,))
    listed(first, "Ảnh giấy tờ không rõ", "BHXH cơ sở Bến Thành")
    printed(first, Paper.REFUSED, about.id)
    assert not first.printing.make(Paper.REFUSED, about.id).reworded
    first.store.close()
    own = own_form(tmp_path, lambda said: said.replace("Nơi nhận", "Gửi"))
    desk = office(tmp_path, (about,), forms=own)
    run = last = desk.runs.begin((about.id,), Paper.REFUSED, "Tang-2", 1)
    while run is not None:
        last, run = run, desk.runs.step(run)
    assert last is not None
    assert [item.error_code for item in desk.runs.left(last)] == ["form-reworded"]
    made = desk.printing.make(Paper.REFUSED, about.id)
    assert made.reworded
    assert "Ảnh giấy tờ không rõ" in text(made.pdf)
    desk.printing.print(made, order())
    desk.store.close()
    assert len(desk.printers.sent) == 1
