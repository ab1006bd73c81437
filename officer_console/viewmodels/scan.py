"""Scanning with a profile: which there are, how far the device is, which devices were passed over, why it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any, cast

from PySide6.QtCore import QObject, Qt, Signal, Slot

from officer_console.devices.desk import Passed, Scanned
from officer_console.devices.profile import Profile, ProfileError
from officer_console.devices.scanner import DeviceError, Fault
from officer_console.imaging.gate import GateError
from officer_console.viewmodels.device_ports import DeskPort, trouble
from officer_console.viewmodels.devices import DeviceLog
from officer_console.viewmodels.ports import Jobs
from officer_console.viewmodels.review_ports import Failure

TOLD_EVERY = 0.01


class ScanViewModel(QObject):
    """``changed``: anything shown differs; ``arrived``: what ``look`` made of one page of the device; ``lost``: a page
    in the midst of the stack could not be used.

    ``desk`` may read files and raise ProfileError; ``look`` makes of a page what the caller shows. Both run as jobs.
    """

    changed = Signal()
    arrived = Signal(object)
    lost = Signal()
    _came = Signal(object, object)
    _moved = Signal(object, float)
    _passed = Signal(object, object)

    def __init__(
        self,
        desk: Callable[[], DeskPort],
        look: Callable[[Scanned], tuple[Any, ...]],
        jobs: Jobs,
        log: DeviceLog,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._look = look
        self._jobs = jobs
        self._log = log
        self._visit: object | None = None
        self._stop: threading.Event | None = None
        self.profiles: tuple[Profile, ...] = ()
        self.profile_name = ""
        self.device_name = ""
        self.progress: float | None = None
        self.passed: tuple[Passed, ...] = ()
        self.active = self.stopping = False
        self.failure: Failure | None = None
        for signal, slot in (
            (self._came, self._on_came),
            (self._moved, self._on_moved),
            (self._passed, self._on_passed),
        ):
            signal.connect(slot, Qt.ConnectionType.QueuedConnection)

    @property
    def profile(self) -> Profile | None:
        """The profile that is chosen."""
        return next((each for each in self.profiles if each.name == self.profile_name), None)

    def begin(self) -> None:
        """Begin a visit: read which profiles there are."""
        visit = self._visit = object()
        self.failure = None

        def work() -> tuple[tuple[Profile, ...], ProfileError | None]:
            profiles = self._desk().profiles
            return profiles.all(), profiles.problem

        def done(found: tuple[tuple[Profile, ...], ProfileError | None]) -> None:
            if visit is self._visit:
                self.profiles, problem = found
                names = [profile.name for profile in self.profiles]
                self.profile_name = self.profile_name if self.profile_name in names else next(iter(names), "")
                self._settle(problem)

        def failed(error: Exception) -> None:
            if visit is self._visit:
                self._settle(error)

        self._jobs.run(work, done, failed)

    def end(self) -> None:
        """Stop what is under way and hear nothing of it any more; returns at once."""
        self.stop()
        self._visit = None
        self.progress = self.failure = None
        self.passed = ()
        self.active = self.stopping = False

    def choose(self, name: str) -> None:
        """Take another profile."""
        self.profile_name = name
        self.changed.emit()

    def scan(self) -> None:
        """Scan with the chosen profile; pages are told as they come."""
        profile, visit = self.profile, self._visit
        if profile is None or self.active or visit is None:
            return
        stop = self._stop = threading.Event()
        self.active, self.stopping, self.progress, self.failure = True, False, None, None
        self.passed, self.device_name = (), ""
        self.changed.emit()

        def done(_nothing: None) -> None:
            self._over(visit)

        def failed(error: Exception) -> None:
            self._log.add_error(profile.name, error)
            # Whoever pressed Stop sees that it stopped.
            asked = isinstance(error, DeviceError) and error.fault is Fault.CANCELLED
            self._over(visit, None if asked else error)

        self._jobs.run(lambda: self._scan(visit, profile, stop), done, failed)

    def stop(self) -> None:
        """Stop the scan; returns at once, the device is let go of elsewhere."""
        if self._stop is not None:
            self._stop.set()
        if self.active and not self.stopping:
            self.stopping = True
            self.changed.emit()

    def give_back(self, scanned: Scanned) -> None:
        """Tell the device that its page is kept; one that cannot hear it may give the page once more."""
        self._jobs.run(
            lambda: self._desk().accept(scanned),
            lambda _nothing: None,
            lambda error: self._log.add_error(scanned.device.name, error),
        )

    def _scan(self, visit: object, profile: Profile, stop: threading.Event) -> None:
        last = 0.0

        def moved(part: float) -> None:
            nonlocal last
            if abs(part - last) >= TOLD_EVERY:
                last = part
                self._tell(self._moved, visit, part)

        pages = self._desk().scan(
            profile, stop=stop, moved=moved, passed=lambda passed: self._tell(self._passed, visit, passed)
        )
        # Closed by hand: an error here must let go of the device now, not when its trace is forgotten.
        with closing(cast("Any", pages)):
            for scanned in pages:
                last = 0.0
                # Here and not in another job: a device is not read faster than its pages can be looked at.
                try:
                    came: tuple[Any, ...] | GateError = self._look(scanned)
                except GateError as error:
                    came = error
                self._tell(self._came, visit, (scanned, came))

    def _tell(self, signal: Any, visit: object, value: object) -> None:  # noqa: ANN401 - a bound signal
        with suppress(RuntimeError):  # the window went while the device was working
            signal.emit(visit, value)

    def _over(self, visit: object, error: Exception | None = None) -> None:
        if visit is self._visit:
            self.active, self.stopping, self.progress = False, False, None
            if error is not None or self.failure is None:
                self._settle(error)
            self.changed.emit()

    def _settle(self, error: Exception | None) -> None:
        self.failure = trouble(error) if error is not None else None
        self.changed.emit()

    @Slot(object, object)
    def _on_came(self, visit: object, told: tuple[Scanned, tuple[Any, ...] | GateError]) -> None:
        if visit is not self._visit:
            return
        scanned, came = told
        self.device_name = scanned.device.name
        self.progress = None
        if isinstance(came, GateError):
            self.failure = Failure(code="page-refused", data={"number": scanned.number})
            self.lost.emit()
            self.changed.emit()
        else:
            self.arrived.emit(came)

    @Slot(object, float)
    def _on_moved(self, visit: object, part: float) -> None:
        if visit is self._visit and self.active:
            self.progress = part
            self.changed.emit()

    @Slot(object, object)
    def _on_passed(self, visit: object, passed: Passed) -> None:
        self._log.add_passed(passed)
        if visit is self._visit:
            self.passed += (passed,)
            self.changed.emit()
