"""The page about devices: what was found, the profiles, a test scan, and the log of the drivers' own words."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from officer_console.devices.desk import Listing, Passed, Trial
from officer_console.devices.profile import Profile, ProfileError
from officer_console.devices.scanner import Device, DeviceError, Fault
from officer_console.imaging.gate import Pixels
from officer_console.viewmodels.device_ports import DeskPort, trouble
from officer_console.viewmodels.ports import Clock, Jobs
from officer_console.viewmodels.review_ports import Failure

LOG_LINES = 300
TRIAL_LONGEST = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """What a driver said, in its own words; ``at`` aware UTC. ``fault`` is ``None`` for what went well."""

    at: datetime
    driver: str
    device: str
    fault: Fault | None
    detail: str


class DeviceLog(QObject):
    """The newest of what the drivers said, in memory only; nothing of a page is in it."""

    changed = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._lines: deque[LogLine] = deque(maxlen=LOG_LINES)

    @property
    def lines(self) -> tuple[LogLine, ...]:
        """Newest first."""
        return tuple(reversed(self._lines))

    def add(self, driver: str, device: str, fault: Fault | None, detail: str) -> None:
        """Take note (GUI thread)."""
        self._lines.append(LogLine(at=self._clock(), driver=driver, device=device, fault=fault, detail=detail))
        self.changed.emit()

    def add_error(self, device: str, error: Exception) -> None:
        """Take note of an error; one that is no device's is not of interest here."""
        if isinstance(error, DeviceError) and error.fault is not Fault.CANCELLED:
            self.add("", device, error.fault, error.detail)

    def add_passed(self, passed: Passed) -> None:
        """Take note of a device that was passed over."""
        wanted = passed.device
        self.add(wanted.driver, wanted.name or wanted.id, passed.fault, passed.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A test scan: the device, its figures, and the picture as the view paints it."""

    device: Device
    dpi: int
    width: int
    height: int
    size: int
    seconds: float
    picture: Any


class DevicesViewModel(QObject):
    """``changed`` says that anything shown differs. Nothing is asked before ``refresh``.

    ``desk`` may be slow and raise ProfileError; ``pixels`` lets a page through the gate and gives its size and its
    pixels, shrunk; ``paint`` makes of them what the view shows. All three run as jobs.
    """

    changed = Signal()
    _told = Signal(object, object)

    def __init__(
        self,
        desk: Callable[[], DeskPort],
        pixels: Callable[[bytes, int], tuple[tuple[int, int], Pixels]],
        paint: Callable[[Pixels], Any],
        jobs: Jobs,
        log: DeviceLog,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._pixels = pixels
        self._paint = paint
        self._jobs = jobs
        self.log = log
        self.listings: dict[str, Listing] = {}
        self.listing = False
        self.profiles: tuple[Profile, ...] = ()
        self.own_allowed = False
        self.failure: Failure | None = None
        self.trial_failure: Failure | None = None
        self.testing: Device | None = None
        self.tested: Tested | None = None
        self._round: object | None = None
        self._stop: threading.Event | None = None
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    @property
    def devices(self) -> tuple[Device, ...]:
        """All devices found so far."""
        return tuple(device for listing in self.listings.values() for device in listing.devices)

    def refresh(self) -> None:
        """Ask all drivers and read the profiles; each driver is shown as it answers."""
        if self.listing:
            return
        current = self._round = object()
        self.listing, self.failure = True, None
        self.listings = {}
        self.changed.emit()

        def told(listing: Listing) -> None:
            with suppress(RuntimeError):  # the window went while a driver was asked
                self._told.emit(current, listing)

        def work() -> tuple[Listing, ...]:
            return self._desk().devices(told)

        def done(listings: tuple[Listing, ...]) -> None:
            if current is self._round:
                self.listing = False
                self.listings = {listing.driver: listing for listing in listings}
                for listing in listings:
                    self._note(listing)
                self.changed.emit()

        def failed(error: Exception) -> None:
            if current is self._round:
                self.listing = False
                self._fail(error)

        self._read_profiles()
        self._jobs.run(work, done, failed)

    def save(self, profile: Profile, replaces: str = "") -> None:
        """Keep an own profile; ``replaces`` is the name it had before, if that differs."""

        def change(desk: DeskPort) -> None:
            desk.profiles.save(profile)
            if replaces and replaces != profile.name:
                with suppress(ProfileError):  # it was shadowed or gone already
                    desk.profiles.remove(replaces)

        self._change(change)

    def remove(self, name: str) -> None:
        """Forget an own profile."""
        self._change(lambda desk: desk.profiles.remove(name))

    def test(self, device: Device) -> None:
        """Scan one small page and show it."""
        if self.testing is not None:
            return
        self.testing, self.trial_failure, self.tested = device, None, None
        stop = self._stop = threading.Event()
        self.changed.emit()

        def work() -> Tested:
            trial = self._desk().test(device, stop=stop)
            return self._look(device, trial)

        def done(tested: Tested) -> None:
            self.testing, self.tested = None, tested
            self.log.add(device.driver, device.name, None, f"{tested.dpi} dpi, {tested.seconds:.1f} s")
            self.changed.emit()

        def failed(error: Exception) -> None:
            self.testing = None
            self.trial_failure = trouble(error)
            self.log.add_error(device.name, error)
            self.changed.emit()

        self._jobs.run(work, done, failed)

    def stop(self) -> None:
        """Stop the test scan; returns at once."""
        if self._stop is not None:
            self._stop.set()

    def _look(self, device: Device, trial: Trial) -> Tested:
        page = trial.page
        (width, height), small = self._pixels(page.data, TRIAL_LONGEST)
        return Tested(
            device=device,
            dpi=page.dpi,
            width=width,
            height=height,
            size=len(page.data),
            seconds=trial.seconds,
            picture=self._paint(small),
        )

    def _read_profiles(self) -> None:
        self._change(lambda _desk: None)

    def _change(self, change: Callable[[DeskPort], None]) -> None:
        def work() -> tuple[tuple[Profile, ...], bool, ProfileError | None]:
            desk = self._desk()
            change(desk)
            return desk.profiles.all(), desk.profiles.own_allowed, desk.profiles.problem

        def done(found: tuple[tuple[Profile, ...], bool, ProfileError | None]) -> None:
            self.profiles, self.own_allowed, problem = found
            self.failure = trouble(problem) if problem is not None else None
            self.changed.emit()

        self._jobs.run(work, done, self._fail)

    def _fail(self, error: Exception) -> None:
        self.failure = trouble(error)
        self.log.add_error("", error)
        self.changed.emit()

    def _note(self, listing: Listing) -> None:
        if listing.fault is not None:
            self.log.add(listing.driver, "", listing.fault, listing.detail)

    @Slot(object, object)
    def _on_told(self, current: object, listing: Listing) -> None:
        if current is self._round and self.listing:
            self.listings[listing.driver] = listing
            self.changed.emit()
