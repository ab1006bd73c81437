"""Photos of cards that were never printed: drawn, laid on a table, taken askew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from officer_console.imaging.opencv import Rgb, cv2

CARD = (856, 540)
Numbers = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo and where the card's corners are in it, clockwise from the top left."""

    rgb: Rgb
    corners: np.ndarray[Any, np.dtype[np.float64]]


def card(numbers: Numbers) -> tuple[Rgb, Rgb]:
    """A card with a portrait, lines of writing and a code, and its outline with round corners (0 or 255)."""
    width, height = CARD
    ground = numbers.integers(150, 245, 3)
    drawn = np.full((height, width, 3), ground, np.uint8)
    for _ in range(25):
        x, y, r = (int(numbers.integers(low, high)) for low, high in ((0, width), (0, height), (40, 200)))
        cv2.circle(drawn, (x, y), r, tuple(int(c) for c in np.clip(ground + numbers.integers(-14, 14, 3), 0, 255)), 3)
    cv2.rectangle(drawn, (40, 170), (270, 480), tuple(int(c) for c in numbers.integers(40, 200, 3)), -1)
    cv2.ellipse(drawn, (155, 310), (70, 95), 0, 0, 360, (205, 165, 140), -1)
    for line in range(8):
        at = (310, 190 + line * 40)
        cv2.putText(drawn, "".join(map(chr, numbers.integers(65, 90, 14))), at, 0, 0.9, (40, 40, 45), 2, cv2.LINE_AA)
    cv2.putText(drawn, "CAN CUOC CONG DAN", (230, 90), 0, 1.2, (170, 30, 40), 3, cv2.LINE_AA)
    modules = np.kron(numbers.integers(0, 2, (29, 29)), np.ones((5, 5), int)).astype(np.uint8) * 255
    drawn[20:165, 690:835] = modules[:, :, None]
    outline = np.zeros((height, width), np.uint8)
    radius = 32
    cv2.rectangle(outline, (radius, 0), (width - radius, height), 255, -1)
    cv2.rectangle(outline, (0, radius), (width, height - radius), 255, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(outline, (x, y), radius, 255, -1)
    return drawn, outline


def table(numbers: Numbers, width: int, height: int) -> Rgb:
    """A table top: plain, grained, speckled, or with other things on it."""
    ground = numbers.integers(20, 235, 3).astype(np.float32)
    top = np.broadcast_to(ground, (height, width, 3)).copy()
    kind = int(numbers.integers(0, 4))
    if kind == 1:
        grain = cv2.GaussianBlur(numbers.normal(0, 60, (height, 1)).astype(np.float32), (1, 9), 2)
        top += cv2.GaussianBlur(grain + numbers.normal(0, 10, (height, width)).astype(np.float32), (31, 1), 9)[
            ..., None
        ]
    elif kind == 2:
        top += cv2.GaussianBlur(40 * numbers.standard_normal((height, width), np.float32), (0, 0), 3)[..., None] * 2
    elif kind == 3:
        for _ in range(4):
            middle = tuple(int(number) for number in numbers.integers(0, (width, height)))
            size = tuple(int(number) for number in numbers.integers(40, 220, 2))
            box = cv2.boxPoints((middle, size, float(numbers.uniform(0, 90))))
            cv2.fillPoly(top, [box.astype(np.int32)], numbers.integers(0, 255, 3).astype(float).tolist())
    return np.clip(top, 0, 255).astype(np.uint8)


def finished(numbers: Numbers, rgb: Rgb) -> Rgb:
    """What lens, sensor and JPEG do to it: uneven light, blur, noise, blocks."""
    height, width = rgb.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = numbers.uniform(-0.25, 0.25, 2).astype(np.float32)
    light = 1 + slope[0] * (columns / width - 0.5) + slope[1] * (rows / height - 0.5)
    taken = cv2.GaussianBlur(rgb, (0, 0), float(numbers.uniform(0.4, 1.1))).astype(np.float32) * light[..., None]
    taken = np.clip(
        taken + numbers.standard_normal((height, width, 1), np.float32) * np.float32(numbers.uniform(1, 6)), 0, 255
    ).astype(np.uint8)
    _, stored = cv2.imencode(".jpg", taken, [cv2.IMWRITE_JPEG_QUALITY, int(numbers.integers(60, 92))])
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)


def photo(seed: int, *, width: int = 800, height: int = 600) -> Photo:
    """A card on a table, turned up to 35 degrees to either side, with up to 8 % of perspective."""
    numbers = np.random.default_rng(seed)
    drawn, outline = card(numbers)
    turned = np.deg2rad(numbers.uniform(-35, 35))
    scale = numbers.uniform(0.45, 0.75) * width / CARD[0]
    half = np.array(CARD) / 2 * scale
    flat = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    flat += numbers.uniform(-0.08, 0.08, (4, 2)) * half[0]
    spin = np.array([(np.cos(turned), -np.sin(turned)), (np.sin(turned), np.cos(turned))])
    lying = flat @ spin.T
    # as large as the frame allows, somewhere in it
    lying *= min(1.0, (width - 60) / np.ptp(lying[:, 0]), (height - 60) / np.ptp(lying[:, 1]))
    room = np.array([width, height]) - np.ptp(lying, axis=0) - 40
    corners = lying - lying.min(axis=0) + 20 + numbers.uniform(0, 1, 2) * room
    w, h = CARD
    matrix = cv2.getPerspectiveTransform(np.float32([(0, 0), (w, 0), (w, h), (0, h)]) - 0.5, np.float32(corners))
    top = table(numbers, width, height)
    warped = cv2.warpPerspective(drawn, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpPerspective(outline, matrix, (width, height)).astype(np.float32)[..., None] / 255
    shadow = cv2.blur(mask[..., 0], (25, 25))[..., None] * np.float32(0.25)
    lit = top * (1 - shadow)
    mixed = (warped * mask + lit * (1 - mask)).astype(np.uint8)
    return Photo(rgb=finished(numbers, mixed), corners=corners)


def off(photo: Photo, quad: Any) -> float:
    """The worst corner's error, as a share of the card's width."""
    width = float(np.linalg.norm(photo.corners[1] - photo.corners[0]))
    return float(np.linalg.norm(np.asarray(quad) - photo.corners, axis=1).max()) / width
