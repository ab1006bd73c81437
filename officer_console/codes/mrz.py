"""Machine-readable lines of cards (TD1) and passports (TD3), ICAO 9303, as OCR reads them.

A value stands only if its check digit does. Where a place can only hold a digit, a letter that looks like one is read
as that digit, and kept when the check digits prove it; names have none and stay as they were read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from officer_console.codes import fields
from officer_console.domain.person import BirthDate, Sex

_WEIGHTS = (7, 3, 1)
_VALUES = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_AS_DIGIT = str.maketrans("OQDILZSGB", "000112568")
_AS_LETTER = str.maketrans("015268", "OISZGB")
_OTHER_ANGLES = str.maketrans({"«": "<<", "‹": "<", "＜": "<", "〈": "<", "≪": "<<", "(": "<"})
_NOT_MRZ = re.compile(r"[^A-Z0-9<]")
_FILLER_RUN = re.compile(r"<+")
_DATE = re.compile(r"[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}|<<)|<<<<)")
_CITIZEN_NUMBER = re.compile(r"[0-9]{12}")
_SEX = {"M": Sex.MALE, "F": Sex.FEMALE}
_VIETNAM = "VNM"
_LINE_LIMIT = 200
_TEXT_LIMIT = 20_000
# How many characters OCR may lose or invent in a run of fillers.
_SLACK = 3
# Of number, personal number, birth, expiry and the check digit over all: fewer that hold are chance.
_ENOUGH = 3


class MrzFormat(StrEnum):
    """The two formats: three lines of 30 on cards, two lines of 44 in passports."""

    TD1 = "td1"
    TD3 = "td3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mrz:
    """What the lines say. A value whose check digit fails is ``None`` and named in ``failed``; ``repaired`` names those
    that hold because a letter was read as the digit it looks like. ``number`` is the paper's own number,
    ``personal_number`` the citizen's twelve digits in the optional field. ``expires`` 2099-12-31 is: never.
    """

    format: MrzFormat
    document_code: str
    issuer: str
    number: str | None
    personal_number: str | None
    full_name: str
    birth: BirthDate | None
    sex: Sex | None
    expires: date | None
    nationality: str
    failed: tuple[str, ...]
    repaired: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where things stand: (line, from, to); the check digit follows at ``to`` unless named in ``checks``."""

    format: MrzFormat
    lines: int
    width: int
    name: tuple[int, int, int]
    number: tuple[int, int, int]
    birth: tuple[int, int, int]
    sex: tuple[int, int]
    expires: tuple[int, int, int]
    nationality: tuple[int, int, int]
    personal: tuple[int, int, int]
    personal_check: tuple[int, int]
    composite: tuple[tuple[int, int, int], ...]
    composite_check: tuple[int, int]


_TD1 = _Layout(
    format=MrzFormat.TD1,
    lines=3,
    width=30,
    name=(2, 0, 30),
    number=(0, 5, 14),
    birth=(1, 0, 6),
    sex=(1, 7),
    expires=(1, 8, 14),
    nationality=(1, 15, 18),
    # Vietnamese cards: the twelve digits, two fillers, their check digit
    personal=(0, 15, 27),
    personal_check=(0, 29),
    composite=((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
    composite_check=(1, 29),
)
_TD3 = _Layout(
    format=MrzFormat.TD3,
    lines=2,
    width=44,
    name=(0, 5, 44),
    number=(1, 0, 9),
    birth=(1, 13, 19),
    sex=(1, 20),
    expires=(1, 21, 27),
    nationality=(1, 10, 13),
    personal=(1, 28, 42),
    personal_check=(1, 42),
    composite=((1, 0, 10), (1, 13, 20), (1, 21, 43)),
    composite_check=(1, 43),
)


def check_digit(text: str) -> str:
    """Return the check digit of capitals, digits and fillers: values times 7, 3, 1, … modulo 10 (ICAO 9303-3 §4.9)."""
    return str(sum(_VALUES.get(char, 0) * _WEIGHTS[place % 3] for place, char in enumerate(text)) % 10)


def read(data: bytes, *, today: date) -> Mrz | None:
    """Find machine-readable lines in text (UTF-8, as OCR gives it) and read them; ``None`` when there are none.

    ``today`` decides the century of a birth year that no citizen number tells. Never raises.
    """
    lines = _candidates(data)
    found = (mrz for layout in (_TD1, _TD3) for mrz in _in_layout(lines, layout, today))
    return min(found, key=lambda mrz: len(mrz.failed), default=None)


def _candidates(data: bytes) -> list[str]:
    text = data[:_TEXT_LIMIT].decode("utf-8", "replace").translate(_OTHER_ANGLES).upper()
    lines = [_NOT_MRZ.sub("", line) for line in text.splitlines()[:_LINE_LIMIT]]
    whole = {layout.lines * layout.width: layout.width for layout in (_TD1, _TD3)}
    split: list[str] = []
    for line in lines:
        width = whole.get(len(line), 0) or len(line) or 1
        split += [line[at : at + width] for at in range(0, len(line), width)]
    return split


def _in_layout(lines: Sequence[str], layout: _Layout, today: date) -> Iterator[Mrz]:
    near = [line for line in lines if abs(len(line) - layout.width) <= _SLACK]
    name_line = layout.name[0]
    for at in range(len(near) - layout.lines + 1):
        window = [
            _padded(line, layout.width) if row == name_line else _fitted(line, layout.width)
            for row, line in enumerate(near[at : at + layout.lines])
        ]
        mrz = _Reader(window, layout).read(today)
        if mrz is not None:
            yield mrz


def _padded(line: str, width: int) -> str:
    return line[:width].ljust(width, "<")


def _fitted(line: str, width: int) -> str:
    """Return ``line`` in its width: fillers lost or invented are put into or taken out of the longest run of them."""
    runs = sorted(_FILLER_RUN.finditer(line), key=lambda run: run.end() - run.start())
    if len(line) == width or not runs:
        return _padded(line, width)
    start, end = runs[-1].span()
    kept = max(0, end - start + width - len(line))
    return _padded(line[:start] + "<" * kept + line[end:], width)


class _Reader:
    """Reads one window of lines in one layout."""

    def __init__(self, lines: list[str], layout: _Layout) -> None:
        self._layout = layout
        self._read_as = lines
        self._lines = [list(line) for line in lines]
        self._repaired: list[str] = []
        self._failed: list[str] = []
        self._held = 0

    def read(self, today: date) -> Mrz | None:
        """Return what the lines say, or ``None`` when too few check digits hold."""
        layout = self._layout
        vietnamese = self._raw((0, 2, 5)) == _VIETNAM
        number = self._number(vietnamese=vietnamese)
        personal = self._personal() if vietnamese else None
        born = self._proved("birth", layout.birth, _DATE)
        until = self._proved("expires", layout.expires, _DATE)
        self._composite()
        if self._held < _ENOUGH:
            return None
        if personal and layout.format is MrzFormat.TD1 and number not in (None, personal[3:]):
            # The card's number is the last nine of the citizen's: one of the two is a misreading that adds up.
            number = personal = None
            self._failed += ["number", "personal_number"]
        birth = _birth(born, personal, today)
        expires = _expiry(until)
        for field, text, value in (("birth", born, birth), ("expires", until, expires)):
            if text and text.strip("<") and value is None:
                self._failed.append(field)
        return Mrz(
            format=layout.format,
            document_code=self._raw((0, 0, 2)).strip("<"),
            issuer=self._raw((0, 2, 5)).strip("<"),
            number=number,
            personal_number=personal,
            full_name=" ".join(self._raw(layout.name).replace("<", " ").split()),
            birth=birth,
            sex=_SEX.get(self._lines[layout.sex[0]][layout.sex[1]]),
            expires=expires,
            nationality=self._raw(layout.nationality).strip("<"),
            failed=tuple(dict.fromkeys(self._failed)),
            repaired=tuple(field for field in self._repaired if field not in self._failed),
        )

    def _raw(self, place: tuple[int, int, int]) -> str:
        line, start, end = place
        return "".join(self._lines[line][start:end])

    def _put(self, place: tuple[int, int, int], text: str) -> None:
        line, start, end = place
        self._lines[line][start:end] = text

    def _check_at(self, place: tuple[int, int]) -> str:
        """Return the check digit at ``place``, a letter there read as the digit it looks like."""
        line, at = place
        self._lines[line][at] = self._lines[line][at].translate(_AS_DIGIT)
        return self._lines[line][at]

    def _holds(self, field: str, place: tuple[int, int, int], read: str, check: tuple[int, int]) -> bool:
        """Whether ``read`` agrees with its check digit; then it stands in the lines from here on."""
        before = self._read_as[check[0]][check[1]]
        if check_digit(read) != self._check_at(check):
            self._failed.append(field)
            return False
        if read != self._raw(place) or before != self._check_at(check):
            self._repaired.append(field)
        self._put(place, read)
        self._held += 1
        return True

    def _proved(self, field: str, place: tuple[int, int, int], form: re.Pattern[str]) -> str | None:
        """Return a field of digits whose check digit holds."""
        read = self._raw(place).translate(_AS_DIGIT)
        check = (place[0], place[2])
        if read.strip("<") == "" and self._check_at(check) in "<0":
            return read
        if not form.fullmatch(read):
            self._failed.append(field)
            return None
        return read if self._holds(field, place, read, check) else None

    def _number(self, *, vietnamese: bool) -> str | None:
        """Return the paper's number; only in Vietnam's form is it known which places are digits."""
        place = self._layout.number
        read = self._raw(place)
        if vietnamese and self._layout.format is MrzFormat.TD1:
            read = read.translate(_AS_DIGIT)
        elif vietnamese and check_digit(read) != self._check_at((place[0], place[2])):
            read = read[0].translate(_AS_LETTER) + read[1:].translate(_AS_DIGIT)
        return read.strip("<") if self._holds("number", place, read, (place[0], place[2])) else None

    def _personal(self) -> str | None:
        place = self._layout.personal
        read = self._raw(place).translate(_AS_DIGIT)
        if not read.strip("<"):
            return None
        if not _CITIZEN_NUMBER.fullmatch(read.rstrip("<")):
            self._failed.append("personal_number")
            return None
        return read.rstrip("<") if self._holds("personal_number", place, read, self._layout.personal_check) else None

    def _composite(self) -> None:
        """Hold the check digit over all against the lines as they were read or repaired."""
        text = "".join(self._raw(place) for place in self._layout.composite)
        if check_digit(text) == self._check_at(self._layout.composite_check):
            self._held += 1
        else:
            self._failed.append("composite")


def _birth(text: str | None, personal_number: str | None, today: date) -> BirthDate | None:
    if not text or not text[:2].isdigit():
        return None
    short = int(text[:2])
    century = today.year // 100 * 100
    year = century + short if century + short <= today.year else century - 100 + short
    if personal_number is not None and personal_number[4:6] == text[:2]:
        year = 1900 + int(personal_number[3]) // 2 * 100 + short
    month, day = (int(part) if part.isdigit() else None for part in (text[2:4], text[4:6]))
    born = fields.dated(year, month, day)
    return born if born is None or born.earliest() <= today else fields.dated(year - 100, month, day)


def _expiry(text: str | None) -> date | None:
    if not text or not text.isdigit():
        return None
    until = fields.dated(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    return until.earliest() if until and until.month and until.day else None
