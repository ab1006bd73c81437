"""Whether the bytes of a page are there to their end; no pixel is drawn."""

from __future__ import annotations

import struct

from officer_console import page_bytes

JPEG, PNG, TIFF, PDF = "image/jpeg", "image/png", "image/tiff", "application/pdf"
STARTS = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"II*\0", TIFF), (b"MM\0*", TIFF), (b"%PDF-", PDF))
# the last chunk of a PNG file: length 0, name, checksum
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
PDF_TAIL = 1024
DIRECTORIES_LIMIT = 1000
# bytes of one value of each TIFF type
WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}


def media_type(data: bytes) -> str | None:
    """Return what the first bytes say the page is; None when it is nothing a scanner should give."""
    for start, kind in STARTS:
        if data.startswith(start):
            return kind
    return None


def is_whole(data: bytes) -> bool:
    """Tell whether ``data`` has the end its format asks for, and PNG and TIFF as much as their rows want.

    Some devices pad JPEG with zeros or a line end; that is no fault. What is missing in the midst of JPEG, PDF or
    packed TIFF is told by the gate only.
    """
    kind = media_type(data)
    if kind == JPEG:
        return data.rstrip(b"\0\r\n").endswith(b"\xff\xd9")
    if kind == PNG:
        return data.endswith(PNG_END) and page_bytes.png_has_all_rows(data)
    if kind == PDF:
        return b"%%EOF" in data[-PDF_TAIL:]
    return kind == TIFF and _whole_tiff(data)


def _whole_tiff(data: bytes) -> bool:
    """Follow all directories: every table, value and strip lies within the data, and there is a strip for each row."""
    order = "<" if data.startswith(b"II") else ">"
    try:
        (at,) = struct.unpack_from(order + "I", data, 4)
        for _directory in range(DIRECTORIES_LIMIT):
            (count,) = struct.unpack_from(order + "H", data, at)
            tags = _tags(data, order, at + 2, count)
            if tags is None or not _whole_page(data, tags):
                return False
            (at,) = struct.unpack_from(order + "I", data, at + 2 + 12 * count)
            if at == 0:
                return True
    except struct.error:
        return False
    return False


def _whole_page(data: bytes, tags: page_bytes.Tags) -> bool:
    if not page_bytes.tiff_has_all_rows(tags):
        return False
    tiled = page_bytes.TILE_STARTS in tags
    starts = tags[page_bytes.TILE_STARTS if tiled else page_bytes.STRIP_STARTS]
    sizes = tags[page_bytes.TILE_SIZES if tiled else page_bytes.STRIP_SIZES]
    pieces = list(zip(starts, sizes, strict=False))
    if not all(start + size <= len(data) for start, size in pieces):
        return False
    if tiled or tags.get(page_bytes.COMPRESSION) != (page_bytes.FAX_3,):
        return True
    rows, (height,) = page_bytes.strip_rows(tags), tags[page_bytes.HEIGHT]
    return all(
        page_bytes.fax_lines(data[start : start + size], tags) >= min(rows, height - number * rows)
        for number, (start, size) in enumerate(pieces)
    )


def _tags(data: bytes, order: str, at: int, count: int) -> dict[int, tuple[int, ...]] | None:
    """Return the numbers of one directory; None when some of its values lie outside of the data."""
    values: dict[int, tuple[int, ...]] = {}
    for index in range(count):
        tag, kind, number = struct.unpack_from(order + "HHI", data, at + 12 * index)
        size = WIDTHS.get(kind, 1) * number
        where = at + 12 * index + 8
        if size > 4:
            (where,) = struct.unpack_from(order + "I", data, where)
        if where + size > len(data):
            return None
        if kind in (3, 4) and tag in page_bytes.NUMBERS:
            values[tag] = struct.unpack_from(f"{order}{number}{'H' if kind == 3 else 'I'}", data, where)
    return values
