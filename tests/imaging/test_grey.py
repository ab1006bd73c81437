"""What codes are read from: grey pixels of pictures and PDF pages, decoded in the gate's child."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Iterator

import pytest
from PIL import Image, ImageDraw

from officer_console.imaging.gate import Gate, GateError


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    opened = Gate()
    yield opened
    opened.close()


def drawing(width: int = 300, height: int = 200) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height // 2), fill="black")
    return image


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def refused(gate: Gate, data: bytes, page: int = 0) -> str:
    with pytest.raises(GateError) as caught:
        gate.grey(data, page)
    return caught.value.code


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_becomes_its_grey_pixels(gate: Gate, form: str) -> None:
    page = gate.grey(saved(drawing(), form))

    assert (page.pages, page.width, page.height, len(page.pixels)) == (1, 300, 200, 60_000)
    assert page.pixels[10 * 300 + 10] < 10
    assert page.pixels[190 * 300 + 290] > 245


def test_a_turned_photo_stands_upright(gate: Gate) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    page = gate.grey(saved(drawing(), "JPEG", exif=exif))

    assert (page.width, page.height) == (200, 300)


def test_what_is_transparent_lies_on_white_paper(gate: Gate) -> None:
    page = gate.grey(saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"))

    assert set(page.pixels) == {255}


def test_every_page_of_a_pdf_is_drawn_at_300_dpi(gate: Gate) -> None:
    sheets = [Image.new("L", (1240, 1754), shade) for shade in (255, 0)]
    data = saved(sheets[0], "PDF", resolution=150, save_all=True, append_images=sheets[1:])

    pages = [gate.grey(data, number) for number in range(2)]

    assert [page.pages for page in pages] == [2, 2]
    assert (pages[1].width, pages[1].height) == pytest.approx((2480, 3508), abs=1)
    assert [page.pixels[5_000_000] for page in pages] == [255, 0]
    assert refused(gate, data, 2) == "no-such-page"


def test_a_sheet_as_large_as_a_wall_is_drawn_smaller(gate: Gate) -> None:
    data = saved(Image.new("L", (100, 100), 255), "PDF", resolution=1)

    page = gate.grey(data)

    assert page.width * page.height <= 25_100_000
    assert page.width == page.height


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\nnothing", "not-an-image"),
        (b"GIF89a" + bytes(20), "unsupported-format"),
        (saved(drawing(), "JPEG")[:1500], "truncated"),
    ],
)
def test_what_cannot_be_read_is_named(gate: Gate, data: bytes, code: str) -> None:
    assert refused(gate, data) == code


def test_a_picture_has_no_second_page(gate: Gate) -> None:
    assert refused(gate, saved(drawing(), "PNG"), 1) == "no-such-page"


def test_damaged_pdf_files_never_stop_the_gate(gate: Gate) -> None:
    source = random.Random(20260102)
    original = saved(drawing(), "PDF")
    for _ in range(200):
        data = bytearray(original)
        for _ in range(source.randint(1, 30)):
            data[source.randrange(8, len(data))] = source.randrange(256)
        with contextlib.suppress(GateError):
            gate.grey(bytes(data))

    assert gate.grey(original).pages == 1
