"""libsane's C interface (SANE API 1.0): structures, status codes, and the handle of one open device."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from ctypes import POINTER, byref, c_char_p, c_int, c_void_p
from dataclasses import dataclass

from officer_console.devices.scanner import DeviceError, Fault

LIBRARIES = ("libsane.so.1", "libsane.dylib")

GOOD, EOF, NO_DOCS = 0, 5, 7
# INVAL from open means "no such device"; the status of a broken line is an input/output error
FAULTS = {
    1: Fault.DRIVER,
    2: Fault.CANCELLED,
    3: Fault.BUSY,
    4: Fault.DRIVER,
    5: Fault.TRUNCATED,
    6: Fault.JAM,
    7: Fault.NO_PAPER,
    8: Fault.COVER_OPEN,
    9: Fault.OFFLINE,
    10: Fault.DRIVER,
    11: Fault.DRIVER,
    12: Fault.BUSY,
    13: Fault.BUSY,
}
INVAL = 4
BOOL, INT, FIXED, STRING = 0, 1, 2, 3
GET, SET = 0, 1
SOFT_SELECT, INACTIVE = 1, 32
RANGE, WORD_LIST, STRING_LIST = 1, 2, 3
PIXEL = 1
GREY_FRAME, RGB_FRAME = 0, 1
ONE = 65536


class _Device(ctypes.Structure):
    _fields_ = [("name", c_char_p), ("vendor", c_char_p), ("model", c_char_p), ("type", c_char_p)]


class _Range(ctypes.Structure):
    _fields_ = [("min", c_int), ("max", c_int), ("quant", c_int)]


class _Constraint(ctypes.Union):
    _fields_ = [("strings", POINTER(c_char_p)), ("words", POINTER(c_int)), ("range", POINTER(_Range))]


class _Descriptor(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p),
        ("title", c_char_p),
        ("desc", c_char_p),
        ("type", c_int),
        ("unit", c_int),
        ("size", c_int),
        ("cap", c_int),
        ("constraint_type", c_int),
        ("constraint", _Constraint),
    ]


class Parameters(ctypes.Structure):
    """The shape of the frame that is about to come; ``lines`` is -1 when the device does not know."""

    _fields_ = [
        ("format", c_int),
        ("last_frame", c_int),
        ("bytes_per_line", c_int),
        ("pixels_per_line", c_int),
        ("lines", c_int),
        ("depth", c_int),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option as the device describes it now: its number, type, unit, and what it may be.

    ``values`` are texts or numbers of a list; ``low`` and ``high`` bound a range.
    """

    number: int
    type: int
    unit: int
    size: int
    settable: bool
    values: tuple[str | float, ...] = ()
    low: float | None = None
    high: float | None = None


def check(status: int, where: str) -> None:
    """Raise the DeviceError that belongs to a status other than GOOD."""
    if status != GOOD:
        raise DeviceError(FAULTS.get(status, Fault.DRIVER), f"SANE status {status} at {where}")


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "replace")


class Library:
    """libsane, loaded and initialised; only one in a process."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.c = library
        self.c.sane_get_option_descriptor.restype = POINTER(_Descriptor)
        self.c.sane_get_option_descriptor.argtypes = [c_void_p, c_int]
        self.c.sane_control_option.argtypes = [c_void_p, c_int, c_int, c_void_p, POINTER(c_int)]
        self.c.sane_get_parameters.argtypes = [c_void_p, POINTER(Parameters)]
        self.c.sane_read.argtypes = [c_void_p, c_void_p, c_int, POINTER(c_int)]
        for name in ("sane_start", "sane_cancel", "sane_close"):
            getattr(self.c, name).argtypes = [c_void_p]
        self.c.sane_cancel.restype = self.c.sane_close.restype = None
        version = c_int()
        check(self.c.sane_init(byref(version), None), "init")

    def devices(self) -> Iterator[tuple[str, str]]:
        """Yield name and description of each device; asks the network, too."""
        found = POINTER(POINTER(_Device))()
        check(self.c.sane_get_devices(byref(found), 0), "get_devices")
        number = 0
        while found[number]:
            device = found[number].contents
            yield _text(device.name), f"{_text(device.vendor)} {_text(device.model)}".strip()
            number += 1

    def open(self, name: str) -> Handle:
        """Open a device; NO_DEVICE when there is none of that name."""
        handle = c_void_p()
        status = self.c.sane_open(name.encode(), byref(handle))
        if status == INVAL:
            raise DeviceError(Fault.NO_DEVICE, "SANE status 4 at open")
        check(status, "open")
        return Handle(self, handle)


class Handle:
    """An open device."""

    def __init__(self, library: Library, handle: c_void_p) -> None:
        self._c = library.c
        self._handle = handle

    def options(self) -> dict[str, Option]:
        """Return the options that are active now; setting one may change the others."""
        found = {}
        number = 1
        while described := self._c.sane_get_option_descriptor(self._handle, number):
            raw = described.contents
            if raw.name and not raw.cap & INACTIVE:
                found[_text(raw.name)] = _option(number, raw)
            number += 1
        return found

    def get(self, option: Option) -> str | float | None:
        """Return the option's value; None when it cannot be read or is of another kind."""
        buffer = ctypes.create_string_buffer(max(option.size, 4))
        # backends may refuse an option whose description was not asked for again since another one was set
        self._c.sane_get_option_descriptor(self._handle, option.number)
        if self._c.sane_control_option(self._handle, option.number, GET, buffer, None) != GOOD:
            return None
        if option.type == STRING:
            return _text(buffer.value)
        word = c_int.from_buffer(buffer).value
        return word / ONE if option.type == FIXED else float(word)

    def set(self, option: Option, value: str | float) -> str | float | None:
        """Set the option and return what the device made of it: values are clamped and rounded without a word."""
        if not option.settable:
            return self.get(option)
        buffer = ctypes.create_string_buffer(max(option.size, 4))
        if isinstance(value, str):
            buffer.value = value.encode()[: max(option.size - 1, 0)]
        else:
            bounded = min(max(value, _or(option.low, value)), _or(option.high, value))
            c_int.from_buffer(buffer).value = round(bounded * ONE) if option.type == FIXED else round(bounded)
        status = self._c.sane_control_option(self._handle, option.number, SET, buffer, byref(c_int()))
        check(status, f"option {option.number}")
        return self.get(option)

    def start(self) -> int:
        """Begin a frame and return the status."""
        return int(self._c.sane_start(self._handle))

    def parameters(self) -> Parameters:
        """Return the shape of the frame."""
        parameters = Parameters()
        check(self._c.sane_get_parameters(self._handle, byref(parameters)), "get_parameters")
        return parameters

    def read(self, buffer: ctypes.Array[ctypes.c_char]) -> tuple[int, int]:
        """Wait for bytes; return the status and how many lie in ``buffer``."""
        length = c_int()
        status = self._c.sane_read(self._handle, buffer, len(buffer), byref(length))
        return int(status), length.value

    def cancel(self) -> None:
        """End the frame or the batch."""
        self._c.sane_cancel(self._handle)

    def close(self) -> None:
        """Let go of the device."""
        self._c.sane_close(self._handle)


def _or(bound: float | None, value: float) -> float:
    return value if bound is None else bound


def _option(number: int, raw: _Descriptor) -> Option:
    scale = ONE if raw.type == FIXED else 1
    values: tuple[str | float, ...] = ()
    low = high = None
    if raw.constraint_type == RANGE:
        bounds = raw.constraint.range.contents
        low, high = bounds.min / scale, bounds.max / scale
    elif raw.constraint_type == WORD_LIST:
        words = raw.constraint.words
        values = tuple(words[at] / scale for at in range(1, words[0] + 1))
    elif raw.constraint_type == STRING_LIST:
        texts: list[str] = []
        while (text := raw.constraint.strings[len(texts)]) is not None:
            texts.append(_text(text))
        values = tuple(texts)
    settable = bool(raw.cap & SOFT_SELECT)
    return Option(
        number=number,
        type=raw.type,
        unit=raw.unit,
        size=raw.size,
        settable=settable,
        values=values,
        low=low,
        high=high,
    )


def load(names: tuple[str, ...] = LIBRARIES) -> Library | None:
    """Return libsane, or None where it is not installed."""
    for name in names:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        return Library(library)
    return None
