"""Cards are found in photos of them, and nothing where there is doubt."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from officer_console.imaging.edges import CARD_RATIO, Quad, find_page, flat_size, straighten, upright
from officer_console.imaging.opencv import cv2
from tests.imaging.photos import finished, off, photo, table

SEEDS = range(40)


@pytest.fixture(scope="module")
def errors() -> list[float | None]:
    """Of each photo the worst corner's error as a share of the card's width, None where no card was found."""
    found = []
    for seed in SEEDS:
        taken = photo(seed)
        quad = find_page(taken.rgb)
        found.append(None if quad is None else off(taken, quad))
    return found


def test_most_cards_are_found_to_within_a_fiftieth_of_their_width(errors: list[float | None]) -> None:
    assert sum(error is not None and error < 0.02 for error in errors) >= 35


def test_no_card_is_found_where_it_does_not_lie(errors: list[float | None]) -> None:
    assert max(error for error in errors if error is not None) < 0.02


@pytest.mark.parametrize("seed", range(12))
def test_an_empty_table_has_no_card(seed: int) -> None:
    numbers = np.random.default_rng(seed)

    assert find_page(finished(numbers, table(numbers, 640, 480))) is None


@pytest.mark.parametrize("seed", range(12))
def test_a_card_that_runs_out_of_the_photo_is_not_found(seed: int) -> None:
    taken = photo(seed)
    middle = round(taken.corners[:, seed % 2].mean())
    rest = taken.rgb[middle:] if seed % 2 else taken.rgb[:, :middle]

    assert find_page(np.ascontiguousarray(rest)) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (40, 400, 3), (300, 400, 3)])
def test_a_picture_of_nothing_has_no_card(shape: tuple[int, int, int]) -> None:
    assert find_page(np.full(shape, 255, np.uint8)) is None


def test_an_a4_page_on_a_dark_desk_is_found() -> None:
    rgb = np.full((1200, 900, 3), 50, np.uint8)
    corners = np.array([(120, 100), (770, 130), (760, 1060), (100, 1040)])
    cv2.fillPoly(rgb, [corners], (240, 240, 235))
    for line in range(12):
        cv2.putText(rgb, "Don dang ky giao dich dien tu", (180, 220 + line * 60), 0, 1.0, (30, 30, 30), 2)

    quad = find_page(finished(np.random.default_rng(1), rgb))

    assert quad is not None
    assert np.abs(np.asarray(quad) - corners).max() < 0.02 * 650


def test_what_was_found_is_straightened_to_its_true_shape() -> None:
    taken = photo(2)
    quad = upright(taken.corners)
    width, height = flat_size(quad)

    flat = straighten(taken.rgb, quad, (width, height))

    assert flat.shape == (height, width, 3)
    assert width / height == pytest.approx(CARD_RATIO, rel=0.01)
    # the portrait of the drawn card is at its left, its code at the top right
    code = flat[round(height * 0.04) : round(height * 0.3), round(width * 0.81) : round(width * 0.97)]
    assert code.std() > flat[round(height * 0.9) :, round(width * 0.5) :].std() * 2


corner_shifts = st.lists(st.floats(-20, 20), min_size=8, max_size=8)


@given(corner_shifts, st.permutations(range(4)))
def test_corners_in_any_order_make_the_same_quad(shifts: list[float], order: list[int]) -> None:
    corners = np.array([(100, 100), (400, 100), (400, 300), (100, 300)]) + np.reshape(shifts, (4, 2))

    assert np.allclose(upright(corners[order]), corners)


@settings(max_examples=20)
@given(st.integers(20, 60), st.integers(20, 60))
def test_a_quad_along_the_border_changes_nothing(width: int, height: int) -> None:
    rgb = np.random.default_rng(width * height).integers(0, 255, (height, width, 3)).astype(np.uint8)
    border: Quad = ((0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1))

    assert np.array_equal(straighten(rgb, border, (width, height)), rgb)


def test_the_size_of_a_quad_is_never_empty() -> None:
    for quad in itertools.product([(0.0, 0.0), (0.2, 0.1)], repeat=4):
        assert min(flat_size(quad)) >= 1
