"""Finds the codes in a picture: one decoder after the other, the dearer ones only when the cheaper found nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np
import zxingcpp

from officer_console.codes import pixels, zbar
from officer_console.codes.pixels import Gray


class SymbolKind(StrEnum):
    """The symbologies that are looked for; all others cost time and are never meant."""

    QR = "qr"
    CODE_128 = "code128"


class Decoder(StrEnum):
    """Who found a symbol, in the order in which they are asked."""

    ZXING = "zxing"
    SHARPENED = "zxing-sharpened"
    SMOOTHED = "zxing-smoothed"
    DESPECKLED = "zxing-despeckled"
    BARS = "zxing-bars"
    ENLARGED = "zxing-enlarged"
    ZBAR = "zbar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """One code: its bytes as they stand in it and its corners in pixels (x, y), clockwise from its own top left."""

    kind: SymbolKind
    data: bytes
    corners: tuple[tuple[int, int], ...]
    decoder: Decoder
    milliseconds: float


EVERYTHING = tuple(SymbolKind)
_ZXING = {SymbolKind.QR: zxingcpp.BarcodeFormat.QRCode, SymbolKind.CODE_128: zxingcpp.BarcodeFormat.Code128}
_KINDS = {found: kind for kind, found in _ZXING.items()}
# Beyond this an enlarged picture takes longer and more memory than a second photo.
_ENLARGE_LIMIT = 8_000_000


def read(
    image: Gray,
    *,
    kinds: Iterable[SymbolKind] = EVERYTHING,
    steps: Sequence[Decoder] = tuple(Decoder),
    wanted: int = 1,
    meant: Callable[[bytes], bool] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Symbol, ...]:
    """Return the codes in ``image``, nearest the top first; each step is taken while fewer than ``wanted`` are found,
    or none of those that are ``meant``: a clear code hides no blurred one beside it.

    ``steps`` names the decoders to ask: live video takes the first only. ``milliseconds`` counts from the call.

    Raises:
        ValueError: ``image`` is not rows × columns of uint8.
    """
    if image.ndim != 2 or image.dtype != np.uint8:
        raise ValueError("a grey picture is rows by columns of uint8")
    asked = tuple(kinds)
    if not asked or not image.size:
        return ()
    whole = np.ascontiguousarray(image)
    began = clock()
    found: dict[tuple[SymbolKind, bytes], Symbol] = {}
    for step in steps:
        for kind, data, corners in _STEPS[step](whole, asked):
            spent = (clock() - began) * 1000
            symbol = Symbol(kind=kind, data=data, corners=corners, decoder=step, milliseconds=spent)
            found.setdefault((kind, data), symbol)
        if len(found) >= wanted and (meant is None or any(meant(data) for _, data in found)):
            break
    return tuple(sorted(found.values(), key=lambda symbol: min((y, x) for x, y in symbol.corners)))


_Found = tuple[SymbolKind, bytes, tuple[tuple[int, int], ...]]


def _plain(image: Gray, kinds: tuple[SymbolKind, ...]) -> list[_Found]:
    return _zxing(image, kinds, thorough=True)


def _zxing(image: Gray, kinds: tuple[SymbolKind, ...], scale: int = 1, *, thorough: bool = False) -> list[_Found]:
    """Ask zxing-cpp; ``thorough`` also for smaller copies of the picture and for light codes on dark ground."""
    formats = zxingcpp.BarcodeFormats([_ZXING[kind] for kind in kinds])
    found = []
    for code in zxingcpp.read_barcodes(image, formats=formats, try_downscale=thorough, try_invert=thorough):
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        kind = _KINDS.get(code.format)
        if kind is not None:
            found.append((kind, bytes(code.bytes), tuple((point.x // scale, point.y // scale) for point in corners)))
    return found


def _square(
    image: Gray, kinds: tuple[SymbolKind, ...], version: Callable[[Gray], Gray], scale: int = 1
) -> list[_Found]:
    """Look for square codes in a version of the picture; of bars it makes wrong ones, and their check sum is small."""
    return _zxing(version(image), (SymbolKind.QR,), scale) if SymbolKind.QR in kinds else []


def _bars(image: Gray, kinds: tuple[SymbolKind, ...]) -> list[_Found]:
    """Look for bars that stand upright or lie, spoiled here and there along their length."""
    if SymbolKind.CODE_128 not in kinds:
        return []
    found = _upright(image)
    if found:
        return found
    last = image.shape[1] - 1
    return [
        (kind, data, tuple((last - y, x) for x, y in corners))
        for kind, data, corners in _upright(np.ascontiguousarray(np.rot90(image)))
    ]


def _upright(image: Gray) -> list[_Found]:
    level, scale = pixels.levelled(image), 1
    if image.size <= _ENLARGE_LIMIT:
        level, scale = pixels.enlarged(level), 2
    return _zxing(pixels.sharpened(pixels.smoothed(level)), (SymbolKind.CODE_128,), scale)


def _enlarged(image: Gray, kinds: tuple[SymbolKind, ...]) -> list[_Found]:
    if image.size > _ENLARGE_LIMIT:
        return []
    # In turn: small, small and blurred, small and grained.
    for version in (None, pixels.sharpened, pixels.despeckled):
        found = _square(image if version is None else version(image), kinds, pixels.enlarged, scale=2)
        if found:
            return found
    return []


def _zbar(image: Gray, kinds: tuple[SymbolKind, ...]) -> list[_Found]:
    names = {kind.value: kind for kind in kinds}
    return [(names[name], data, corners) for name, data, corners in zbar.scan(image, tuple(names))]


_STEPS: dict[Decoder, Callable[[Gray, tuple[SymbolKind, ...]], list[_Found]]] = {
    Decoder.ZXING: _plain,
    Decoder.SHARPENED: partial(_square, version=pixels.sharpened),
    Decoder.SMOOTHED: partial(_square, version=pixels.smoothed),
    Decoder.DESPECKLED: partial(_square, version=pixels.despeckled),
    Decoder.BARS: _bars,
    Decoder.ENLARGED: _enlarged,
    Decoder.ZBAR: _zbar,
}
