"""«Bản in lại lần N»: on every paper, where the definition has a place for it, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from officer_console.documents import definition
from officer_console.documents.definition import Form
from officer_console.documents.errors import DefinitionError
from officer_console.documents.render import Press
from officer_console.domain.papers import FORM_KINDS
from tests.documents import poppler
from tests.documents.conftest import FORMS, MADE_AT, NAMES

OF_A_DOSSIER = tuple(sorted(paper.value for paper in FORM_KINDS))


def printed(press: Press, form: Form, **more: str) -> str:
    made = press.paper(form, {**definition.sample(FORMS / form.name), **more}, made_at=MADE_AT)
    return " ".join(poppler.text(made.pdf).split())


@pytest.mark.parametrize("name", NAMES)
def test_a_reprint_says_so_in_the_foot_and_a_first_print_does_not(
    name: str, forms: Mapping[str, Form], press: Press
) -> None:
    form = forms[name]
    assert "in lại" not in printed(press, form)
    again = press.paper(form, {**definition.sample(FORMS / name), "reprint": "12"}, made_at=MADE_AT)
    pages = " ".join(poppler.text(again.pdf).split())
    assert pages.count("Bản in lại lần 12") == again.pages
    # It takes no room from the paper itself.
    assert again.pages == press.paper(form, definition.sample(FORMS / name), made_at=MADE_AT).pages


def test_lists_are_made_anew_each_time_and_say_when(forms: Mapping[str, Form]) -> None:
    for name in set(NAMES) - set(OF_A_DOSSIER):
        assert "printed_at" in forms[name].fields


def test_a_condition_keeps_a_piece_of_a_text_away_with_its_fields(small_form: Path, press: Press) -> None:
    file = small_form / "form.yaml"
    text = file.read_text(encoding="utf-8")
    told = '[Day, {text: " or {note}", when: {field: note}}, {text: " none", when: {field: note, absent: true}}]'
    file.write_text(text.replace('"Name: {name}, note: {note}, day: {day}"', f"{{text: {told}}}"), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        definition.load(small_form)
    assert caught.value.code == "form-field-unused"
    file.write_text(file.read_text(encoding="utf-8").replace("[Day,", '["{name} {day}",'), encoding="utf-8")
    form = definition.load(small_form)
    with_note = poppler.text(press.paper(form, {"name": "An", "note": "two"}, made_at=MADE_AT).pdf)
    without = poppler.text(press.paper(form, {"name": "An"}, made_at=MADE_AT).pdf)
    assert "or two" in with_note
    assert "none" not in with_note
    assert "none" in without
    assert " or " not in without
