"""What is kept of a picture to find it again, also cut, turned, mirrored or framed, among many that are composed alike.

Of the inner part of a picture 8 x 8 and 16 x 16 shades are kept. A picture that is looked for is seen through many
windows, larger and smaller, turned, mirrored and moved: one of them shows what the inner part of the other shows, more
or less. The nearest are then laid upon one another exactly, which alone tells one portrait from the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from officer_console.imaging.opencv import Grey, Rgb, cv2, grey_of

INNER = 0.72
"""The part of a picture's width and height that is kept of it: what is left when somebody cuts, and not the frame."""

Floats = npt.NDArray[np.float32]
Warp = npt.NDArray[np.float32]
"""2 x 3: where a point of the kept part is in the picture that is looked for; both run from -1 to 1."""

_COARSE, _FINE = 8, 16
SIZE = _COARSE**2 + _FINE**2
_BASE = 96
_UNITS = 32
_SCALES = tuple(0.54 * 1.1**n for n in range(7))
_TURNS = (-2.5, 0.0, 2.5)
_MOVES = (-0.16, -0.08, 0.0, 0.08, 0.16)
_FEW_MOVES = (-0.08, 0.0, 0.08)
# A picture made lighter is white where it was light: from this on, in this share of it, it is looked for darker, too.
_WHITE, _MUCH_WHITE, _DARKER = 250, 0.05, 0.82
_CHUNK = 2048
# How many of the nearest are laid upon one another, first coarsely.
_LAID, _LAID_CLOSELY = 400, 120
_ROUNDS = 4
_NEAR = 0.9
_STEP = 0.08


@dataclass(frozen=True, slots=True)
class Near:
    """``index``: in what was given; ``score``: 1 when the shades are the same; ``warp``: how they lie on each other."""

    index: int
    score: float
    warp: Warp


def shades(rgb: Rgb) -> bytes:
    """Return what is kept of a picture: 320 signed bytes, coarse shades before fine ones."""
    grey = grey_of(rgb)
    window = np.array([[[INNER, 0, 0], [0, INNER, 0]]], np.float32)
    kept = [_plain(_seen([_base(grey, INNER, side)], window, side)[0], side)[0] * side for side in (_COARSE, _FINE)]
    return np.clip(np.round(np.concatenate(kept) * _UNITS), -127, 127).astype(np.int8).tobytes()


def nearest(rgb: Rgb, known: Sequence[bytes], count: int) -> tuple[Near, ...]:
    """Return those of the pictures, as `shades` gave them, that look most like this one, nearest first."""
    if not known:
        return ()
    kept = np.frombuffer(b"".join(known), np.int8).reshape(len(known), SIZE)
    grey = grey_of(rgb)
    found: dict[int, Near] = {}
    for view, moves in zip(views(grey), (_MOVES, _FEW_MOVES), strict=False):
        for near in _nearest(view, kept, moves):
            if near.index not in found or found[near.index].score < near.score:
                found[near.index] = near
    ordered = sorted(found.values(), key=lambda near: (-near.score, near.index))
    return tuple(near for near in ordered if near.score >= _NEAR)[:count]


def views(grey: Grey) -> tuple[Grey, ...]:
    """Return a picture as it is and, where much of it is white, as it may have been before somebody made it lighter."""
    white = grey >= _WHITE
    if float(white.mean()) <= _MUCH_WHITE:
        return (grey,)
    return grey, np.where(white, 255, grey * np.float32(_DARKER)).astype(np.uint8)


def _nearest(grey: Grey, kept: npt.NDArray[np.int8], moves: Sequence[float]) -> Iterator[Near]:
    pairs = [_windows(grey, scale, moves) for scale in _SCALES]
    windows = np.concatenate([window for window, _ in pairs])
    seen = np.concatenate([view for _, view in pairs]).T
    coarse = kept[:, : _COARSE**2].astype(np.float32)
    best, which = np.empty(len(kept), np.float32), np.empty(len(kept), np.intp)
    for at in range(0, len(kept), _CHUNK):
        scores = coarse[at : at + _CHUNK] @ seen
        which[at : at + _CHUNK] = scores.argmax(axis=1)
        best[at : at + _CHUNK] = scores.max(axis=1)
    chosen = _most(best, _LAID)
    warps, scores = _laid(grey, windows[which[chosen]], coarse[chosen], _COARSE)
    first = _most(scores, _LAID_CLOSELY)
    chosen = chosen[first]
    warps, scores = _laid(grey, warps[first], kept[chosen, _COARSE**2 :].astype(np.float32), _FINE)
    for index, score, warp in zip(chosen, scores, warps, strict=True):
        yield Near(int(index), float(score), warp)


def _most(scores: Floats, count: int) -> npt.NDArray[np.intp]:
    return np.argsort(-scores, kind="stable")[:count]


def _windows(grey: Grey, scale: float, moves: Sequence[float]) -> tuple[Warp, Floats]:
    """Return the windows of one size, and the coarse shades that are seen through them."""
    ratio = grey.shape[0] / grey.shape[1]
    made = []
    for turn, side, right, down in product(_TURNS, (1, -1), moves, moves):
        cos, sin = scale * np.cos(np.radians(turn)), scale * np.sin(np.radians(turn))
        made.append(((cos * side, -sin * ratio, right), (sin * side / ratio, cos, down)))
    windows = np.array(made, np.float32)
    return windows, _plain(_seen([_base(grey, scale, _COARSE)], windows, _COARSE)[0], _COARSE)


def _laid(grey: Grey, warps: Warp, targets: Floats, side: int) -> tuple[Warp, Floats]:
    """Return the warps moved until what they show is most like the targets, and how like it is (Gauss-Newton)."""
    base = _base(grey, INNER, side)
    right, down = slopes(base)
    targets = _plain(targets, side)
    x, y = grid(side)
    plane = np.broadcast_to(-np.stack([np.ones_like(x), x, y], axis=-1), (len(warps), x.size, 3))
    best, scores = warps.copy(), np.full(len(warps), -1, np.float32)
    for left in range(_ROUNDS, -1, -1):
        shown, to_right, to_down = _seen([base, right, down], warps, side)
        now = (_plain(shown, side) * targets).sum(axis=1)
        better = now > scores
        best[better], scores[better] = warps[better], now[better]
        if not left:
            break
        moved = np.stack([to_right * x, to_right * y, to_right, to_down * x, to_down * y, to_down], axis=-1)
        whole = np.concatenate([moved, -side * 10 * targets[..., None], plane], axis=-1)
        turned = whole.transpose(0, 2, 1)
        normal = turned @ whole
        damping = np.trace(normal[:, :6, :6], axis1=1, axis2=2)[:, None] / 6 * np.float32(1e-3) + np.float32(1e-3)
        diagonal = np.concatenate([np.repeat(damping, 6, axis=1), np.full((len(warps), 4), 1e-3)], axis=1)
        normal += diagonal[..., None] * np.eye(10)
        step = np.linalg.solve(normal.astype(np.float64), -(turned @ shown[..., None]).astype(np.float64))[:, :6, 0]
        warps = warps + np.clip(step, -_STEP, _STEP).reshape(-1, 2, 3).astype(np.float32)
    return best, scores


def slopes(shown: Floats) -> tuple[Floats, Floats]:
    """Return how the shades of a square picture change to the right and down, for one unit of -1 to 1."""
    scale = shown.shape[0] / 16
    right = np.asarray(cv2.Sobel(shown, cv2.CV_32F, 1, 0, ksize=3, scale=scale), np.float32)
    return right, np.asarray(cv2.Sobel(shown, cv2.CV_32F, 0, 1, ksize=3, scale=scale), np.float32)


def points(shown: Floats, across: Floats, down: Floats) -> Floats:
    """Return the shades between its pixels; beyond its rim goes on what is there."""
    return np.asarray(cv2.remap(shown, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _base(grey: Grey, scale: float, side: int) -> Floats:
    """Return a picture so blurred that single points of it tell of the cells of a window of that size."""
    small = cv2.resize(grey, (_BASE, _BASE), interpolation=cv2.INTER_AREA).astype(np.float32)
    sigma = scale / side * _BASE / 2
    return np.asarray(cv2.GaussianBlur(small, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)


def grid(side: int) -> tuple[Floats, Floats]:
    """Return across and down of the middles of the cells, row by row, from -1 to 1."""
    middles = (np.arange(side, dtype=np.float32) + 0.5) / side * 2 - 1
    down, across = np.meshgrid(middles, middles, indexing="ij")
    return np.asarray(across.ravel(), np.float32), np.asarray(down.ravel(), np.float32)


def _seen(bases: Sequence[Floats], warps: Warp, side: int) -> list[Floats]:
    """Return, for each base, what is seen through each window: warps x cells."""
    x, y = grid(side)
    at = (warps[:, :, 0:1] * x + warps[:, :, 1:2] * y + warps[:, :, 2:3] + 1) * np.float32(_BASE / 2) - np.float32(0.5)
    across, down = (np.ascontiguousarray(at[:, axis]).reshape(-1, side) for axis in (0, 1))
    return [points(base, across, down).reshape(len(warps), side * side) for base in bases]


def _plain(seen: Floats, side: int) -> Floats:
    """Return the shades without the light that falls on the whole, or from one side, and in one measure of contrast."""
    x, y = grid(side)
    light = np.stack([one / np.linalg.norm(one) for one in (np.ones_like(x), x, y)])
    plain = seen - (seen @ light.T) @ light
    return np.asarray(plain / (np.linalg.norm(plain, axis=1, keepdims=True) + np.float32(1e-3)), np.float32)
