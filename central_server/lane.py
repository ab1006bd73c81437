"""A short way for the calls that are nearly all of central's work: decisions and pages of the feed.

It leads to the same functions as FastAPI's routes, past its matching and its solving of dependencies, which cost more
than a decision itself. Whatever is not as the program's own desks write it (no token, a header too long, a body
without a length, unknown parameters, a program too old) takes the framework's way and is answered or refused there.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import parse_qsl

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from central_server import bounds
from central_server.programs import AGENT_LIMIT, too_old
from central_server.routes import dossiers
from central_server.services import TOKEN_LIMIT, Services, permit
from officer_console.central import wire
from officer_console.domain.officer import Action

# How many decisions, and how many pages, a process works on at a time; the others wait in the order they came in.
THREADS = 16
# Pages have threads of their own: a decision may wait long for its turn to write, or for a row that somebody holds.
# Decisions that wait for SQLite's writer sleep, and the more of them wait the more share a COMMIT.
THREADS_ALONE = {"POST": THREADS, "GET": 1}
_PLACE = r"/v1/scopes/(?P<scope_id>[0-9A-Za-z]{1,16})"
_DECISIONS = re.compile(_PLACE + r"/dossiers/(?P<dossier_id>[0-9A-Za-z_-]{1,64})/decisions")
_CHANGES = re.compile(_PLACE + "/changes")
_ENDS = (("POST", "/decisions"), ("GET", "/changes"))
_KEY_LIMIT = 64
_ACCEPTED_LIMIT = 200
_LIMIT = re.compile("[1-9][0-9]{0,2}")

Refused = Callable[[Request, Exception], Awaitable[Response]]


class _Route(NamedTuple):
    """What the log tells of a request: the pattern, as FastAPI's routes have it."""

    path: str


_ROUTES = {
    "POST": _Route(f"{dossiers.router.prefix}/dossiers/{{dossier_id}}/decisions"),
    "GET": _Route(f"{dossiers.router.prefix}/changes"),
}


class Lane:
    """Answers the requests of the short way, hands on the others."""

    def __init__(self, app: ASGIApp, services: Services, refusals: Mapping[type[Exception], Refused]) -> None:
        """``refusals`` says what is answered when central raises an error of a kind, the most special kind first."""
        self._app = app
        self._services = services
        self._refusals = refusals
        threads = dict.fromkeys(_ROUTES, THREADS) if services.database.shared else THREADS_ALONE
        self._threads = {
            method: ThreadPoolExecutor(threads[method], thread_name_prefix=f"lane-{method}") for method in _ROUTES
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request or pass it on."""
        asked = self._asked(scope) if scope["type"] == "http" else None
        if asked is None:
            await self._app(scope, receive, send)
            return
        method: str = scope["method"]
        body = b"" if method == "GET" else await _body(receive)
        if body is None:
            return
        scope["route"] = _ROUTES[method]
        try:
            response = await asyncio.get_running_loop().run_in_executor(self._threads[method], asked, body)
        except tuple(self._refusals) as error:
            kind = next(kind for kind in self._refusals if isinstance(error, kind))
            response = await self._refusals[kind](Request(scope), error)
        await response(scope, receive, send)

    def _asked(self, scope: Scope) -> Callable[[bytes], Response] | None:
        """Return what answers the request, given its body; ``None`` when it takes the long way."""
        method, path = scope["method"], scope["path"]
        if not any(method == verb and path.endswith(end) for verb, end in _ENDS):
            return None
        headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        accepted = headers.get(b"accept-encoding", b"").decode("latin-1")
        if scheme.lower() != "bearer" or not 0 < len(token) <= TOKEN_LIMIT or not token.isascii():
            return None
        if len(accepted) > _ACCEPTED_LIMIT:
            return None
        if method == "GET":
            if too_old(headers.get(b"user-agent", b"").decode("latin-1")[:AGENT_LIMIT], self._services.min_client):
                return None
            return self._changes(path, scope["query_string"], token, accepted)
        return self._decision(path, headers, token, accepted)

    def _changes(self, path: str, query: bytes, token: str, accepted: str) -> Callable[[bytes], Response] | None:
        place = _CHANGES.fullmatch(path)
        given = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
        cursor, limit = given.pop("cursor", None), given.pop("limit", str(wire.PAGE_LIMIT))
        if place is None or given or _LIMIT.fullmatch(limit) is None or int(limit) > wire.PAGE_LIMIT:
            return None
        if cursor is not None and len(cursor) > dossiers.CURSOR_LIMIT:
            return None
        parts, scope_id = self._services, place["scope_id"]

        def answer(_body: bytes) -> Response:
            caller = parts.sign_in.caller(token)
            permit(caller, Action.VIEW, scope_id)
            return dossiers.changes(parts, caller, scope_id, cursor, int(limit), accepted)

        return answer

    def _decision(
        self, path: str, headers: Mapping[bytes, bytes], token: str, accepted: str
    ) -> Callable[[bytes], Response] | None:
        place = _DECISIONS.fullmatch(path)
        length = headers.get(b"content-length", b"")
        key, tag = (headers.get(name, b"").decode("latin-1") for name in (b"idempotency-key", b"if-match"))
        # a body that says its length otherwise is counted on the long way
        if b"transfer-encoding" in headers:
            return None
        if place is None or not (length.isdigit() and len(length) < 10 and int(length) <= bounds.BODY_LIMIT):
            return None
        if not (0 < len(key) <= _KEY_LIMIT and 0 < len(tag) <= _KEY_LIMIT):
            return None
        parts, scope_id, dossier_id = self._services, place["scope_id"], place["dossier_id"]

        def answer(body: bytes) -> Response:
            caller = parts.sign_in.caller(token)
            return dossiers.decide(parts, caller, scope_id, dossier_id, body, key, tag, accepted)

        return answer


async def _body(receive: Receive) -> bytes | None:
    """Return the body, whose length the server has checked; ``None`` when the client has gone."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)
