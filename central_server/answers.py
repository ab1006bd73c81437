"""Answers as bytes, and how OpenAPI tells about bodies that pydantic never sees."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Mapping
from typing import Any

import zstandard
from fastapi import Response

from central_server.problems import MEDIA_TYPE
from officer_console.central import wire

JSON = "application/json"
# the ``openapi_extra`` of a call that needs no token
PUBLIC: dict[str, Any] = {"security": []}
_COMPRESS_FROM = 1024
# Nothing repeats within fingerprints and ids but by chance, so matches shorter than 7 bytes are not looked for: as
# small as level 6 makes the pages of a first sync, in half the time. Level 1, for what is answered all day, takes a
# quarter of that for 5 % more.
_TIGHT = zstandard.ZstdCompressionParameters(
    window_log=20, strategy=zstandard.STRATEGY_GREEDY, min_match=7, hash_log=17, chain_log=14, search_log=3
)
_QUICK = zstandard.ZstdCompressionParameters.from_level(1)
_own = threading.local()


def answer(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a wire document or domain object as canonical JSON."""
    return raw(wire.encode(value), status=status, headers=headers)


def raw(body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON that is bytes already. No cache may keep it: it is about citizens."""
    return Response(
        body, status_code=status, media_type=JSON, headers={"Cache-Control": "no-store"} | dict(headers or {})
    )


def compressed(
    body: bytes, accepted: str, *, status: int = 200, headers: Mapping[str, str] | None = None, tight: bool = False
) -> Response:
    """Return JSON in the best of the encodings ``accepted`` (an ``Accept-Encoding`` header) names.

    ``tight`` spends more time on fewer bytes.
    """
    names = {part.split(";")[0].strip() for part in accepted.split(",") if "q=0" not in part.replace("q=0.", "")}
    told = {"Vary": "Accept-Encoding"} | dict(headers or {})
    if len(body) >= _COMPRESS_FROM and "zstd" in names:
        packed = _compressor(tight=tight).compress(body)
        return raw(packed, status=status, headers=told | {"Content-Encoding": "zstd"})
    if len(body) >= _COMPRESS_FROM and "gzip" in names:
        return raw(gzip.compress(body, 1, mtime=0), status=status, headers=told | {"Content-Encoding": "gzip"})
    return raw(body, status=status, headers=told)


def _compressor(*, tight: bool) -> zstandard.ZstdCompressor:
    """Return the thread's own: a compressor is not to be shared, and making one costs as much as a small answer."""
    name = "tight" if tight else "quick"
    found: zstandard.ZstdCompressor | None = getattr(_own, name, None)
    if found is None:
        found = zstandard.ZstdCompressor(compression_params=_TIGHT if tight else _QUICK)
        setattr(_own, name, found)
    return found


def schema(name: str) -> dict[str, Any]:
    """Return the OpenAPI content entry of a JSON body described under ``components.schemas``."""
    media_type = MEDIA_TYPE if name == wire.Problem.__name__ else JSON
    return {"content": {media_type: {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def takes(name: str) -> dict[str, Any]:
    """Return the ``openapi_extra`` of a call whose request body is the named document."""
    return {"requestBody": {"required": True} | schema(name)}


def gives(*documents: tuple[int, str, str | None]) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a call: status, description, document name (``None``: no JSON body)."""
    return {
        status: {"description": words} | ({} if name is None else schema(name)) for status, words, name in documents
    }
