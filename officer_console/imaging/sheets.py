"""Sheets of paper made of pictures: both sides of a card on one A4, and pages with nothing on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from officer_console.imaging.deskew import quarter
from officer_console.imaging.opencv import Rgb, cv2, grey_of, shrunk

CARD_MM = (85.60, 53.98)
"""ISO/IEC 7810, ID-1."""
A4_MM = (210.0, 297.0)
_MM_PER_INCH = 25.4
# Card tops from the upper edge: two cards in the upper half, as a photocopy of both sides has them.
_TOPS_MM = (40.0, 120.0)

_BLANK_LONGEST = 1000
_INK_DARKER_BY = 28
_SPECK_MM = 0.6
_INK_MM2 = 3.0
_BORDER = 0.03


def both_sides(front: Rgb, back: Rgb, dpi: int = 300) -> Rgb:
    """An A4 sheet with both sides of a card in true size, one above the other.

    `front` and `back` show the card to its edges; one that stands upright is laid on its side, turned clockwise.
    """
    sheet = np.full((pixels(A4_MM[1], dpi), pixels(A4_MM[0], dpi), 3), 255, np.uint8)
    width, height = pixels(CARD_MM[0], dpi), pixels(CARD_MM[1], dpi)
    left = (sheet.shape[1] - width) // 2
    for side, top_mm in ((front, _TOPS_MM[0]), (back, _TOPS_MM[1])):
        lying = quarter(side, 1) if side.shape[0] > side.shape[1] else side
        method = cv2.INTER_AREA if lying.shape[1] > width else cv2.INTER_CUBIC
        top = pixels(top_mm, dpi)
        sheet[top : top + height, left : left + width] = cv2.resize(lying, (width, height), interpolation=method)
    return sheet


def pixels(millimetres: float, dpi: int) -> int:
    """How many pixels a length has."""
    return round(millimetres / _MM_PER_INCH * dpi)


def is_blank(rgb: Rgb) -> bool:
    """Whether an A4 scan has nothing written on it; in doubt it has.

    Dust, the lid's shadow along the border and what shines through from the other side do not count; one short word
    does.
    """
    small, _ = shrunk(grey_of(rgb), _BLANK_LONGEST)
    edge = max(1, round(max(small.shape) * _BORDER))
    inner = small[edge:-edge, edge:-edge]
    if inner.size == 0:
        return False
    per_mm = max(small.shape) / A4_MM[1]
    paper = cv2.medianBlur(np.ascontiguousarray(inner), 41)
    ink = (paper.astype(np.int16) - inner > _INK_DARKER_BY).astype(np.uint8)
    # a large dark area has no paper around it
    if (paper < 110).mean() > 0.01 or paper.max() - int(np.percentile(paper, 1)) > 60:
        return False
    _, _, shapes, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sizes = shapes[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    areas = shapes[1:, cv2.CC_STAT_AREA]
    return bool(areas[sizes > _SPECK_MM * per_mm].sum() < _INK_MM2 * per_mm**2)


def piled(pages: Sequence[Rgb], width: int) -> Rgb:
    """Pages one above the other in one picture, each as wide as the widest and none wider than `width` pixels."""
    across = min(width, max(page.shape[1] for page in pages))
    rows = []
    for page in pages:
        down = max(1, round(page.shape[0] * across / page.shape[1]))
        method = cv2.INTER_AREA if page.shape[1] >= across else cv2.INTER_CUBIC
        rows.append(np.asarray(cv2.resize(page, (across, down), interpolation=method), np.uint8))
    return np.vstack(rows)
