"""A paper that is looked at while its dossier changes: what leaves the desk is what stands when it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from officer_console.documents.raster import page_count
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.form import FormKind
from officer_console.domain.papers import Paper
from officer_console.services.stationery import PaperError
from officer_console.store.signed import SignedPaper
from tests.printing.parts import NOW, Office, office
from tests.printing.test_printing import order, text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.store.close()


def synced(desk: Office, dossier: Dossier) -> None:
    """Put the dossier as a sync brings it."""
    with desk.store.apply() as tx:
        tx.dossiers.put([(90 + dossier.version, dossier)])


def taken_back(desk: Office) -> Dossier:
    dossier = desk.of(Status.REJECTED)
    return replace(dossier, status=Status.PENDING, judgement=None, version=9)


def replaced(desk: Office) -> Dossier:
    dossier = desk.of(Status.REJECTED)
    assert dossier.judgement is not None
    other = replace(dossier.judgement, op_id="op-other", reason_code="other", reason_text="Thiếu chữ ký")
    return replace(dossier, judgement=other, version=9)


@pytest.mark.parametrize("change", [taken_back, replaced])
def test_a_notice_whose_decision_went_is_neither_printed_nor_saved_from_an_open_preview(
    desk: Office, tmp_path: Path, change: Callable[[Office], Dossier]
) -> None:
    made = desk.printing.make(Paper.REFUSED, desk.of(Status.REJECTED).id)
    synced(desk, change(desk))
    folder = tmp_path / "luu"
    folder.mkdir()
    for leave in (lambda: desk.printing.print(made, order()), lambda: desk.printing.save(made, folder / "x.pdf")):
        with pytest.raises(PaperError) as caught:
            leave()
        assert caught.value.code == "paper-outdated"
    assert (desk.printers.sent, desk.journal(), list(folder.iterdir())) == ([], [], [])


def test_a_paper_that_a_dossier_s_state_does_not_have_any_more_does_not_leave(desk: Office) -> None:
    dossier = desk.of(Status.AWAITING_REGISTRY)
    made = desk.printing.make(Paper.INSURED, dossier.id)
    synced(desk, replace(dossier, status=Status.PENDING, judgement=None, version=9))
    with pytest.raises(PaperError):
        desk.printing.print(made, order())
    desk.printing.print(desk.printing.make(Paper.RECEIPT, dossier.id), order())
    assert desk.journal() == ["printed:receipt:1"]


def test_an_unsigned_notice_does_not_leave_once_it_was_signed(desk: Office) -> None:
    made = desk.printing.make(Paper.REFUSED, desk.of(Status.REJECTED).id)
    sha256 = desk.store.blobs.put(made.pdf)
    kept = SignedPaper(sha256=sha256, pages=page_count(made.pdf), signer="Hà", certificate="1f", at=NOW)
    with desk.store.write() as tx:
        tx.signed.put(made.dossier_id, Paper.REFUSED.value, made.decision, kept)
    with pytest.raises(PaperError) as caught:
        desk.printing.print(made, order())
    assert (caught.value.code, desk.printers.sent) == ("signed-since", [])
    desk.printing.print(desk.printing.make(Paper.REFUSED, made.dossier_id), order())
    assert len(desk.printers.sent) == 1


def test_a_stack_makes_a_notice_anew_whose_decision_was_replaced_while_it_was_made(tmp_path: Path) -> None:
    other: list[Dossier] = []

    def synced_meanwhile(_dossier: Dossier, _kind: FormKind) -> None:
        if not other:
            other.append(replaced(desk))
            synced(desk, other[0])

    desk = office(tmp_path, form_code=synced_meanwhile)
    run = last = desk.runs.begin((desk.of(Status.REJECTED).id,), Paper.REFUSED, "Tang-2", 1)
    while run is not None:
        last, run = run, desk.runs.step(run)
    journal = desk.journal()
    desk.store.close()
    assert last is not None
    assert (last.sent, last.left) == (1, 0)
    assert ["Thiếu chữ ký" in text(pdf) for pdf, _ in desk.printers.sent] == [True]
    assert journal == ["printed:notice_refused:1"]
