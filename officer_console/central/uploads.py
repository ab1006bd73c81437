"""Sends a picture in pieces (tus 1.0), going on where a cut left it. No address that central tells is ever followed."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote

from officer_console.central.errors import ATTACHMENT_CUT, PROTOCOL, CentralError
from officer_console.central.session import Answer

# What a line of 256 kbit/s takes in four seconds: the time in which one piece must have left this machine is five.
PIECE = 128 * 1024
# Less costs more round trips than it saves, and central takes 1,024 pieces of a picture and no more.
SMALLEST_PIECE = 8 * 1024
MOST_PIECES = 512
LARGEST_PIECE = 1024 * 1024
# A line that took a piece faster than this gets larger ones: each costs a round trip.
QUICK_SECONDS = 1.0
PIECE_TYPE = "application/offset+octet-stream"
_TUS = {"Tus-Resumable": "1.0.0"}
_PLACE = re.compile(r"(?:.*/)?([0-9a-f]{32})")
_NUMBER = re.compile(r"[0-9]{1,12}")
# Refusals after which central knows better than this side how far it has come.
_ELSEWHERE = frozenset({"offset-conflict", "checksum-mismatch", "unknown-upload"})


class Send(Protocol):
    """An authorised call of central, as ``CentralClient`` makes it. May raise ``CentralError``."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        content_type: str = ...,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Return the answer."""
        ...


class Uploads:
    """Sends pictures. What central has of one is asked of central, so nothing is remembered between two calls."""

    def __init__(self, send: Send, monotonic: Callable[[], float] = time.monotonic) -> None:
        """``monotonic`` gives seconds and says how quick the line is."""
        self._send = send
        self._monotonic = monotonic

    def upload(self, scope: str, sha256: str, media_type: str, data: bytes, size: int = PIECE) -> None:
        """Store a picture's bytes under their SHA-256, from where an earlier try was cut.

        The first piece has ``size`` bytes. A cut is followed by a smaller one at once, until the smallest does not come
        through either.

        Raises:
            CentralError: a refusal, or no answer; ``attachment-cut`` when central answers and the pieces do not come
                through. The next call goes on from there.
        """
        base = f"/v1/scopes/{quote(scope, safe='')}/uploads"
        path, offset = self._begin(base, sha256, media_type, len(data))
        cut_at, begun_anew = -1, False
        smallest = max(SMALLEST_PIECE, -(-len(data) // MOST_PIECES))
        largest = LARGEST_PIECE
        while offset < len(data):
            began = self._monotonic()
            try:
                offset = self._piece(path, offset, data[offset : offset + size])
            except CentralError as error:
                if error.code == "validation" and not begun_anew:
                    # what central had put together was not this picture, and is gone
                    begun_anew, cut_at = True, -1
                elif error.retry_after is not None or not (error.passing or error.code in _ELSEWHERE):
                    raise
                path, offset = self._found(path) or self._begin(base, sha256, media_type, len(data))
                if offset <= cut_at and size <= smallest:
                    raise CentralError(ATTACHMENT_CUT) from None
                size, cut_at = max(size // 2, smallest), offset
                # a line that was cut once is not tried with more
                largest = size
            else:
                if self._monotonic() - began < QUICK_SECONDS:
                    size = min(size * 2, largest)

    def _begin(self, base: str, sha256: str, media_type: str, length: int) -> tuple[str, int]:
        """Announce the picture; return where its pieces go and how far it has come: the whole of one central knows."""
        metadata = f"sha256 {_coded(sha256)},filetype {_coded(media_type)}"
        answer = self._send("POST", base, headers=_TUS | {"Upload-Length": str(length), "Upload-Metadata": metadata})
        found = _PLACE.fullmatch(answer.headers.get("location", ""))
        offset = _offset(answer)
        if found is None or offset > length:
            raise CentralError(PROTOCOL)
        return f"{base}/{found[1]}", offset

    def _found(self, path: str) -> tuple[str, int] | None:
        """Return how far the upload has come, ``None`` when central says that there is none (or says nothing clear)."""
        try:
            return path, _offset(self._send("HEAD", path, headers=_TUS))
        except CentralError as error:
            # a refusal has no body here: what it is, the announcement is told once more
            if error.code == PROTOCOL or not error.passing:
                return None
            raise

    def _piece(self, path: str, offset: int, piece: bytes) -> int:
        digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        headers = _TUS | {"Upload-Offset": str(offset), "Upload-Checksum": f"sha256 {digest}"}
        answer = self._send("PATCH", path, body=piece, content_type=PIECE_TYPE, headers=headers)
        if _offset(answer) != offset + len(piece):
            raise CentralError(PROTOCOL)
        return offset + len(piece)


def _offset(answer: Answer) -> int:
    told = answer.headers.get("upload-offset", "")
    if _NUMBER.fullmatch(told) is None:
        raise CentralError(PROTOCOL)
    return int(told)


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
