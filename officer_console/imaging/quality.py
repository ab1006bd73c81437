"""What makes a picture poor evidence, as advice to the officer; nothing here refuses a picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np

from officer_console.imaging.opencv import Grey, Rgb, cv2, grey_of, shrunk
from officer_console.imaging.sheets import A4_MM, CARD_MM


class Kind(StrEnum):
    """What the picture is to show."""

    PORTRAIT = "portrait"
    CARD = "card"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A rectangle around a face, in pixels of the picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Figures of a picture and the advice that follows from them.

    `sharpness` 0 (blurred) to 1; `glare` share of the picture that is burnt out; `exposure` mean brightness 0 to 255
    (of the face where there is one); `resolution` in dpi if the picture shows a card, an A4 page or a portrait of
    3 x 4 cm from edge to edge; `advice` codes out of `ADVICE`, in that order.
    """

    sharpness: float
    glare: float
    exposure: float
    resolution: int
    face: Face | None
    advice: tuple[str, ...]


ADVICE = (
    "blurred", "glare", "dark", "bright", "low-resolution", "no-face", "several-faces", "face-off-centre",
    "eyes-hidden",
)  # fmt: skip
# A Gaussian blur of 2 px, at the size at which the picture is looked at, falls below these.
_SHARP = {Kind.PORTRAIT: 0.35, Kind.CARD: 0.42, Kind.PAGE: 0.45}
_GLARE = {Kind.PORTRAIT: 0.04, Kind.CARD: 0.006, Kind.PAGE: 1.0}
_DARK = {Kind.PORTRAIT: 65.0, Kind.CARD: 70.0, Kind.PAGE: 100.0}
_BRIGHT = {Kind.PORTRAIT: 225.0, Kind.CARD: 235.0, Kind.PAGE: 256.0}
_LONG_SIDE_MM = {Kind.PORTRAIT: 40.0, Kind.CARD: CARD_MM[0], Kind.PAGE: A4_MM[1]}
_DPI = {Kind.PORTRAIT: 250, Kind.CARD: 200, Kind.PAGE: 150}

_LOOKED_AT = 1000
# As wide as a face is in a portrait of 3 x 4 cm at 300 dpi; finer detail than that is not needed.
_FACE_LOOKED_AT = 240
_FACES_AT = 480
_NEIGHBOURS = 5
_EYES = ("eye", "eye_tree_eyeglasses")
# The eyes are in this part of a face's rectangle, from its top.
_EYES_WITHIN = 0.6
# A second face counts when it is nearly as large; a print on a shirt or a shadow seldom is.
_SECOND = 0.4
# A cascade keeps what it looks at in itself: one picture at a time.
_LOOKING = Lock()
_CENTRE_X, _CENTRE_Y = (0.35, 0.65), (0.2, 0.68)


def measure(rgb: Rgb, kind: Kind) -> Quality:
    """Figures and advice for an upright picture of that kind; faces are looked for in portraits only."""
    small, _ = shrunk(rgb, _LOOKED_AT)
    height, width = rgb.shape[:2]
    faces = _faces(rgb) if kind is Kind.PORTRAIT else ()
    face = faces[0] if faces else None
    seen = shrunk(_cut(rgb, face), _FACE_LOOKED_AT)[0] if face else small
    sharpness = _sharpness(grey_of(seen))
    glare = _glare(seen)
    exposure = float(grey_of(seen).mean())
    resolution = round(max(height, width) / _LONG_SIDE_MM[kind] * 25.4)
    off_centre = face is not None and not (
        _CENTRE_X[0] <= (face.x + face.width / 2) / width <= _CENTRE_X[1]
        and _CENTRE_Y[0] <= (face.y + face.height / 2) / height <= _CENTRE_Y[1]
    )
    poor = {
        "blurred": sharpness < _SHARP[kind],
        "glare": glare > _GLARE[kind],
        "dark": exposure < _DARK[kind],
        "bright": exposure > _BRIGHT[kind],
        "low-resolution": resolution < _DPI[kind],
        "no-face": kind is Kind.PORTRAIT and face is None,
        "several-faces": len(faces) > 1,
        "face-off-centre": off_centre,
        "eyes-hidden": face is not None and _eyes_hidden(rgb, face),
    }
    return Quality(
        sharpness=sharpness,
        glare=glare,
        exposure=exposure,
        resolution=resolution,
        face=face,
        advice=tuple(code for code in ADVICE if poor[code]),
    )


def _cut(rgb: Rgb, face: Face) -> Rgb:
    return rgb[face.y : face.y + face.height, face.x : face.x + face.width]


def _sharpness(grey: Grey) -> float:
    """1 less the blur effect of Crete et al. (2007): how much a blur takes from the differences between neighbours.

    A sharp picture loses much, a blurred one has little to lose; what the picture shows hardly matters.
    """
    # noise would pass for sharpness
    pixels = cv2.GaussianBlur(grey, (0, 0), 0.7).astype(np.float32)
    kept = []
    for axis, size in ((0, (1, 9)), (1, (9, 1))):
        before = np.abs(np.diff(pixels, axis=axis))
        after = np.abs(np.diff(cv2.blur(pixels, size), axis=axis))
        total = float(before.sum())
        lost = float(np.maximum(0, before - after).sum())
        kept.append(lost / total if total > before.size * 0.05 else 0.0)
    return min(kept)


def _glare(rgb: Rgb) -> float:
    """Share of the picture in its burnt out patches; single bright points do not count."""
    burnt = (rgb.min(axis=2) >= 250).astype(np.uint8)
    patches = cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    return float(patches.mean())


def _faces(rgb: Rgb) -> tuple[Face, ...]:
    """Faces from the front, the largest first; of several only those that a second look confirms."""
    small, scale = shrunk(grey_of(rgb), _FACES_AT)
    even = np.asarray(cv2.equalizeHist(small), np.uint8)
    least = max(24, min(even.shape) // 8)
    with _LOOKING:
        boxes = _cascade("frontalface_default").detectMultiScale(even, 1.1, _NEIGHBOURS, minSize=(least, least))
    found = sorted(np.asarray(boxes, int).reshape(-1, 4).tolist(), key=lambda box: -int(box[2]))
    found = [box for box in found if box[2] >= _SECOND * found[0][2]]
    if len(found) > 1:
        found = [box for box in found if _again(even, *box)] or found[:1]
    return tuple(
        Face(x=round(x / scale), y=round(y / scale), width=round(wide / scale), height=round(high / scale))
        for x, y, wide, high in found
    )


def _eyes_hidden(rgb: Rgb, face: Face) -> bool:
    """Whether neither cascade, one of them made for glasses, sees an eye in the upper part of the face."""
    upper = Face(x=face.x, y=face.y, width=face.width, height=round(face.height * _EYES_WITHIN))
    even = np.asarray(cv2.equalizeHist(shrunk(grey_of(_cut(rgb, upper)), _FACE_LOOKED_AT)[0]), np.uint8)
    least = max(16, min(even.shape) // 8)
    with _LOOKING:
        return not any(len(_cascade(name).detectMultiScale(even, 1.05, 3, minSize=(least, least))) for name in _EYES)


def _again(even: Grey, x: int, y: int, wide: int, high: int) -> bool:
    """Whether the other cascade sees a face there, too."""
    more = wide // 3
    around = np.ascontiguousarray(even[max(0, y - more) : y + high + more, max(0, x - more) : x + wide + more])
    least = wide * 2 // 3
    with _LOOKING:
        return len(_cascade("frontalface_alt2").detectMultiScale(around, 1.05, 2, minSize=(least, least))) > 0


@lru_cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"))
