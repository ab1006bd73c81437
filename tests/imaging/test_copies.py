"""A picture is found again after what people do to pictures; other people's are not taken for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bench.duplicates import CARD, PORTRAIT, pictures
from bench.retaken import SINGLE
from officer_console.imaging.copies import SAME_CARD, SAME_PORTRAIT, apart
from officer_console.imaging.opencv import Rgb
from officer_console.imaging.shades import SIZE, nearest, shades

PORTRAITS, CARDS = pictures(PORTRAIT, 60), pictures(CARD, 40)
# Where the paper of a card is white already, what is made lighter loses other shades than the letters do.
OF_CARDS = [name for name in SINGLE if name != "lighter by 20 %"]


def told(rgb: Rgb, seen: Sequence[Rgb], same: float) -> set[int]:
    """Return which of the pictures are copies of this one."""
    found = {near.index: apart(rgb, seen[near.index], near.warp) for near in nearest(rgb, KNOWN[id(seen)], 5)}
    return {index for index, how in found.items() if how is not None and how.figure < same}


KNOWN = {id(seen): [shades(rgb) for rgb in seen] for seen in (PORTRAITS, CARDS)}


@pytest.mark.parametrize("change", SINGLE)
def test_a_changed_portrait_is_found_and_no_other(change: str) -> None:
    random = np.random.default_rng(3)
    results = [told(SINGLE[change](PORTRAITS[own], random), PORTRAITS, SAME_PORTRAIT) for own in range(30)]

    assert sum(own in result for own, result in enumerate(results)) >= 28
    assert all(result <= {own} for own, result in enumerate(results))


@pytest.mark.parametrize("change", OF_CARDS)
def test_a_changed_card_is_found_and_no_other_of_the_same_template(change: str) -> None:
    random = np.random.default_rng(3)
    results = [told(SINGLE[change](CARDS[own], random), CARDS, SAME_CARD) for own in range(8)]

    assert sum(own in result for own, result in enumerate(results)) >= 7
    assert all(result <= {own} for own, result in enumerate(results))


def test_a_portrait_that_is_not_there_is_not_found() -> None:
    others = PORTRAITS[1:]
    known = [shades(rgb) for rgb in others]

    for near in nearest(PORTRAITS[0], known, 5):
        how = apart(PORTRAITS[0], others[near.index], near.warp)
        assert how is None or how.figure > SAME_PORTRAIT


def test_nothing_is_near_where_nothing_is_known() -> None:
    assert nearest(PORTRAITS[0], [], 5) == ()


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_has_shades_and_is_like_nothing(level: int) -> None:
    flat = np.full((50, 70, 3), level, np.uint8)

    assert len(shades(flat)) == SIZE
    assert nearest(flat, KNOWN[id(PORTRAITS)], 5) == ()


def test_pictures_without_a_hint_how_they_lie_are_compared_as_they_are() -> None:
    same, other = apart(PORTRAITS[0], PORTRAITS[0]), apart(PORTRAITS[0], PORTRAITS[1])

    assert same is not None
    assert same.figure < 0.01
    assert other is None or other.figure > SAME_PORTRAIT
