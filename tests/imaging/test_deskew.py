"""How far a page leans, and turning it upright."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from officer_console.imaging.deskew import angle, quarter, turn
from officer_console.imaging.opencv import grey_of
from tests.imaging.pages import page

PAGE = page()


@settings(max_examples=8, deadline=None)
@given(st.floats(-10, 10))
def test_a_lean_of_up_to_ten_degrees_is_found_to_a_tenth(lean: float) -> None:
    assert angle(grey_of(turn(PAGE, -lean))) == pytest.approx(lean, abs=0.1)


def test_a_page_made_upright_leans_no_more() -> None:
    leaning = turn(PAGE, -3.7)

    assert abs(angle(grey_of(turn(leaning, angle(grey_of(leaning)))))) <= 0.1


def test_a_page_with_five_lines_is_enough() -> None:
    assert angle(grey_of(turn(page(3, lines=5), 2.3))) == pytest.approx(-2.3, abs=0.1)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_page_without_rows_is_left_as_it_lies(level: int) -> None:
    assert angle(np.full((800, 600), level, np.uint8)) == 0.0


def test_noise_has_no_lean() -> None:
    assert angle(np.random.default_rng(1).integers(0, 255, (800, 600)).astype(np.uint8)) == 0.0


def test_turning_loses_nothing_of_the_page_and_adds_white() -> None:
    black = np.zeros((200, 300, 3), np.uint8)

    turned = turn(black, 30)

    assert (turned[0, 0] == 255).all()
    assert (turned < 128).all(axis=2).sum() == pytest.approx(200 * 300, rel=0.01)


@settings(max_examples=20)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(-9, 9), st.integers(-9, 9))
def test_quarters_add_up(width: int, height: int, some: int, more: int) -> None:
    rgb = np.arange(width * height * 3, dtype=np.uint8).reshape(height, width, 3)

    assert np.array_equal(quarter(quarter(rgb, some), more), quarter(rgb, some + more))
    assert np.array_equal(quarter(rgb, 4), rgb)


def test_a_quarter_is_clockwise() -> None:
    rgb = np.zeros((2, 3, 3), np.uint8)
    rgb[0, 0] = 9

    assert (quarter(rgb, 1)[0, -1] == 9).all()
