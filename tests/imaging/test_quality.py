"""What the officer is told about a poor picture, and that a good one passes without a word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from officer_console.imaging.opencv import Rgb, cv2
from officer_console.imaging.quality import ADVICE, Kind, measure
from tests.imaging.faces import portrait, put_face
from tests.imaging.pages import page
from tests.imaging.photos import card

CARD = np.asarray(cv2.GaussianBlur(card(np.random.default_rng(0))[0], (0, 0), 0.7), np.uint8)
GOOD = {Kind.PORTRAIT: portrait(), Kind.CARD: CARD, Kind.PAGE: np.asarray(cv2.resize(page(), (1654, 2339)), np.uint8)}


def blurred(rgb: Rgb, by: float) -> Rgb:
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), by), np.uint8)


def lit(rgb: Rgb, times: float, more: float = 0) -> Rgb:
    return np.clip(rgb * times + more, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", Kind)
def test_a_good_picture_needs_no_advice(kind: Kind) -> None:
    assert measure(GOOD[kind], kind).advice == ()


@pytest.mark.parametrize("kind", Kind)
def test_a_blurred_picture_is_called_blurred(kind: Kind) -> None:
    assert "blurred" in measure(blurred(GOOD[kind], 4), kind).advice


@pytest.mark.parametrize("kind", Kind)
def test_more_blur_is_less_sharp(kind: Kind) -> None:
    found = [measure(blurred(GOOD[kind], by), kind).sharpness for by in (0.5, 1, 2, 4, 8)]

    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("kind", Kind)
def test_a_picture_taken_in_the_dark_is_called_dark(kind: Kind) -> None:
    assert "dark" in measure(lit(GOOD[kind], 0.25), kind).advice


def test_an_overexposed_portrait_is_called_bright() -> None:
    assert "bright" in measure(lit(portrait(), 0.5, 145), Kind.PORTRAIT).advice


def test_a_lamp_on_a_card_is_called_glare_and_white_paper_is_not() -> None:
    shining = CARD.copy()
    cv2.circle(shining, (450, 300), 60, (255, 255, 255), -1)

    assert "glare" in measure(shining, Kind.CARD).advice
    assert "glare" not in measure(np.full((2339, 1654, 3), 255, np.uint8), Kind.PAGE).advice


@pytest.mark.parametrize(("kind", "width", "height"), [
    (Kind.PORTRAIT, 240, 320), (Kind.CARD, 428, 270), (Kind.PAGE, 827, 1169),
])  # fmt: skip
def test_too_few_pixels_are_told_with_the_resolution(kind: Kind, width: int, height: int) -> None:
    few = np.asarray(cv2.resize(GOOD[kind], (width, height), interpolation=cv2.INTER_AREA), np.uint8)

    found = measure(few, kind)

    assert "low-resolution" in found.advice
    assert found.resolution == pytest.approx({Kind.PORTRAIT: 203, Kind.CARD: 127, Kind.PAGE: 100}[kind], abs=1)


def test_the_face_is_found_where_it_is() -> None:
    face = measure(portrait(), Kind.PORTRAIT).face

    assert face is not None
    assert face.x < 300 < face.x + face.width
    assert face.y < 360 < face.y + face.height


def test_a_portrait_without_a_face_says_so() -> None:
    found = measure(portrait(at=(3, 3)), Kind.PORTRAIT)

    assert found.face is None
    assert "no-face" in found.advice


def test_two_people_in_a_portrait_are_told() -> None:
    two = portrait(width=1200, at=(0.25, 0.45), size=0.25)
    put_face(two, (900, 360), 300)

    assert "several-faces" in measure(two, Kind.PORTRAIT).advice


def test_a_face_at_the_side_is_told() -> None:
    assert measure(portrait(at=(0.25, 0.4), size=0.35), Kind.PORTRAIT).advice == ("face-off-centre",)


@pytest.mark.parametrize("shade", [30, 128])
def test_a_bar_over_the_eyes_is_told(shade: int) -> None:
    covered = portrait()
    face = measure(covered, Kind.PORTRAIT).face
    assert face is not None
    top = face.y + round(0.28 * face.height)
    covered[top : top + round(0.22 * face.height), face.x : face.x + face.width] = shade
    assert "eyes-hidden" in measure(covered, Kind.PORTRAIT).advice


def test_pictures_looked_at_side_by_side_do_not_mix_up_their_faces() -> None:
    pictures = [portrait(width=width, height=width * 4 // 3) for width in (300, 420, 600, 480)] * 3
    alone = [measure(rgb, Kind.PORTRAIT) for rgb in pictures[:4]] * 3

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda rgb: measure(rgb, Kind.PORTRAIT), pictures))

    assert together == alone


def test_faces_are_looked_for_in_portraits_only() -> None:
    assert measure(portrait(), Kind.PAGE).face is None


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 300, 3), (40, 40, 3)])
def test_advice_comes_in_a_fixed_order_for_any_picture(kind: Kind, shape: tuple[int, int, int]) -> None:
    advice = measure(np.zeros(shape, np.uint8), kind).advice

    assert list(advice) == [code for code in ADVICE if code in advice]
    assert "low-resolution" in advice
