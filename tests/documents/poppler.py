"""Poppler as a second opinion on our files: their text and their pixels."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

Gray = NDArray[np.uint8]


def text(pdf: bytes, *options: str) -> str:
    """Return what ``pdftotext`` reads."""
    return run(["pdftotext", "-enc", "UTF-8", *options, "-", "-"], pdf).decode("utf-8")


def words(pdf: bytes, *options: str) -> str:
    """Return the text with single spaces."""
    return " ".join(text(pdf, *options).split())


def page_count(pdf: bytes) -> int:
    """Return how many pages ``pdfinfo`` counts."""
    told = run(["pdfinfo", "-"], pdf).decode("utf-8")
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pages:"))


def page(pdf: bytes, dpi: int, number: int = 1) -> Gray:
    """Return one page as grey pixels."""
    where = ["-f", str(number), "-l", str(number)]
    return _pixels(run(["pdftoppm", "-gray", "-r", str(dpi), *where, "-"], pdf))


def foot(pdf: bytes, dpi: int) -> Gray:
    """Return the lower ninth of the first page, with its foot: a ninth of the pixels."""
    height = round(297 / 25.4 * dpi)
    cut = ["-x", "0", "-y", str(height * 8 // 9), "-W", str(round(210 / 25.4 * dpi)), "-H", str(height // 9)]
    return _pixels(run(["pdftoppm", "-gray", "-r", str(dpi), "-f", "1", "-l", "1", *cut, "-"], pdf))


def run(command: Sequence[str], pdf: bytes) -> bytes:
    """Return what one of poppler's programs says of a file."""
    if sys.platform == "win32":
        pytest.skip("poppler is installed for the tests on Linux only")
    done = subprocess.run(command, input=pdf, capture_output=True, timeout=60, check=True)
    assert done.stderr == b"", done.stderr
    return done.stdout


def _pixels(portable: bytes) -> Gray:
    head, size, depth, pixels = portable.split(b"\n", 3)
    assert (head, depth) == (b"P5", b"255")
    width, height = map(int, size.split())
    return np.frombuffer(pixels, np.uint8, width * height).reshape(height, width)
