"""Builds what prints at a desk: forms, printers, the stack and the lists, joined with the window."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from officer_console import data
from officer_console.background.jobs import JobRunner
from officer_console.background.qt_printers import QtPrinters
from officer_console.config import forms_path, print_choice_path
from officer_console.devices.cups import CupsPrinters
from officer_console.devices.printers import Printers
from officer_console.documents import fonts
from officer_console.domain.officer import Officer
from officer_console.domain.papers import Paper
from officer_console.services.desk_papers import DeskPapers
from officer_console.services.notice_archive import NoticeArchive
from officer_console.services.notice_signing import NoticeSigning
from officer_console.services.print_choice import PrintChoices
from officer_console.services.print_runs import PrintRuns, Wanted
from officer_console.services.printing import FormCode, Printing
from officer_console.services.queue import Queue
from officer_console.services.sign_documents import Batch, Keep, SignDocuments
from officer_console.services.stationery import Stationery
from officer_console.store.store import Store
from officer_console.viewmodels.form_faults import FormFaults
from officer_console.viewmodels.print_run import PrintRunViewModel
from officer_console.viewmodels.printing import PrintingViewModel
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.viewmodels.signing import SigningViewModel
from officer_console.views import printing_words, signing_words
from officer_console.views.print_dialog import painted
from officer_console.views.printing_desk import PrintingDesk
from officer_console.views.queue import QueueView
from officer_console.views.review import ReviewView
from officer_console.views.shell import ShellView
from officer_console.views.signing_desk import SigningDesk
from officer_console.views.signing_sentences import mark_lines


def printers(folder: Path | None, *, platform: str = sys.platform) -> Printers:
    """Return the printers of this machine; with ``folder`` papers become PDF files there instead."""
    if folder is not None or platform == "win32":
        return QtPrinters(folder)
    return CupsPrinters()


def stationery_of() -> Stationery:
    """Return what papers are made with: the forms that came with the program, and those that were put beside it."""
    return Stationery(lambda: data.folder("forms"), forms_path())


def printing_desk(
    window: ShellView,
    review: tuple[ReviewView, ReviewViewModel],
    queue: tuple[QueueView, QueueViewModel],
    *,
    store: Store,
    officer: Officer,
    searches: Queue,
    stationery: Stationery,
    form_code: FormCode,
    jobs: JobRunner,
    printer_jobs: JobRunner,
    signing: SignDocuments,
    signing_jobs: JobRunner,
    archive: NoticeArchive,
    clock: Callable[[], datetime],
    folder: Path | None = None,
    counter: str = "",
) -> PrintingDesk:
    """Return *In…* for the window; ``printer_jobs`` hands papers over one after the other, ``signing_jobs`` signs."""
    printing = Printing(
        store,
        officer,
        stationery,
        printers(folder),
        clock=clock,
        form_code=form_code,
        signing=signing.settings,
        archive=archive,
    )
    # Papers are saved in the same thread: nothing that is being written is taken for left.
    printer_jobs.run(printing.files.sweep, _swept, _swept)
    runs = PrintRuns(store, searches, printing, printing_words.title, clock)
    lists = DeskPapers(store, officer, stationery, runs, clock=clock, desk=counter)
    choices = PrintChoices(print_choice_path())
    model = PrintingViewModel(printing, choices, painted, printing_words.title, jobs, printer_jobs, window)
    run = PrintRunViewModel(runs, printing, choices, printer_jobs, window)
    desk = PrintingDesk(window, review, queue, model, run, lists.queue_list, lists.day_sheet)
    desk.check(FormFaults(stationery.faults, jobs, window))
    notices = NoticeSigning(printing, fonts.load, mark_lines, signing_words.reason)

    def begin(batch: Batch, keep: Keep) -> SigningViewModel:
        return SigningViewModel(signing, batch, keep, signing_jobs, clock=clock)

    def many(wanted: Wanted, paper: Paper, first: str) -> tuple[Batch, Keep]:
        return notices.many(paper, runs.unsigned(wanted, paper), first)

    SigningDesk((desk.dialog, model), (desk.run_dialog, run), notices.one, many, begin)
    return desk


def _swept(_outcome: object) -> None:
    """What could not be removed is tried again at the next start; the log has the error."""
