"""All drivers of one desk: their devices, scanning with a profile and falling back to its next device."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from officer_console.devices.host import DriverHost
from officer_console.devices.profile import Profile, ProfileDevice
from officer_console.devices.profiles import Profiles
from officer_console.devices.scanner import Capabilities, Colour, Device, DeviceError, Fault, Page, Settings
from officer_console.devices.twain_host import second_host

# before the first page these send to the next device of a profile; whatever concerns the paper does not
NEXT_DEVICE = frozenset({Fault.NO_DEVICE, Fault.OFFLINE, Fault.TIMEOUT, Fault.BUSY, Fault.DRIVER})
TEST_DPI = 100


class Host(Protocol):
    """What the desk needs of a driver's host (``DriverHost``)."""

    driver: str

    def devices(self) -> Sequence[Device]:
        """See ``DriverHost``."""
        ...

    def capabilities(self, device_id: str) -> Capabilities:
        """See ``DriverHost``."""
        ...

    def scan(
        self,
        device_id: str,
        settings: Settings,
        stop: threading.Event,
        moved: Callable[[float], None] | None = None,
    ) -> Iterator[Page]:
        """See ``DriverHost``."""
        ...

    def accept(self, device_id: str, digest: str) -> None:
        """See ``DriverHost``."""
        ...

    def close(self) -> None:
        """See ``DriverHost``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one driver answered.

    ``fault`` with ``detail`` when it did not list; ``devices`` are then those the profiles name by address.
    """

    driver: str
    devices: tuple[Device, ...]
    fault: Fault | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """One page and the device it came from; after it is kept, ``ScanDesk.accept`` wants it back."""

    page: Page
    number: int
    device: Device


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A device of the profile that was passed over, and why."""

    device: ProfileDevice
    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A test scan: its page, what the device can, and the seconds from asking to having the page."""

    page: Page
    can: Capabilities
    seconds: float


def start_hosts(data: Path, *, platform: str = sys.platform) -> tuple[DriverHost, ...]:
    """Return the hosts of this platform's drivers; no process is started before it is asked something.

    ``data`` is the program's data folder; there is kept which files of a watched folder were taken (as hashes).
    """
    own = ("twain", "wia") if platform == "win32" else ("sane",)
    environment = {**os.environ, "OFFICER_CONSOLE_TAKEN": str(data.absolute() / "taken-pages")}
    hosts = tuple(DriverHost(driver, environment=environment) for driver in (*own, "escl", "folder"))
    return hosts + second_host(environment)


class ScanDesk:
    """Scans one batch at a time; everything here blocks and belongs into a job, ``cancel`` excepted."""

    def __init__(self, hosts: Sequence[Host], profiles: Profiles) -> None:
        self._hosts: Mapping[str, Host] = {host.driver: host for host in hosts}
        self.profiles = profiles
        self._turn = threading.Lock()
        self._stop: threading.Event | None = None

    def devices(self, told: Callable[[Listing], None] | None = None) -> tuple[Listing, ...]:
        """Ask all drivers at once; a driver that hangs or is missing costs its own time-out, the others nothing.

        Devices a profile names by address are asked for, too, as not everything announces itself. ``told`` hears each
        driver's listing as soon as it is there, in another thread.
        """
        if not self._hosts:
            return ()

        def ask(host: Host) -> Listing:
            listing = self._listing(host)
            if told is not None:
                told(listing)
            return listing

        with ThreadPoolExecutor(max_workers=len(self._hosts), thread_name_prefix="device-list") as threads:
            return tuple(threads.map(ask, self._hosts.values()))

    def capabilities(self, device: Device) -> Capabilities:
        """Return what the device offers; raises DeviceError."""
        return self._host(device.driver).capabilities(device.id)

    def scan(
        self,
        profile: Profile,
        *,
        stop: threading.Event | None = None,
        moved: Callable[[float], None] | None = None,
        passed: Callable[[Passed], None] | None = None,
    ) -> Iterator[Scanned]:
        """Yield the pages of the profile's first device that works; leaving the iterator early lets go of it.

        A device that fails with one of NEXT_DEVICE before its first page is passed over, and ``passed`` hears of it;
        after a page every fault is told, as the batch would otherwise continue on another pile of paper.

        Raises:
            DeviceError: BUSY when this desk scans already; when all devices were passed over, why the first one was.
        """
        with self._one(stop) as stopped:
            first: DeviceError | None = None
            for wanted in profile.devices:
                number = 0
                try:
                    device = self._find(wanted)
                    host = self._host(device.driver)
                    pages = host.scan(device.id, profile.settings, stopped, moved)
                    try:
                        for number, page in enumerate(pages, 1):
                            yield Scanned(page=page, number=number, device=device)
                    finally:
                        _leave(pages)
                except DeviceError as error:
                    if number or error.fault not in NEXT_DEVICE:
                        raise
                    first = first or error
                    if passed is not None:
                        passed(Passed(device=wanted, fault=error.fault, detail=error.detail))
                    if stopped.is_set():
                        raise DeviceError(Fault.CANCELLED) from error
                else:
                    return
            raise first or DeviceError(Fault.NO_DEVICE, "no device in the profile")

    def test(self, device: Device, *, stop: threading.Event | None = None) -> Trial:
        """Scan one small page with the device's first source; raises DeviceError."""
        with self._one(stop) as stopped:
            host = self._host(device.driver)
            began = time.monotonic()
            can = host.capabilities(device.id)
            pages = host.scan(device.id, _modest(can), stopped)
            try:
                page = next(pages)
            except StopIteration:
                raise DeviceError(Fault.NO_PAPER, "no page") from None
            finally:
                _leave(pages)
            return Trial(page=page, can=can, seconds=time.monotonic() - began)

    def cancel(self) -> None:
        """Stop the scan that runs, if one does; it ends with CANCELLED. Returns at once, from any thread."""
        stop = self._stop
        if stop is not None:
            stop.set()

    def accept(self, scanned: Scanned) -> None:
        """Tell the driver that the page is safely kept, so that a watched folder does not give it again.

        Raises:
            DeviceError: the folder cannot be reached or written; the page may then be given once more.
        """
        digest = hashlib.sha256(scanned.page.data).hexdigest()
        self._host(scanned.device.driver).accept(scanned.device.id, digest)

    def close(self) -> None:
        """End all workers, also under a scan."""
        self.cancel()
        for host in self._hosts.values():
            host.close()

    @contextlib.contextmanager
    def _one(self, stop: threading.Event | None) -> Iterator[threading.Event]:
        """Hold the desk for one scan; the second click of a double click must not go to the next device."""
        if not self._turn.acquire(blocking=False):
            raise DeviceError(Fault.BUSY, "this desk is scanning")
        self._stop = stop or threading.Event()
        try:
            yield self._stop
        finally:
            self._stop = None
            self._turn.release()

    def _listing(self, host: Host) -> Listing:
        devices: tuple[Device, ...] = ()
        fault: DeviceError | None = None
        try:
            devices = tuple(host.devices())
        except DeviceError as error:
            fault = error
        told = () if fault is not None and fault.fault is Fault.TIMEOUT else self._named(host, devices)
        return Listing(
            driver=host.driver,
            devices=devices + told,
            fault=fault.fault if fault is not None else None,
            detail=fault.detail if fault is not None else "",
        )

    def _named(self, host: Host, listed: Sequence[Device]) -> tuple[Device, ...]:
        """Return the devices the profiles name by address that answer and were not listed."""
        found: dict[str, Device] = {}
        known = {device.id for device in listed}
        for wanted in (each for profile in self.profiles.all() for each in profile.devices):
            device_id = wanted.device_id
            if wanted.driver != host.driver or not device_id or device_id in known:
                continue
            known.add(device_id)
            try:
                host.capabilities(device_id)
            except DeviceError as error:
                if error.fault is Fault.TIMEOUT:
                    break
                continue
            found[device_id] = Device(driver=host.driver, id=device_id, name=wanted.name or wanted.id)
        return tuple(found.values())

    def _find(self, wanted: ProfileDevice) -> Device:
        """Return the device a profile means, by its id or else by its name among those that are there now."""
        if wanted.device_id:
            return Device(driver=wanted.driver, id=wanted.device_id, name=wanted.name or wanted.id)
        for device in self._host(wanted.driver).devices():
            if wanted.name.casefold() in device.name.casefold():
                return Device(driver=device.driver, id=wanted.matching(device.id), name=device.name)
        raise DeviceError(Fault.NO_DEVICE, wanted.name)

    def _host(self, driver: str) -> Host:
        if driver not in self._hosts:
            raise DeviceError(Fault.NO_DEVICE, f"no driver {driver}")
        return self._hosts[driver]


def _modest(can: Capabilities) -> Settings:
    """Return settings for a page that comes quickly."""
    enough = [dpi for dpi in can.dpis if dpi >= TEST_DPI]
    return Settings(
        source=can.sources[0] if can.sources else Settings().source,
        dpi=min(enough) if enough else max(can.dpis, default=TEST_DPI),
        colour=Colour.GREY if Colour.GREY in can.colours or not can.colours else can.colours[0],
        width_mm=min(can.width_mm, 210.0),
        height_mm=min(can.height_mm, 297.0),
    )


def _leave(pages: Iterator[Page]) -> None:
    """Let go of the device now, not when the garbage collector comes."""
    if isinstance(pages, Generator):
        pages.close()
