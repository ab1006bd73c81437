"""What the bytes of a page must hold to be all of it; nothing is drawn. For the drivers and for the gate."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping

# What the gate takes: of a compressed file; and of TIFF, which scanners fill with raw pixels: fifty million of three
# bytes, and what a page of its own adds where nothing can be packed.
BYTES_LIMIT = 40 * 1024 * 1024
RAW_BYTES_LIMIT = 3 * 50_000_000 + 2 * 1024 * 1024
PNG_START = b"\x89PNG\r\n\x1a\n"
# Tags of a TIFF directory.
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
STRIP_STARTS, SAMPLES, STRIP_ROWS, STRIP_SIZES, PLANAR = 273, 277, 278, 279, 284
TILE_WIDTH, TILE_HEIGHT, TILE_STARTS, TILE_SIZES, JPEG_TABLES = 322, 323, 324, 325, 347
# Those that decide how many bytes there have to be.
NUMBERS = frozenset(
    {WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, STRIP_STARTS, SAMPLES, STRIP_ROWS, STRIP_SIZES, PLANAR}
    | {TILE_WIDTH, TILE_HEIGHT, TILE_STARTS, TILE_SIZES}
)
RAW, FAX_3, FAX_4, JPEG = 1, 3, 4, 7
_YCBCR = 6
_PLANES = 2
_LOW_BIT_FIRST = 2
# More rows than that no page has: the gate tells why it refuses one.
_PNG_BYTES_LIMIT = 1_000_000_000
_PIECE = 1024 * 1024
# Adam7: first column and row of each pass, then the steps between them.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# ITU-T T.4: a row begins behind eleven zeros or more and a one; nothing else has so many zeros.
_END_OF_LINE = "0" * 11
_NO_LINE = 2
_TAIL = 16
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))

_TIFF_STARTS = (b"II*\0", b"MM\0*")

Tags = Mapping[int, tuple[int, ...]]


def bytes_limit(start: bytes) -> int:
    """Return how many bytes a file that begins with ``start`` (four bytes at least) may have."""
    return RAW_BYTES_LIMIT if start.startswith(_TIFF_STARTS) else BYTES_LIMIT


def png_has_all_rows(data: bytes) -> bool:
    """Tell whether the compressed data of a PNG file holds as many bytes as its rows have."""
    try:
        width, height, depth, colour, _compression, _filter, laced = struct.unpack_from(">IIBBBBB", data, 16)
        wanted = _png_bytes(width, height, depth * _CHANNELS[colour], laced=bool(laced))
        if wanted > _PNG_BYTES_LIMIT:
            return True
        inflate = zlib.decompressobj()
        for piece in _png_pieces(data):
            rest = piece
            while rest and wanted > 0:
                wanted -= len(inflate.decompress(rest, _PIECE))
                rest = inflate.unconsumed_tail
            if wanted <= 0:
                return True
        return wanted - len(inflate.flush()) <= 0
    except (struct.error, zlib.error, KeyError):
        return False


def _png_bytes(width: int, height: int, bits: int, *, laced: bool) -> int:
    """Return the bytes of all rows, each with one for its filter."""
    total = 0
    for left, top, across, down in _PASSES if laced else ((0, 0, 1, 1),):
        columns, rows = -((left - width) // across), -((top - height) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


def _png_pieces(data: bytes) -> Iterator[bytes]:
    """Yield the bodies of the first chunks of pixels that follow one another."""
    at, begun = len(PNG_START), False
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            begun = True
            for start in range(at + 8, min(at + 8 + size, len(data)), _PIECE):
                yield data[start : min(start + _PIECE, at + 8 + size)]
        elif begun:
            return
        at += 12 + size


def tiff_has_all_rows(tags: Tags) -> bool:
    """Tell whether a TIFF directory lists as many strips or tiles as its rows want, none of them too small to be true.

    A packed one may be as small as a byte: what it holds is not told by this.
    """
    tiled = TILE_STARTS in tags
    sizes = tags.get(TILE_SIZES if tiled else STRIP_SIZES, ())
    starts = tags.get(TILE_STARTS if tiled else STRIP_STARTS, ())
    width, height, samples = _one(tags, WIDTH, 0), _one(tags, HEIGHT, 0), _one(tags, SAMPLES, 1)
    columns = _one(tags, TILE_WIDTH, 0) if tiled else width
    rows = _one(tags, TILE_HEIGHT, 0) if tiled else strip_rows(tags)
    if columns < 1 or rows < 1:
        return False
    planes = samples if _one(tags, PLANAR, 1) == _PLANES else 1
    pieces = -(-width // columns) * -(-height // rows)
    if not 0 < pieces * planes <= min(len(starts), len(sizes)):
        return False
    if _one(tags, COMPRESSION, RAW) != RAW or _one(tags, PHOTOMETRIC, 1) == _YCBCR:
        return all(sizes[: pieces * planes])
    line = (columns * _one(tags, BITS, 1) * samples // planes + 7) // 8
    last = rows if tiled else height - (pieces - 1) * rows
    return all(
        size >= line * (last if number % pieces == pieces - 1 else rows)
        for number, size in enumerate(sizes[: pieces * planes])
    )


def strip_rows(tags: Tags) -> int:
    """Return the rows of each strip but the last, which may have fewer."""
    height = _one(tags, HEIGHT, 0)
    return min(_one(tags, STRIP_ROWS, height), height)


def fax_lines(strip: bytes, tags: Tags) -> int:
    """Return how many rows stand in a strip packed after ITU-T T.4 (group 3): decoders fill up what is missing."""
    lines, rest = 0, ""
    for at in range(0, len(strip), _PIECE):
        piece = in_fill_order(strip[at : at + _PIECE], tags)
        *whole, rest = (rest + f"{int.from_bytes(piece):0{8 * len(piece)}b}").split(_END_OF_LINE)
        lines += sum(map(_is_line, whole))
        # Of a row only whether there is one matters, and how many zeros end it so far.
        rest = ("111" if _is_line(rest) else "") + rest[-_TAIL:]
    return lines + _is_line(rest)


def _is_line(bits: str) -> bool:
    """Whether more than the one that ends the zeros and the bit that says how the row is packed."""
    return len(bits.strip("0")) > _NO_LINE


def in_fill_order(strip: bytes, tags: Tags) -> bytes:
    """Return the bytes of a strip with the first pixel in the highest bit."""
    return strip.translate(_REVERSED) if _one(tags, FILL_ORDER, 1) == _LOW_BIT_FIRST else strip


def _one(tags: Tags, tag: int, otherwise: int) -> int:
    return (tags.get(tag) or (otherwise,))[0]
