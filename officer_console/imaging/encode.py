"""Pictures as JPEG within a number of bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from officer_console.imaging.opencv import Rgb, cv2

PORTRAIT_BYTES: Final = 300_000
PAGE_BYTES: Final = 1_000_000
_BEST, _WORST = 92, 40
_SCALES = (1.0, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
_SHORTEST = 16


class OverBudgetError(Exception):
    """No size and quality within the budget keeps the picture readable."""

    code = "over-budget"


def within(rgb: Rgb, budget_bytes: int, readable: Callable[[bytes], bool] = lambda _: True) -> bytes:
    """The picture as the best JPEG of at most `budget_bytes` of which `readable` holds.

    It is made coarser first and smaller then. `readable` is asked at most once a size: it reads codes and costs time.
    Raises OverBudgetError.
    """
    for scale in _SCALES:
        size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
        if min(size) < _SHORTEST and scale < 1.0:
            break
        picture = rgb if scale == 1.0 else np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        best = _best(picture, budget_bytes)
        if best is not None and readable(best):
            return best
    raise OverBudgetError


def _best(rgb: Rgb, budget_bytes: int) -> bytes | None:
    """The picture with the highest quality whose bytes are within the budget."""
    data = _jpeg(rgb, _BEST)
    if len(data) <= budget_bytes:
        return data
    best, low, high = None, _WORST, _BEST - 1
    while low <= high:
        quality = (low + high) // 2
        data = _jpeg(rgb, quality)
        if len(data) <= budget_bytes:
            best, low = data, quality + 1
        else:
            high = quality - 1
    return best


def _jpeg(rgb: Rgb, quality: int) -> bytes:
    order = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", order, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
    return data.tobytes()
