"""Pages of which a part is missing although their files have an end; and the same pages whole."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from bench.bombs import png, saved
from officer_console.page_bytes import STRIP_SIZES, STRIP_STARTS

SIZE = (500, 700)


def noise(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture of which no two rows are the same."""
    return Image.effect_noise(size, 90).convert("L").point(lambda value: value or 1).convert(mode)


def png_rows(rows: int, *, lace: int = 0, end: bool = True) -> bytes:
    """Return a PNG file that holds so many bytes of rows; ``end``: its compressed data ends as it should."""
    packer = zlib.compressobj()
    body = packer.compress(b"".join(b"\0" + noise("RGB", (SIZE[0], 1)).tobytes() for _ in range(rows)))
    return png(*SIZE, body + packer.flush(zlib.Z_FINISH if end else zlib.Z_SYNC_FLUSH), lace=lace)


def tiff(compression: str, **tags: int) -> bytes:
    """Return a whole TIFF file; ``tags`` are named ``rows`` (of a strip) and ``options`` (of group 3)."""
    numbers = {"rows": 278, "options": 292}
    fax = compression in {"group3", "group4", "tiff_ccitt"}
    told = {numbers[name]: value for name, value in tags.items()}
    return saved(noise("1" if fax else "RGB"), "TIFF", compression=compression, tiffinfo=told)


def smaller_strips(data: bytes, size: Callable[[int], int]) -> bytes:
    """Return a TIFF file the second half of whose strips is said to be smaller: of one strip that one."""
    changed = bytearray(data)
    at, count = entry(data, STRIP_SIZES)
    width, form = (4, "<I") if data[at + 2] == 4 else (2, "<H")
    place = at + 8 if count * width <= 4 else struct.unpack_from("<I", data, at + 8)[0]
    for number in range(count // 2, count):
        (was,) = struct.unpack_from(form, data, place + number * width)
        struct.pack_into(form, changed, place + number * width, size(was))
    return bytes(changed)


def fewer_strips(data: bytes) -> bytes:
    """Return a TIFF file that lists half of its strips only."""
    changed = bytearray(data)
    for tag in (STRIP_STARTS, STRIP_SIZES):
        at, count = entry(data, tag)
        struct.pack_into("<I", changed, at + 4, count // 2)
    return bytes(changed)


def entry(data: bytes, tag: int) -> tuple[int, int]:
    """Return where the entry of a tag stands in the first directory, and how many values it has."""
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    for place in range(at + 2, at + 2 + 12 * count, 12):
        if struct.unpack_from("<H", data, place)[0] == tag:
            return place, struct.unpack_from("<I", data, place + 4)[0]
    raise LookupError(tag)


def without_ends(data: bytes) -> bytes:
    """Return a TIFF file of one strip after ITU-T T.6 from which the end of the block is taken, as some writers do."""
    with Image.open(io.BytesIO(data)) as image:
        (start,), (size,) = image.tag_v2[STRIP_STARTS], image.tag_v2[STRIP_SIZES]  # type: ignore[attr-defined]
    bits = "".join(f"{byte:08b}" for byte in data[start : start + size])
    bits = bits[: bits.rindex("000000000001" * 2)]
    bits += "0" * (-len(bits) % 8)
    strip = int(bits, 2).to_bytes(len(bits) // 8)
    changed = bytearray(
        data[:start] + strip + data[start + size :].rjust(size - len(strip) + len(data[start + size :]), b"\0")
    )
    at, _count = entry(data, STRIP_SIZES)
    struct.pack_into("<HI", changed, at + 2, 4, 1)
    struct.pack_into("<I", changed, at + 8, len(strip))
    return bytes(changed)


def jpeg_with_hole(**options: object) -> bytes:
    """Return a JPEG file a third of whose data was lost on the way: zeros stand there."""
    data = saved(noise(), "JPEG", quality=80, **options)
    third = len(data) // 3
    return data[:third] + bytes(third) + data[2 * third :]


def raw_tiff(share: float = 1.0) -> bytes:
    """Return a raw TIFF file with one strip that holds this share of its rows and says so."""
    whole = saved(noise(), "TIFF")
    return smaller_strips(whole, lambda size: int(size * share))
