"""Pages of our own papers as pixels, for the screen and for printers that take no PDF. PDFium draws them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

# PDFium is not for several threads at a time.
_DRAWING = threading.Lock()
_INCH = 72.0
BAND_ROWS = 512


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows of a page from the top: red, green, blue, one byte each. ``top`` is the first of them."""

    width: int
    height: int
    rgb: bytes
    top: int = 0


def page_count(pdf: bytes) -> int:
    """Return how many pages a paper has."""
    with _opened(pdf) as document:
        return len(document)


def page(pdf: bytes, number: int, dpi: int) -> Drawn:
    """Return a page, from 0, at ``dpi`` pixels per inch."""
    with _opened(pdf) as document:
        drawn = document[number].render(scale=dpi / _INCH, rev_byteorder=True, prefer_bgrx=False)
        return Drawn(drawn.width, drawn.height, _rows(drawn))


def page_size(pdf: bytes, number: int) -> tuple[float, float]:
    """Return width and height of a page in points."""
    with _opened(pdf) as document:
        width, height = document[number].get_size()
        return float(width), float(height)


def bands(pdf: bytes, number: int, dpi: int, rows: int = BAND_ROWS) -> Iterator[Drawn]:
    """Yield a page, from 0, in bands of at most ``rows`` rows: a page for a printer is large, a band is not."""
    scale = dpi / _INCH
    _, height = page_size(pdf, number)
    whole = max(1, round(height * scale))
    for top in range(0, whole, rows):
        count = min(rows, whole - top)
        below = (whole - top - count) / scale
        with _opened(pdf) as document:
            drawn = document[number].render(
                scale=scale, rev_byteorder=True, prefer_bgrx=False, crop=(0, below, 0, top / scale)
            )
            yield Drawn(drawn.width, drawn.height, _rows(drawn), top)


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    import pypdfium2

    with _DRAWING:
        document = pypdfium2.PdfDocument(pdf)
        # The mark of a digital signature is a form's field, which is drawn for those who ask for it only.
        document.init_forms()
        try:
            yield document
        finally:
            document.close()


def _rows(bitmap: Any) -> bytes:  # noqa: ANN401 - PDFium's
    """Return the rows without the padding that PDFium may put behind each."""
    return bytes(bitmap.to_numpy().tobytes())
