"""Sign-in, renewal, sign-out."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from central_server import bounds
from central_server.answers import PUBLIC, answer, gives, raw, takes
from central_server.services import Document, Parts, SignedIn, Token
from officer_console.central import wire

router = APIRouter()

_PASSWORD_LIMIT = 256
_TOKEN_LIMIT = 256
_ID_LIMIT = 64


@router.post(
    "/v1/sessions",
    status_code=201,
    openapi_extra=PUBLIC | takes("Credentials"),
    responses=gives(
        (201, "Tokens", "Grant"),
        (401, "Wrong name or password", "Problem"),
        (403, "Locked", "Problem"),
        (503, "Too many at the door (Retry-After)", "Problem"),
    ),
)
async def sign_in(request: Request, parts: Parts, body: Document) -> Response:
    """Open a session with name and password."""
    credentials = bounds.read_body(body, wire.Credentials)
    bounds.bounded(credentials.username, _ID_LIMIT, "username")
    bounds.bounded(credentials.password, _PASSWORD_LIMIT, "password")
    bounds.bounded(credentials.device_id, _ID_LIMIT, "device_id")
    address = "" if request.client is None else request.client.host
    return answer(await parts.door.through(address, lambda: parts.sign_in.sign_in(credentials)), status=201)


@router.post(
    "/v1/sessions/refresh",
    openapi_extra=PUBLIC | takes("RefreshRequest"),
    responses=gives((200, "The next tokens", "Grant"), (401, "Used, ended or unknown", "Problem")),
)
def refresh(parts: Parts, body: Document) -> Response:
    """Exchange a refresh token, once; again within a minute if the answer was lost. Real re-use ends the sign-in."""
    asked = bounds.read_body(body, wire.RefreshRequest)
    bounds.bounded(asked.refresh_token, _TOKEN_LIMIT, "refresh_token")
    return answer(parts.sign_in.refresh(asked.refresh_token))


@router.delete("/v1/sessions", status_code=204, responses=gives((204, "Signed out", None)))
def sign_out(parts: Parts, token: Token) -> Response:
    """End the sign-in the token is of, an access or a refresh token, good or not; every other token of it ends, too."""
    parts.sign_in.sign_out(token)
    return Response(status_code=204)


@router.get(
    "/v1/me", responses=gives((200, "Who has signed in", "Officer"), (304, "Still as If-None-Match says", None))
)
def me(caller: SignedIn, if_none_match: Annotated[str | None, Header(max_length=200)] = None) -> Response:
    """Tell who the token belongs to, with an entity tag."""
    body = wire.encode(caller.officer)
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"'}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers | {"Cache-Control": "no-store"})
    return raw(body, headers=headers)
