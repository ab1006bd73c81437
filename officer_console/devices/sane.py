"""The driver for scanners under Linux: libsane. Imported in the worker process only; some backends hang or crash."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Callable, Iterator, Sequence

from officer_console.devices import libsane, tiff
from officer_console.devices.libsane import Handle, Library, Option, Parameters
from officer_console.devices.scanner import Capabilities, Colour, Device, DeviceError, Fault, Page, Settings, Source

BUFFER = 256 * 1024
PAGE_LIMIT = 256 * 1024 * 1024
DPIS = (75, 100, 150, 200, 240, 300, 400, 600, 1200)
MM_PER_INCH = 25.4
A4_MM = (210.0, 297.0)
# the backends' own words, in the order they are looked for; the first that is part of an offered value counts
SOURCES = {
    Source.FLATBED: ("flatbed", "platen", "normal"),
    Source.DUPLEX: ("duplex",),
    Source.FEEDER: ("adf front", "feeder", "adf"),
}
MODES = {
    Colour.COLOUR: ("color", "colour"),
    Colour.GREY: ("gray", "grey"),
    Colour.BLACK: ("lineart", "black", "binary", "monochrome", "halftone"),
}


class SaneScanner:
    """libsane behind the protocol of drivers; ``moved`` hears how much of a page is read."""

    def __init__(self, libraries: tuple[str, ...] = libsane.LIBRARIES) -> None:
        self._libraries = libraries
        self._loaded: Library | None = None
        self.moved: Callable[[float], None] = _nobody

    def devices(self) -> Sequence[Device]:
        """Return what libsane finds; nothing where libsane is not installed."""
        library = self._library()
        if library is None:
            return ()
        return tuple(Device(driver="sane", id=name, name=text or name) for name, text in library.devices())

    def capabilities(self, device_id: str) -> Capabilities:
        """Return what the device offers; of a range of resolutions the usual ones."""
        with self._open(device_id) as handle:
            options = handle.options()
            resolution = options.get("resolution")
            return Capabilities(
                sources=tuple(source for source in Source if _source(options, source) is not None),
                dpis=_dpis(resolution) if resolution is not None else (),
                colours=tuple(colour for colour in Colour if _mode(options, colour) is not None),
                width_mm=_most(options.get("br-x"), A4_MM[0]),
                height_mm=_most(options.get("br-y"), A4_MM[1]),
            )

    def scan(self, device_id: str, settings: Settings) -> Iterator[Page]:
        """Yield one page, or the feeder's until it is empty; raises DeviceError."""
        with self._open(device_id) as handle:
            dpi = prepare(handle, settings)
            try:
                yield from self._pages(handle, dpi, several=settings.source is not Source.FLATBED)
            finally:
                handle.cancel()

    def _pages(self, handle: Handle, dpi: int, *, several: bool) -> Iterator[Page]:
        count = 0
        while several or not count:
            status = handle.start()
            if status == libsane.NO_DOCS and count:
                return
            libsane.check(status, "start")
            parameters = handle.parameters()
            rows = read_frame(handle, parameters, self.moved)
            yield page(rows, parameters, dpi)
            count += 1

    def _library(self) -> Library | None:
        self._loaded = self._loaded or libsane.load(self._libraries)
        return self._loaded

    @contextlib.contextmanager
    def _open(self, device_id: str) -> Iterator[Handle]:
        library = self._library()
        # an empty name would open whatever device comes first
        if library is None or not device_id:
            raise DeviceError(Fault.NO_DEVICE, "no libsane" if library is None else "no name")
        handle = library.open(device_id)
        try:
            yield handle
        finally:
            handle.close()


def _nobody(_part: float) -> None:
    return


def prepare(handle: Handle, settings: Settings) -> int:
    """Set source, colour, resolution and size in this order, as each changes what the next may be.

    Returns the resolution the device really uses. Raises DeviceError when it has no such source or colour.
    """
    source = _source(handle.options(), settings.source)
    if source is None:
        raise DeviceError(Fault.DRIVER, f"no source {settings.source.value}")
    _choose(handle, "source", source)
    mode = _mode(handle.options(), settings.colour)
    if mode is None:
        raise DeviceError(Fault.DRIVER, f"no colour {settings.colour.value}")
    name, depth = mode
    _choose(handle, "mode", name)
    option = handle.options().get("depth")
    if option is not None and (not option.values or depth in option.values):
        handle.set(option, depth)
    dpi = float(settings.dpi)
    option = handle.options().get("resolution")
    if option is not None:
        dpi = _number(handle.set(option, dpi), dpi)
    for name, millimetres in (("tl-x", 0.0), ("tl-y", 0.0), ("br-x", settings.width_mm), ("br-y", settings.height_mm)):
        option = handle.options().get(name)
        if option is not None:
            handle.set(option, millimetres / MM_PER_INCH * dpi if option.unit == libsane.PIXEL else millimetres)
    return round(dpi)


def read_frame(handle: Handle, parameters: Parameters, moved: Callable[[float], None]) -> bytearray:
    """Return the bytes of one frame, as many as ``parameters`` promise.

    Raises:
        DeviceError: TRUNCATED when the device ended early, whatever reason it gave or kept to itself.
    """
    if parameters.format not in (libsane.GREY_FRAME, libsane.RGB_FRAME) or not parameters.last_frame:
        raise DeviceError(Fault.DRIVER, f"frame {parameters.format}")
    promised = parameters.bytes_per_line * max(parameters.lines, 0)
    if promised > PAGE_LIMIT:
        raise DeviceError(Fault.DRIVER, f"{promised} bytes")
    rows = bytearray()
    buffer = ctypes.create_string_buffer(BUFFER)
    view = memoryview(buffer)
    while True:
        status, length = handle.read(buffer)
        rows += view[:length]
        if status == libsane.EOF:
            break
        libsane.check(status, "read")
        if len(rows) > PAGE_LIMIT:
            raise DeviceError(Fault.DRIVER, "endless page")
        if promised:
            moved(min(len(rows) / promised, 1.0))
    whole(len(rows), parameters)
    return rows


def whole(length: int, parameters: Parameters) -> None:
    """Raise TRUNCATED unless ``length`` bytes are all promised lines, or of an unknown number whole lines."""
    line = parameters.bytes_per_line
    if length <= 0 or line <= 0 or length % line or (parameters.lines >= 0 and length < line * parameters.lines):
        raise DeviceError(Fault.TRUNCATED, f"{length} bytes, {parameters.lines} lines of {line}")
    if parameters.lines >= 0 and length > line * parameters.lines:
        raise DeviceError(Fault.DRIVER, f"{length} bytes, {parameters.lines} lines of {line}")


def page(rows: bytearray, parameters: Parameters, dpi: int) -> Page:
    """Return the frame as a picture; padding at the ends of lines and the lower byte of 16 bits are left out."""
    samples = 3 if parameters.format == libsane.RGB_FRAME else 1
    width, bits, line = parameters.pixels_per_line, parameters.depth, parameters.bytes_per_line
    if bits not in (1, 8, 16) or (bits == 1 and samples == 3):
        raise DeviceError(Fault.DRIVER, f"{bits} bits in frame {parameters.format}")
    height = len(rows) // line
    if bits == 16:
        rows = rows[1::2] if sys.byteorder == "little" else rows[::2]
        bits, line = 8, line // 2
    needed = (width * samples * bits + 7) // 8
    if not 0 < needed <= line:
        raise DeviceError(Fault.DRIVER, f"{width} pixels in {line} bytes")
    if needed < line:
        rows = bytearray().join(rows[at : at + needed] for at in range(0, height * line, line))
    data = tiff.picture(rows, width=width, height=height, samples=samples, bits=bits, dpi=dpi)
    return Page(data=data, media_type=tiff.MEDIA_TYPE, dpi=dpi)


def _choose(handle: Handle, name: str, value: str) -> None:
    option = handle.options().get(name)
    if option is None or not value:
        return
    if (got := handle.set(option, value)) != value:
        raise DeviceError(Fault.DRIVER, f"{name} is {got}")


def _source(options: dict[str, Option], source: Source) -> str | None:
    """Return the device's word for ``source``; "" when it has one place for paper only, None when it lacks it."""
    option = options.get("source")
    if option is None or not option.values:
        return "" if source is Source.FLATBED else None
    barred = () if source is Source.DUPLEX else SOURCES[Source.DUPLEX]
    return _word(option, SOURCES[source], barred)


def _mode(options: dict[str, Option], colour: Colour) -> tuple[str, int] | None:
    """Return the device's word for ``colour`` and the bits of a sample; None when it lacks it."""
    option, depth = options.get("mode"), options.get("depth")
    if option is None or not option.values:
        return ("", 8) if colour is Colour.COLOUR else None
    if (word := _word(option, MODES[colour])) is not None:
        return word, 1 if colour is Colour.BLACK else 8
    grey = _word(option, MODES[Colour.GREY])
    if colour is Colour.BLACK and grey is not None and depth is not None and 1 in depth.values:
        return grey, 1
    return None


def _word(option: Option, words: Sequence[str], barred: Sequence[str] = ()) -> str | None:
    offered = [str(value) for value in option.values if not any(word in str(value).lower() for word in barred)]
    for word in words:
        for value in offered:
            if word in value.lower():
                return value
    return None


def _dpis(option: Option) -> tuple[int, ...]:
    if option.values:
        return tuple(sorted({round(float(value)) for value in option.values if float(value) >= DPIS[0]}))
    low, high = option.low or DPIS[0], option.high or DPIS[-1]
    return tuple(dpi for dpi in DPIS if low <= dpi <= high)


def _most(option: Option | None, otherwise: float) -> float:
    known = option is not None and option.high is not None and option.unit != libsane.PIXEL
    return float(option.high or otherwise) if option is not None and known else otherwise


def _number(value: str | float | None, otherwise: float) -> float:
    return value if isinstance(value, (int, float)) else otherwise
