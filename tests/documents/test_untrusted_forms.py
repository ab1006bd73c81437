"""What a definition or a value may not do to the program: compute, last for ever, or be anybody's to write."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from officer_console.documents import definition, letterheads, words
from officer_console.documents.definition import Form
from officer_console.documents.errors import DefinitionError, DocumentError
from officer_console.documents.filled import VALUE_LIMIT
from officer_console.documents.render import Press
from officer_console.documents.words import Words
from tests.documents import poppler
from tests.documents.conftest import FORMS, MADE_AT

posix_only = pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
HOSTILE = ("{office.__class__}", "{office:>3000000000}", "{office!r}", "{0}", "{office} {day}", "{office", "x" * 501)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_letterhead_knows_two_names_and_no_expressions(tmp_path: Path, text: str) -> None:
    (tmp_path / "letterhead.yaml").write_text(f'usual:\n  place: "{text}"\n', encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        letterheads.load(FORMS, tmp_path)
    assert (caught.value.code, caught.value.line) == ("form-brace", 2)
    assert len(str(caught.value.data["found"])) <= 60


def test_the_moments_in_the_words_know_no_expressions_and_a_name_is_not_read_again(tmp_path: Path) -> None:
    text = (FORMS / "words.yaml").read_text(encoding="utf-8")
    (tmp_path / "words.yaml").write_text(text.replace("{hour}:{minute}", "{hour:>9}:{minute}"), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        words.load(FORMS, tmp_path)
    assert caught.value.code == "form-brace"
    (tmp_path / "letterhead.yaml").write_text('usual:\n  office: "{office}"\n', encoding="utf-8")
    head = letterheads.load(FORMS, tmp_path).of("07906", "BHXH {province} {0.real}", "")
    assert head.office == "BHXH {province} {0.real}"


def test_a_label_from_central_is_no_expression(vocabulary: Words) -> None:
    theirs = vocabulary.labelled({"moment": {"written": "{day.__class__} {day:>300000000} {day}"}})
    assert theirs.moment(MADE_AT).startswith("{day.__class__} {day:>300000000} ")


@pytest.mark.parametrize("value", ["x" * (VALUE_LIMIT + 1), "Nguyễn " * 600_000], ids=["one-too-many", "4-MB"])
def test_a_value_of_many_pages_is_refused_before_it_is_laid_out(
    value: str, forms: Mapping[str, Form], press: Press
) -> None:
    sample = definition.sample(FORMS / "receipt")
    row = {"what": value, "how": "", "count": ""}
    for field, data in (("address", value), ("missing", ("An", value)), ("received", (row,))):
        with pytest.raises(DocumentError) as caught:
            press.paper(forms["receipt"], {**sample, field: data}, made_at=MADE_AT)
        assert (caught.value.code, caught.value.data) == ("field-too-long", {"field": field, "limit": VALUE_LIMIT})
    longest = press.paper(forms["receipt"], {**sample, "address": value[:VALUE_LIMIT]}, made_at=MADE_AT)
    assert value[:20].strip() in poppler.words(longest.pdf)


@posix_only
@pytest.mark.parametrize("mode", [0o002, 0o020])
def test_a_deployment_s_form_that_others_may_write_to_is_refused(small_form: Path, tmp_path: Path, mode: int) -> None:
    own = tmp_path / "own"
    shutil.copytree(small_form, own / "small")
    for path in (own / "small", own / "small" / "form.yaml"):
        before = path.stat().st_mode
        path.chmod(before | mode)
        forms, faults = definition.load_each(small_form.parent, own)
        assert (faults["small"].code, faults["small"].file) == ("form-writable-by-others", path)
        assert "small" not in forms
        path.chmod(before)
    assert "small" in definition.load_each(small_form.parent, own)[0]
    own.chmod(0o755 | mode)
    with pytest.raises(DefinitionError) as caught:
        definition.load_each(small_form.parent, own)
    assert (caught.value.code, caught.value.file) == ("form-writable-by-others", own)


@posix_only
def test_a_deployment_s_words_and_letterheads_that_others_may_write_to_are_refused(tmp_path: Path) -> None:
    for name in ("words.yaml", "letterhead.yaml"):
        shutil.copy(FORMS / name, tmp_path / name)
        (tmp_path / name).chmod(0o666)
    for load in (words.load, letterheads.load):
        with pytest.raises(DefinitionError) as caught:
            load(FORMS, tmp_path)
        assert caught.value.code == "form-writable-by-others"
