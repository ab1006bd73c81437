"""Where a card or a page lies in a photo, and the same thing seen from straight above."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from officer_console.imaging.opencv import Rgb, cv2, shrunk

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Corners in pixels (x, y), clockwise from the top left."""
_Corners = npt.NDArray[np.float64]

CARD_RATIO = 85.60 / 53.98
"""Long side to short side of a card (ISO/IEC 7810, ID-1)."""
PAGE_RATIO = 297 / 210
_LONGEST = 640
# What a card or a page may look like under perspective; a portrait printed on a card (4:3) must stay outside.
_RATIOS = (1.34, 1.78)
# Share of the photo. What stands upright and is small may be the portrait printed on a card.
_SMALLEST = 0.14
_SMALLEST_UPRIGHT = 0.25
_LARGEST = 0.97
# How far beyond the border of the photo a corner may lie, of the longer side.
_OUTSIDE = 0.01
# Of each side this share must lie on an edge, and of all four together this.
_SIDE_SEEN = 0.75
_ALL_SEEN = 0.88
# Corners are rounded (radius 3.18 mm) and are found where the straight parts of the sides would meet.
_STRAIGHT = (0.09, 0.91)
_SAMPLES = 64
_REACH = 9
_STRONG = 9.0
_ALONG = np.linspace(*_STRAIGHT, _SAMPLES)
_STEPS = np.arange(-_REACH, _REACH + 1, dtype=np.float64)
# All straight lines across a strip of samples, as the step at which each sample is met.
_LINES = np.array(
    [np.rint(np.linspace(start, end, _SAMPLES)) for start in range(_STEPS.size) for end in range(_STEPS.size)], np.intp
)


def find_page(rgb: Rgb) -> Quad | None:
    """The card or page in a photo, or None when in doubt: the officer then sets the corners by hand."""
    small, scale = shrunk(rgb, _LONGEST)
    if min(small.shape[:2]) < 64:
        return None
    planes = _planes(small)
    steepness = _steepness(planes)
    height, width = small.shape[:2]
    found: list[tuple[float, _Corners]] = []
    tried: list[_Corners] = []
    for rough in _candidates(planes, steepness):
        if any(np.abs(rough - one).max() < 3 for one in tried):
            continue
        tried.append(rough)
        if any(np.abs(rough - corners).max() < _REACH for _, corners in found):
            continue
        corners = _refined(steepness, rough)
        if corners is None or not _plausible(corners, width, height):
            continue
        corners = _refined(steepness, corners)
        if corners is None or not _plausible(corners, width, height):
            continue
        seen = _seen(steepness, corners)
        if seen.min() >= _SIDE_SEEN and seen.mean() >= _ALL_SEEN:
            found.append((float(seen.mean()) * _area(corners) ** 0.5, corners))
    best = _undisputed(found)
    return None if best is None else _quad((best + 0.5) / scale - 0.5)


def upright(points: npt.ArrayLike) -> Quad:
    """Four corners in any order as a `Quad`: its first side is the one that runs most nearly to the right."""
    return _quad(_clockwise(np.asarray(points, np.float64).reshape(4, 2)))


def flat_size(quad: Quad) -> tuple[int, int]:
    """Width and height in pixels of what `quad` surrounds; a card's or an A4 page's exact shape when near it."""
    corners = np.asarray(quad, np.float64)
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = max(sides[0], sides[2]), max(sides[1], sides[3])
    long, short = max(width, height), max(1.0, min(width, height))
    known = min((CARD_RATIO, PAGE_RATIO), key=lambda ratio: abs(long / short - ratio))
    if abs(long / short - known) / known < 0.06:
        short = long / known
    width, height = (long, short) if width >= height else (short, long)
    return max(1, round(width)), max(1, round(height))


def straighten(rgb: Rgb, quad: Quad, size: tuple[int, int]) -> Rgb:
    """What `quad` surrounds, as a picture of `size` (width, height) in pixels."""
    width, height = size
    target = np.array([(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)], np.float32)
    matrix = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), target)
    flat = cv2.warpPerspective(rgb, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.uint8)


def _planes(small: Rgb) -> list[npt.NDArray[np.uint8]]:
    """Lightness, the two opponent colours and saturation: what is alike in one differs in another."""
    smooth = cv2.bilateralFilter(small, 5, 30, 5)
    lab = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB)
    saturation = cv2.cvtColor(smooth, cv2.COLOR_RGB2HSV)[:, :, 1]
    return [np.ascontiguousarray(plane, np.uint8) for plane in (*cv2.split(lab), saturation)]


def _steepness(planes: list[npt.NDArray[np.uint8]]) -> npt.NDArray[np.float32]:
    """Gradients (columns, rows) of lightness and the opponent colours, four of them a pixel and plane."""
    gradients = []
    for plane, weight in zip(planes[:3], (1.0, 2.0, 2.0), strict=True):
        smooth = cv2.GaussianBlur(plane, (0, 0), 1.2).astype(np.float32) * weight
        gradients.append(np.stack([cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)]) / 4)
    return np.stack(gradients)


def _candidates(planes: list[npt.NDArray[np.uint8]], steepness: npt.NDArray[np.float32]) -> Iterator[_Corners]:
    for mask in _masks(planes, steepness):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        least = mask.size * _SMALLEST
        for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:4]:
            hull = cv2.convexHull(contour)
            if cv2.contourArea(hull) < least:
                continue
            corners = _four(hull)
            if corners is not None:
                yield corners


def _masks(planes: list[npt.NDArray[np.uint8]], steepness: npt.NDArray[np.float32]) -> Iterator[Any]:
    kernel = np.ones((5, 5), np.uint8)
    for plane in planes:
        smooth = cv2.GaussianBlur(plane, (0, 0), 2)
        _, mask = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        for side in (mask, 255 - mask):
            yield cv2.morphologyEx(cv2.morphologyEx(side, cv2.MORPH_CLOSE, kernel), cv2.MORPH_OPEN, np.ones((9, 9)))
    steep = np.sqrt((steepness**2).sum(axis=1)).max(axis=0)
    for share in (85, 92, 96):
        edges = (steep > max(_STRONG, float(np.percentile(steep[::3, ::3], share)))).astype(np.uint8) * 255
        yield cv2.morphologyEx(edges, cv2.MORPH_CLOSE, kernel)
        yield cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))


def _four(hull: Any) -> _Corners | None:  # noqa: ANN401 - what OpenCV's contours are
    """The hull with four corners, or None when it has no such shape."""
    around = cv2.arcLength(hull, closed=True)
    for share in (0.02, 0.03, 0.05, 0.07, 0.1):
        corners = cv2.approxPolyDP(hull, share * around, closed=True)
        if len(corners) == 4:
            return _clockwise(corners.reshape(4, 2).astype(np.float64))
        if len(corners) < 4:
            return None
    return None


def _clockwise(corners: _Corners) -> _Corners:
    middle = corners.mean(axis=0)
    # rows grow downwards: rising angles go clockwise for the eye
    ordered = corners[np.argsort(np.arctan2(*(corners - middle).T[::-1]))]
    sides = np.roll(ordered, -1, axis=0) - ordered
    first = int(np.argmin(np.abs(np.arctan2(sides[:, 1], sides[:, 0]))))
    return np.roll(ordered, -first, axis=0)


def _across(
    steepness: npt.NDArray[np.float32], start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> tuple[_Corners, npt.NDArray[np.float64], npt.NDArray[np.float32]]:
    """Points along a side, its normal, and how steep each plane is across it from `_REACH` inside to outside."""
    points = start + (end - start) * _ALONG[:, None]
    way = (end - start) / max(1e-6, float(np.linalg.norm(end - start)))
    normal = np.array([way[1], -way[0]])
    grid = (points[:, None, :] + normal * _STEPS[None, :, None]).astype(np.float32)
    columns, rows = np.ascontiguousarray(grid[..., 0]), np.ascontiguousarray(grid[..., 1])
    steep = [
        sum(
            cv2.remap(part, columns, rows, cv2.INTER_LINEAR) * float(share)
            for part, share in zip(plane, normal, strict=True)
        )
        for plane in steepness
    ]
    return points, normal, np.stack(steep)


def _refined(steepness: npt.NDArray[np.float32], corners: _Corners) -> _Corners | None:
    """Each side laid along the longest edge near it, the corners where the sides meet."""
    lines = []
    every = np.arange(_SAMPLES)
    for start, end in pairwise([*corners, corners[0]]):
        points, normal, signed = _across(steepness, start, end)
        across = np.abs(signed).max(axis=0)
        # a long faint edge is the card's, a short sharp one something printed on it
        worth = np.minimum(across, 2 * _STRONG)
        line = _LINES[int(worth[every, _LINES].sum(axis=1).argmax())]
        near = np.clip(line[:, None] + np.arange(-2, 3), 0, _STEPS.size - 1)
        best = near[every, across[every[:, None], near].argmax(axis=1)]
        strong = across[every, best] > _STRONG
        if strong.sum() < _SAMPLES * 0.4:
            return None
        hit = (points + normal * _STEPS[best][:, None])[strong].astype(np.float32)
        lines.append(cv2.fitLine(hit, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().astype(np.float64))
    meeting = [_meeting(lines[side - 1], lines[side]) for side in range(4)]
    return None if any(point is None for point in meeting) else np.array(meeting)


def _meeting(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
    ways = np.array([one[:2], -other[:2]]).T
    if abs(np.linalg.det(ways)) < 0.5:
        return None
    found: npt.NDArray[np.float64] = one[2:] + one[:2] * np.linalg.solve(ways, other[2:] - one[2:])[0]
    return found


def _seen(steepness: npt.NDArray[np.float32], corners: _Corners) -> npt.NDArray[np.float64]:
    """Share of each side that lies on an edge, from the same darker to the same lighter side of it all along.

    The grain of a table has edges everywhere, but they go either way.
    """
    shares = []
    for start, end in pairwise([*corners, corners[0]]):
        across = _across(steepness, start, end)[2][..., _REACH - 1 : _REACH + 2]
        rising, falling = (across.max(axis=2) > _STRONG).mean(axis=1), (across.min(axis=2) < -_STRONG).mean(axis=1)
        shares.append(max(float(rising.max()), float(falling.max())))
    return np.array(shares)


def _plausible(corners: _Corners, width: int, height: int) -> bool:
    margin = _OUTSIDE * max(width, height)
    if corners.min() < -margin or (corners > np.array([width, height]) - 1 + margin).any():
        return False
    if not _SMALLEST <= _area(corners) / (width * height) <= _LARGEST:
        return False
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(sides, axis=1)
    across, down = lengths[0] + lengths[2], lengths[1] + lengths[3]
    if lengths.min() < 1 or (down > across and _area(corners) < _SMALLEST_UPRIGHT * width * height):
        return False
    units = sides / lengths[:, None]
    turns = np.roll(units, -1, axis=0)
    sines = units[:, 0] * turns[:, 1] - units[:, 1] * turns[:, 0]
    ratio = max(across / down, down / across)
    opposite = max(lengths[0] / lengths[2], lengths[2] / lengths[0], lengths[1] / lengths[3], lengths[3] / lengths[1])
    return bool(sines.min() > 0.85 and _RATIOS[0] <= ratio <= _RATIOS[1] and opposite < 1.35)


def _area(corners: _Corners) -> float:
    return float(cv2.contourArea(corners.astype(np.float32)))


def _undisputed(found: list[tuple[float, _Corners]]) -> _Corners | None:
    """The best of the quads, unless another good one says something else than a part of it."""
    if not found:
        return None
    best = max(found, key=lambda one: one[0])[1]
    shape = best.astype(np.float32)
    for _, other in found:
        near = np.abs(other - best).max() < 0.02 * _area(best) ** 0.5
        inside = all(cv2.pointPolygonTest(shape, (float(x), float(y)), measureDist=True) > -4 for x, y in other)
        if not near and not inside:
            return None
    return best


def _quad(corners: _Corners) -> Quad:
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return a, b, c, d
