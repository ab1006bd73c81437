"""Drawn portraits: faces made of ellipses, varied by the seed; nobody's picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from central_server.seed.chance import stream
from officer_console.domain.person import Sex

WIDTH, HEIGHT = 300, 400
_SCALE = 2
_SKIN = ("#f3d6bd", "#ecc6a4", "#e2b48e", "#d6a27c", "#c89069")
_CLOTHES = ("#f4f6f8", "#27425f", "#6b2e3a", "#3c5a46", "#59606b", "#b9c7d8", "#8a5d3b", "#1f2328")
_GREY, _DARK = ("#8c8c8c", "#b5b5b5", "#5a5a5a"), ("#17110e", "#241a15")
_BACKGROUND = ("#dfe9f2", "#e9edf0", "#d3e3ee", "#f2f2ee")

# (youngest, oldest) of the three groups of drawn faces, in years.
AGE_GROUPS = ((0, 17), (18, 54), (55, 150))


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Which drawn face: ``variant`` counts within a sex and an age group (index into ``AGE_GROUPS``)."""

    sex: Sex
    group: int
    variant: int


def age_group(years: int) -> int:
    """Return the index of the age group of somebody ``years`` old."""
    return next(n for n, (low, high) in enumerate(AGE_GROUPS) if low <= years <= high)


@lru_cache(maxsize=512)
def portrait(seed: int, face: Face) -> bytes:
    """Return the portrait as JPEG, 300×400 pixels; the same seed and face give the same bytes."""
    out = BytesIO()
    drawing(seed, face).save(out, "JPEG", quality=72)
    return out.getvalue()


def drawing(seed: int, face: Face) -> Image.Image:
    """Return the portrait as it is drawn, 300×400 pixels, colour."""
    random = stream(seed, "portrait", face.sex.value, face.group, face.variant)
    s = _SCALE
    image = Image.new("RGB", (WIDTH * s, HEIGHT * s), random.choice(_BACKGROUND))
    draw = ImageDraw.Draw(image)
    skin, cloth = random.choice(_SKIN), random.choice(_CLOTHES)
    old = face.group == 2
    hair = random.choice(_GREY if old else _DARK)
    shape = _Shape(
        x=(150 + random.randint(-5, 5)) * s,
        top=(78 + random.randint(-8, 8)) * s,
        wide=random.randint(56, 68) * s,
        tall=random.randint(160, 184) * s,
    )
    if face.sex is Sex.FEMALE and not old and random.random() < 0.75:
        _long_hair(draw, shape, hair)
    _shoulders(draw, shape, random.randint(104, 132) * s, skin, cloth)
    _head(draw, shape, skin)
    fringe = shape.top + random.randint(88, 132) * s
    draw.pieslice((shape.left, shape.top - 16 * s, shape.right, fringe), 180, 360, fill=hair)
    if face.sex is Sex.FEMALE and random.random() < 0.5:
        draw.pieslice((shape.left, shape.top - 8 * s, shape.x + shape.wide // 2, fringe + 24 * s), 170, 290, fill=hair)
    _eyes(draw, random, face, shape, skin, hair)
    nose, mouth, smile = shape.top + 112 * s, shape.top + 132 * s, random.randint(20, 30) * s
    draw.arc((shape.x - 11 * s, nose - 8 * s, shape.x + 11 * s, nose + 10 * s), 20, 160, _darker(skin, 0.75), 3 * s)
    lips = "#b4505a" if face.sex is Sex.FEMALE else _darker(skin, 0.65)
    draw.arc((shape.x - smile, mouth - 12 * s, shape.x + smile, mouth + 8 * s), 25, 155, lips, 4 * s)
    return image.reduce(s)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """A head: its middle, its top, half its width, its height, in drawn pixels."""

    x: int
    top: int
    wide: int
    tall: int

    @property
    def chin(self) -> int:
        return self.top + self.tall

    @property
    def left(self) -> int:
        return self.x - self.wide - 5 * _SCALE

    @property
    def right(self) -> int:
        return self.x + self.wide + 5 * _SCALE


def _long_hair(draw: ImageDraw.ImageDraw, shape: _Shape, hair: str) -> None:
    s = _SCALE
    box = (shape.left - 15 * s, shape.top - 6 * s, shape.right + 15 * s, shape.chin + 70 * s)
    draw.rounded_rectangle(box, 60 * s, fill=hair)


def _shoulders(draw: ImageDraw.ImageDraw, shape: _Shape, half: int, skin: str, cloth: str) -> None:
    s, x, chin = _SCALE, shape.x, shape.chin
    draw.rounded_rectangle((x - 28 * s, chin - 40 * s, x + 28 * s, chin + 50 * s), 12 * s, fill=_darker(skin, 0.9))
    draw.rounded_rectangle((x - half, chin + 34 * s, x + half, HEIGHT * s + 80 * s), 62 * s, fill=cloth)
    draw.polygon(((x - 30 * s, chin + 34 * s), (x, chin + 78 * s), (x + 30 * s, chin + 34 * s)), fill=skin)
    collar = ((x - 32 * s, chin + 34 * s), (x, chin + 80 * s), (x + 32 * s, chin + 34 * s))
    draw.line(collar, fill=_darker(cloth, 0.8), width=5 * s)


def _head(draw: ImageDraw.ImageDraw, shape: _Shape, skin: str) -> None:
    s = _SCALE
    for x in (shape.x - shape.wide, shape.x + shape.wide):
        draw.ellipse((x - 11 * s, shape.top + 72 * s, x + 11 * s, shape.top + 110 * s), fill=_darker(skin, 0.93))
    draw.ellipse((shape.x - shape.wide, shape.top, shape.x + shape.wide, shape.chin), fill=skin)


def _eyes(draw: ImageDraw.ImageDraw, random: Random, face: Face, shape: _Shape, skin: str, hair: str) -> None:
    s = _SCALE
    y, gap = shape.top + random.randint(81, 87) * s, random.randint(23, 29) * s
    wide, high = random.randint(10, 13) * s, random.randint(4, 7) * s
    glasses = random.random() < (0.35 if face.group == 2 else 0.15)
    brow = (3 if face.sex is Sex.FEMALE else 5) * s
    for x in (shape.x - gap, shape.x + gap):
        draw.ellipse((x - wide, y - high, x + wide, y + high), fill="#fbfaf7")
        draw.ellipse((x - 5 * s, y - 5 * s, x + 5 * s, y + 5 * s), fill="#241913")
        draw.arc((x - 17 * s, y - 22 * s, x + 17 * s, y + 2 * s), 200, 340, fill=hair, width=brow)
        if glasses:
            box = (x - 20 * s, y - 14 * s, x + 20 * s, y + 14 * s)
            draw.rounded_rectangle(box, 8 * s, outline="#333333", width=3 * s)
        if face.group == 2:
            draw.arc((x - 18 * s, y + 4 * s, x + 18 * s, y + 24 * s), 30, 150, fill=_darker(skin, 0.8), width=2 * s)


def _darker(colour: str, factor: float) -> str:
    return "#" + "".join(f"{int(int(colour[n : n + 2], 16) * factor):02x}" for n in (1, 3, 5))
