"""A page after a copier and a feeder: askew, not quite its size, unsharp, streaked, specked, squeezed as JPEG."""

from __future__ import annotations

from random import Random

import numpy as np

from officer_console.imaging.opencv import cv2
from tests.documents.poppler import Gray

_TILE = 256


def copied(pixels: Gray, source: Random, dpi: int, *, dirty: bool = True) -> Gray:
    """Return ``pixels`` spoiled; the same ``source`` spoils in the same way. ``dirty``: the glass may be."""
    height, width = pixels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), source.uniform(-2, 2), source.uniform(0.97, 1.01))
    image = cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    # a copier's lens is as bad at every resolution
    image = cv2.GaussianBlur(image, (0, 0), source.uniform(0.4, 0.9) * dpi / 150)
    toner, paper = source.uniform(10, 70), source.uniform(205, 250)
    grey = toner + image.astype(np.float32) * ((paper - toner) / 255)
    # one side of the lamp is weaker
    grey *= np.linspace(1.0, source.uniform(0.88, 1.0), width, dtype=np.float32)
    # dirt on the glass of a feeder draws a line down the whole page
    for _ in range(source.randint(0, 2) if dirty else 0):
        at = source.randrange(width - 2)
        grey[:, at : at + max(1, dpi // 150)] *= source.uniform(0.4, 0.9)
    noise = np.random.default_rng(source.getrandbits(32))
    grain = noise.normal(0, source.uniform(2, 9), (_TILE, _TILE)).astype(np.float32)
    grey += np.tile(grain, (height // _TILE + 1, width // _TILE + 1))[:height, :width]
    specks = noise.integers(0, grey.size, round(grey.size * source.uniform(0, 0.0004)))
    grey.reshape(-1)[specks] = noise.choice([0.0, 255.0], specks.size)
    quality = [cv2.IMWRITE_JPEG_QUALITY, source.randint(45, 85)]
    _, squeezed = cv2.imencode(".jpg", np.clip(grey, 0, 255).astype(np.uint8), quality)
    read: Gray = cv2.imdecode(squeezed, cv2.IMREAD_GRAYSCALE)
    return read
