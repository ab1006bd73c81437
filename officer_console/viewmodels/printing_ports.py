"""What the windows about printing need of the services: small protocols, so that tests can pass small fakes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from officer_console.devices.printers import Order, Printer
from officer_console.documents.raster import Drawn
from officer_console.domain.papers import Paper
from officer_console.services.made_paper import Made
from officer_console.services.notice_numbers import Standing
from officer_console.services.print_choice import PrintChoice
from officer_console.services.print_runs import Wanted
from officer_console.store.prints import PrintItem, PrintRun


class PrintingService(Protocol):
    """Papers of dossiers (``services.printing.Printing``); every call may be slow."""

    def printers(self) -> tuple[Printer, ...]:
        """Return the printers of this desk."""

    def make(self, paper: Paper, dossier_id: str) -> Made:
        """Return a paper of the dossier as it stands."""

    def assign(self, made: Made, number: str) -> None:
        """Give a notice its number."""

    def page(self, made: Made, number: int, dpi: int) -> Drawn:
        """Return a page, from 0, as pixels."""

    def print(self, made: Made, order: Order) -> int:
        """Hand a paper to the printer; return how often these pages were printed before."""

    def save(self, made: Made, path: Path) -> None:
        """Write a paper to the file the officer has chosen."""


class ChoiceService(Protocol):
    """What this desk printed with last (``services.print_choice.PrintChoices``); every call may be slow."""

    def load(self) -> PrintChoice:
        """Return what is remembered."""

    def save(self, choice: PrintChoice) -> None:
        """Remember the choice."""


class RunService(Protocol):
    """The stack (``services.print_runs.PrintRuns``); every call may be slow."""

    def survey(self, wanted: Wanted) -> Mapping[Paper, int]:
        """Return for how many of the dossiers wanted each paper could be printed."""

    def begin(self, wanted: Wanted, paper: Paper, printer: str, copies: int) -> PrintRun | None:
        """Keep a stack of the paper for all dossiers wanted that it fits."""

    def signs(self) -> bool:
        """Whether notices can be signed here."""

    def notices(self, wanted: Wanted, paper: Paper) -> Standing:
        """Return how the notices of the dossiers wanted stand that are to be signed, and their numbers."""

    def codeless(self, wanted: Wanted, paper: Paper) -> int:
        """Return how many of the dossiers wanted would get their form to sign without a code."""

    def open(self) -> tuple[PrintRun | None, tuple[PrintItem, ...]]:
        """Return the stack that is not through yet, and the last papers that the printer has or may have."""

    def go_on_after(self, run: int, turn: int | None, printer: str) -> PrintRun | None:
        """Go on behind the last paper that came out."""

    def step(self, run: PrintRun) -> PrintRun | None:
        """Print the next paper of the stack; ``None`` when nothing of it waits any more."""

    def left(self, run: PrintRun) -> tuple[PrintItem, ...]:
        """Return the dossiers that were left out."""

    def drop(self) -> None:
        """Forget the stack."""
