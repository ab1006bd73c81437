"""What people do to a picture before they hand it in again: cut, turn, frame, mirror, store or photograph it anew."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image

from officer_console.imaging.opencv import Rgb, cv2

Change = Callable[[Rgb, np.random.Generator], Rgb]


def stored(rgb: Rgb, quality: int) -> Rgb:
    """Return the picture as it comes back from a JPEG file."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))


def cut(rgb: Rgb, left: float, top: float, right: float, bottom: float) -> Rgb:
    """Return the picture without these shares of its width and height."""
    height, width = rgb.shape[:2]
    inner = rgb[
        round(top * height) : round(height - bottom * height), round(left * width) : round(width - right * width)
    ]
    return np.ascontiguousarray(inner)


def turned(rgb: Rgb, degrees: float) -> Rgb:
    """Return the picture turned about its middle, white where nothing was."""
    height, width = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(rgb, turn, (width, height), borderValue=(255, 255, 255)), np.uint8)


def framed(rgb: Rgb, share: float) -> Rgb:
    """Return the picture in a white frame, as wide as a share of the width."""
    wide = round(share * rgb.shape[1])
    return np.pad(rgb, ((wide, wide), (wide, wide), (0, 0)), constant_values=255)


def mirrored(rgb: Rgb) -> Rgb:
    """Return the picture with left and right exchanged."""
    return np.ascontiguousarray(rgb[:, ::-1])


def scaled(rgb: Rgb, factor: float) -> Rgb:
    """Return the picture so many times as large."""
    size = round(rgb.shape[1] * factor), round(rgb.shape[0] * factor)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def lit(rgb: Rgb, factor: float) -> Rgb:
    """Return the picture so many times as bright, cut off at white."""
    return np.asarray(np.clip(rgb * factor, 0, 255), np.uint8)


def photographed(rgb: Rgb, random: np.random.Generator) -> Rgb:
    """Return a photograph of the picture: from aside, unevenly lit, a little blurred, with noise, stored coarsely."""
    height, width = rgb.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = (corners + random.uniform(-0.02, 0.02, (4, 2)) * [width, height]).astype(np.float32)
    aside = cv2.warpPerspective(
        rgb, cv2.getPerspectiveTransform(corners, moved), (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    seen = cv2.GaussianBlur(cut(np.asarray(aside, np.uint8), 0.02, 0.02, 0.02, 0.02), (0, 0), 0.8)
    across = np.linspace(1, random.uniform(0.75, 1), seen.shape[1])[None, :, None]
    down = np.linspace(1, random.uniform(0.85, 1), seen.shape[0])[:, None, None]
    light = seen * across * down * random.uniform(0.9, 1.1) + random.normal(0, 4, seen.shape)
    return stored(np.clip(light, 0, 255).astype(np.uint8), 60)


def _one_side(rgb: Rgb, random: np.random.Generator) -> Rgb:
    left, top, right, bottom = np.roll([0.05, 0, 0, 0], random.integers(4))
    return cut(rgb, left, top, right, bottom)


def _turned(rgb: Rgb, random: np.random.Generator) -> Rgb:
    return turned(rgb, float(random.choice([-2, 2])))


SINGLE: Mapping[str, Change] = MappingProxyType(
    {
        "as it is": lambda rgb, _: rgb,
        "cut by 5 %": lambda rgb, _: cut(rgb, 0.05, 0.05, 0.05, 0.05),
        "one side cut by 5 %": _one_side,
        "turned by 2 degrees": _turned,
        "framed by 5 %": lambda rgb, _: framed(rgb, 0.05),
        "framed by 10 %": lambda rgb, _: framed(rgb, 0.1),
        "mirrored": lambda rgb, _: mirrored(rgb),
        "JPEG of quality 30": lambda rgb, _: stored(rgb, 30),
        "half as large": lambda rgb, _: scaled(rgb, 0.5),
        "darker by 20 %": lambda rgb, _: lit(rgb, 0.8),
        "lighter by 20 %": lambda rgb, _: lit(rgb, 1.2),
    }
)
"""One change each."""

SEVERAL: Mapping[str, Change] = MappingProxyType(
    {
        "mirrored, cut, JPEG 30": lambda rgb, _: stored(cut(mirrored(rgb), 0.05, 0.05, 0.05, 0.05), 30),
        "mirrored, turned, framed": lambda rgb, random: framed(_turned(mirrored(rgb), random), 0.06),
        "turned, cut unevenly, lighter, JPEG 50": lambda rgb, random: stored(
            lit(cut(_turned(rgb, random), 0.04, 0.06, 0.03, 0.05), 1.15), 50
        ),
        "photographed": photographed,
        "photographed and mirrored": lambda rgb, random: photographed(mirrored(rgb), random),
    }
)
"""What somebody does who does not want it to be noticed, or is in a hurry."""
