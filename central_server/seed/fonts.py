"""Finds a typeface on this machine that covers Vietnamese; none is shipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_WANTED = ("Inter", "Noto Sans", "DejaVu Sans", "Liberation Sans")
_MONO = ("DejaVu Sans Mono", "Liberation Mono", "Noto Sans Mono")
_VIETNAMESE = "ẾỘƯỸđ"
_MACHINE_READABLE = "AZ09<"


class FontError(RuntimeError):
    """No typeface with Vietnamese letters was found on this machine."""


def _known_places(*, bold: bool, mono: bool) -> tuple[Path, ...]:
    windows = Path(os.environ.get("SYSTEMROOT", "C:/Windows"), "Fonts")
    debian = Path("/usr/share/fonts")
    if mono:
        names = ("truetype/dejavu/DejaVuSansMono.ttf", "truetype/liberation/LiberationMono-Regular.ttf")
        return (*(debian / name for name in names), windows / "consola.ttf", windows / "cour.ttf")
    weight = "-Bold" if bold else ""
    names = (f"truetype/dejavu/DejaVuSans{weight}.ttf", f"truetype/noto/NotoSans-{'Bold' if bold else 'Regular'}.ttf")
    return (
        *(debian / name for name in names),
        windows / ("segoeuib.ttf" if bold else "segoeui.ttf"),
        windows / ("arialbd.ttf" if bold else "arial.ttf"),
    )


def _asked_of_fontconfig(*, bold: bool, mono: bool) -> tuple[Path, ...]:
    program = shutil.which("fc-match")
    if program is None:
        return ()
    found: list[Path] = []
    for family in _MONO if mono else _WANTED:
        pattern = f"{family}:style={'Bold' if bold else 'Regular'}"
        answer = subprocess.run(
            [program, "-f", "%{family}\t%{file}", pattern], capture_output=True, text=True, timeout=10, check=False
        )
        matched, _, file = answer.stdout.partition("\t")
        if family in matched.split(","):
            found.append(Path(file))
    return tuple(found)


def _covers(path: Path, letters: str) -> bool:
    try:
        font = ImageFont.truetype(str(path), 20, layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        return False
    missing = bytes(font.getmask("\uffff"))
    return all(bytes(font.getmask(letter)) != missing for letter in letters)


@lru_cache(maxsize=8)
def _file(*, bold: bool, mono: bool) -> Path:
    letters = _MACHINE_READABLE if mono else _VIETNAMESE
    for path in (*_asked_of_fontconfig(bold=bold, mono=mono), *_known_places(bold=bold, mono=mono)):
        if path.is_file() and _covers(path, letters):
            return path
    raise FontError("no typeface with Vietnamese letters; install DejaVu Sans or Noto Sans")


@lru_cache(maxsize=64)
def font(size: int, *, bold: bool = False, mono: bool = False) -> ImageFont.FreeTypeFont:
    """Return the typeface at ``size`` pixels.

    Raises:
        FontError: this machine has no typeface with Vietnamese letters.
    """
    return ImageFont.truetype(str(_file(bold=bold, mono=mono)), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _glyph(letter: str, size: int, *, bold: bool, mono: bool) -> tuple[Image.Image | None, int, int, float]:
    typeface = font(size, bold=bold, mono=mono)
    left, top, right, bottom = (int(edge) for edge in typeface.getbbox(letter))
    advance = typeface.getlength(letter)
    if right <= left or bottom <= top:
        return None, 0, 0, advance
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), letter, 255, typeface)
    return mask, left, top, advance


def write(
    image: Image.Image, at: tuple[int, int], text: str, ink: int, size: int, *, bold: bool = False, mono: bool = False
) -> None:
    """Write ``text`` (NFC) on a grey image, its top left corner at ``at``; faster than Pillow, as letters are kept."""
    x: float = at[0]
    for letter in text:
        mask, left, top, advance = _glyph(letter, size, bold=bold, mono=mono)
        if mask is not None:
            corner = (round(x) + left, at[1] + top)
            image.im.paste(ink, (*corner, corner[0] + mask.width, corner[1] + mask.height), mask.im)
        x += advance


def wrapped(text: str, width: int) -> tuple[str, ...]:
    """Return ``text`` in lines of at most ``width`` characters where the words allow it; three lines at most."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines[:3])
