"""The serif faces of papers: found among the system's fonts, measured, and cut down to the letters a paper uses.

Times New Roman where Windows has it, else Tinos or Liberation Serif, which have its widths. A checkout ships none.
"""

from __future__ import annotations

import os
import struct
import sys
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from reportlab.pdfbase.ttfonts import TTFError, TTFontFile

from officer_console.documents.errors import DocumentError

REGULAR, BOLD, ITALIC, BOLD_ITALIC = range(4)
# Under the SIL Open Font License: a bundle may carry them.
_FREE = (
    tuple(f"Tinos-{style}.ttf" for style in ("Regular", "Bold", "Italic", "BoldItalic")),
    tuple(f"LiberationSerif-{style}.ttf" for style in ("Regular", "Bold", "Italic", "BoldItalic")),
)
_FAMILIES = (("times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf"), *_FREE)
# Where in the package a bundle has its copies (installer/fonts.py); absent in a checkout.
PLACE = Path("_data", "fonts")
_BUNDLED = Path(__file__).resolve().parents[1] / PLACE
_LINUX = Path("/usr/share/fonts")
_LINUX_FOLDERS = (
    "truetype/croscore",
    "truetype/liberation2",
    "truetype/liberation",
    "liberation-serif-fonts",
    "liberation-serif",
    "liberation",
)
# Every letter of Vietnamese, composed, and the signs our own papers use.
NEEDED = frozenset(
    unicodedata.normalize("NFC", letter)
    for vowel in ("a", "a\u0306", "a\u0302", "e", "e\u0302", "i", "o", "o\u0302", "o\u031b", "u", "u\u031b", "y")
    for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    for letter in (vowel + tone, (vowel + tone).upper())
) | frozenset("đĐ«»–…“”.0123456789")
# OS/2 fsType: may not be embedded; may not be subset; bitmaps only.
_FORBIDDEN = 0x0002 | 0x0100 | 0x0200
_KEPT_SUBSETS = 16
# The parts of a composite glyph, and what each of its flags adds to the record.
_COMPOSITE_MORE, _COMPOSITE_HINTED = 0x0020, 0x0100
_COMPOSITE_EXTRA = ((0x0008, 2), (0x0040, 4), (0x0080, 8))


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceFacts:
    """What a PDF says of a face besides its letters; lengths in thousandths of the size."""

    name: str
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int
    italic_angle: float
    stem: int


class Face:
    """One face. ``widths`` are in thousandths of the size, ``codes`` the four hex digits a letter has in a PDF."""

    def __init__(self, file: Path) -> None:
        """Read a TrueType file; raises TTFError, OSError or struct.error when it is none."""
        font = TTFontFile(str(file))
        self.file = file
        self.embeddable = not struct.unpack_from(">H", font.get_table("OS/2"), 8)[0] & _FORBIDDEN
        self.widths: dict[str, float] = {chr(code): width for code, width in font.charWidths.items()}
        self.glyphs: dict[str, int] = {chr(code): glyph for code, glyph in font.charToGlyph.items()}
        self.codes: dict[str, str] = {letter: f"{glyph:04X}" for letter, glyph in self.glyphs.items()}
        self.facts = FaceFacts(
            name=font.name.decode("ascii", "replace"),
            box=tuple(round(edge) for edge in font.bbox),
            ascent=round(font.ascent),
            descent=round(font.descent),
            cap_height=round(font.capHeight),
            italic_angle=float(font.italicAngle),
            stem=round(font.stemV),
        )
        self._head = bytearray(font.get_table("head"))
        self._hhea = font.get_table("hhea")
        self._maxp = font.get_table("maxp")
        self._count: int = struct.unpack_from(">H", self._maxp, 4)[0]
        self._metrics: int = struct.unpack_from(">H", self._hhea, 34)[0]
        self._hmtx = font.get_table("hmtx")
        self._glyf = font.get_table("glyf")
        loca, long = font.get_table("loca"), struct.unpack_from(">h", self._head, 50)[0]
        form, factor = (">%dL", 1) if long else (">%dH", 2)
        self._loca = [factor * offset for offset in struct.unpack(form % (self._count + 1), loca)]
        struct.pack_into(">L", self._head, 8, 0)
        struct.pack_into(">h", self._head, 50, 1)
        self._plain: dict[int, bytes] = {}
        self._parts: dict[int, tuple[int, ...]] = {}
        self.subset = lru_cache(maxsize=_KEPT_SUBSETS)(self._subset)

    def width(self, text: str, size: float) -> float:
        """Return the width of a clean text in points."""
        return sum(map(self.widths.__getitem__, text)) * size / 1000

    def _subset(self, glyphs: frozenset[int]) -> tuple[str, bytes, int]:
        """Return a six-letter tag, the deflated font program with these glyphs at their own places, and its length.

        Keeping the numbers saves renumbering what is on the pages; the tables' empty stretches deflate to nothing.
        Instructions for coarse screens are left out.
        """
        wanted, waiting = {0}, list(glyphs)
        while waiting:
            glyph = waiting.pop()
            if glyph not in wanted:
                wanted.add(glyph)
                self._outline(glyph)
                waiting += self._parts[glyph]
        offsets, outlines, metrics, end = [0], [], bytearray(len(self._hmtx)), 0
        for glyph in sorted(wanted):
            offsets += [end] * (glyph + 1 - len(offsets))
            outline = self._outline(glyph)
            outlines.append(outline)
            end += len(outline)
            offsets.append(end)
            start, stop = (4 * glyph, 4 * glyph + 4) if glyph < self._metrics else (0, 0)
            if not stop:
                start = 4 * self._metrics + 2 * (glyph - self._metrics)
                stop = start + 2
                last = 4 * (self._metrics - 1)
                metrics[last : last + 2] = self._hmtx[last : last + 2]
            metrics[start:stop] = self._hmtx[start:stop]
        offsets += [end] * (self._count + 1 - len(offsets))
        program = _sfnt(
            {
                b"glyf": b"".join(outlines),
                b"head": bytes(self._head),
                b"hhea": self._hhea,
                b"hmtx": bytes(metrics),
                b"loca": struct.pack(f">{len(offsets)}L", *offsets),
                b"maxp": self._maxp,
            }
        )
        digest = sha256(struct.pack(f">{len(wanted)}H", *sorted(wanted))).digest()
        tag = "".join(chr(65 + byte % 26) for byte in digest[:6])
        return tag, zlib.compress(program, 6), len(program)

    def _outline(self, glyph: int) -> bytes:
        """Return a glyph without its instructions, padded to four bytes, and note what it is composed of."""
        if glyph not in self._plain:
            data = self._glyf[self._loca[glyph] : self._loca[glyph + 1]]
            parts: tuple[int, ...] = ()
            if not data:
                plain = data
            elif data[0] & 0x80:
                plain, parts = _composite(data)
            else:
                plain = _simple(data)
            self._plain[glyph] = plain + b"\0" * (-len(plain) % 4)
            self._parts[glyph] = parts
        return self._plain[glyph]


Faces = tuple[Face, Face, Face, Face]


def usual_folders() -> tuple[Path, ...]:
    """Return where the faces may be: in the bundle, where this system keeps its fonts."""
    return (_BUNDLED, *system_folders())


def system_folders() -> tuple[Path, ...]:
    """Return where this system keeps its fonts."""
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", "C:/Windows"), "Fonts"),)
    return tuple(_LINUX / name for name in _LINUX_FOLDERS)


def load(folders: Sequence[Path] | None = None, *, free: bool = False) -> Faces:
    """Return regular, bold, italic and bold italic of the first family found whole in ``folders``.

    Without ``folders``: in the usual ones. ``free``: only a family whose licence lets it be passed on.
    Takes some 60 ms; keep the result.

    Raises:
        DocumentError: ``font-missing`` when no family is there, ``font-unfit`` when the ones there lack letters or may
            not be embedded.
    """
    unfit, families = "", _FREE if free else _FAMILIES
    for files in _candidates(families, usual_folders() if folders is None else folders):
        try:
            regular, bold, italic, both = (Face(file) for file in files)
        except (TTFError, OSError, struct.error, KeyError, IndexError):
            unfit = files[0].name
            continue
        if all(face.embeddable and face.glyphs.keys() >= NEEDED for face in (regular, bold, italic, both)):
            return regular, bold, italic, both
        unfit = files[0].name
    if unfit:
        raise DocumentError("font-unfit", file=unfit)
    raise DocumentError("font-missing", families=", ".join(family[0] for family in families))


def _candidates(families: Sequence[tuple[str, ...]], folders: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    for family in families:
        for folder in folders:
            files = tuple(folder / name for name in family)
            if all(file.is_file() for file in files):
                yield files


def _simple(data: bytes) -> bytes:
    """Return an outline of contours without its instructions."""
    contours: int = struct.unpack_from(">h", data)[0]
    at = 10 + 2 * contours
    length: int = struct.unpack_from(">H", data, at)[0]
    return data[:at] + b"\0\0" + data[at + 2 + length :]


def _composite(data: bytes) -> tuple[bytes, tuple[int, ...]]:
    """Return an outline made of other glyphs without its instructions, and those glyphs."""
    plain, parts, at = bytearray(data), [], 10
    while True:
        flags, part = struct.unpack_from(">HH", data, at)
        struct.pack_into(">H", plain, at, flags & ~_COMPOSITE_HINTED)
        parts.append(part)
        at += 4 + (4 if flags & 1 else 2)
        at += next((extra for flag, extra in _COMPOSITE_EXTRA if flags & flag), 0)
        if not flags & _COMPOSITE_MORE:
            return bytes(plain[:at]), tuple(parts)


def _sfnt(tables: dict[bytes, bytes]) -> bytes:
    """Put a TrueType file together."""
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    head = struct.pack(">LHHHH", 0x00010000, count, search, power, 16 * count - search)
    at, directory, body = 12 + 16 * count, [head], []
    for tag, data in sorted(tables.items()):
        padded = data + b"\0" * (-len(data) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        directory.append(struct.pack(">4sLLL", tag, total, at, len(data)))
        body.append(padded)
        at += len(padded)
    return b"".join(directory + body)
