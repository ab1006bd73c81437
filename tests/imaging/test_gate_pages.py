"""Pages of scanners and of TIFF and PDF files come out of the gate as pixels, upright and in colour."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import active_children

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from bench.bombs import grey, one_page, saved, stream
from officer_console.devices import tiff
from officer_console.imaging.gate import WORK_SECONDS, Gate, GateError, Purpose
from officer_console.imaging.limits import ExtendedLimits
from officer_console.page_bytes import BYTES_LIMIT


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    opened = Gate()
    yield opened
    opened.close()


@pytest.mark.parametrize("form", ["TIFF", "PDF"])
def test_every_page_of_a_file_comes_in_its_colour(gate: Gate, form: str) -> None:
    sheets = [Image.new("RGB", (300, 200), colour) for colour in ("red", "lime", "blue")]
    data = saved(sheets[0], form, resolution=300, save_all=True, append_images=sheets[1:])

    assert gate.pages(data) == 3
    found = [gate.pixels(data, page).array()[100, 150].tolist() for page in range(3)]
    assert found == [pytest.approx(colour, abs=4) for colour in ([255, 0, 0], [0, 255, 0], [0, 0, 255])]
    assert (gate.admit(data, Purpose.PAGE, 2).width, gate.pixels(data, 1, longest=150).width) == (300, 150)
    with pytest.raises(GateError, match="no-such-page"):
        gate.pixels(data, 3)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_whatever_a_tiff_file_is_made_of_dark_stays_dark_and_bright_bright(gate: Gate, mode: str) -> None:
    ramp = grey(200, 300)
    image = ramp.convert("I").point(lambda value: value * 257).convert("I;16") if mode == "I;16" else ramp.convert(mode)

    pixels = gate.pixels(saved(image, "TIFF")).array()

    assert pixels.shape == (300, 200, 3)
    assert pixels[:10].mean() < 20
    assert pixels[-10:].mean() > 235


@pytest.mark.parametrize(("samples", "bits"), [(3, 8), (1, 8), (1, 1)])
def test_rows_of_a_scanner_are_the_pixels(gate: Gate, samples: int, bits: int) -> None:
    rows = {(3, 8): b"\x10\x20\x30" * 16 * 8, (1, 8): b"\x40" * 16 * 8, (1, 1): b"\xff\0" * 8}[samples, bits]
    data = tiff.picture(rows, width=16, height=8, samples=samples, bits=bits, dpi=300)

    pixels = gate.pixels(data).array()

    assert pixels[3, 0].tolist() == {(3, 8): [16, 32, 48], (1, 8): [64] * 3, (1, 1): [0] * 3}[samples, bits]


def test_a_colour_page_of_600_dpi_comes_through_though_a_compressed_file_may_not_be_so_large(gate: Gate) -> None:
    width, height = 4960, 7016
    data = tiff.picture(bytes(range(240)) * 62 * height, width=width, height=height, samples=3, bits=8, dpi=600)

    assert len(data) > 2 * BYTES_LIMIT
    assert gate.pixels(data, longest=1000).height == 1000


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_page_by_itself_has_the_same_pixels_and_nothing_else_of_its_file(
    gate: Gate, mode: str, orientation: int
) -> None:
    ramp = grey(200, 300)
    image = ramp.convert("I").point(lambda value: value * 257).convert("I;16") if mode == "I;16" else ramp.convert(mode)
    words = TiffImagePlugin.ImageFileDirectory_v2()
    words[TiffImagePlugin.IMAGEDESCRIPTION], words[TiffImagePlugin.ARTIST] = "Tran Van Binh", "Le Thi Cuc"
    words[TiffImagePlugin.XMP], words[274] = b"<x>Dang Thi Hoa</x>", orientation
    data = saved(grey(20, 10), "TIFF", save_all=True, append_images=[image], tiffinfo=words)
    assert all(name in data for name in (b"Binh", b"Cuc", b"Hoa"))

    alone = gate.single(data, 1, 2)

    assert gate.pages(alone) == 1
    assert gate.pixels(alone) == replace(gate.pixels(data, 1), pages=1)
    assert gate.single(data, 1, 2) == alone
    assert not any(name in alone for name in (b"Binh", b"Cuc", b"Hoa"))
    with pytest.raises(GateError, match="no-such-page"):
        gate.single(data, 2, 3)


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"])
def test_a_page_by_itself_is_the_same_however_its_file_is_packed(gate: Gate, compression: str) -> None:
    image = grey(200, 300).convert("1" if compression == "group4" else "RGB")
    data = saved(image, "TIFF", compression=compression, save_all=True, append_images=[image.rotate(180)])

    assert gate.pixels(gate.single(data, 1, 2)) == replace(gate.pixels(data, 1), pages=1)


@pytest.mark.parametrize("longer", [5300, 7000])
def test_the_largest_page_of_noise_comes_by_itself_too(gate: Gate, longer: int) -> None:
    noise = np.random.default_rng(7).integers(0, 256, (longer, 5000, 3)).astype(np.uint8)
    image = Image.fromarray(noise)
    data = saved(image, "TIFF", compression="jpeg", save_all=True, append_images=[grey(20, 10)])

    alone = gate.single(data, 0, 2)

    assert gate.pixels(alone, longest=500) == replace(gate.pixels(data, longest=500), pages=1)


def test_a_file_of_one_page_that_holds_more_is_kept_without_it(gate: Gate) -> None:
    written = b"BT /F 30 Tf 60 700 Td (Tran Van Binh) Tj ET"
    sheet = one_page(stream(written), b"(Le Thi Cuc)", stream(b"Dang Thi Hoa"), entries=b"/Resources<<>>")
    assert b"Dang Thi Hoa" in sheet

    alone = gate.single(sheet, 0, 1)

    assert gate.pixels(alone) == gate.pixels(sheet)
    assert not any(name in alone for name in (b"Binh", b"Cuc", b"Hoa"))


def test_a_picture_by_itself_is_what_it_was(gate: Gate) -> None:
    for form in ("JPEG", "PNG", "TIFF"):
        data = saved(grey(20, 10), form)
        assert gate.single(data, 0, 1) is data


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that stops a process")
def test_a_child_that_reads_nothing_does_not_hold_up_the_program(gate: Gate) -> None:
    gate.warm()
    for child in active_children():
        if child.name == "gate" and child.pid is not None:
            os.kill(child.pid, signal.SIGSTOP)
    began = time.monotonic()

    with pytest.raises(GateError, match="gate-timeout"):
        gate.pixels(b"II*\0" + bytes(20_000_000))

    assert time.monotonic() - began < WORK_SECONDS + 5
    assert gate.pixels(saved(grey(20, 10), "PNG")).width == 20


def test_the_limits_of_a_windows_job_have_the_size_windows_expects() -> None:
    assert ctypes.sizeof(ExtendedLimits) == (144 if sys.maxsize > 2**32 else 112)
