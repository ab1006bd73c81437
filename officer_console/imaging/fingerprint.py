"""A picture in 64 bits that stay when it is stored smaller or anew, to notice the same picture twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from officer_console.imaging.opencv import Rgb, cv2, grey_of

SAME = 6
"""Up to this distance two pictures are taken for copies of one another: copies differ in 2 bits, faces in 10."""
_SIDE = 32
_FINEST_FIRST = sorted(((u, v) for u in range(_SIDE) for v in range(_SIDE)), key=lambda at: (at[0] + at[1], at[0]))
# The 64 coarsest waves of the picture, without its mean brightness.
_WAVES = tuple(np.array(_FINEST_FIRST[1:65]).T)
_FLAT = 0.5
# A closer look: shades in units of the picture's own contrast. Copies differ in 0.04 on the whole and 0.5 in a patch of
# it, drawn portraits of different people in 0.1 and 0.8, different cards in 0.19 and 1.6.
_LOOKED_AT = 64
_PATCH = 5
_APART, _PATCH_APART = 0.06, 0.65


def fingerprint(rgb: Rgb) -> int:
    """64 bits: whether each of the coarsest waves of the picture is stronger than the median of them (pHash)."""
    small = cv2.resize(grey_of(rgb), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    waves = cv2.dct(small.astype(np.float32))[_WAVES]
    bits = waves > np.median(waves) + _FLAT
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def distance(a: int, b: int) -> int:
    """How many of the 64 bits differ."""
    return (a ^ b).bit_count()


def alike(a: Rgb, b: Rgb) -> bool:
    """Whether two pictures are copies of one another; for those whose fingerprints are near.

    Portraits are alike in their coarse waves: a head in the middle before a wall.
    """
    apart = np.abs(_shades(a) - _shades(b))
    patches = cv2.blur(apart, (_PATCH, _PATCH))
    return float(apart.mean()) < _APART and float(np.asarray(patches).max()) < _PATCH_APART


def _shades(rgb: Rgb) -> npt.NDArray[np.float32]:
    small = cv2.resize(grey_of(rgb), (_LOOKED_AT, _LOOKED_AT), interpolation=cv2.INTER_AREA)
    shades = np.asarray(small, np.float32)
    return np.asarray((shades - shades.mean()) / max(1.0, float(shades.std())), np.float32)
