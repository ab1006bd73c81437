"""Poppler as a second opinion on our files: their text and their pixels."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
_PLACED = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')


class Word(NamedTuple):
    """One word and where it stands: points from the left and, its middle, from the top; pages from 0."""

    text: str
    left: float
    right: float
    middle: float
    page: int


def text(pdf: bytes, *options: str) -> str:
    """Return what ``pdftotext`` reads."""
    return run(["pdftotext", "-enc", "UTF-8", *options, "-", "-"], pdf).decode("utf-8")


def words(pdf: bytes, *options: str) -> str:
    """Return the text with single spaces."""
    return " ".join(text(pdf, *options).split())


def placed(pdf: bytes) -> list[list[Word]]:
    """Return the words of every page in the order of the file, where a cell stands by itself."""
    _, *pages = text(pdf, "-raw", "-bbox").split("<page ")
    return [
        [
            Word(
                "".join(unescape(letters).split()), float(left), float(right), (float(top) + float(bottom)) / 2, number
            )
            for left, top, right, bottom, letters in _PLACED.findall(page)
        ]
        for number, page in enumerate(pages)
    ]


def page_count(pdf: bytes) -> int:
    """Return how many pages ``pdfinfo`` counts."""
    told = run(["pdfinfo", "-"], pdf).decode("utf-8")
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pages:"))


def page(pdf: bytes, dpi: int, number: int = 1) -> Gray:
    """Return one page as grey pixels."""
    where = ["-f", str(number), "-l", str(number)]
    return next(_pixels(run(["pdftoppm", "-gray", "-r", str(dpi), *where, "-"], pdf)))


def pages(pdf: bytes, dpi: int) -> list[Gray]:
    """Return all pages as grey pixels."""
    return list(_pixels(run(["pdftoppm", "-gray", "-r", str(dpi), "-"], pdf)))


def foot(pdf: bytes, dpi: int) -> Gray:
    """Return the lower ninth of the first page, with its foot: a ninth of the pixels."""
    height = round(297 / 25.4 * dpi)
    cut = ["-x", "0", "-y", str(height * 8 // 9), "-W", str(round(210 / 25.4 * dpi)), "-H", str(height // 9)]
    return next(_pixels(run(["pdftoppm", "-gray", "-r", str(dpi), "-f", "1", "-l", "1", *cut, "-"], pdf)))


def run(command: Sequence[str], pdf: bytes) -> bytes:
    """Return what one of poppler's programs says of a file."""
    if sys.platform == "win32":
        pytest.skip("poppler is installed for the tests on Linux only")
    done = subprocess.run(command, input=pdf, capture_output=True, timeout=60, check=True)
    assert done.stderr == b"", done.stderr
    return done.stdout


def _pixels(portable: bytes) -> Iterator[Gray]:
    """Yield the pictures of a file of them."""
    while portable:
        head, size, depth, pixels = portable.split(b"\n", 3)
        assert (head, depth) == (b"P5", b"255")
        width, height = map(int, size.split())
        yield np.frombuffer(pixels, np.uint8, width * height).reshape(height, width)
        portable = pixels[width * height :]
