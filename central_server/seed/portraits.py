"""Drawn portraits: faces made of ellipses, one for each citizen, varied by the seed; nobody's picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw

from central_server.seed.chance import stream
from officer_console.domain.person import Sex

WIDTH, HEIGHT = 300, 400
_SCALE = 2
_SKIN = ("#f3d6bd", "#ecc6a4", "#e2b48e", "#d6a27c", "#c89069")
_CLOTHES = ("#f4f6f8", "#27425f", "#6b2e3a", "#3c5a46", "#59606b", "#b9c7d8", "#8a5d3b", "#1f2328")
_GREY, _DARK = ("#8c8c8c", "#b5b5b5", "#5a5a5a"), ("#17110e", "#241a15")
_SIDES = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
_DARKEST = (166, 182, 198, 214, 230, 246)
# How round a shoulder is, in pixels of the finished picture.
_ROUND = 62
_BACKGROUND = ("#dfe9f2", "#e9edf0", "#d3e3ee", "#f2f2ee")

# (youngest, oldest) of the three groups of drawn faces, in years.
AGE_GROUPS = ((0, 17), (18, 54), (55, 150))


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Which drawn face: ``group`` is an index into ``AGE_GROUPS``, ``variant`` tells the people in it apart."""

    sex: Sex
    group: int
    variant: int


def age_group(years: int) -> int:
    """Return the index of the age group of somebody ``years`` old."""
    return next(n for n, (low, high) in enumerate(AGE_GROUPS) if low <= years <= high)


def portrait(seed: int, face: Face) -> bytes:
    """Return the portrait as JPEG, 300×400 pixels; the same seed and face give the same bytes."""
    out = BytesIO()
    drawing(seed, face).save(out, "JPEG", quality=72)
    return out.getvalue()


# Portrait and card of a dossier are drawn one after the other.
@lru_cache(maxsize=2)
def drawing(seed: int, face: Face) -> Image.Image:
    """Return the portrait as it is drawn, 300×400 pixels, colour; not to be drawn on."""
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
    half = random.randint(104, 132) * s
    _shoulders(draw, shape, half, skin, cloth)
    _cloth(draw, random, shape, half, cloth)
    _head(draw, shape, skin)
    fringe = shape.top + random.randint(88, 132) * s
    draw.pieslice((shape.left, shape.top - 16 * s, shape.right, fringe), 180, 360, fill=hair)
    if face.sex is Sex.FEMALE and random.random() < 0.5:
        draw.pieslice((shape.left, shape.top - 8 * s, shape.x + shape.wide // 2, fringe + 24 * s), 170, 290, fill=hair)
    _features(draw, random, face, shape, skin, hair)
    return _lit(image.reduce(s), random)


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
    draw.rounded_rectangle((x - 28 * s, chin - 40 * s, x + 28 * s, chin + 50 * s), 12 * s, fill=_times(skin, 0.9))
    draw.rounded_rectangle((x - half, chin + 34 * s, x + half, HEIGHT * s + 80 * s), _ROUND * s, fill=cloth)
    draw.polygon(((x - 30 * s, chin + 34 * s), (x, chin + 78 * s), (x + 30 * s, chin + 34 * s)), fill=skin)
    collar = ((x - 32 * s, chin + 34 * s), (x, chin + 80 * s), (x + 32 * s, chin + 34 * s))
    draw.line(collar, fill=_times(cloth, 0.8), width=5 * s)


def _cloth(draw: ImageDraw.ImageDraw, random: Random, shape: _Shape, half: int, cloth: str) -> None:
    """Draw what tells one shirt from another: stripes, a jacket, a tie, a scarf, buttons, or nothing."""
    s, x, top, bottom = _SCALE, shape.x, shape.chin + 84 * _SCALE, HEIGHT * _SCALE
    other = random.choice([colour for colour in _CLOTHES if colour != cloth])
    kind = random.randrange(6)
    if kind == 0:
        step, wide = random.randint(14, 30) * s, random.randint(2, 9) * s
        for left in range(x - half + 12 * s, x + half - 12 * s, step):
            draw.line((left, _shoulder(shape, half, left), left, bottom), fill=other, width=wide)
    elif kind == 1:
        for y in range(top, bottom, random.randint(14, 32) * s):
            draw.line((x - half + 2 * s, y, x + half - 2 * s, y), fill=other, width=random.randint(3, 10) * s)
    elif kind == 2:
        inner, low = random.randint(12, 46) * s, random.randint(20, 60) * s
        for side in (-1, 1):
            edge = x + side * (half - random.randint(4, 30) * s)
            draw.polygon(((x + side * inner, bottom), (x + side * 34 * s, top - low // 2), (edge, bottom)), fill=other)
    elif kind == 3:
        wide = random.randint(8, 15) * s
        draw.polygon(
            ((x - 6 * s, top - 6 * s), (x + 6 * s, top - 6 * s), (x + wide, bottom), (x - wide, bottom)), other
        )
    elif kind == 4:
        high = random.randint(14, 34) * s
        draw.rounded_rectangle((x - 52 * s, top - 56 * s, x + 52 * s, top - 56 * s + high), high // 2, fill=other)


def _shoulder(shape: _Shape, half: int, left: int) -> int:
    """Return where the cloth begins at ``left``: below the neck, at the seam, where the shoulder is round."""
    s, aside = _SCALE, abs(left - shape.x)
    if aside < 34 * s:
        return shape.chin + 84 * s - aside
    inner = half - _ROUND * s
    fallen = _ROUND * s - (max((_ROUND * s) ** 2 - (aside - inner) ** 2, 0) ** 0.5 if aside > inner else _ROUND * s)
    return shape.chin + 36 * s + int(fallen)


def _lit(image: Image.Image, random: Random) -> Image.Image:
    """Return the picture with light from one side, weaker or stronger, as the rooms are in which people sit."""
    return ImageChops.multiply(image, _shade(random.choice(_SIDES), random.choice(_DARKEST)))


@lru_cache(maxsize=len(_SIDES) * len(_DARKEST))
def _shade(side: Image.Transpose, darkest: int) -> Image.Image:
    grey = Image.linear_gradient("L").transpose(side).resize((WIDTH, HEIGHT))
    grey = grey.point([darkest + (255 - darkest) * value // 255 for value in range(256)])
    return Image.merge("RGB", (grey,) * 3)


def _head(draw: ImageDraw.ImageDraw, shape: _Shape, skin: str) -> None:
    s = _SCALE
    for x in (shape.x - shape.wide, shape.x + shape.wide):
        draw.ellipse((x - 11 * s, shape.top + 72 * s, x + 11 * s, shape.top + 110 * s), fill=_times(skin, 0.93))
    draw.ellipse((shape.x - shape.wide, shape.top, shape.x + shape.wide, shape.chin), fill=skin)


def _features(draw: ImageDraw.ImageDraw, random: Random, face: Face, shape: _Shape, skin: str, hair: str) -> None:
    """Draw eyes, nose and mouth with their shadows: without these nothing that looks for faces finds one."""
    s, x = _SCALE, shape.x
    shadow, light = _times(skin, 0.8), _times(skin, 1.06)
    y, gap = shape.top + random.randint(81, 87) * s, random.randint(24, 29) * s
    wide, high = random.randint(11, 14) * s, random.randint(5, 7) * s
    nose, mouth, smile = shape.top + 112 * s, shape.top + 134 * s, random.randint(17, 23) * s
    glasses = random.random() < (0.35 if face.group == 2 else 0.15)
    brow = (4 if face.sex is Sex.FEMALE else 6) * s
    for eye in (x - gap, x + gap):
        draw.ellipse((eye - 19 * s, y - 15 * s, eye + 19 * s, y + 11 * s), fill=shadow)
        draw.ellipse((eye - 17 * s, y + 14 * s, eye + 13 * s, y + 40 * s), fill=light)
    draw.rounded_rectangle((x - 5 * s, y - 14 * s, x + 5 * s, nose + 2 * s), 5 * s, fill=light)
    for eye in (x - gap, x + gap):
        draw.ellipse((eye - wide, y - high, eye + wide, y + high), fill="#fbfaf7")
        draw.ellipse((eye - 5 * s, y - 5 * s, eye + 5 * s, y + 5 * s), fill="#241913")
        draw.arc((eye - 17 * s, y - 20 * s, eye + 17 * s, y + 8 * s), 205, 335, fill=hair, width=brow)
        if glasses:
            box = (eye - 20 * s, y - 14 * s, eye + 20 * s, y + 14 * s)
            draw.rounded_rectangle(box, 8 * s, outline="#333333", width=3 * s)
        if face.group == 2:
            draw.arc((eye - 18 * s, y + 4 * s, eye + 18 * s, y + 24 * s), 30, 150, fill=shadow, width=2 * s)
    draw.ellipse((x - 11 * s, nose - 1 * s, x + 11 * s, nose + 8 * s), fill=_times(skin, 0.68))
    lips = "#a8505a" if face.sex is Sex.FEMALE else _times(skin, 0.6)
    draw.ellipse((x - smile, mouth - 5 * s, x + smile, mouth + 7 * s), fill=lips)
    draw.arc((x - smile, mouth - 11 * s, x + smile, mouth + 3 * s), 20, 160, _times(lips, 0.5), 2 * s)
    draw.ellipse((x - 14 * s, mouth + 12 * s, x + 14 * s, mouth + 17 * s), fill=shadow)


def _times(colour: str, factor: float) -> str:
    """Return the colour so many times as bright."""
    return "#" + "".join(f"{min(int(int(colour[n : n + 2], 16) * factor), 255):02x}" for n in (1, 3, 5))
