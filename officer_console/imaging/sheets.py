"""Sheets of paper made of pictures: both sides of a card on one A4, and pages with nothing on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from officer_console.imaging.deskew import quarter
from officer_console.imaging.opencv import Grey, Rgb, cv2, grey_of, shrunk

Mask = npt.NDArray[np.bool_]

CARD_MM = (85.60, 53.98)
"""ISO/IEC 7810, ID-1."""
A4_MM = (210.0, 297.0)
_MM_PER_INCH = 25.4
# Card tops from the upper edge: two cards in the upper half, as a photocopy of both sides has them.
_TOPS_MM = (40.0, 120.0)

_BLANK_LONGEST = 1000
_RIM_MM = 4.0
# Ink is darker than the paper around it by so much, or in strokes that are sharp; what shines through from the other
# side is neither: paper takes the edge off it.
_INK_DARKER_BY = 28
_INK_MM2 = 3.0
_SPECK_MM = 0.6
_SHARP_BY = 12
_SHARP_WITHIN = 5
_SHARP_MM = 1.2
_SHARP_MM2 = 2.0
# A speck on the glass of a feeder draws a line along the whole page.
_STREAK = 0.7
# Hues are compared over a millimetre, where noise and the blocks of a JPEG file even out. What shines through of a red
# stamp stays below.
_HUE_BY = 20
_HUE_MM2 = 15.0


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

    Dust, the lid's shadow on the outermost 4 mm and what shines through from the other side do not count; a short word
    does, a few of pencil, the stroke of a marker, a pale fingerprint.
    """
    small, _ = shrunk(rgb, _BLANK_LONGEST)
    per_mm = max(small.shape) / A4_MM[1]
    rim = max(1, int(_RIM_MM * per_mm))
    inner = np.ascontiguousarray(small[rim:-rim, rim:-rim])
    if inner.size == 0:
        return False
    return not (_has_ink(grey_of(inner), per_mm) or _has_colour(inner, per_mm))


def _has_ink(grey: Grey, per_mm: float) -> bool:
    paper = cv2.medianBlur(grey, 41)
    # a large dark area has no paper around it
    if (paper < 110).mean() > 0.01 or paper.max() - int(np.percentile(paper, 1)) > 60:
        return True
    near = cv2.medianBlur(grey, _SHARP_WITHIN)
    return (
        _drawn(cv2.subtract(paper, grey) > _INK_DARKER_BY, _SPECK_MM, per_mm) >= _INK_MM2
        or _drawn(cv2.subtract(near, grey) > _SHARP_BY, _SHARP_MM, per_mm) >= _SHARP_MM2
    )


def _drawn(marks: Mask, least_mm: float, per_mm: float) -> float:
    """Return how many mm² those marks have that are longer than specks."""
    streaks = (marks.mean(axis=1) > _STREAK)[:, np.newaxis] | (marks.mean(axis=0) > _STREAK)
    _, _, shapes, _ = cv2.connectedComponentsWithStats((marks & ~streaks).astype(np.uint8), connectivity=8)
    sizes = shapes[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    areas = shapes[1:, cv2.CC_STAT_AREA]
    return float(areas[sizes > least_mm * per_mm].sum()) / per_mm**2


def _has_colour(rgb: Rgb, per_mm: float) -> bool:
    """Whether something on a page has another hue than its paper, whatever that is."""
    across, down = (max(1, round(side / per_mm)) for side in (rgb.shape[1], rgb.shape[0]))
    coarse = cv2.resize(rgb, (across, down), interpolation=cv2.INTER_AREA).astype(np.int16)
    hues = np.diff(coarse, axis=2)
    off = np.abs(hues - np.median(hues, axis=(0, 1))).max(axis=2)
    return bool((off > _HUE_BY).sum() >= _HUE_MM2)


def piled(pages: Sequence[Rgb], width: int) -> Rgb:
    """Pages one above the other in one picture, each as wide as the widest and none wider than `width` pixels."""
    across = min(width, max(page.shape[1] for page in pages))
    rows = []
    for page in pages:
        down = max(1, round(page.shape[0] * across / page.shape[1]))
        method = cv2.INTER_AREA if page.shape[1] >= across else cv2.INTER_CUBIC
        rows.append(np.asarray(cv2.resize(page, (across, down), interpolation=method), np.uint8))
    return np.vstack(rows)
