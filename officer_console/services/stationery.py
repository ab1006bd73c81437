"""What papers are made with: forms, words, letterheads and faces, read once; a dossier in, a paper out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from officer_console.codes.forms import PageCode
from officer_console.documents import definition, filling, fonts, given, letterheads, words
from officer_console.documents import render as rendering
from officer_console.documents.definition import Form
from officer_console.documents.errors import DefinitionError
from officer_console.documents.filling import Filling, Letterhead
from officer_console.documents.letterheads import Letterheads
from officer_console.documents.render import Press
from officer_console.documents.words import Words
from officer_console.domain.deadline import today
from officer_console.domain.dossier import Dossier
from officer_console.domain.officer import Officer
from officer_console.domain.papers import FORM_KINDS, ISSUED, Paper, fitting
from officer_console.domain.reference import Reference
from officer_console.services.content import Content

log = logging.getLogger(__name__)

CODE = "code"
NUMBER = "document_number"
# What differs from print to print of one and the same paper.
_PASSING = frozenset({CODE, NUMBER, given.REPRINT})
# What of a paper comes from the letterhead, beside the office's name.
_OF_THE_HEAD = ("parent_office", "place", "capacity", "supervisor_capacity")
Fill = Callable[[Letterhead, Words], Filling]
T = TypeVar("T")


class PaperError(Exception):
    """A paper cannot be made: ``code`` and ``data`` for the sentence.

    ``form-broken`` (``file``, ``line``, ``rule``, ``paper``: the form's name, empty for words and letterheads, which
    every paper needs), ``paper-unfit``, ``list-too-long`` (``limit``). Of what the office issues: ``office-unlisted``
    (``office``: its code), ``reason-unlisted`` (``reason``: its code), ``letterhead-incomplete`` (``office``,
    ``field``).
    """

    def __init__(self, code: str, **data: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a paper says beside the dossier: the lists, who works here, now (aware), the number a notice has, if any."""

    reference: Reference
    officer: Officer
    at: datetime
    number: str = ""


@dataclass(frozen=True, slots=True)
class _Set:
    """What the files say. ``faults`` are by the form's name; under the empty one stands what every paper needs."""

    forms: Mapping[str, Form]
    words: Words
    heads: Letterheads
    faults: Mapping[str, PaperError]

    def usable(self, paper: Paper) -> Form:
        """Return the form of a paper; raises PaperError."""
        fault = self.faults.get("") or self.faults.get(paper.value)
        if fault is not None:
            raise PaperError(fault.code, **fault.data)
        form = self.forms.get(paper.value)
        if form is None:
            raise PaperError("form-broken", file=paper.value, line=1, rule="form-missing", paper=paper.value)
        return form


class Stationery:
    """Makes papers, one at a time, from any thread; the files are read once, when they are first asked for."""

    def __init__(self, base: Callable[[], Path], override: Path | None = None) -> None:
        """``base`` finds the shipped folder ``forms``; what is in ``override``, if it is there, goes before it."""
        self._base = base
        self._override = override
        self._turn = threading.Lock()
        self._set: _Set | None = None
        self._press: Press | None = None

    def faults(self) -> tuple[PaperError, ...]:
        """Return what is wrong with the files, ``form-broken`` each; the forms that hold can be printed."""
        with self._turn:
            return tuple(self._read().faults.values())

    def editions(self) -> dict[int, int]:
        """Return the versions forms are printed in, by the kind in their code."""
        with self._turn:
            forms = self._read().forms
        return {kind: forms[paper.value].version for paper, kind in FORM_KINDS.items() if paper.value in forms}

    def numbered(self, paper: Paper) -> bool:
        """Whether the form of a paper has a place for a number of its own; raises PaperError ``form-broken``."""
        with self._turn:
            return NUMBER in self._read().usable(paper).fields

    def paper(
        self, paper: Paper, dossier: Dossier, desk: Desk, *, code: PageCode | str = "", reprint: int = 0
    ) -> rendering.Paper:
        """Return the paper of a dossier as it stands: see ``content`` and ``draw``."""
        content = self.content(paper, dossier, desk)
        return self.draw(paper, content, at=desk.at, number=desk.number, code=code, reprint=reprint)

    def content(self, paper: Paper, dossier: Dossier, desk: Desk) -> Content:
        """Return what the form of a dossier's paper is filled with now.

        Raises:
            PaperError: ``paper-unfit``: the dossier has moved on; ``form-broken``; who issues it, or why, is not known.
        """
        if paper not in fitting(dossier.kind, dossier.status):
            raise PaperError("paper-unfit")
        with self._turn:
            mine = self._read()
            form = mine.usable(paper)
            head = _head(mine.heads, dossier.scope_id, desk)
            data = _filled(paper, dossier, head, mine.words.labelled(desk.reference.labels), desk, "")
            _expect_issuer(paper, form, data, dossier.scope_id)
            if paper is Paper.REFUSED and not data["reason"]:
                raise PaperError("reason-unlisted", reason=(dossier.judgement and dossier.judgement.reason_code) or "")
            kept = given.kept(data, form.fields)
            return Content(form.digest, {name: value for name, value in kept.items() if name not in _PASSING})

    def draw(
        self,
        paper: Paper,
        content: Content,
        *,
        at: datetime,
        number: str = "",
        code: PageCode | str = "",
        reprint: int = 0,
    ) -> rendering.Paper:
        """Return the paper with that content, made ``at`` (aware).

        ``code`` stands on every page, or makes that of each from the form's version. ``reprint`` counts from 1; 0 is
        the first print. They and ``number`` stand where the form has a place for them.

        Raises:
            PaperError: ``form-broken``.
            DocumentError: the content does not fit the form, or the machine has no face for it.
        """
        with self._turn:
            form = self._read().usable(paper)
            text = code if isinstance(code, str) else code(form.version, 1, 1)
            passing = {CODE: text, NUMBER: number, given.REPRINT: str(reprint) if reprint else ""}
            data = {**content.data, **given.kept(passing, form.fields)}
            codes = None if isinstance(code, str) else partial(code, form.version)
            return self._faces().paper(form, data, made_at=at, codes=codes)

    def digest(self, paper: Paper) -> str:
        """Return the digest of the form of a paper; raises PaperError ``form-broken``."""
        with self._turn:
            return self._read().usable(paper).digest

    def sheets(self, paper: Paper, parts: Mapping[str, Fill], desk: Desk) -> rendering.Paper:
        """Return a paper about many dossiers, one for each office behind the other; ``parts`` fill them.

        Raises:
            PaperError: ``form-broken``; who issues it is not known.
            DocumentError: as in ``paper``.
        """
        with self._turn:
            mine = self._read()
            form, said = mine.usable(paper), mine.words.labelled(desk.reference.labels)
            filled = []
            for office, fill in parts.items():
                data = fill(_head(mine.heads, office, desk), said)
                _expect_issuer(paper, form, data, office)
                filled.append(given.kept(data, form.fields))
            return self._faces().bound(form, filled, made_at=desk.at)

    def _faces(self) -> Press:
        if self._press is None:
            self._press = Press(fonts.load())
        return self._press

    def _read(self) -> _Set:
        if self._set is None:
            self._set = _load(self._base(), self._override)
            for fault in self._set.faults.values():
                where = "/".join(Path(str(fault.data["file"])).parts[-2:])
                log.warning("form-broken %s line %s: %s", where, fault.data["line"], fault.data["rule"])
        return self._set


def _load(base: Path, override: Path | None) -> _Set:
    """Read everything; nothing is made with what stands here in place of a file that does not hold."""
    shared: list[DefinitionError] = []
    own = override
    try:
        own = override if override is not None and override.is_dir() else None
        forms, faults = definition.load_each(base, own)
    except DefinitionError as error:
        shared.append(error)
        own = None
        forms, faults = definition.load_each(base)
    except OSError:
        shared.append(DefinitionError("form-folder-unreadable", override or base, 1))
        own = None
        forms, faults = definition.load_each(base)

    def read(load: Callable[[Path, Path | None], T]) -> T:
        try:
            return load(base, own)
        except DefinitionError as error:
            shared.append(error)
            return load(base, None)

    said, heads = read(words.load), read(letterheads.load)
    broken = [("", error) for error in shared[:1]] + list(faults.items())
    return _Set(forms, said, heads, {name: _broken(name, error) for name, error in broken})


def _broken(name: str, error: DefinitionError) -> PaperError:
    return PaperError("form-broken", file=str(error.file), line=error.line, rule=error.code, paper=name)


def _head(heads: Letterheads, office: str, desk: Desk) -> Letterhead:
    name = next((each.name for each in desk.reference.offices if each.code == office), "")
    return heads.of(office, name, desk.officer.full_name)


def _expect_issuer(paper: Paper, form: Form, data: Filling, office: str) -> None:
    """Raise PaperError where it is not known who issues a paper: nothing goes out in the name of a number."""
    if paper not in ISSUED:
        return
    if not data["office"]:
        raise PaperError("office-unlisted", office=office)
    for name in _OF_THE_HEAD:
        field = form.fields.get(name)
        if field is not None and field.required and not data.get(name):
            raise PaperError("letterhead-incomplete", office=office, field=name)


def _filled(paper: Paper, dossier: Dossier, head: Letterhead, said: Words, desk: Desk, code: str) -> Filling:
    on = today(desk.at)
    judged = dossier.judgement
    decided = today(judged.decided_at) if judged is not None else on
    if paper is Paper.DECLARATION:
        return filling.declaration(dossier, head, said, code=code)
    if paper is Paper.INSURED:
        return filling.tk1_ts(dossier, head, said, on=on, code=code)
    if paper is Paper.RECEIPT:
        return filling.receipt(dossier, head, said, on=on, code=code)
    if paper is Paper.GUIDE:
        return filling.vssid_guide(dossier, head, effective_on=decided, code=code)
    if paper is Paper.ACCEPTED:
        return filling.notice_accepted(
            dossier, head, said, issued_on=on, effective_on=decided, document_number=desk.number, code=code
        )
    if paper is Paper.REFUSED and judged is not None:
        return _refused(dossier, head, said, desk, code)
    raise PaperError("paper-unfit")


def _refused(dossier: Dossier, head: Letterhead, said: Words, desk: Desk, code: str) -> Filling:
    judged = dossier.judgement
    if judged is None:
        raise PaperError("paper-unfit")
    reasons, on = desk.reference.reasons, today(desk.at)
    return filling.notice_refused(
        dossier, judged, reasons, head, said, issued_on=on, document_number=desk.number, code=code
    )
