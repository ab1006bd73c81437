"""Codes as black rectangles: QR and Code 128 of a given ASCII text."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import zxingcpp

from officer_console.documents.elements import SymbolKind
from officer_console.documents.errors import DocumentError

# A QR code is held together by a quarter of its words being spare: copiers and staples.
_LEVEL = "Q"
_FORMATS = {SymbolKind.QR: zxingcpp.BarcodeFormat.QRCode, SymbolKind.CODE_128: zxingcpp.BarcodeFormat.Code128}
_TEXT_LIMIT = 120


class Symbol(NamedTuple):
    """Modules across and down, and the black ones as (x, y, width, height) in modules from the upper left."""

    width: int
    height: int
    bars: tuple[tuple[int, int, int, int], ...]


@lru_cache(maxsize=8)
def draw(text: str, kind: SymbolKind) -> Symbol:
    """Return the symbol without the white around it.

    Raises:
        DocumentError: ``code-unfit`` when the text is not printable ASCII or too long.
    """
    if not text.isascii() or not text.isprintable() or len(text) > _TEXT_LIMIT:
        raise DocumentError("code-unfit", limit=_TEXT_LIMIT)
    options = {"ec_level": _LEVEL} if kind is SymbolKind.QR else {}
    made = zxingcpp.create_barcode(text, _FORMATS[kind], **options)
    pixels = np.asarray(made.to_image(scale=1, add_quiet_zones=False))
    height, width = pixels.shape
    rows = [row.tobytes() for row in pixels]
    if kind is SymbolKind.CODE_128:
        return Symbol(width, 1, tuple((x, 0, length, 1) for x, length in _runs(rows[0])))
    return Symbol(width, height, tuple((x, y, length, 1) for y, row in enumerate(rows) for x, length in _runs(row)))


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Return where the black runs of a row of grey pixels begin and how long they are."""
    found, start = [], -1
    for x, grey in enumerate((*row, 255)):
        if grey < 128 and start < 0:
            start = x
        elif grey >= 128 and start >= 0:
            found.append((start, x - start))
            start = -1
    return found
