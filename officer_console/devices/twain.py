"""The driver for TWAIN scanners, over pytwain. Imported in the worker process only; many drivers hang or crash."""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import locale
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import twain
from twain import exceptions
from twain.lowlevel import constants as c
from twain.lowlevel import structs

from officer_console.devices import dib
from officer_console.devices import twain_values as values
from officer_console.devices.scanner import Capabilities, Colour, Device, DeviceError, Fault, Page, Settings, Source
from officer_console.devices.twain_messages import Messages, messages

# a lamp may take half a minute; less than the host's time for silence, so that the driver is left in order
READY_SECONDS = 50.0
DPIS = (75, 100, 150, 200, 240, 300, 400, 600, 1200)
MM_PER_INCH = 25.4
A4_INCHES = (8.27, 11.69)
# Windows shows each WIA scanner as a TWAIN one, too: these have a driver of their own
HIDDEN = "WIA-"
INCHES, NATIVE, UNCOMPRESSED = 0, 0, 0
PIXEL_TYPES = {Colour.BLACK: (0, 1), Colour.GREY: (1, 8), Colour.COLOUR: (2, 24)}
# condition codes of TWAIN 2.5; 24 (cover open) and 29 (feeder empty) have no exception in pytwain
CODES = {
    3: Fault.NO_DEVICE,
    4: Fault.BUSY,
    20: Fault.JAM,
    21: Fault.DOUBLE_FEED,
    23: Fault.OFFLINE,
    24: Fault.COVER_OPEN,
    29: Fault.NO_PAPER,
}
NAMED = {
    "NoDataSourceError": 3,
    "MaxConnectionsError": 4,
    "PaperJam": 20,
    "PaperDoubleFeedError": 21,
    "CheckDeviceOnlineError": 23,
}


class TwainScanner:
    """pytwain behind the protocol of drivers. ``dsm`` is the path of the Data Source Manager, None for the system's."""

    def __init__(self, dsm: str | None = None, *, seconds: float = READY_SECONDS) -> None:
        self._dsm = dsm
        self._seconds = seconds
        self._messages: Messages | None = None

    def devices(self) -> Sequence[Device]:
        """Return the sources; nothing without a Data Source Manager."""
        try:
            with _faults(), self._manager() as manager:
                names = manager.source_list
        except DeviceError as error:
            if error.fault is Fault.NO_DEVICE:
                return ()
            raise
        shown = {name: _shown(name) for name in names if not name.startswith(HIDDEN)}
        return tuple(Device(driver="twain", id=name, name=text) for name, text in shown.items())

    def capabilities(self, device_id: str) -> Capabilities:
        """Return what the device offers; of a range of resolutions the usual ones."""
        with self._open(device_id) as source:
            values.choose(source, c.ICAP_UNITS, INCHES)
            offered = values.offered(source, c.ICAP_PIXELTYPE)
            sizes = [values.current(source, each) for each in (c.ICAP_PHYSICALWIDTH, c.ICAP_PHYSICALHEIGHT)]
            width, height = (size or otherwise for size, otherwise in zip(sizes, A4_INCHES, strict=True))
            return Capabilities(
                sources=_sources(source),
                dpis=_dpis(values.offered(source, c.ICAP_XRESOLUTION)),
                colours=tuple(colour for colour in Colour if PIXEL_TYPES[colour][0] in offered),
                width_mm=round(width * MM_PER_INCH, 1),
                height_mm=round(height * MM_PER_INCH, 1),
            )

    def scan(self, device_id: str, settings: Settings) -> Iterator[Page]:
        """Yield one page, or the feeder's until it is empty; raises DeviceError."""
        with self._open(device_id) as source:
            dpi = _prepare(source, settings)
            try:
                source.request_acquire(show_ui=False, modal_ui=False)
                self._wait(source)
                yield from _pages(source, dpi, several=settings.source is not Source.FLATBED)
            finally:
                _let_go(source)

    def _wait(self, source: values.Driver) -> None:
        """Carry messages to the driver until it says that a page is ready."""
        until = time.monotonic() + self._seconds
        queue = self._queue()
        message = structs.MSG()
        while time.monotonic() < until:
            if not queue.turn(message):
                continue
            taken, event = source._process_event(message)  # noqa: SLF001
            if event == c.MSG_XFERREADY:
                return
            if event in (c.MSG_CLOSEDSREQ, c.MSG_CLOSEDSOK):
                raise DeviceError(Fault.CANCELLED, f"TWAIN event {event}")
            if taken == c.TWRC_NOTDSEVENT:
                queue.pass_on(message)
        raise DeviceError(Fault.TIMEOUT, f"no page ready within {self._seconds:g} s")

    def _queue(self) -> Messages:
        self._messages = self._messages or messages()
        return self._messages

    @contextlib.contextmanager
    def _manager(self) -> Iterator[Any]:
        try:
            manager = twain.SourceManager(self._queue().window or None, ProductName="Officer", dsm_name=self._dsm)
        except (OSError, exceptions.SMLoadFileFailed, exceptions.SMGetProcAddressFailed) as error:
            raise DeviceError(Fault.NO_DEVICE, "no TWAIN data source manager") from error
        # names are bytes of the driver's own code page, and may end within a letter: kept as they are
        manager._encode = _encode  # noqa: SLF001
        manager._decode = _decode  # noqa: SLF001
        try:
            yield manager
        finally:
            with contextlib.suppress(*values.ERRORS):
                manager.close()

    @contextlib.contextmanager
    def _open(self, device_id: str) -> Iterator[values.Driver]:
        with _faults(), self._manager() as manager:
            # an empty name would ask the officer by a window of its own; an unknown one may open whatever comes first
            if device_id not in manager.source_list or not device_id:
                raise DeviceError(Fault.NO_DEVICE, "no such source")
            source = manager.open_source(device_id)
            try:
                yield source
            finally:
                with contextlib.suppress(*values.ERRORS):
                    source.close()


def fault_of(error: BaseException) -> DeviceError:
    """Return what an exception of pytwain means; the condition code is its class or stands in its text."""
    name = type(error).__name__
    told = re.search(r"ConditionCode = (\d+)", str(error))
    code = int(told[1]) if told else NAMED.get(name)
    fault = Fault.CANCELLED if name == "DSTransferCancelled" else CODES.get(code or 0, Fault.DRIVER)
    return DeviceError(fault, f"TWAIN {name}" if code is None else f"TWAIN condition {code}")


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except values.ERRORS as error:
        raise fault_of(error) from error


def _pages(source: values.Driver, dpi: int, *, several: bool) -> Iterator[Page]:
    more, count = 1, 0
    while more and (several or not count):
        try:
            lines = _lines(source)
            handle, more = source.xfer_image_natively()
        except values.ERRORS as error:
            told = fault_of(error)
            # a feeder that does not know how many sheets it has ends so
            if told.fault is Fault.NO_PAPER and count:
                return
            raise told from error
        yield dib.page(_bitmap(source, handle), dpi, lines)
        count += 1


def _lines(source: values.Driver) -> int:
    """Return how many lines the driver announces; 0 when it does not know."""
    with contextlib.suppress(*values.ERRORS):
        return max(int(source.image_info["ImageLength"]), 0)
    return 0


def _bitmap(source: values.Driver, handle: int) -> bytes:
    """Copy the picture out of the driver's memory and give that back; its length is what its header says."""
    try:
        place = source._lock(handle)  # noqa: SLF001
        if not place:
            raise DeviceError(Fault.DRIVER, "no picture in memory")
        try:
            size = dib.header(ctypes.string_at(place, dib.HEADER.size)).size
            return ctypes.string_at(place, size)
        finally:
            source._unlock(handle)  # noqa: SLF001
    finally:
        source._free(handle)  # noqa: SLF001


def _prepare(source: values.Driver, settings: Settings) -> int:
    """Tell the driver what is wanted, in the order in which one thing changes what the next may be.

    Returns the resolution it took. Raises DeviceError when it has no such source or colour, or knows that the feeder is
    empty.
    """
    fed = settings.source is not Source.FLATBED
    if not values.choose(source, c.CAP_FEEDERENABLED, fed) and fed:
        raise DeviceError(Fault.DRIVER, f"no source {settings.source.value}")
    duplex = settings.source is Source.DUPLEX
    if not values.choose(source, c.CAP_DUPLEXENABLED, duplex) and duplex:
        raise DeviceError(Fault.DRIVER, "no source duplex")
    if fed:
        values.choose(source, c.CAP_AUTOFEED, 1)
        if values.current(source, values.CAP_PAPERDETECTABLE) and values.current(source, c.CAP_FEEDERLOADED) == 0:
            raise DeviceError(Fault.NO_PAPER, "feeder not loaded")
    pixel_type, bits = PIXEL_TYPES[settings.colour]
    values.choose(source, c.ICAP_XFERMECH, NATIVE)
    if not values.choose(source, c.ICAP_PIXELTYPE, pixel_type):
        raise DeviceError(Fault.DRIVER, f"no colour {settings.colour.value}")
    values.choose(source, c.ICAP_BITDEPTH, bits)
    values.choose(source, c.ICAP_COMPRESSION, UNCOMPRESSED)
    values.choose(source, c.ICAP_UNITS, INCHES)
    values.choose(source, c.ICAP_XRESOLUTION, settings.dpi)
    values.choose(source, c.ICAP_YRESOLUTION, settings.dpi)
    values.choose(source, c.CAP_XFERCOUNT, -1 if fed else 1)
    values.choose(source, c.CAP_INDICATORS, 0)
    with contextlib.suppress(*values.ERRORS):
        source.set_image_layout((0.0, 0.0, settings.width_mm / MM_PER_INCH, settings.height_mm / MM_PER_INCH))
    return round(values.current(source, c.ICAP_XRESOLUTION) or settings.dpi)


def _let_go(source: values.Driver) -> None:
    """Bring the driver back to where a next scan may begin; pytwain leaves it enabled after a fault."""
    steps: tuple[Callable[[], None], ...] = (source._end_all_xfers, source.hide_ui)  # noqa: SLF001
    for step in steps:
        with contextlib.suppress(*values.ERRORS):
            step()
    # whatever it answered: pytwain closes a source only from here
    source._state = "open"  # noqa: SLF001


def _sources(source: values.Driver) -> tuple[Source, ...]:
    feeder = values.choose(source, c.CAP_FEEDERENABLED, 1)
    duplex = feeder and bool(values.current(source, c.CAP_DUPLEX))
    glass = not feeder or values.choose(source, c.CAP_FEEDERENABLED, 0)
    there = {Source.FLATBED: glass, Source.FEEDER: feeder, Source.DUPLEX: duplex}
    return tuple(each for each in Source if there[each])


def _dpis(offered: tuple[float, ...]) -> tuple[int, ...]:
    if isinstance(offered, values.Range):
        return tuple(dpi for dpi in DPIS if offered[0] <= dpi <= offered[-1])
    return tuple(sorted({round(dpi) for dpi in offered if dpi >= DPIS[0]}))


def _encode(name: str) -> bytes:
    return name.encode("latin-1")


def _decode(raw: bytes) -> str:
    return raw.decode("latin-1")


def _shown(name: str) -> str:
    """Return a name as it is read: UTF-8, else the system's code page; a letter cut at the end is left out."""
    raw = _encode(name)
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return raw.decode(locale.getencoding(), "replace")
