"""Notices by the program's own path: made, signed, kept, printed again and judged by other readers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from officer_console.documents import fonts, raster
from officer_console.domain.dossier import Dossier, DossierKind, Judgement, Status
from officer_console.domain.papers import Paper
from officer_console.services.made_paper import Made
from officer_console.services.notice_signing import NoticeSigning
from officer_console.services.sign_documents import (
    Batch,
    Choice,
    Keep,
    Secret,
    SignDocuments,
)
from officer_console.services.stationery import PaperError
from officer_console.views.signing_sentences import mark_lines
from officer_console.views.signing_words import reason
from tests.documents.verapdf import complaints
from tests.printing.parts import EVERY, OFFICER, Office, judged, office
from tests.printing.test_printing import order
from tests.signing.authority import NOW, Authority
from tests.signing.authority import OFFICER as SIGNER
from tests.signing.conftest import MODULE, Hosted
from tests.signing.reading import pdfsig, text, verdicts
from tests.signing.soft_token import PIN, SoftToken
from tests.signing.test_signatures import named

pytestmark = pytest.mark.timeout(240)
needs_token = pytest.mark.skipif(shutil.which("softhsm2-util") is None, reason="no token made of software here")
PASSWORD = "Mật khẩu"


@pytest.fixture
def by_file(hosted: Hosted, tmp_path: Path) -> SignDocuments:
    return SignDocuments(hosted(), tmp_path / "signing.json", clock=lambda: NOW)


@pytest.fixture
def desk(by_file: SignDocuments, tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path, signing=by_file.settings)
    yield made
    made.store.close()


def notices(desk: Office) -> NoticeSigning:
    return NoticeSigning(desk.printing, fonts.load, mark_lines, reason)


def sign(service: SignDocuments, file: Path, batch: Batch, keep: Keep) -> None:
    with service.open(Choice(file=str(file)), None, Secret(PASSWORD)) as signer:
        list(service.sign(batch, signer, keep))


def numbered(desk: Office, paper: Paper, dossier: Dossier) -> Made:
    """Return the notice of the dossier; where it has no number it gets one of its own."""
    made = desk.printing.make(paper, dossier.id)
    if not made.document_number:
        place = [each.id for each in desk.dossiers].index(dossier.id)
        desk.printing.assign(made, str(900 + place))
    return desk.printing.make(paper, dossier.id)


def but_numbers(desk: Office) -> list[str]:
    """Return what the journal says beside the numbers that were given."""
    return [what for what in desk.journal() if not what.startswith("number-given:")]


def signed(desk: Office, service: SignDocuments, file: Path, paper: Paper, dossier: Dossier) -> Made:
    """Return the paper of the dossier after it was signed."""
    sign(service, file, *notices(desk).one(numbered(desk, paper, dossier)))
    made = desk.printing.make(paper, dossier.id)
    assert made.signed is not None
    return made


@pytest.mark.parametrize(("paper", "status"), [(Paper.ACCEPTED, Status.APPROVED), (Paper.REFUSED, Status.REJECTED)])
def test_a_notice_that_was_signed_is_printed_saved_and_printed_again_as_that_very_file(
    desk: Office,
    by_file: SignDocuments,
    officer_file: Path,
    authority: Authority,
    tmp_path: Path,
    paper: Paper,
    status: Status,
) -> None:
    dossier = desk.of(status)
    unsigned = numbered(desk, paper, dossier)
    first = signed(desk, by_file, officer_file, paper, dossier)
    assert first.pdf.startswith(unsigned.pdf)
    desk.printing.print(first, order())
    again = desk.printing.make(paper, dossier.id)
    desk.printing.print(again, order())
    desk.printing.save(again, tmp_path / "saved.pdf")
    assert [pdf for pdf, _ in desk.printers.sent] == [first.pdf, first.pdf]
    assert (tmp_path / "saved.pdf").read_bytes() == first.pdf
    assert pdfsig(first.pdf, tmp_path) == ["Signature is Valid."]
    (verdict,) = verdicts(first.pdf, authority.root)
    assert (verdict.valid, verdict.trusted, verdict.whole, verdict.reason) == (True, True, True, reason(paper))
    assert first.signed is not None
    assert but_numbers(desk) == [
        f"signed:{paper.value}:{first.signed.certificate}",
        f"printed:{paper.value}:1",
        f"reprinted:{paper.value}:2",
        f"saved:{paper.value}",
    ]
    with desk.store.read() as tx:
        entry = tx.journal.latest(10)[-1]
    assert (entry.who, entry.dossier_id) == (OFFICER.id, dossier.id)


def test_the_mark_stands_where_the_office_signs_and_is_drawn_on_screen_and_paper(
    desk: Office, by_file: SignDocuments, officer_file: Path, tmp_path: Path
) -> None:
    dossier = desk.of(Status.APPROVED)
    unsigned = numbered(desk, Paper.ACCEPTED, dossier)
    made = signed(desk, by_file, officer_file, Paper.ACCEPTED, dossier)
    assert unsigned.place is not None
    page = unsigned.place.page
    before, after = raster.page(unsigned.pdf, page, 72), raster.page(made.pdf, page, 72)
    left, bottom, right, top = unsigned.place.box
    changed = [
        (number // 3 % before.width, before.height - number // 3 // before.width)
        for number, (old, new) in enumerate(zip(before.rgb, after.rgb, strict=True))
        if old != new
    ]
    assert len(changed) > 500
    assert all(left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1 for x, y in changed)
    banded = [b"".join(band.rgb for band in raster.bands(pdf, page, 72, 100)) for pdf in (unsigned.pdf, made.pdf)]
    assert sum(old != new for old, new in zip(*banded, strict=True)) > 500
    assert f"Ký bởi: {SIGNER}" in text(made.pdf, tmp_path)


def test_the_certificate_that_signed_is_named_by_its_serial_number(
    desk: Office, by_file: SignDocuments, officer_file: Path
) -> None:
    made = signed(desk, by_file, officer_file, Paper.ACCEPTED, desk.of(Status.APPROVED))
    held = load_pkcs12(officer_file.read_bytes(), PASSWORD.encode()).cert
    assert held is not None
    assert made.signed is not None
    assert int(made.signed.certificate, 16) == held.certificate.serial_number
    assert (made.signed.signer, made.signed.at) == (SIGNER, NOW)
    with desk.store.read() as tx:
        assert all(SIGNER not in entry.what for entry in tx.journal.latest(10))


@pytest.mark.skipif(shutil.which("java") is None, reason="veraPDF runs on Java")
def test_signed_notices_of_the_desk_stay_pdf_a_and_accessible(
    desk: Office, by_file: SignDocuments, officer_file: Path, tmp_path: Path
) -> None:
    files = []
    for paper, status in ((Paper.ACCEPTED, Status.APPROVED), (Paper.REFUSED, Status.REJECTED)):
        files.append(tmp_path / f"{paper.value}.pdf")
        files[-1].write_bytes(signed(desk, by_file, officer_file, paper, desk.of(status)).pdf)
    assert complaints(files, "2b", "2a", "ua1") == []


@needs_token
def test_a_token_signs_the_notices_of_a_stack_with_one_pin_and_goes_on_where_it_was(
    token: SoftToken, hosted: Hosted, authority: Authority, tmp_path: Path
) -> None:
    dossiers = tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, 7))
    service = SignDocuments(hosted(token), tmp_path / "signing.json", clock=lambda: NOW)
    desk = office(tmp_path, dossiers, signing=service.settings)
    certificate = named(service.certificates(MODULE), "RSA")
    chosen = Choice(module=MODULE, serial=certificate.serial, fingerprint=certificate.fingerprint)
    batch, keep = notices(desk).many(Paper.ACCEPTED, [each.id for each in dossiers], "9")
    for stop in (2, 6):
        with service.open(chosen, certificate, Secret(PIN)) as signer:
            for _ in service.sign(batch, signer, keep):
                if batch.signed == stop:
                    break
    made = [desk.printing.make(Paper.ACCEPTED, each.id) for each in dossiers]
    assert [pdfsig(each.pdf, tmp_path) for each in made] == [["Signature is Valid."]] * 6
    assert all(verdicts(each.pdf, authority.root)[0].trusted for each in made)
    given = ("09", "10", "11", "12", "13", "14")
    assert [each.document_number for each in made] == list(given)
    assert all(f"Số: {number}/TB-BHXH" in text(each.pdf, tmp_path) for number, each in zip(given, made, strict=True))
    signatures = f"signed:notice_accepted:{certificate.number}"
    assert desk.journal() == [what for n in given for what in (f"number-given:notice_accepted:{n}", signatures)]
    assert desk.runs.unsigned(EVERY, Paper.ACCEPTED) == ()
    desk.store.close()


def test_of_a_stack_only_what_is_not_signed_yet_is_signed(
    desk: Office, by_file: SignDocuments, officer_file: Path
) -> None:
    approved = [each.id for each in desk.dossiers if each.status is Status.APPROVED]
    first = signed(desk, by_file, officer_file, Paper.ACCEPTED, desk.of(Status.APPROVED))
    left = desk.runs.unsigned(EVERY, Paper.ACCEPTED)
    assert sorted(left) == sorted(set(approved) - {first.dossier_id})
    assert desk.runs.unsigned((first.dossier_id,), Paper.ACCEPTED) == ()
    sign(by_file, officer_file, *notices(desk).many(Paper.ACCEPTED, left, "1"))
    assert desk.runs.unsigned(EVERY, Paper.ACCEPTED) == ()
    assert desk.printing.make(Paper.ACCEPTED, first.dossier_id).pdf == first.pdf


def test_a_dossier_that_moved_on_is_passed_over_and_the_others_are_signed(
    desk: Office, by_file: SignDocuments, officer_file: Path
) -> None:
    approved = [each for each in desk.dossiers if each.status is Status.APPROVED]
    batch, keep = notices(desk).many(Paper.ACCEPTED, [each.id for each in approved], "1")
    with desk.store.apply() as tx:
        tx.dossiers.put([(99, replace(approved[0], status=Status.PENDING))])
    sign(by_file, officer_file, batch, keep)
    assert batch.refused == (approved[0].id,)
    assert [error.code for error in batch.errors] == ["paper-unfit"]
    assert batch.signed == len(approved) - 1


@pytest.mark.parametrize("printed", [False, True])
@pytest.mark.parametrize("change", ["taken back", "replaced", "gone"])
def test_a_notice_that_is_looked_at_is_not_signed_when_its_decision_is_another_by_then(
    desk: Office, by_file: SignDocuments, officer_file: Path, change: str, *, printed: bool
) -> None:
    dossier = desk.of(Status.REJECTED)
    assert dossier.judgement is not None
    if printed:
        desk.printing.print(desk.printing.make(Paper.REFUSED, dossier.id), order())
    made = numbered(desk, Paper.REFUSED, dossier)
    before = desk.journal()
    batch, keep = notices(desk).one(made)
    with desk.store.apply() as tx:
        if change == "taken back":
            tx.dossiers.put([(99, replace(dossier, status=Status.PENDING, judgement=None))])
        elif change == "replaced":
            tx.dossiers.put([(99, replace(dossier, judgement=replace(dossier.judgement, op_id="op-later")))])
        else:
            tx.dossiers.remove([dossier.id], scope=dossier.scope_id)
    sign(by_file, officer_file, batch, keep)
    assert (batch.signed, batch.refused, [error.code for error in batch.errors]) == (0, (dossier.id,), ["paper-unfit"])
    assert desk.journal() == before


def test_what_is_signed_after_it_was_printed_is_an_original(
    desk: Office, by_file: SignDocuments, officer_file: Path, tmp_path: Path
) -> None:
    dossier = desk.of(Status.APPROVED)
    desk.printing.print(desk.printing.make(Paper.ACCEPTED, dossier.id), order())
    made = signed(desk, by_file, officer_file, Paper.ACCEPTED, dossier)
    assert "in lại" not in text(made.pdf, tmp_path)
    assert made.times == 1


def test_a_later_decision_has_a_notice_of_its_own(desk: Office, by_file: SignDocuments, officer_file: Path) -> None:
    dossier = desk.of(Status.APPROVED)
    first = signed(desk, by_file, officer_file, Paper.ACCEPTED, dossier)
    assert dossier.judgement is not None
    anew = Judgement(
        op_id="op-later",
        verdict="valid",
        reason_code=None,
        officer_id=OFFICER.id,
        officer_name=OFFICER.full_name,
        decided_at=dossier.judgement.decided_at + timedelta(hours=1),
    )
    with desk.store.apply() as tx:
        tx.dossiers.put([(99, replace(dossier, judgement=anew))])
    made = desk.printing.make(Paper.ACCEPTED, dossier.id)
    assert made.signed is None
    assert made.pdf != first.pdf
    with desk.store.apply() as tx:
        tx.dossiers.put([(100, dossier)])
    assert desk.printing.make(Paper.ACCEPTED, dossier.id).pdf == first.pdf


def test_a_dossier_that_is_open_again_has_no_notice_though_one_was_signed(
    desk: Office, by_file: SignDocuments, officer_file: Path
) -> None:
    dossier = desk.of(Status.APPROVED)
    signed(desk, by_file, officer_file, Paper.ACCEPTED, dossier)
    with desk.store.apply() as tx:
        tx.dossiers.put([(99, replace(dossier, status=Status.PENDING))])
    with pytest.raises(PaperError) as caught:
        desk.printing.make(Paper.ACCEPTED, dossier.id)
    assert caught.value.code == "paper-unfit"


def test_a_signed_file_that_is_damaged_is_never_printed_and_can_be_signed_anew(
    desk: Office, by_file: SignDocuments, officer_file: Path, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    dossier = desk.of(Status.APPROVED)
    signed(desk, by_file, officer_file, Paper.ACCEPTED, dossier)
    (file,) = (tmp_path / "officer" / "blobs").iterdir()
    file.write_bytes(b"x" * 40)
    made = desk.printing.make(Paper.ACCEPTED, dossier.id)
    assert (made.signed, made.signable, made.held, made.damaged) == (None, True, True, True)
    before = desk.journal()
    for leave in (lambda: desk.printing.print(made, order()), lambda: desk.printing.save(made, tmp_path / "a.pdf")):
        with pytest.raises(PaperError) as caught:
            leave()
        assert caught.value.code == "notice-damaged"
    assert (desk.journal(), desk.printers.sent, (tmp_path / "a.pdf").exists()) == (before, [], False)
    expect_log("sealed picture .* is damaged")
    anew = signed(desk, by_file, officer_file, Paper.ACCEPTED, dossier)
    assert (anew.held, anew.damaged) == (False, False)
    desk.printing.print(anew, order())
    assert [pdf for pdf, _ in desk.printers.sent] == [anew.pdf]


def test_a_stack_leaves_out_a_signed_file_that_is_damaged_and_prints_it_once_it_is_signed_anew(
    desk: Office, by_file: SignDocuments, officer_file: Path, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    dossier = desk.of(Status.APPROVED)
    signed(desk, by_file, officer_file, Paper.ACCEPTED, dossier)
    (file,) = (tmp_path / "officer" / "blobs").iterdir()
    file.write_bytes(b"x" * 40)
    run = desk.runs.begin((dossier.id,), Paper.ACCEPTED, "Tang-2", 1)
    assert run is not None
    desk.runs.step(run)
    assert [item.error_code for item in desk.runs.left(run)] == ["notice-damaged"]
    assert desk.printers.sent == []
    assert desk.runs.unsigned((dossier.id,), Paper.ACCEPTED) == (dossier.id,)
    expect_log("sealed picture .* is damaged")
    sign(by_file, officer_file, *notices(desk).many(Paper.ACCEPTED, (dossier.id,)))
    again = desk.runs.go_on_after(run.n, None, "Tang-2")
    assert again is not None
    desk.runs.step(again)
    assert [pdf for pdf, _ in desk.printers.sent] == [desk.printing.make(Paper.ACCEPTED, dossier.id).pdf]
    assert desk.runs.left(run) == ()
