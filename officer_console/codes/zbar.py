"""ZBar through pyzbar's wrapper: the bytes as they stand in the code, not as ZBar guesses their encoding.

Where libzbar is missing there is one decoder less, and nothing else changes.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

_SYMBOLS = {"qr": 64, "code128": 128}
_NAMES = {number: name for name, number in _SYMBOLS.items()}
_ENABLE = 0
# Known from ZBar 0.23.1 on; the older library in pyzbar's Windows wheel refuses it.
_BINARY = 4
_GREY = int.from_bytes(b"Y800", "little")
# What ZBar takes UTF-8 without a mark for. It guesses for each segment of a code anew: digits between the fields make
# segments, so that one text holds several guesses.
_GUESSES = ("shift_jis", "cp932", "big5", "latin-1")
_BETWEEN = "|"

Place = tuple[tuple[int, int], ...]


@cache
def _library() -> ModuleType | None:
    try:
        from pyzbar import wrapper
    except ImportError:
        return None
    module: ModuleType = wrapper
    return module


def available() -> bool:
    """Whether libzbar is there."""
    return _library() is not None


def scan(image: NDArray[np.uint8], names: Sequence[str]) -> list[tuple[str, bytes, Place]]:
    """Return the codes of these symbologies (``qr``, ``code128``) in a grey picture: name, bytes, corners (x, y)."""
    library = _library()
    if library is None:
        return []
    scanner, holder = library.zbar_image_scanner_create(), library.zbar_image_create()
    try:
        library.zbar_image_scanner_set_config(scanner, 0, _ENABLE, 0)
        for name in names:
            library.zbar_image_scanner_set_config(scanner, _SYMBOLS[name], _ENABLE, 1)
        raw = library.zbar_image_scanner_set_config(scanner, _SYMBOLS["qr"], _BINARY, 1) == 0
        pixels = ctypes.create_string_buffer(image.tobytes(), image.size)
        library.zbar_image_set_format(holder, _GREY)
        library.zbar_image_set_size(holder, image.shape[1], image.shape[0])
        library.zbar_image_set_data(holder, ctypes.cast(pixels, ctypes.c_void_p), image.size, None)
        if library.zbar_scan_image(scanner, holder) <= 0:
            return []
        read = [
            (_NAMES[number], data if raw else unguessed(data), place)
            for number, data, place in _symbols(library, holder)
            if number in _NAMES
        ]
        return [(name, data, place) for name, data, place in read if data is not None]
    finally:
        library.zbar_image_destroy(holder)
        library.zbar_image_scanner_destroy(scanner)


def _symbols(library: ModuleType, holder: object) -> Iterator[tuple[int, bytes, Place]]:
    symbol = library.zbar_image_first_symbol(holder)
    while symbol:
        data = ctypes.string_at(library.zbar_symbol_get_data(symbol), library.zbar_symbol_get_data_length(symbol))
        count = library.zbar_symbol_get_loc_size(symbol)
        place = tuple(
            (library.zbar_symbol_get_loc_x(symbol, at), library.zbar_symbol_get_loc_y(symbol, at))
            for at in range(count)
        )
        yield symbol.contents.type, data, place or ((0, 0),)
        symbol = library.zbar_symbol_next(symbol)


def unguessed(data: bytes) -> bytes | None:
    """Return the bytes of a code whose fields ZBar took for Japanese, Chinese or Latin-1 and wrote in UTF-8.

    A guess is undone only when it gives valid UTF-8; right Vietnamese text never does. ``None`` when letters of another
    script stay: the guess swallowed a separator or a letter, and nobody can tell what stood there.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    repaired = _BETWEEN.join(map(_unguessed, text.split(_BETWEEN)))
    return repaired.encode() if repaired.isascii() or all(map(_latin, repaired)) else None


def _unguessed(field: str) -> str:
    if field.isascii():
        return field
    for guess in _GUESSES:
        try:
            original = field.encode(guess).decode("utf-8")
        except UnicodeError:
            continue
        return original
    return field


def _latin(char: str) -> bool:
    category = unicodedata.category(char)
    return category != "Co" and (category[0] != "L" or unicodedata.name(char, "").startswith("LATIN "))
