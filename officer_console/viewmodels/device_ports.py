"""What the windows about devices need from below: a desk of scanners, and pixels behind the gate."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from officer_console.devices.desk import Listing, Passed, Scanned, Trial
from officer_console.devices.profile import Profile, ProfileError
from officer_console.devices.scanner import Device, DeviceError, Fault
from officer_console.viewmodels.review_ports import Failure, failure


class ProfilesPort(Protocol):
    """The profiles of both files (``devices.profiles.Profiles``)."""

    problem: ProfileError | None
    own_allowed: bool

    def all(self) -> tuple[Profile, ...]:
        """Return the administrator's profiles, then the officer's own."""

    def save(self, profile: Profile) -> None:
        """Keep an own profile; raises ProfileError."""

    def remove(self, name: str) -> None:
        """Forget an own profile; raises ProfileError."""


class DeskPort(Protocol):
    """All drivers of one place (``devices.desk.ScanDesk``); everything but ``cancel`` may take long."""

    @property
    def profiles(self) -> ProfilesPort:
        """The profiles."""

    def devices(self, told: Callable[[Listing], None] | None = None) -> tuple[Listing, ...]:
        """Ask all drivers; ``told`` hears each from another thread."""

    def scan(
        self,
        profile: Profile,
        *,
        stop: threading.Event | None = None,
        moved: Callable[[float], None] | None = None,
        passed: Callable[[Passed], None] | None = None,
    ) -> Iterator[Scanned]:
        """Yield pages; raises DeviceError."""

    def test(self, device: Device, *, stop: threading.Event | None = None) -> Trial:
        """Scan one small page; raises DeviceError."""

    def cancel(self) -> None:
        """Stop the scan that runs."""

    def accept(self, scanned: Scanned) -> None:
        """A page is safely kept; raises DeviceError."""


def trouble(error: Exception) -> Failure:
    """Return code and data of an error of devices and profiles, of any other as elsewhere.

    Of a driver's own words only the fingerprint of a certificate is data: the rest stands in the log.
    """
    if isinstance(error, DeviceError):
        seen = {"seen": error.detail} if error.fault is Fault.CERTIFICATE and error.detail else {}
        return Failure(code=error.code, data=seen)
    if isinstance(error, ProfileError):
        told = {"path": error.path.name if error.path else None, "line": error.line, "key": error.key or None}
        return Failure(code=error.code, data={name: value for name, value in told.items() if value is not None})
    return failure(error)
