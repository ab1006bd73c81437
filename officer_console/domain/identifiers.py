"""Numbers that name or reach a person: mã số BHXH, BHYT card, CCCD, CMND, passport, phone, e-mail (rules V01–V08)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from officer_console.domain.errors import RuleError
from officer_console.domain.person import Sex
from officer_console.domain.provinces import BIRTH_PLACES

_HEALTH_CARD = re.compile(r"[A-Z]{2}[1-5][0-9]{2}([0-9]{10})")
_PASSPORT = re.compile(r"[A-Z0-9]{5,9}")
_VIETNAMESE_PASSPORT = re.compile(r"[A-Z][0-9]{7}")
_PHONE = re.compile(r"0[35789][0-9]{8}")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_EMAIL_LIMIT = 254
_EMAIL_LOCAL_LIMIT = 64

# The renumbering of 15/09/2018: 11-digit mobile numbers lost a digit (QĐ 798/QĐ-BTTTT 2018).
_OLD_PHONE_PREFIXES = {
    **{f"016{digit}": f"03{digit}" for digit in range(2, 10)},
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
_OLD_PHONE_LENGTH = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenNumber:
    """What a CCCD number says by itself. ``place`` is ``None`` when the table has no such code (births abroad)."""

    number: str
    place_code: str
    place: str | None
    sex: Sex
    birth_year: int


def _compact(text: str) -> str:
    """Return ``text`` without blanks and invisible characters, full-width characters narrowed."""
    if text.isascii() and text.isalnum():
        return text
    kept = (char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) not in ("Cc", "Cf"))
    return "".join("".join(kept).split())


def _digits(text: str, lengths: tuple[int, ...], code: str, field: str) -> str:
    number = _compact(text)
    if not (number.isascii() and number.isdigit() and len(number) in lengths):
        raise RuleError(code, field=field, length=len(number))
    return number


def social_code(text: str) -> str:
    """Return a mã số BHXH without blanks: 10 digits, or 12 since 01/08/2025 (CV 1804/BHXH-QLT).

    Raises:
        RuleError: ``social-code-length`` when it has neither form.
    """
    return _digits(text, (10, 12), "social-code-length", "social_code")


def health_card(text: str) -> str:
    """Return the mã số BHXH of a 15-character BHYT card: its last ten digits (V02, QĐ 1351/QĐ-BHXH 2015).

    Raises:
        RuleError: ``health-card-malformed`` when it is no such card number.
    """
    found = _HEALTH_CARD.fullmatch(_compact(text).upper())
    if found is None:
        raise RuleError("health-card-malformed", field="social_code")
    return found[1]


def citizen_number(text: str) -> CitizenNumber:
    """Read a 12-digit CCCD number (V03, V04; NĐ 137/2015 Art 13, TT 07/2016 Art 7). It has no check digit.

    Raises:
        RuleError: ``citizen-number-length`` when it is not 12 digits.
    """
    number = _digits(text, (12,), "citizen-number-length", "paper_number")
    century, female = divmod(int(number[3]), 2)
    return CitizenNumber(
        number=number,
        place_code=number[:3],
        place=BIRTH_PLACES.get(number[:3]),
        sex=Sex.FEMALE if female else Sex.MALE,
        birth_year=1900 + 100 * century + int(number[4:6]),
    )


def old_identity_number(text: str) -> str:
    """Return a CMND number without blanks: 9 digits, or 12 on the last cards issued.

    Raises:
        RuleError: ``old-identity-number-length`` when it has neither length.
    """
    return _digits(text, (9, 12), "old-identity-number-length", "paper_number")


def passport(text: str) -> str:
    """Return a passport number in capitals without blanks: 5 to 9 letters and digits of any country (V06, ICAO 9303).

    Raises:
        RuleError: ``passport-malformed`` when it cannot be one.
    """
    number = _compact(text).upper()
    if _PASSPORT.fullmatch(number) is None:
        raise RuleError("passport-malformed", field="paper_number")
    return number


def vietnamese_passport(number: str) -> bool:
    """Whether ``number`` (as `passport` returns it) has the Vietnamese form, a letter and seven digits."""
    return _VIETNAMESE_PASSPORT.fullmatch(number) is not None


def _trunk_form(text: str) -> str:
    """Return a phone number with its trunk 0 and without separators; text that is no number stays as it is."""
    number = "".join(char for char in _compact(text) if char not in "-.()")
    for prefix in ("+84", "0084", "84"):
        if number.startswith(prefix):
            return "0" + number.removeprefix(prefix).removeprefix("0")
    return number


def old_phone(text: str) -> bool:
    """Whether ``text`` is a mobile number as it was written before 15/09/2018, with eleven digits."""
    number = _trunk_form(text)
    return (
        number.isascii() and number.isdigit() and len(number) == _OLD_PHONE_LENGTH and number[:4] in _OLD_PHONE_PREFIXES
    )


def phone(text: str) -> str:
    """Return a Vietnamese mobile number as ``0`` and nine digits; ``+84`` and pre-2018 numbers are rewritten (V07).

    Raises:
        RuleError: ``phone-malformed`` when it is no mobile number.
    """
    number = _trunk_form(text)
    if old_phone(text):
        number = _OLD_PHONE_PREFIXES[number[:4]] + number[4:]
    if _PHONE.fullmatch(number) is None:
        raise RuleError("phone-malformed", field="phone")
    return number


def email(text: str) -> str:
    """Return an e-mail address without surrounding blanks; a sane form is asked for, not the whole of RFC 5321.

    Raises:
        RuleError: ``email-malformed``.
    """
    address = text.strip()
    local = address.partition("@")[0]
    if len(address) > _EMAIL_LIMIT or len(local) > _EMAIL_LOCAL_LIMIT or _EMAIL.fullmatch(address) is None:
        raise RuleError("email-malformed", field="email")
    return address
