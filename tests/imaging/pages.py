"""Pages with writing, drawn."""

from __future__ import annotations

import numpy as np

from officer_console.imaging.opencv import Rgb, cv2


def page(seed: int = 0, *, width: int = 1240, height: int = 1754, lines: int = 34) -> Rgb:
    """An A4 page of writing at 150 dpi, with paragraphs and a ragged right edge."""
    numbers = np.random.default_rng(seed)
    sheet = np.full((height, width, 3), 250, np.uint8)
    for line in range(lines):
        letters = "".join(map(chr, numbers.integers(97, 122, int(numbers.integers(20, 52)))))
        cv2.putText(sheet, letters, (120, 140 + line * 44), 0, 0.8, (35, 35, 40), 2, cv2.LINE_AA)
    return sheet
