"""A profile of scanning: which devices, in which order, with which settings."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from officer_console.devices.scanner import Colour, Settings, Source

SIZES = {"A4": (210.0, 297.0), "A5": (148.0, 210.0), "A6": (105.0, 148.0), "card": (85.6, 53.98)}


class ProfileError(Exception):
    """Profiles cannot be read or changed.

    ``code``: ``profiles-unreadable``, ``profiles-too-large``, ``profiles-malformed`` (no JSON),
    ``profiles-key-unknown``, ``profiles-key-missing``, ``profiles-key-twice``, ``profiles-name-twice``,
    ``profiles-value`` (a value that cannot be), ``profile-locked`` (the administrator's), ``profile-unknown``.
    ``line`` of the file from 1, where there is one; ``key`` is the one it is about.
    """

    def __init__(self, code: str, path: Path | None = None, line: int | None = None, key: str = "") -> None:
        super().__init__(f"{code} {key} line {line}" if line else code)
        self.code = code
        self.path = path
        self.line = line
        self.key = key


class After(StrEnum):
    """What becomes of a file of a watched folder once its page is accepted."""

    KEEP = "keep"
    MOVE = "move"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDevice:
    """One device of a profile.

    ``id`` is the driver's (a SANE name, an eSCL address, a folder); without it ``name`` is looked for among the devices
    the driver lists, which holds when addresses change. ``fingerprint``: SHA-256 of the certificate of an eSCL device
    that speaks TLS, 64 hexadecimal digits. ``after`` concerns watched folders.
    """

    driver: str
    id: str = ""
    name: str = ""
    fingerprint: str = ""
    after: After = After.KEEP

    @property
    def device_id(self) -> str:
        """What the driver is asked for; empty when the device is found by its name."""
        return self.matching(self.id)

    def matching(self, found: str) -> str:
        """Return the id of a listed device with what this profile adds to it."""
        if found and self.driver == "folder":
            return f"{self.after.value}:{found}"
        return f"{found}#sha256={self.fingerprint}" if found and self.fingerprint else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Devices in the order in which they are tried, and the settings; ``locked`` profiles are the administrator's."""

    name: str
    devices: tuple[ProfileDevice, ...]
    source: Source = Source.FLATBED
    dpi: int = 300
    colour: Colour = Colour.COLOUR
    width_mm: float = SIZES["A4"][0]
    height_mm: float = SIZES["A4"][1]
    duplex: bool = False
    locked: bool = field(default=False, compare=False)

    @property
    def settings(self) -> Settings:
        """What a driver is asked for."""
        return Settings(
            source=Source.DUPLEX if self.duplex else self.source,
            dpi=self.dpi,
            colour=self.colour,
            width_mm=self.width_mm,
            height_mm=self.height_mm,
        )


def same_name(name: str) -> str:
    """Return what two names have in common that an officer would take for one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
