"""A portrait of nobody, drawn."""

from __future__ import annotations

import numpy as np

from officer_console.imaging.opencv import Rgb, cv2

Colour = tuple[int, int, int]


def portrait(*, width: int = 600, height: int = 800, at: tuple[float, float] = (0.5, 0.45), size: float = 0.5) -> Rgb:
    """A face from the front before a light wall; `at` is its middle and `size` its width, as shares of the picture."""
    drawn = np.full((height, width, 3), (205, 215, 225), np.uint8)
    put_face(drawn, (at[0] * width, at[1] * height), size * width)
    grain = np.random.default_rng(1).normal(0, 2, drawn.shape)
    return np.clip(cv2.GaussianBlur(drawn, (0, 0), 0.6) + grain, 0, 255).astype(np.uint8)


def put_face(drawn: Rgb, middle: tuple[float, float], wide: float) -> None:
    """Draw head and shoulders into a picture."""

    def oval(x: float, y: float, a: float, b: float, colour: Colour) -> None:
        at = (round(middle[0] + x * wide), round(middle[1] + y * wide))
        cv2.ellipse(drawn, at, (max(1, round(a * wide)), max(1, round(b * wide))), 0, 0, 360, colour, -1, cv2.LINE_AA)

    skin, shade, dark, hair = (222, 180, 150), (168, 124, 100), (45, 32, 28), (30, 25, 22)
    oval(0, 1.35, 0.95, 0.55, (60, 70, 110))
    oval(0, 0.75, 0.22, 0.3, shade)
    oval(0, -0.12, 0.54, 0.68, hair)
    oval(0, 0.06, 0.45, 0.6, skin)
    for side in (-1, 1):
        oval(side * 0.19, -0.06, 0.135, 0.085, shade)
        oval(side * 0.19, -0.15, 0.13, 0.026, dark)
        oval(side * 0.19, -0.05, 0.085, 0.038, (240, 238, 235))
        oval(side * 0.19, -0.05, 0.036, 0.038, dark)
        oval(side * 0.055, 0.2, 0.03, 0.018, shade)
        oval(side * 0.24, 0.16, 0.1, 0.09, (232, 192, 165))
    oval(0, 0.08, 0.035, 0.13, (238, 200, 172))
    oval(0, 0.225, 0.06, 0.016, (140, 95, 80))
    oval(0, 0.36, 0.15, 0.04, (165, 85, 85))
    oval(0, 0.355, 0.15, 0.01, (90, 40, 40))
    oval(0, 0.45, 0.08, 0.018, shade)
