"""What a camera over a table sees: a card with a code, or nothing."""

from __future__ import annotations

import numpy as np
import segno

from officer_console.imaging.opencv import Rgb, cv2
from tests.codes.samples import CARD_2021
from tests.imaging import photos

SIZE = (1280, 960)


def drawn(*, seed: int = 3, code: bytes = CARD_2021, blur: float = 0.0, turned: float = 6.0) -> Rgb:
    """A card with a code, lying on a dark table."""
    numbers = np.random.default_rng(seed)
    face, outline = photos.card(numbers)
    modules = np.array([list(row) for row in segno.make(code, error="m").matrix], np.uint8)
    side = modules.shape[0] + 8
    square = np.full((side, side), 225, np.uint8)
    square[4:-4, 4:-4] = np.where(modules, 30, 225)
    square = cv2.resize(square, (side * 4, side * 4), interpolation=cv2.INTER_NEAREST)
    face[20 : 20 + side * 4, 840 - side * 4 : 840] = square[:, :, None]
    matrix = cv2.getRotationMatrix2D((428, 270), turned, 1.05)
    matrix[:, 2] += (SIZE[0] / 2 - 428, SIZE[1] / 2 - 270)
    top = np.full((SIZE[1], SIZE[0], 3), (38, 44, 52), np.uint8)
    card = cv2.warpAffine(face, matrix, SIZE, flags=cv2.INTER_AREA)
    mask = cv2.warpAffine(outline, matrix, SIZE)[..., None] / 255.0
    scene = (card * mask + top * (1 - mask)).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(scene, (0, 0), blur), np.uint8) if blur else scene


def empty() -> Rgb:
    return np.full((SIZE[1], SIZE[0], 3), (38, 44, 52), np.uint8)
