"""Reads the elements of a definition; every word that is not understood is an error with its place."""

from __future__ import annotations

import re
from collections.abc import Callable

from officer_console.documents import measures
from officer_console.documents.elements import (
    Align,
    Box,
    Checks,
    Column,
    Columns,
    Condition,
    Element,
    Entry,
    Fields,
    Heading,
    Items,
    NationalHead,
    NewPage,
    Option,
    Paragraph,
    Recipients,
    Run,
    Signature,
    Slot,
    Space,
    Table,
    TableColumn,
    Template,
    Words,
)
from officer_console.documents.places import Place

# What only the foot of a page knows of itself.
PAGE_FIELDS = frozenset({"page", "pages"})
NAME = re.compile(r"[a-z][a-z0-9_]*")
_PIECES = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_NESTING = 6
_NONE: frozenset[str] = frozenset()


class Parser:
    """Reads one definition's elements.

    ``uses`` says in the end which fields were named, and where first; the other three, how.
    """

    def __init__(self) -> None:
        self.uses: dict[str, Place] = {}
        self.text_uses: dict[str, Place] = {}
        self.row_uses: list[tuple[Table, Place]] = []
        self.list_uses: dict[str, Place] = {}
        self.value_uses: list[tuple[Condition, Place]] = []
        self._depth = 0
        self._in_foot = False

    def elements(self, place: Place) -> tuple[Element, ...]:
        """Read a list of elements."""
        self._depth += 1
        if self._depth > _NESTING:
            place.fail("form-nested-too-deep", limit=_NESTING)
        read = tuple(self._element(item) for item in place.items())
        self._depth -= 1
        return read

    def foot(self, place: Place) -> Words:
        """Read the foot of the pages, the one place that knows ``{page}`` and ``{pages}``."""
        self._in_foot = True
        read = self.words(place)
        self._in_foot = False
        return read

    def template(self, place: Place) -> Template:
        """Read a text with ``{field}`` in it."""
        text = place.text()
        parts: list[str | Slot] = []
        for number, piece in enumerate(_PIECES.split(text)):
            if number % 2:
                if piece not in PAGE_FIELDS:
                    self.uses.setdefault(piece, place)
                    self.text_uses.setdefault(piece, place)
                elif not self._in_foot:
                    place.fail("form-page-outside-foot", name=piece)
                parts.append(Slot(piece))
            elif "{" in piece or "}" in piece:
                place.fail("form-brace", found=text)
            elif piece:
                parts.append(piece)
        return tuple(parts)

    def words(self, place: Place, *, bold: bool = False, italic: bool = False, capitals: bool = False) -> Words:
        """Read a text, or a list of texts and ``{text, bold, italic, capitals, when}``."""
        if place.is_text:
            return (Run(self.template(place), bold, italic, capitals),)
        return tuple(self._run(item, bold=bold, italic=italic) for item in place.items())

    def conditions(self, members: dict[str, Place]) -> tuple[Condition, ...]:
        """Read ``when``: one condition or a list of them."""
        place = members.get("when")
        if place is None:
            return ()
        return tuple(self.condition(item) for item in (place.items() if place.is_list else (place,)))

    def condition(self, place: Place) -> Condition:
        """Read ``{field: …}`` with ``equals`` or ``absent``."""
        members = place.members(frozenset({"field"}), frozenset({"equals", "absent"}))
        field, equals, absent = members["field"].text(), members.get("equals"), members.get("absent")
        if equals is not None and absent is not None:
            place.fail("form-condition-double")
        self.uses.setdefault(field, place)
        made = Condition(field, equals.text() if equals else None, absent.flag() if absent else False)
        self.value_uses.append((made, place))
        return made

    def _run(self, place: Place, *, bold: bool, italic: bool) -> Run:
        if place.is_text:
            return Run(self.template(place), bold, italic)
        members = place.members(frozenset({"text"}), frozenset({"bold", "italic", "capitals", "when"}))
        return Run(
            self.template(members["text"]),
            members["bold"].flag() if "bold" in members else bold,
            members["italic"].flag() if "italic" in members else italic,
            measures.flag(members, "capitals"),
            self.conditions(members),
        )

    def _element(self, place: Place) -> Element:
        pairs = place.pairs()
        if len(pairs) != 1:
            place.fail("form-one-element-expected", found=" ".join(pairs))
        ((kind, body),) = pairs.items()
        if kind not in _KINDS:
            place.fail("form-element-unknown", name=kind, allowed=" ".join(_KINDS))
        return _KINDS[kind](self, body)

    def _lines(self, place: Place, *, bold: bool = False) -> tuple[Words, ...]:
        if place.is_text:
            return (self.words(place, bold=bold),)
        return tuple(self.words(item, bold=bold) for item in place.items())

    def _optional(
        self,
        members: dict[str, Place],
        name: str,
        *,
        bold: bool = False,
        italic: bool = False,
        capitals: bool = False,
    ) -> Words | None:
        return self.words(members[name], bold=bold, italic=italic, capitals=capitals) if name in members else None

    def paragraph(self, place: Place) -> Element:
        """Read a paragraph."""
        if place.is_text:
            return Paragraph(words=self.words(place), first=10.0)
        members = place.members(
            frozenset({"text"}),
            frozenset({"align", "size", "first", "left", "after", "keep", "bold", "italic", "when"}),
        )
        align = members["align"].one_of(Align) if "align" in members else Align.JUSTIFY
        return Paragraph(
            words=self.words(
                members["text"], bold=measures.flag(members, "bold"), italic=measures.flag(members, "italic")
            ),
            align=align,
            size=measures.size(members),
            first=measures.length(members, "first", 10.0 if align is Align.JUSTIFY else 0.0),
            left=measures.length(members, "left", 0.0),
            after=members["after"].number(0, 60) if "after" in members else 6.0,
            keep=measures.flag(members, "keep"),
            when=self.conditions(members),
        )

    def heading(self, place: Place) -> Element:
        """Read the title."""
        members = place.members(frozenset({"lines"}), frozenset({"size", "rule", "when"}))
        return Heading(
            lines=self._lines(members["lines"], bold=True),
            size=measures.size(members) or 14.0,
            rule=measures.flag(members, "rule"),
            when=self.conditions(members),
        )

    def national_head(self, place: Place) -> Element:
        """Read quốc hiệu and what stands beside it."""
        members = place.members(
            frozenset({"country", "motto"}), frozenset({"parent", "agency", "number", "place_date", "when"})
        )
        return NationalHead(
            country=self.words(members["country"], bold=True),
            motto=self.words(members["motto"], bold=True),
            parent=self._optional(members, "parent", capitals=True),
            agency=self._optional(members, "agency", bold=True, capitals=True),
            number=self._optional(members, "number"),
            place_date=self._optional(members, "place_date", italic=True),
            when=self.conditions(members),
        )

    def columns(self, place: Place) -> Element:
        """Read elements beside one another."""
        members = place.members(frozenset({"columns"}), frozenset({"when"}))
        return Columns(
            columns=tuple(self._column(item) for item in members["columns"].items()), when=self.conditions(members)
        )

    def _column(self, place: Place) -> Column:
        members = place.members(frozenset({"elements"}), frozenset({"share"}))
        return Column(measures.share(members), self.elements(members["elements"]))

    def fields(self, place: Place) -> Element:
        """Read rows of labelled values: a row is one entry or a list of them."""
        members = place.members(frozenset({"rows"}), frozenset({"size", "when"}))
        return Fields(
            rows=tuple(
                tuple(self._entry(item) for item in (row.items() if row.is_list else (row,)))
                for row in members["rows"].items()
            ),
            size=measures.size(members),
            when=self.conditions(members),
        )

    def _entry(self, place: Place) -> Entry:
        members = place.members(frozenset({"label", "value"}), frozenset({"share", "bold", "optional"}))
        return Entry(
            self.words(members["label"]),
            self.words(members["value"], bold=measures.flag(members, "bold")),
            measures.share(members),
            measures.flag(members, "optional"),
        )

    def checks(self, place: Place) -> Element:
        """Read boxes to tick."""
        members = place.members(frozenset({"options"}), frozenset({"label", "size", "when"}))
        return Checks(
            options=tuple(self._option(item) for item in members["options"].items()),
            label=self._optional(members, "label"),
            size=measures.size(members),
            when=self.conditions(members),
        )

    def _option(self, place: Place) -> Option:
        members = place.members(frozenset({"text", "ticked"}))
        return Option(self.words(members["text"]), self.condition(members["ticked"]))

    def table(self, place: Place) -> Element:
        """Read a table."""
        more = frozenset({"least", "sums", "keep", "size", "total", "when"})
        members = place.members(frozenset({"rows", "columns"}), more)
        rows = members["rows"].text()
        self.uses.setdefault(rows, members["rows"])
        made = Table(
            rows=rows,
            columns=tuple(self._table_column(item) for item in members["columns"].items()),
            least=members["least"].whole(0, 60) if "least" in members else 0,
            sums=measures.flag(members, "sums"),
            keep=measures.flag(members, "keep"),
            size=measures.size(members) or 12.0,
            total=tuple(self.words(item, bold=True) for item in members["total"].items()) if "total" in members else (),
            when=self.conditions(members),
        )
        if made.total and len(made.total) != len(made.columns):
            members["total"].fail("form-total-width", columns=len(made.columns), found=len(made.total))
        self.row_uses.append((made, members["rows"]))
        return made

    def _table_column(self, place: Place) -> TableColumn:
        members = place.members(frozenset({"title", "field", "width"}), frozenset({"align"}))
        return TableColumn(
            self.words(members["title"], bold=True),
            members["field"].text(),
            members["width"].number(1, 300),
            members["align"].one_of(Align) if "align" in members else Align.LEFT,
        )

    def items(self, place: Place) -> Element:
        """Read a list of a list field, or of texts in the definition."""
        members = place.members(_NONE, frozenset({"field", "texts", "marker", "size", "left", "when"}))
        if ("field" in members) == ("texts" in members):
            place.fail("form-items-of-what")
        field = members["field"].text() if "field" in members else None
        if field is not None:
            self.uses.setdefault(field, members["field"])
            self.list_uses.setdefault(field, members["field"])
        return Items(
            field=field,
            texts=self._lines(members["texts"]) if "texts" in members else (),
            marker=members["marker"].text() if "marker" in members else "-",
            size=measures.size(members),
            left=measures.length(members, "left", 10.0),
            when=self.conditions(members),
        )

    def signature(self, place: Place) -> Element:
        """Read who signs."""
        members = place.members(frozenset({"titles"}), frozenset({"note", "room", "name", "date", "when"}))
        return Signature(
            titles=self._lines(members["titles"], bold=True),
            note=self._optional(members, "note", italic=True),
            room=measures.length(members, "room", 24.0),
            name=self._optional(members, "name", bold=True),
            date=self._optional(members, "date", italic=True),
            when=self.conditions(members),
        )

    def recipients(self, place: Place) -> Element:
        """Read nơi nhận."""
        members = place.members(frozenset({"title", "entries"}), frozenset({"when"}))
        return Recipients(
            title=self.words(members["title"], bold=True, italic=True),
            entries=self._lines(members["entries"]),
            when=self.conditions(members),
        )

    def box(self, place: Place) -> Element:
        """Read a frame."""
        members = place.members(frozenset({"elements"}), frozenset({"title", "when"}))
        return Box(
            elements=self.elements(members["elements"]),
            title=self._optional(members, "title", bold=True),
            when=self.conditions(members),
        )

    def space(self, place: Place) -> Element:
        """Read empty height."""
        return Space(height=place.number(*measures.LENGTHS))

    def new_page(self, place: Place) -> Element:
        """Read the beginning of a page."""
        return NewPage(when=self.conditions(place.members(_NONE, frozenset({"when"}))))


_KINDS: dict[str, Callable[[Parser, Place], Element]] = {
    "paragraph": Parser.paragraph,
    "heading": Parser.heading,
    "national_head": Parser.national_head,
    "columns": Parser.columns,
    "fields": Parser.fields,
    "checks": Parser.checks,
    "table": Parser.table,
    "items": Parser.items,
    "signature": Parser.signature,
    "recipients": Parser.recipients,
    "box": Parser.box,
    "space": Parser.space,
    "new_page": Parser.new_page,
}
