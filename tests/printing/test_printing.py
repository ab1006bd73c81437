"""Papers of dossiers: which fit, what stands on them, what the journal says of them, what the officer keeps."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from officer_console import data
from officer_console.devices.printers import Order, PrintError
from officer_console.documents import letterheads
from officer_console.documents.errors import DefinitionError
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.form import FormKind
from officer_console.domain.papers import Paper, fitting
from officer_console.services import plain_file
from officer_console.services.print_choice import PrintChoice, PrintChoices
from officer_console.services.stationery import PaperError
from tests.printing.parts import OFFICER, Office, office

CODE = "HS1:1000001/07906:03:1:04412209123456789012"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.store.close()


def order(copies: int = 1) -> Order:
    return Order(printer="Tang-2", title="x", copies=copies)


def text(pdf: bytes) -> str:
    """Return what another reader finds on the pages."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


@pytest.mark.parametrize("kind", DossierKind)
@pytest.mark.parametrize("status", Status)
def test_every_state_has_papers_and_a_notice_follows_central_only(kind: DossierKind, status: Status) -> None:
    papers = fitting(kind, status)
    assert papers
    assert len(set(papers)) == len(papers)
    assert (Paper.ACCEPTED in papers) == (status is Status.APPROVED)
    assert (Paper.REFUSED in papers) == (status is Status.REJECTED)
    assert (Paper.INSURED in papers) == (status is Status.AWAITING_REGISTRY)
    assert (Paper.GUIDE in papers) == (status is Status.APPROVED and kind is DossierKind.REGISTER)


def test_every_paper_that_fits_is_made_and_names_the_dossier(desk: Office) -> None:
    for dossier in desk.dossiers:
        for paper in fitting(dossier.kind, dossier.status):
            made = desk.printing.make(paper, dossier.id)
            found = text(made.pdf)
            assert dossier.declaration.full_name.lower() in found.lower(), paper
            assert dossier.number in found, paper


def test_a_paper_that_does_not_fit_any_more_is_refused(desk: Office) -> None:
    with pytest.raises(PaperError) as caught:
        desk.printing.make(Paper.ACCEPTED, desk.of(Status.PENDING).id)
    assert caught.value.code == "paper-unfit"


def test_a_dossier_that_has_left_the_desk_has_no_papers(desk: Office) -> None:
    with pytest.raises(RuleError) as caught:
        desk.printing.make(Paper.RECEIPT, "nowhere")
    assert caught.value.code == "unknown-dossier"


def test_the_code_is_asked_for_by_the_kind_of_the_form(tmp_path: Path) -> None:
    asked: list[tuple[str, FormKind]] = []

    def form_code(dossier: Dossier, kind: FormKind) -> str | None:
        asked.append((dossier.id, kind))
        return CODE if kind is FormKind.ACCEPTED else None

    desk = office(tmp_path, form_code=form_code)
    dossier = desk.of(Status.APPROVED)
    coded = desk.printing.make(Paper.ACCEPTED, dossier.id)
    plain = desk.printing.make(Paper.RECEIPT, dossier.id)
    desk.store.close()
    assert asked == [(dossier.id, FormKind.ACCEPTED), (dossier.id, FormKind.RECEIPT)]
    assert len(coded.pdf) > len(plain.pdf) / 4
    assert CODE in text(coded.pdf) or coded.pdf != plain.pdf


def test_every_copy_is_in_the_journal_and_the_next_time_is_a_reprint(desk: Office) -> None:
    dossier = desk.of(Status.APPROVED)
    first = desk.printing.make(Paper.ACCEPTED, dossier.id)
    desk.printing.print(first, order(copies=2))
    again = desk.printing.make(Paper.ACCEPTED, dossier.id)
    desk.printing.print(again, order())
    assert (first.times, again.times) == (0, 1)
    assert desk.journal() == [
        "printed:notice_accepted:1",
        "printed:notice_accepted:2",
        "reprinted:notice_accepted:3",
    ]
    with desk.store.read() as tx:
        assert {(entry.who, entry.dossier_id) for entry in tx.journal.latest(10)} == {(OFFICER.id, dossier.id)}
    assert [each.copies for _, each in desk.printers.sent] == [2, 1]


def test_a_reprint_says_so_on_the_paper_unless_the_deployment_leaves_it_out(tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(data.folder("forms") / "receipt", own / "receipt")
    file = own / "receipt" / "form.yaml"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if "reprint" not in line]
    file.write_text("\n".join(kept), encoding="utf-8")
    desk = office(tmp_path, forms=own)
    dossier = desk.of(Status.APPROVED)
    for paper in (Paper.ACCEPTED, Paper.RECEIPT):
        desk.printing.print(desk.printing.make(paper, dossier.id), order())
    again, left_out = (desk.printing.make(paper, dossier.id) for paper in (Paper.ACCEPTED, Paper.RECEIPT))
    desk.store.close()
    assert "Bản in lại lần 1" in text(again.pdf)
    assert "in lại" not in text(left_out.pdf)


def test_what_the_printer_refused_is_no_copy_and_the_journal_says_so(desk: Office) -> None:
    made = desk.printing.make(Paper.RECEIPT, desk.of(Status.PENDING).id)
    desk.printers.fault = PrintError("printer-stopped", "Tang-2")
    with pytest.raises(PrintError):
        desk.printing.print(made, order())
    assert desk.journal() == ["printed:receipt:1", "print-failed:receipt"]
    assert desk.printing.make(Paper.RECEIPT, made.dossier_id).times == 0


def test_a_printer_that_fell_silent_may_have_printed(desk: Office) -> None:
    made = desk.printing.make(Paper.RECEIPT, desk.of(Status.PENDING).id)
    desk.printers.fault = PrintError("printer-silent", "Tang-2")
    with pytest.raises(PrintError):
        desk.printing.print(made, order())
    assert desk.journal() == ["printed:receipt:1"]
    assert desk.printing.make(Paper.RECEIPT, made.dossier_id).times == 1


def test_a_saved_paper_is_the_file_the_officer_chose_and_in_the_journal(desk: Office, tmp_path: Path) -> None:
    made = desk.printing.make(Paper.GUIDE, desk.of(Status.APPROVED).id)
    desk.printing.save(made, tmp_path / "giay.pdf")
    assert (tmp_path / "giay.pdf").read_bytes() == made.pdf
    assert desk.journal() == ["saved:vssid_guide"]


def test_a_file_that_cannot_be_written_leaves_nothing_and_is_told_and_written_down(
    desk: Office, tmp_path: Path
) -> None:
    made = desk.printing.make(Paper.GUIDE, desk.of(Status.APPROVED).id)
    folder = tmp_path / "giay"
    (folder / "thu-muc.pdf").mkdir(parents=True)
    for path in (folder / "khong-co" / "giay.pdf", folder / "thu-muc.pdf"):
        with pytest.raises(PrintError) as caught:
            desk.printing.save(made, path)
        assert caught.value.code == "file-unwritable"
    assert [each.name for each in folder.rglob("*")] == ["thu-muc.pdf"]
    assert desk.journal() == ["save-failed:vssid_guide"] * 2


@pytest.mark.skipif(os.name != "posix", reason="rights and limits of files as POSIX has them")
def test_a_saved_paper_is_for_its_officer_alone_and_an_older_file_stays_until_it_is_whole(
    desk: Office, tmp_path: Path
) -> None:
    import resource

    made = desk.printing.make(Paper.GUIDE, desk.of(Status.APPROVED).id)
    path = tmp_path / "luu" / "giay.pdf"
    path.parent.mkdir()
    path.write_bytes(b"older")
    path.chmod(0o644)
    begun: list[Path] = []
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(made.pdf) // 2, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"), plain_file.laid_down(path, made.pdf, begun.append):
            pytest.fail("written")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [(each.name, each.read_bytes()) for each in path.parent.iterdir()] == [("giay.pdf", b"older")]
    mask = os.umask(0)
    try:
        desk.printing.save(made, path)
    finally:
        os.umask(mask)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (made.pdf, 0o600)
    assert [each.name for each in path.parent.iterdir()] == ["giay.pdf"]


def test_an_office_says_who_issues_papers_and_the_rest_is_as_usual(tmp_path: Path) -> None:
    (tmp_path / letterheads.FILE).write_text(
        'usual: {parent_office: "BHXH {province}", place: "{province}", capacity: GIÁM ĐỐC}\n'
        "offices:\n  '00101': {signer: Trần Vượng, place: Thủ đô}\n",
        encoding="utf-8",
    )
    heads = letterheads.load(data.folder("forms"), tmp_path)
    one, other = heads.of("00101", "BHXH cơ sở Ba Đình", "Hà"), heads.of("04801", "BHXH cơ sở Hải Châu", "Hà")
    assert (one.parent_office, one.place, one.signer) == ("BHXH Hà Nội", "Thủ đô", "Trần Vượng")
    assert (other.place, other.signer, other.office) == ("Đà Nẵng", "", "BHXH cơ sở Hải Châu")
    assert (one.capacity, one.officer) == ("GIÁM ĐỐC", "Hà")


@pytest.mark.parametrize(
    ("said", "line"), [("usual: {parent: x}\n", 1), ('usual:\n  place: "{town}"\n', 2), ("offices: {}\n", 1)]
)
def test_a_letterhead_that_is_not_understood_names_its_line(tmp_path: Path, said: str, line: int) -> None:
    (tmp_path / letterheads.FILE).write_text(said, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        letterheads.load(data.folder("forms"), tmp_path)
    assert caught.value.line == line


def test_the_desk_remembers_printer_and_copies(tmp_path: Path) -> None:
    choices = PrintChoices(tmp_path / "own" / "printing.json")
    assert choices.load() == PrintChoice()
    choices.save(PrintChoice(printer="Tầng 1").with_copies(Paper.RECEIPT, 2))
    kept = choices.load()
    assert (kept.printer, kept.copies_of(Paper.RECEIPT), kept.copies_of(Paper.GUIDE)) == ("Tầng 1", 2, 1)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        '{"printer": 1, "copies": {}}',
        '{"printer": "x", "copies": {"receipt": 0}}',
        '{"printer": "x"}',
        "[" * 99,
    ],
)
def test_a_choice_that_makes_no_sense_is_no_choice(tmp_path: Path, said: str) -> None:
    (tmp_path / "printing.json").write_text(said, encoding="utf-8")
    assert PrintChoices(tmp_path / "printing.json").load() == PrintChoice()
