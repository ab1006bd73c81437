"""Rules on what the citizen declared: V01–V10, V19 and V20. Each takes a case and says what it found."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from datetime import date

from officer_console.domain import identifiers
from officer_console.domain.errors import RuleError
from officer_console.domain.finding import Case, Finding, Level, error, warning
from officer_console.domain.names import Likeness, blank, compare
from officer_console.domain.person import BirthDate, Declaration, PaperKind, Vintage
from officer_console.domain.registry import RegistryVerdict

OLD_IDENTITY_CARD_ENDS = date(2024, 12, 31)
NAME_LIMIT = 100

_HEALTH_CARD_LENGTH = 15
_CITIZEN_NUMBER_LENGTH = 12
_NAME_SIGNS = frozenset(" '’-.")
_YEARS_OF_AGE = 18


def _refusal(read: Callable[[str], object], text: str, level: Level, at: str) -> Iterator[Finding]:
    """Turn the refusal of a reader of identifiers into a finding."""
    try:
        read(text)
    except RuleError as refused:
        yield Finding(code=refused.code, field=at, level=level, data=refused.data)


def v01_social_code(case: Case) -> Iterator[Finding]:
    """V01: a mã số BHXH has 10 digits, or 12 (CV 1804/BHXH-QLT of 04/08/2025)."""
    yield from _refusal(identifiers.social_code, case.dossier.declaration.social_code, Level.ERROR, "social_code")


def v02_health_card(case: Case) -> Iterator[Finding]:
    """V02: a BHYT card number in place of the code; its last ten digits are the code (QĐ 1351/QĐ-BHXH 2015)."""
    text = "".join(case.dossier.declaration.social_code.split())
    if len(text) != _HEALTH_CARD_LENGTH:
        return
    try:
        yield warning("health-card-given", "social_code", social_code=identifiers.health_card(text))
    except RuleError as refused:
        yield warning(refused.code, "social_code")


def _card_number(declaration: Declaration) -> identifiers.CitizenNumber | None:
    if declaration.paper_kind is not PaperKind.CITIZEN_CARD or not declaration.paper_number:
        return None
    return _read_citizen_number(declaration.paper_number)


def _read_citizen_number(text: str) -> identifiers.CitizenNumber | None:
    try:
        return identifiers.citizen_number(text)
    except RuleError:
        return None


def _citizen_numbers(declaration: Declaration) -> Iterator[tuple[str, identifiers.CitizenNumber]]:
    """Yield the declared số định danh and where each stands: on the CCCD, and the code if it has 12 digits, once."""
    card, code = _card_number(declaration), _read_citizen_number(declaration.social_code)
    if card is not None:
        yield "paper_number", card
    if code is not None and (card is None or code.number != card.number):
        yield "social_code", code


def v03_citizen_number(case: Case) -> Iterator[Finding]:
    """V03: a CCCD number has 12 digits; an unknown first part may be a country (TT 07/2016/TT-BCA Art 7).

    A code of 12 digits is such a number whatever paper is declared (CV 1804/BHXH-QLT).
    """
    declaration = case.dossier.declaration
    if declaration.paper_kind is PaperKind.CITIZEN_CARD:
        yield from _refusal(identifiers.citizen_number, declaration.paper_number or "", Level.ERROR, "paper_number")
    for at, read in _citizen_numbers(declaration):
        if read.place is None:
            yield warning("birth-place-unknown", at, place_code=read.place_code)


def v04_citizen_number_agrees(case: Case) -> Iterator[Finding]:
    """V04: sex and birth year in a CCCD number or a 12-digit code agree with the declared ones (NĐ 137/2015 Art 13).

    A warning, because a civil status corrected later leaves the number as it was.
    """
    declaration = case.dossier.declaration
    for _, read in _citizen_numbers(declaration):
        if read.sex is not declaration.sex:
            yield warning("sex-not-in-number", "sex", number_sex=read.sex.value)
        if read.birth_year != declaration.birth.year:
            yield warning("birth-year-not-in-number", "birth", number_year=read.birth_year)


def v05_old_identity_card(case: Case) -> Iterator[Finding]:
    """V05: a CMND serves only on dossiers declared up to 31/12/2024 (Luật Căn cước 26/2023/QH15)."""
    dossier = case.dossier
    if dossier.declaration.paper_kind is not PaperKind.OLD_IDENTITY_CARD:
        return
    number = dossier.declaration.paper_number or ""
    yield from _refusal(identifiers.old_identity_number, number, Level.ERROR, "paper_number")
    if dossier.declared_on > OLD_IDENTITY_CARD_ENDS:
        yield warning("old-identity-card-ended", "paper_kind", ended_on=OLD_IDENTITY_CARD_ENDS.isoformat())


def v06_passport(case: Case) -> Iterator[Finding]:
    """V06: a Vietnamese passport is a letter and seven digits, a foreign one 5 to 9 letters and digits (ICAO 9303)."""
    declaration = case.dossier.declaration
    if declaration.paper_kind is PaperKind.PASSPORT:
        yield from _refusal(identifiers.passport, declaration.paper_number or "", Level.WARNING, "paper_number")


def v07_phone(case: Case) -> Iterator[Finding]:
    """V07: the account's phone is a mobile number; numbers of before 15/09/2018 are shown rewritten (CV 3717: SMS)."""
    declared = case.dossier.declaration.phone
    yield from _refusal(identifiers.phone, declared, Level.ERROR, "phone")
    if identifiers.old_phone(declared):
        yield warning("phone-old-form", "phone", phone=identifiers.phone(declared))


def v08_email(case: Case) -> Iterator[Finding]:
    """V08: an e-mail address is wanted for notices and OTP since 29/10/2021 (CV 2191/CNTT-PM); CV 3717 lets it be."""
    declared = case.dossier.declaration.email
    if blank(declared):
        yield warning("email-missing", "email")
    elif declared is not None:
        yield from _refusal(identifiers.email, declared, Level.WARNING, "email")


def v09_full_name(case: Case) -> Iterator[Finding]:
    """V09: a name is NFC, at most 100 characters, letters with space, apostrophe, hyphen, dot (field of the portal)."""
    declared = case.dossier.declaration.full_name
    name = unicodedata.normalize("NFC", declared)
    if blank(name):
        yield error("name-missing", "full_name")
        return
    if name != declared:
        yield warning("name-not-composed", "full_name")
    if len(name) > NAME_LIMIT:
        yield error("name-too-long", "full_name", length=len(name), limit=NAME_LIMIT)
    strange = sorted({char for char in name if not (char.isalpha() or char in _NAME_SIGNS)})
    if strange:
        yield error("name-characters", "full_name", characters="".join(strange))
    if len(name.split()) == 1:
        yield warning("name-one-word", "full_name")


def v10_birth(case: Case) -> Iterator[Finding]:
    """V10: a birth date exists, is as precise as the papers are, and is not to come (CV 3717, Mẫu 01)."""
    birth = case.dossier.declaration.birth
    earliest = earliest_birth(birth)
    if earliest is None:
        yield error("birth-invalid", "birth")
    elif earliest > case.today:
        yield error("birth-in-future", "birth")


def earliest_birth(birth: BirthDate) -> date | None:
    """Return the first day ``birth`` can be; ``None`` when no calendar has it."""
    if birth.month is None and birth.day is not None:
        return None
    if birth.month == 0 or birth.day == 0:
        return None
    try:
        return birth.earliest()
    except (ValueError, OverflowError):
        return None


def minor(birth: BirthDate, on: date) -> bool:
    """Whether somebody is under 18 on the date ``on`` beyond doubt; an imprecise date counts as its earliest day."""
    born = earliest_birth(birth)
    if born is None:
        return False
    return (on.year - _YEARS_OF_AGE, on.month, on.day) < (born.year, born.month, born.day)


def v19_address(case: Case) -> Iterator[Finding]:
    """V19: since 01/07/2025 an address is province and commune, before it province, district and ward (NQ 202/2025)."""
    address = case.dossier.declaration.address
    parts = {"province": address.province, "commune": address.commune}
    if address.vintage is Vintage.BEFORE_2025_07:
        parts["district"] = address.district or ""
    elif not blank(address.district):
        yield error("address-district-abolished", "address")
    for part, text in parts.items():
        if blank(text):
            yield error("address-incomplete", "address", part=part)


_VERDICTS_ON_NAMES = {
    RegistryVerdict.MARKS_DIFFER: "registry-name-marks",
    RegistryVerdict.NAME_DIFFERS: "registry-name-different",
}
_NAME_FINDINGS = {
    Likeness.DIACRITICS: "registry-name-marks",
    Likeness.SPELLING: "registry-name-spelling",
}


def v20_sources_agree(case: Case) -> Iterator[Finding]:
    """V20: card, form and HGĐ name one person (CV 3717): numbers agree exactly, names by the ladder of `names.compare`.

    A name the registry holds to be another is placed on the ladder here; one letter away may be a slip of the pen.
    """
    dossier = case.dossier
    declaration = dossier.declaration
    code = "".join(declaration.social_code.split())
    read = _card_number(declaration)
    if read is not None and len(code) == _CITIZEN_NUMBER_LENGTH and code != read.number:
        yield error("code-not-card-number", "social_code")
    registry = dossier.registry
    if registry is None or not dossier.open or registry.verdict not in _VERDICTS_ON_NAMES:
        return
    likeness = compare(declaration.full_name, registry.registry_name or "")
    known = {"registry_name": registry.registry_name} if registry.registry_name else {}
    yield warning(_NAME_FINDINGS.get(likeness, _VERDICTS_ON_NAMES[registry.verdict]), "full_name", **known)
