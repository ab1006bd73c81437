"""The windows about printing over a real store, real forms and printers that keep what they get."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pytestqt.qtbot import QtBot

from officer_console.background.jobs import JobRunner
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.papers import Paper, fitting
from officer_console.services.printing import FormCode, Signing
from officer_console.viewmodels.print_run import PrintRunViewModel
from officer_console.viewmodels.printing import PrintingViewModel
from officer_console.views import printing_words
from officer_console.views.print_dialog import PrintDialog, painted
from officer_console.views.print_run_dialog import PrintRunDialog
from tests.printing.parts import Office, judged
from tests.printing.parts import office as office_in


@dataclass(kw_only=True)
class Room:
    """Both dialogs with everything behind them."""

    office: Office
    model: PrintingViewModel
    dialog: PrintDialog
    run: PrintRunViewModel
    run_dialog: PrintRunDialog
    qtbot: QtBot

    def open(self, status: Status, chosen: Paper | None = None) -> Dossier:
        """Show the papers of the dossier in a state and wait for the first page and the printers."""
        dossier = self.office.of(status)
        self.model.open(dossier.id, dossier.number, fitting(dossier.kind, dossier.status), chosen)
        self.dialog.begin()
        self.ready()
        return dossier

    def ready(self) -> None:
        """Wait until nothing is under way."""
        model = self.model
        self.qtbot.waitUntil(lambda: not (model.making or model.listing or model.sending))

    def rest(self) -> None:
        """Wait until the stack runs no more."""
        self.qtbot.waitUntil(lambda: not (self.run.running or self.run.busy) and self.run.listed)


@contextmanager
def room(
    qtbot: QtBot,
    folder: Path,
    dossiers: tuple[Dossier, ...] = (),
    *,
    signing: Signing | None = None,
    form_code: FormCode = lambda _dossier, _kind: None,
) -> Iterator[Room]:
    """Give out a room; its threads and its store end with the block."""
    office = office_in(folder, dossiers, title=printing_words.title, signing=signing, form_code=form_code)
    jobs, printer_jobs = JobRunner(2), JobRunner(1)
    model = PrintingViewModel(office.printing, office.choices, painted, printing_words.title, jobs, printer_jobs)
    run = PrintRunViewModel(office.runs, office.printing, office.choices, printer_jobs)
    made = Room(
        office=office,
        model=model,
        dialog=PrintDialog(model),
        run=run,
        run_dialog=PrintRunDialog(run),
        qtbot=qtbot,
    )
    for dialog in (made.dialog, made.run_dialog):
        qtbot.addWidget(dialog)
    try:
        yield made
    finally:
        made.dialog.done(0)
        made.run_dialog.done(0)
        jobs.end()
        printer_jobs.end()
        office.store.close()


def many(count: int) -> tuple[Dossier, ...]:
    """Return so many approved registrations."""
    return tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, count + 1))
