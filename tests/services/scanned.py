"""Codes as a reader sends them, and the look-up they go to, over a sealed store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from officer_console.codes.forms import form_text, mac_of, signed_bytes
from officer_console.services.code_outcome import Outcome
from officer_console.services.form_codes import FormCodes
from officer_console.services.lookup import Lookup
from tests import builders
from tests.services.sealed_desk import NOW, SealedDesk
from tests.services.signed_sheets import keys


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[SealedDesk]:
    desk = SealedDesk(tmp_path)
    yield desk
    desk.store.close()


@pytest.fixture
def lookup(sealed: SealedDesk) -> Lookup:
    with sealed.store.write() as tx:
        tx.form_keys.put(builders.SCOPE, keys(), NOW)
    return Lookup(sealed.store, clock=lambda: NOW, ring=FormCodes(sealed.store, builders.officer()).ring)


def card(n: int = 1, **fields: str) -> bytes:
    """The QR code of person ``n`` of the builders."""
    values = {
        "number": f"079190{n:06d}",
        "old": "",
        "name": "Đặng Thị Hoà",
        "birth": "01011990",
        "sex": "Nữ",
        "address": "Số 1",
        "issued": "15042021",
    } | fields
    return "|".join(values.values()).encode()


def health(social_code: str, name: str = "Đặng Thị Hoà") -> bytes:
    """A health card's QR code."""
    parts = [f"DN479{social_code}", name.encode().hex(), "01/01/1990", "2", *["-"] * 10, "$"]
    return "|".join(parts).encode()


def form(number: str, *, seed: str = "a", version: int = 1) -> bytes:
    signed = signed_bytes(number, 1, version)
    return form_text(signed, mac_of(seed * 64, signed)).encode()


def scan(lookup: Lookup, data: bytes, shown: str | None = None) -> Outcome:
    return lookup.find(lookup.read(data), shown=shown)
