"""Papers about many dossiers: the list as it stands, and what the officer has done today, counted from the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from officer_console.documents import desk_lists, given
from officer_console.documents.desk_lists import DayLine, Outcome
from officer_console.domain.deadline import VIETNAM, today
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier, Judgement, Status
from officer_console.domain.officer import Officer
from officer_console.domain.papers import Paper
from officer_console.domain.reference import Reference
from officer_console.domain.search import Criteria
from officer_console.services.made_paper import Made
from officer_console.services.print_runs import PrintRuns
from officer_console.services.stationery import Desk, Fill, Stationery
from officer_console.store.store import Store, Transaction

_DECIDED = "decided:"
_WITHDRAWN = "withdrawn"
_VALID = "decided:valid"
_AWAITING = frozenset({Status.AWAITING_REGISTRY, Status.CHECKING})
T = TypeVar("T")


class DeskPapers:
    """One officer's lists. Reads the store and makes papers: not for the thread of the window."""

    def __init__(
        self,
        store: Store,
        officer: Officer,
        stationery: Stationery,
        runs: PrintRuns,
        *,
        clock: Callable[[], datetime],
        desk: str = "",
    ) -> None:
        """``clock`` is this machine's, as the journal's is; ``desk`` what the counter is called, empty: by hand."""
        self._store = store
        self._officer = officer
        self._stationery = stationery
        self._runs = runs
        self._clock = clock
        self._desk = desk

    def queue_list(self, criteria: Criteria, condition: str) -> Made:
        """Return the list of all dossiers found, one for each office; ``condition`` says what was searched for.

        Raises:
            RuleError: the criteria do not hold.
            PaperError, DocumentError: it cannot be made; ``list-too-long``.
        """
        ids = [row.id for row in self._runs.rows(criteria)]
        with self._store.read() as tx:
            reference = tx.reference.get()
            dossiers = [dossier for dossier in map(tx.dossiers.get, ids) if dossier is not None]
        at = self._clock()

        def fill(some: Sequence[Dossier]) -> Fill:
            return lambda head, words: desk_lists.queue_list(some, head, words, printed_at=at, condition=condition)

        parts = _by_office(dossiers, self._officer.scopes, lambda dossier: dossier.scope_id)
        about = f"{today(at)} {hashlib.sha256(condition.encode()).hexdigest()}"
        return self._made(Paper.QUEUE_LIST, about, reference, {office: fill(some) for office, some in parts.items()})

    def day_sheet(self, day: date | None = None) -> Made:
        """Return the sheet of what the officer decided on a Vietnamese day, by default today; one for each office.

        Raises:
            PaperError, DocumentError: it cannot be made.
        """
        at = self._clock()
        on = day or today(at)
        with self._store.read() as tx:
            reference = tx.reference.get()
            lines = self._lines(tx, on, reference)

        def fill(some: Sequence[DayLine]) -> Fill:
            return lambda head, words: desk_lists.day_sheet(some, head, words, day=on, printed_at=at, desk=self._desk)

        parts = _by_office(lines, self._officer.scopes, lambda line: line.dossier.scope_id)
        about = on.isoformat()
        return self._made(Paper.DAY_SHEET, about, reference, {office: fill(some) for office, some in parts.items()})

    def _made(self, paper: Paper, about: str, reference: Reference, parts: Mapping[str, Fill]) -> Made:
        """Return the sheets, which say how often those of a day, ``about``, were printed before."""
        desk = Desk(reference=reference, officer=self._officer, at=self._clock())
        with self._store.read() as tx:
            printed = tx.prints.printed("", paper.value, about)
        times = printed.whole.times
        made = self._stationery.sheets(paper, {office: _again(fill, times) for office, fill in parts.items()}, desk)
        return Made(paper=paper, dossier_id="", number="", pdf=made.pdf, pages=made.pages, times=times, decision=about)

    def _lines(self, tx: Transaction, on: date, reference: Reference) -> list[DayLine]:
        first = datetime.combine(on, time(), VIETNAM)
        entries = tx.journal.between(first, first + timedelta(days=1), self._officer.id)
        withdrawn = {entry.op_id for entry in entries if entry.what == _WITHDRAWN}
        # Of several decisions on one dossier the last is the one that was meant.
        last = {
            entry.dossier_id: entry
            for entry in entries
            if entry.what.startswith(_DECIDED) and entry.dossier_id and entry.op_id not in withdrawn
        }
        lines = []
        for dossier_id, entry in last.items():
            dossier = tx.dossiers.get(dossier_id)
            if dossier is None:
                continue
            item = tx.outbox.for_dossier(dossier_id)
            waits = item is not None and item.decision.op_id == entry.op_id
            decision = item.decision if item is not None and waits else dossier.judgement
            outcome = _outcome(dossier, valid=entry.what == _VALID, waits=waits)
            note = _reason(decision, reference) if outcome is Outcome.REFUSED else ""
            lines.append(DayLine(dossier=dossier, outcome=outcome, at=entry.at, note=note, sent=not waits))
        return lines


def _by_office(found: Iterable[T], scopes: Sequence[str], office: Callable[[T], str]) -> dict[str, list[T]]:
    """Return what concerns each office, in the order of the officer's; an empty list is his first office's."""
    parts: dict[str, list[T]] = {scope: [] for scope in scopes}
    for one in found:
        parts.setdefault(office(one), []).append(one)
    return {scope: some for scope, some in parts.items() if some} or {scopes[0] if scopes else "": []}


def _again(fill: Fill, times: int) -> Fill:
    """Return what fills a sheet that was printed so many times before."""
    return lambda head, words: {**fill(head, words), given.REPRINT: str(times) if times else ""}


def _outcome(dossier: Dossier, *, valid: bool, waits: bool) -> Outcome:
    if not valid:
        return Outcome.REFUSED
    return Outcome.AWAITING if dossier.status in _AWAITING and not waits else Outcome.ACCEPTED


def _reason(decision: Decision | Judgement | None, reference: Reference) -> str:
    if decision is None:
        return ""
    known = next((each.label for each in reference.reasons if each.code == decision.reason_code), "")
    return known or decision.reason_text or ""
