"""Numbers of notices that are signed: demanded, given one after the other, never twice, and written down."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from officer_console import data
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.papers import Paper
from officer_console.domain.reference import Office as Place
from officer_console.services.sign_documents import (
    Batch,
    Choice,
    Keep,
    Secret,
    SignDocuments,
    SignedDocument,
    SigningError,
    Trouble,
)
from officer_console.services.stationery import PaperError
from tests import builders
from tests.printing.parts import EVERY, OFFICER, Moving, Office, judged, office
from tests.printing.parts import NOW as TODAY
from tests.printing.test_printing import order
from tests.signing.authority import NOW
from tests.signing.conftest import MODULE, Hosted
from tests.signing.reading import text
from tests.signing.soft_token import PIN, SoftToken
from tests.signing.test_notices import notices, sign
from tests.signing.test_signatures import named

pytestmark = pytest.mark.timeout(240)
needs_token = pytest.mark.skipif(shutil.which("softhsm2-util") is None, reason="no token made of software here")
STACK = tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, 6))
IDS = tuple(each.id for each in STACK)
THERE = "00101"


@pytest.fixture
def service(hosted: Hosted, tmp_path: Path) -> SignDocuments:
    return SignDocuments(hosted(), tmp_path / "signing.json", clock=lambda: NOW)


@pytest.fixture
def clock() -> Moving:
    return Moving(TODAY)


@pytest.fixture
def desk(service: SignDocuments, clock: Moving, tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path, STACK, signing=service.settings, clock=clock)
    yield made
    made.store.close()


def give(desk: Office, dossier_id: str, number: str) -> None:
    desk.printing.assign(desk.printing.make(Paper.ACCEPTED, dossier_id), number)


def numbers(desk: Office, ids: tuple[str, ...] = IDS) -> list[str]:
    """Return the numbers the notices of the stack have, in order."""
    return [desk.printing.make(Paper.ACCEPTED, each).document_number for each in ids]


def code(desk: Office, first: str, ids: tuple[str, ...] = IDS) -> tuple[str, dict[str, str | int]]:
    """Return why no batch is made with the first number."""
    with pytest.raises(PaperError) as caught:
        notices(desk).many(Paper.ACCEPTED, ids, first)
    return caught.value.code, dict(caught.value.data)


def refusals(batch: Batch) -> list[str]:
    return [error.code for error in batch.errors]


def test_a_notice_without_a_number_is_not_signed_and_not_kept(
    desk: Office, service: SignDocuments, officer_file: Path
) -> None:
    made = desk.printing.make(Paper.ACCEPTED, IDS[0])
    batch, keep = notices(desk).one(made)
    sign(service, officer_file, batch, keep)
    assert (batch.signed, batch.refused, refusals(batch)) == (0, (IDS[0],), ["number-missing"])
    with service.open(Choice(file=str(officer_file)), None, Secret("Mật khẩu")) as signer:
        signed = SignedDocument(id=IDS[0], pdf=made.pdf, certificate=signer.certificate, at=NOW)
    with pytest.raises(PaperError) as caught:
        desk.printing.keep_signed(made, signed)
    assert caught.value.code == "number-missing"
    assert desk.printing.make(Paper.ACCEPTED, IDS[0]).signed is None
    assert desk.journal() == []


def test_where_the_form_of_a_deployment_has_no_number_none_is_demanded(
    service: SignDocuments, officer_file: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own" / "notice_accepted"
    shutil.copytree(data.folder("forms") / "notice_accepted", own)
    form = (own / "form.yaml").read_text(encoding="utf-8")
    without = form.replace("  document_number: {blank: 14}\n", "").replace("Số: {document_number}/TB-BHXH", "Số: …")
    assert "document_number" not in without
    (own / "form.yaml").write_text(without, encoding="utf-8")
    desk = office(tmp_path, STACK, forms=own.parent, signing=service.settings)
    made = desk.printing.make(Paper.ACCEPTED, IDS[0])
    assert not made.numbered
    sign(service, officer_file, *notices(desk).one(made))
    batch, keep = notices(desk).many(Paper.ACCEPTED, IDS[1:])
    sign(service, officer_file, batch, keep)
    assert (batch.series, batch.signed) == (None, 4)
    assert desk.runs.unsigned(EVERY, Paper.ACCEPTED) == ()
    assert {what.split(":")[0] for what in desk.journal()} == {"signed"}
    desk.store.close()


def test_numbers_run_on_in_the_order_of_the_list_over_those_that_others_have(
    desk: Office, service: SignDocuments, officer_file: Path, tmp_path: Path
) -> None:
    give(desk, IDS[1], "10")
    give(desk, IDS[4], "200")
    before = len(desk.journal())
    batch, keep = notices(desk).many(Paper.ACCEPTED, IDS, "9/TB-BHXH")
    assert batch.series is not None
    assert (batch.series.lacking, batch.series.planned) == (3, (9, 11, 12))
    sign(service, officer_file, batch, keep)
    assert numbers(desk) == ["09", "10", "11", "12", "200"]
    assert batch.series.given == (9, 11, 12)
    for each, number in zip(IDS, numbers(desk), strict=True):
        assert f"Số: {number}/TB-BHXH" in text(desk.printing.make(Paper.ACCEPTED, each).pdf, tmp_path)
    told = [what for what in desk.journal()[before:] if not what.startswith("signed:")]
    assert told == [f"number-given:notice_accepted:{number}" for number in ("09", "11", "12")]


def test_a_notice_that_is_not_signed_takes_no_number(desk: Office, service: SignDocuments, officer_file: Path) -> None:
    batch, keep = notices(desk).many(Paper.ACCEPTED, IDS, "45")
    with desk.store.apply() as tx:
        tx.dossiers.put([(99, replace(STACK[1], status=Status.PENDING))])
    sign(service, officer_file, batch, keep)
    assert (batch.refused, refusals(batch)) == ((IDS[1],), ["paper-unfit"])
    assert batch.series is not None
    assert (batch.series.given, batch.series.next) == ((45, 46, 47, 48), "49")
    with desk.store.apply() as tx:
        tx.dossiers.put([(100, STACK[1])])
    assert numbers(desk) == ["45", "", "46", "47", "48"]
    assert desk.runs.notices(EVERY, Paper.ACCEPTED).next == "49"


@needs_token
def test_a_stack_that_stopped_with_the_token_goes_on_with_the_next_number(
    token: SoftToken, hosted: Hosted, tmp_path: Path
) -> None:
    away = token.copied(tmp_path / "away")
    service = SignDocuments(hosted(away), tmp_path / "signing.json", clock=lambda: NOW)
    desk = office(tmp_path, STACK, signing=service.settings)
    certificate = named(service.certificates(MODULE), "RSA")
    chosen = Choice(module=MODULE, serial=certificate.serial, fingerprint=certificate.fingerprint)

    def go_on(batch: Batch, keep: Keep, last: int) -> None:
        with service.open(chosen, certificate, Secret(PIN)) as signer:
            for _ in service.sign(batch, signer, keep):
                if batch.signed == last:
                    away.remove()

    listed = desk.runs.unsigned(EVERY, Paper.ACCEPTED)
    batch, keep = notices(desk).many(Paper.ACCEPTED, listed, "98")
    with pytest.raises(SigningError) as caught:
        go_on(batch, keep, 2)
    assert caught.value.trouble is Trouble.TOKEN_REMOVED
    assert (batch.signed, numbers(desk, listed)) == (2, ["98", "99", "", "", ""])
    shutil.copytree(token.objects, away.objects, dirs_exist_ok=True)
    left = desk.runs.unsigned(EVERY, Paper.ACCEPTED)
    standing = desk.runs.notices(EVERY, Paper.ACCEPTED)
    assert (standing.unsigned, standing.lacking, standing.next) == (3, 3, "100")
    go_on(*notices(desk).many(Paper.ACCEPTED, left, standing.next), 9)
    assert numbers(desk, listed) == ["98", "99", "100", "101", "102"]
    desk.store.close()


def test_the_same_batch_goes_on_with_the_next_number(desk: Office, service: SignDocuments, officer_file: Path) -> None:
    batch, keep = notices(desk).many(Paper.ACCEPTED, IDS, "1")
    with service.open(Choice(file=str(officer_file)), None, Secret("Mật khẩu")) as signer:
        for _ in service.sign(batch, signer, keep):
            if batch.signed == 2:
                break
    assert numbers(desk) == ["01", "02", "", "", ""]
    sign(service, officer_file, batch, keep)
    assert numbers(desk) == ["01", "02", "03", "04", "05"]


def test_a_number_that_somebody_took_meanwhile_is_passed_over(
    desk: Office, service: SignDocuments, officer_file: Path
) -> None:
    batch, keep = notices(desk).many(Paper.ACCEPTED, IDS[:2], "7")
    give(desk, IDS[4], "7")
    sign(service, officer_file, batch, keep)
    assert numbers(desk) == ["08", "09", "", "", "07"]


def test_a_number_that_was_taken_between_signing_and_keeping_is_refused(
    desk: Office, service: SignDocuments, officer_file: Path
) -> None:
    batch, keep = notices(desk).many(Paper.ACCEPTED, IDS[:2], "7")

    def late(signed: SignedDocument) -> None:
        if signed.id == IDS[0]:
            give(desk, IDS[4], "7")
        keep(signed)

    sign(service, officer_file, batch, late)
    assert (batch.refused, refusals(batch)) == ((IDS[0],), ["number-taken"])
    assert numbers(desk) == ["", "08", "", "", "07"]
    assert desk.printing.make(Paper.ACCEPTED, IDS[0]).signed is None


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("", ("first-number-missing", {"count": 5})),
        ("  ", ("first-number-missing", {"count": 5})),
        ("0", ("first-number-unfit", {"limit": 6})),
        ("12a", ("first-number-unfit", {"limit": 6})),
        ("12/2026", ("number-only", {})),
        ("1" * 10, ("first-number-unfit", {"limit": 6})),
        ("١٢", ("first-number-unfit", {"limit": 6})),
    ],
)
def test_a_first_number_that_none_can_follow_is_refused_before_a_pin_is_asked(
    desk: Office, first: str, told: tuple[str, dict[str, str | int]]
) -> None:
    assert code(desk, first) == told


def test_a_first_number_of_another_notice_is_refused_also_with_noughts(desk: Office) -> None:
    give(desk, IDS[4], "7")
    for first in ("7", "07", "007/TB-BHXH"):
        assert code(desk, first, IDS[:4]) == ("number-taken", {"number": "07"})
    assert notices(desk).many(Paper.ACCEPTED, IDS[:4], "6")[0].series is not None


def elsewhere(dossier: Dossier) -> Dossier:
    return replace(dossier, scope_id=THERE)


def test_each_office_has_a_register_of_its_own(service: SignDocuments, officer_file: Path, tmp_path: Path) -> None:
    stack = (*STACK[:2], *(elsewhere(each) for each in STACK[2:4]))
    both = replace(builders.REFERENCE, offices=(*builders.REFERENCE.offices, Place(code=THERE, name="BHXH Hà Nội")))
    desk = office(tmp_path, stack, signing=service.settings, reference=both)
    assert code(desk, "1", IDS[:4]) == ("registers-several", {})
    standing = desk.runs.notices(IDS[:4], Paper.ACCEPTED)
    assert (standing.lacking, standing.offices, standing.next) == (4, 2, "")
    for ids in (IDS[:2], IDS[2:4]):
        assert desk.runs.notices(ids, Paper.ACCEPTED).next == "01"
        sign(service, officer_file, *notices(desk).many(Paper.ACCEPTED, ids, "1"))
    assert [desk.printing.make(Paper.ACCEPTED, each).document_number for each in IDS[:4]] == ["01", "02", "01", "02"]
    desk.store.close()


def test_the_number_behind_the_last_one_of_the_year_is_offered_and_a_year_begins_with_the_first(
    desk: Office, clock: Moving
) -> None:
    assert desk.runs.notices(EVERY, Paper.ACCEPTED).next == "01"
    for dossier_id, number in zip(IDS, ("8", "120", "33b", "64"), strict=False):
        give(desk, dossier_id, number)
    assert desk.runs.notices(EVERY, Paper.ACCEPTED).next == "121"
    clock.now = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert desk.runs.notices(EVERY, Paper.ACCEPTED).next == "01"


def test_a_number_of_a_year_that_ended_before_the_notice_was_issued_counts_no_more(desk: Office, clock: Moving) -> None:
    give(desk, IDS[0], "120")
    clock.now += timedelta(days=90)
    assert desk.printing.make(Paper.ACCEPTED, IDS[0]).document_number == ""
    give(desk, IDS[0], "3")
    assert desk.printing.make(Paper.ACCEPTED, IDS[0]).document_number == "03"


def test_what_was_issued_last_year_without_a_number_gets_none_of_this_year(
    desk: Office, service: SignDocuments, officer_file: Path, clock: Moving
) -> None:
    desk.printing.print(desk.printing.make(Paper.ACCEPTED, IDS[0]), order())
    clock.now += timedelta(days=90)
    batch, keep = notices(desk).many(Paper.ACCEPTED, IDS, "1")
    sign(service, officer_file, batch, keep)
    assert (batch.refused, refusals(batch)) == ((IDS[0],), ["number-of-another-year"])
    assert numbers(desk) == ["", "01", "02", "03", "04"]


def test_giving_changing_and_taking_back_a_number_is_written_down(desk: Office) -> None:
    for number in ("7", "07", "8", "8/TB-BHXH", ""):
        give(desk, IDS[0], number)
    assert desk.journal() == [
        "number-given:notice_accepted:07",
        "number-changed:notice_accepted:08",
        "number-withdrawn:notice_accepted:08",
    ]
    with desk.store.read() as tx:
        assert {(entry.who, entry.dossier_id) for entry in tx.journal.latest(9)} == {(OFFICER.id, IDS[0])}


def test_a_number_that_is_refused_leaves_no_line(desk: Office) -> None:
    give(desk, IDS[0], "7")
    for number in ("7", "07", "<b>"):
        with pytest.raises(PaperError):
            give(desk, IDS[1], number)
    assert desk.journal() == ["number-given:notice_accepted:07"]


def test_a_notice_that_got_another_number_while_it_was_signed_is_not_kept_with_the_old_one(
    desk: Office, service: SignDocuments, officer_file: Path
) -> None:
    give(desk, IDS[0], "12")
    batch, keep = notices(desk).one(desk.printing.make(Paper.ACCEPTED, IDS[0]))
    give(desk, IDS[0], "13")
    sign(service, officer_file, batch, keep)
    assert (batch.signed, refusals(batch)) == (0, ["number-fixed"])
    made = desk.printing.make(Paper.ACCEPTED, IDS[0])
    assert (made.signed, made.document_number) == (None, "13")


def test_a_notice_that_was_printed_without_a_number_bears_the_one_it_is_signed_with(
    desk: Office, service: SignDocuments, officer_file: Path, tmp_path: Path
) -> None:
    desk.printing.print(desk.printing.make(Paper.ACCEPTED, IDS[0]), order())
    sign(service, officer_file, *notices(desk).many(Paper.ACCEPTED, IDS[:1], "7"))
    made = desk.printing.make(Paper.ACCEPTED, IDS[0])
    assert made.signed is not None
    assert "Số: 07/TB-BHXH" in text(made.pdf, tmp_path)
