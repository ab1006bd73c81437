"""Turns the elements of a filled form into strips."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from officer_console.documents.elements import (
    Align,
    Box,
    Checks,
    Columns,
    Element,
    Entry,
    Fields,
    Heading,
    Items,
    NationalHead,
    NewPage,
    Paragraph,
    Recipients,
    Signature,
    Space,
    Table,
    Words,
)
from officer_console.documents.filled import MM, Filled
from officer_console.documents.fonts import BOLD, REGULAR, Faces
from officer_console.documents.setting import SINGLE, THIN, Setter, short_rule
from officer_console.documents.strips import Room, Rule, Strip, Tags, Text, beside, framed, kept, tied
from officer_console.documents.text import Segment, break_lines

_PAD = 3.0
_BOX_PAD = 6.0
_GUTTER = 8.0
# Signing room is cut into pieces so that what stands beside it keeps its own pitch.
_ROOM_PIECE = 14.0
# NĐ 30/2020, annex I: quốc hiệu 12–13, tiêu ngữ 13–14, the agency 12–13.
_COUNTRY, _MOTTO, _AGENCY, _NUMBER = 12.0, 13.0, 12.0, 13.0
_AGENCY_SHARE = 0.40
_RECIPIENTS_TITLE, _RECIPIENTS = 12.0, 11.0
_TICK = 0.75
# The rows of a table that are taller than this may be divided by a page.
_ROW_TOGETHER = 12
_COLUMNS_TOGETHER = 30
# As much of what is signed stays on the page of the signatures.
_SIGNED = 28 * MM
# As much of a table that is kept with what follows.
_LAST_ROWS = 14 * MM


class Layout:
    """Lays out one document, lines ``leading`` sizes apart; the structure it finds is in ``tags``."""

    def __init__(self, filled: Filled, faces: Faces, size: float, leading: float) -> None:
        self.tags = Tags()
        self._filled = filled
        self._faces = faces
        self._size = size
        self._setter = Setter(filled, faces, leading)
        self._methods: dict[type[Element], Callable[[Any, float, int], list[Strip]]] = {
            Paragraph: self._paragraph,
            Heading: self._heading,
            NationalHead: self._national_head,
            Columns: self._columns,
            Fields: self._fields,
            Checks: self._checks,
            Table: self._table,
            Items: self._items,
            Signature: self._signature,
            Recipients: self._recipients,
            Box: self._framed,
            Space: self._space,
            NewPage: self._new_page,
        }

    def strips(self, elements: Sequence[Element], width: float, parent: int = 0) -> list[Strip]:
        """Return the strips of those elements whose conditions hold, ``width`` points wide."""
        made: list[Strip] = []
        for element in elements:
            if self._filled.holds(element.when):
                added = self._methods[type(element)](element, width, parent)
                made = [*(tied(made, _SIGNED) if added and _signs(element) else made), *added]
        return made

    def _paragraph(self, element: Paragraph, width: float, parent: int) -> list[Strip]:
        size, left = element.size or self._size, element.left * MM
        strips = self._setter.lines(
            element.words,
            size,
            width - left,
            element.align,
            tag=self.tags.add("P", parent),
            first=element.first * MM,
        )
        made = beside([(left, strips)])
        if element.keep:
            made = [strip._replace(keep=True) for strip in made]
        return [*made, Strip(element.after, gap=True, keep=element.keep)]

    def _heading(self, element: Heading, width: float, parent: int) -> list[Strip]:
        tag = self.tags.add("H1", parent)
        made = [Strip(10.0, gap=True)]
        widest = 0.0
        for words in element.lines:
            lines = self._setter.lines(words, element.size, width, Align.CENTRE, tag=tag)
            widest = max(width - 2 * text.x for strip in lines for text in strip.texts)
            made += lines
        if element.rule:
            made.append(short_rule(width, widest / 3))
        return [*(strip._replace(keep=True) for strip in made), Strip(10.0, gap=True)]

    def _national_head(self, element: NationalHead, width: float, parent: int) -> list[Strip]:
        if element.agency is None:
            made = [*self._country(element, width, parent), *self._dated(element, width, parent)]
            return [*kept(made), Strip(8.0, gap=True)]
        left = _AGENCY_SHARE * width
        agency = self._agency(element, left - _GUTTER, parent)
        country = self._country(element, width - left, parent)
        made = beside([(0.0, agency), (left, country)])
        number = []
        if element.number is not None:
            tag = self.tags.add("P", parent)
            number = self._setter.lines(element.number, _NUMBER, left - _GUTTER, Align.CENTRE, tag=tag)
        # number and date stand on one line, however many the agency's name takes
        made += beside([(0.0, number), (left, self._dated(element, width - left, parent))])
        return [*kept(made), Strip(8.0, gap=True)]

    def _agency(self, element: NationalHead, width: float, parent: int) -> list[Strip]:
        made: list[Strip] = []
        if element.parent is not None:
            tag = self.tags.add("P", parent)
            made += self._setter.lines(element.parent, _AGENCY, width, Align.CENTRE, tag=tag)
        widest = 0.0
        if element.agency is not None:
            lines = self._setter.lines(element.agency, _AGENCY, width, Align.CENTRE, tag=self.tags.add("P", parent))
            widest = max(width - 2 * text.x for strip in lines for text in strip.texts)
            made += lines
        made.append(short_rule(width, widest / 2.5))
        return made

    def _country(self, element: NationalHead, width: float, parent: int) -> list[Strip]:
        made = self._setter.lines(element.country, _COUNTRY, width, Align.CENTRE, tag=self.tags.add("P", parent))
        lines = self._setter.lines(element.motto, _MOTTO, width, Align.CENTRE, tag=self.tags.add("P", parent))
        made += lines
        # the rule is as long as the line above it
        made.append(short_rule(width, max(width - 2 * text.x for strip in lines for text in strip.texts)))
        return made

    def _dated(self, element: NationalHead, width: float, parent: int) -> list[Strip]:
        if element.place_date is None:
            return []
        tag = self.tags.add("P", parent)
        return self._setter.lines(element.place_date, _NUMBER, width, Align.CENTRE, tag=tag)

    def _columns(self, element: Columns, width: float, parent: int) -> list[Strip]:
        whole, x, cells = sum(column.share for column in element.columns), 0.0, []
        for column in element.columns:
            taken = column.share / whole * width
            cells.append((x, self.strips(column.elements, taken - _GUTTER, parent)))
            x += taken
        made = beside(cells)
        return kept(made) if len(made) <= _COLUMNS_TOGETHER else made

    def _fields(self, element: Fields, width: float, parent: int) -> list[Strip]:
        size = element.size or self._size
        made: list[Strip] = []
        for row in element.rows:
            entries = [entry for entry in row if not (entry.optional and self._filled.lacks(entry.value))]
            if entries:
                made += [*self._fields_row(entries, size, width, parent), Strip(2.0, gap=True)]
        return [*made, Strip(2.0, gap=True)]

    def _fields_row(self, entries: Sequence[Entry], size: float, width: float, parent: int) -> list[Strip]:
        whole, x, cells = sum(entry.share for entry in entries), 0.0, []
        start = len(self.tags.nodes)
        for entry in entries:
            taken = entry.share / whole * width
            room = taken - (_GUTTER if entry is not entries[-1] else 0.0)
            cells.append((x, self._entry(entry, size, room, parent)))
            x += taken
        if len(entries) > 1 and any(self._setter.cuts(strips) for _, strips in cells):
            # a long word that has no room beside another value gets a line to itself
            del self.tags.nodes[start:]
            return [strip for entry in entries for strip in self._fields_row([entry], size, width, parent)]
        return beside(cells)

    def _entry(self, entry: Entry, size: float, width: float, parent: int) -> list[Strip]:
        tag = self.tags.add("P", parent)
        label = self._filled.segments(entry.label, size)
        if not self._filled.lacks(entry.value):
            value = self._filled.segments(entry.value, size)
            return self._setter.set([*label, Segment(REGULAR, " "), *value], size, width, tag=tag)
        used = break_lines([*label, Segment(REGULAR, " ")], self._faces, size, width)[-1].width
        room = width - used - self._faces[REGULAR].width("  ", size)
        dots = self._filled.dots(room if room > 20 * MM else width - 1, size)
        return self._setter.set([*label, Segment(REGULAR, " " + dots)], size, width, tag=tag)

    def _checks(self, element: Checks, width: float, parent: int) -> list[Strip]:
        size = element.size or self._size
        box, whole = _TICK * size, self.tags.add("P", parent)
        made: list[Strip] = []
        x = 0.0
        row: list[tuple[float, list[Strip]]] = []
        if element.label is not None:
            label = self._setter.lines(element.label, size, width, tag=self.tags.add("Span", whole))
            row, x = [(0.0, label)], self._setter.reach(label) + _GUTTER
        for option in element.options:
            ticked = self._filled.holds((option.ticked,))
            tag = self.tags.add("Span", whole)
            strips = self._setter.lines(option.words, size, width - box - _GUTTER, tag=self.tags.add("Span", whole))
            taken = box + 4.0 + self._setter.reach(strips)
            if row and x + taken > width:
                made += beside(row)
                row, x = [], 0.0
            drawn = self._box(strips[0], size, tag, ticked=ticked)
            row += [(x, [drawn]), (x + box + 4.0, strips)]
            x += taken + 2 * _GUTTER
        return [*made, *beside(row), Strip(4.0, gap=True)]

    def _box(self, beside_strip: Strip, size: float, tag: int, *, ticked: bool) -> Strip:
        side, base = _TICK * size, beside_strip.texts[0].y
        top = base - side + 1.0
        corners = ((0.0, top), (side, top), (side, top + side), (0.0, top + side), (0.0, top))
        rules = tuple(Rule(*a, *b, THIN) for a, b in pairwise(corners))
        # an empty box is drawn and has no letter: a space stands for it, so that it is read as a box, too
        letter, read = ("x", "[x]") if ticked else (" ", "[ ]")
        x = (side - self._faces[BOLD].width(letter, size)) / 2
        mark = Text(tag, x, base - 0.6, size, (Segment(BOLD, letter),), 0.0, read)
        return Strip(beside_strip.height, (mark,), rules)

    def _table(self, element: Table, width: float, parent: int) -> list[Strip]:
        table = self.tags.add("Table", parent)
        whole, edges = sum(column.width for column in element.columns), [0.0]
        for column in element.columns:
            edges.append(edges[-1] + column.width / whole * width)
        titles = [self._filled.segments(column.title, element.size) for column in element.columns]
        head = self._row(element, titles, edges, table, "TH")
        made = kept(head)
        made[-1] = made[-1]._replace(keep=True)
        rows: list[Mapping[str, str]] = [*self._filled.rows(element.rows)]
        rows += [{}] * (element.least - len(rows))
        for number, row in enumerate(rows, 1):
            texts = [
                str(number) if column.field == "#" and row else row.get(column.field, "") for column in element.columns
            ]
            face = BOLD if element.sums and number == len(rows) else REGULAR
            cells = [[Segment(face, text)] for text in texts]
            made += [strip._replace(head=tuple(head)) for strip in self._row(element, cells, edges, table, "TD")]
        if element.total:
            cells = [self._filled.segments(words, element.size) for words in element.total]
            made += [strip._replace(head=tuple(head)) for strip in self._row(element, cells, edges, table, "TD")]
        made.append(Strip(8.0, gap=True))
        return tied(made, _LAST_ROWS) if element.keep else made

    def _row(
        self, element: Table, texts: Sequence[Sequence[Segment]], edges: Sequence[float], table: int, role: str
    ) -> list[Strip]:
        row, cells = self.tags.add("TR", table), []
        for column, segments, left, right in zip(element.columns, texts, edges[:-1], edges[1:], strict=True):
            align = Align.CENTRE if role == "TH" else column.align
            tag = self.tags.add(role, row)
            inner = right - left - 2 * _PAD
            cells.append((left + _PAD, self._setter.set(segments, element.size, inner, align, tag=tag, leading=SINGLE)))
        made = framed(beside(cells), edges, THIN, 2.0)
        return kept(made) if len(made) <= _ROW_TOGETHER else [strip._replace(keep=False) for strip in made]

    def _items(self, element: Items, width: float, parent: int) -> list[Strip]:
        size, texts = element.size or self._size, [self._filled.segments(words, self._size) for words in element.texts]
        if element.field is not None:
            texts = [[Segment(REGULAR, text)] for text in self._filled.items(element.field)]
        if not texts:
            return []
        made: list[Strip] = []
        listed = self.tags.add("L", parent)
        for number, segments in enumerate(texts, 1):
            tag = self.tags.add("LBody", self.tags.add("LI", listed))
            marker = Segment(REGULAR, element.marker.replace("#", str(number)) + " ")
            made += self._setter.set([marker, *segments], size, width, Align.JUSTIFY, tag=tag, first=element.left * MM)
            made.append(Strip(3.0, gap=True))
        return [*made, Strip(3.0, gap=True)]

    def _signature(self, element: Signature, width: float, parent: int) -> list[Strip]:
        made: list[Strip] = []

        def add(words: Words | None, size: float) -> None:
            if words is not None:
                made.extend(self._setter.lines(words, size, width, Align.CENTRE, tag=self.tags.add("P", parent)))

        add(element.date, self._size)
        for words in element.titles:
            add(words, self._size)
        add(element.note, 12.0)
        pieces = max(1, round(element.room * MM / _ROOM_PIECE))
        room = Room(0.0, 0.0, width, element.room * MM)
        made += [Strip(element.room * MM / pieces, rooms=(room,) if not piece else ()) for piece in range(pieces)]
        if element.name is not None and not self._filled.lacks(element.name):
            add(element.name, self._size)
        return kept(made)

    def _recipients(self, element: Recipients, width: float, parent: int) -> list[Strip]:
        tag = self.tags.add("P", parent)
        made = self._setter.lines(element.title, _RECIPIENTS_TITLE, width, tag=tag)
        for words in element.entries:
            made += self._setter.lines(words, _RECIPIENTS, width, tag=self.tags.add("P", parent), leading=SINGLE)
        return made

    def _framed(self, element: Box, width: float, parent: int) -> list[Strip]:
        inner = width - 2 * _BOX_PAD
        made: list[Strip] = []
        if element.title is not None:
            made += self._setter.lines(element.title, self._size, inner, Align.CENTRE, tag=self.tags.add("P", parent))
            made.append(Strip(3.0))
        made += self.strips(element.elements, inner, parent)
        while made and made[-1].gap:
            made.pop()
        whole = framed(beside([(_BOX_PAD, made)]), (0.0, width), THIN, _PAD)
        return [*kept(whole), Strip(6.0, gap=True)]

    def _space(self, element: Space, width: float, parent: int) -> list[Strip]:  # noqa: ARG002 - as the others
        return [Strip(element.height * MM, gap=True)]

    def _new_page(self, element: NewPage, width: float, parent: int) -> list[Strip]:  # noqa: ARG002 - as the others
        return [Strip(0.0, gap=True, eject=True)]


def _signs(element: Element) -> bool:
    """Whether somebody signs in an element."""
    if isinstance(element, Columns):
        return any(_signs(inner) for column in element.columns for inner in column.elements)
    return isinstance(element, Signature)
