"""A page of which a part is missing is refused by the gate, whatever end its file has."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from bench.bombs import grey, saved
from officer_console import page_bytes
from officer_console.imaging.gate import Gate, GateError
from tests.imaging import cut_pages
from tests.imaging.cut_pages import SIZE, fewer_strips, jpeg_with_hole, png_rows, raw_tiff, smaller_strips, tiff

HEIGHT = SIZE[1]
FAX = {
    "group 3": lambda: tiff("group3"),
    "group 3 in two dimensions": lambda: tiff("group3", options=1),
    "group 3, ends at full bytes": lambda: tiff("group3", options=4),
    "group 3, eight rows a strip": lambda: tiff("group3", rows=8),
    "group 4": lambda: tiff("group4"),
    "group 4, one strip": lambda: tiff("group4", rows=HEIGHT),
    "group 4, a row a strip": lambda: tiff("group4", rows=1),
    "modified Huffman": lambda: tiff("tiff_ccitt"),
}
WHOLE: dict[str, Callable[[], bytes]] = {
    **FAX,
    "png": lambda: png_rows(HEIGHT),
    "png in seven passes": lambda: saved(cut_pages.noise(), "PNG", interlace=1),
    "png black and white": lambda: saved(cut_pages.noise("1"), "PNG"),
    "tiff raw": raw_tiff,
    "tiff jpeg": lambda: tiff("jpeg"),
    "group 4 without its end": lambda: cut_pages.without_ends(tiff("group4", rows=HEIGHT)),
    "jpeg, blank": lambda: saved(Image.new("RGB", SIZE, "white"), "JPEG"),
    "jpeg in four inks": lambda: saved(cut_pages.noise("CMYK"), "JPEG"),
}
CUT: dict[str, Callable[[], bytes]] = {
    "png, half the rows": lambda: png_rows(HEIGHT // 2),
    "png, one row less": lambda: png_rows(HEIGHT - 1),
    "png, half the rows, not finished": lambda: png_rows(HEIGHT // 2, end=False),
    "png in seven passes, half": lambda: png_rows(HEIGHT // 2, lace=1),
    "tiff raw, half": lambda: raw_tiff(0.5),
    "tiff, half the strips": lambda: fewer_strips(tiff("packbits", rows=50)),
    "tiff jpeg, half of each strip": lambda: smaller_strips(tiff("jpeg"), lambda size: size // 2),
    "jpeg, a third zeros": jpeg_with_hole,
    "jpeg progressive, a third zeros": lambda: jpeg_with_hole(progressive=True),
    "jpeg with marks, a third zeros": lambda: jpeg_with_hole(restart_marker_rows=1),
    **{f"{name}, half of strips": lambda make=make: smaller_strips(make(), lambda size: size // 2)  # type: ignore[misc]
       for name, make in FAX.items() if "a row" not in name},
    **{f"{name}, strips of a byte": lambda make=make: smaller_strips(make(), lambda _: 1)  # type: ignore[misc]
       for name, make in FAX.items()},
}  # fmt: skip


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    opened = Gate()
    yield opened
    opened.close()


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_page_comes_through(gate: Gate, name: str) -> None:
    assert gate.grey(WHOLE[name]()).height == HEIGHT


@pytest.mark.parametrize("name", CUT)
def test_a_page_with_a_part_missing_is_refused(gate: Gate, name: str) -> None:
    with pytest.raises(GateError) as caught:
        gate.grey(CUT[name]())
    assert caught.value.code in {"truncated", "not-an-image"}


def test_a_large_progressive_page_is_looked_at_as_well(gate: Gate) -> None:
    data = saved(grey(4960, 7016), "JPEG", progressive=True, quality=60)

    assert gate.grey(data).height > 5000
    with pytest.raises(GateError) as caught:
        gate.grey(data[: len(data) // 2] + b"\xff\xd9")
    assert caught.value.code == "truncated"


def test_rows_behind_the_last_one_are_no_fault(gate: Gate) -> None:
    target = io.BytesIO()
    cut_pages.noise("1").save(target, "TIFF", compression="group4", tiffinfo={278: HEIGHT})
    longer = bytearray(target.getvalue())
    for tag in (257, 278):
        at, _count = cut_pages.entry(bytes(longer), tag)
        longer[at + 8 : at + 10] = (HEIGHT - 20).to_bytes(2, "little")

    assert gate.grey(bytes(longer)).height == HEIGHT - 20


def test_colours_that_lie_one_after_the_other_have_strips_each() -> None:
    tags = {256: (500,), 257: (700,), 258: (8, 8, 8), 277: (3,), 278: (700,), 284: (2,), 273: (8, 350_008, 700_008)}

    assert page_bytes.tiff_has_all_rows({**tags, 279: (350_000,) * 3})
    assert not page_bytes.tiff_has_all_rows({**tags, 279: (350_000,) * 2})
    assert not page_bytes.tiff_has_all_rows({**tags, 279: (350_000, 350_000, 349_999)})
