"""Form definitions are read, or refused with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from officer_console.documents import definition, words
from officer_console.documents.errors import DefinitionError
from officer_console.documents.fields import FieldKind
from officer_console.domain.form import FormKind
from tests.documents.conftest import FORMS, NAMES, SMALL

NUMBERS = {
    "declaration": FormKind.DECLARATION,
    "tk1_ts": FormKind.INSURED,
    "notice_accepted": FormKind.ACCEPTED,
    "notice_refused": FormKind.REFUSED,
    "receipt": FormKind.RECEIPT,
    "vssid_guide": FormKind.GUIDE,
}

# What is put in place of what, the code, the line.
BROKEN = [
    ("kind: 90", "kind: many", "form-number-expected", 2),
    ("kind: 90", "kind: 1000", "form-number-out-of-range", 2),
    ("verified: false", "verified: perhaps", "form-flag-expected", 4),
    ("basis: Modelled on nothing\n", "", "form-basis-missing", 4),
    ("title: Small\n", "", "form-name-missing", 1),
    ("title: Small", "title: Small\ntitle: Twice", "form-name-twice", 2),
    ("version: 1", "version: 1\ncolour: red", "form-name-unknown", 4),
    ("  note:\n", "  note:\n  spare:\n", "form-field-unused", 9),
    ("note: {note}", "note: {nota}", "form-field-unknown", 15),
    ("note: {note}", "note: {note", "form-brace", 15),
    ("equals: one", "equals: three", "form-choice-unknown", 16),
    ("equals: one", "equals: one, absent: true", "form-condition-double", 16),
    ("field: bring", "field: lines", "form-field-kind", 18),
    ("rows: lines", "rows: bring", "form-field-kind", 20),
    ("field: what", "field: where", "form-column-unknown", 20),
    ("  - items: {field: bring}", "  - python: {eval: '1'}", "form-element-unknown", 18),
    ("  - items: {field: bring}", "  - items: {}", "form-items-of-what", 18),
    ("  - items: {field: bring}", "  - items: {field: bring}\n    space: 3", "form-one-element-expected", 18),
    (
        '  day: {kind: date, written: "the {day} of {month} {year}"}',
        "  day: {kind: date, written: '{hour}'}",
        "form-brace",
        9,
    ),
    *(
        ('written: "the {day} of {month} {year}"', f'written: "{written}"', "form-brace", 9)
        for written in (
            "{day.__class__.__mro__}",
            "{day:>3000000000}",
            "{day!r}",
            "{0}",
            "{day}}",
            "{{day}}",
            "{day} " * 100,
        )
    ),
    ("  - items: {field: bring}", f"  - paragraph: {'x' * 8001}", "form-text-too-long", 18),
    ("  name: {required: true}", "  Name: {required: true}", "form-field-name", 7),
    ("  sort: {choices: [one, two]}", "  sort: &a {choices: [one, two]}", "form-anchor", 10),
    ("foot: ", "foot: [unclosed\nx: ", "form-not-yaml", None),
    ("width: 1}", "width: wide}", "form-number-expected", 22),
]


def read(folder: Path, text: str) -> definition.Form:
    (folder / "form.yaml").write_text(text, encoding="utf-8")
    return definition.load(folder)


def test_every_form_of_the_repository_holds_and_its_number_is_the_one_in_its_code() -> None:
    forms = definition.load_all(FORMS)
    assert set(forms) == {*NUMBERS, "day_sheet", "queue_list"}
    assert {name: forms[name].kind for name in NUMBERS} == NUMBERS


@pytest.mark.parametrize("name", NAMES)
def test_what_nobody_has_checked_says_what_it_is_modelled_on(name: str) -> None:
    form = definition.load(FORMS / name)
    assert not form.verified
    assert form.basis.startswith("Bản mô phỏng theo ")


@pytest.mark.parametrize(("old", "new", "code", "line"), BROKEN)
def test_a_mistake_is_named_with_its_line(small_form: Path, old: str, new: str, code: str, line: int | None) -> None:
    assert old in SMALL
    with pytest.raises(DefinitionError) as caught:
        read(small_form, SMALL.replace(old, new, 1))
    assert caught.value.code == code
    assert caught.value.file == small_form / "form.yaml"
    if line is not None:
        assert caught.value.line == line
    assert f"form.yaml:{caught.value.line}: {code}" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "form-empty"), (b"title: \xff\n", "form-not-utf8"), (b"a" * 300_000, "form-too-large")]
)
def test_a_file_that_is_no_definition_is_named(small_form: Path, content: bytes, code: str) -> None:
    (small_form / "form.yaml").write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        definition.load(small_form)
    assert caught.value.code == code


def test_a_folder_without_a_definition_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        definition.load(tmp_path)
    assert (caught.value.code, caught.value.file) == ("form-unreadable", tmp_path / "form.yaml")


def test_only_the_foot_knows_pages_and_running_text_takes_no_table(small_form: Path) -> None:
    for text in ("note: {note} {page}", "note: {note} {lines}"):
        with pytest.raises(DefinitionError) as caught:
            read(small_form, SMALL.replace("note: {note}", text))
        assert caught.value.code in {"form-page-outside-foot", "form-field-kind"}


def test_a_deployment_replaces_a_form_and_adds_its_own(small_form: Path, tmp_path: Path) -> None:
    other = tmp_path / "override"
    shutil.copytree(small_form, other / "small")
    (other / "small" / "form.yaml").write_text(SMALL.replace("title: Small", "title: Ours"), encoding="utf-8")
    shutil.copytree(small_form, other / "further")
    (other / "further" / "form.yaml").write_text(SMALL.replace("kind: 90", "kind: 91"), encoding="utf-8")
    forms = definition.load_all(small_form.parent, other)
    assert {name: form.title for name, form in forms.items()} == {"small": "Ours", "further": "Small"}


def test_two_forms_never_share_the_number_in_the_code(small_form: Path) -> None:
    shutil.copytree(small_form, small_form.parent / "twin")
    with pytest.raises(DefinitionError) as caught:
        definition.load_all(small_form.parent)
    assert (caught.value.code, caught.value.data["other"]) == ("form-kind-twice", "small")


def test_fields_have_the_kinds_they_declare(small_form: Path) -> None:
    form = definition.load(small_form)
    assert {name: field.kind for name, field in form.fields.items()} == {
        "name": FieldKind.TEXT,
        "note": FieldKind.TEXT,
        "day": FieldKind.DATE,
        "sort": FieldKind.TEXT,
        "lines": FieldKind.ROWS,
        "bring": FieldKind.LIST,
    }


def test_a_deployment_s_words_go_before_ours_and_an_unknown_value_stands_for_itself() -> None:
    ours = words.load(FORMS)
    theirs = ours.labelled({"purpose": {"register": "Đăng ký lần đầu"}})
    assert (ours.of("purpose", "register"), theirs.of("purpose", "register")) == ("Đăng ký", "Đăng ký lần đầu")
    assert theirs.of("purpose", "merge") == "merge"


def test_a_group_of_words_that_is_missing_is_named(tmp_path: Path) -> None:
    text = (FORMS / "words.yaml").read_text(encoding="utf-8").replace("total:", "totals:")
    (tmp_path / "words.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        words.load(FORMS, tmp_path)
    assert caught.value.code == "form-name-unknown"
