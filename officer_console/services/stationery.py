"""What papers are made with: forms, words, letterheads and faces, read once; a dossier in, a paper out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from officer_console.documents import definition, filling, fonts, letterheads, words
from officer_console.documents import render as rendering
from officer_console.documents.definition import Form, Value
from officer_console.documents.errors import DefinitionError
from officer_console.documents.filling import Filling, Letterhead
from officer_console.documents.letterheads import Letterheads
from officer_console.documents.render import Press
from officer_console.documents.words import Words
from officer_console.domain.deadline import today
from officer_console.domain.dossier import Dossier
from officer_console.domain.officer import Officer
from officer_console.domain.papers import Paper, fitting
from officer_console.domain.reference import Reference

REPRINT = "reprint"
Fill = Callable[[Letterhead, Words], Filling]


class PaperError(Exception):
    """A paper cannot be made: ``code`` and ``data`` for the sentence.

    ``form-broken`` (``file``, ``line``, ``rule``), ``paper-unfit``, ``list-too-long`` (``limit``).
    """

    def __init__(self, code: str, **data: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a paper says beside the dossier: the lists, who works here, and now (aware)."""

    reference: Reference
    officer: Officer
    at: datetime


@dataclass(frozen=True, slots=True)
class _Set:
    forms: Mapping[str, Form]
    words: Words
    heads: Letterheads
    press: Press


class Stationery:
    """Makes papers, one at a time, from any thread; the files are read when the first one is asked for."""

    def __init__(self, base: Callable[[], Path], override: Path | None = None) -> None:
        """``base`` finds the shipped folder ``forms``; what is in ``override``, if it is there, goes before it."""
        self._base = base
        self._override = override
        self._turn = threading.Lock()
        self._set: _Set | None = None

    def paper(self, paper: Paper, dossier: Dossier, desk: Desk, *, code: str = "", reprint: int = 0) -> rendering.Paper:
        """Return the paper of a dossier. ``reprint`` counts from 1; 0 is the first print.

        Raises:
            PaperError: ``paper-unfit``: the dossier has moved on; ``form-broken``.
            DocumentError: its data do not fit the form, or the machine has no face for it.
        """
        if paper not in fitting(dossier.kind, dossier.status):
            raise PaperError("paper-unfit")
        with self._turn:
            mine = self._read()
            head = _head(mine.heads, dossier.scope_id, desk)
            data = _filled(paper, dossier, head, mine.words.labelled(desk.reference.labels), desk, code)
            return _printed(mine, paper, data, desk.at, reprint)

    def sheet(self, paper: Paper, office: str, desk: Desk, fill: Fill) -> rendering.Paper:
        """Return a paper about many dossiers, filled by ``fill``.

        Raises:
            PaperError: ``form-broken``.
            DocumentError: as in ``paper``.
        """
        with self._turn:
            mine = self._read()
            data = fill(_head(mine.heads, office, desk), mine.words.labelled(desk.reference.labels))
            return _printed(mine, paper, data, desk.at, 0)

    def _read(self) -> _Set:
        if self._set is None:
            base = self._base()
            own = self._override if self._override is not None and self._override.is_dir() else None
            try:
                self._set = _Set(
                    definition.load_all(base, own),
                    words.load(base, own),
                    letterheads.load(base, own),
                    Press(fonts.load()),
                )
            except DefinitionError as error:
                raise PaperError("form-broken", file=str(error.file), line=error.line, rule=error.code) from error
        return self._set


def _head(heads: Letterheads, office: str, desk: Desk) -> Letterhead:
    name = next((each.name for each in desk.reference.offices if each.code == office), office)
    return heads.of(office, name, desk.officer.full_name)


def _printed(mine: _Set, paper: Paper, data: Mapping[str, Value], at: datetime, reprint: int) -> rendering.Paper:
    form = mine.forms.get(paper.value)
    if form is None:
        raise PaperError("form-broken", file=paper.value, line=1, rule="form-missing")
    # Only a form that has a place for it says that it is printed again.
    again = {REPRINT: str(reprint)} if reprint and REPRINT in form.fields else {}
    return mine.press.paper(form, {**data, **again}, made_at=at)


def _filled(paper: Paper, dossier: Dossier, head: Letterhead, said: Words, desk: Desk, code: str) -> Filling:
    on = today(desk.at)
    judged = dossier.judgement
    decided = today(judged.decided_at) if judged is not None else on
    if paper is Paper.DECLARATION:
        return filling.declaration(dossier, head, said, code=code)
    if paper is Paper.INSURED:
        return filling.tk1_ts(dossier, head, said, on=on, code=code)
    if paper is Paper.RECEIPT:
        return filling.receipt(dossier, head, said, at=dossier.handed_in_at or desk.at, code=code)
    if paper is Paper.GUIDE:
        return filling.vssid_guide(dossier, head, effective_on=decided, code=code)
    if paper is Paper.ACCEPTED:
        return filling.notice_accepted(dossier, head, said, issued_on=on, effective_on=decided, code=code)
    if paper is Paper.REFUSED and judged is not None:
        return _refused(dossier, head, said, desk.reference, on, code)
    raise PaperError("paper-unfit")


def _refused(dossier: Dossier, head: Letterhead, said: Words, reference: Reference, on: date, code: str) -> Filling:
    judged = dossier.judgement
    if judged is None:
        raise PaperError("paper-unfit")
    return filling.notice_refused(dossier, judged, reference.reasons, head, said, issued_on=on, code=code)
