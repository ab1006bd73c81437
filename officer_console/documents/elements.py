"""What a form is made of: the closed set of elements a definition may use. Lengths are millimetres, sizes points."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Align(StrEnum):
    """How lines stand between the margins."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    JUSTIFY = "justify"


class SymbolKind(StrEnum):
    """Which codes stand at the foot of every page."""

    QR = "qr"
    CODE_128 = "code128"


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a field's value in a text."""

    field: str


Template = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one face; not there unless every condition holds."""

    parts: Template
    bold: bool = False
    italic: bool = False
    capitals: bool = False
    when: tuple[Condition, ...] = ()


Words = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the field is there, when it is not (``absent``), or when its value is ``equals``."""

    field: str
    equals: str | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What all elements have: they are printed when every condition holds."""

    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph(Element):
    """Running text. ``first`` is the indent of the first line, ``left`` of all of them, ``after`` the space below.

    ``keep``: it stays on one page with what follows.
    """

    words: Words
    align: Align = Align.JUSTIFY
    size: float | None = None
    first: float = 0.0
    left: float = 0.0
    after: float = 6.0
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Element):
    """The title: centred bold lines, the last one with a short rule below where ``rule`` is set."""

    lines: tuple[Words, ...]
    size: float = 14.0
    rule: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalHead(Element):
    """Quốc hiệu and tiêu ngữ with its rule.

    With ``agency`` (parent body, issuing body) they stand at the right, the agency and the document's ``number`` at
    the left, ``place_date`` below at the right; without, it is a citizen's paper and they stand in the middle.
    """

    country: Words
    motto: Words
    parent: Words | None = None
    agency: Words | None = None
    number: Words | None = None
    place_date: Words | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One of several elements beside one another; ``share`` is its part of the width."""

    share: float
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns(Element):
    """Elements beside one another."""

    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and its value; where there is none a dotted line, or, for what is ``optional``, nothing at all."""

    label: Words
    value: Words
    share: float = 1.0
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields(Element):
    """Rows of labelled values."""

    rows: tuple[tuple[Entry, ...], ...]
    size: float | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A box to tick and what it means; ticked when the condition holds."""

    words: Words
    ticked: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks(Element):
    """Boxes to tick, beside one another as far as they fit; none is ticked when the field is missing."""

    options: tuple[Option, ...]
    label: Words | None = None
    size: float | None = None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: ``field`` names the value in each row, ``#`` is the row's number from 1."""

    title: Words
    field: str
    width: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Element):
    """A ruled table of a field with rows; its head is repeated on every page. Blank rows make it ``least`` rows.

    ``sums``: the last row is the sum of the others. ``keep``: its last rows stay with what comes next.
    """

    rows: str
    columns: tuple[TableColumn, ...]
    least: int = 0
    sums: bool = False
    keep: bool = False
    size: float = 12.0
    total: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Element):
    """A list: the values of a list field, or ``texts`` that stand in the definition, each behind ``marker``.

    ``#.`` as a marker counts.
    """

    field: str | None = None
    texts: tuple[Words, ...] = ()
    marker: str = "-"
    size: float | None = None
    left: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature(Element):
    """Who signs: capacity in capitals, a note in italics, ``room`` to sign in, the name."""

    titles: tuple[Words, ...]
    note: Words | None = None
    room: float = 24.0
    name: Words | None = None
    date: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients(Element):
    """Nơi nhận."""

    title: Words
    entries: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box(Element):
    """A frame around elements, as for what the office fills in."""

    elements: tuple[Element, ...]
    title: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Space(Element):
    """Empty height."""

    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage(Element):
    """What follows begins on a page of its own."""
