"""The service: a batch with one PIN, what is kept when, and what is remembered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from officer_console.services.sign_documents import (
    Batch,
    Choice,
    Secret,
    Settings,
    SignDocuments,
    SignedDocument,
    SigningError,
    Trouble,
    Unsigned,
    sign_documents,
)
from tests.signing.authority import NOW, OFFICER, Authority
from tests.signing.conftest import MODULE, Hosted
from tests.signing.papers import keeper, mark, notice, plain
from tests.signing.reading import verdicts
from tests.signing.soft_token import PIN, SoftToken
from tests.signing.test_signatures import named

pytestmark = pytest.mark.timeout(120)
needs_token = pytest.mark.skipif(shutil.which("softhsm2-util") is None, reason="no token made of software here")


@pytest.fixture
def by_file(hosted: Hosted, tmp_path: Path) -> SignDocuments:
    return SignDocuments(hosted(), tmp_path / "signing.json", clock=lambda: NOW)


def documents(*contents: bytes) -> Batch:
    return Batch([Unsigned(id=str(number), read=lambda pdf=pdf: pdf) for number, pdf in enumerate(contents)])


def test_what_is_signed_is_kept_at_once_and_never_signed_again(by_file: SignDocuments, officer_file: Path) -> None:
    batch, kept = documents(plain(), b"no PDF", plain("other"), notice()), dict[str, bytes]()
    chosen = Choice(file=str(officer_file))
    with by_file.open(chosen, None, Secret("Mật khẩu")) as signer:
        for signed in by_file.sign(batch, signer, keeper(kept)):
            assert signed.id in kept or signed.error is not None
            if signed.id == "1":
                break
    assert (batch.signed, batch.refused, [each.id for each in batch.left]) == (1, ("1",), ["2", "3"])
    before = dict(kept)
    with by_file.open(by_file.last_choice(), None, Secret("Mật khẩu")) as signer:
        assert [each.id for each in by_file.sign(batch, signer, keeper(kept))] == ["2", "3"]
    assert kept["0"] == before["0"]
    assert kept["3"].startswith(notice())
    assert (batch.signed, batch.left) == (3, ())


def test_a_document_that_could_not_be_kept_is_still_to_be_signed(by_file: SignDocuments, officer_file: Path) -> None:
    def full(_signed: SignedDocument) -> None:
        raise OSError("disk full")

    batch = documents(plain())
    with by_file.open(Choice(file=str(officer_file)), None, Secret("Mật khẩu")) as signer:
        with pytest.raises(OSError, match="disk full"):
            next(by_file.sign(batch, signer, full))
        assert len(batch.left) == 1


def test_the_mark_is_drawn_for_the_signer_the_time_and_the_reason(
    by_file: SignDocuments, officer_file: Path, authority: Authority
) -> None:
    asked: list[tuple[str, object, str]] = []

    def draw(certificate: object, at: object, reason: str) -> object:
        asked.append((certificate.subject, at, reason))  # type: ignore[attr-defined]
        return mark()

    kept: dict[str, bytes] = {}
    batch = Batch([Unsigned(id="a", read=plain, reason="Ban hành", draw=draw)])  # type: ignore[arg-type]
    with by_file.open(Choice(file=str(officer_file)), None, Secret("Mật khẩu")) as signer:
        list(by_file.sign(batch, signer, keeper(kept)))
    assert asked == [(OFFICER, NOW, "Ban hành")]
    assert [each.reason for each in verdicts(kept["a"], authority.root)] == ["Ban hành"]


def test_a_choice_is_remembered_only_when_it_could_be_opened(by_file: SignDocuments, officer_file: Path) -> None:
    chosen = Choice(file=str(officer_file))
    with pytest.raises(SigningError), by_file.open(chosen, None, Secret("wrong")):
        pytest.fail("opened")
    assert by_file.last_choice() == Choice()
    with by_file.open(chosen, None, Secret("Mật khẩu")):
        pass
    assert by_file.last_choice() == chosen


def test_without_a_certificate_nothing_is_opened_and_the_pin_is_wiped(by_file: SignDocuments) -> None:
    secret = Secret(PIN)
    with pytest.raises(SigningError) as caught:
        by_file.open(Choice(module=MODULE), None, secret)
    assert caught.value.trouble is Trouble.NO_CERTIFICATE
    assert len(secret) == 0


def test_the_service_reads_the_administrators_file_anew_each_time(tmp_path: Path) -> None:
    service = sign_documents(tmp_path / "signing.toml", tmp_path / "signing.json", clock=lambda: NOW)
    assert service.settings() == Settings()
    (tmp_path / "signing.toml").write_text("key_files = true", encoding="utf-8")
    assert service.settings() == Settings(key_files=True)
    service.close()
    with pytest.raises(SigningError) as caught, service.open(Choice(file="x.p12"), None, Secret("")):
        pytest.fail("opened")
    assert caught.value.trouble is Trouble.FILE_UNREADABLE


@needs_token
def test_a_token_pulled_out_and_put_back_signs_the_rest(token: SoftToken, hosted: Hosted, tmp_path: Path) -> None:
    away = token.copied(tmp_path)
    service = SignDocuments(hosted(away), tmp_path / "signing.json", clock=lambda: NOW)
    certificate = named(service.certificates(MODULE), "RSA")
    chosen = Choice(module=MODULE, serial=certificate.serial, fingerprint=certificate.fingerprint)
    batch, kept = documents(plain(), plain(), plain()), dict[str, bytes]()
    aside = tmp_path / "aside"
    with service.open(chosen, certificate, Secret(PIN)) as signer:
        signing = service.sign(batch, signer, keeper(kept))
        next(signing)
        shutil.move(away.objects, aside)
        away.objects.mkdir()
        with pytest.raises(SigningError) as caught:
            next(signing)
    assert caught.value.trouble is Trouble.TOKEN_REMOVED
    assert sorted(kept) == ["0"]
    away.objects.rmdir()
    shutil.move(aside, away.objects)
    with service.open(chosen, certificate, Secret(PIN)) as signer:
        assert len(list(service.sign(batch, signer, keeper(kept)))) == 2
    assert sorted(kept) == ["0", "1", "2"]
