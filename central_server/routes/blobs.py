"""Pictures, addressed by the SHA-256 of their bytes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from starlette.concurrency import run_in_threadpool

from central_server import statements
from central_server.answers import gives
from central_server.blobs import BLOB_LIMIT, MAGIC
from central_server.problems import ProblemError
from central_server.services import Actor, Parts, ScopeId, Sha256, Viewer, bounded_body
from central_server.uploads import check_picture, keep_picture

router = APIRouter(prefix="/v1/scopes/{scope_id}/blobs")

_PICTURE = {"schema": {"type": "string", "format": "binary"}}
_TAKES: dict[str, Any] = {"requestBody": {"required": True, "content": dict.fromkeys(MAGIC, _PICTURE)}}


async def picture_body(request: Request) -> bytes:
    """Return the body of an upload."""
    return await bounded_body(request, BLOB_LIMIT)


@router.put(
    "/{sha256}",
    status_code=201,
    response_class=Response,
    openapi_extra=_TAKES,
    responses=gives(
        (201, "Kept", None), (200, "There already", None), (413, "Over 12 MiB", "Problem"), (415, "No image", "Problem")
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
    """Keep a picture. Its hash and first bytes must be what they claim; it is never decoded here."""
    data = await picture_body(request)
    media_type = content_type.split(";")[0].strip().lower()
    check_picture(data, media_type, sha256)
    fresh = await run_in_threadpool(keep_picture, parts.database, parts.blobs, scope_id, media_type, data)
    return Response(status_code=201 if fresh else 200)


@router.get(
    "/{sha256}",
    response_class=Response,
    responses=gives((404, "Not here (unknown-blob)", "Problem"))
    | {200: {"description": "The picture's bytes", "content": dict.fromkeys(MAGIC, _PICTURE)}},
)
def get_blob(
    parts: Parts,
    caller: Viewer,  # noqa: ARG001 - the dependency is the check
    scope_id: ScopeId,
    sha256: Sha256,
) -> Response:
    """Hand out a picture of the scope."""
    with parts.database.read() as connection:
        row = connection.execute(statements.BLOB, {"scope_id": scope_id, "sha256": sha256}).one_or_none()
    data = None if row is None else parts.blobs.get(sha256)
    if row is None or data is None:
        raise ProblemError("unknown-blob")
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return Response(data, media_type=row.media_type, headers=headers)
