"""What the administrator says about signing: whether it is offered, and whether a notice may leave without."""

from __future__ import annotations

from pathlib import Path

import pytest

from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from officer_console.services.sign_documents import Settings, SignDocuments, SigningError, Trouble
from officer_console.services.stationery import PaperError
from officer_console.signing.settings import Module
from tests.printing.parts import EVERY, office
from tests.printing.test_printing import order
from tests.signing.authority import NOW
from tests.signing.conftest import Hosted
from tests.signing.test_notices import signed

pytestmark = pytest.mark.timeout(120)


def test_a_stack_prints_what_was_signed_and_leaves_out_what_has_to_be(
    hosted: Hosted, officer_file: Path, tmp_path: Path
) -> None:
    by_file = SignDocuments(hosted(), tmp_path / "signing.json", clock=lambda: NOW)
    desk = office(tmp_path, signing=lambda: Settings(key_files=True, required=True))
    first = signed(desk, by_file, officer_file, Paper.ACCEPTED, desk.of(Status.APPROVED))
    run = desk.runs.begin(EVERY, Paper.ACCEPTED, "Tang-2", 1)
    while run is not None:
        last, run = run, desk.runs.step(run)
    assert [pdf for pdf, _ in desk.printers.sent] == [first.pdf]
    assert {item.error_code for item in desk.runs.left(last)} == {"notice-unsigned"}
    assert last.left == sum(each.status is Status.APPROVED for each in desk.dossiers) - 1
    assert [what for what in desk.journal() if what.startswith("printed")] == ["printed:notice_accepted:1"]
    desk.store.close()


def test_a_notice_that_has_to_be_signed_stays_and_other_papers_go(tmp_path: Path) -> None:
    desk = office(tmp_path, signing=lambda: Settings(key_files=True, required=True))
    dossier = desk.of(Status.APPROVED)
    notice, receipt = (desk.printing.make(paper, dossier.id) for paper in (Paper.ACCEPTED, Paper.RECEIPT))
    assert (notice.signable, notice.held, receipt.signable, receipt.held) == (True, True, False, False)
    for leave in (lambda: desk.printing.print(notice, order()), lambda: desk.printing.save(notice, tmp_path / "a.pdf")):
        with pytest.raises(PaperError) as caught:
            leave()
        assert caught.value.code == "notice-unsigned"
    desk.printing.print(receipt, order())
    assert desk.journal() == ["printed:receipt:1"]
    assert len(desk.printers.sent) == 1
    assert not (tmp_path / "a.pdf").exists()
    desk.store.close()


@pytest.mark.parametrize(
    ("settings", "signable"),
    [(Settings(), False), (Settings(key_files=True), True), (Settings(modules=(Module(name="A", path="/a"),)), True)],
)
def test_signing_is_offered_where_there_is_something_to_sign_with(
    tmp_path: Path, settings: Settings, *, signable: bool
) -> None:
    desk = office(tmp_path, signing=lambda: settings)
    made = desk.printing.make(Paper.ACCEPTED, desk.of(Status.APPROVED).id)
    desk.printing.print(made, order())
    desk.store.close()
    assert (made.signable, made.held) == (signable, False)


def test_while_nobody_knows_whether_notices_have_to_be_signed_they_stay(tmp_path: Path) -> None:
    def broken() -> Settings:
        raise SigningError(Trouble.SETTINGS, "module.path")

    desk = office(tmp_path, signing=broken)
    made = desk.printing.make(Paper.ACCEPTED, desk.of(Status.APPROVED).id)
    assert (made.signable, made.held) == (True, True)
    with pytest.raises(SigningError):
        desk.printing.print(made, order())
    assert desk.journal() == []
    desk.store.close()
