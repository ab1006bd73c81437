"""What this program puts on each of its papers: the fields that ``filling`` and ``desk_lists`` fill, and their kinds.

A deployment's form may leave out any of them and have others for a pen. What it has must be what is put there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from officer_console.documents.fields import Data, Field, FieldKind, Value
from officer_console.documents.places import Place
from officer_console.domain.dossier import DossierKind
from officer_console.domain.papers import Paper
from officer_console.domain.person import PaperKind, Sex

# The number of a reprint; on the first print nobody has one.
REPRINT = "reprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A field as the program fills it: ``columns`` of its rows; ``values``, when it is never any other text."""

    kind: FieldKind = FieldKind.TEXT
    columns: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()


_TEXT = Given()
_DATE = Given(kind=FieldKind.DATE)
_LIST = Given(kind=FieldKind.LIST)


def _texts(names: str) -> dict[str, Given]:
    return dict.fromkeys(names.split(), _TEXT)


def _dates(names: str) -> dict[str, Given]:
    return dict.fromkeys(names.split(), _DATE)


def _rows(columns: str) -> Given:
    return Given(kind=FieldKind.ROWS, columns=frozenset(columns.split()))


_CHANGES = _rows("what old new")
_FILE = {**_texts("file_number code"), "purpose": Given(values=frozenset(DossierKind)), REPRINT: _TEXT}
_PERSON = _texts("full_name social_code birth_date paper_number address phone email")
_ISSUED = {
    **_texts("decree parent_office office office_address document_number place capacity signer"),
    **_dates("issued_on"),
}

GIVEN: Mapping[Paper, Mapping[str, Given]] = {
    Paper.DECLARATION: {
        **_FILE,
        **_PERSON,
        **_texts("office guardian guardian_paper guardian_relation guardian_phone stop_reason place"),
        **_dates("declared_on"),
        "paper": Given(values=frozenset(PaperKind)),
        "sex": Given(values=frozenset(Sex)),
        "changes": _CHANGES,
    },
    Paper.INSURED: {
        **_texts("file_number code reprint full_name birth_date sex paper_number phone email guardian"),
        **_texts("street commune district province place"),
        **_dates("declared_on"),
        "with_household": Given(values=frozenset({"true"})),
        "household": _rows("full_name birth_date sex paper_number"),
    },
    Paper.ACCEPTED: {
        **_FILE,
        **_PERSON,
        **_ISSUED,
        **_texts("paper stop_reason"),
        **_dates("declared_on effective_on"),
        "changes": _CHANGES,
    },
    Paper.REFUSED: {
        **_FILE,
        **_ISSUED,
        **_texts("office_hours full_name social_code birth_date paper_number phone reason explanation"),
        **_dates("declared_on bring_until"),
        "bring": _LIST,
    },
    Paper.RECEIPT: {
        **_FILE,
        **_texts("parent_office office office_address place full_name social_code address phone email"),
        **_texts("received_at officer"),
        **_dates("issued_on answer_by"),
        "received": _rows("what how count"),
        "missing": _LIST,
    },
    Paper.GUIDE: {
        **_texts("parent_office office office_address file_number code reprint full_name account phone email"),
        **_dates("effective_on"),
    },
    Paper.DAY_SHEET: {
        **_texts(
            "parent_office office place printed_at desk officer supervisor supervisor_capacity count unsent reprint"
        ),
        **_dates("day"),
        "entries": _rows("file_number full_name social_code purpose outcome note at"),
        "totals": _rows("purpose accepted refused awaiting sum"),
    },
    Paper.QUEUE_LIST: {
        **_texts("parent_office office filter printed_at printed_by count reprint"),
        "entries": _rows("file_number full_name social_code birth_date purpose declared_on due_on status"),
    },
}
_BY_NAME = {paper.value: fields for paper, fields in GIVEN.items()}
# What is never empty on the papers that have it, whoever they are about; a form may require it.
ALWAYS = frozenset(
    _texts(
        "account capacity count decree file_number full_name office officer parent_office place printed_at printed_by"
        " purpose reason social_code supervisor_capacity"
    )
    | _dates("day issued_on")
)


def check(form: str, fields: Mapping[str, Field], places: Mapping[str, Place]) -> None:
    """See that a form asks for nothing that the program does not put there; other forms are nobody's to fill.

    Raises:
        DefinitionError: ``form-field-unfilled``: it is required and not there, or not always; ``form-field-other-kind``
            (``kind``); ``form-columns-unfilled``: all of them would stay empty; ``form-choices-lack`` (``lacking``).
    """
    known = _BY_NAME.get(form)
    if known is None:
        return
    for name, field in fields.items():
        place, given = places[name], known.get(name)
        if field.required and (given is None or name not in ALWAYS):
            place.fail("form-field-unfilled", name=name)
        if given is None:
            continue
        if field.kind is not given.kind:
            place.fail("form-field-other-kind", name=name, kind=given.kind.value)
        if given.columns and given.columns.isdisjoint(field.columns):
            place.fail("form-columns-unfilled", name=name, allowed=" ".join(sorted(given.columns)))
        lacking = given.values.difference(field.choices)
        if field.choices and (lacking or not given.values):
            place.fail("form-choices-lack", name=name, lacking=" ".join(sorted(lacking)) or "*")


def kept(data: Data, fields: Mapping[str, Field]) -> dict[str, Value]:
    """Return what of the program's data a form has a place for."""
    return {name: _kept(value, fields[name]) for name, value in data.items() if name in fields}


def _kept(value: Value, field: Field) -> Value:
    if isinstance(value, str) or field.kind is not FieldKind.ROWS:
        return value
    return tuple(
        {name: text for name, text in row.items() if name in field.columns} for row in value if not isinstance(row, str)
    )
