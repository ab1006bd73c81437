"""What the program puts on its papers is known, and a form that asks for anything else is named with file and line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from officer_console.documents import definition, filling, given
from officer_console.documents.errors import DefinitionError
from officer_console.documents.fields import Data, FieldKind, Value
from officer_console.documents.given import ALWAYS, GIVEN
from officer_console.documents.words import Words
from officer_console.domain.dossier import DossierKind
from officer_console.domain.papers import Paper
from tests.documents.conftest import FORMS
from tests.documents.test_filling import AT, HEAD, ON, REASONS, everything, refused
from tests.domain.samples import DECLARATION, DOSSIER

UNFIT = [
    ("  reprint:\n", "  reprint:\n  hotline: {required: true}\n", "form-field-unfilled name=hotline"),
    ("  reprint:\n", "  reprint: {required: true}\n", "form-field-unfilled name=reprint"),
    ("  email:\n", "  email: {required: true}\n", "form-field-unfilled name=email"),
    ("  received_at: {blank: 60}", "  received_at: {kind: date}", "form-field-other-kind name=received_at kind=text"),
    (
        '  answer_by: {kind: date, written: "ngày {day}/{month}/{year}"}',
        "  answer_by:",
        "form-field-other-kind name=answer_by kind=date",
    ),
    ("choices: [register, change, stop]", "choices: [register, change]", "form-choices-lack name=purpose lacking=stop"),
    ("  phone:\n", "  phone: {choices: [mobile]}\n", "form-choices-lack name=phone lacking=*"),
]


def is_text_or_date(value: Value, kind: FieldKind) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return kind is FieldKind.TEXT
    return kind is FieldKind.DATE


@pytest.fixture
def filled(vocabulary: Words) -> dict[str, Data]:
    """Return the data of every paper, with a change and with pictures that are wanting."""
    before = replace(DECLARATION, phone="0987654321")
    changed = replace(DOSSIER, kind=DossierKind.CHANGE, previous=before)
    return {
        **everything(vocabulary),
        "declaration": filling.declaration(changed, HEAD, vocabulary),
        "notice_accepted": filling.notice_accepted(changed, HEAD, vocabulary, issued_on=ON),
        "receipt": filling.receipt(
            replace(DOSSIER, attachments=DOSSIER.attachments[:1], handed_in_at=AT), HEAD, vocabulary, on=ON
        ),
    }


@pytest.mark.parametrize("paper", list(Paper))
def test_what_is_known_of_a_paper_is_what_is_filled_in(paper: Paper, filled: dict[str, Data]) -> None:
    data, known = filled[paper.value], dict(GIVEN[paper])
    assert known.pop(given.REPRINT).kind is FieldKind.TEXT
    assert set(data) == set(known)
    for name, field in known.items():
        value = data[name]
        if isinstance(value, str):
            assert not value or is_text_or_date(value, field.kind), name
            assert not field.values or value in field.values, name
        elif field.kind is FieldKind.ROWS:
            assert {frozenset(row) for row in value if not isinstance(row, str)} == {field.columns}, name
        else:
            assert field.kind is FieldKind.LIST
            assert all(isinstance(member, str) for member in value), name


def test_what_a_form_may_require_is_there_whoever_the_paper_is_about(vocabulary: Words) -> None:
    bare = replace(DECLARATION, email=None, phone="", guardian=None)
    for about in (DOSSIER, replace(DOSSIER, declaration=bare, attachments=())):
        data = {
            "notice_accepted": filling.notice_accepted(about, HEAD, vocabulary, issued_on=ON),
            "notice_refused": filling.notice_refused(about, refused("other"), REASONS, HEAD, vocabulary, issued_on=ON),
            "receipt": filling.receipt(replace(about, handed_in_at=AT), HEAD, vocabulary, on=ON),
            "vssid_guide": filling.vssid_guide(about, HEAD, effective_on=ON),
            "tk1_ts": filling.tk1_ts(about, HEAD, vocabulary, on=ON),
            "declaration": filling.declaration(about, HEAD, vocabulary),
        }
        for name, values in data.items():
            sure = ALWAYS & set(values) if name not in ("tk1_ts", "declaration") else {"full_name", "file_number"}
            assert {field for field in sure if not values[field]} == set(), name


@pytest.mark.parametrize(("old", "new", "told"), UNFIT)
def test_a_form_that_asks_for_what_the_program_does_not_have_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    text = (FORMS / "receipt" / "form.yaml").read_text(encoding="utf-8")
    assert old in text
    spoiled = text.replace(old, new, 1)
    if "hotline" in new:
        spoiled = spoiled.replace('"Bộ phận', '"{hotline} Bộ phận')
    if "stop" not in new:
        spoiled = spoiled.replace("equals: stop", "equals: change")
    name = told.split("name=")[1].split()[0]
    line = next(n for n, each in enumerate(spoiled.splitlines(), start=1) if each.startswith(f"  {name}:"))
    (tmp_path / "receipt").mkdir()
    (tmp_path / "receipt" / "form.yaml").write_text(spoiled, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        definition.load(tmp_path / "receipt")
    assert str(caught.value) == f"{tmp_path / 'receipt' / 'form.yaml'}:{line}: {told}"


def test_a_table_none_of_whose_columns_is_filled_is_named(tmp_path: Path) -> None:
    text = (FORMS / "receipt" / "form.yaml").read_text(encoding="utf-8")
    for column in ("what", "how", "count"):
        text = text.replace(f"field: {column},", f"field: my_{column},")
    (tmp_path / "receipt").mkdir()
    (tmp_path / "receipt" / "form.yaml").write_text(
        text.replace("columns: [what, how, count]", "columns: [my_what, my_how, my_count]"), encoding="utf-8"
    )
    with pytest.raises(DefinitionError, match="form-columns-unfilled name=received allowed=count how what"):
        definition.load(tmp_path / "receipt")


def test_a_form_gets_the_fields_and_columns_it_has_and_no_other(vocabulary: Words) -> None:
    form = definition.load(FORMS / "receipt")
    fewer = {
        **{name: field for name, field in form.fields.items() if name != "phone"},
        "received": replace(form.fields["received"], columns=("what",)),
    }
    whole = filling.receipt(DOSSIER, HEAD, vocabulary, on=ON)
    kept = given.kept(whole, fewer)
    assert set(whole) - set(kept) == {"phone"}
    assert [list(row) for row in kept["received"] if not isinstance(row, str)] == [["what"]] * len(DOSSIER.attachments)
    assert kept["missing"] == whole["missing"]
