"""A page after a copier and a feeder: laid on askew, too dark or too pale, unsharp, specked, squeezed as JPEG."""

from __future__ import annotations

import io
from random import Random

import numpy as np
from PIL import Image, ImageFilter

from tests.documents.poppler import Gray


def copied(pixels: Gray, source: Random, dpi: int) -> Gray:
    """Return ``pixels`` spoiled; the same ``source`` spoils in the same way."""
    image = Image.fromarray(pixels)
    image = image.rotate(source.uniform(-2, 2), Image.Resampling.BILINEAR, fillcolor=255)
    # a copier's lens is as bad at every resolution
    image = image.filter(ImageFilter.GaussianBlur(source.uniform(0.4, 0.9) * dpi / 150))
    noise = np.random.default_rng(source.getrandbits(32))
    grey = np.asarray(image, np.float32)
    toner, paper = source.uniform(10, 70), source.uniform(205, 250)
    grey = toner + grey * ((paper - toner) / 255)
    grey += noise.normal(0, source.uniform(2, 9), grey.shape).astype(np.float32)
    specks = noise.integers(0, grey.size, round(grey.size * source.uniform(0, 0.0004)))
    grey.reshape(-1)[specks] = noise.choice([0.0, 255.0], specks.size)
    target = io.BytesIO()
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(target, "JPEG", quality=source.randint(45, 85))
    return np.asarray(Image.open(target).convert("L"), np.uint8)
