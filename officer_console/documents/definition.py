"""A form: its folder's ``form.yaml`` read and checked, and the sample data beside it; docs/forms.md tells its words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from officer_console.documents import given, places, substitution
from officer_console.documents.elements import Element, SymbolKind, Words
from officer_console.documents.errors import DefinitionError
from officer_console.documents.fields import Field, FieldKind, Value
from officer_console.documents.parsing import NAME, PAGE_FIELDS, Parser
from officer_console.documents.places import Place
from officer_console.domain.papers import FORM_KINDS

FILE = "form.yaml"
SAMPLE = "sample.yaml"

_DATE_NAMES = frozenset({"day", "month", "year"})
# The number in the code of a paper that this program fills is the program's, whoever wrote the form.
_KINDS = {paper.value: int(kind) for paper, kind in FORM_KINDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A4 and its margins in millimetres."""

    landscape: bool = False
    top: float = 20.0
    bottom: float = 25.0
    left: float = 30.0
    right: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A checked definition.

    ``kind`` and ``version`` are what the code on the paper says of it, 1–999. ``basis`` is printed on every page until
    the definition says ``verified: true``. ``title`` becomes the file's title and never holds data. ``digest`` is that
    of the file.
    """

    name: str
    title: str
    kind: int
    version: int
    verified: bool
    basis: str
    page: Page
    size: float
    fields: Mapping[str, Field]
    code: str | None
    symbols: tuple[SymbolKind, ...]
    foot: Words
    body: tuple[Element, ...]
    digest: str = ""


def load(folder: Path) -> Form:
    """Read the form of a folder.

    Raises:
        DefinitionError: anything that is not understood, with file and line.
    """
    file = folder / FILE
    top = places.read(file)
    members = top.members(
        frozenset({"title", "kind", "version", "verified", "fields", "body"}),
        frozenset({"basis", "page", "size", "code", "foot"}),
    )
    parser = Parser()
    verified = members["verified"].flag()
    basis = members["basis"].text().strip() if "basis" in members else ""
    if not verified and not basis:
        members["verified"].fail("form-basis-missing")
    kind = members["kind"].whole(1, 999)
    if kind != _KINDS.get(folder.name, kind):
        members["kind"].fail("form-kind-unfit", found=kind, kind=_KINDS[folder.name])
    fields = {name: _field(name, place) for name, place in members["fields"].pairs().items()}
    code, symbols = _code(members.get("code"), parser)
    form = Form(
        name=folder.name,
        title=members["title"].text(),
        kind=kind,
        version=members["version"].whole(1, 999),
        verified=verified,
        basis=basis,
        page=_page(members.get("page")),
        size=members["size"].number(9, 16) if "size" in members else 13.0,
        fields=fields,
        code=code,
        symbols=symbols,
        foot=parser.foot(members["foot"]) if "foot" in members else (),
        body=parser.elements(members["body"]),
        digest=hashlib.sha256(file.read_bytes()).hexdigest(),
    )
    _check(form, parser, members["fields"])
    return form


def load_all(base: Path, override: Path | None = None) -> dict[str, Form]:
    """Read every folder of ``base``; one of the same name in ``override`` takes its place, further ones are added.

    Raises:
        DefinitionError: a definition that does not hold, or two forms with the same kind number.
    """
    forms, faults = load_each(base, override)
    for fault in faults.values():
        raise fault
    return forms


def load_each(base: Path, override: Path | None = None) -> tuple[dict[str, Form], dict[str, DefinitionError]]:
    """Read as ``load_all``; return the forms that hold, and by their names what is wrong with the others.

    Of two forms with the same kind number it is the deployment's that does not hold. Where a form of the deployment
    does not, the shipped one does not take its place: nobody would notice.

    Raises:
        DefinitionError: ``form-folder-unreadable``, ``form-writable-by-others``.
    """
    if override is not None:
        places.own(override)
    shipped = {folder.name: folder for folder in _folders(base)}
    own = {folder.name: folder for folder in _folders(override)} if override is not None else {}
    forms: dict[str, Form] = {}
    faults: dict[str, DefinitionError] = {}
    kinds: dict[int, str] = {}
    for name in (*(name for name in shipped if name not in own), *own):
        folder = own.get(name) or shipped[name]
        try:
            if name in own:
                places.own(folder)
                places.own(folder / FILE)
            form = load(folder)
        except DefinitionError as error:
            faults[name] = error
            continue
        other = kinds.setdefault(form.kind, name)
        if other == name:
            forms[name] = form
        else:
            faults[name] = DefinitionError("form-kind-twice", folder / FILE, 1, kind=form.kind, other=other)
    return dict(sorted(forms.items())), dict(sorted(faults.items()))


def sample(folder: Path) -> dict[str, Value]:
    """Return the sample data of a form's folder.

    Raises:
        DefinitionError: unreadable, or not text, lists of text and lists of maps of text.
    """
    return {name: _value(place) for name, place in places.read(folder / SAMPLE).pairs().items()}


def _folders(root: Path) -> Iterable[Path]:
    try:
        return sorted(folder for folder in root.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    except OSError as error:
        raise DefinitionError("form-folder-unreadable", root, 1) from error


def _value(place: Place) -> Value:
    if place.is_text:
        return place.text()
    members = tuple(place.items())
    if all(member.is_text for member in members):
        return tuple(member.text() for member in members)
    return tuple({name: cell.text() for name, cell in member.pairs().items()} for member in members)


def _field(name: str, place: Place) -> Field:
    if not NAME.fullmatch(name) or name in PAGE_FIELDS:
        place.fail("form-field-name", name=name)
    if place.is_text and not place.text():
        return Field(name=name)
    members = place.members(frozenset(), frozenset({"kind", "required", "blank", "written", "choices", "columns"}))
    kind = members["kind"].one_of(FieldKind) if "kind" in members else FieldKind.TEXT
    if ("columns" in members) != (kind is FieldKind.ROWS):
        place.fail("form-columns-and-rows", name=name)
    if "written" in members and kind is not FieldKind.DATE:
        place.fail("form-written-and-date", name=name)
    written = members["written"].text() if "written" in members else "{day}/{month}/{year}"
    if not substitution.holds(written, _DATE_NAMES):
        members["written"].fail("form-brace", found=written[: places.FOUND])
    return Field(
        name=name,
        kind=kind,
        required=members["required"].flag() if "required" in members else False,
        blank=members["blank"].number(5, 150) if "blank" in members else 40.0,
        written=written,
        choices=tuple(item.text() for item in members["choices"].items()) if "choices" in members else (),
        columns=tuple(item.text() for item in members["columns"].items()) if "columns" in members else (),
    )


def _page(place: Place | None) -> Page:
    if place is None:
        return Page()
    members = place.members(frozenset(), frozenset({"landscape", "top", "bottom", "left", "right"}))
    margins = {name: members[name].number(10, 60) for name in ("top", "bottom", "left", "right") if name in members}
    return Page(landscape=members["landscape"].flag() if "landscape" in members else False, **margins)


def _code(place: Place | None, parser: Parser) -> tuple[str | None, tuple[SymbolKind, ...]]:
    if place is None:
        return None, ()
    members = place.members(frozenset({"field", "symbols"}))
    field = members["field"].text()
    parser.uses.setdefault(field, members["field"])
    return field, tuple(item.one_of(SymbolKind) for item in members["symbols"].items())


def _check(form: Form, parser: Parser, fields: Place) -> None:
    """See that every name means a field of the right kind, and that every field is used."""
    for name, place in parser.uses.items():
        if name not in form.fields:
            place.fail("form-field-unknown", name=name)
    for name, place in parser.text_uses.items():
        if form.fields[name].kind not in {FieldKind.TEXT, FieldKind.DATE}:
            place.fail("form-field-kind", name=name, kind=form.fields[name].kind.value)
    for table, place in parser.row_uses:
        field = form.fields[table.rows]
        if field.kind is not FieldKind.ROWS:
            place.fail("form-field-kind", name=table.rows, kind=field.kind.value)
        for column in table.columns:
            if column.field != "#" and column.field not in field.columns:
                place.fail("form-column-unknown", name=column.field, rows=table.rows)
    for name, place in parser.list_uses.items():
        if form.fields[name].kind is not FieldKind.LIST:
            place.fail("form-field-kind", name=name, kind=form.fields[name].kind.value)
    for condition, place in parser.value_uses:
        choices = form.fields[condition.field].choices
        if condition.equals is not None and condition.equals not in choices:
            place.fail("form-choice-unknown", found=condition.equals, allowed=" ".join(choices))
    for name, place in fields.pairs().items():
        if name not in parser.uses:
            place.fail("form-field-unused", name=name)
    given.check(form.name, form.fields, fields.pairs())
