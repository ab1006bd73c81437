"""What a driver is to the rest of the program: devices, what they can do, pages, faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Source(StrEnum):
    """Where the paper lies."""

    FLATBED = "flatbed"
    FEEDER = "feeder"
    DUPLEX = "duplex"


class Colour(StrEnum):
    """How many colours a page has; ``BLACK`` is one bit per pixel."""

    COLOUR = "colour"
    GREY = "grey"
    BLACK = "black"


class Fault(StrEnum):
    """Why there is no page, as far as the officer can do something about it."""

    NO_DEVICE = "no-device"
    BUSY = "busy"
    NO_PAPER = "no-paper"
    JAM = "jam"
    DOUBLE_FEED = "double-feed"
    COVER_OPEN = "cover-open"
    OFFLINE = "offline"
    CANCELLED = "cancelled"
    DRIVER = "driver"
    TRUNCATED = "truncated"
    TIMEOUT = "device-timeout"
    # a device that speaks TLS and is not the one whose fingerprint the profile has; ``detail`` has the one seen
    CERTIFICATE = "certificate"


class DeviceError(Exception):
    """A device or its driver gave no page.

    ``code`` is ``device-`` and the fault. ``detail`` is the driver's own text or number, never shown outside the page
    about devices.
    """

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault.value}: {detail}" if detail else fault.value)
        self.fault = fault
        self.detail = detail

    @property
    def code(self) -> str:
        """The code under which the sentence for the officer is found."""
        return f"device-{self.fault.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the officer asks for; sizes in millimetres from the top left corner."""

    source: Source = Source.FLATBED
    dpi: int = 300
    colour: Colour = Colour.COLOUR
    width_mm: float = 210.0
    height_mm: float = 297.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One device; ``id`` means something to its driver only."""

    driver: str
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a device offers; ``width_mm`` × ``height_mm`` is the largest page."""

    sources: tuple[Source, ...]
    dpis: tuple[int, ...]
    colours: tuple[Colour, ...]
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One picture as the driver gave it, as foreign as any: it goes through the gate before anything looks at it.

    ``dpi`` is what the device really used, which may differ from what was asked.
    """

    data: bytes
    media_type: str
    dpi: int


class Scanner(Protocol):
    """A driver; used inside the worker process only."""

    def devices(self) -> Sequence[Device]:
        """Return the devices that can be reached now."""
        ...

    def capabilities(self, device_id: str) -> Capabilities:
        """Return what the device offers; raises DeviceError."""
        ...

    def scan(self, device_id: str, settings: Settings) -> Iterator[Page]:
        """Yield one page from the glass, or the pages of the feeder until it is empty.

        Raises:
            DeviceError: NO_PAPER when the feeder is empty at once. Pages yielded before are whole.
        """
        ...


@runtime_checkable
class Accepting(Protocol):
    """A driver that has to know which pages are safely kept, as it would give them again otherwise."""

    def accept(self, device_id: str, digest: str) -> None:
        """Take note that the page of this SHA-256 (hexadecimal) is kept; raises DeviceError."""
        ...


@runtime_checkable
class Telling(Protocol):
    """A driver that says while it reads how much of the page it has; the worker sets ``moved``.

    Drivers that cannot say so have to yield a page within the host's time for silence.
    """

    moved: Callable[[float], None]
