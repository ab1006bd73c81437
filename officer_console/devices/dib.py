"""Pictures as Windows drivers give them (device-independent bitmaps) become TIFF, which the gate takes.

The place of the pixels is computed from the header: the field in a BMP's file header is wrong in what some drivers and
libraries write when an 8-bit picture says «0 colours used» and means 256.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from officer_console.devices import tiff
from officer_console.devices.scanner import DeviceError, Fault, Page

FILE_HEADER = 14
HEADER = struct.Struct("<IiiHHIIiiII")
PLAIN, BITFIELDS = 0, 3
DEPTHS = (1, 8, 24, 32)
SIDE_LIMIT = 65_535
BYTES_LIMIT = 256 * 1024 * 1024
INCHES_PER_METRE = 39.3701
INVERTED = bytes(255 - value for value in range(256))
GREYS = bytes(range(256))


@dataclass(frozen=True, slots=True)
class Header:
    """What a bitmap's header says. ``start``: bytes before the pixels; ``stride``: bytes of a row, padding included.

    ``dpi`` is 0 when the driver does not say.
    """

    width: int
    height: int
    bits: int
    top_down: bool
    colours: int
    palette: int
    start: int
    stride: int
    dpi: int

    @property
    def size(self) -> int:
        """The bytes of the whole bitmap."""
        return self.start + self.stride * self.height


def header(raw: bytes) -> Header:
    """Read the first 40 bytes of a bitmap without its file header; DRIVER when it is none that can be read."""
    if len(raw) < HEADER.size:
        raise DeviceError(Fault.TRUNCATED, f"{len(raw)} bytes of a bitmap")
    size, width, height, _, bits, packed, _, across, _, used, _ = HEADER.unpack_from(raw)
    rows = abs(height)
    fits = HEADER.size <= size <= 256 and 0 < width <= SIDE_LIMIT and 0 < rows <= SIDE_LIMIT and used <= 256
    if not fits or bits not in DEPTHS or not (packed == PLAIN or (packed == BITFIELDS and bits == 32)):
        raise DeviceError(Fault.DRIVER, f"bitmap {width} x {height}, {bits} bits, kind {packed}")
    colours = used or (1 << bits if bits <= 8 else 0)
    masks = 12 if packed == BITFIELDS and size == HEADER.size else 0
    found = Header(
        width=width,
        height=rows,
        bits=bits,
        top_down=height < 0,
        colours=colours if bits <= 8 else 0,
        palette=size + masks,
        start=size + masks + 4 * colours,
        stride=(width * bits + 31) // 32 * 4,
        dpi=max(round(across / INCHES_PER_METRE), 0),
    )
    if found.size > BYTES_LIMIT:
        raise DeviceError(Fault.DRIVER, f"{found.size} bytes")
    return found


def page(raw: bytes, dpi: int, lines: int = 0) -> Page:
    """Return the bitmap ``raw`` (without a file header) as a page.

    ``dpi`` is taken where the driver says none; ``lines`` is how many rows were announced, 0 for unknown.

    Raises:
        DeviceError: TRUNCATED when rows are missing, DRIVER when it is not a bitmap that can be read.
    """
    head = header(raw)
    if len(raw) < head.size or head.height < lines:
        raise DeviceError(Fault.TRUNCATED, f"{len(raw)} of {head.size} bytes, {head.height} of {lines} lines")
    samples, bits, rows = _samples(raw, head)
    dpi = head.dpi or dpi
    data = tiff.picture(rows, width=head.width, height=head.height, samples=samples, bits=bits, dpi=dpi)
    return Page(data=data, media_type=tiff.MEDIA_TYPE, dpi=dpi)


def _samples(raw: bytes, head: Header) -> tuple[int, int, bytes | bytearray]:
    """Return samples per pixel, bits per sample and the rows from the top, without padding."""
    needed = (head.width * head.bits + 7) // 8
    starts = range(head.start, head.size, head.stride)
    packed = bytearray().join(raw[at : at + needed] for at in (starts if head.top_down else reversed(starts)))
    if head.bits in (24, 32):
        return 3, 8, _colours(packed, head.bits // 8)
    blue, green, red = (raw[head.palette + channel : head.start : 4] for channel in range(3))
    if head.bits == 1:
        # in the TIFF 1 is black
        return 1, 1, packed if red[1:2] < red[:1] else packed.translate(INVERTED)
    tables = [table.ljust(256, b"\0") for table in (red, green, blue)]
    if red == green == blue:
        return 1, 8, packed if tables[0] == GREYS else packed.translate(tables[0])
    pixels = bytearray(3 * len(packed))
    for channel, table in enumerate(tables):
        pixels[channel::3] = packed.translate(table)
    return 3, 8, pixels


def _colours(packed: bytearray, step: int) -> bytearray:
    """Turn blue-green-red(-nothing) into red-green-blue."""
    if step == 3:
        packed[0::3], packed[2::3] = packed[2::3], packed[0::3]
        return packed
    pixels = bytearray(len(packed) // 4 * 3)
    for channel in range(3):
        pixels[channel::3] = packed[2 - channel :: 4]
    return pixels
