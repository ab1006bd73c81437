"""The people of the training data: names, numbers, papers and birth dates."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from central_server.seed.chance import spread, stream, weighted
from central_server.seed.names import FOREIGN, draw_name, folded
from central_server.seed.places import BIRTH_PROVINCES, PLACES
from officer_console.domain.person import BirthDate, PaperKind, Sex

ADULT_YEARS = 18
CARD_AS_CODE_SINCE = date(2025, 8, 1)
OLD_CARD_UNTIL = date(2024, 12, 31)

PHONE_PREFIXES = (
    "032", "033", "034", "035", "036", "037", "038", "039", "052", "055", "056", "058", "059", "070", "076", "077",
    "078", "079", "081", "082", "083", "084", "085", "086", "087", "088", "089", "090", "091", "093", "094", "096",
    "097", "098", "099",
)  # fmt: skip

# RFC 2606 keeps these names out of use, so no training message can reach anybody.
MAIL_HOSTS = ("example.com", "example.net", "example.org", "thu.example", "hopthu.example")

# (youngest, oldest) in years and how often they declare
_AGES = (((15, 18), 3), ((1, 15), 3), ((18, 35), 44), ((35, 60), 40), ((60, 90), 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person. ``personal_number`` is the 12-digit number, ``old_number`` a CMND, ``born`` the exact day."""

    index: int
    office: str
    full_name: str
    social_code: str
    sex: Sex
    born: date
    birth: BirthDate
    personal_number: str
    old_number: str | None
    paper_kind: PaperKind | None
    paper_number: str | None
    phone: str
    email: str | None

    @property
    def minor(self) -> bool:
        """Whether the person has no paper of his own because he is too young."""
        return self.paper_kind is None


def years_before(day: date, years: int) -> date:
    """Return the same calendar day ``years`` earlier; 29 February becomes 28 February."""
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def phone_number(random: Random, index: int) -> str:
    """Return a mobile number (rule V07) that no other ``index`` below ten million has."""
    return f"{random.choice(PHONE_PREFIXES)}{spread(index, 10_000_000, 3_141_593, 2_718_281):07d}"


def mail_address(random: Random, full_name: str, index: int) -> str:
    """Return a mail address at a host that cannot exist, unique for ``index``."""
    words = folded(full_name).lower().replace("'", "").split(" ")
    initials = "".join(word[0] for word in words)
    local = random.choice((f"{words[-1]}.{words[0]}", f"{words[0]}{words[-1]}", f"{words[-1]}.{initials}"))
    return f"{local}{index}@{random.choice(MAIL_HOSTS)}"


def personal_number(random: Random, index: int, office: str, sex: Sex, year: int) -> str:
    """Return a 12-digit number: province of birth, century and sex, year, then six digits unique to ``index``."""
    province = PLACES[office].birth_province if random.random() < 0.6 else random.choice(BIRTH_PROVINCES)
    century = (0 if year < 2000 else 2) + (0 if sex is Sex.MALE else 1)
    return f"{province}{century}{year % 100:02d}{spread(index, 1_000_000, 611_953, 271_829):06d}"


def person(seed: int, index: int, office: str, declared_on: date, *, plain: bool = False) -> Person:
    """Return person number ``index`` as he stood when he declared on ``declared_on``.

    ``plain`` asks for somebody without peculiarities: of age, with a citizen card, a mail address and an ordinary name.

    A function of its arguments alone: the same person comes out wherever and in whatever order it is asked for.
    """
    random = stream(seed, "person", index)
    sex = random.choice((Sex.MALE, Sex.FEMALE))
    born = _birth_day(random, declared_on, plain=plain)
    number = personal_number(random, index, office, sex, born.year)
    ten = f"{PLACES[office].code_prefix}{spread(index, 100_000_000, 57_885_161, 12_345_678):08d}"
    full_name = draw_name(random, sex, rare=not plain)
    old_number = f"{PLACES[office].code_prefix}{spread(index, 10_000_000, 7_368_787, 1_234_567):07d}"
    minor = born > years_before(declared_on, ADULT_YEARS)
    paper: tuple[PaperKind | None, str | None] = (PaperKind.CITIZEN_CARD, number)
    chance = random.random()
    if minor:
        paper = (None, None)
    elif chance < 0.02 and not plain:
        paper = (PaperKind.PASSPORT, f"{random.choice('BCEKNP')}{spread(index, 10_000_000, 9_176_263, 55_555):07d}")
        full_name = random.choice(FOREIGN[sex]) if chance < 0.006 else full_name
    elif declared_on <= OLD_CARD_UNTIL and chance < 0.6 and born.year < 2000:
        paper = (PaperKind.OLD_IDENTITY_CARD, old_number)
    twelve = random.random() < 0.5 and declared_on >= CARD_AS_CODE_SINCE
    return Person(
        index=index,
        office=office,
        full_name=full_name,
        social_code=number if twelve and paper[0] is PaperKind.CITIZEN_CARD else ten,
        sex=sex,
        born=born,
        birth=BirthDate(year=born.year, month=born.month, day=born.day) if plain else _precision(random, born),
        personal_number=number,
        old_number=old_number if born.year < 2000 and random.random() < 0.7 else None,
        paper_kind=paper[0],
        paper_number=paper[1],
        phone=phone_number(random, index),
        email=mail_address(random, full_name, index) if random.random() < 0.72 or plain else None,
    )


def guardian_name(random: Random, minor: Person) -> tuple[str, Sex]:
    """Return the name and sex of a parent: a father shares the child's surname."""
    sex = random.choice((Sex.MALE, Sex.FEMALE))
    name = draw_name(random, sex)
    if sex is Sex.MALE:
        name = f"{minor.full_name.split(' ')[0]} {name.split(' ', 1)[1]}"
    return unicodedata.normalize("NFC", name), sex


def _birth_day(random: Random, declared_on: date, *, plain: bool) -> date:
    """Draw a birth day: mostly of working age, some children, some old people."""
    youngest, oldest = (25, 45) if plain else weighted(random, _AGES)
    start, end = years_before(declared_on, oldest), years_before(declared_on, youngest)
    return start + timedelta(days=random.randrange(1, (end - start).days))


def _precision(random: Random, born: date) -> BirthDate:
    """Return the birth date as the papers tell it: old papers often know the year only."""
    if born.year < 1970 and random.random() < 0.15:
        return BirthDate(year=born.year)
    if born.year < 1975 and random.random() < 0.03:
        return BirthDate(year=born.year, month=born.month)
    return BirthDate(year=born.year, month=born.month, day=born.day)
