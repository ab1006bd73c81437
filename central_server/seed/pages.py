"""Drawn pages for training: the signed Mẫu 01 as a desk scanned it, and a minor's birth certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from central_server.seed.fonts import font, wrapped, write

SIZE = (560, 792)
_MARK = "MẪU – DỮ LIỆU HUẤN LUYỆN"
_SIXTEEN = [value >> 4 for value in range(256)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: ``rows`` are label and value; ``signature`` seeds the signature, ``None`` leaves the page unsigned."""

    title: str
    rows: tuple[tuple[str, str], ...]
    signed_on: date | None
    signature: int | None


def page(content: Page) -> bytes:
    """Return the page as a PNG of sixteen greys, 560×792 pixels."""
    image = _blank(content.title, tuple(label for label, _ in content.rows)).copy()
    for n, (_, value) in enumerate(content.rows):
        lines = wrapped(value, 40)
        for row, line in enumerate(lines):
            write(image, (200, 180 + n * 38 - 8 * (len(lines) - 1) + row * 16), line, 20, 14)
    if content.signed_on is not None:
        day = content.signed_on
        write(image, (300, 560), f"Ngày {day:%d} tháng {day:%m} năm {day:%Y}", 40, 14)
    if content.signature is not None:
        write(image, (330, 590), "Người khai (ký, ghi rõ họ tên)", 90, 13)
        _sign(ImageDraw.Draw(image), Random(content.signature))  # noqa: S311 - a drawing
        write(image, (330, 690), content.rows[0][1][:30], 40, 14)
    out = BytesIO()
    indexed = image.point(_SIXTEEN)
    indexed.putpalette([step * 17 for step in range(16) for _ in "rgb"])
    indexed.save(out, "PNG", bits=4, compress_level=4)
    return out.getvalue()


@lru_cache(maxsize=8)
def _blank(title: str, labels: tuple[str, ...]) -> Image.Image:
    image = Image.new("L", SIZE, 250)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 34), fill=110)
    draw.text((SIZE[0] // 2, 17), _MARK, 255, font(17, bold=True), anchor="mm")
    draw.text((SIZE[0] // 2, 90), title, 10, font(18, bold=True), anchor="mm")
    draw.text((SIZE[0] // 2, 120), "(bản mô phỏng, không có giá trị sử dụng)", 90, font(13), anchor="mm")
    for n, label in enumerate(labels):
        draw.text((40, 180 + n * 38), label, 90, font(13))
        draw.line((196, 206 + n * 38, 530, 206 + n * 38), 200)
    return image


def _sign(draw: ImageDraw.ImageDraw, random: Random) -> None:
    x, y = 330, 650
    points = [(x, y)]
    for _ in range(random.randint(8, 14)):
        x += random.randint(4, 18)
        points.append((x, y + random.randint(-24, 24)))
    draw.line(points, 60, 3, joint="curve")
