"""What the reader of evidence can read on a page stays readable in the picture that is kept of it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image, ImageFilter

from bench import code_photos
from officer_console.codes import symbols
from officer_console.codes.pixels import Gray
from officer_console.imaging.encode import PAGE_BYTES, within
from officer_console.imaging.gate import Gate
from officer_console.imaging.opencv import Rgb, grey_of
from officer_console.services.picture_codes import codes_in
from officer_console.services.read_codes import is_card

FORM = b"HS1:1000123/07906:01:3:00000000000000000000"
CARD = code_photos.payload(random.Random(3)).encode()


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    opened = Gate()
    yield opened
    opened.close()


def page() -> Rgb:
    """Return an A4 page of 300 dpi with a form's clear code and a card's small and blurred one."""
    paper = np.full((3507, 2480), 235, np.uint8)
    form = np.kron(code_photos.symbol(FORM), np.ones((8, 8), np.uint8))
    paper[100 : 100 + form.shape[0], 1900 : 1900 + form.shape[1]] = form
    drawn = Image.fromarray(code_photos.symbol(CARD))
    side = round(drawn.width * 3.2)
    code = drawn.resize((side, side), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(1.6))
    paper[1500 : 1500 + side, 600 : 600 + side] = np.asarray(code)
    noise = np.random.default_rng(5).integers(-70, 71, (3507, 2480, 3))
    noise[1490 : 1510 + side, 590 : 610 + side] //= 8
    noise[90 : 110 + form.shape[0], 1890 : 1910 + form.shape[1]] //= 8
    return np.clip(paper[:, :, None].astype(np.int16) + noise, 0, 255).astype(np.uint8)


def read(grey: Gray) -> set[bytes]:
    return {symbol.data for symbol in symbols.read(grey, meant=is_card)}


def test_a_faint_card_beside_a_clear_form_is_protected_and_still_read(gate: Gate) -> None:
    rgb = page()
    grey = grey_of(rgb)
    assert {symbol.data for symbol in symbols.read(grey)} == {FORM}
    assert read(grey) == {FORM, CARD}

    codes = codes_in(grey, cards=True)
    assert {data for _, data in codes.clear | codes.faint} == {FORM, CARD}
    made = within(rgb, PAGE_BYTES, lambda data: codes.are_in(grey_of(gate.pixels(data).array())))
    assert read(grey_of(gate.pixels(made).array())) == {FORM, CARD}


def test_a_picture_that_lost_the_card_is_not_taken() -> None:
    grey = grey_of(page())
    codes = codes_in(grey, cards=True)
    without = grey.copy()
    without[1400:2000, 500:1200] = 235

    assert codes.are_in(grey)
    assert not codes.are_in(without)


def test_on_other_pages_only_what_a_quick_reader_finds_counts() -> None:
    codes = codes_in(grey_of(page()), cards=False)

    assert ({data for _, data in codes.clear}, codes.faint) == ({FORM}, frozenset())
    assert not codes_in(np.full((60, 80), 255, np.uint8), cards=True)
