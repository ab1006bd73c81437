"""Pages that come in through one window, from a device or out of files, from its opening to its closing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from officer_console.devices.desk import Scanned
from officer_console.imaging.gate import Pixels, read_file
from officer_console.viewmodels.device_ports import DeskPort, trouble
from officer_console.viewmodels.devices import DeviceLog
from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.review_ports import Failure
from officer_console.viewmodels.scan import ScanViewModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What every window that takes pages in works with.

    ``desk`` may read files and raise ProfileError. ``jobs`` carries work on pictures, ``device_jobs`` what waits for
    devices. ``paint`` makes of pixels what the view shows; it runs as a job.
    """

    desk: Callable[[], DeskPort]
    paint: Callable[[Pixels], Any]
    jobs: Jobs
    device_jobs: Jobs
    log: DeviceLog


class PagesViewModel(QObject):
    """``changed``: anything shown differs. ``keeping``: what was accepted is being sealed.

    What the pages are to one window is its own: `unsettled`, `add`, `_scanned` and `_take_in`. They raise here, as a
    QObject can have no other metaclass than Qt's.
    """

    changed = Signal()

    def __init__(self, intake: Intake, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paint = intake.paint
        self._jobs = intake.jobs
        self._visit: object | None = None
        self._reading = 0
        self._coming: set[object] = set()
        self._failure: Failure | None = None
        self.keeping = False
        self.scan = ScanViewModel(intake.desk, self._scanned, intake.device_jobs, intake.log, self)
        self.scan.changed.connect(self.changed)
        self.scan.arrived.connect(self._arrived)

    @property
    def busy(self) -> bool:
        """Whether pages are being read or sealed."""
        return self._reading > 0 or self.keeping

    @property
    def failure(self) -> Failure | None:
        """What went wrong last."""
        return self._failure or self.scan.failure

    @property
    def unsettled(self) -> frozenset[object]:
        """Which of the pages that are here nothing has become of."""
        raise NotImplementedError

    @property
    def left(self) -> int:
        """How many these are."""
        return len(self.unsettled)

    @property
    def at_stake(self) -> frozenset[object]:
        """What would be lost by closing: those, and what is being read."""
        return self.unsettled | self._coming

    def end(self) -> None:
        """Stop what is under way and forget all pages; returns at once."""
        self.scan.end()
        self._visit = self._failure = None
        self._reading = 0
        self._coming = set()
        self.keeping = False

    def start(self) -> None:
        """Scan with the chosen profile."""
        self._failure = None
        self.scan.scan()

    def add_files(self, paths: Iterable[Path]) -> None:
        """Take pages out of files; each answers for itself."""
        for path in paths:
            self.add(partial(read_file, path))

    def add(self, read: Callable[[], bytes]) -> None:
        """Take pages out of what ``read`` gives; it runs as a job."""
        raise NotImplementedError

    def _scanned(self, scanned: Scanned) -> tuple[Any, ...]:
        """Return what a page of the device comes to (a job)."""
        raise NotImplementedError

    def _take_in(self, pages: tuple[Any, ...]) -> None:
        """Put pages to those that are here."""
        raise NotImplementedError

    @Slot(object)
    def _arrived(self, pages: tuple[Any, ...]) -> None:
        self._take_in(pages)
        self.changed.emit()

    def _bring(self, work: Callable[[], tuple[Any, ...]]) -> None:
        """Take in the pages that ``work`` comes to, a job."""
        one = object()
        self._coming.add(one)
        self._run(work, self._take_in, lambda: self._coming.discard(one))

    def _run(
        self, work: Callable[[], Any], done: Callable[[Any], None], over: Callable[[], None] = lambda: None
    ) -> None:
        """Do ``work`` as a job of this visit, ``over`` however it ended; what comes after the visit is dropped."""
        visit = self._visit
        if visit is None:
            return
        self._reading += 1
        self._failure = None
        self.changed.emit()

        def found(answer: Any) -> None:  # noqa: ANN401 - what the work gives
            if visit is self._visit:
                self._reading -= 1
                over()
                done(answer)
                self.changed.emit()

        def failed(error: Exception) -> None:
            if visit is self._visit:
                self._reading -= 1
                over()
                self._settle(error)

        self._jobs.run(work, found, failed)

    def _settle(self, error: Exception) -> None:
        self._failure = trouble(error)
        self.changed.emit()
