"""Pictures become files of a given size, and codes in them stay readable."""

from __future__ import annotations

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from officer_console.imaging.encode import PAGE_BYTES, PORTRAIT_BYTES, OverBudgetError, within
from officer_console.imaging.opencv import Rgb, cv2
from tests.imaging.pages import page

TEXT = "012345678901|123456789|Nguyễn Thị Minh Khai|01021990|Nữ|Hà Nội|01012021"


def pixels(data: bytes) -> Rgb:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def says(data: bytes) -> bool:
    return any(
        code.text == TEXT for code in zxingcpp.read_barcodes(pixels(data), formats=zxingcpp.BarcodeFormat.QRCode)
    )


def coarse_noise(width: int, height: int) -> Rgb:
    return np.random.default_rng(1).integers(0, 255, (height, width, 3)).astype(np.uint8)


def page_with_code() -> Rgb:
    """An A4 page at 300 dpi that is expensive to store, with a code of 13 mm."""
    sheet = np.asarray(cv2.resize(page(), (2480, 3508)), np.float32)
    rough = np.clip(sheet + np.random.default_rng(2).normal(0, 14, sheet.shape), 0, 255).astype(np.uint8)
    code = np.array(list(map(list, segno.make(TEXT, error="m").matrix)), np.uint8)
    drawn = np.kron(np.pad(1 - code, 4, constant_values=1), np.ones((4, 4), np.uint8)) * 255
    rough[200 : 200 + drawn.shape[0], 2000 : 2000 + drawn.shape[1]] = drawn[:, :, None]
    return rough


def test_a_portrait_comes_within_its_budget() -> None:
    data = within(coarse_noise(900, 1200), PORTRAIT_BYTES)

    assert len(data) <= PORTRAIT_BYTES


def test_a_page_comes_within_its_budget_and_its_code_stays_readable() -> None:
    data = within(page_with_code(), PAGE_BYTES, says)

    assert len(data) <= PAGE_BYTES
    assert says(data)


def test_a_picture_that_fits_keeps_its_size_and_best_quality() -> None:
    data = within(page(), PAGE_BYTES)

    assert pixels(data).shape == page().shape
    assert np.abs(pixels(data).astype(int) - page()).mean() < 2


def test_a_size_at_which_the_code_is_lost_is_passed_over() -> None:
    sizes = []

    def only_small(data: bytes) -> bool:
        sizes.append(pixels(data).shape[0])
        return pixels(data).shape[0] < 1400

    data = within(page(), PAGE_BYTES, only_small)

    assert pixels(data).shape[0] < 1400
    assert sizes == sorted(sizes, reverse=True)


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(OverBudgetError) as caught:
        within(page(), PAGE_BYTES, lambda _: False)

    assert caught.value.code == "over-budget"


def test_colours_keep_their_order() -> None:
    red = np.zeros((64, 64, 3), np.uint8)
    red[:, :, 0] = 250

    blue, green, seen = pixels(within(red, PORTRAIT_BYTES))[32, 32]

    assert seen > 200 > blue + green


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 120), st.integers(1, 120), st.integers(700, 20_000))
def test_no_budget_is_ever_exceeded(width: int, height: int, budget: int) -> None:
    try:
        assert len(within(coarse_noise(width, height), budget)) <= budget
    except OverBudgetError:
        assert budget < 4_000
