"""Whether two pictures are copies of one another: they are laid upon each other exactly and compared patch by patch.

A copy may be cut, turned, mirrored, framed, lighter, stored more coarsely, or photographed. Portraits are
composed alike and cards have one template: only what differs when they lie on each other tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from officer_console.imaging.opencv import Grey, Rgb, cv2, grey_of, shrunk
from officer_console.imaging.shades import INNER, Floats, Warp, grid, points, slopes, views

_LOOKED_AT = 256
# The part of the other picture that is compared, and of this one: at the rim stand frames, and what a turn left blank.
_COMPARED, _RIM = 0.84, 0.96
_LEAST_COMMON, _LEAST_PLAIN = 0.3, 0.1
_FIRST, _CLOSE = 32, 64
_FIRST_ROUNDS, _ROUNDS = 10, 14
_STILL = 2e-4
_STEP = 0.06
# Shades beyond these may be cut off: they do not say how much lighter a picture was made.
_WHITE, _BLACK = 250, 5
_BLUR = 0.9
_FAINT = 6.0
_LEAST_CONTRAST = 12.0
_PATCH = 5
# Of 0.03 and more differ portraits of different people on the whole: then nothing closer is looked at.
_HOPELESS = 0.09

SAME_PORTRAIT = 0.09
"""Portraits of different people that lie on each other as well as they can are further `Apart`, but for very few."""
SAME_CARD = 0.13
"""Cards differ more in what is written on them, and their copies more by what coarse storing does to letters."""


@dataclass(frozen=True, slots=True)
class Apart:
    """How two pictures differ where they lie on each other: on the whole, in the worst patches, and in shape.

    The first two are in units of the picture's contrast, ``stretch`` is that of one picture to fit the other.
    """

    whole: float
    patches: float
    stretch: float

    @property
    def figure(self) -> float:
        """All three in one; up to `SAME_PORTRAIT` or `SAME_CARD` the pictures are copies."""
        return self.whole + self.patches / 2 + self.stretch - 1


@dataclass(frozen=True, slots=True)
class _Laid:
    """``place``: 3 x 3, from the other picture into this one, both from -1 to 1; the rest is one figure a point."""

    place: npt.NDArray[np.float64]
    error: float
    shown: Floats
    foretold: Floats
    common: npt.NDArray[np.bool_]


def apart(one: Rgb, other: Rgb, warp: Warp | None = None) -> Apart | None:
    """Return how two pictures differ; ``None`` when they have too little in common.

    ``warp`` is how they lie on each other roughly, as `shades.nearest` found it for the picture ``other``.
    """
    b = grey_of(shrunk(other, _LOOKED_AT)[0])
    place = np.eye(3)
    if warp is not None:
        place[:2] = warp
        place = place @ np.diag([1 / INNER, 1 / INNER, 1.0])
    found = (_apart(grey_of(shrunk(view, _LOOKED_AT)[0]), b, place) for view in views(grey_of(one)))
    return min((each for each in found if each is not None), key=lambda each: each.figure, default=None)


def _apart(a: Grey, b: Grey, place: npt.NDArray[np.float64]) -> Apart | None:
    # A face is much like itself in a mirror: which of both it is shows only now.
    laid = (_lay(a, b, way, _FIRST, _FIRST_ROUNDS, bent=False) for way in (place, place @ np.diag([-1.0, 1.0, 1.0])))
    first = min((each for each in laid if each is not None), key=lambda each: each.error, default=None)
    if first is None:
        return None
    if first.error > _HOPELESS * _contrast(first):
        return _told(a, b, first, _FIRST)
    close = _lay(a, b, first.place, _CLOSE, _ROUNDS, bent=True)
    return None if close is None else _told(a, b, close, _CLOSE)


def _contrast(laid: _Laid) -> float:
    return max(_LEAST_CONTRAST, float(laid.shown[laid.common].std()))


def _told(a: Grey, b: Grey, laid: _Laid, side: int) -> Apart:
    off = np.where(laid.common, np.abs(laid.shown - laid.foretold) / _contrast(laid), 0).astype(np.float32)
    size = (_PATCH, _PATCH)
    common = laid.common.reshape(side, side).astype(np.float32)
    share = np.asarray(cv2.blur(common, size), np.float32)
    patches = np.asarray(cv2.blur(off.reshape(side, side), size), np.float32) / np.maximum(share, np.float32(0.01))
    inside = patches[(common > 0) & (share > 0.6)]
    # In pixels: a cut leaves the shape as it is, a photograph from aside nearly.
    shape = np.diag([1.0, a.shape[0] / a.shape[1]]) @ laid.place[:2, :2] @ np.diag([1.0, b.shape[1] / b.shape[0]])
    longest, shortest = np.linalg.svd(shape, compute_uv=False)
    return Apart(
        whole=float(off[laid.common].mean()),
        patches=float(np.percentile(inside, 98)) if inside.size else 1.0,
        stretch=float(longest / max(shortest, 1e-6)),
    )


def _lay(a: Grey, b: Grey, place: npt.NDArray[np.float64], side: int, rounds: int, *, bent: bool) -> _Laid | None:
    """Move ``place`` until ``b`` foretells ``a`` best (Gauss-Newton, outliers count less); ``bent``: in perspective."""
    size = float(np.sqrt(abs(np.linalg.det(place[:2, :2]))))
    # Both as sharp as the one of which a smaller part is seen.
    seen = _small(a, side, _BLUR * max(1.0, size))
    mine = _small(b, side, _BLUR * max(1.0, 1 / max(size, 0.2)))
    white = ((seen > _WHITE) | (seen < _BLACK)).astype(np.float32)
    right, down = slopes(seen)
    u, v = (one * np.float32(_COMPARED) for one in grid(side))
    known = _at([mine], u, v, side)[0]
    light = np.column_stack([known, np.full_like(u, 100), u * 100, v * 100])
    place, best, moved = place.copy(), None, 1.0
    for left in range(rounds, -1, -1):
        depth = place[2, 0] * u + place[2, 1] * v + 1
        x = ((place[0, 0] * u + place[0, 1] * v + place[0, 2]) / depth).astype(np.float32)
        y = ((place[1, 0] * u + place[1, 1] * v + place[1, 2]) / depth).astype(np.float32)
        common = (np.abs(x) < _RIM) & (np.abs(y) < _RIM)
        if common.mean() < _LEAST_COMMON:
            return None if best is None else best
        shown, to_right, to_down, cut_off = _at([seen, right, down, white], x, y, side)
        plain = common & (cut_off < 0.3)
        counted = (plain if plain.mean() > _LEAST_PLAIN else common).astype(np.float32)
        weights, fit = counted, np.zeros(4)
        for _ in range(2):
            weighted = light * weights[:, None]
            fit = np.linalg.solve(weighted.T @ light + np.eye(4), weighted.T @ shown)
            weights = counted / np.maximum(np.abs(light @ fit - shown), _FAINT)
        foretold = np.clip(light @ fit, 0, 255).astype(np.float32)
        off = shown - foretold
        error = float(np.abs(off[common]).mean())
        if best is None or error < best.error:
            best = _Laid(place.copy(), error, shown, foretold, common)
        if not left or moved < _STILL:
            break
        columns = [to_right * u, to_right * v, to_right, to_down * u, to_down * v, to_down]
        if bent:
            pull = -(to_right * x + to_down * y)
            columns += [pull * u, pull * v]
        count = len(columns)
        changes = np.column_stack([*(column / depth for column in columns), -light])
        weights = counted / np.maximum(np.abs(off), _FAINT)
        weighted = changes * weights[:, None]
        normal = (weighted.T @ changes).astype(np.float64)
        damping = np.trace(normal[:count, :count]) / count * 1e-3 + 1e-6
        normal += np.diag([damping] * count + [1.0] * 4)
        step = np.clip(np.linalg.solve(normal, -(weighted.T @ off).astype(np.float64))[:count], -_STEP, _STEP)
        moved = float(np.abs(step).max())
        place[:2] += step[:6].reshape(2, 3)
        if bent:
            place[2, :2] += step[6:]
    return best


def _small(grey: Grey, side: int, blur: float) -> Floats:
    small = cv2.resize(grey, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), blur, borderType=cv2.BORDER_REPLICATE), np.float32)


def _at(pictures: list[Floats], x: Floats, y: Floats, side: int) -> list[Floats]:
    across, down = (((one + 1) * np.float32(side / 2) - np.float32(0.5)).reshape(side, side) for one in (x, y))
    return [points(one, across, down).reshape(-1) for one in pictures]
