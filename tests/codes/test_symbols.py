"""Codes in pictures: real decoders on pictures drawn here."""

from __future__ import annotations

import random
import subprocess
import sys

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageFilter

from bench import code_photos
from officer_console.codes import payloads, symbols, zbar
from officer_console.codes.cards import CitizenCard
from officer_console.codes.symbols import Decoder, Gray, SymbolKind

NO_ZBAR = pytest.mark.skipif(not zbar.available(), reason="libzbar is not installed")


def drawn(text: str | bytes, form: object = zxingcpp.BarcodeFormat.QRCode, scale: int = 4) -> Gray:
    return np.array(zxingcpp.create_barcode(text, form).to_image(scale=scale))


def page(*codes: Gray) -> Gray:
    """Put codes below each other on a white page."""
    height, width = sum(code.shape[0] + 40 for code in codes), max(code.shape[1] for code in codes) + 80
    paper = np.full((height, width), 255, np.uint8)
    top = 20
    for code in codes:
        paper[top : top + code.shape[0], 40 : 40 + code.shape[1]] = code
        top += code.shape[0] + 40
    return paper


@pytest.mark.parametrize("decoder", [decoder for decoder in Decoder if decoder is not Decoder.BARS])
def test_every_decoder_of_squares_gives_the_bytes_of_the_code_and_its_corners(decoder: Decoder) -> None:
    if decoder is Decoder.ZBAR and not zbar.available():
        pytest.skip("libzbar is not installed")
    text = code_photos.payload(random.Random(7)).encode()

    (found,) = symbols.read(page(drawn(text)), steps=[decoder])

    assert (found.kind, found.data, found.decoder) == (SymbolKind.QR, text, decoder)
    xs, ys = zip(*found.corners, strict=True)
    size = drawn(text).shape[0]
    # The quiet zone is four modules of four pixels.
    assert (min(xs), min(ys), max(xs), max(ys)) == pytest.approx((56, 36, 24 + size, 4 + size), abs=6)


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("scale", [2, 4])
def test_bars_that_stand_or_lie_are_read_where_every_row_is_spoiled(scale: int, quarters: int) -> None:
    text = b"HS1:1000123/07906:05:4:111:00412209123456789012"
    clear = page(np.repeat(drawn(text, zxingcpp.BarcodeFormat.Code128, scale), 2, axis=0))
    noise = np.random.default_rng(7).normal(0, 25, clear.shape)
    turned = np.rot90(np.clip(clear * 0.6 + 50 + noise, 0, 255).astype(np.uint8), quarters)
    assert symbols.read(turned, steps=[Decoder.ZXING]) == ()

    (found,) = symbols.read(turned, steps=[Decoder.BARS])

    assert (found.kind, found.data, found.decoder) == (SymbolKind.CODE_128, text, Decoder.BARS)
    ink = np.argwhere(np.rot90(clear, quarters) < 128)
    assert np.min(found.corners, axis=0) == pytest.approx(ink.min(axis=0)[::-1], abs=25)
    assert np.max(found.corners, axis=0) == pytest.approx(ink.max(axis=0)[::-1], abs=25)
    assert symbols.read(turned, kinds=[SymbolKind.QR], steps=[Decoder.BARS]) == ()


@NO_ZBAR
@pytest.mark.parametrize("seed", range(40))
def test_zbar_does_not_guess_the_encoding_of_vietnamese_text(seed: int) -> None:
    text = code_photos.payload(random.Random(seed)).encode()

    assert [data for _, data, _ in zbar.scan(page(drawn(text)), ("qr",))] == [text]


def test_text_that_an_older_zbar_took_for_japanese_is_put_right() -> None:
    assert zbar.unguessed("Tr蘯ｧn Qu盻祖".encode()) == "Trần Quốc".encode()


@NO_ZBAR
def test_what_pyzbar_garbles_is_put_right_or_left_out() -> None:
    from pyzbar import pyzbar

    garbled, right = 0, 0
    for seed in range(150):
        text = code_photos.payload(random.Random(seed)).encode()
        (found,) = pyzbar.decode(drawn(text), symbols=[pyzbar.ZBarSymbol.QRCODE])
        garbled += found.data != text
        read = zbar.unguessed(found.data)
        assert read in {text, None}
        right += found.data != text == read
    assert garbled >= 40
    assert right >= 0.8 * garbled


@NO_ZBAR
def test_the_benchmark_has_photos_that_pyzbar_garbles_and_we_do_not() -> None:
    from pyzbar import pyzbar

    garbled = 0
    texts = filter(code_photos.is_mixed, (code_photos.payload(random.Random(seed)) for seed in range(150)))
    for number, text in enumerate(texts):
        pixels = code_photos.KINDS["clean"](text, random.Random(number))
        told = [found.data for found in pyzbar.decode(pixels, symbols=[pyzbar.ZBarSymbol.QRCODE])]
        garbled += told not in ([], [text.encode()])
        assert [found.data for found in symbols.read(pixels)] == [text.encode()]
    assert garbled >= 3


@given(st.integers(0, 2**40))
def test_right_vietnamese_text_is_never_taken_for_garbled(seed: int) -> None:
    text = code_photos.payload(random.Random(seed)).encode()

    assert zbar.unguessed(text) == text


@given(st.binary())
def test_any_bytes_are_put_right_or_left_alone(data: bytes) -> None:
    assert zbar.unguessed(data) is None or isinstance(zbar.unguessed(data), bytes)


def test_a_code_of_another_symbology_is_not_looked_for() -> None:
    picture = page(drawn("HS1", zxingcpp.BarcodeFormat.DataMatrix))

    assert symbols.read(picture) == ()


def test_a_page_with_two_codes_gives_both_from_the_top() -> None:
    bars = np.repeat(drawn("HS1:1000123/07906:01:3:1", zxingcpp.BarcodeFormat.Code128, 2), 3, axis=0)
    found = symbols.read(page(drawn("one"), bars), wanted=2)

    assert [(symbol.kind, symbol.data) for symbol in found] == [
        (SymbolKind.QR, b"one"),
        (SymbolKind.CODE_128, b"HS1:1000123/07906:01:3:1"),
    ]
    assert [symbol.data for symbol in symbols.read(page(drawn("one"), bars), kinds=[SymbolKind.QR])] == [b"one"]


def test_a_clear_code_on_the_page_hides_no_blurred_card_beside_it() -> None:
    card, form = code_photos.payload(random.Random(5)).encode(), b"HS1:1000123/07906:01:3:00000000000000000001"
    small = Image.fromarray(drawn(card, scale=10)).resize((150, 150), Image.Resampling.LANCZOS)
    sheet = Image.new("L", (1240, 1000), 255)
    sheet.paste(small.filter(ImageFilter.GaussianBlur(1.8)), (100, 100))
    alone = np.asarray(sheet)
    assert [symbol.decoder for symbol in symbols.read(alone)] != [Decoder.ZXING]
    assert [symbol.data for symbol in symbols.read(alone)] == [card]
    sheet.paste(Image.fromarray(drawn(form, scale=5)), (700, 600))
    beside = np.asarray(sheet)
    assert [symbol.data for symbol in symbols.read(beside)] == [form]
    found = symbols.read(beside, meant=lambda data: isinstance(payloads.read(data), CitizenCard))
    assert {symbol.data for symbol in found} == {card, form}


def test_a_later_step_is_taken_only_while_something_is_missing() -> None:
    blank = np.full((200, 200), 255, np.uint8)
    ticks = iter(range(100))

    assert symbols.read(blank) == ()
    (found,) = symbols.read(page(drawn("x")), clock=lambda: float(next(ticks)))
    assert (found.decoder, found.milliseconds) == (Decoder.ZXING, 1000.0)


@pytest.mark.parametrize("angle", [7, 45, 133, 270])
def test_a_turned_card_is_read(angle: int) -> None:
    text = code_photos.payload(random.Random(angle)).encode()
    turned = np.asarray(Image.fromarray(page(drawn(text))).rotate(angle, expand=True, fillcolor=255))

    (found,) = symbols.read(turned)

    assert isinstance(payloads.read(found.data), CitizenCard)


def test_no_photo_of_a_spoiled_card_is_read_wrongly_and_most_are_read() -> None:
    photos = list(code_photos.photos(5, per_kind=3))
    read = [(photo, symbols.read(photo.pixels, kinds=[SymbolKind.QR])) for photo in photos]

    assert [found for photo, found in read if found and {symbol.data for symbol in found} != {photo.payload}] == []
    assert sum(bool(found) for _, found in read) >= 0.8 * len(photos)


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=40)))
def test_any_picture_is_answered(image: Gray) -> None:
    assert symbols.read(image) == ()


def test_a_picture_whose_rows_are_not_contiguous_is_read() -> None:
    wide = np.repeat(page(drawn("strided")), 2, axis=1)

    assert [symbol.data for symbol in symbols.read(wide[:, ::2])] == [b"strided"]


@pytest.mark.parametrize("image", [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint16), np.zeros(4, np.uint8)])
def test_what_is_no_grey_picture_is_the_callers_mistake(image: Gray) -> None:
    with pytest.raises(ValueError, match="grey picture"):
        symbols.read(image)


def test_without_libzbar_only_the_fallback_is_missing() -> None:
    """A fresh interpreter in which pyzbar cannot be imported still reads with zxing-cpp."""
    program = """
import sys
sys.modules["pyzbar"] = None
import numpy as np, zxingcpp
from officer_console.codes import symbols, zbar
assert not zbar.available()
blank = np.full((300, 300), 255, np.uint8)
assert symbols.read(blank) == () and zbar.scan(blank, ("qr",)) == []
code = np.array(zxingcpp.create_barcode("x", zxingcpp.BarcodeFormat.QRCode).to_image(scale=4))
print(symbols.read(code)[0].data.decode())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)

    assert (done.stdout.strip(), done.returncode) == ("x", 0), done.stderr


def test_reading_codes_does_not_load_libzbar_before_it_is_needed() -> None:
    program = "import sys, officer_console.codes.symbols; print('pyzbar' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)

    assert done.stdout.strip() == "False", done.stderr
