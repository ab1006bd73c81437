"""What one frame of the live picture shows: where the card lies, whether it is sharp, what its code says. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from officer_console.codes import symbols
from officer_console.codes.symbols import Decoder, SymbolKind
from officer_console.devices.camera import Frame
from officer_console.imaging import edges, quality
from officer_console.imaging.edges import Quad
from officer_console.imaging.opencv import grey_of
from officer_console.imaging.quality import Kind

# Of what the meter says about a picture only this concerns how the card is held; its size is the still's matter.
HELD = frozenset({"blurred", "glare", "dark", "bright"})
# Sharpening before reading costs as much as all the rest: only every so often.
SHARPEN_EVERY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``side`` is the longer one of the frame in pixels, ``quad`` lies in it; ``advice`` out of `HELD`; the bytes of
    each QR code.
    """

    side: int
    quad: Quad | None = None
    advice: tuple[str, ...] = ()
    codes: tuple[bytes, ...] = ()


def look(frame: Frame) -> Look:
    """Return what ``frame`` shows; some 100 ms, so never on the GUI thread."""
    rgb = np.frombuffer(frame.rgb, np.uint8).reshape(frame.height, frame.width, 3)
    thorough = frame.number % SHARPEN_EVERY == 0
    steps = (Decoder.ZXING, Decoder.SHARPENED) if thorough else (Decoder.ZXING,)
    found = symbols.read(grey_of(rgb), kinds=(SymbolKind.QR,), steps=steps)
    quad = edges.find_page(rgb)
    advice: tuple[str, ...] = ()
    if quad is not None:
        size = edges.flat_size(quad)
        card = abs(max(size) / min(size) - edges.CARD_RATIO) < abs(max(size) / min(size) - edges.PAGE_RATIO)
        measured = quality.measure(edges.straighten(rgb, quad, size), Kind.CARD if card else Kind.PAGE)
        advice = tuple(code for code in measured.advice if code in HELD)
    codes = tuple(symbol.data for symbol in found)
    return Look(side=max(frame.width, frame.height), quad=quad, advice=advice, codes=codes)
