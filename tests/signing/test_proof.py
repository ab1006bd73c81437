"""Whose signature a foreign file bears: found out by the worker, from the file and the rules of this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from officer_console.services.sign_documents import Secret, SigningError, Trouble
from officer_console.signing.host import SigningHost
from officer_console.signing.settings import Settings
from tests.signing.authority import NOW, OFFICER, Authority
from tests.signing.conftest import Hosted
from tests.signing.papers import mark, notice, plain

FILES = Settings(key_files=True)


@pytest.fixture
def signed(hosted: Hosted, officer_file: Path) -> bytes:
    with hosted().file(officer_file, Secret("Mật khẩu")) as signer:
        return signer.sign(notice(), "Ban hành", at=NOW, mark=mark())


def host(settings: Settings) -> SigningHost:
    return SigningHost(lambda: settings, clock=lambda: datetime.now(UTC))


def test_a_notice_is_told_by_the_certificate_that_signed_it(hosted: Hosted, signed: bytes, officer_file: Path) -> None:
    found = hosted().signer_of(signed, NOW)
    with hosted().file(officer_file, Secret("Mật khẩu")) as signer:
        assert found == signer.certificate
    assert (found.subject, found.signs) == (OFFICER, True)


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
        hosted().signer_of(BROKEN[how](signed), NOW)
    assert caught.value.trouble is Trouble.DOCUMENT


def test_where_authorities_are_named_only_their_certificates_count(signed: bytes, authority: Authority) -> None:
    named, strange = (replace(FILES, roots=one.pem) for one in (authority, Authority("Somebody", number=5)))
    assert host(named).signer_of(signed, NOW).subject == OFFICER
    with pytest.raises(SigningError) as caught:
        host(strange).signer_of(signed, NOW)
    assert caught.value.trouble is Trouble.UNTRUSTED


def test_no_key_and_no_token_need_be_allowed_to_look_at_a_signature(signed: bytes) -> None:
    assert host(Settings()).signer_of(signed, NOW).subject == OFFICER
