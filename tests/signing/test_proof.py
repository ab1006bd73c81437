"""Whose signature a foreign file bears: found out by the worker, from the file and the rules of this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from officer_console.services.sign_documents import Secret, SigningError, Trouble
from officer_console.signing.host import SigningHost
from officer_console.signing.settings import Settings
from tests.signing.authority import NOW, OFFICER, Authority
from tests.signing.conftest import Hosted
from tests.signing.papers import mark, notice, plain

FILES = Settings(key_files=True)
ABOUT = '["notice (1)", "\\u0110"]'


@pytest.fixture
def signed(hosted: Hosted, officer_file: Path) -> bytes:
    with hosted().file(officer_file, Secret("Mật khẩu")) as signer:
        return signer.sign(notice(), "Ban hành", at=NOW, mark=mark(), about=ABOUT)


def host(settings: Settings, now: datetime | None = None) -> SigningHost:
    return SigningHost(lambda: settings, clock=lambda: now or datetime.now(UTC))


def test_a_notice_is_told_by_the_certificate_that_signed_it(hosted: Hosted, signed: bytes, officer_file: Path) -> None:
    found = hosted().signer_of(signed)
    with hosted().file(officer_file, Secret("Mật khẩu")) as signer:
        assert found.certificate == signer.certificate
    assert (found.certificate.subject, found.certificate.signs) == (OFFICER, True)
    assert (found.at, found.about) == (NOW.replace(microsecond=0), ABOUT)


def test_what_a_notice_is_cannot_be_changed_behind_its_signature(hosted: Hosted, signed: bytes) -> None:
    at = signed.index(b"notice", signed.index(b"/XXAbout"))
    other = signed[:at] + b"NOTICE" + signed[at + 6 :]
    with pytest.raises(SigningError) as caught:
        hosted().signer_of(other)
    assert caught.value.trouble is Trouble.DOCUMENT


def test_a_signature_of_the_future_is_none(signed: bytes) -> None:
    with pytest.raises(SigningError, match="time") as caught:
        host(FILES, NOW - timedelta(hours=1)).signer_of(signed)
    assert caught.value.trouble is Trouble.DOCUMENT
    assert host(FILES, NOW - timedelta(minutes=2)).signer_of(signed).about == ABOUT


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "no signature": lambda _: notice(),
    "another maker's, no signature": lambda _: plain(),
    "a byte of the page": lambda pdf: pdf[:2000] + bytes([pdf[2000] ^ 1]) + pdf[2001:],
    "something behind it": lambda pdf: pdf + b"\n% more",
    "another revision behind it": lambda pdf: pdf + pdf[pdf.rindex(b"xref") - 400 :],
    "cut": lambda pdf: pdf[:-2000],
    "no PDF": lambda _: b"%PDF-1.7\n" + b"x" * 5000,
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_file_that_is_not_what_was_signed_bears_no_signature(hosted: Hosted, signed: bytes, how: str) -> None:
    with pytest.raises(SigningError) as caught:
        hosted().signer_of(BROKEN[how](signed))
    assert caught.value.trouble is Trouble.DOCUMENT


def test_where_authorities_are_named_only_their_certificates_count(signed: bytes, authority: Authority) -> None:
    named, strange = (replace(FILES, roots=one.pem) for one in (authority, Authority("Somebody", number=5)))
    assert host(named).signer_of(signed).certificate.subject == OFFICER
    with pytest.raises(SigningError) as caught:
        host(strange).signer_of(signed)
    assert caught.value.trouble is Trouble.UNTRUSTED


def test_no_key_and_no_token_need_be_allowed_to_look_at_a_signature(signed: bytes) -> None:
    assert host(Settings()).signer_of(signed).certificate.subject == OFFICER
