"""Edits are recipes: the original stays, and the same recipe always gives the same picture."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from officer_console.imaging.deskew import angle, turn
from officer_console.imaging.edges import find_page
from officer_console.imaging.edit import Edit, apply
from officer_console.imaging.opencv import grey_of
from tests.imaging.pages import page
from tests.imaging.photos import photo

edits = st.builds(
    Edit,
    quad=st.none() | st.just(((3.0, 2.0), (30.0, 4.0), (28.0, 22.0), (1.0, 20.0))),
    quarters=st.integers(-8, 8),
    deskew=st.floats(-44, 44),
)


@settings(max_examples=25, deadline=None)
@given(edits)
def test_an_edit_leaves_the_original_alone_and_gives_the_same_again(edit: Edit) -> None:
    original = np.random.default_rng(1).integers(0, 255, (25, 40, 3)).astype(np.uint8)
    before = original.copy()

    edited = apply(original, edit)

    assert np.array_equal(edited, apply(original, edit))
    edited[:] = 0
    assert np.array_equal(original, before)


def test_the_empty_edit_shows_the_original() -> None:
    assert np.array_equal(apply(page(), Edit()), page())


def test_an_edit_cuts_the_card_out_and_lays_it_straight() -> None:
    taken = photo(2)
    quad = find_page(taken.rgb)

    flat = apply(taken.rgb, Edit(quad=quad))

    assert flat.shape[1] / flat.shape[0] == pytest.approx(85.60 / 53.98, rel=0.01)
    assert apply(taken.rgb, Edit(quad=quad, quarters=1)).shape == (flat.shape[1], flat.shape[0], 3)


def test_an_edit_makes_a_leaning_page_upright() -> None:
    leaning = turn(page(), -4)

    upright = apply(leaning, Edit(deskew=angle(grey_of(leaning))))

    assert abs(angle(grey_of(upright))) < 0.1


def test_four_quarters_are_none() -> None:
    assert Edit(quarters=5) == Edit(quarters=1) == dataclasses.replace(Edit(quarters=-3))


@pytest.mark.parametrize("lean", [math.nan, math.inf, 45.0, -90.0])
def test_a_lean_that_is_none_is_refused(lean: float) -> None:
    with pytest.raises(ValueError, match="deskew"):
        Edit(deskew=lean)


def test_corners_that_are_nowhere_are_refused() -> None:
    with pytest.raises(ValueError, match="quad"):
        Edit(quad=((0.0, math.nan), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
