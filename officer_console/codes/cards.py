"""What the QR codes of citizen cards and health insurance cards say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from officer_console.codes import fields
from officer_console.domain.person import BirthDate, Sex

_CITIZEN_NUMBER = re.compile(r"[0-9]{12}")
_OLD_NUMBER = re.compile(r"(?:[0-9]{9}|[0-9]{12})?")
_CITIZEN_LEAST, _CITIZEN_MOST = 6, 11
_HEALTH_NUMBER = re.compile(r"([A-Z]{2}[1-5][0-9]{2}[0-9]{10}).*|[0-9]{10}|[0-9]{12}")
_SOCIAL_DIGITS = 10
_HEALTH_CARD_LENGTH = 15
_HEALTH_LEAST = 13
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_CLINIC = re.compile(r"([0-9]{2}) ?[-\u2010-\u2015]? ?([0-9A-Z]{3})")
_CODED_SEX = {"1": Sex.MALE, "2": Sex.FEMALE}
_NOTHING = frozenset({"", "-"})


class Fault(StrEnum):
    """Why a text is no card's: the first thing that no card says."""

    FIELDS = "fields"
    NUMBER = "number"
    LETTERS = "letters"
    NAME = "name"
    BIRTH = "birth"
    SEX = "sex"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenCard:
    """A chip card's QR code. Text is NFC; ``old_number`` stands as the card has it; ``extra`` is what follows the seven
    fields of 2021 on the card of 2024, whose meaning is nowhere published.
    """

    number: str
    old_number: str | None
    full_name: str
    birth: BirthDate
    sex: Sex | None
    address: str
    issued: date | None
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCard:
    """A health insurance card's QR code. ``social_code`` is the mã số BHXH in ``number``; a field that is not there or
    cannot be read is ``None``.
    """

    number: str
    social_code: str
    full_name: str
    birth: BirthDate
    sex: Sex | None
    address: str | None
    clinic: str | None
    valid_from: date | None
    valid_to: date | None
    issued: date | None
    authority: str | None
    guardian: str | None
    living_area: str | None
    five_years_on: date | None
    check: str | None


def citizen(parts: Sequence[str], today: date | None = None) -> CitizenCard | Fault:
    """Read the fields of a chip card: number|old number|name|birth|sex|address|issued and up to the card of 2024 more.

    A card without the field of the old number (seen in the field, six fields) is told by the name standing there.
    Everything that no card says makes it none: somebody spoiled or made it. ``today`` bounds the birth date. A sex in
    words other than Nam and Nữ is not known.
    """
    if not _CITIZEN_NUMBER.fullmatch(parts[0]):
        return Fault.NUMBER
    if not _CITIZEN_LEAST <= len(parts) <= _CITIZEN_MOST:
        return Fault.FIELDS
    card = "".join(parts)
    if not all(fields.whole(part, card=card) for part in parts):
        return Fault.LETTERS
    number, *rest = parts if _OLD_NUMBER.fullmatch(parts[1]) else (parts[0], "", *parts[1:])
    old, name, birth, sex, address, *last = rest
    full_name, born, said = fields.name(name), fields.birth(birth), fields.sex(sex)
    issued = fields.day(last[0]) if last else None
    if full_name is None:
        return Fault.NAME
    if born is None or any(limit is not None and born.earliest() > limit for limit in (today, issued)):
        return Fault.BIRTH
    if sex and not fields.sex_said(sex):
        return Fault.SEX
    return CitizenCard(
        number=number,
        old_number=old or None,
        full_name=full_name,
        birth=born,
        sex=said,
        address=address,
        issued=issued,
        extra=tuple(last[1:]),
    )


def health(parts: Sequence[str], today: date | None = None) -> HealthCard | Fault:
    """Read the fields of a health card, the closing ``$`` taken off; names and addresses are UTF-8 in hexadecimal.

    ``today`` bounds the birth date.
    """
    number = _HEALTH_NUMBER.fullmatch(parts[0])
    if number is None:
        return Fault.NUMBER
    if len(parts) < _HEALTH_LEAST:
        return Fault.FIELDS
    text, born = _unhexed(parts[1]), fields.birth(parts[2])
    full_name = fields.name(text) if text else None
    if full_name is None:
        return Fault.NAME
    if born is None or (today is not None and born.earliest() > today):
        return Fault.BIRTH
    card = number[1] or parts[0]
    clinic = _CLINIC.fullmatch(parts[5])
    return HealthCard(
        number=card,
        social_code=card[-_SOCIAL_DIGITS:] if len(card) == _HEALTH_CARD_LENGTH else card,
        full_name=full_name,
        birth=born,
        sex=_CODED_SEX.get(parts[3]),
        address=_unhexed(parts[4]),
        clinic=clinic[1] + clinic[2] if clinic else _given(parts[5]),
        valid_from=fields.day(parts[6]),
        valid_to=fields.day(parts[7]),
        issued=fields.day(parts[8]),
        authority=_given(parts[9]),
        guardian=_unhexed(parts[10]),
        living_area=_given(parts[11]),
        five_years_on=fields.day(parts[12]),
        check=_given(parts[13]) if len(parts) > _HEALTH_LEAST else None,
    )


def _given(text: str) -> str | None:
    return None if text in _NOTHING else text


def _unhexed(text: str) -> str | None:
    if not _HEX.fullmatch(text):
        return None
    try:
        said = bytes.fromhex(text).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return fields.clean(said) or None if fields.whole(said) else None
