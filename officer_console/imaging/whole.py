"""Whether a picture that a decoder took was all there: decoders fill up what is missing. In the gate's child only."""

from __future__ import annotations

import contextlib
import io
import os
import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from officer_console import page_bytes
from officer_console.page_bytes import Tags

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.TiffImagePlugin import TiffImageFile

# What libjpeg says of data that is not what was sent; it also complains of what does no harm.
_DAMAGED_JPEG = ("premature end", "bad huffman", "bad arithmetic", "instead of rst")
# Cameras leave some bytes behind a row; more are pixels that were read as others.
_EXTRANEOUS = re.compile(r"(\d+) extraneous bytes")
_EXTRANEOUS_LIMIT = 256
# ITU-T T.6: the end of a block, and how many more rows than asked for a strip may have.
_END_OF_BLOCK = "000000000001" * 2
_MORE_ROWS = 64
_PAD_BITS = 8
# Each takes its time; of a page in more strips the last ones tell whether it was cut off.
_STRIPS_LIMIT = 256


def has_all(source: io.BytesIO, image: Picture) -> bool:
    """Tell whether the file holds all of the picture at which ``image`` stands; asked before that is loaded."""
    if image.format == "JPEG":
        return _jpeg(source.getvalue())
    if image.format == "PNG":
        return page_bytes.png_has_all_rows(source.getvalue())
    return _tiff(source, image)  # type: ignore[arg-type]  # the only other format that is opened


@contextlib.contextmanager
def complaints() -> Iterator[list[bool]]:
    """Give a list that is no longer empty at the end when a library wrote to standard error, which nobody sees then.

    libtiff tells so that rows are damaged and goes on.
    """
    heard: list[bool] = []
    out, into = os.pipe()
    if hasattr(os, "set_blocking"):
        # Whoever has more to say than fits is not waited for.
        os.set_blocking(into, False)
    kept = os.dup(2)
    os.dup2(into, 2)
    try:
        yield heard
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(into)
        with os.fdopen(out, "rb") as said:
            if said.read(1):
                heard.append(True)


def _jpeg(data: bytes) -> bool:
    import simplejpeg

    try:
        simplejpeg.decode_jpeg(data, "GRAY", min_height=1, min_width=1, min_factor=8, strict=True)
    except ValueError as error:
        said = str(error).lower()
        more = _EXTRANEOUS.search(said)
        return not (any(word in said for word in _DAMAGED_JPEG) or (more and int(more[1]) > _EXTRANEOUS_LIMIT))
    return True


def _tiff(source: io.BytesIO, image: TiffImageFile) -> bool:
    tags = _tags(image)
    if not page_bytes.tiff_has_all_rows(tags):
        return False
    compression = tags.get(page_bytes.COMPRESSION, (page_bytes.RAW,))[0]
    if compression == page_bytes.JPEG:
        tables = image.tag_v2.get(page_bytes.JPEG_TABLES, b"")
        return all(_jpeg(_with_tables(tables, strip)) for strip in _strips(source, tags))
    if page_bytes.TILE_STARTS in tags or compression not in {page_bytes.FAX_3, page_bytes.FAX_4}:
        return True
    rows = page_bytes.strip_rows(tags)
    lines = page_bytes.fax_lines if compression == page_bytes.FAX_3 else _fax_4
    strips = list(_strips(source, tags))[: -(-image.height // rows)]
    return all(
        lines(strip, tags) >= min(rows, image.height - number * rows)
        for number, strip in list(enumerate(strips))[-_STRIPS_LIMIT:]
    )


def _tags(image: TiffImageFile) -> Tags:
    """Return the numbers of the directory at which the file stands."""
    told = {}
    for tag in page_bytes.NUMBERS:
        value = image.tag_v2.get(tag)
        values = value if isinstance(value, tuple) else (value,)
        if all(isinstance(number, int) for number in values):
            told[tag] = values
    return told


def _strips(source: io.BytesIO, tags: Tags) -> Iterator[bytes]:
    tiled = page_bytes.TILE_STARTS in tags
    starts = tags[page_bytes.TILE_STARTS if tiled else page_bytes.STRIP_STARTS]
    sizes = tags[page_bytes.TILE_SIZES if tiled else page_bytes.STRIP_SIZES]
    with source.getbuffer() as data:
        for start, size in zip(starts, sizes, strict=False):
            yield bytes(data[start : start + size])


def _with_tables(tables: bytes, strip: bytes) -> bytes:
    """Return a JPEG file of a strip and the tables that all of them share."""
    return tables[:-2] + strip[2:] if tables else strip


def _fax_4(strip: bytes, tags: Tags) -> int:
    """Return how many rows a strip packed after ITU-T T.6 (group 4) has; 0 also when it has far more than it should.

    Such rows have no ends of their own, and libtiff says nothing when they stop. So one more row is put behind
    them, once with one content and once with another: they differ where the strip's own rows end.
    """
    width, rows = tags[page_bytes.WIDTH][0], page_bytes.strip_rows(tags)
    data = page_bytes.in_fill_order(strip, tags)
    head, tail = data[:-8], "".join(f"{byte:08b}" for byte in data[-8:])
    end = tail.rfind(_END_OF_BLOCK)
    # Who left the end out filled the last byte up, with how much is not told.
    ends = [end] if end >= 0 else [len(tail) - pad for pad in range(_PAD_BITS) if tail.endswith("0" * pad)]
    with complaints():
        return max(_rows_before(head, tail[:at], width, rows) for at in ends)


def _rows_before(head: bytes, tail: str, width: int, rows: int) -> int:
    from PIL import ImageChops

    read = []
    for black in (width, width // 2):
        bits = tail + _row_bits(width, black) + _END_OF_BLOCK
        bits += "0" * (-len(bits) % 8)
        try:
            read.append(_fax_4_file(head + int(bits, 2).to_bytes(len(bits) // 8), width, rows + _MORE_ROWS))
        except OSError:
            return 0
    differing = ImageChops.difference(*read).getbbox()
    if differing is None:
        return 0
    found = differing[1]
    return found if read[0].crop((0, found, width, found + 1)).getextrema() == (255, 255) else 0


@lru_cache(maxsize=2)
def _row_bits(width: int, black: int) -> str:
    """Return a row that begins with so many black pixels, as libtiff packs it: for any row before."""
    from PIL import Image

    row = Image.new("1", (width, 1), 0)
    row.paste(255, (0, 0, black, 1))
    target = io.BytesIO()
    row.save(target, "TIFF", compression="group4")
    with Image.open(target) as image:
        (strip,) = _strips(target, _tags(image))  # type: ignore[arg-type]  # a TIFF file
    bits = "".join(f"{byte:08b}" for byte in strip)
    return bits[: bits.rindex(_END_OF_BLOCK)]


def _fax_4_file(strip: bytes, width: int, rows: int) -> Picture:
    """Return the pixels of a strip."""
    from PIL import Image

    entries = ((256, width), (257, rows), (258, 1), (259, page_bytes.FAX_4), (262, 1), (273, 110), (278, rows))
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in (*entries, (279, len(strip))))
    file = b"II*\0" + struct.pack("<IH", 8, len(entries) + 1) + table + struct.pack("<I", 0) + strip
    with Image.open(io.BytesIO(file), formats=("TIFF",)) as image:
        image.load()
        return image.copy()
