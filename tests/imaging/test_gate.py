"""The gate lets pictures through and nothing else, in bounded time and memory."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zlib
from collections.abc import Iterator
from multiprocessing import get_context

import pytest
from PIL import Image

from officer_console.imaging import gate_child
from officer_console.imaging.gate import Gate, GateError, Purpose
from officer_console.page_bytes import BYTES_LIMIT


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    opened = Gate()
    yield opened
    opened.close()


def picture(width: int = 640, height: int = 400, form: str = "JPEG", **options: object) -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(target, form, **options)
    return target.getvalue()


def chunk(kind: bytes, body: bytes, *, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return struct.pack(">I", size) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *rest: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(rest)


def refused(gate: Gate, data: bytes) -> str:
    with pytest.raises(GateError) as caught:
        gate.admit(data, Purpose.PAGE)
    return caught.value.code


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_comes_through_as_clean_jpeg(gate: Gate, form: str) -> None:
    admitted = gate.admit(picture(form=form), Purpose.PAGE)

    with Image.open(io.BytesIO(admitted.data)) as image:
        assert image.format == "JPEG"
        assert image.size == (640, 400) == (admitted.width, admitted.height)


def test_metadata_is_dropped_and_a_turned_picture_stands_upright(gate: Gate) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "Nguyễn Văn A"

    admitted = gate.admit(picture(exif=exif), Purpose.PAGE)

    with Image.open(io.BytesIO(admitted.data)) as image:
        assert image.size == (400, 640)
        assert not image.getexif()


def test_a_large_portrait_is_brought_within_its_size_budget(gate: Gate) -> None:
    noise = io.BytesIO()
    Image.effect_noise((3000, 4000), 40).convert("RGB").save(noise, "JPEG", quality=90)

    admitted = gate.admit(noise.getvalue(), Purpose.PORTRAIT)

    assert max(admitted.width, admitted.height) == 1600
    assert len(admitted.data) < len(noise.getvalue()) / 5


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"not a picture at all", "not-an-image"),
        (b"%PDF-1.7 something", "not-an-image"),
        (b"GIF89a" + bytes(20), "unsupported-format"),
        (picture()[:3000], "truncated"),
        (png(9000, 9000, chunk(b"IDAT", zlib.compress(bytes(100)))), "too-many-pixels"),
    ],
)
def test_what_is_not_a_usable_picture_is_named(gate: Gate, data: bytes, code: str) -> None:
    assert refused(gate, data) == code


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("share", [0.1, 0.33, 0.67, 0.98])
def test_a_jpeg_cut_short_and_closed_again_is_truncated_and_never_shown_in_grey(
    gate: Gate, share: float, *, progressive: bool
) -> None:
    page = io.BytesIO()
    Image.effect_noise((1240, 1754), 40).convert("RGB").save(page, "JPEG", quality=85, progressive=progressive)
    data = page.getvalue()

    assert refused(gate, data[: int(len(data) * share)] + b"\xff\xd9") == "truncated"
    assert gate.admit(data + b"\0\r\n", Purpose.PAGE).height == 1754


def test_a_grey_picture_is_no_page_cut_short(gate: Gate) -> None:
    grey = io.BytesIO()
    Image.new("RGB", (640, 400), (128, 128, 128)).save(grey, "JPEG")
    assert gate.admit(grey.getvalue(), Purpose.PAGE).width == 640


def test_the_48_byte_bomb_is_refused(gate: Gate) -> None:
    bomb = png(1, 1) + struct.pack(">I", 0xFFFFFFF0) + b"IDAT" + bytes(7)

    assert len(bomb) == 48
    assert refused(gate, bomb) in {"not-an-image", "truncated"}


def test_a_file_beyond_the_byte_limit_is_not_even_sent_to_the_child(gate: Gate) -> None:
    assert refused(gate, bytes(BYTES_LIMIT + 1)) == "too-large"


def test_a_picture_that_inflates_beyond_the_memory_limit_does_not_take_the_program_down(gate: Gate) -> None:
    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(bytes(7001 * 3 + 1)) for _ in range(7000)) + rows.flush()

    code_or_picture: object
    try:
        code_or_picture = gate.admit(png(7001, 7000, chunk(b"IDAT", body), chunk(b"IEND", b"")), Purpose.PAGE).width
    except GateError as error:
        code_or_picture = error.code

    assert code_or_picture in {3600, "too-many-pixels", "gate-timeout"}
    assert gate.admit(picture(), Purpose.PAGE).width == 640


def test_mutated_pictures_never_stop_the_gate(gate: Gate) -> None:
    source = random.Random(20260101)
    originals = [picture(160, 120), picture(160, 120, "PNG")]
    for _ in range(300):
        data = bytearray(source.choice(originals))
        for _ in range(source.randint(1, 12)):
            data[source.randrange(len(data))] = source.randrange(256)
        with contextlib.suppress(GateError):
            gate.admit(bytes(data), Purpose.PAGE)

    assert gate.admit(picture(), Purpose.PAGE).width == 640


def test_a_gate_whose_child_was_killed_starts_another() -> None:
    gate = Gate()
    try:
        assert gate.admit(picture(), Purpose.PAGE).width == 640
        child = gate._child
        assert child is not None
        child.kill()
        child.join(5)
        assert gate.admit(picture(), Purpose.PAGE).width == 640
    finally:
        gate.close()


def test_a_child_that_is_not_needed_any_more_when_it_is_ready_ends_quietly() -> None:
    context = get_context("spawn")
    near, far = context.Pipe()
    child = context.Process(target=gate_child.serve, args=(far,))
    child.start()
    far.close()
    near.close()
    child.join(60)

    assert child.exitcode == 0
