"""``officer-console check-forms [DIR]``: what is wrong with a deployment's forms, before the officers meet it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from officer_console.documents import definition, fonts, letterheads, words
from officer_console.documents.definition import SAMPLE, Form
from officer_console.documents.errors import DefinitionError, DocumentError
from officer_console.documents.render import Press
from officer_console.domain.papers import Paper
from officer_console.views import command_line

# Nothing prints a form of another name.
_PAPERS = frozenset(Paper)


def run_check_forms(base: Path, folder: Path, *, named: bool) -> int:
    """Check the forms, words and letterheads in ``folder`` beside the shipped ones in ``base``; ``named``: it was asked
    for, and has to be there.

    A form with sample data is also laid out with them. Returns the exit code: 0 all hold, 1 something does not, 2 the
    folder is not there, 3 the machine has no face for papers.
    """
    if not folder.is_dir():
        _complain(command_line.FORMS_FOLDER_MISSING.format(folder=folder))
        return 2 if named else 0
    try:
        press = Press(fonts.load())
        forms, faults = definition.load_each(base, folder)
    except DefinitionError as error:
        _complain(str(error))
        return 1
    except DocumentError as error:
        _complain(command_line.FORMS_NO_FACE.format(told=error))
        return 3
    wrong: list[DocumentError] = list(faults.values())
    for load in (words.load, letterheads.load):
        try:
            load(base, folder)
        except DefinitionError as error:
            wrong.append(error)
    for name, form in forms.items():
        own = folder / name
        fault = _laid_out(press, form, own if own.is_dir() else base / name)
        if fault is not None:
            wrong.append(fault)
            continue
        _say(_holds(name, own=own.is_dir()).format(form=name))
    for each in wrong:
        _complain(str(each))
    return 1 if wrong else 0


def _holds(name: str, *, own: bool) -> str:
    if name not in _PAPERS:
        return command_line.FORM_UNKNOWN
    return command_line.FORM_OWN if own else command_line.FORM_SHIPPED


def _laid_out(press: Press, form: Form, folder: Path) -> DocumentError | None:
    """Lay a form out with its sample, if it has one; return what is wrong with either."""
    file = folder / SAMPLE
    if not file.is_file():
        return None
    try:
        press.paper(form, definition.sample(folder), made_at=datetime.now(UTC))
    except DefinitionError as error:
        return error
    except DocumentError as error:
        return DefinitionError(error.code, file, 1, **error.data)
    return None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _complain(line: str) -> None:
    sys.stderr.write(f"{line}\n")
