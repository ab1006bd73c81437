"""A stack being printed: which papers there could be, one after the other, stopping, and going on where it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from officer_console.devices.printers import Printer, Readiness
from officer_console.domain.papers import ISSUED, NOTICES, Paper
from officer_console.domain.search import Criteria
from officer_console.services.notice_numbers import Standing
from officer_console.services.print_choice import PrintChoice
from officer_console.services.print_runs import Wanted
from officer_console.store.prints import UNSIGNED, PrintItem, PrintRun
from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.print_rest import UnfinishedRun, unsure
from officer_console.viewmodels.printing_ports import ChoiceService, PrintingService, RunService
from officer_console.viewmodels.review_ports import Failure, failure

T = TypeVar("T")
# A stack, the last papers that the printer has or may have, and those that were left out.
Whole = tuple[PrintRun | None, tuple[PrintItem, ...], tuple[PrintItem, ...]]


class PrintRunViewModel(QObject):
    """``changed`` says that something shown differs.

    ``run`` is the stack. It is ``running``, or the officer is ``asked`` what came out last: after a stop, a fault, a
    crash, and when all of it is with the printer. Without a stack, ``papers`` says what could be printed for how many.
    ``notices`` says how those stand that are considered and can be signed: of the dossiers wanted, in a stack those it
    left out for want of a signature. ``codeless`` of the forms considered would have no code. ``rest`` is what an
    earlier session left.

    ``jobs`` does one thing after the other: whoever looks at the stack finds no paper half handed over.
    """

    changed = Signal()

    def __init__(
        self,
        runs: RunService,
        printing: PrintingService,
        choices: ChoiceService,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._printing = printing
        self._choices = choices
        self._jobs = jobs
        self.rest = UnfinishedRun(runs, jobs, self)
        self._visit = 0
        self._clear()

    def _clear(self) -> None:
        self._wanted: Wanted | None = None
        self._stopping = False
        self._choice = PrintChoice()
        self.papers: Mapping[Paper, int] = {}
        self.signs = False
        self._considered: Paper | None = None
        self.notices: Standing | None = None
        self.codeless = 0
        self.printers: tuple[Printer, ...] = ()
        self.printer = ""
        self.listed = False
        self.run: PrintRun | None = None
        self.recent: tuple[PrintItem, ...] = ()
        self.left: tuple[PrintItem, ...] = ()
        self.running = False
        self.busy = False
        self.none_fits = False
        self.finished = False
        self.failure: Failure | None = None

    @property
    def asked(self) -> bool:
        """Whether the officer has to say what came out last."""
        return self.run is not None and not self.running and not self.busy

    @property
    def stopping(self) -> bool:
        """Whether the paper under way is the last one for now."""
        return self.running and self._stopping

    @property
    def may_print(self) -> bool:
        """Whether the chosen printer takes papers."""
        chosen = next((each for each in self.printers if each.name == self.printer), None)
        return chosen is not None and chosen.readiness is Readiness.READY and not self.busy and not self.running

    @property
    def unsure(self) -> PrintItem | None:
        """The paper of which nobody knows whether the printer has it."""
        return unsure(self.recent)

    @property
    def chosen(self) -> int:
        """How many dossiers were chosen in the list; 0: all it finds are meant."""
        return 0 if self._wanted is None or isinstance(self._wanted, Criteria) else len(self._wanted)

    def open(self, wanted: Wanted) -> None:
        """See what could be printed for the dossiers wanted; a stack that is not through comes first."""
        self._visit += 1
        self._clear()
        self._wanted = wanted
        self._survey(wanted)
        self.look_again()

    def end(self) -> None:
        """The window closes: the paper under way is printed, the stack stays where it is."""
        self._visit += 1
        self._clear()

    def look_again(self) -> None:
        """Ask which printers there are now."""
        visit = self._visit

        def done(found: tuple[tuple[Printer, ...], PrintChoice]) -> None:
            if visit != self._visit:
                return
            self.listed = True
            self.printers, self._choice = found
            names = [each.name for each in self.printers]
            usual = next((each.name for each in self.printers if each.usual), names[0] if names else "")
            wanted = (self.printer, self.run.printer if self.run else "", self._choice.printer)
            self.printer = next((name for name in wanted if name in names), usual)
            self.changed.emit()

        self._jobs.run(lambda: (self._printing.printers(), self._choices.load()), done, self._failing(visit))

    def use(self, printer: str) -> None:
        """Choose a printer."""
        self.printer = printer
        self.changed.emit()

    def copies_of(self, paper: Paper) -> int:
        """Return how many copies of a paper were printed last."""
        return self._choice.copies_of(paper)

    def consider(self, paper: Paper) -> None:
        """A paper was chosen: see which notices of it are to be signed, and which numbers they could have."""
        wanted, visit = self._to_sign(), self._visit
        if paper is not self._considered:
            self._considered, self.notices, self.codeless = paper, None, 0
        if wanted is not None and self.run is None and paper not in ISSUED:
            self._count_codeless(wanted, paper)
        if wanted is None or not self.signs or paper not in NOTICES:
            return

        def done(found: Standing) -> None:
            if visit == self._visit and paper is self._considered:
                self.notices = found
                self.changed.emit()

        self._jobs.run(lambda: self._runs.notices(wanted, paper), done, self._failing(visit))

    def _count_codeless(self, wanted: Wanted, paper: Paper) -> None:
        visit = self._visit

        def done(found: int) -> None:
            if visit == self._visit and paper is self._considered:
                self.codeless = found
                self.changed.emit()

        self._jobs.run(lambda: self._runs.codeless(wanted, paper), done, self._failing(visit))

    def _to_sign(self) -> Wanted | None:
        if self.run is None:
            return self._wanted
        return tuple(each.dossier_id for each in self.left if each.error_code in UNSIGNED)

    @property
    def unsigned(self) -> int:
        """How many notices that the stack left out are not signed yet, as far as it is known."""
        if self.run is None or not self.run.unsigned or self.notices is None:
            return self.run.unsigned if self.run is not None else 0
        return self.notices.unsigned

    @property
    def to_sign_first(self) -> bool:
        """Whether there are notices that do not leave the desk before they are signed."""
        return self.notices is not None and self.notices.required and self.notices.unsigned > 0

    def start(self, paper: Paper, copies: int) -> None:
        """Begin a stack of the paper for all dossiers wanted that it fits."""
        wanted, printer = self._wanted, self.printer
        if wanted is None or self.run is not None or not self.may_print:
            return
        choice = PrintChoice(printer=printer, copies=self._choice.copies).with_copies(paper, copies)

        def work() -> PrintRun | None:
            self._choices.save(choice)
            return self._runs.begin(wanted, paper, printer, copies)

        self._begin(work)

    def stop(self) -> None:
        """*Dừng*: the paper under way is the last one."""
        if self.running:
            self._stopping = True
            self.changed.emit()

    def go_on_after(self, turn: int | None) -> None:
        """Go on behind the paper that came out last (its turn, 0: none of them, ``None``: all of them)."""
        run, printer = self.run, self.printer
        if run is not None and self.may_print:
            self._begin(lambda: self._runs.go_on_after(run.n, turn, printer))

    def drop(self) -> None:
        """The last paper is out, or the rest is given up."""
        wanted, visit = self._wanted, self._visit
        if self.run is None or self.running or wanted is None:
            return
        self.busy = True
        self.changed.emit()

        def done(_: None) -> None:
            if visit == self._visit:
                self.busy = False
                self.run = None
                self.finished = False
                self.recent = self.left = ()
                self._survey(wanted)

        self._jobs.run(self._runs.drop, done, self._failing(visit))

    def gather(self, work: Callable[[Wanted], T], done: Callable[[T], None]) -> None:
        """Find out something slow about the dossiers whose notices may be signed; what goes wrong is told."""
        wanted, visit = self._to_sign(), self._visit
        if wanted is None or self.running or self.busy:
            return
        self.busy = True
        self.failure = None
        self.changed.emit()

        def found(what: T) -> None:
            if visit == self._visit:
                self.busy = False
                self.changed.emit()
                done(what)

        self._jobs.run(lambda: work(wanted), found, self._failing(visit))

    def _survey(self, wanted: Wanted) -> None:
        visit = self._visit
        self.busy = True
        self.changed.emit()

        def done(found: tuple[Whole, Mapping[Paper, int], bool]) -> None:
            if visit != self._visit:
                return
            standing, self.papers, self.signs = found
            self.none_fits = standing[0] is None and not self.papers
            self._stands(standing)

        def work() -> tuple[Whole, Mapping[Paper, int], bool]:
            standing = self._whole()
            return standing, self._runs.survey(wanted) if standing[0] is None else {}, self._runs.signs()

        self._jobs.run(work, done, self._failing(visit))

    def _begin(self, work: Callable[[], PrintRun | None]) -> None:
        visit = self._visit
        self.busy = True
        self.failure = None
        self._stopping = self.finished = False
        self.changed.emit()

        def done(run: PrintRun | None) -> None:
            if visit != self._visit:
                return
            self.busy = False
            self.run = run
            self.none_fits = run is None
            self.running = run is not None
            self.changed.emit()
            self._step()

        self._jobs.run(work, done, self._failing(visit))

    def _step(self) -> None:
        run, visit = self.run, self._visit
        if run is None or not self.running:
            return

        def done(after: PrintRun | None) -> None:
            if visit != self._visit:
                return
            if after is not None:
                self.run = after
            if after is None or self._stopping:
                self._rest(None)
            else:
                self.changed.emit()
                self._step()

        def failed(error: Exception) -> None:
            if visit == self._visit:
                self._rest(failure(error))

        self._jobs.run(lambda: self._runs.step(run), done, failed)

    def _rest(self, why: Failure | None) -> None:
        """Read where the stack stands, then ask the officer."""
        run, visit = self.run, self._visit
        self.running = self._stopping = False
        self.busy = True
        self.failure = why
        self.changed.emit()
        if run is None:
            return

        def done(found: Whole) -> None:
            if visit == self._visit:
                self._stands(found)

        self._jobs.run(self._whole, done, self._failing(visit))

    def _whole(self) -> Whole:
        run, recent = self._runs.open()
        return run, recent, self._runs.left(run) if run is not None else ()

    def _stands(self, whole: Whole) -> None:
        run, self.recent, self.left = whole
        self.run = run
        self.busy = False
        self.finished = run is not None and run.sent + run.left == run.total and not (run.unsigned or run.away)
        self.notices = None
        self.changed.emit()
        paper = self._considered if run is None else Paper(run.paper) if run.unsigned else None
        if paper is not None:
            self.consider(paper)

    def _failing(self, visit: int) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            if visit == self._visit:
                self.busy = False
                self.failure = failure(error)
                self.changed.emit()

        return failed
