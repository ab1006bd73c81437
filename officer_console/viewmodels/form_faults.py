"""What is wrong with the forms of the deployment, looked at when the desk is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.review_ports import Failure, failure


class FormFaults(QObject):
    """``found``: something is wrong, and stands in ``faults``: a ``form-broken`` each, or why the forms were not read.

    ``check`` of the constructor reads them all and may be slow.
    """

    found = Signal()

    def __init__(self, check: Callable[[], Sequence[Exception]], jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._check = check
        self._jobs = jobs
        self.faults: tuple[Failure, ...] = ()

    def look(self) -> None:
        """Read the forms."""
        self._jobs.run(self._check, self._show, lambda error: self._show((error,)))

    def _show(self, errors: Sequence[Exception]) -> None:
        self.faults = tuple(map(failure, errors))
        if self.faults:
            self.found.emit()
