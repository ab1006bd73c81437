"""Generated photos of cards with a QR code of two writers, spoiled in eleven ways; the same seed, the same pixels."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Gray = NDArray[np.uint8]

PER_KIND = 45
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Đặng", "Võ", "Bùi", "Huỳnh", "Hoàng", "Đỗ")
_MIDDLE = ("Văn", "Thị", "Quốc", "Ngọc", "Thuỳ", "Hữu", "Đức", "Thanh", "Xuân", "Như")
_GIVEN = ("An", "Bình", "Cường", "Dũng", "Hạnh", "Khiêm", "Quỳnh", "Thắng", "Tuyết", "Vượng", "Yến", "Ngữ")
_COMMUNES = ("Phường Ba Đình", "Xã Ia Grai", "Phường Thuận Hoá", "Xã Đất Mũi", "Đặc khu Phú Quốc", "Phường Tân Định")
_PROVINCES = ("Thành phố Hà Nội", "Tỉnh Gia Lai", "Thành phố Huế", "Tỉnh Cà Mau", "Tỉnh An Giang", "Tỉnh Đắk Lắk")
_LEVELS = ("L", "M", "Q")
# Modules of white around a code.
_QUIET = 4
# A chip card is 85.6 mm wide, its code 13 mm.
_CARD_TO_CODE = 85.6 / 13


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo: what was done to it, the text of its code, its pixels."""

    kind: str
    payload: bytes
    pixels: Gray


def photos(seed: int, per_kind: int = PER_KIND) -> Iterator[Photo]:
    """Yield ``per_kind`` photos of each kind."""
    for kind, spoil in KINDS.items():
        for number in range(per_kind):
            source = random.Random(f"{seed}/{kind}/{number}")
            text = payload(source)
            yield Photo(kind, text.encode(), spoil(text, source))


def payload(source: random.Random) -> str:
    """Return the text of a made-up chip card."""
    year, month, day = source.randint(1940, 2010), source.randint(1, 12), source.randint(1, 28)
    woman = source.random() < 0.5
    name = f"{source.choice(_FAMILY)} {source.choice(_MIDDLE)} {source.choice(_GIVEN)}"
    address = f"Số {source.randint(1, 400)}, {source.choice(_COMMUNES)}, {source.choice(_PROVINCES)}"
    number = f"{source.randint(1, 96):03d}{2 * (year >= 2000) + woman}{year % 100:02d}{source.randint(0, 999999):06d}"
    old = f"{source.randint(0, 999999999):09d}" if source.random() < 0.6 else ""
    fields = (number, old, name, f"{day:02d}{month:02d}{year}", "Nữ" if woman else "Nam", address, "15042021")
    return "|".join(fields)


def symbol(data: bytes, level: str = "M") -> Gray:
    """Draw a QR code of one segment of bytes, no encoding named, as card printers make them: one pixel a module."""
    code = segno.make_qr(data, mode="byte", error=level, boost_error=False)
    modules = np.array(list(code.matrix_iter(border=_QUIET)), np.uint8)
    drawn: Gray = np.where(modules > 0, 0, 255).astype(np.uint8)
    return drawn


def mixed_symbol(data: bytes) -> Gray:
    """Draw a QR code as another writer does: digits, capitals and bytes in segments of their own, no encoding named.

    zbar guesses the encoding of each segment: of Vietnamese text it takes some for Japanese.
    """
    code = zxingcpp.create_barcode(data, zxingcpp.BarcodeFormat.QRCode)
    drawn: Gray = np.array(code.to_image(scale=1), np.uint8)
    return drawn


def is_mixed(text: str) -> bool:
    """Tell whether the code of this card is a `mixed_symbol`: of two in ten the number ends so."""
    return text.partition("|")[0][-1] in "01"


def card(text: str, module: float, source: random.Random) -> tuple[Image.Image, float]:
    """Draw a card whose code has about ``module`` pixels a module; return it and the pixels it got."""
    level = source.choice(_LEVELS)
    drawn = Image.fromarray(mixed_symbol(text.encode()) if is_mixed(text) else symbol(text.encode(), level))
    modules = drawn.width
    side = round(modules * module)
    width = round(side * _CARD_TO_CODE * (modules - 2 * _QUIET) / modules)
    height = round(width * 54 / 85.6)
    tint = source.randint(200, 235)
    image = Image.new("L", (width, height), tint)
    draw = ImageDraw.Draw(image)
    for _ in range(60):  # the fine lines behind everything
        y = source.uniform(0, height)
        draw.line((0, y, width, y + source.uniform(-0.2, 0.2) * height), fill=tint - source.randint(5, 25))
    draw.rectangle((width * 0.05, height * 0.3, width * 0.28, height * 0.85), fill=source.randint(90, 170))
    for row, words in enumerate(text.split("|")):
        draw.text((width * 0.32, height * (0.4 + 0.08 * row)), words, fill=30, font_size=max(8, height * 0.05))
    image.paste(drawn.resize((side, side), Image.Resampling.BOX), (width - side - width // 40, height // 30))
    table = Image.new("L", (round(width * 1.15), round(height * 1.2)), source.randint(40, 120))
    table.paste(image, (round(width * 0.07), round(height * 0.1)))
    return table, side / modules


def _pixels(image: Image.Image) -> Gray:
    return np.asarray(image.convert("L"), np.uint8)


def _blurred(image: Image.Image, sigma: float) -> Image.Image:
    """Blur by a true Gaussian, row by row and column by column; Pillow's is made of boxes."""
    reach = max(1, math.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return Image.fromarray(_convolved(np.asarray(image, np.float32), kernel / kernel.sum(), both=True))


def _moved(image: Image.Image, length: float, angle: float) -> Image.Image:
    """Blur along a line of ``length`` pixels."""
    turned = image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=80)
    whole = int(length)
    kernel = np.array([(length - whole) / 2, *[1.0] * max(1, whole), (length - whole) / 2])
    moved = Image.fromarray(_convolved(np.asarray(turned, np.float32), kernel / kernel.sum(), both=False))
    return moved.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=80)


def _convolved(pixels: NDArray[np.float32], kernel: NDArray[np.float64], *, both: bool) -> Gray:
    reach = len(kernel) // 2
    for axis in (1, 0) if both else (1,):
        padded = np.pad(pixels, [(reach, reach) if side == axis else (0, 0) for side in (0, 1)], mode="edge")
        size = pixels.shape[axis]
        summed = np.zeros_like(pixels)
        for at, weight in enumerate(kernel):
            summed += np.float32(weight) * (padded[:, at : at + size] if axis else padded[at : at + size])
        pixels = summed
    done: Gray = np.clip(pixels + 0.5, 0, 255).astype(np.uint8)
    return done


def _noisy(image: Image.Image, sigma: float, source: random.Random) -> Image.Image:
    noise = np.random.default_rng(source.getrandbits(63)).normal(0, sigma, (image.height, image.width))
    return Image.fromarray(np.clip(np.asarray(image, np.float32) + noise, 0, 255).astype(np.uint8))


def _pale(image: Image.Image, share: float) -> Image.Image:
    return Image.fromarray((128 + (np.asarray(image, np.float32) - 128) * share).astype(np.uint8))


def _tilted(image: Image.Image, share: float, source: random.Random) -> Image.Image:
    """Look at the picture from the side: each corner goes in by up to ``share`` of the size."""
    w, h = image.size
    corners = [(0, 0), (0, h), (w, h), (w, 0)]
    seen = [
        (
            x + (1 if x == 0 else -1) * source.uniform(0, share) * w,
            y + (1 if y == 0 else -1) * source.uniform(0, share) * h,
        )
        for x, y in corners
    ]
    rows, right = [], []
    for (x, y), (u, v) in zip(seen, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    solved = np.linalg.solve(np.array(rows, float), np.array(right, float))
    return image.transform((w, h), Image.Transform.PERSPECTIVE, list(solved), Image.Resampling.BICUBIC, fillcolor=80)


def _glaring(image: Image.Image, source: random.Random, strength: float = 1.0) -> Image.Image:
    """Put the reflection of a lamp on or beside the code."""
    w, h = image.size
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    cx, cy = source.uniform(0.7, 1.0) * w, source.uniform(0.05, 0.55) * h
    rx, ry = source.uniform(0.03, 0.08) * w, source.uniform(0.05, 0.14) * h
    light = np.exp(-(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2))
    return Image.fromarray(np.clip(np.asarray(image, np.float32) + 330 * strength * light, 0, 255).astype(np.uint8))


def _squeezed(image: Image.Image, quality: int) -> Image.Image:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality)
    return Image.open(target).convert("L")


def _turned(image: Image.Image, source: random.Random, most: float = 180.0) -> Image.Image:
    return image.rotate(source.uniform(-most, most), Image.Resampling.BICUBIC, expand=True, fillcolor=80)


def _phone(text: str, source: random.Random) -> Gray:
    image, module = card(text, source.uniform(3, 5), source)
    image = _tilted(_turned(image, source, 25), 0.05, source)
    image = _glaring(_blurred(image, source.uniform(0.2, 0.45) * module), source, source.uniform(0.1, 0.35))
    image = _noisy(_pale(image, source.uniform(0.5, 0.9)), source.uniform(4, 12), source)
    return _pixels(_squeezed(image, 55))


def _with(
    low: float, high: float, spoil: Callable[[Image.Image, float, random.Random], Image.Image]
) -> Callable[[str, random.Random], Gray]:
    def made(text: str, source: random.Random) -> Gray:
        image, module = card(text, source.uniform(low, high), source)
        return _pixels(spoil(image, module, source))

    return made


KINDS: dict[str, Callable[[str, random.Random], Gray]] = {
    "small": _with(1.6, 3, lambda image, _m, _s: image),
    "clean": _with(3, 6, lambda image, _m, _s: image),
    "rotate": _with(2.5, 5, lambda image, _m, s: _turned(image, s)),
    "persp": _with(2.5, 5, lambda image, _m, s: _tilted(image, s.uniform(0.05, 0.12), s)),
    "gauss": _with(2.5, 5, lambda image, m, s: _blurred(image, s.uniform(0.4, 0.85) * m)),
    "motion": _with(2.5, 5, lambda image, m, s: _moved(image, s.uniform(0.8, 2) * m, s.uniform(0, 180))),
    "noisy": _with(2.5, 5, lambda image, _m, s: _noisy(image, s.uniform(15, 40), s)),
    "lowcon": _with(2.5, 5, lambda image, _m, s: _pale(image, s.uniform(0.12, 0.35))),
    "glare": _with(2.5, 5, lambda image, _m, s: _glaring(image, s)),
    "jpeg30": _with(2, 4, lambda image, _m, _s: _squeezed(image, 30)),
    "phone": _phone,
}
