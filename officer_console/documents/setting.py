"""Sets text: lines of a paragraph where its alignment wants them, as strips. Lengths in points."""

from __future__ import annotations

from collections.abc import Sequence

from officer_console.documents.elements import Align, Words
from officer_console.documents.filled import Filled
from officer_console.documents.fonts import Faces
from officer_console.documents.strips import Rule, Strip, Text
from officer_console.documents.text import Line, Segment, Word, flow, line_count, words

# From line to line, in sizes; NĐ 30/2020 asks for single spacing at least, which is 1.15 with these faces.
WIDE, SINGLE = 1.22, 1.15
THIN = 0.6
_ASCENT, _DESCENT = 0.891, 0.216
# Centred text of so many lines is divided evenly, to so many points.
_BALANCED, _BALANCE_STEP = 4, 4.0


class Setter:
    """Sets the texts of one document."""

    def __init__(self, filled: Filled, faces: Faces, leading: float) -> None:
        self._filled = filled
        self._faces = faces
        self._leading = leading

    def lines(
        self,
        words: Words,
        size: float,
        width: float,
        align: Align = Align.LEFT,
        *,
        tag: int,
        first: float = 0.0,
        leading: float | None = None,
    ) -> list[Strip]:
        """Return the lines of a definition's text, filled in, as strips; lengths in points."""
        return self.set(self._filled.segments(words, size), size, width, align, tag=tag, first=first, leading=leading)

    def set(
        self,
        segments: Sequence[Segment],
        size: float,
        width: float,
        align: Align = Align.LEFT,
        *,
        tag: int,
        first: float = 0.0,
        leading: float | None = None,
    ) -> list[Strip]:
        """Return the lines of clean text as strips."""
        pitch = self._leading if leading is None else leading
        found = words(segments, self._faces, size)
        lines = flow(found, self._faces, size, width, first)
        if align is Align.CENTRE and 1 < len(lines) <= _BALANCED:
            lines = self._balanced(found, size, width, len(lines))
        last = len(lines) - 1
        # no line of a paragraph stands alone on a page
        return [
            Strip(
                size * pitch,
                (
                    _placed(
                        _spaced(line) if number < last else line,
                        size,
                        width,
                        align,
                        tag,
                        first if number == 0 else 0.0,
                        pitch,
                    ),
                ),
                keep=last > 0 and number in {0, last - 1},
            )
            for number, line in enumerate(lines)
        ]

    def _balanced(self, found: Sequence[Word], size: float, width: float, count: int) -> tuple[Line, ...]:
        """Break centred text into ``count`` lines of about the same length; no word is broken for that."""
        low, high = max(width / count, *(word.width for word in found)), width
        while high - low > _BALANCE_STEP:
            middle = (low + high) / 2
            if line_count(found, self._faces, size, middle) > count:
                low = middle
            else:
                high = middle
        return flow(found, self._faces, size, high)

    def cuts(self, strips: Sequence[Strip]) -> bool:
        """Whether a line of these strips ends within a word; where it does not, it ends with its space."""
        ends = [strip.texts[-1].segments for strip in strips[:-1] if strip.texts]
        return any(segments and not segments[-1].text.endswith(" ") for segments in ends)

    def reach(self, strips: Sequence[Strip]) -> float:
        """Return how far to the right the letters of strips reach."""
        return max(
            text.x + sum(self._faces[face].width(letters, text.size) for face, letters in text.segments)
            for strip in strips
            for text in strip.texts
        )


def _spaced(line: Line) -> Line:
    """Return a line with the space it was broken at, so that who reads or copies the text does not join two words."""
    if line.cut or not line.segments:
        return line
    end = line.segments[-1]
    return line._replace(segments=(*line.segments[:-1], end._replace(text=end.text + " ")))


def _placed(line: Line, size: float, width: float, align: Align, tag: int, first: float, leading: float) -> Text:
    """Return a line's letters where its alignment wants them."""
    x, gap, room = first, 0.0, width - first - line.width
    if align is Align.CENTRE:
        x = room / 2
    elif align is Align.RIGHT:
        x = room
    elif align is Align.JUSTIFY and line.goes_on and line.spaces:
        gap = room / line.spaces
    base = size * ((leading - _ASCENT - _DESCENT) / 2 + _ASCENT)
    return Text(tag, x, base, size, line.segments, gap)


def short_rule(width: float, length: float) -> Strip:
    """Return a rule in the middle, as below the agency and the title."""
    left = (width - length) / 2
    return Strip(6.0, (), (Rule(left, 3.0, left + length, 3.0, THIN),))
