"""Signatures made with a real token and with a key file, as independent readers see them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from officer_console.signing.secret import Secret
from officer_console.signing.signer import Certificate, PinState
from tests.signing import soft_token
from tests.signing.authority import NOW, OFFICER, Authority, rsa_key
from tests.signing.conftest import MODULE, Hosted
from tests.signing.papers import mark, notice, plain
from tests.signing.reading import pdfsig, text, verdicts
from tests.signing.soft_token import LABEL, PIN, SoftToken

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(shutil.which("softhsm2-util") is None, reason="no token made of software on this machine"),
]
REASON = "Ban hành thông báo"
VALID = "Signature is Valid."


def named(found: tuple[Certificate, ...], name: str) -> Certificate:
    return next(each for each in found if each.subject == name)


def test_a_token_tells_its_certificates_without_a_pin(token: SoftToken, hosted: Hosted) -> None:
    found = hosted(token).certificates(MODULE)
    assert {each.subject for each in found if each.trouble(NOW) is None} == {"RSA", "EC", "Keyless"}
    told = {each.subject: each.trouble(NOW) for each in found}
    assert told["Expired"] == "signing-expired"
    assert told["Future"] == "signing-not-yet-valid"
    assert told["Encrypts"] == told["Says nothing"] == "signing-key-usage"
    assert "Test Root" not in told
    rsa = named(found, "RSA")
    assert (rsa.token, rsa.issuer, rsa.pin, len(rsa.fingerprint)) == (LABEL, "Test Root", PinState.GOOD, 64)


@pytest.mark.parametrize("name", ["RSA", "EC"])
def test_what_a_token_signs_is_valid_to_two_readers_and_reads_as_before(
    name: str, token: SoftToken, hosted: Hosted, authority: Authority, tmp_path: Path
) -> None:
    host = hosted(token)
    pin = Secret(PIN)
    with host.token(MODULE, named(host.certificates(MODULE), name), pin) as signer:
        assert len(pin) == 0
        for pdf in (notice(), plain()):
            for seen in (None, mark()):
                signed = signer.sign(pdf, REASON, at=NOW, mark=seen)
                (verdict,) = verdicts(signed, authority.root)
                assert (verdict.intact, verdict.valid, verdict.trusted, verdict.whole) == (True, True, True, True)
                assert (verdict.subfilter, verdict.reason) == ("/ETSI.CAdES.detached", REASON)
                assert not verdict.stamped
                assert pdfsig(signed, tmp_path) == [VALID]
                assert signed.startswith(pdf)
                assert text(signed, tmp_path) == text(pdf, tmp_path)


def test_a_changed_byte_is_noticed_by_both_readers(
    officer_file: Path, hosted: Hosted, authority: Authority, tmp_path: Path
) -> None:
    with hosted().file(officer_file, Secret("Mật khẩu")) as signer:
        assert signer.certificate.subject == OFFICER
        signed = signer.sign(plain(), REASON, at=NOW)
    assert pdfsig(signed, tmp_path) == [VALID]
    forged = signed.replace(b"%PDF-1.", b"%PDF-2.", 1)
    assert forged != signed
    (verdict,) = verdicts(forged, authority.root)
    assert not verdict.intact
    assert not verdict.valid
    assert pdfsig(forged, tmp_path) == ["Digest Mismatch."]


def test_a_second_signature_leaves_the_first_one_valid(
    officer_file: Path, hosted: Hosted, authority: Authority, tmp_path: Path
) -> None:
    with hosted().file(officer_file, Secret("Mật khẩu")) as signer:
        once = signer.sign(notice(), "một", at=NOW, mark=mark())
        twice = signer.sign(once, "hai", at=NOW, mark=mark())
    first, second = verdicts(twice, authority.root)
    assert (first.valid, first.whole, first.reason) == (True, False, "một")
    assert (second.valid, second.whole, second.reason) == (True, True, "hai")
    assert pdfsig(twice, tmp_path) == [VALID, VALID]


def test_a_key_that_wants_the_pin_each_time_signs_many_with_one(
    authority: Authority, hosted: Hosted, tmp_path: Path
) -> None:
    folder = tmp_path / "strict"
    folder.mkdir()
    strict = soft_token.make(folder, ((authority.certificate(rsa_key(1)), rsa_key(1)),), ask_each_time=True)
    host = hosted(strict)
    with host.token(MODULE, host.certificates(MODULE)[0], Secret(PIN)) as signer:
        made = [signer.sign(plain(), REASON, at=NOW) for _ in range(3)]
    assert [verdict.valid for each in made for verdict in verdicts(each, authority.root)] == [True, True, True]


def test_a_token_that_does_not_hash_signs_as_well(
    token: SoftToken, hosted: Hosted, authority: Authority, tmp_path: Path
) -> None:
    plain_token = token.copied(tmp_path, mechanisms="CKM_RSA_PKCS")
    host = hosted(plain_token)
    with host.token(MODULE, named(host.certificates(MODULE), "RSA"), Secret(PIN)) as signer:
        signed = signer.sign(plain(), REASON, at=NOW)
    assert [verdict.valid for verdict in verdicts(signed, authority.root)] == [True]
    assert pdfsig(signed, tmp_path) == [VALID]
