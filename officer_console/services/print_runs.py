"""One paper for many dossiers: a stack that is printed one after the other, stops, and goes on where it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from officer_console.devices.printers import Order, PrintError
from officer_console.documents.errors import DocumentError
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.papers import Paper, fitting
from officer_console.domain.search import Criteria, Row
from officer_console.services.made_paper import Made
from officer_console.services.notice_numbers import Standing
from officer_console.services.printing import Printing
from officer_console.services.queue import Queue
from officer_console.services.stationery import PaperError
from officer_console.store.prints import ItemState, PrintItem, PrintRun
from officer_console.store.store import Store

# What the list finds, or the dossiers chosen in it: their ids, in its order.
Wanted = Criteria | tuple[str, ...]
LIMIT = 2000
PAGE = 500
# How far back the officer may say that nothing came out.
RECENT = 50
# Faults of a form or of the machine would be every dossier's.
_EVERYBODYS = frozenset({"form-broken"})


class _Subject(NamedTuple):
    id: str
    number: str
    papers: tuple[Paper, ...]


class PrintRuns:
    """The stack of one officer; there is one at a time. Not for the thread of the window."""

    def __init__(
        self,
        store: Store,
        queue: Queue,
        printing: Printing,
        title: Callable[[Paper], str],
        clock: Callable[[], datetime],
    ) -> None:
        """``title`` names a paper for the spooler."""
        self._store = store
        self._queue = queue
        self._printing = printing
        self._title = title
        self._clock = clock

    def survey(self, wanted: Wanted) -> dict[Paper, int]:
        """Return for how many of the dossiers wanted each paper could be printed.

        Raises:
            RuleError: the criteria do not hold.
            PaperError: ``list-too-long``.
        """
        counted: Counter[Paper] = Counter()
        for each in self._subjects(wanted):
            counted.update(each.papers)
        return {paper: counted[paper] for paper in Paper if counted[paper]}

    def begin(self, wanted: Wanted, paper: Paper, printer: str, copies: int) -> PrintRun | None:
        """Keep a stack of the paper for all dossiers wanted that it fits; return it, ``None`` when there are none.

        Raises:
            PaperError: ``list-too-long``.
            StoreError: nothing was kept.
        """
        dossiers = [(each.id, each.number) for each in self._subjects(wanted) if paper in each.papers]
        if not dossiers:
            return None
        with self._store.write() as tx:
            tx.prints.begin(paper.value, printer, copies, self._clock(), dossiers)
            return tx.prints.run()

    def unsigned(self, wanted: Wanted, paper: Paper) -> tuple[str, ...]:
        """Return those of the dossiers wanted, by id, whose notice is still to be signed.

        Raises:
            PaperError: ``list-too-long``.
        """
        ids = [each.id for each in self._subjects(wanted) if paper in each.papers]
        return self._printing.unsigned(paper, ids)

    def notices(self, wanted: Wanted, paper: Paper) -> Standing:
        """Return how the notices of the dossiers wanted stand that are to be signed, and their numbers.

        Raises:
            PaperError: ``list-too-long``, ``form-broken``.
        """
        return self._printing.numbers.standing(paper, self.unsigned(wanted, paper), required=self._printing.required)

    def codeless(self, wanted: Wanted, paper: Paper) -> int:
        """Return how many of the dossiers wanted would get their form to sign without a code.

        Raises:
            PaperError: ``list-too-long``.
        """
        return self._printing.codeless(paper, [each.id for each in self._subjects(wanted) if paper in each.papers])

    def signs(self) -> bool:
        """Whether notices can be signed here."""
        return self._printing.signs

    def open(self) -> tuple[PrintRun | None, tuple[PrintItem, ...]]:
        """Return the stack that is not through yet, and the last papers that the printer has or may have."""
        with self._store.read() as tx:
            run = tx.prints.run()
            return run, tx.prints.newest(run.n, RECENT) if run is not None else ()

    def go_on_after(self, run: int, turn: int | None, printer: str) -> PrintRun | None:
        """Go on behind the last paper that came out (its turn, 0: none of them; ``None``: all of them)."""
        with self._store.write() as tx:
            tx.prints.go_on_after(run, turn)
            tx.prints.change_printer(run, printer)
            return tx.prints.run()

    def step(self, run: PrintRun) -> PrintRun | None:
        """Print the next paper of the stack; return how the stack stands, ``None`` when nothing of it waits any more.

        A dossier whose paper cannot be made is left out and says why; the others go on.

        Raises:
            PrintError: the printer does not take papers now; the paper waits again, or may have come out (``unsure``).
            PaperError: ``form-broken``.
            SigningError: nobody knows whether the paper has to be signed first.
        """
        with self._store.read() as tx:
            item = tx.prints.next(run.n)
        if item is None:
            return None
        paper = Paper(run.paper)
        try:
            made = self._printing.make(paper, item.dossier_id)
            self._printing.check(made)
            _expect_unchanged(made)
        except (RuleError, PaperError, DocumentError) as error:
            if error.code in _EVERYBODYS or error.code.startswith("font-"):
                raise
            return self._mark(run, item, ItemState.LEFT, error.code)
        try:
            with self._store.write() as tx:
                self._printing.records.still(tx, made)
                tx.prints.mark(run.n, item.place, ItemState.SENDING)
                self._printing.records.note(tx, made, run.copies)
        except PaperError:
            # The dossier changed while the paper was made: it waits, and is made anew.
            return run
        try:
            self._printing.send(made, Order(printer=run.printer, title=self._title(paper), copies=run.copies))
        except PrintError as error:
            if not error.unsure:
                with self._store.write() as tx:
                    tx.prints.mark(run.n, item.place, ItemState.WAITING)
                    self._printing.records.note_failed(tx, made, run.copies)
            raise
        return self._mark(run, item, ItemState.SENT)

    def left(self, run: PrintRun) -> tuple[PrintItem, ...]:
        """Return the dossiers that were left out, with the reason."""
        with self._store.read() as tx:
            return tx.prints.left(run.n, LIMIT)

    def drop(self) -> None:
        """Forget the stack: its last paper is out, or the officer gives the rest up."""
        with self._store.write() as tx:
            tx.prints.drop()

    def rows(self, criteria: Criteria) -> Iterator[Row]:
        """Yield the rows of the list as it stands.

        Raises:
            PaperError: ``list-too-long``: after that many.
        """
        count = 0
        page = self._queue.page(criteria, None, PAGE)
        while True:
            count += len(page.rows)
            if count > LIMIT:
                raise PaperError("list-too-long", limit=LIMIT)
            yield from page.rows
            if page.next is None:
                return
            page = self._queue.page(criteria, page.next, PAGE)

    def _subjects(self, wanted: Wanted) -> Iterator[_Subject]:
        if isinstance(wanted, Criteria):
            for row in self.rows(wanted):
                yield _Subject(row.id, row.number, fitting(DossierKind(row.kind), Status(row.status)))
            return
        if len(wanted) > LIMIT:
            raise PaperError("list-too-long", limit=LIMIT)
        for name in wanted:
            with self._store.read() as tx:
                dossier = tx.dossiers.get(name)
            if dossier is not None:
                yield _Subject(name, dossier.number, fitting(dossier.kind, dossier.status))

    def _mark(self, run: PrintRun, item: PrintItem, state: ItemState, error_code: str | None = None) -> PrintRun | None:
        with self._store.write() as tx:
            tx.prints.mark(run.n, item.place, state, error_code)
            return tx.prints.run()


def _expect_unchanged(made: Made) -> None:
    """Raise PaperError ``form-reworded``: what the form words otherwise than then, somebody looks at before."""
    if made.reworded:
        raise PaperError("form-reworded")
