"""Puts strips on pages: breaks, page numbers, and the foot with the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from officer_console.documents.definition import Form, Page
from officer_console.documents.elements import Run, SymbolKind
from officer_console.documents.errors import DocumentError
from officer_console.documents.filled import MM, Filled
from officer_console.documents.fonts import ITALIC, REGULAR, Faces
from officer_console.documents.strips import Room, Rule, Strip, Text, moved, shifted
from officer_console.documents.symbol import Symbol, draw
from officer_console.documents.text import Segment, break_lines

A4 = (210 * MM, 297 * MM)
# The code of a page, from 1, of so many.
PageCode = Callable[[int, int], str]
# What belongs to the page and not to the text: no node of the structure.
FURNITURE = -1
_NUMBER_SIZE, _NUMBER_BASE = 13.0, 12 * MM
# The foot lies within the lower margin, off the edge most printers leave white.
_FOOT_TOP, _FOOT_BOTTOM = 23.5 * MM, 6.5 * MM
_QR_SIDE = _FOOT_TOP - _FOOT_BOTTOM
_BAR_HEIGHT = 8 * MM
# Bars of Code 128: as wide as there is room for, within what hand readers take; white of ten bars before them.
_BAR_MODULES = (0.2 * MM, 0.35 * MM)
_BAR_WHITE = 10
_FOOT_SIZES = (9.0, 8.0, 7.0, 6.0, 5.0)
_FOOT_LEADING = 1.15


@dataclass(slots=True)
class Sheet:
    """One page in PDF's coordinates (points, y grows upwards); ``bars`` are black rectangles (x, y, width, height).

    ``rooms`` are where somebody signs, in order.
    """

    width: float
    height: float
    texts: list[Text] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    bars: list[tuple[float, float, float, float]] = field(default_factory=list)
    rooms: list[Room] = field(default_factory=list)


def size(page: Page) -> tuple[float, float]:
    """Return width and height in points."""
    return (A4[1], A4[0]) if page.landscape else A4


def inner_width(page: Page) -> float:
    """Return the width between the margins in points."""
    return size(page)[0] - (page.left + page.right) * MM


def sheets(
    strips: Sequence[Strip], form: Form, filled: Filled, faces: Faces, codes: PageCode | None = None
) -> list[Sheet]:
    """Return the pages; ``codes`` makes the code of each, else all have the data's.

    Raises DocumentError ``foot-overflows`` when the foot's words or codes find no room.
    """
    width, height = size(form.page)
    made = []
    for placed in _broken(strips, height - (form.page.top + form.page.bottom) * MM):
        sheet, y = Sheet(width, height), form.page.top * MM
        for strip in placed:
            _place(sheet, strip, form.page.left * MM, y)
            y += strip.height
        made.append(sheet)
    for number, sheet in enumerate(made, 1):
        if number > 1:
            _number(sheet, number, form.page, faces)
        code = filled.text(form.code) if form.code else None
        if code is not None and codes is not None:
            code = codes(number, len(made))
        _foot(sheet, form, filled, faces, {"page": str(number), "pages": str(len(made))}, code)
    return made


def _broken(strips: Sequence[Strip], room: float) -> list[list[Strip]]:
    """Divide strips among pages that are ``room`` high."""
    found: list[list[Strip]] = [[]]
    used = 0.0
    for group in _groups(strips):
        needed = sum(strip.height for strip in group)
        # what does not fit on any page begins where it is
        if used + needed > room and found[-1] and needed + _head_height(group) <= room:
            found.append([])
            used = 0.0
        for strip in group:
            if used + strip.height > room and found[-1]:
                found.append([])
                used = 0.0
            if not found[-1]:
                if strip.gap:
                    continue
                found[-1] += _artifacts(strip.head)
                used += _head_height([strip])
            found[-1].append(strip)
            used += strip.height
            if strip.eject:
                found.append([])
                used = 0.0
    if not found[-1] and len(found) > 1:
        found.pop()
    return found


def _groups(strips: Iterable[Strip]) -> Iterable[list[Strip]]:
    group: list[Strip] = []
    kept = False
    for strip in strips:
        group.append(strip)
        # distance within what is kept together does not part it
        kept = strip.keep or (strip.gap and not strip.eject and kept)
        if not kept:
            yield group
            group = []
    if group:
        yield group


def _head_height(group: Sequence[Strip]) -> float:
    return sum(strip.height for strip in group[0].head)


def _artifacts(head: Iterable[Strip]) -> list[Strip]:
    """Return a repeated head of a table, which is read once only."""
    return [
        strip._replace(texts=tuple(text._replace(tag=FURNITURE) for text in strip.texts), keep=True) for strip in head
    ]


def _place(sheet: Sheet, strip: Strip, x: float, y: float) -> None:
    texts, rules = moved(strip, x, y)
    top = sheet.height
    sheet.texts += [text._replace(y=top - text.y) for text in texts]
    sheet.rules += [rule._replace(y0=top - rule.y0, y1=top - rule.y1) for rule in rules]
    sheet.rooms += [room._replace(y=top - room.y - room.height) for room in shifted(strip, x, y)]


def _number(sheet: Sheet, number: int, page: Page, faces: Faces) -> None:
    """Put the page's number in the middle of the upper margin (NĐ 30/2020; not on the first page)."""
    text = str(number)
    middle = (page.left * MM + sheet.width - page.right * MM) / 2
    x = middle - faces[REGULAR].width(text, _NUMBER_SIZE) / 2
    sheet.texts.append(Text(FURNITURE, x, sheet.height - _NUMBER_BASE, _NUMBER_SIZE, (Segment(REGULAR, text),), 0.0))


def _foot(sheet: Sheet, form: Form, filled: Filled, faces: Faces, extra: dict[str, str], code: str | None) -> None:
    left, right = form.page.left * MM, sheet.width - form.page.right * MM
    low = _FOOT_BOTTOM
    if code is not None:
        if SymbolKind.QR in form.symbols:
            symbol = draw(code, SymbolKind.QR)
            module = _QR_SIDE / symbol.width
            _draw(sheet, symbol, left, _FOOT_BOTTOM, module, module)
            left += _QR_SIDE + 4 * module + 6.0
        if SymbolKind.CODE_128 in form.symbols:
            symbol = draw(code, SymbolKind.CODE_128)
            module = min(_BAR_MODULES[1], (right - left) / (symbol.width + _BAR_WHITE))
            if module < _BAR_MODULES[0]:
                raise DocumentError("foot-overflows", form=form.name)
            _draw(sheet, symbol, right - symbol.width * module, _FOOT_BOTTOM, module, _BAR_HEIGHT)
            low += _BAR_HEIGHT + 2.0
    _foot_words(sheet, form, filled, faces, extra, (left, right, low))


def _foot_words(
    sheet: Sheet, form: Form, filled: Filled, faces: Faces, extra: dict[str, str], room: tuple[float, float, float]
) -> None:
    left, right, low = room
    for size_now in _FOOT_SIZES:
        segments = filled.segments(form.foot, size_now, extra)
        if not form.verified:
            basis = filled.segments((Run((form.basis,), italic=True),), size_now)
            segments = [*basis, Segment(ITALIC, "\n"), *segments] if segments else basis
        lines = break_lines(segments, faces, size_now, right - left)
        pitch = size_now * _FOOT_LEADING
        if len(lines) * pitch <= _FOOT_TOP - low:
            break
    else:
        raise DocumentError("foot-overflows", form=form.name)
    for number, line in enumerate(lines):
        base = _FOOT_TOP - number * pitch - 0.9 * size_now
        sheet.texts.append(Text(FURNITURE, left, base, size_now, line.segments, 0.0))


def _draw(sheet: Sheet, symbol: Symbol, x: float, y: float, module: float, row: float) -> None:
    """Draw a symbol with its lower left corner at ``x``, ``y``."""
    sheet.bars += [
        (x + left * module, y + (symbol.height - top - high) * row, wide * module, high * row)
        for left, top, wide, high in symbol.bars
    ]
