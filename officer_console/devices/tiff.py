"""Rows of pixels as they come from a device become a TIFF picture without compression."""

from __future__ import annotations

import struct

MEDIA_TYPE = "image/tiff"
SHORT, LONG, RATIONAL = 3, 4, 5


def picture(rows: bytes | bytearray, *, width: int, height: int, samples: int, bits: int, dpi: int) -> bytes:
    """Return ``rows`` behind a TIFF 6.0 header.

    ``samples`` 1 (grey, or with ``bits`` 1 black on white, 1 is black) or 3 (RGB); rows are packed to whole bytes.
    Nothing is encoded: the cost is one copy, and unlike PNM the picture carries its resolution.
    """
    photometric = 2 if samples == 3 else 0 if bits == 1 else 1
    entries = 12
    extra = 8 + 2 + entries * 12 + 4
    start = extra + 16
    table = (
        (256, LONG, 1, width),
        (257, LONG, 1, height),
        (258, SHORT, samples, extra if samples == 3 else bits),
        (259, SHORT, 1, 1),
        (262, SHORT, 1, photometric),
        (273, LONG, 1, start),
        (277, SHORT, 1, samples),
        (278, LONG, 1, height),
        (279, LONG, 1, len(rows)),
        (282, RATIONAL, 1, extra + 8),
        (283, RATIONAL, 1, extra + 8),
        (296, SHORT, 1, 2),
    )
    head = b"II*\0" + struct.pack("<IH", 8, entries)
    head += b"".join(struct.pack("<HHII", *entry) for entry in table) + struct.pack("<I", 0)
    head += struct.pack("<4H", bits, bits, bits, 0) + struct.pack("<II", dpi, 1)
    return b"".join((head, rows))
