"""The code on our own forms: file number, form kind, version and a MAC.

``HS1:1000123/07906:01:3:00412209…``: digits and two consonants, so that neither Telex nor VNI turns any of it into
another letter when a keyboard scanner types it, and a QR code or Code 128 stays small. The MAC is 64 bits in decimal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

MAC_BYTES = 8
_MAC_DIGITS = 20
_SIGNED = re.compile(r"([0-9]{1,12}/[0-9]{1,8}):([0-9]{1,3}):([0-9]{1,3})")
_CODE = re.compile(r"[Hh][Ss]1:(" + _SIGNED.pattern + rf"):([0-9]{{{_MAC_DIGITS}}})")

# What says whether a MAC (8 bytes) belongs to signed bytes; it knows the keys, this module does not.
MacCheck = Callable[[bytes, bytes], bool]


class Standing(StrEnum):
    """What the MAC says of a form code."""

    GENUINE = "genuine"
    FORGED = "forged"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCode:
    """A form of ours: the dossier's ``file_number``, which form it is and in which version."""

    file_number: str
    form_kind: int
    version: int
    standing: Standing


def signed_bytes(file_number: str, form_kind: int, version: int) -> bytes:
    """Return what the MAC of a form code is made over.

    Raises:
        ValueError: a file number that is not ``digits/digits``, or a kind or version outside 0–999.
    """
    text = f"{file_number}:{form_kind:02d}:{version}"
    if not _SIGNED.fullmatch(text):
        raise ValueError("file number, kind or version cannot stand in a form code")
    return f"HS1:{text}".encode("ascii")


def form_text(signed: bytes, mac: bytes) -> str:
    """Return the text to print as a code: ``signed`` as `signed_bytes` gives it and its MAC of 8 bytes."""
    if len(mac) != MAC_BYTES:
        raise ValueError("a MAC has eight bytes")
    return f"{signed.decode('ascii')}:{int.from_bytes(mac, 'big'):0{_MAC_DIGITS}d}"


def form(text: str, check: MacCheck | None) -> FormCode | None:
    """Read the code of one of our forms; ``None`` when it has not that shape. Without ``check`` it stays unchecked."""
    found = _CODE.fullmatch(text)
    if found is None:
        return None
    signed, number, kind, version, digits = found.groups()
    return FormCode(
        file_number=number,
        form_kind=int(kind),
        version=int(version),
        standing=_standing(f"HS1:{signed}".encode("ascii"), int(digits), check),
    )


def _standing(signed: bytes, mac: int, check: MacCheck | None) -> Standing:
    if check is None:
        return Standing.UNCHECKED
    fits = mac.bit_length() <= 8 * MAC_BYTES
    return Standing.GENUINE if fits and check(signed, mac.to_bytes(MAC_BYTES, "big")) else Standing.FORGED
