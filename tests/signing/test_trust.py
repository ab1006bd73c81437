"""Whose certificate signs: one with a key that is long enough, of an authority that the administrator has named."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from officer_console.signing.host import SigningHost
from officer_console.signing.secret import Secret
from officer_console.signing.settings import Module, Settings
from officer_console.signing.signer import PinState, SigningError, Trouble
from tests.signing import soft_token
from tests.signing.authority import DAY, NOW, Authority, Key, rsa_key, usage
from tests.signing.conftest import MODULE
from tests.signing.papers import plain
from tests.signing.reading import verdicts
from tests.signing.soft_token import PIN, SoftToken
from tests.signing.test_signatures import named

pytestmark = pytest.mark.timeout(120)
needs_token = pytest.mark.skipif(shutil.which("softhsm2-util") is None, reason="no token made of software here")


@pytest.fixture
def stranger() -> Authority:
    return Authority("Test Root", 5)


def short(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def opened(
    tmp_path: Path,
    key: Key,
    certificate: x509.Certificate,
    roots: str = "",
    *beside: x509.Certificate,
    at: datetime = NOW,
) -> Trouble | None:
    """Return why a key file does not sign; ``None`` when it does."""
    file = tmp_path / "officer.p12"
    file.write_bytes(serialize_key_and_certificates(b"x", key, certificate, beside or None, NoEncryption()))
    host = SigningHost(lambda: Settings(key_files=True, roots=roots), clock=lambda: at)
    try:
        with host.file(file, Secret("")) as signer:
            assert len(verdicts(signer.sign(plain(), "", at=at), certificate)) == 1
    except SigningError as error:
        return error.trouble
    return None


def between(authority: Authority, key: rsa.RSAPrivateKey, name: str, *, ca: bool, end: datetime) -> x509.Certificate:
    """Return an authority's certificate under a root, or one that is none."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(authority.root.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage("key_cert_sign", "digital_signature"), critical=True)
    )
    return builder.sign(rsa_key(0), SHA256())


def under(issuer: x509.Certificate, issuer_key: rsa.RSAPrivateKey, key: Key) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Officer")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + 300 * DAY)
        .add_extension(usage("digital_signature", "content_commitment"), critical=True)
    )
    return builder.sign(issuer_key, SHA256())


@pytest.mark.parametrize(
    ("key", "trouble"),
    [
        (short(1024), Trouble.KEY_TOO_SHORT),
        (short(2047), Trouble.KEY_TOO_SHORT),
        (rsa_key(1), None),
        (ec.generate_private_key(ec.SECP224R1()), Trouble.KEY_TOO_SHORT),
        (ec.generate_private_key(ec.SECP256R1()), None),
    ],
    ids=["RSA 1024", "RSA 2047", "RSA 2048", "EC 224", "EC 256"],
)
def test_a_short_key_does_not_sign_also_where_no_roots_are_named(
    tmp_path: Path, authority: Authority, key: Key, trouble: Trouble | None
) -> None:
    assert opened(tmp_path, key, authority.certificate(key)) is trouble


def test_only_who_leads_to_a_named_root_signs(tmp_path: Path, authority: Authority, stranger: Authority) -> None:
    key = rsa_key(1)
    mine, theirs = authority.certificate(key), stranger.certificate(key)
    assert opened(tmp_path, key, mine, authority.pem) is None
    # a root of the same name that is another one, alone and brought along in the file
    assert opened(tmp_path, key, theirs, authority.pem) is Trouble.UNTRUSTED
    assert opened(tmp_path, key, theirs, authority.pem, stranger.root) is Trouble.UNTRUSTED
    assert opened(tmp_path, key, theirs, authority.pem + stranger.pem) is None
    assert opened(tmp_path, key, theirs) is None


def test_a_certificate_somebody_made_himself_does_not_sign_where_roots_are_named(
    tmp_path: Path, authority: Authority
) -> None:
    key = rsa_key(2)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Giám đốc")])
    own = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(usage("digital_signature"), critical=True)
        .sign(key, SHA256())
    )
    assert opened(tmp_path, key, own, authority.pem) is Trouble.UNTRUSTED


def test_the_way_to_the_root_leads_over_authorities_that_are_valid(tmp_path: Path, authority: Authority) -> None:
    key, middle = rsa_key(1), rsa_key(4)
    good = between(authority, middle, "Between", ca=True, end=NOW + 300 * DAY)
    officer = under(good, middle, key)
    assert opened(tmp_path, key, officer, authority.pem, good) is None
    # nothing is fetched: one that lies nowhere is missing, unless it is named itself
    assert opened(tmp_path, key, officer, authority.pem) is Trouble.UNTRUSTED
    assert opened(tmp_path, key, officer, good.public_bytes(Encoding.PEM).decode()) is None
    none = between(authority, middle, "Between", ca=False, end=NOW + 300 * DAY)
    assert opened(tmp_path, key, officer, authority.pem, none) is Trouble.UNTRUSTED
    later = NOW + timedelta(days=30)
    short = between(authority, middle, "Between", ca=True, end=NOW + 9 * DAY)
    assert opened(tmp_path, key, officer, authority.pem, short) is None
    assert opened(tmp_path, key, officer, authority.pem, short, at=later) is Trouble.UNTRUSTED


def test_roots_that_are_no_certificates_are_the_settings_fault(tmp_path: Path, authority: Authority) -> None:
    key = rsa_key(1)
    nonsense = "-----BEGIN CERTIFICATE-----\nTm9uc2Vuc2U=\n-----END CERTIFICATE-----\n"
    for roots in (nonsense, "-----BEGIN CERTIFICATE-----", authority.pem + nonsense):
        assert opened(tmp_path, key, authority.certificate(key), roots) is Trouble.SETTINGS


@needs_token
def test_a_token_is_asked_for_the_same(token: SoftToken, authority: Authority, stranger: Authority) -> None:
    for roots, trouble in ((authority.pem, None), (stranger.pem, Trouble.UNTRUSTED)):
        allowed = Settings(modules=(Module(name=MODULE, path=token.module),), roots=roots)
        host = SigningHost(lambda allowed=allowed: allowed, clock=lambda: NOW, environment=token.environment)
        found = None
        try:
            with host.token(MODULE, named(host.certificates(MODULE), "RSA"), Secret(PIN)) as signer:
                signer.sign(plain(), "", at=NOW)
        except SigningError as error:
            found = error.trouble
        assert found is trouble


@needs_token
def test_what_will_be_refused_is_told_in_the_list_and_its_pin_is_never_tried(
    authority: Authority, stranger: Authority, tmp_path: Path
) -> None:
    key, weak, middle = rsa_key(1), short(1024), rsa_key(4)
    issuing = between(authority, middle, "Between", ca=True, end=NOW + 300 * DAY)
    soft = soft_token.make(
        tmp_path / "own",
        (
            (authority.certificate(key, name="Good"), key),
            (stranger.certificate(key, name="Stranger's"), key),
            (authority.certificate(weak, name="Weak"), weak),
            (stranger.certificate(key, name="Old", start=NOW - 9 * DAY, end=NOW - DAY), key),
            (under(issuing, middle, key), key),
            (issuing, None),
        ),
    )
    allowed = Settings(modules=(Module(name=MODULE, path=soft.module),), roots=authority.pem)
    host = SigningHost(lambda: allowed, clock=lambda: NOW, environment=soft.environment)
    found = host.certificates(MODULE)
    assert {each.subject: each.trouble(NOW) for each in found} == {
        "Good": None,
        "Stranger's": Trouble.UNTRUSTED,
        "Weak": Trouble.KEY_TOO_SHORT,
        "Old": Trouble.EXPIRED,
        "Officer": None,
    }
    for name, trouble in (("Stranger's", Trouble.UNTRUSTED), ("Weak", Trouble.KEY_TOO_SHORT)):
        with pytest.raises(SigningError) as caught, host.token(MODULE, named(found, name), Secret("000000")):
            pytest.fail("opened")
        assert caught.value.trouble is trouble
    assert {each.pin for each in host.certificates(MODULE)} == {PinState.GOOD}
    with host.token(MODULE, named(found, "Good"), Secret(PIN)) as signer:
        signer.sign(plain(), "", at=NOW)


@needs_token
def test_without_roots_only_short_keys_are_told_in_the_list(
    token: SoftToken, stranger: Authority, tmp_path: Path
) -> None:
    def host(of: SoftToken, roots: str) -> SigningHost:
        allowed = Settings(modules=(Module(name=MODULE, path=of.module),), roots=roots)
        return SigningHost(lambda: allowed, clock=lambda: NOW, environment=of.environment)

    assert named(host(token, "").certificates(MODULE), "RSA").refused is None
    weak = short(1024)
    soft = soft_token.make(tmp_path / "own", ((stranger.certificate(weak, name="Weak"), weak),))
    assert named(host(soft, "").certificates(MODULE), "Weak").refused is Trouble.KEY_TOO_SHORT
    with pytest.raises(SigningError) as caught:
        host(token, "-----BEGIN CERTIFICATE-----").certificates(MODULE)
    assert caught.value.trouble is Trouble.SETTINGS
