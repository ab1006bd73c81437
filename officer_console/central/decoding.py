"""Unpacks the body of an answer piece by piece, so that a small packed body cannot become a large one in memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import zstandard

# What the program asks for in ``Accept-Encoding``.
ACCEPTED = "zstd, gzip"
PIECE = 64 * 1024
# Central packs with a window of one megabyte.
LARGEST_WINDOW = 8 * 1024 * 1024
_GZIP = 31


class DecodingError(ValueError):
    """The body is not what its ``Content-Encoding`` says."""


def pieces(encoding: str, read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Yield the unpacked body in pieces of at most 64 KiB; ``read`` gives the packed one.

    However much a packed byte stands for, no more than one piece is made before the caller has seen the last.

    Raises:
        DecodingError: the encoding is another than those accepted, or the body is broken.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return iter(lambda: read(PIECE), b"")
    if name == "gzip":
        return _gunzip(read)
    if name == "zstd":
        return _unzstd(read)
    raise DecodingError(name)


def _gunzip(read: Callable[[int], bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        while not unpacker.eof:
            packed = unpacker.unconsumed_tail or read(PIECE)
            piece = unpacker.decompress(packed, PIECE)
            if piece:
                yield piece
            elif not packed:
                raise DecodingError("cut short")
    except zlib.error:
        raise DecodingError("gzip") from None
    _nothing_more(unpacker.unused_data or read(1))


def _unzstd(read: Callable[[int], bytes]) -> Iterator[bytes]:
    unpacker = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
    reader = unpacker.stream_reader(_Source(read), read_size=PIECE)  # type: ignore[arg-type]  # it only calls read
    try:
        while piece := reader.read(PIECE):
            yield piece
    except zstandard.ZstdError:
        raise DecodingError("zstd") from None


class _Source:
    """``read`` as the object the unpacker wants."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read

    def read(self, size: int = -1, /) -> bytes:
        return self._read(size)


def _nothing_more(rest: bytes) -> None:
    if rest:
        raise DecodingError("more than one body")
