"""What happens to dossier and number while a notice is being signed: it is kept for what stands then, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.notice import Notice
from officer_console.domain.papers import FORM_KINDS, Paper
from officer_console.services.sign_documents import Batch, Keep, SignDocuments, SignedDocument
from officer_console.views import messages
from tests.printing.parts import Office, judged, office
from tests.signing.authority import NOW
from tests.signing.conftest import Hosted
from tests.signing.test_notices import notices, sign

pytestmark = pytest.mark.timeout(240)
STACK = tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, 4))
IDS = tuple(each.id for each in STACK)

Change = Callable[[Dossier], Dossier]


def taken_back(dossier: Dossier) -> Dossier:
    return replace(dossier, status=Status.PENDING, judgement=None)


def replaced(dossier: Dossier) -> Dossier:
    assert dossier.judgement is not None
    return replace(dossier, judgement=replace(dossier.judgement, op_id="op-later"))


def signed_by_a_colleague(dossier: Dossier) -> Dossier:
    assert dossier.judgement is not None
    notice = Notice(
        sha256="a" * 64,
        size=9000,
        pages=1,
        form_kind=FORM_KINDS[Paper.ACCEPTED],
        decision=dossier.judgement.op_id,
        signer="Trần Thị Bình",
        certificate="0a1b",
        signed_at=NOW,
        brought_by="Trần Thị Bình",
        brought_at=NOW,
    )
    return replace(dossier, notices=(notice,))


CHANGES: tuple[tuple[Change, str], ...] = (
    (taken_back, "paper-unfit"),
    (replaced, "paper-unfit"),
    (signed_by_a_colleague, "notice-signed"),
)


@pytest.fixture
def service(hosted: Hosted, tmp_path: Path) -> SignDocuments:
    return SignDocuments(hosted(), tmp_path / "signing.json", clock=lambda: NOW)


@pytest.fixture
def desk(service: SignDocuments, tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path, STACK, signing=service.settings)
    yield made
    made.store.close()


def signed_while(desk: Office, service: SignDocuments, file: Path, batch: Batch, keep: Keep, change: Change) -> None:
    """Sign the batch; after the first is signed, and before it is kept, a round brings ``change``."""

    def late(signed: SignedDocument) -> None:
        if signed.id == IDS[0]:
            with desk.store.apply() as tx:
                tx.dossiers.put([(99, change(STACK[0]))])
        keep(signed)

    sign(service, file, batch, late)


def kept(desk: Office) -> list[str]:
    """Return the dossiers whose notice this desk keeps as signed."""
    with desk.store.read() as tx:
        return [each for n, each in enumerate(IDS, 1) if tx.signed.get(each, Paper.ACCEPTED.value, f"op-{n}")]


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_in_a_stack_the_next_notice_gets_the_number_of_one_that_is_not_kept(
    desk: Office, service: SignDocuments, officer_file: Path, change: Change, code: str
) -> None:
    batch, keep = notices(desk).many(Paper.ACCEPTED, IDS, "5")
    signed_while(desk, service, officer_file, batch, keep, change)
    assert (batch.refused, [error.code for error in batch.errors]) == ((IDS[0],), [code])
    assert batch.series is not None
    assert (batch.series.given, kept(desk)) == ((5, 6), list(IDS[1:]))
    assert [what for what in desk.journal() if what.startswith("number-")] == [
        "number-given:notice_accepted:05",
        "number-given:notice_accepted:06",
    ]
    with desk.store.read() as tx:
        assert IDS[0] not in {entry.dossier_id for entry in tx.journal.latest(50)}
        assert tx.issued.get(IDS[0], Paper.ACCEPTED.value, "op-1").number == ""


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_a_notice_that_is_looked_at_is_not_kept_when_something_else_stands_once_it_is_signed(
    desk: Office, service: SignDocuments, officer_file: Path, change: Change, code: str
) -> None:
    desk.printing.assign(desk.printing.make(Paper.ACCEPTED, IDS[0]), "12")
    before = desk.journal()
    batch, keep = notices(desk).one(desk.printing.make(Paper.ACCEPTED, IDS[0]))
    signed_while(desk, service, officer_file, batch, keep, change)
    assert (batch.signed, [error.code for error in batch.errors]) == (0, [code])
    assert (kept(desk), desk.journal()) == ([], before)
    with desk.store.read() as tx:
        assert tx.issued.get(IDS[0], Paper.ACCEPTED.value, "op-1").at is None


@pytest.mark.parametrize("code", sorted({code for _, code in CHANGES}))
def test_the_dialog_says_what_became_of_it_and_what_to_do(code: str) -> None:
    told = messages.tell(code)
    assert messages.known(code)
    assert (bool(told.meaning), bool(told.action)) == (True, True)


def test_a_notice_that_was_kept_meanwhile_is_not_kept_twice(
    desk: Office, service: SignDocuments, officer_file: Path
) -> None:
    first, keep_first = notices(desk).many(Paper.ACCEPTED, IDS[:1], "5")
    second, keep_second = notices(desk).many(Paper.ACCEPTED, IDS[:1], "5")

    def late(signed: SignedDocument) -> None:
        sign(service, officer_file, first, keep_first)
        keep_second(signed)

    sign(service, officer_file, second, late)
    assert (first.signed, second.signed, [error.code for error in second.errors]) == (1, 0, ["notice-signed"])
    assert len([what for what in desk.journal() if what.startswith("signed:")]) == 1
