"""Whether a page has a code that nobody can read: found and broken, or a dark patch where others have theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from officer_console.codes.pixels import Gray
from officer_console.codes.symbols import Symbol

# A page is looked at with this many pixels on its longer side: some 35 dots to the inch of an A4.
_LONGEST = 420
# How much of a code's field is ink; of a field of writing it is half of that at most.
_INK = 0.28
# How far off a page may lie in the feeder, as a part of its longer side.
_SLACK = 0.02
_LEAST = 0.012


class Place(NamedTuple):
    """Where a code stands on its page: left, top, right, bottom as parts of the page's sides."""

    left: float
    top: float
    right: float
    bottom: float


def place_of(symbol: Symbol, image: Gray) -> Place:
    """Return where a code stands on its page."""
    height, width = image.shape
    columns, rows = zip(*symbol.corners, strict=True)
    return Place(min(columns) / width, min(rows) / height, max(columns) / width, max(rows) / height)


def turned(place: Place) -> Place:
    """Return where the code stands when the page lies the other way round."""
    return Place(1 - place.right, 1 - place.bottom, 1 - place.left, 1 - place.top)


def unread(image: Gray, places: Iterable[Place], read: Sequence[Place] = ()) -> bool:
    """Whether a page has a code that could not be read.

    ``places`` are those of the codes of other pages, ``read`` of the codes that were read on this one: their ink is
    theirs. A code that is smudged, crossed out or out of focus is told by the ink that is there; one that was torn off
    is not told.
    """
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])
    if any(found.error for found in zxingcpp.read_barcodes(image, formats=formats, return_errors=True)):
        return True
    known = [either for place in places for either in (place, turned(place))]
    free = [place for place in known if not any(_overlap(place, other) for other in read)]
    return bool(free) and _patched(image, free)


def _overlap(one: Place, other: Place) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    return across > -_SLACK and min(one.bottom, other.bottom) - max(one.top, other.top) > -_SLACK


def _patched(image: Gray, places: Sequence[Place]) -> bool:
    ink = _ink(image)
    height, width = ink.shape
    summed = np.zeros((height + 1, width + 1))
    summed[1:, 1:] = ink.cumsum(0).cumsum(1)
    reach = max(1, round(max(ink.shape) * _SLACK))
    least = max(2, round(max(ink.shape) * _LEAST))
    for place in places:
        across = min(width, max(least, round((place.right - place.left) * width)))
        down = min(height, max(least, round((place.bottom - place.top) * height)))
        left = round((place.left + place.right) / 2 * width - across / 2)
        top = round((place.top + place.bottom) / 2 * height - down / 2)
        for row in range(max(0, top - reach), min(height - down, top + reach) + 1):
            for column in range(max(0, left - reach), min(width - across, left + reach) + 1):
                inner = summed[row + down, column + across] - summed[row, column + across]
                if inner - summed[row + down, column] + summed[row, column] > _INK * across * down:
                    return True
    return False


def _ink(image: Gray) -> NDArray[np.float64]:
    """Return how dark a page is, 0 paper to 1 black, in squares of some 0.7 mm."""
    step = max(1, max(image.shape) // _LONGEST)
    rows, columns = image.shape[0] // step, image.shape[1] // step
    squares = image[: rows * step, : columns * step].reshape(rows, step, columns, step)
    means = squares.mean(axis=(1, 3))
    paper = max(float(np.percentile(means, 90)), 1.0)
    ink: NDArray[np.float64] = np.clip((paper - means) / paper, 0.0, 1.0)
    return ink
