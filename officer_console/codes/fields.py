"""Fields as the codes on cards write them: text, dates, sex. Everything gives ``None`` instead of raising."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import pairwise

from officer_console.domain.names import APOSTROPHES, HYPHENS, fold
from officer_console.domain.person import BirthDate, Sex

# ASCII digits only: \d would take those of other scripts.
_RUN_TOGETHER = re.compile(r"(?:(?:([0-9]{2}))?([0-9]{2}))?([0-9]{4})")
_SEPARATED = re.compile(r"(?:(?:([0-9]{1,2})[/.-])?([0-9]{1,2})[/.-])?([0-9]{4})")
# Cards and their holders live in these years; a number outside is not a year.
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_IN_NAMES = frozenset(" .,'-()/" + HYPHENS)
# What readers and layouts put where they could not write a letter; a question mark may also be written behind a word.
_SPOILED = re.compile(r"[\ufffd\x00-\x1f\x7f-\x9f]|\?[^\W\d_]")
_PERHAPS_SPOILED = re.compile(r"[^\W\d_]\?")
# Letters of no alphabet but the Vietnamese: whoever writes one of them writes all.
_VIETNAMESE = re.compile(r"[\u1ea0-\u1ef9]")
_SEX = {"nam": Sex.MALE, "nu": Sex.FEMALE}
_SEX_LONGEST = 30


def clean(text: str) -> str:
    """Return ``text`` in NFC on one line: no invisible characters (byte order marks, zero-width), single spaces."""
    if text.isprintable():
        return " ".join(unicodedata.normalize("NFC", text).split())
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


def sex_said(text: str) -> bool:
    """Whether ``text`` can be what a card says of the sex, in words we need not know: letters and blanks."""
    return len(text) <= _SEX_LONGEST and name(text) is not None


def name(text: str) -> str | None:
    """Return a person's name, or ``None`` when it cannot be one: Latin letters, marks, and the signs of names.

    Signs are blank, ``. , - / ( )`` and everything that is written for an apostrophe; other than the plain one this has
    to stand behind a letter without marks (H´Bla), as text read in a wrong encoding is full of them (cÃ´ng, Ä‘).
    """
    if not any(char.isalpha() for char in text):
        return None
    for before, char in pairwise(f" {text}"):
        latin = char.isalpha() and unicodedata.name(char, "").startswith("LATIN ")
        sign = char in _IN_NAMES or (char in APOSTROPHES and (before.isascii() or before in APOSTROPHES))
        if not (latin or sign or unicodedata.category(char) == "Mn"):
            return None
    return text


def whole(text: str, *, card: str = "") -> bool:
    """Whether every letter of ``text`` came through: no U+FFFD, no ``?`` in a word, nothing that is no letter at all.

    ``card``: all that was read with it. Where that has Vietnamese letters, a ``?`` behind a word was written there.
    """
    if _SPOILED.search(text):
        return False
    return not _PERHAPS_SPOILED.search(text) or bool(_VIETNAMESE.search(card))
