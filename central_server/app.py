"""The HTTP application: routes, problem documents for everything that goes wrong, request ids, OpenAPI."""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central_server.blobs import BlobStoreError
from central_server.database import AWAY
from central_server.description import describe
from central_server.epochs import OtherEpochError
from central_server.feed import OvertakenError
from central_server.lane import Lane, Refused
from central_server.problems import MEDIA_TYPE, ProblemError, validation
from central_server.routes import blobs, dossiers, forms, ledger, meta, sessions, uploads
from central_server.services import Services

_log = logging.getLogger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_KEY = "hgd.request_id"


def create_app(services: Services) -> FastAPI:
    """Return the application that serves ``services``."""
    app = FastAPI(
        title="Central register of electronic transactions",
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = services
    for module in (meta, sessions, dossiers, ledger, blobs, uploads, forms):
        app.include_router(module.router)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _framework)
    refusals: dict[type[Exception], Refused] = {
        ProblemError: _refused,
        **dict.fromkeys(AWAY, _unavailable),
        # another process of a shared database was first
        OvertakenError: _unavailable,
        BlobStoreError: _unavailable,
        OtherEpochError: _of_another_epoch,
    }
    for kind, refused in refusals.items():
        app.add_exception_handler(kind, refused)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(Lane, services=services, refusals=refusals)
    app.add_middleware(uploads.TusHeaders)
    app.add_middleware(RequestIds)
    setattr(app, "openapi", lambda: _openapi(app))  # noqa: B010 - FastAPI's way of replacing the description
    return app


class RequestIds:
    """Gives every request an id (the client's when it is a sane one), tells it in the answer and in one log line."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        scope[_KEY] = request_id

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
                took = (time.monotonic() - began) * 1000
                # the route's pattern, not the path: paths name dossiers
                route = getattr(scope.get("route"), "path", "-")
                _log.info("%s %s %s %.0f ms %s", scope["method"], route, message["status"], took, request_id)
            await send(message)

        await self._app(scope, receive, told)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, ProblemError):
        return await _failed(request, error)
    response = _problem(request, error)
    if error.name == "unavailable":
        response.headers["Retry-After"] = "1"
    return response


async def _malformed(request: Request, error: Exception) -> Response:
    where = error.errors()[0]["loc"] if isinstance(error, RequestValidationError) else ()
    return _problem(request, validation("malformed", ".".join(str(part) for part in where)))


async def _framework(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    name = {404: "not-found", 405: "method-not-allowed"}.get(status, "malformed" if status < 500 else "internal")
    response = _problem(request, ProblemError(name))
    if isinstance(error, HTTPException) and error.headers and "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


async def _unavailable(request: Request, error: Exception) -> Response:
    _log.error("unavailable: %s %s", type(error).__name__, request.scope.get(_KEY, ""))
    return await _refused(request, ProblemError("unavailable"))


async def _of_another_epoch(request: Request, error: Exception) -> Response:
    code = error.code if isinstance(error, OtherEpochError) else None
    return await _refused(request, ProblemError("unavailable", code=code))


async def _failed(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the server logs it, the client must not see it
    response = _problem(request, ProblemError("internal"))
    response.headers["X-Request-ID"] = request.scope.get(_KEY, "")
    return response


def _problem(request: Request, error: ProblemError) -> Response:
    headers = {"Cache-Control": "no-store"} | error.headers
    if int(error.status) == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        error.body(request.scope.get(_KEY, "")), status_code=int(error.status), media_type=MEDIA_TYPE, headers=headers
    )


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = describe(app)
    return app.openapi_schema
