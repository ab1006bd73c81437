"""The code on our own forms: file number, form kind, version, edition and page, and a MAC.

``HS1:1000123/07906:01:3:112:00412209…`` is form 1 in its edition 1, page 1 of 2; ``0011012`` in that place would be
page 10 of 12. A code may say nothing of the page and edition and lack that group. Digits and two consonants, so that
neither Telex nor VNI turns any of it into another letter when a keyboard scanner types it, and a QR code or Code 128
stays small. The MAC is 64 bits in decimal.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from officer_console.domain.dossier import Dossier
from officer_console.domain.form import KINDS, FormKeys, FormKind, form_version, office_of

MAC_BYTES = 8
_MAC_DIGITS = 20
PAGES_LIMIT = 99
# Edition, page, how many there are: a digit each for the pages, two in a longer form, which has three for the edition
# and is told from the others by that. A square code of that length is as coarse as one without.
_SIGNED = re.compile(r"([0-9]{1,12}/[0-9]{1,8}):([0-9]{1,3}):([0-9]{1,3})(?::([0-9]{3,5}|[0-9]{7}))?")
_LONG = 7
_CODE = re.compile(r"[Hh][Ss]1:(" + _SIGNED.pattern + rf"):([0-9]{{{_MAC_DIGITS}}})")

# What says whether a MAC (8 bytes) belongs to signed bytes; it knows the keys, this module does not.
MacCheck = Callable[[bytes, bytes], bool]
# Makes the code of one page: the edition of the form, the page from 1, how many there are.
PageCode = Callable[[int, int, int], str]


class Standing(StrEnum):
    """What is to be thought of a form code.

    ``FOREIGN``: of an office whose keys this officer has not. ``OLD``: genuine, of a form that is superseded or of what
    the citizen declared before; only who has the dossier can tell. ``UNCHECKED``: the keys have not come yet.
    """

    GENUINE = "genuine"
    FORGED = "forged"
    FOREIGN = "foreign"
    OLD = "old"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCode:
    """A form of ours: the dossier's ``file_number``, which form it is and in which version.

    ``version`` is that of what was declared, ``edition`` that of the form's definition, ``page`` counts from 1; 0 where
    the code does not say it. ``signed`` is what ``mac`` was made over.
    """

    file_number: str
    form_kind: int
    version: int
    standing: Standing
    edition: int = 0
    page: int = 0
    pages: int = 0
    signed: bytes = field(default=b"", compare=False, repr=False)
    mac: int = field(default=0, compare=False, repr=False)


class FormRing:
    """The keys a desk has: makes codes for what it prints, and tells what it scans."""

    def __init__(self, keys: Iterable[FormKeys], offices: Collection[str]) -> None:
        """``offices`` are the officer's own: their keys may just not have come."""
        self._keys = {each.office: each for each in keys}
        self._offices = frozenset(offices)

    def page_code(self, dossier: Dossier, kind: FormKind) -> PageCode | None:
        """Return what makes the codes of the pages of a form; ``None`` as in ``code``."""
        if self.code(dossier, kind) is None:
            return None
        return lambda edition, page, pages: self.code(dossier, kind, edition, page, pages) or ""

    def code(self, dossier: Dossier, kind: FormKind, edition: int = 0, page: int = 0, pages: int = 0) -> str | None:
        """Return the text of the code on a page of a form of ``dossier``; of more than 99 pages it names none.

        ``None`` as long as there is no key of the office in its number, and for a number that cannot stand in a code:
        nobody could tell such a code from a forged one, so none is printed. The number in letters is on the form
        anyway, and its sheet is filed by hand.
        """
        keys = self._keys.get(office_of(dossier.number))
        secret = next((key.secret for key in keys.keys if key.generation == keys.current), None) if keys else None
        if secret is None:
            return None
        try:
            signed = signed_bytes(dossier.number, kind, form_version(dossier), edition, page, pages)
        except ValueError:
            return None
        return form_text(signed, mac_of(secret, signed))

    def own(self, code: FormCode) -> bool:
        """Whether a code is of one of the officer's offices."""
        return office_of(code.file_number) in self._offices

    def standing(self, code: FormCode) -> Standing:
        """Return what its MAC says of a code, whatever generation of the office's keys it is of."""
        office = office_of(code.file_number)
        keys = self._keys.get(office)
        if keys is None:
            return Standing.UNCHECKED if office in self._offices else Standing.FOREIGN
        if code.mac.bit_length() > 8 * MAC_BYTES:
            return Standing.FORGED
        mac = code.mac.to_bytes(MAC_BYTES, "big")
        known = [hmac.compare_digest(mac_of(key.secret, code.signed), mac) for key in keys.keys]
        return Standing.GENUINE if any(known) else Standing.FORGED


def outdated(code: FormCode, dossier: Dossier, editions: Mapping[int, int] | None = None) -> bool:
    """Whether the form is superseded, or says what the citizen declared before.

    ``editions`` are those forms are printed in now, by their kind. A code that does not say its edition is of any.
    """
    superseded = 0 < code.edition < (editions or {}).get(code.form_kind, 0)
    return superseded or code.form_kind not in KINDS or code.version < form_version(dossier)


def mac_of(secret: str, signed: bytes) -> bytes:
    """Return the MAC over ``signed`` under a key (hex digits): the first 64 bits of HMAC-SHA-256."""
    return hmac.new(bytes.fromhex(secret), signed, hashlib.sha256).digest()[:MAC_BYTES]


def signed_bytes(
    file_number: str, form_kind: int, version: int, edition: int = 0, page: int = 0, pages: int = 0
) -> bytes:
    """Return what the MAC of a form code is made over.

    Raises:
        ValueError: a file number that is not ``digits/digits``, or a kind, version or edition outside 0–999.
    """
    text = f"{file_number}:{form_kind:02d}:{version}"
    if edition:
        page, pages = (page, pages) if pages <= PAGES_LIMIT else (0, 0)
        text += f":{edition}{page}{pages}" if pages < 10 else f":{edition:03d}{page:02d}{pages:02d}"
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
    said, number, kind, version, leaf, digits = found.groups()
    edition, page, pages = _leaf(leaf or "000")
    signed, mac = f"HS1:{said}".encode("ascii"), int(digits)
    return FormCode(
        file_number=number,
        form_kind=int(kind),
        version=int(version),
        edition=edition,
        page=page,
        pages=pages,
        standing=_standing(signed, mac, check),
        signed=signed,
        mac=mac,
    )


def _leaf(digits: str) -> tuple[int, int, int]:
    """Return edition, page and how many pages there are."""
    width = 2 if len(digits) == _LONG else 1
    return int(digits[: -2 * width]), int(digits[-2 * width : -width]), int(digits[-width:])


def _standing(signed: bytes, mac: int, check: MacCheck | None) -> Standing:
    if check is None:
        return Standing.UNCHECKED
    fits = mac.bit_length() <= 8 * MAC_BYTES
    return Standing.GENUINE if fits and check(signed, mac.to_bytes(MAC_BYTES, "big")) else Standing.FORGED
