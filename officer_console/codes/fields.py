"""Fields as the codes on cards write them: text, dates, sex. Everything gives ``None`` instead of raising."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from officer_console.domain.names import fold
from officer_console.domain.person import BirthDate, Sex

# ASCII digits only: \d would take those of other scripts.
_RUN_TOGETHER = re.compile(r"(?:(?:([0-9]{2}))?([0-9]{2}))?([0-9]{4})")
_SEPARATED = re.compile(r"(?:(?:([0-9]{1,2})[/.-])?([0-9]{1,2})[/.-])?([0-9]{4})")
# Cards and their holders live in these years; a number outside is not a year.
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_IN_NAMES = frozenset(" .'-\u2019\u02bc\u2010")
# What readers and layouts put where they could not write a letter.
_SPOILED = re.compile(r"[?\ufffd\x00-\x1f\x7f-\x9f]")
_SEX = {"nam": Sex.MALE, "nu": Sex.FEMALE}


def clean(text: str) -> str:
    """Return ``text`` in NFC on one line: no invisible characters (byte order marks, zero-width), single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = (
        " " if category == "Cc" else char
        for char, category in ((char, unicodedata.category(char)) for char in text)
        if category != "Cf"
    )
    return " ".join(unicodedata.normalize("NFC", "".join(shown)).split())


def birth(text: str) -> BirthDate | None:
    """Read ``ddMMyyyy``, ``MMyyyy``, ``yyyy`` or the same with separators; ``00`` for a day or month is unknown."""
    found = _RUN_TOGETHER.fullmatch(text) or _SEPARATED.fullmatch(text)
    if found is None:
        return None
    day, month, year = (int(part) if part and int(part) else None for part in found.groups())
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    return dated(year, month, day if month else None)


def dated(year: int, month: int | None, day: int | None) -> BirthDate | None:
    """Return the birth date if there is such a day."""
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return BirthDate(year=year, month=month, day=day)


def day(text: str) -> date | None:
    """Read a whole date, ``ddMMyyyy`` or with separators."""
    read = birth(text)
    return date(read.year, read.month, read.day) if read and read.month and read.day else None


def sex(text: str) -> Sex | None:
    """Read ``Nam`` or ``Nữ``, marks and case aside."""
    return _SEX.get(fold(text))


def name(text: str) -> str | None:
    """Return a person's name, or ``None`` when it cannot be one: Latin letters, marks, space, ``.``, ``'``, ``-``."""
    if not any(char.isalpha() for char in text):
        return None
    for char in text:
        latin = char.isalpha() and unicodedata.name(char, "").startswith("LATIN ")
        if not (latin or char in _IN_NAMES or unicodedata.category(char) == "Mn"):
            return None
    return text


def whole(text: str) -> bool:
    """Whether every letter of ``text`` came through: no ``?``, no U+FFFD, nothing that is no letter at all."""
    return not _SPOILED.search(text)
