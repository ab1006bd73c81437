"""Pictures and signed notices, addressed by the SHA-256 of their bytes."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from starlette.concurrency import run_in_threadpool

from central_server import statements
from central_server.answers import gives
from central_server.blobs import BLOB_LIMIT, KEPT
from central_server.problems import ProblemError
from central_server.services import Actor, Parts, ScopeId, Sha256, Viewer, bounded_body
from central_server.uploads import check_blob, keep_blob

router = APIRouter(prefix="/v1/scopes/{scope_id}/blobs")

_FILE = {"schema": {"type": "string", "format": "binary"}}
# As RFC 9110 writes it; a number that no picture reaches is none.
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.IGNORECASE)
_TAKES: dict[str, Any] = {"requestBody": {"required": True, "content": dict.fromkeys(KEPT, _FILE)}}


async def blob_body(request: Request) -> bytes:
    """Return the body of an upload."""
    return await bounded_body(request, BLOB_LIMIT)


@router.put(
    "/{sha256}",
    status_code=201,
    response_class=Response,
    openapi_extra=_TAKES,
    responses=gives(
        (201, "Kept", None),
        (200, "There already", None),
        (413, "Over 12 MiB, a notice over 4 MiB", "Problem"),
        (415, "No image or notice", "Problem"),
    ),
)
async def put_blob(
    request: Request,
    parts: Parts,
    caller: Actor,  # noqa: ARG001 - the dependency is the check
    scope_id: ScopeId,
    sha256: Sha256,
    content_type: Annotated[str, Header(max_length=100)] = "",
) -> Response:
    """Keep a picture or signed notice. Its hash and first bytes must be what they claim; it is never decoded here."""
    data = await blob_body(request)
    media_type = content_type.split(";")[0].strip().lower()
    check_blob(data, media_type, sha256)
    fresh = await run_in_threadpool(keep_blob, parts.database, parts.blobs, scope_id, media_type, data)
    return Response(status_code=201 if fresh else 200)


@router.get(
    "/{sha256}",
    response_class=Response,
    responses=gives(
        (404, "Not here (unknown-blob)", "Problem"),
        (416, "It has not so many bytes (range-not-satisfiable)", "Problem"),
    )
    | {
        200: {"description": "The bytes", "content": dict.fromkeys(KEPT, _FILE)},
        206: {"description": "Those of one Range: Content-Range", "content": dict.fromkeys(KEPT, _FILE)},
    },
)
def get_blob(
    parts: Parts,
    caller: Viewer,  # noqa: ARG001 - the dependency is the check
    scope_id: ScopeId,
    sha256: Sha256,
    wanted: Annotated[str, Header(alias="Range")] = "",
    if_range: Annotated[str, Header()] = "",
) -> Response:
    """Hand out a picture or notice of the scope, or one range of its bytes; the whole for several ranges."""
    with parts.database.read() as connection:
        row = connection.execute(statements.BLOB, {"scope_id": scope_id, "sha256": sha256}).one_or_none()
    data = None if row is None else parts.blobs.get(sha256)
    if row is None or data is None:
        raise ProblemError("unknown-blob")
    tag = f'"{sha256}"'
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    found = byte_range(wanted, len(data)) if if_range.strip() in ("", tag) else None
    if found is None:
        return Response(data, media_type=row.media_type, headers=headers)
    headers["Content-Range"] = f"bytes {found.start}-{found.stop - 1}/{len(data)}"
    return Response(data[found.start : found.stop], status_code=206, media_type=row.media_type, headers=headers)


def byte_range(text: str, length: int) -> range | None:
    """Return the bytes that a Range header (RFC 9110, 14.2) asks of ``length``; ``None`` when it is to be ignored.

    That is one that is absent, malformed, of another unit, or of several ranges.

    Raises:
        ProblemError: ``range-not-satisfiable``: there is no such byte.
    """
    asked = _RANGE.fullmatch(text.strip())
    if asked is None or asked[1] == asked[2] == "":
        return None
    if asked[1] == "":
        found = range(max(0, length - int(asked[2])), length)
    else:
        first, last = int(asked[1]), int(asked[2] or length - 1)
        if asked[2] and last < first:
            return None
        found = range(first, min(last + 1, length))
    if not found:
        raise ProblemError("range-not-satisfiable", headers={"Content-Range": f"bytes */{length}"})
    return found
