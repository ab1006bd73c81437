"""How two sources stand to each other in one field: names, numbers, birth dates, sexes, addresses."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from officer_console.domain.names import Likeness, blank, compare, fold, tone_unified
from officer_console.domain.person import BirthDate, Sex


class Agreement(StrEnum):
    """How a source stands to the declaration. ``missing``: on one of the two sides there is nothing to compare."""

    SAME = "same"
    MARKS = "marks"
    ONE_LETTER = "one_letter"
    DAY_MONTH_SWAPPED = "day_month_swapped"
    YEAR_ONLY = "year_only"
    DIFFERENT = "different"
    MISSING = "missing"


# Full-width forms, as input methods of East Asia write them.
_NARROWED = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}

LADDER = {
    Likeness.SAME: Agreement.SAME,
    Likeness.DIACRITICS: Agreement.MARKS,
    Likeness.SPELLING: Agreement.ONE_LETTER,
    Likeness.DIFFERENT: Agreement.DIFFERENT,
}


def names(declared: str | None, other: str | None) -> Agreement:
    """Compare two names as `domain.names` does: case, spacing, NFC or NFD and tone placement do not matter."""
    if declared is None or other is None or blank(declared) or blank(other):
        return Agreement.MISSING
    return LADDER[compare(declared, other)]


def numbers(declared: str | None, other: str | None) -> Agreement:
    """Compare two identity numbers exactly; blanks, invisible characters and full-width digits do not matter."""
    one, two = compact(declared), compact(other)
    if not one or not two:
        return Agreement.MISSING
    return Agreement.SAME if one == two else Agreement.DIFFERENT


def compact(text: str | None) -> str:
    """Return an identity number as it is compared: capitals, no blanks, no invisible characters, full width narrowed.

    Nothing else is taken for a digit: a superscript two is no two.
    """
    narrow = (text or "").translate(_NARROWED).upper()
    return "".join(char for char in narrow if not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf"))


def births(declared: BirthDate | None, other: BirthDate | None) -> Agreement:
    """Compare two birth dates. ``year_only``: the less precise one, a year or a month, agrees as far as it goes."""
    if declared is None or other is None:
        return Agreement.MISSING
    one, two = _parts(declared), _parts(other)
    if one == two:
        return Agreement.SAME
    if len(one) == len(two):
        swapped = one[:1] + one[:0:-1]
        return Agreement.DAY_MONTH_SWAPPED if swapped == two else Agreement.DIFFERENT
    shorter = min(len(one), len(two))
    return Agreement.YEAR_ONLY if one[:shorter] == two[:shorter] else Agreement.DIFFERENT


def _parts(birth: BirthDate) -> tuple[int, ...]:
    """Return year, month, day as far as they are known; a day without its month is not."""
    if not birth.month:
        return (birth.year,)
    return (birth.year, birth.month, birth.day) if birth.day else (birth.year, birth.month)


# By syllables.
_SHORT_UNITS = {
    "tp": ("thành", "phố"),
    "tx": ("thị", "xã"),
    "tt": ("thị", "trấn"),
    "p": ("phường",),
    "q": ("quận",),
    "h": ("huyện",),
}
_SHORT_UNIT = re.compile(r"(?<!\w)(tp|tx|tt|[pqh])(?:\.\s*|\s+)(?=\w)|(?<!\w)([pq])(?=[0-9])")
_KINDS = re.compile(r"(?:thanh pho|thi xa|thi tran|dac khu|phuong|quan|huyen|tinh|xa) (?=.)")
_NOT_WORDS = re.compile(r"[^\w\s/'-]")


def addresses(declared: str | None, other: str | None) -> tuple[Agreement, bool]:
    """Compare two addresses by their words; return the agreement and whether it is certain.

    Case, marks' placement, punctuation and short forms of units (TP., P., Q.) do not matter. Where one leaves out what
    kind of unit it names (Ba Đình for Quận Ba Đình) they are the same, not certainly. ``different`` is never certain.
    """
    if declared is None or other is None or blank(declared) or blank(other):
        return Agreement.MISSING, True
    one, two = _units(declared), _units(other)
    if one == two:
        return Agreement.SAME, True
    plain_one, plain_two = [fold(unit) for unit in one], [fold(unit) for unit in two]
    if plain_one == plain_two:
        return Agreement.MARKS, True
    if len(one) == len(two) and all(map(_same_unit, plain_one, plain_two)):
        marked = all(map(_same_unit, one, two))
        return (Agreement.SAME if marked else Agreement.MARKS), False
    letters_one, letters_two = ", ".join(plain_one), ", ".join(plain_two)
    same_figures = re.findall("[0-9]+", letters_one) == re.findall("[0-9]+", letters_two)
    if same_figures and compare(letters_one, letters_two) is Likeness.SPELLING:
        return Agreement.ONE_LETTER, False
    return Agreement.DIFFERENT, False


def _units(address: str) -> list[str]:
    written = _SHORT_UNIT.sub(lambda found: " ".join((*_SHORT_UNITS[found[1] or found[2]], "")), tone_unified(address))
    return [unit for part in written.split(",") if (unit := " ".join(_NOT_WORDS.sub(" ", part).split()))]


def _same_unit(one: str, two: str) -> bool:
    """Whether two units have one name and at least one of them does not say what kind of unit it is."""
    names_of = [unit[len(kind[0]) :] if (kind := _KINDS.match(fold(unit))) else None for unit in (one, two)]
    return one == two or names_of[0] == two or names_of[1] == one


def sexes(declared: Sex, other: Sex | None) -> Agreement:
    """Compare two sexes."""
    if other is None:
        return Agreement.MISSING
    return Agreement.SAME if declared is other else Agreement.DIFFERENT
