"""A paper before it is printed: its pages on the screen, the printer, copies and pages, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from officer_console.devices.printers import COPIES_LIMIT, Order, Printer, PrintError, Readiness, page_numbers
from officer_console.documents.raster import Drawn
from officer_console.domain.papers import Paper
from officer_console.services.made_paper import Made
from officer_console.services.print_choice import PrintChoice
from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.printing_ports import ChoiceService, PrintingService
from officer_console.viewmodels.review_ports import Failure, failure

# An A4 page is 1323 pixels wide then: the smallest print is read at full size.
PREVIEW_DPI = 160
# What is shown is not what may leave any more.
_OUTDATED = frozenset({"paper-outdated", "signed-since"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done with a paper: handed to ``printer`` in ``copies``, or saved to ``path``."""

    paper: Paper
    printer: str = ""
    copies: int = 0
    times: int = 0
    path: Path | None = None


class PrintingViewModel(QObject):
    """``changed`` says that something shown differs; ``printed`` carries a :class:`Done`.

    ``jobs`` makes papers and draws pages, ``printer_jobs`` asks printers, which may take long. ``paint`` makes of
    drawn pixels what the view paints, also off the window's thread. ``title`` names a paper for the spooler.
    """

    changed = Signal()
    printed = Signal(object)

    def __init__(
        self,
        service: PrintingService,
        choices: ChoiceService,
        paint: Callable[[Drawn], Any],
        title: Callable[[Paper], str],
        jobs: Jobs,
        printer_jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._choices = choices
        self._paint = paint
        self._title = title
        self._jobs = jobs
        self._printer_jobs = printer_jobs
        self._visit = 0
        self._make: Callable[[Paper], Made] | None = None
        self._choice = PrintChoice()
        self.printers: tuple[Printer, ...] = ()
        self._clear()

    def _clear(self) -> None:
        self._drawing = 0
        self.papers: tuple[Paper, ...] = ()
        self.paper: Paper | None = None
        self.number = ""
        self.made: Made | None = None
        self.page = 0
        self.picture: Any | None = None
        self.printer = ""
        self.copies = 1
        self.pages = ""
        self.making = False
        self.listing = False
        self.sending = False
        self.failure: Failure | None = None
        self.done: Done | None = None
        self._after: Callable[[], None] | None = None

    @property
    def may_print(self) -> bool:
        """Whether there is a paper that may leave, and a printer that takes one."""
        chosen = next((each for each in self.printers if each.name == self.printer), None)
        ready = chosen is not None and chosen.readiness is Readiness.READY
        return ready and self.may_save

    @property
    def may_save(self) -> bool:
        """Whether there is a paper that may leave."""
        return self.made is not None and not self.made.held and not self.making and not self.sending

    @property
    def may_sign(self) -> bool:
        """Whether the paper is a notice that can be signed and is not."""
        return self.made is not None and self.made.signable and not self.making and not self.sending

    def open(self, dossier_id: str, number: str, papers: tuple[Paper, ...], chosen: Paper | None = None) -> None:
        """Show the papers of a dossier, ``chosen`` or the first of them first."""
        self._open(lambda paper: self._service.make(paper, dossier_id), number, papers, chosen)

    def open_list(self, paper: Paper, make: Callable[[], Made]) -> None:
        """Show a paper about many dossiers; ``make`` may be slow."""
        self._open(lambda _paper: make(), "", (paper,), None)

    def end(self) -> None:
        """Forget the paper and its pages; answers still under way are dropped."""
        self._visit += 1
        self._make = None
        self._clear()

    def choose(self, paper: Paper) -> None:
        """Look at another paper of the dossier."""
        if paper != self.paper:
            self.paper = paper
            self.copies = self._choice.copies_of(paper)
            self.done = self._after = None
            self._remake()

    def assign(self, number: str, after: Callable[[], None] | None = None) -> None:
        """Give the notice its number and show it with it; ``after`` is called when it stands there."""
        made, visit = self.made, self._visit
        if made is None or self.making or self.sending:
            return
        self.making = True
        self.failure = self.done = None
        self.changed.emit()

        def done(_: None) -> None:
            if visit == self._visit and made is self.made:
                self._after = after
                self._remake()

        def failed(error: Exception) -> None:
            if visit == self._visit and made is self.made:
                self.making = False
                self._fail(error)

        self._jobs.run(lambda: self._service.assign(made, number), done, failed)

    def demand_number(self) -> None:
        """Say that what is signed has a number."""
        self.failure = Failure(code="number-missing", data={})
        self.changed.emit()

    def look_anew(self) -> None:
        """Show the paper as it stands now: it was signed."""
        if self.paper is not None and not self.sending:
            self._remake()

    def turn(self, step: int) -> None:
        """Turn ``step`` pages on, or back when it is below 0."""
        if self.made is None:
            return
        page = min(max(self.page + step, 0), self.made.pages - 1)
        if page != self.page:
            self.page = page
            self._draw()

    def use(self, printer: str) -> None:
        """Choose a printer."""
        self.printer = printer
        self.changed.emit()

    def set_copies(self, copies: int) -> None:
        """Choose how many copies."""
        self.copies = min(max(copies, 1), COPIES_LIMIT)

    def set_pages(self, text: str) -> None:
        """Choose which pages, as typed: ``1-3, 5``; blank for all."""
        self.pages = text

    def look_again(self) -> None:
        """Ask which printers there are now."""
        visit = self._visit
        self.listing = True
        self.changed.emit()

        def done(found: tuple[tuple[Printer, ...], PrintChoice]) -> None:
            if visit == self._visit:
                self.listing = False
                self._listed(*found)

        def failed(error: Exception) -> None:
            if visit == self._visit:
                self.listing = False
                self.printers = ()
                self._fail(error)

        self._printer_jobs.run(lambda: (self._service.printers(), self._choices.load()), done, failed)

    def print(self) -> None:
        """*In*: hand the paper to the printer."""
        made, visit = self.made, self._visit
        if made is None or not self.may_print:
            return
        try:
            pages = page_numbers(self.pages, made.pages)
        except PrintError as error:
            self._fail(error)
            return
        order = Order(printer=self.printer, title=self._title(made.paper), copies=self.copies, pages=pages)
        done = Done(paper=made.paper, printer=self.printer, copies=self.copies)
        self._choice = PrintChoice(printer=self.printer, copies=self._choice.copies).with_copies(
            made.paper, self.copies
        )
        choice = self._choice

        def work() -> Done:
            times = self._service.print(made, order)
            self._choices.save(choice)
            return replace(done, times=times)

        self._send(work, visit)

    def save(self, path: Path) -> None:
        """*Lưu PDF*: write the paper to the file the officer chose."""
        made = self.made
        if made is None or not self.may_save:
            return

        def work() -> Done:
            self._service.save(made, path)
            return Done(paper=made.paper, path=path)

        self._send(work, self._visit)

    def _open(
        self, make: Callable[[Paper], Made], number: str, papers: tuple[Paper, ...], chosen: Paper | None
    ) -> None:
        self.end()
        self._make = make
        self.number = number
        self.papers = papers
        self.paper = chosen if chosen in papers else papers[0]
        self._remake()
        self.look_again()

    def _remake(self) -> None:
        make, paper, visit = self._make, self.paper, self._visit
        if make is None or paper is None:
            return
        self.made = self.picture = self.failure = None
        self.page = 0
        self.making = True
        self.changed.emit()

        def work() -> tuple[Made, Any]:
            made = make(paper)
            return made, self._paint(self._service.page(made, 0, PREVIEW_DPI))

        def done(found: tuple[Made, Any]) -> None:
            if visit == self._visit and paper == self.paper:
                self.making = False
                self.made, self.picture = found
                after, self._after = self._after, None
                self.changed.emit()
                if after is not None:
                    after()

        def failed(error: Exception) -> None:
            if visit == self._visit and paper == self.paper:
                self.making = False
                self._after = None
                self._fail(error)

        self._jobs.run(work, done, failed)

    def _draw(self) -> None:
        made, page, visit = self.made, self.page, self._visit
        if made is None:
            return
        self._drawing += 1
        asked = self._drawing
        self.changed.emit()

        def done(picture: Any) -> None:  # noqa: ANN401 - what ``paint`` makes
            # Of several turns the last one counts.
            if visit == self._visit and asked == self._drawing:
                self.picture = picture
                self.changed.emit()

        self._jobs.run(lambda: self._paint(self._service.page(made, page, PREVIEW_DPI)), done, self._failing(visit))

    def _send(self, work: Callable[[], Done], visit: int) -> None:
        self.sending = True
        self.failure = self.done = None
        self.changed.emit()

        def finished(done: Done) -> None:
            if visit == self._visit:
                self.sending = False
                self.done = done
                self.printed.emit(done)
                # The next copy is another one.
                self._remake()

        def failed(error: Exception) -> None:
            if visit == self._visit:
                self.sending = False
                if failure(error).code in _OUTDATED:
                    self._remake()
                self._fail(error)

        self._printer_jobs.run(work, finished, failed)

    def _listed(self, printers: tuple[Printer, ...], choice: PrintChoice) -> None:
        self.printers, self._choice = printers, choice
        names = [each.name for each in printers]
        usual = next((each.name for each in printers if each.usual), names[0] if names else "")
        if self.printer not in names:
            self.printer = choice.printer if choice.printer in names else usual
        if self.paper is not None:
            self.copies = choice.copies_of(self.paper)
        self.changed.emit()

    def _failing(self, visit: int) -> Callable[[Exception], None]:
        def failed(error: Exception) -> None:
            if visit == self._visit:
                self._fail(error)

        return failed

    def _fail(self, error: Exception) -> None:
        self.failure = failure(error)
        self.changed.emit()
