"""A driver whose library is not installed here, or is for another system: it has no devices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from officer_console.devices.scanner import Capabilities, Device, DeviceError, Fault, Page, Settings


class MissingDriver:
    """Lists nothing; whoever asks for a device is told NO_DEVICE with ``library`` as the detail."""

    def __init__(self, library: str) -> None:
        self._library = library

    def devices(self) -> Sequence[Device]:
        """Return nothing."""
        return ()

    def capabilities(self, _device_id: str) -> Capabilities:
        """Raise NO_DEVICE."""
        raise self._fault()

    def scan(self, _device_id: str, _settings: Settings) -> Iterator[Page]:
        """Raise NO_DEVICE."""
        raise self._fault()

    def _fault(self) -> DeviceError:
        return DeviceError(Fault.NO_DEVICE, f"no {self._library}")
