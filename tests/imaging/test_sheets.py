"""Both sides of a card on one sheet, and sheets with nothing on them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from officer_console.imaging.opencv import cv2
from officer_console.imaging.sheets import both_sides, is_blank
from tests.imaging.pages import page


def coloured(width: int, height: int, colour: tuple[int, int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((height, width, 3), colour, np.uint8)


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("size", [(856, 540), (540, 856), (1500, 900)])
def test_both_sides_stand_on_an_a4_sheet_in_true_size(dpi: int, size: tuple[int, int]) -> None:
    sheet = both_sides(coloured(*size, (200, 0, 0)), coloured(*size, (0, 0, 200)), dpi)

    assert sheet.shape == (round(297 / 25.4 * dpi), round(210 / 25.4 * dpi), 3)
    for channel in (0, 2):
        rows, columns = np.nonzero((sheet[:, :, channel] == 200) & (sheet[:, :, 1] == 0))
        assert (np.ptp(columns) + 1) / dpi * 25.4 == pytest.approx(85.60, abs=0.5 / dpi * 25.4)
        assert (np.ptp(rows) + 1) / dpi * 25.4 == pytest.approx(53.98, abs=0.5 / dpi * 25.4)


def test_the_front_is_above_the_back_with_white_around_both() -> None:
    sheet = both_sides(coloured(856, 540, (200, 0, 0)), coloured(856, 540, (0, 0, 200)))

    front, back = (np.nonzero(sheet[:, :, channel] == 200)[0] for channel in (0, 2))

    assert front.max() + 100 < back.min()
    assert (sheet[:, :300] == 255).all()
    assert (sheet[:, -300:] == 255).all()


def scanned(
    level: int = 245, *, width: int = 1240, height: int = 1754
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    noise = np.random.default_rng(4).normal(level, 3, (height, width, 3))
    return np.clip(noise, 0, 255).astype(np.uint8)


def grainy(
    sheet: np.ndarray[tuple[int, ...], np.dtype[Any]], *, seed: int, spread: float = 3.0
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the sheet with the noise of a scanner."""
    noise = np.random.default_rng(seed).normal(0, spread, sheet.shape)
    return np.clip(sheet + noise, 0, 255).astype(np.uint8)


def encoded(sheet: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(sheet).save(file, "JPEG", quality=60)
    return file.getvalue()


@pytest.mark.parametrize("level", [150, 200, 250])
def test_a_scan_of_empty_paper_is_blank(level: int) -> None:
    assert is_blank(scanned(level))


def test_dust_the_lids_shadow_and_what_shines_through_leave_it_blank() -> None:
    sheet = scanned(240)
    sheet[:, :23] = 60
    for x, y in np.random.default_rng(1).integers(100, 1100, (30, 2)):
        sheet[y : y + 2, x : x + 2] = 90
    through = page()[:, ::-1]
    sheet = np.where(through < 128, sheet - 14, sheet)

    assert is_blank(sheet)


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize(("darker", "blurred_mm"), [(8, 0.2), (14, 0.2), (18, 0.35), (22, 0.5)])
def test_writing_that_shines_through_leaves_it_blank(dpi: int, darker: int, blurred_mm: float) -> None:
    other = cv2.resize(page(3)[:, ::-1], (round(8.27 * dpi), round(11.69 * dpi)), interpolation=cv2.INTER_AREA)
    through = cv2.GaussianBlur(255 - other, (0, 0), blurred_mm * dpi / 25.4) / 255 * darker

    assert is_blank(grainy(244 - through, seed=5))


def test_a_red_stamp_that_shines_through_leaves_it_blank() -> None:
    other = np.full((1754, 1240, 3), 255, np.uint8)
    cv2.circle(other, (700, 1200), 100, (220, 20, 30), 7, cv2.LINE_AA)
    through = cv2.GaussianBlur(255 - other, (0, 0), 2) * 0.08

    assert is_blank(grainy(244 - through, seed=6))


@pytest.mark.parametrize("spread", [3.0, 6.0])
@pytest.mark.parametrize("paper", [(250, 250, 250), (235, 240, 220), (245, 225, 230), (200, 200, 200)])
def test_noise_and_the_blocks_of_a_jpeg_file_on_any_paper_leave_it_blank(
    paper: tuple[int, int, int], spread: float
) -> None:
    sheet = grainy(coloured(1654, 2339, paper), seed=2, spread=spread)

    assert is_blank(sheet)
    assert is_blank(np.asarray(Image.open(io.BytesIO(encoded(sheet)))))


@pytest.mark.parametrize("darker", [20, 60, 140])
def test_dust_and_the_line_that_a_speck_draws_in_a_feeder_leave_it_blank(darker: int) -> None:
    sheet = scanned(244)
    for x, y in np.random.default_rng(5).integers(60, 1100, (150, 2)):
        sheet[y : y + 2, x : x + 2] = 190
    sheet[:, 708:710] -= np.uint8(darker)

    assert is_blank(sheet)


@pytest.mark.parametrize("colour", [(232, 205, 205), (235, 190, 190), (238, 215, 215)])
def test_a_pale_red_fingerprint_is_not_blank(colour: tuple[int, int, int]) -> None:
    sheet = coloured(1654, 2339, (244, 243, 240))
    for across in range(8, 72, 9):
        cv2.ellipse(sheet, (800, 1200), (across * 4 // 5, across), 0, 0, 360, colour, 3, cv2.LINE_AA)

    assert not is_blank(grainy(sheet, seed=11))


@pytest.mark.parametrize("level", [225, 210, 190])
def test_light_pencil_is_not_blank(level: int) -> None:
    sheet = coloured(1654, 2339, (248, 248, 246))
    cv2.putText(sheet, "Con dong y - me Hoa", (400, 700), 0, 1.2, (level, level, level), 3, cv2.LINE_AA)

    assert not is_blank(grainy(sheet, seed=12))


@pytest.mark.parametrize("colour", [(255, 250, 150), (250, 240, 120), (255, 255, 190)])
def test_the_stroke_of_a_marker_is_not_blank(colour: tuple[int, int, int]) -> None:
    sheet = coloured(1654, 2339, (248, 248, 246))
    sheet[800:840, 300:420] = colour

    assert not is_blank(grainy(sheet, seed=13))


@pytest.mark.parametrize("place", [(300, 70), (40, 900), (1450, 2300)])
def test_a_note_beyond_the_outermost_four_millimetres_is_not_blank(place: tuple[int, int]) -> None:
    sheet = coloured(1654, 2339, (248, 248, 246))
    cv2.putText(sheet, "HS 1000", place, 0, 1.0, (20, 20, 20), 3, cv2.LINE_AA)

    assert not is_blank(grainy(sheet, seed=15))


def test_one_word_is_enough_not_to_be_blank() -> None:
    sheet = scanned(245)
    cv2.putText(sheet, "Khong", (500, 800), 0, 0.7, (90, 90, 150), 2, cv2.LINE_AA)

    assert not is_blank(sheet)


def test_pages_of_writing_and_dark_pictures_are_not_blank() -> None:
    assert not is_blank(page())
    assert not is_blank(scanned(40))
    assert not is_blank(both_sides(coloured(856, 540, (150, 150, 150)), coloured(856, 540, (150, 150, 150))))


def test_next_to_no_pixels_are_not_called_blank() -> None:
    assert not is_blank(np.full((2, 2, 3), 255, np.uint8))
