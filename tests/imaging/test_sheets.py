"""Both sides of a card on one sheet, and sheets with nothing on them."""

from __future__ import annotations

import numpy as np
import pytest

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


@pytest.mark.parametrize("level", [150, 200, 250])
def test_a_scan_of_empty_paper_is_blank(level: int) -> None:
    assert is_blank(scanned(level))


def test_dust_the_lids_shadow_and_what_shines_through_leave_it_blank() -> None:
    sheet = scanned(240)
    sheet[:, :25] = 60
    for x, y in np.random.default_rng(1).integers(100, 1100, (30, 2)):
        sheet[y : y + 2, x : x + 2] = 90
    through = page()[:, ::-1]
    sheet = np.where(through < 128, sheet - 14, sheet)

    assert is_blank(sheet)


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
