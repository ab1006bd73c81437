"""The same picture is known again, another is not."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.imaging.fingerprint import SAME, distance, fingerprint
from officer_console.imaging.opencv import Rgb, cv2
from tests.imaging.photos import photo

PHOTOS = [photo(seed, width=640, height=480).rgb for seed in range(12)]
PRINTS = [fingerprint(rgb) for rgb in PHOTOS]

bits = st.integers(0, 2**64 - 1)


def stored(rgb: Rgb, quality: int) -> Rgb:
    _, data = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@pytest.mark.parametrize("quality", [30, 60, 90])
def test_a_copy_stored_anew_is_near(quality: int) -> None:
    for rgb, known in zip(PHOTOS, PRINTS, strict=True):
        assert distance(fingerprint(stored(rgb, quality)), known) <= SAME


@pytest.mark.parametrize("size", [(320, 240), (200, 150), (1280, 960)])
def test_a_copy_of_another_size_is_near(size: tuple[int, int]) -> None:
    for rgb, known in zip(PHOTOS, PRINTS, strict=True):
        assert distance(fingerprint(np.asarray(cv2.resize(rgb, size), np.uint8)), known) <= SAME


def test_a_lighter_copy_is_near() -> None:
    for rgb, known in zip(PHOTOS, PRINTS, strict=True):
        lighter = (rgb.astype(np.float32) * 0.85 + 30).astype(np.uint8)
        assert distance(fingerprint(lighter), known) <= SAME


def test_different_pictures_are_far_apart() -> None:
    assert min(distance(one, other) for one, other in itertools.combinations(PRINTS, 2)) > SAME + 2


def test_flat_pictures_have_the_same_fingerprint() -> None:
    prints = {fingerprint(np.full((50, 70, 3), level, np.uint8)) for level in (0, 100, 255)}

    assert prints == {0}


@given(bits, bits, bits)
def test_distances_are_distances(a: int, b: int, c: int) -> None:
    assert distance(a, a) == 0
    assert distance(a, b) == distance(b, a) <= 64
    assert distance(a, c) <= distance(a, b) + distance(b, c)
