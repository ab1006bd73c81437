"""Papers of dossiers: made, looked at, handed to a printer and written down; nothing of them lies on the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from officer_console.devices.printers import Order, Printer, PrintError, Printers
from officer_console.documents import raster
from officer_console.documents.raster import Drawn
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.domain.form import FormKind
from officer_console.domain.officer import Officer
from officer_console.domain.papers import FORM_KINDS, NOTICES, Paper
from officer_console.services.stationery import Desk, Stationery
from officer_console.store.store import Store, Transaction

FormCode = Callable[[Dossier, FormKind], str | None]


class Signing(Protocol):
    """Signs a notice before it leaves the desk."""

    def __call__(self, pdf: bytes) -> bytes:
        """Return the signed PDF; what is raised keeps the paper from leaving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A paper as it would be printed now. ``dossier_id`` is empty for one about many dossiers.

    ``times`` is how often it was printed here before.
    """

    paper: Paper
    dossier_id: str
    number: str
    pdf: bytes
    pages: int
    times: int = 0


class Printing:
    """One officer's papers. Every method may take long: not for the thread of the window."""

    def __init__(
        self,
        store: Store,
        officer: Officer,
        stationery: Stationery,
        printers: Printers,
        *,
        clock: Callable[[], datetime],
        form_code: FormCode = lambda _dossier, _kind: None,
        signing: Signing | None = None,
    ) -> None:
        """``form_code`` may return ``None``: the paper has no code then. Without ``signing`` notices go unsigned."""
        self._store = store
        self._officer = officer
        self._stationery = stationery
        self._printers = printers
        self._clock = clock
        self._form_code = form_code
        self._signing = signing

    def printers(self) -> tuple[Printer, ...]:
        """Return the printers of this desk; raises PrintError."""
        return self._printers.all()

    def make(self, paper: Paper, dossier_id: str) -> Made:
        """Return a paper of the dossier as it stands.

        Raises:
            RuleError: ``unknown-dossier``.
            PaperError: ``paper-unfit``: it has moved on.
            DocumentError: the data do not fit the form, or the machine has no faces.
        """
        with self._store.read() as tx:
            dossier = tx.dossiers.get(dossier_id)
            reference = tx.reference.get()
            times = tx.prints.printed(dossier_id, paper.value).times
        if dossier is None:
            raise RuleError("unknown-dossier")
        kind = FORM_KINDS.get(paper)
        code = self._form_code(dossier, kind) if kind is not None else None
        desk = Desk(reference=reference, officer=self._officer, at=self._clock())
        made = self._stationery.paper(paper, dossier, desk, code=code or "", reprint=times)
        return Made(
            paper=paper,
            dossier_id=dossier_id,
            number=dossier.number,
            pdf=made.pdf,
            pages=made.pages,
            times=times,
        )

    def page(self, made: Made, number: int, dpi: int) -> Drawn:
        """Return a page, from 0, as pixels."""
        return raster.page(made.pdf, number, dpi)

    def print(self, made: Made, order: Order) -> None:
        """Hand a paper to the printer. It is in the journal before, so that none comes out that is not.

        Raises:
            PrintError: it did not take it; the journal says that, too.
        """
        pdf = self._signed(made)
        with self._store.write() as tx:
            self.note(tx, made, order.copies)
        try:
            self._printers.send(pdf, order)
        except PrintError as error:
            if not error.unsure:
                with self._store.write() as tx:
                    self.note_failed(tx, made, order.copies)
            raise

    def send(self, made: Made, order: Order) -> None:
        """Hand over a paper whose place in a stack is written down; raises PrintError."""
        self._printers.send(self._signed(made), order)

    def note(self, tx: Transaction, made: Made, copies: int) -> None:
        """Write down that copies go to the printer: who, when, which paper of which dossier, which copy."""
        now, paper = self._clock(), made.paper.value
        before = tx.prints.printed(made.dossier_id, paper).copies if made.dossier_id else 0
        what = "reprinted" if before else "printed"
        for copy in range(before + 1, before + copies + 1):
            tx.journal.add(now, f"{what}:{paper}:{copy}", self._officer.id, made.dossier_id or None, None)
        if made.dossier_id:
            tx.prints.add(made.dossier_id, paper, copies)

    def note_failed(self, tx: Transaction, made: Made, copies: int) -> None:
        """Write down that the printer did not take them after all."""
        tx.journal.add(
            self._clock(), f"print-failed:{made.paper.value}", self._officer.id, made.dossier_id or None, None
        )
        if made.dossier_id:
            tx.prints.take_back(made.dossier_id, made.paper.value, copies)

    def save(self, made: Made, path: Path) -> None:
        """Write a paper to the file the officer has chosen: in the clear, where he wants it.

        Raises:
            PrintError: ``file-unwritable``.
        """
        pdf = self._signed(made)
        with self._store.write() as tx:
            what = f"saved:{made.paper.value}"
            tx.journal.add(self._clock(), what, self._officer.id, made.dossier_id or None, None)
        try:
            path.write_bytes(pdf)
        except OSError:
            raise PrintError("file-unwritable") from None

    def _signed(self, made: Made) -> bytes:
        if self._signing is None or made.paper not in NOTICES:
            return made.pdf
        return self._signing(made.pdf)
