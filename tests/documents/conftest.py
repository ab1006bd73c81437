"""What tests of papers share: the faces of this machine, the forms of the repository, a press."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from officer_console import data
from officer_console.documents import definition, fonts, words
from officer_console.documents.definition import Form
from officer_console.documents.fonts import Faces
from officer_console.documents.render import Press
from officer_console.documents.words import Words

FORMS = data.folder("forms")
NAMES = tuple(sorted(folder.name for folder in FORMS.iterdir() if folder.is_dir()))
MADE_AT = datetime(2026, 2, 5, 2, 3, 4, tzinfo=UTC)


@pytest.fixture(scope="session")
def faces() -> Faces:
    return fonts.load()


@pytest.fixture(scope="session")
def press(faces: Faces) -> Press:
    return Press(faces)


@pytest.fixture(scope="session")
def forms() -> Mapping[str, Form]:
    return definition.load_all(FORMS)


@pytest.fixture(scope="session")
def vocabulary() -> Words:
    return words.load(FORMS)


@pytest.fixture
def small_form(tmp_path: Path) -> Path:
    """Return the folder of a small form that holds."""
    folder = tmp_path / "forms" / "small"
    folder.mkdir(parents=True)
    (folder / "form.yaml").write_text(SMALL, encoding="utf-8")
    return folder


SMALL = """title: Small
kind: 90
version: 1
verified: false
basis: Modelled on nothing
fields:
  name: {required: true}
  note:
  day: {kind: date, written: "the {day} of {month} {year}"}
  sort: {choices: [one, two]}
  lines: {kind: rows, columns: [what]}
  bring: {kind: list}
foot: "Page {page} of {pages}"
body:
  - paragraph: "Name: {name}, note: {note}, day: {day}"
  - paragraph: {text: Sort one, when: {field: sort, equals: one}}
  - paragraph: {text: No sort, when: {field: sort, absent: true}}
  - items: {field: bring}
  - table:
      rows: lines
      columns:
        - {title: No, field: "#", width: 1}
        - {title: What, field: what, width: 5}
"""
