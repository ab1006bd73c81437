"""A picture in 64 bits that stay when it is stored smaller or anew: what older stores know of pictures."""

from __future__ import annotations

import numpy as np

from officer_console.imaging.opencv import Rgb, cv2, grey_of

SAME = 6
"""Up to this distance two pictures are taken for copies of one another: copies differ in 2 bits, faces in 10."""
_SIDE = 32
_FINEST_FIRST = sorted(((u, v) for u in range(_SIDE) for v in range(_SIDE)), key=lambda at: (at[0] + at[1], at[0]))
# The 64 coarsest waves of the picture, without its mean brightness.
_WAVES = tuple(np.array(_FINEST_FIRST[1:65]).T)
_FLAT = 0.5


def fingerprint(rgb: Rgb) -> int:
    """64 bits: whether each of the coarsest waves of the picture is stronger than the median of them (pHash)."""
    small = cv2.resize(grey_of(rgb), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    waves = cv2.dct(small.astype(np.float32))[_WAVES]
    bits = waves > np.median(waves) + _FLAT
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def distance(a: int, b: int) -> int:
    """How many of the 64 bits differ."""
    return (a ^ b).bit_count()
