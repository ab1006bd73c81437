"""Drawn portraits: faces made of ellipses, varied by the seed; nobody's picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from central_server.seed.chance import stream
from officer_console.domain.person import Sex

WIDTH, HEIGHT = 300, 400
_SCALE = 2
_SKIN = ("#f3d6bd", "#ecc6a4", "#e2b48e", "#d6a27c", "#c89069")
_CLOTHES = ("#f4f6f8", "#27425f", "#6b2e3a", "#3c5a46", "#59606b", "#b9c7d8", "#8a5d3b", "#1f2328")
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
    random = stream(seed, "portrait", face.sex.value, face.group, face.variant)
    s = _SCALE
    image = Image.new("RGB", (WIDTH * s, HEIGHT * s), random.choice(_BACKGROUND))
    draw = ImageDraw.Draw(image)
    skin, cloth = random.choice(_SKIN), random.choice(_CLOTHES)
    hair = random.choice(("#8c8c8c", "#b5b5b5", "#5a5a5a")) if face.group == 2 else random.choice(("#17110e", "#241a15"))
    cx, top = (150 + random.randint(-5, 5)) * s, (78 + random.randint(-8, 8)) * s
    wide, tall = random.randint(56, 68) * s, random.randint(160, 184) * s
    chin = top + tall
    woman = face.sex is Sex.FEMALE
    if woman and face.group < 2 and random.random() < 0.75:
        draw.rounded_rectangle((cx - wide - 20 * s, top - 6 * s, cx + wide + 20 * s, chin + 70 * s), 60 * s, fill=hair)
    draw.rounded_rectangle((cx - 28 * s, chin - 40 * s, cx + 28 * s, chin + 50 * s), 12 * s, fill=_darker(skin, 0.9))
    shoulder = random.randint(104, 132) * s
    draw.rounded_rectangle((cx - shoulder, chin + 34 * s, cx + shoulder, HEIGHT * s + 80 * s), 62 * s, fill=cloth)
    collar = _darker(cloth, 0.8)
    draw.polygon(((cx - 30 * s, chin + 34 * s), (cx, chin + 78 * s), (cx + 30 * s, chin + 34 * s)), fill=skin)
    draw.line(((cx - 32 * s, chin + 34 * s), (cx, chin + 80 * s), (cx + 32 * s, chin + 34 * s)), fill=collar, width=5 * s)
    for side in (-1, 1):
        x = cx + side * wide
        draw.ellipse((x - 11 * s, top + 72 * s, x + 11 * s, top + 110 * s), fill=_darker(skin, 0.93))
    draw.ellipse((cx - wide, top, cx + wide, chin), fill=skin)
    fringe = random.randint(44, 66) * s
    draw.pieslice((cx - wide - 5 * s, top - 16 * s, cx + wide + 5 * s, top + 2 * fringe), 180, 360, fill=hair)
    if woman and random.random() < 0.5:
        draw.pieslice((cx - wide - 5 * s, top - 8 * s, cx + wide // 2, top + 2 * fringe + 24 * s), 170, 290, fill=hair)
    eye_y, gap = top + 84 * s + random.randint(-3, 3) * s, random.randint(23, 29) * s
    eye_w, eye_h = random.randint(10, 13) * s, random.randint(4, 7) * s
    glasses = random.random() < (0.35 if face.group == 2 else 0.15)
    for side in (-1, 1):
        x = cx + side * gap
        draw.ellipse((x - eye_w, eye_y - eye_h, x + eye_w, eye_y + eye_h), fill="#fbfaf7")
        draw.ellipse((x - 5 * s, eye_y - 5 * s, x + 5 * s, eye_y + 5 * s), fill="#241913")
        draw.arc((x - 17 * s, eye_y - 22 * s, x + 17 * s, eye_y + 2 * s), 200, 340, fill=hair, width=(3 if woman else 5) * s)
        if glasses:
            draw.rounded_rectangle((x - 20 * s, eye_y - 14 * s, x + 20 * s, eye_y + 14 * s), 8 * s, outline="#333", width=3 * s)
        if face.group == 2:
            draw.arc((x - 18 * s, eye_y + 4 * s, x + 18 * s, eye_y + 24 * s), 30, 150, fill=_darker(skin, 0.8), width=2 * s)
    nose = top + 112 * s
    draw.arc((cx - 11 * s, nose - 8 * s, cx + 11 * s, nose + 10 * s), 20, 160, fill=_darker(skin, 0.75), width=3 * s)
    mouth, smile = top + 132 * s, random.randint(20, 30) * s
    lips = "#b4505a" if woman else _darker(skin, 0.65)
    draw.arc((cx - smile, mouth - 12 * s, cx + smile, mouth + 8 * s), 25, 155, fill=lips, width=4 * s)
    small = image.reduce(s)
    out = BytesIO()
    small.save(out, "JPEG", quality=72)
    return out.getvalue()


def _darker(colour: str, factor: float) -> str:
    return "#" + "".join(f"{int(int(colour[n : n + 2], 16) * factor):02x}" for n in (1, 3, 5))
