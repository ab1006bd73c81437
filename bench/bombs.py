"""Files made to break whoever decodes them: small ones that want much memory or time, and ones that lie."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence

from PIL import Image

MILLION = 1_000_000
# TIFF files made here leave room for so many entries; what they describe stands behind it.
_ENTRIES = 14
_BODY = 8 + 2 + _ENTRIES * 12 + 4


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each; one at a time, as some are large."""
    for name, make in _BOMBS.items():
        yield name, make()


def pdf(*objects: bytes, root: int = 1, version: bytes = b"1.7", more: bytes = b"") -> bytes:
    """Return a PDF file of objects numbered from 1, with a true table of where they stand."""
    out = bytearray(b"%PDF-" + version + b"\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, root, more, table)
    return bytes(out)


def stream(body: bytes, entries: bytes = b"") -> bytes:
    """Return a PDF stream object."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(body), body)


def one_page(content: bytes, *more: bytes, entries: bytes = b"", box: bytes = b"0 0 595 842") -> bytes:
    """Return a PDF file of one page; ``content`` is its stream object 4, ``more`` are the objects from 5 on."""
    sheet = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R%s>>" % (box, entries)
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", sheet, content, *more)


def tiff(entries: Sequence[tuple[int, int, int, int]], body: bytes = b"", following: int = 0) -> bytes:
    """Return a TIFF file with one directory of (tag, type, count, value) at 8; ``body`` stands behind it."""
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + struct.pack("<I", following) + body


def png(
    width: int, height: int, body: bytes, *, depth: int = 8, colour: int = 2, lace: int = 0, before: bytes = b""
) -> bytes:
    """Return a PNG file whose compressed rows are ``body``; ``before`` are chunks that stand before them."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, lace))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def chunk(kind: bytes, body: bytes, length: int | None = None) -> bytes:
    """Return a PNG chunk, whose length may lie."""
    return (
        struct.pack(">I", len(body) if length is None else length)
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
    )


def zeros(count: int, level: int = 1) -> bytes:
    """Return that many zeros, deflated."""
    deflate = zlib.compressobj(level)
    block = bytes(MILLION)
    parts = [deflate.compress(block) for _ in range(count // MILLION)]
    return b"".join((*parts, deflate.compress(bytes(count % MILLION)), deflate.flush()))


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """Return a picture as a file."""
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def grey(width: int, height: int) -> Image.Image:
    """Return a grey picture with something on it."""
    return Image.linear_gradient("L").resize((width, height))


def _scans(count: int) -> bytes:
    """Return a progressive JPEG of 49 megapixels whose last scan comes again and again."""
    data = saved(grey(7000, 7000), "JPEG", progressive=True, quality=30)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + b"\xff\xd9"


def _jpeg_size(width: int, height: int) -> bytes:
    data = bytearray(saved(grey(64, 64), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def _raw_tiff(width: int, height: int, *changes: tuple[int, int, int, int], body: bytes = bytes(4096)) -> bytes:
    """Return a grey TIFF file; ``changes`` replace or add entries."""
    entries = {
        256: (256, 4, 1, width),
        257: (257, 4, 1, height),
        258: (258, 3, 1, 8),
        259: (259, 3, 1, 1),
        262: (262, 3, 1, 1),
        273: (273, 4, 1, _BODY),
        277: (277, 3, 1, 1),
        278: (278, 4, 1, height),
        279: (279, 4, 1, len(body)),
    }
    entries |= {entry[0]: entry for entry in changes}
    listed = sorted(entries.values())
    return tiff(listed, bytes((_ENTRIES - len(listed)) * 12) + body)


def _directories(count: int, back_to: int | None = None) -> bytes:
    """Return a TIFF file with so many pages of one pixel each; the last may lead back."""
    size = 2 + 9 * 12 + 4
    pixel = 8 + count * size
    rows = ((256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, pixel), (277, 1), (278, 1), (279, 1))
    table = struct.pack("<H", len(rows)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in rows)
    last = 0 if back_to is None else 8 + back_to * size
    following = (*(8 + number * size for number in range(1, count)), last)
    return b"II*\0\x08\0\0\0" + b"".join(table + struct.pack("<I", place) for place in following) + b"\0"


def _pages_pdf(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(count))
    sheets = [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>"] * count
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count), *sheets)


def _forms_in_forms(depth: int) -> bytes:
    """Return a page that draws a form ten times, which draws another ten times, and so on."""
    again = b"/F Do " * 10
    last = stream(b"0 0 500 700 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]")
    forms = [
        stream(again, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F %d 0 R>>>>" % (6 + number))
        for number in range(depth)
    ]
    return one_page(stream(again), *forms, last, entries=b"/Resources<</XObject<</F 5 0 R>>>>")


def _picture_pdf(width: int, height: int, body: bytes, filters: bytes) -> bytes:
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter%s"
    shown = stream(b"595 0 0 842 0 0 cm /I Do")
    picture = stream(body, entries % (width, height, filters))
    return one_page(shown, picture, entries=b"/Resources<</XObject<</I 5 0 R>>>>")


def _locked_pdf() -> bytes:
    secret = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"11" * 32, b"22" * 32)
    body = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
    sheet = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>"
    return pdf(*body, sheet, secret, more=b"/Encrypt 4 0 R/ID[<%s><%s>]" % (b"00" * 16, b"00" * 16))


def _object_streams() -> bytes:
    """Return a PDF file whose objects lie in a stream that says it holds a billion and is itself in another."""
    inner = stream(zeros(50 * MILLION), b"/Type/ObjStm/N 999999999/First 100/Extends 6 0 R/Filter/FlateDecode")
    return one_page(inner, inner, stream(b"4 0 5 0", b"/Type/ObjStm/N 2/First 8/Extends 5 0 R"))


def _many_drawings() -> bytes:
    source = random.Random(1)
    curve = b" ".join(b"%d %d" % (source.randrange(600), source.randrange(850)) for _ in range(3))
    deflated = zlib.compress((b"0 0 m " + curve + b" c S ") * 2 * MILLION, 9)
    return one_page(stream(deflated, b"/Filter/FlateDecode"))


def _tiny_pattern() -> bytes:
    entries = (
        b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001/Resources<<>>"
    )
    cell = stream(b"0 0 1 1 re f", entries)
    return one_page(stream(b"/Pattern cs /P scn 0 0 595 842 re f"), cell, entries=b"/Resources<</Pattern<</P 5 0 R>>>>")


def _polyglot() -> bytes:
    page = one_page(stream(b""))
    return saved(grey(100, 80), "JPEG") + page + b"PK\x05\x06" + bytes(18)


_TILE = ((322, 4, 1, 65_536), (323, 4, 1, 65_536), (324, 4, 1, _BODY), (325, 4, 1, 4096))
_BOMBS: dict[str, Callable[[], bytes]] = {
    "png: a chunk of 2 GiB in 48 bytes": lambda: (
        png(1, 1, b"")[:33] + struct.pack(">I", 0x7FFFFFF0) + b"IDAT" + bytes(7)
    ),
    "png: a chunk of 4 GiB in 48 bytes": lambda: (
        png(1, 1, b"")[:33] + struct.pack(">I", 0xFFFFFFF0) + b"IDAT" + bytes(7)
    ),
    "png: 80 megapixels": lambda: png(10_000, 8_000, zeros(80 * MILLION), colour=0),
    "png: 170 megapixels": lambda: png(17_000, 10_000, zeros(170 * MILLION), colour=0),
    "png: 900 megapixels": lambda: png(30_000, 30_000, zeros(300 * MILLION), colour=0),
    "png: 4 billion columns": lambda: png(0x7FFFFFFF, 0x7FFFFFFF, zeros(100)),
    "png: 49 megapixels of 16 bits with transparency": lambda: png(
        7000, 7000, zeros(7000 * 56_001), depth=16, colour=6
    ),
    "png: 49 megapixels with transparency": lambda: png(7000, 7000, zeros(7000 * 28_001), colour=6),
    "png: 49 megapixels in seven passes": lambda: png(7000, 7000, zeros(7100 * 21_001), lace=1),
    "png: text of 200 MB": lambda: png(9, 9, zeros(9 * 28), before=chunk(b"zTXt", b"a\0\0" + zeros(200 * MILLION)) * 3),
    "png: colour profile of 200 MB": lambda: png(
        9, 9, zeros(9 * 28), before=chunk(b"iCCP", b"a\0\0" + zeros(200 * MILLION))
    ),
    "png: a million chunks": lambda: png(9, 9, zeros(9 * 28), before=chunk(b"prVt", b"") * MILLION),
    "jpeg: 65,535 x 65,535": lambda: _jpeg_size(65_535, 65_535),
    "jpeg: 49 megapixels said, 64 x 64 there": lambda: _jpeg_size(7000, 7000),
    "jpeg: a thousand scans of 49 megapixels": lambda: _scans(1000),
    "jpeg: 49 megapixels in four inks": lambda: saved(grey(7000, 7000).convert("CMYK"), "JPEG"),
    "jpeg: 30 MB of comments": lambda: b"\xff\xd8" + (b"\xff\xfe\xff\xff" + bytes(65_533)) * 450 + b"\xff\xd9",
    "jpeg: also a PDF and a ZIP file": _polyglot,
    "tiff: 4 billion x 4 billion": lambda: _raw_tiff(0xFFFFFFFF, 0xFFFFFFFF),
    "tiff: 49 megapixels said, 4 kB there": lambda: _raw_tiff(7000, 7000),
    "tiff: 49 megapixels deflated": lambda: _raw_tiff(7000, 7000, (259, 3, 1, 8), body=zeros(49 * MILLION)),
    "tiff: 900 megapixels deflated": lambda: _raw_tiff(30_000, 30_000, (259, 3, 1, 8), body=zeros(90 * MILLION)),
    "tiff: one tile of 4 gigapixels": lambda: _raw_tiff(100, 100, (259, 3, 1, 8), *_TILE, body=zeros(90 * MILLION)),
    "tiff: 65,535 colours a pixel": lambda: _raw_tiff(7000, 7000, (277, 3, 1, 65_535), (259, 3, 1, 5)),
    "tiff: 64 bits a colour": lambda: _raw_tiff(7000, 7000, (258, 3, 1, 64)),
    "tiff: 4 billion strips": lambda: _raw_tiff(7000, 7000, (273, 4, 0xFFFFFFFF, 10), (279, 4, 0xFFFFFFFF, 10)),
    "tiff: 49 megapixels of a fax": lambda: saved(Image.new("1", (7000, 7000)), "TIFF", compression="group4"),
    "tiff: 10,000 pages": lambda: _directories(10_000),
    "tiff: pages in a ring": lambda: _directories(3, back_to=0),
    "tiff: a directory that follows itself": lambda: _directories(1, back_to=0),
    "tiff: truncated": lambda: saved(grey(2000, 2000), "TIFF")[:1_000_000],
    "pdf: a sheet of a billion points": lambda: one_page(stream(b""), box=b"0 0 1000000000 1000000000"),
    "pdf: a sheet without width": lambda: one_page(stream(b""), box=b"0 0 0 1000000000"),
    "pdf: 10,000 pages": lambda: _pages_pdf(10_000),
    "pdf: pages within themselves": lambda: pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 100>>"
    ),
    "pdf: says it has two billion pages": lambda: pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 2000000000>>"
    ),
    "pdf: 400 MB of drawing, deflated thrice": lambda: one_page(
        stream(zlib.compress(zlib.compress(zeros(400 * MILLION))), b"/Filter[/FlateDecode/FlateDecode/FlateDecode]")
    ),
    "pdf: two million curves": _many_drawings,
    "pdf: forms within forms": lambda: _forms_in_forms(12),
    "pdf: a pattern of tiny cells": _tiny_pattern,
    "pdf: a picture of 900 megapixels": lambda: _picture_pdf(30_000, 30_000, zeros(300 * MILLION), b"/FlateDecode"),
    "pdf: a JPEG picture of 65,535 x 65,535": lambda: _picture_pdf(
        65_535, 65_535, _jpeg_size(65_535, 65_535), b"/DCTDecode"
    ),
    "pdf: streams of objects without end": _object_streams,
    "pdf: tables in a ring": lambda: one_page(stream(b"")).replace(b"/Root 1", b"/Prev 9/XRefStm 9/Root 1"),
    "pdf: locked": _locked_pdf,
    "pdf: truncated": lambda: saved(grey(500, 500), "PDF")[:2000],
    "pdf: brackets 5 million deep": lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * 5 * MILLION,
    "zip of zeros": lambda: b"PK\x03\x04" + zeros(100 * MILLION),
    "gzip of zeros": lambda: b"\x1f\x8b\x08\0" + zeros(100 * MILLION),
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' width='99999999' height='99999999'/>",
    "40 MiB of zeros": lambda: bytes(40 * 1024 * 1024),
    "140 MB that begin like TIFF": lambda: b"II*\0" + bytes(140 * MILLION),
}
