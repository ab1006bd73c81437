"""Uploads in pieces, as tus 1.0 says it: core, creation, checksum, expiration, termination."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central_server import bounds
from central_server.answers import gives
from central_server.auth import Caller
from central_server.blobs import BLOB_LIMIT
from central_server.problems import ProblemError, validation
from central_server.services import Actor, Parts, ScopeId
from central_server.uploads import Standing, check_kind

VERSION = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"
_ALGORITHMS = {"sha256": hashlib.sha256, "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False)}
_NUMBER = r"^[0-9]{1,12}$"
_METADATA = re.compile(r"([!-+\--~]+)(?: ([A-Za-z0-9+/]*={0,2}))?")
_OURS = re.compile(r"/v1/scopes/[^/]*/uploads(/[^/]*)?")
_PIECE: dict[str, Any] = {
    "requestBody": {"required": True, "content": {PIECE_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
}


router = APIRouter(prefix="/v1/scopes/{scope_id}/uploads")


async def speaking(caller: Actor, tus_resumable: Annotated[str, Header(max_length=20)] = "") -> Caller:
    """Return the caller, whose client speaks our version of tus.

    Raises:
        ProblemError: ``unsupported-version``.
    """
    if tus_resumable != VERSION:
        raise ProblemError("unsupported-version")
    return caller


Speaker = Annotated[Caller, Depends(speaking)]
UploadId = Annotated[str, Path(alias="upload_id", pattern=r"^[0-9a-f]{32}$")]
_VERSION_REFUSED = (412, "Another version of tus than 1.0.0 (unsupported-version)", "Problem")
_GONE = "Never begun, run out or dropped (unknown-upload)"
_UNKNOWN = (404, _GONE, "Problem")
_NOT_WHAT_IT_CLAIMS = (
    415,
    "No image or notice, or not sent as a piece (not-an-image, not-a-pdf, wrong-media-type)",
    "Problem",
)


@router.options("", status_code=204, response_class=Response, responses=gives((204, "What of tus is spoken", None)))
def abilities(caller: Actor, scope_id: ScopeId) -> Response:  # noqa: ARG001 - the dependency is the check
    """Tell which version and extensions of tus are spoken."""
    return Response(
        status_code=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,checksum,expiration,termination",
            "Tus-Max-Size": str(BLOB_LIMIT),
            "Tus-Checksum-Algorithm": ",".join(_ALGORITHMS),
        },
    )


@router.post(
    "",
    status_code=201,
    response_class=Response,
    responses=gives(
        (201, "Begun, or found as far as it had come: Location, Upload-Offset, Upload-Expires", None),
        (409, "Too much of the officer's is unfinished (uploads-full)", "Problem"),
        _VERSION_REFUSED,
        (413, "Over 12 MiB, a notice over 4 MiB", "Problem"),
        (415, "No image or notice", "Problem"),
    ),
)
def create(
    parts: Parts,
    caller: Speaker,
    scope_id: ScopeId,
    upload_length: Annotated[str, Header(pattern=_NUMBER)],
    upload_metadata: Annotated[str, Header(max_length=1000)],
) -> Response:
    """Announce a picture or signed notice: its length, and ``sha256`` and ``filetype`` in Upload-Metadata.

    The same officer's same picture has one upload: announced again, it goes on. A picture that the office has already
    is told as wholly received.
    """
    length = int(upload_length)
    told = read_metadata(upload_metadata)
    sha256, media_type = told.get("sha256", ""), told.get("filetype", "")
    if not re.fullmatch(bounds.SHA256[1:-1], sha256):
        raise validation("malformed", "upload-metadata.sha256")
    check_kind(media_type, length)
    if length == 0:
        raise ProblemError("not-an-image")
    standing = parts.uploads.create(
        caller.officer.id, scope_id, sha256=sha256, media_type=media_type, length=length, metadata=upload_metadata
    )
    place = f"/v1/scopes/{scope_id}/uploads/{standing.upload.id}"
    return Response(status_code=201, headers=_progress(standing) | {"Location": place})


@router.head(
    "/{upload_id}",
    response_class=Response,
    responses=gives(
        (200, "Upload-Offset, Upload-Length, Upload-Expires, Upload-Metadata", None),
        (404, _GONE, None),
        (412, _VERSION_REFUSED[1], None),
        (415, _NOT_WHAT_IT_CLAIMS[1], None),
    ),
)
def offset_of(parts: Parts, caller: Speaker, scope_id: ScopeId, upload_id: UploadId) -> Response:
    """Tell how far an upload has come."""
    standing = parts.uploads.find(caller.officer.id, scope_id, upload_id)
    whole = {"Upload-Length": str(standing.upload.length), "Upload-Metadata": standing.upload.metadata}
    return Response(headers=_progress(standing) | whole)


@router.patch(
    "/{upload_id}",
    status_code=204,
    response_class=Response,
    openapi_extra=_PIECE,
    responses=gives(
        (204, "Received: Upload-Offset", None),
        (400, "Another algorithm than those told (malformed)", "Problem"),
        _UNKNOWN,
        (409, "The upload is elsewhere (offset-conflict)", "Problem"),
        _VERSION_REFUSED,
        (413, "Beyond the announced length (too-large)", "Problem"),
        _NOT_WHAT_IT_CLAIMS,
        (460, "The piece is not what Upload-Checksum says (checksum-mismatch)", "Problem"),
    ),
)
async def append(
    request: Request,
    parts: Parts,
    caller: Speaker,
    scope_id: ScopeId,
    upload_id: UploadId,
    upload_offset: Annotated[str, Header(pattern=_NUMBER)],
    upload_checksum: Annotated[str, Header(max_length=200)] = "",
    content_type: Annotated[str, Header(max_length=100)] = "",
) -> Response:
    """Take the next piece; the last one makes the picture, which is refused when it is not what was announced."""
    if content_type.split(";")[0].strip().lower() != PIECE_TYPE:
        raise ProblemError("wrong-media-type")
    expected = read_checksum(upload_checksum)
    data, whole = await _piece(request)
    if expected is not None:
        algorithm, digest = expected
        if not whole or _ALGORITHMS[algorithm](data).digest() != digest:
            raise ProblemError("checksum-mismatch")
    standing = await run_in_threadpool(
        parts.uploads.append, caller.officer.id, scope_id, upload_id, int(upload_offset), data
    )
    return Response(status_code=204, headers=_progress(standing))


@router.delete(
    "/{upload_id}",
    status_code=204,
    response_class=Response,
    responses=gives((204, "Dropped; a picture that is kept stays", None), _UNKNOWN, _VERSION_REFUSED),
)
def drop(parts: Parts, caller: Speaker, scope_id: ScopeId, upload_id: UploadId) -> Response:
    """Drop an upload that will not be finished."""
    parts.uploads.drop(caller.officer.id, scope_id, upload_id)
    return Response(status_code=204)


def read_metadata(text: str) -> dict[str, str]:
    """Return what an Upload-Metadata header says: keys with base64 values, separated by commas.

    Raises:
        ProblemError: ``validation``: it is none.
    """
    told: dict[str, str] = {}
    for part in text.split(","):
        found = _METADATA.fullmatch(part.strip(" "))
        try:
            value = "" if found is None else base64.b64decode(found[2] or "", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            found = None
        if found is None or found[1] in told:
            raise validation("malformed", "upload-metadata")
        told[found[1]] = value
    return told


def read_checksum(text: str) -> tuple[str, bytes] | None:
    """Return algorithm and digest of an Upload-Checksum header, ``None`` for an empty one.

    Raises:
        ProblemError: ``malformed``: it is none, or of an algorithm that is not offered.
    """
    if not text:
        return None
    algorithm, _, digest = text.partition(" ")
    try:
        found = base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if algorithm not in _ALGORITHMS or not found:
        raise ProblemError("malformed", code="upload-checksum")
    return algorithm, found


async def _piece(request: Request) -> tuple[bytes, bool]:
    """Return what came of a piece, and whether it came whole: what a cut line leaves is kept as well."""
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > BLOB_LIMIT:
                raise ProblemError("too-large")
            chunks.append(chunk)
    except ClientDisconnect:
        return b"".join(chunks), False
    return b"".join(chunks), True


def _progress(standing: Standing) -> dict[str, str]:
    return {
        "Upload-Offset": str(standing.offset),
        "Upload-Expires": format_datetime(standing.upload.expires_at, usegmt=True),
        "Cache-Control": "no-store",
    }


class TusHeaders:
    """Does what tus asks of every request: tells the version, and takes the method from X-HTTP-Method-Override."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or not _OURS.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        instead = dict(scope["headers"]).get(b"x-http-method-override", b"").decode("latin-1")
        if scope["method"] == "POST" and instead in ("HEAD", "PATCH", "DELETE"):
            # a copy: what is written on the line is still the answer to a POST
            scope = {**scope, "method": instead}

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Tus-Resumable"] = VERSION
                if message["status"] == 412:
                    headers["Tus-Version"] = VERSION
            await send(message)

        await self._app(scope, receive, told)
