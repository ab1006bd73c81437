"""A stack that an earlier session, or a dialog that was closed, left unfinished."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from officer_console.store.prints import ItemState, PrintItem, PrintRun
from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.printing_ports import RunService

Standing = tuple[PrintRun | None, tuple[PrintItem, ...]]


def unsure(recent: tuple[PrintItem, ...]) -> PrintItem | None:
    """Return the paper of which nobody knows whether the printer has it; ``recent`` is the newest first."""
    return recent[0] if recent and recent[0].state is ItemState.SENDING else None


class UnfinishedRun(QObject):
    """``changed``: the store was looked at. ``run`` is the stack, ``None`` without one; ``unsure`` as above.

    ``jobs`` does one thing after the other: whoever looks finds no paper half handed over by this program.
    """

    changed = Signal()

    def __init__(self, runs: RunService, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._jobs = jobs
        self.run: PrintRun | None = None
        self.unsure: PrintItem | None = None

    def look(self) -> None:
        """See how it stands."""
        self._jobs.run(self._runs.open, self._show, _asked_later)

    def drop(self) -> None:
        """The officer gives the rest up; the journal keeps what was printed."""

        def work() -> Standing:
            self._runs.drop()
            return self._runs.open()

        self._jobs.run(work, self._show, _asked_later)

    def _show(self, standing: Standing) -> None:
        self.run, recent = standing
        self.unsure = unsure(recent)
        self.changed.emit()


def _asked_later(_error: Exception) -> None:
    """What is not announced now is asked about before the next stack; the log has the error."""
