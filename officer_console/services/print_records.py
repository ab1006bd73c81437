"""What is written down of papers, each within the transaction of what it is about: journal, copies, date of issue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from officer_console.domain.dossier import Dossier
from officer_console.domain.papers import NOTICES, fitting
from officer_console.services import notice_numbers
from officer_console.services.made_paper import DATED, Made, told
from officer_console.services.notice_archive import archived
from officer_console.services.stationery import PaperError
from officer_console.store.prints import Printed
from officer_console.store.store import Transaction


class PrintRecords:
    """What one officer's papers leave behind."""

    def __init__(self, officer_id: str, clock: Callable[[], datetime]) -> None:
        self._officer_id = officer_id
        self._clock = clock

    def still(self, tx: Transaction, made: Made) -> None:
        """See, in the transaction that writes it down, that what was made is what may leave the desk now.

        Raises:
            PaperError: ``paper-outdated``: the dossier has moved on, or a notice tells of a decision that does not
                stand any more; ``signed-since``: the one that leaves is another, which was signed meanwhile.
        """
        if not made.dossier_id:
            return
        dossier = stands(tx, made)
        if dossier is None:
            raise PaperError("paper-outdated")
        if made.signed is None and made.paper in NOTICES:
            mine = tx.signed.get(dossier.id, made.paper.value, made.decision)
            if mine is not None or elsewhere(dossier, made):
                raise PaperError("signed-since")

    def note(self, tx: Transaction, made: Made, copies: int, pages: Sequence[int] = ()) -> None:
        """Write down that copies go to the printer: who, when, which paper of which dossier, which copy of which pages.

        Without ``pages`` (from 0) it is the whole paper. A page was printed before or not, whatever the others were.
        """
        counted = self.counted(tx, made)
        by_copies: dict[int, list[int]] = {}
        for page in pages or range(made.pages):
            by_copies.setdefault(counted.page(page).copies, []).append(page)
        for before, alike in sorted(by_copies.items()):
            what = f"{'reprinted' if before else 'printed'}:{made.paper.value}"
            which = ":p" + ",".join(str(page + 1) for page in alike) if len(alike) < made.pages else ""
            for copy in range(before + 1, before + copies + 1):
                self._add(tx, f"{what}:{copy}{which}", made)
        tx.prints.add(made.dossier_id, made.paper.value, copies, made.about, pages)
        issue(tx, made)

    def note_failed(self, tx: Transaction, made: Made, copies: int, pages: Sequence[int] = ()) -> None:
        """Write down that the printer did not take them after all."""
        self._add(tx, f"print-failed:{made.paper.value}", made)
        tx.prints.take_back(made.dossier_id, made.paper.value, copies, made.about, pages)
        _withdraw(tx, made)

    def counted(self, tx: Transaction, made: Made) -> Printed:
        """Return how often it was handed to the printer before."""
        return tx.prints.printed(made.dossier_id, made.paper.value, made.about)

    def note_saved(self, tx: Transaction, made: Made) -> None:
        """Write down that it is in a file."""
        self._add(tx, f"saved:{made.paper.value}", made)
        issue(tx, made)

    def note_unsaved(self, tx: Transaction, made: Made) -> None:
        """Write down that the file could not be written."""
        self._add(tx, f"save-failed:{made.paper.value}", made)

    def _add(self, tx: Transaction, what: str, made: Made) -> None:
        tx.journal.add(self._clock(), what, self._officer_id, made.dossier_id or None, None)


def elsewhere(dossier: Dossier, made: Made) -> bool:
    """Whether central has the signed notice; what was found to be false when the paper was made does not count."""
    there = archived(dossier, made.paper)
    return there is not None and there != made.false


def stands(tx: Transaction, made: Made) -> Dossier | None:
    """Return the dossier that a paper still fits; of a notice it has to stand by the decision that this tells of."""
    dossier = tx.dossiers.get(made.dossier_id)
    if dossier is None or made.paper not in fitting(dossier.kind, dossier.status):
        return None
    return dossier if told(made.paper, notice_numbers.decision(dossier)) == made.about else None


def issue(tx: Transaction, made: Made) -> None:
    """Keep when a paper with a date of issue first left the desk, and what it said."""
    if made.paper in DATED and made.at is not None:
        tx.issued.issue(made.dossier_id, made.paper.value, made.about, made.at, made.content)


def _withdraw(tx: Transaction, made: Made) -> None:
    """It did not leave the desk after all, if that would have been the first time."""
    if made.paper in DATED and made.first and made.signed is None:
        tx.issued.withdraw(made.dossier_id, made.paper.value, made.about)
