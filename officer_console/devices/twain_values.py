"""What a TWAIN driver can do and what it is told: capabilities, read from the memory the driver hands over.

pytwain's own reader gives back fractions that point into memory already freed, and ranges whose fractions are whole
words; therefore the containers are read here.
"""

from __future__ import annotations

import contextlib
import ctypes
import struct
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from twain import exceptions
from twain.lowlevel import constants as c
from twain.lowlevel import structs

# what pytwain raises for the codes of a driver; CheckStatus is "done, but not quite so"
ERRORS = (exceptions.TwainError, exceptions.CheckStatus, RuntimeError, ValueError, MemoryError, OSError)
ITEMS_LIMIT = 4096
CAP_PAPERDETECTABLE = 0x100D
SHAPES = {
    c.TWTY_INT8: "<b",
    c.TWTY_INT16: "<h",
    c.TWTY_INT32: "<i",
    c.TWTY_UINT8: "<B",
    c.TWTY_UINT16: "<H",
    c.TWTY_UINT32: "<I",
    c.TWTY_BOOL: "<H",
    c.TWTY_FIX32: "<hH",
}
TYPES = {
    c.CAP_XFERCOUNT: c.TWTY_INT16,
    c.CAP_FEEDERENABLED: c.TWTY_BOOL,
    c.CAP_AUTOFEED: c.TWTY_BOOL,
    c.CAP_DUPLEXENABLED: c.TWTY_BOOL,
    c.CAP_INDICATORS: c.TWTY_BOOL,
    c.ICAP_XRESOLUTION: c.TWTY_FIX32,
    c.ICAP_YRESOLUTION: c.TWTY_FIX32,
}


class Driver(Protocol):
    """What is used of pytwain's ``Source``."""

    _state: str
    image_info: Mapping[str, int]

    def _call(self, group: int, data: int, message: int, place: object) -> int: ...
    def _lock(self, handle: int) -> int | None: ...
    def _unlock(self, handle: int) -> None: ...
    def _free(self, handle: int) -> None: ...
    def _process_event(self, message: ctypes.Structure) -> tuple[int, int]: ...
    def _end_all_xfers(self) -> None: ...

    def set_capability(self, cap: int, type_id: int, value: float) -> None:
        """Set one value."""
        ...

    def set_image_layout(self, frame: tuple[float, float, float, float]) -> None:
        """Set left, top, right and bottom in inches."""
        ...

    def request_acquire(self, *, show_ui: bool, modal_ui: bool) -> None:
        """Begin to scan."""
        ...

    def xfer_image_natively(self) -> tuple[int, int]:
        """Return the handle of a picture and how many are left, 0xFFFF for unknown."""
        ...

    def hide_ui(self) -> None:
        """End the scan."""
        ...

    def close(self) -> None:
        """Let go of the source."""
        ...


class Range(tuple[float, ...]):
    """The bounds of a range, lowest and highest."""

    __slots__ = ()


def offered(source: Driver, capability: int, message: int = c.MSG_GET) -> tuple[float, ...]:
    """Return the values a capability may have, or a Range; nothing when the driver lacks it or says no sense."""
    asked = structs.TW_CAPABILITY(capability, c.TWON_DONTCARE16, 0)
    try:
        source._call(c.DG_CONTROL, c.DAT_CAPABILITY, message, ctypes.byref(asked))  # noqa: SLF001
    except ERRORS:
        return ()
    if not asked.hContainer:
        return ()
    try:
        place = source._lock(asked.hContainer)  # noqa: SLF001
        try:
            return _read(asked.ConType, place) if place else ()
        finally:
            source._unlock(asked.hContainer)  # noqa: SLF001
    finally:
        source._free(asked.hContainer)  # noqa: SLF001


def current(source: Driver, capability: int) -> float | None:
    """Return the value a capability has now; None when the driver lacks it."""
    values = offered(source, capability, c.MSG_GETCURRENT)
    return values[0] if len(values) == 1 else None


def choose(source: Driver, capability: int, value: float) -> bool:
    """Set a capability and read it back, as drivers round without a word; False when it is something else now."""
    kind = TYPES.get(capability, c.TWTY_UINT16)
    with contextlib.suppress(*ERRORS):
        source.set_capability(capability, kind, value if kind == c.TWTY_FIX32 else int(value))
    return current(source, capability) == value


def _read(container: int, place: int) -> tuple[float, ...]:
    (kind,) = struct.unpack("<H", ctypes.string_at(place, 2))
    shape = SHAPES.get(kind)
    if shape is None:
        return ()
    size = struct.calcsize(shape)
    if container == c.TWON_ONEVALUE:
        return _numbers(shape, ctypes.string_at(place + 2, size))
    if container == c.TWON_RANGE:
        words = ctypes.string_at(place + 2, 8)
        return Range(_numbers(shape, words[:size]) + _numbers(shape, words[4 : 4 + size]))
    if container in (c.TWON_ENUMERATION, c.TWON_ARRAY):
        (count,) = struct.unpack("<I", ctypes.string_at(place + 2, 4))
        start = place + (14 if container == c.TWON_ENUMERATION else 6)
        return _numbers(shape, ctypes.string_at(start, min(count, ITEMS_LIMIT) * size))
    return ()


def _numbers(shape: str, raw: bytes) -> tuple[float, ...]:
    found: Iterable[tuple[Any, ...]] = struct.iter_unpack(shape, raw)
    return tuple(each[0] + each[1] / 65536 if len(each) == 2 else each[0] for each in found)
