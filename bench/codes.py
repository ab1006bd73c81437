"""``python -m bench codes [--per-kind N]``: how many codes on spoiled photos of cards are read, and what it costs.

Each decoder sees the same photos in the same order, one photo after the other, so that all of them meet the machine in
the same state. ``wrong`` counts answers that are not the code's bytes; ``cpu_ratio`` is processor
time to zxing-cpp alone.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import zxingcpp

from bench.code_photos import KINDS, PER_KIND, Gray, photos
from bench.figures import Figure
from officer_console.codes import symbols
from officer_console.codes.symbols import SymbolKind

SEED = 20261123
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])

Decode = Callable[[Gray], bytes | None]


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Read every photo with every decoder; first the figures over all, then those of each kind of spoiling."""
    parser = argparse.ArgumentParser(prog="python -m bench codes")
    parser.add_argument("--per-kind", type=int, default=PER_KIND)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    decoders: dict[str, Decode] = {"ours": _ours, "zxing-cpp": _zxing, "pyzbar": _pyzbar(), "cv2": _cv2()}
    read: dict[str, dict[str, int]] = {name: defaultdict(int) for name in decoders}
    wrong, seconds = dict.fromkeys(decoders, 0), dict.fromkeys(decoders, 0.0)
    for photo in photos(options.seed, options.per_kind):
        for name, decode in decoders.items():
            began = time.process_time()
            answer = decode(photo.pixels)
            seconds[name] += time.process_time() - began
            read[name][photo.kind] += answer == photo.payload
            wrong[name] += answer not in (None, photo.payload)
    count = options.per_kind * len(KINDS)
    for name in decoders:
        yield _figure(name, "decoded_percent", 100 * sum(read[name].values()) / count, "%", count)
        yield _figure(name, "wrong", wrong[name], "photos", count)
        yield _figure(name, "cpu_ratio", seconds[name] / seconds["zxing-cpp"], "1", count, "zxing-cpp")
        yield _figure(name, "cpu_ms_per_photo", 1000 * seconds[name] / count, "ms", count)
    for name in decoders:
        for kind in KINDS:
            percent = 100 * read[name][kind] / options.per_kind
            yield _figure(f"{name} {kind}", "decoded_percent", percent, "%", options.per_kind)


def _figure(case: str, metric: str, value: float, unit: str, n: int, vs: str | None = None) -> Figure:
    return Figure(bench="codes", case=case, metric=metric, value=value, unit=unit, n=n, vs=vs)


def _ours(image: Gray) -> bytes | None:
    found = symbols.read(image, kinds=[SymbolKind.QR])
    return found[0].data if found else None


def _zxing(image: Gray) -> bytes | None:
    found = zxingcpp.read_barcodes(image, formats=_QR)
    return found[0].bytes if found else None


def _pyzbar() -> Decode:
    """Return pyzbar as its documentation uses it."""
    from pyzbar import pyzbar

    def decode(image: Gray) -> bytes | None:
        found = pyzbar.decode(image, symbols=[pyzbar.ZBarSymbol.QRCODE])
        return found[0].data if found else None

    return decode


def _cv2() -> Decode:
    """Return OpenCV's detector; on one thread, as the others are."""
    import cv2

    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    detector = cv2.QRCodeDetector()

    def decode(image: Gray) -> bytes | None:
        try:
            text, _, _ = detector.detectAndDecode(image)
        except (cv2.error, UnicodeDecodeError):
            return None
        return text.encode("utf-8", "surrogateescape") or None

    return decode
