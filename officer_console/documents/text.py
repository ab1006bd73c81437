"""Texts on their way to paper: composed, freed of what cannot be printed as it is, measured and broken into lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from officer_console.documents.fonts import Faces

# What stands for a character that cannot be printed, the first of them the faces have.
_SUBSTITUTES = ("\ufffd", "\u25a1", "?")
_LINE_ENDS = re.compile("\r\n?|[\n\v\f\x85\u2028\u2029]")
_MARKS_LIMIT = 2
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Me", "Zl", "Zp"})
_HARD_SPACE = "\u00a0"
_ADDRESS_SIGNS = frozenset("@./_-")


class Segment(NamedTuple):
    """Letters of one face."""

    face: int
    text: str


class Line(NamedTuple):
    """One line: its segments, its width in points, how many spaces may be stretched, whether more follows.

    ``cut``: it ends within a word.
    """

    segments: tuple[Segment, ...]
    width: float
    spaces: int
    goes_on: bool
    cut: bool = False


class Cleaner(dict[int, str]):
    """Makes any text printable: ``clean``. Characters are looked at once and remembered (a table for str.translate)."""

    def __init__(self, faces: Faces) -> None:
        super().__init__({9: " ", 10: "\n"})
        self._known = faces[0].glyphs.keys() & faces[1].glyphs.keys() & faces[2].glyphs.keys() & faces[3].glyphs.keys()
        self.substitute = next(sign for sign in _SUBSTITUTES if sign in self._known)
        self._marks = frozenset(
            letter
            for letter in self._known
            if unicodedata.category(letter) == "Mn" and all(face.widths[letter] == 0 for face in faces)
        )

    def __missing__(self, code: int) -> str:
        """Return what is printed for a character."""
        self[code] = printed = self._printed(chr(code))
        return printed

    def _printed(self, letter: str) -> str:
        category = unicodedata.category(letter)
        if category == "Zs":
            return _HARD_SPACE if letter in {_HARD_SPACE, "\u202f"} and _HARD_SPACE in self._known else " "
        if letter not in self._known or category in _UNPRINTABLE:
            return self.substitute
        if category == "Mn" and letter not in self._marks:
            return self.substitute
        # Nobody lays these out from right to left here, and a name in the wrong order is another name.
        return self.substitute if unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT else letter

    def clean(self, text: str) -> str:
        """Return ``text`` in NFC, line feeds between lines, a visible substitute for what has no letter."""
        if text.isascii() and text.isprintable():
            return text
        composed = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)).translate(self)
        return self._held_down(composed) if self._marks.intersection(composed) else composed

    def _held_down(self, text: str) -> str:
        """Let marks stand on a letter only, and two at most: more would make an ink blot."""
        done, run = [], _MARKS_LIMIT
        for letter in text:
            if letter in self._marks:
                run += 1
                done.append(letter if run <= _MARKS_LIMIT else self.substitute)
            else:
                run = _MARKS_LIMIT if letter.isspace() else 0
                done.append(letter)
        return "".join(done)


class Word(NamedTuple):
    """Letters between spaces, their width in points."""

    segments: tuple[Segment, ...]
    width: float
    # the face of the space before it; None at the start of a line of the text
    space: int | None


def break_lines(
    segments: Sequence[Segment], faces: Faces, size: float, width: float, first: float = 0.0
) -> tuple[Line, ...]:
    """Break clean text into lines no wider than ``width`` points, the first one by ``first`` less; at least one line.

    A word that is wider than a line is broken between letters.
    """
    return flow(words(segments, faces, size), faces, size, width, first)


def flow(found: Sequence[Word], faces: Faces, size: float, width: float, first: float = 0.0) -> tuple[Line, ...]:
    """Do what ``break_lines`` does with words that are measured already."""
    lines: list[Line] = []
    row: list[Word] = []
    taken, room = 0.0, width - first
    for word in found:
        gap = 0.0 if word.space is None else faces[word.space].widths[" "] * size / 1000
        if word.space is None and (row or lines):
            lines.append(_line(row, taken, goes_on=False))
            row, taken, room = [], 0.0, width
        if row and taken + gap + word.width > room:
            lines.append(_line(row, taken, goes_on=True))
            row, taken, room, gap = [], 0.0, width, 0.0
        pieces = [word] if word.width <= room else _split(word, faces, size, room, width)
        for piece in pieces[:-1]:
            lines.append(_line([piece], piece.width, goes_on=True)._replace(cut=True))
            room = width
        row.append(pieces[-1])
        taken += (gap if len(row) > 1 else 0.0) + pieces[-1].width
    lines.append(_line(row, taken, goes_on=False))
    return tuple(lines)


def line_count(found: Sequence[Word], faces: Faces, size: float, width: float) -> int:
    """Return how many lines ``flow`` would make, none of the words being wider than ``width``."""
    count, taken = 0, 0.0
    for word in found:
        gap = 0.0 if word.space is None else faces[word.space].widths[" "] * size / 1000
        if word.space is None or taken + gap + word.width > width:
            count, taken = count + 1, word.width
        else:
            taken += gap + word.width
    return count


def words(segments: Sequence[Segment], faces: Faces, size: float) -> list[Word]:
    """Measure the words of a clean text."""
    found: list[Word] = []
    parts: list[Segment] = []
    space: int | None = None

    def close() -> None:
        found.append(Word(tuple(parts), sum([faces[face].width(text, size) for face, text in parts]), space))
        parts.clear()

    for face, text in segments:
        for number, row in enumerate(text.split("\n")):
            if number:
                close()
                space = None
            for place, letters in enumerate(row.split(" ")):
                if place:
                    close()
                    space = face
                if letters:
                    parts.append(Segment(face, letters))
    close()
    # several spaces are one, and none begins or ends a line
    return [word for word in found if word.segments or word.space is None]


def _split(word: Word, faces: Faces, size: float, room: float, width: float) -> list[Word]:
    """Break a word between letters, the first piece within ``room``; a mark stays with its letter."""
    pieces: list[Word] = []
    parts: list[Segment] = []
    taken = 0.0
    for face, text in word.segments:
        widths, begun = faces[face].widths, 0
        for at, letter in enumerate(text):
            advance = widths[letter] * size / 1000
            if taken + advance > room and (parts or at > begun):
                end = _good_end(text, begun, at)
                rest = sum([widths[each] for each in text[end:at]]) * size / 1000
                if rest + advance > width or not widths[text[end]]:
                    end, rest = at, 0.0
                if end > begun:
                    parts.append(Segment(face, text[begun:end]))
                pieces.append(Word(tuple(parts), taken - rest, None))
                parts, begun, taken, room = [], end, rest, width
            taken += advance
        parts.append(Segment(face, text[begun:]))
    pieces.append(Word(tuple(parts), taken, None))
    return pieces


def _good_end(text: str, begun: int, at: int) -> int:
    """Return where an endless word that has room up to ``at`` ends its line: behind a sign of addresses, if it can."""
    return next((end for end in range(at, (begun + at) // 2, -1) if text[end - 1] in _ADDRESS_SIGNS), at)


def _line(row: Sequence[Word], width: float, *, goes_on: bool) -> Line:
    merged: list[Segment] = []
    for place, word in enumerate(row):
        texts = list(word.segments)
        if place and word.space is not None:
            texts.insert(0, Segment(word.space, " "))
        for face, text in texts:
            if merged and merged[-1].face == face:
                merged[-1] = Segment(face, merged[-1].text + text)
            else:
                merged.append(Segment(face, text))
    return Line(tuple(merged), width, len(row) - 1, goes_on)
