"""The child of the gate: decodes one file after another under memory and time limits, answers with clean pixels."""

from __future__ import annotations

import contextlib
import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from officer_console.imaging import decode, limits

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

# Plain bytes only: what a child says is never unpickled, so one that was taken over cannot reach further.
READY = b"ready"
# What to do, the page (from 0), the longest side in pixels (0: as it is), the number of bytes that follow in pieces.
REQUEST = struct.Struct(">10sIIQ")
# A code (empty: done), the pages of the file, columns, rows, the number of bytes that follow in pieces.
ANSWER = struct.Struct(">20sIIIQ")
PIECE = 256 * 1024
# Said after each answer: ready for another file, or in need of being replaced.
FRESH = b"fresh"
SPENT = b"spent"
# What a bomb may take of the processor; the largest page a scanner sends takes less than two.
CPU_SECONDS = 2.7
# longest side in pixels, largest file in bytes
BUDGETS = {
    "portrait": (1600, 300_000),
    "page": (3600, 1_000_000),
    "view": (3600, 4_000_000),
}
# Packing needs room for a page three times: one with more bytes of pixels is kept as they are.
PACKED_BYTES = 80_000_000
# A quality of JPEG, and which share of the first one's bytes it takes at least.
QUALITIES = {88: 1.0, 80: 0.5, 70: 0.33, 60: 0.22, 45: 0.0}


class Task(StrEnum):
    """What is asked of the child, beside the names in `BUDGETS`."""

    GREY = "grey"
    PAGES = "pages"
    PIXELS = "pixels"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class _Done:
    pages: int
    width: int = 0
    height: int = 0
    size: int = 0
    pieces: Iterable[bytes] = ()


def serve(line: Connection) -> None:
    """Answer what comes from ``line`` until it closes; see `REQUEST`, `ANSWER` and `FRESH`."""
    limits.confine()
    decode.prepare()
    # The program may end at any moment, also while this process still starts. Whoever has no memory left in the middle
    # of an answer ends as well: the program takes a new child.
    with contextlib.suppress(EOFError, OSError, MemoryError):
        line.send_bytes(READY)
        while True:
            request = line.recv_bytes(REQUEST.size)
            limits.work_at_most(CPU_SECONDS)
            _serve(line, request)
            limits.work_at_most(0)
            line.send_bytes(SPENT if limits.is_bloated() else FRESH)


def _serve(line: Connection, request: bytes) -> None:
    """Answer one request; when this returns, nothing of it is held any more."""
    task, page, longest, size = REQUEST.unpack(request)
    source = io.BytesIO()
    while source.tell() < size:
        source.write(line.recv_bytes(PIECE))
    source.seek(0)
    try:
        done = _do(task.rstrip(b"\0").decode("ascii"), source, page, longest)
    except decode.RefusedError as error:
        line.send_bytes(ANSWER.pack(error.code.encode("ascii"), 0, 0, 0, 0))
        return
    line.send_bytes(ANSWER.pack(b"", done.pages, done.width, done.height, done.size))
    for piece in done.pieces:
        for start in range(0, len(piece), PIECE):
            line.send_bytes(piece, start, min(PIECE, len(piece) - start))


def _do(task: str, source: io.BytesIO, page: int, longest: int) -> _Done:
    if task == Task.PAGES:
        return _Done(decode.pages(source))
    try:
        if task == Task.PIXELS:
            return _raw(*decode.page(source, page, "RGB", longest=longest, pixels=0))
        if task == Task.GREY:
            return _raw(*decode.page(source, page, "L", longest=0, pixels=decode.PAGE_PIXELS))
        if task == Task.SINGLE:
            count, image = decode.single(source, page)
            return _file(count, image, _lossless(image))
        side, budget = BUDGETS[task]
        count, image = decode.page(source, page, "RGB", longest=side, pixels=0)
        return _file(count, image, _encoded(image, budget))
    except MemoryError:
        raise decode.RefusedError("too-many-pixels") from None


def _file(pages: int, image: Picture, encoded: bytes) -> _Done:
    return _Done(pages, image.width, image.height, len(encoded), (encoded,))


def _raw(pages: int, image: Picture) -> _Done:
    size = image.width * image.height * len(image.getbands())
    return _Done(pages, image.width, image.height, size, _rows(image))


def _rows(image: Picture) -> Iterator[bytes]:
    """Yield the pixels some rows at a time: a second copy of all would not fit beside the first."""
    rows = max(1, PIECE // (image.width * len(image.getbands())))
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height))).tobytes()


def _encoded(image: Picture, budget: int) -> bytes:
    """Return JPEG bytes within ``budget`` where quality alone can reach it, else the smallest tried."""
    encoded = b""
    first = 0
    for quality, share in QUALITIES.items():
        # Encoding a large page takes long: what by experience stays too large is not tried.
        if first * share > budget:
            continue
        target = io.BytesIO()
        image.save(target, "JPEG", quality=quality, optimize=True)
        encoded = target.getvalue()
        first = first or len(encoded)
        if len(encoded) <= budget:
            break
    return encoded


def _lossless(image: Picture) -> bytes:
    """Return TIFF bytes: quickly, and of noise hardly more than there are pixels, which LZW and deflate cannot."""
    target = io.BytesIO()
    packed = image.width * image.height * len(image.getbands()) <= PACKED_BYTES
    image.save(target, "TIFF", compression="packbits" if packed else "raw")
    return target.getvalue()
