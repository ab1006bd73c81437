"""The scanners of this place of work: their desk is made when somebody first asks for it, and closed for good."""

from __future__ import annotations

import threading
from collections.abc import Callable

from officer_console.devices.desk import ScanDesk
from officer_console.devices.scanner import DeviceError, Fault


class Scanners:
    """Gives out one desk; no profile is read and no driver started before."""

    def __init__(self, make: Callable[[], ScanDesk]) -> None:
        """``make`` reads the profiles and may raise ProfileError; the next who asks tries again."""
        self._make = make
        self._turn = threading.Lock()
        self._desk: ScanDesk | None = None
        self._closed = False

    def desk(self) -> ScanDesk:
        """Return the desk; may read files, so for a job.

        Raises:
            ProfileError: the administrator's profiles cannot be used.
            DeviceError: CANCELLED, the desk has been closed.
        """
        with self._turn:
            if self._closed:
                raise DeviceError(Fault.CANCELLED, "closed")
            if self._desk is None:
                self._desk = self._make()
            return self._desk

    def cancel(self) -> None:
        """Stop the scan that runs, if one does; returns at once, from any thread."""
        desk = self._desk
        if desk is not None:
            desk.cancel()

    def close(self) -> None:
        """End all drivers, also under a scan; waits for those that hang, so not for the GUI thread."""
        with self._turn:
            self._closed = True
        self.cancel()
        if self._desk is not None:
            self._desk.close()
