"""Pages that were laid in slightly askew, and pictures that stand on their side."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from officer_console.imaging.opencv import Grey, Rgb, cv2, grey_of, shrunk

LEAN = 10.0
"""Degrees to either side within which a lean is looked for."""
_LONGEST = 1400
_POINTS = 120_000
# Rows of writing, seen along them, are so much more uneven than the same page seen a little askew.
_CLEAR = 1.15


def angle(grey: Grey) -> float:
    """By how many degrees the writing leans clockwise, within ±`LEAN`; 0.0 when the page shows no rows.

    `turn(rgb, angle(grey))` makes it upright. Rows of writing (and ruled lines) are looked along: seen from the
    right angle, full and empty rows differ most.
    """
    small, _ = shrunk(grey_of(grey), _LONGEST)
    rows, columns = _ink(small)
    if rows.size < 200:
        return 0.0
    coarse = np.arange(-LEAN - 1, LEAN + 1.01, 0.25)
    uneven = np.array([_unevenness(rows, columns, lean, 2.0) for lean in coarse])
    best = float(coarse[int(uneven.argmax())])
    if uneven.max() < _CLEAR * float(np.median(uneven)):
        return 0.0
    fine = best + np.arange(-12, 13) * 0.04
    uneven = np.array([_unevenness(rows, columns, lean, 1.0) for lean in fine])
    # the middle of the peak: its very top is ragged when there is little writing
    weight = np.maximum(0.0, uneven - uneven.max() * 0.6 - uneven.min() * 0.4)
    best = float((fine * weight).sum() / weight.sum())
    return round(best, 2) if abs(best) <= LEAN + 0.1 else 0.0


def turn(rgb: Rgb, degrees: float) -> Rgb:
    """The picture turned anticlockwise by `degrees`, on white paper large enough for all of it."""
    if degrees == 0:
        return rgb
    height, width = rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = round(width * cosine + height * sine), round(width * sine + height * cosine)
    matrix[:, 2] += (wide - width) / 2, (high - height) / 2
    turned = cv2.warpAffine(
        rgb, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255)
    )
    return np.asarray(turned, np.uint8)


def quarter(rgb: Rgb, times: int) -> Rgb:
    """The picture turned clockwise by `times` quarters (negative: anticlockwise), pixel for pixel."""
    return np.ascontiguousarray(np.rot90(rgb, -times))


def _ink(grey: Grey) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Rows and columns, from the middle, of what is darker than the paper around it."""
    paper = cv2.blur(grey, (41, 41))
    dark = paper.astype(np.int16) - grey > 20
    # the border of the paper and the lid's shadow say how the paper lay, not how it was written on
    edge = max(1, min(grey.shape) // 40)
    dark[:edge], dark[-edge:], dark[:, :edge], dark[:, -edge:] = False, False, False, False
    rows, columns = np.nonzero(dark)
    if rows.size > _POINTS:
        every = -(-rows.size // _POINTS)
        # a prime stride apart from any pattern of the page
        kept = np.random.default_rng(0).permutation(rows.size)[:: max(1, every)]
        rows, columns = rows[kept], columns[kept]
    return (rows - grey.shape[0] / 2).astype(np.float32), (columns - grey.shape[1] / 2).astype(np.float32)


def _unevenness(
    rows: npt.NDArray[np.float32], columns: npt.NDArray[np.float32], lean: float, coarseness: float
) -> float:
    radians = np.deg2rad(lean)
    along = (rows * np.float32(np.cos(radians)) - columns * np.float32(np.sin(radians))) / np.float32(coarseness)
    profile = np.bincount((along - along.min()).astype(np.int32)).astype(np.float64)
    return float((profile**2).sum())
