"""Bitmaps as Windows drivers give them, with a pattern that tells each pixel and each page."""

from __future__ import annotations

import struct


def pixel(x: int, y: int, page: int) -> tuple[int, int, int]:
    """Return red, green and blue of the picture on the ``page``-th sheet."""
    return (x * 7 + page) % 256, (y * 5) % 256, (x + y) % 256


def bitmap(width: int, height: int, bits: int, page: int, dpi: float) -> bytes:
    """Return a device-independent bitmap, from the bottom up; with 8 bits it says «0 colours used» and has 256."""
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, 0, *(round(dpi / 0.0254),) * 2, 0, 0)
    palette = {1: b"\0\0\0\0\xff\xff\xff\0", 8: b"".join(bytes((v, v, v, 0)) for v in range(256)), 24: b""}[bits]
    stride = (width * bits + 31) // 32 * 4
    if width * height > 100_000:
        # the same row again and again: quick to make, still different in each column
        rows = [_row(width, 0, bits, page)] * height
    else:
        rows = [_row(width, y, bits, page) for y in reversed(range(height))]
    return head + palette + b"".join(row.ljust(stride, b"\0") for row in rows)


def _row(width: int, y: int, bits: int, page: int) -> bytes:
    colours = [pixel(x, y, page) for x in range(width)]
    if bits == 24:
        return b"".join(bytes((blue, green, red)) for red, green, blue in colours)
    greys = bytes(red for red, _, _ in colours)
    if bits == 8:
        return greys
    text = "".join("1" if value > 127 else "0" for value in greys)
    text += "0" * (-width % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")
