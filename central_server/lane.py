"""A short way for the calls that are nearly all of central's work: decisions and pages of the feed.

It leads to the same functions as FastAPI's routes, past its matching and its solving of dependencies, which cost more
than a decision itself. Whatever is not as the program's own desks write it (no token, a header too long, a body
without a length, unknown parameters, a program too old) takes the framework's way and is answered or refused there.
What writes in an office's books on that way takes its turn here as well.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple
from urllib.parse import parse_qsl
from weakref import WeakValueDictionary

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central_server import bounds
from central_server.problems import ProblemError
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
# An office's decisions take turns at its counter, so more of them at a time would only keep threads from other offices,
# above all while somebody holds the counter.
OF_ONE_OFFICE = 4
# Who has not had a thread by then is told to come back: the office's counter is held.
TURN_SECONDS = 5.0
_PLACE = r"/v1/scopes/(?P<scope_id>[0-9A-Za-z]{1,16})"
_DECISIONS = re.compile(_PLACE + r"/dossiers/(?P<dossier_id>[0-9A-Za-z_-]{1,64})/decisions")
_CHANGES = re.compile(_PLACE + "/changes")
# On the long way: what takes an office's counter, in the path or in the body. Pictures do not, and come slowly.
_BOOKED = re.compile(_PLACE + r"/dossiers/[0-9A-Za-z_-]{1,64}/(?:lease|decisions|signed-form)")
_CHECKS = "/v1/household-checks"
_ENDS = (("POST", "/decisions"), ("GET", "/changes"))
_KEY_LIMIT = 64
_ACCEPTED_LIMIT = 200
_LIMIT = re.compile("[1-9][0-9]{0,2}")

Refused = Callable[[Request, Exception], Awaitable[Response]]


class _Asked(NamedTuple):
    """What answers a request, given its body, and the office whose turns it has to wait for."""

    answer: Callable[[bytes], Response]
    office: str | None


class _Route(NamedTuple):
    """What the log tells of a request: the pattern, as FastAPI's routes have it."""

    path: str


_ROUTES = {
    "POST": _Route(f"{dossiers.router.prefix}/dossiers/{{dossier_id}}/decisions"),
    "GET": _Route(f"{dossiers.router.prefix}/changes"),
}


class Offices:
    """Lets so many writers of an office at a time. For one event loop."""

    def __init__(self, at_once: int = OF_ONE_OFFICE, seconds: float = TURN_SECONDS) -> None:
        self._at_once = at_once
        self._seconds = seconds
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, office: str) -> AsyncIterator[None]:
        """Wait for a turn of ``office``, in the order of coming.

        Raises:
            ProblemError: ``unavailable``: there was none for so many seconds.
        """
        turns = self._turns.setdefault(office, asyncio.Semaphore(self._at_once))
        try:
            async with asyncio.timeout(self._seconds):
                await turns.acquire()
        except TimeoutError:
            raise ProblemError("unavailable") from None
        try:
            yield
        finally:
            turns.release()


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
        # SQLite has one counter for all, and the more wait for it the more share a COMMIT.
        self._offices = Offices() if services.database.shared else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request or pass it on."""
        asked = self._asked(scope) if scope["type"] == "http" else None
        if asked is None:
            await self._pass_on(scope, receive, send)
            return
        method: str = scope["method"]
        body = b"" if method == "GET" else await _body(receive)
        if body is None:
            return
        scope["route"] = _ROUTES[method]
        try:
            if asked.office is None or self._offices is None:
                response = await self._answered(method, asked, body)
            else:
                async with self._offices.turn(asked.office):
                    response = await self._answered(method, asked, body)
        except tuple(self._refusals) as error:
            response = await self._refused(scope, error)
        await response(scope, receive, send)

    async def _refused(self, scope: Scope, error: Exception) -> Response:
        kind = next(kind for kind in self._refusals if isinstance(error, kind))
        return await self._refusals[kind](Request(scope), error)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the framework answer; who would keep one of its few threads waiting for an office waits here for it."""
        if self._offices is None or not _books(scope):
            await self._app(scope, receive, send)
            return
        # before the turn: a body that drips in must not hold it
        body = await _body(receive)
        if body is None:
            return
        office = _office(scope["path"], body)
        if office is None:
            await self._app(scope, _again(body, receive), send)
            return
        async with AsyncExitStack() as turn:
            try:
                await turn.enter_async_context(self._offices.turn(office))
            except ProblemError as error:
                await (await self._refused(scope, error))(scope, receive, send)
                return
            await self._app(scope, _again(body, receive), send)

    async def _answered(self, method: str, asked: _Asked, body: bytes) -> Response:
        return await asyncio.get_running_loop().run_in_executor(self._threads[method], asked.answer, body)

    def _asked(self, scope: Scope) -> _Asked | None:
        """Return what answers the request; ``None`` when it takes the long way."""
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

    def _changes(self, path: str, query: bytes, token: str, accepted: str) -> _Asked | None:
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

        return _Asked(answer, None)

    def _decision(self, path: str, headers: Mapping[bytes, bytes], token: str, accepted: str) -> _Asked | None:
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

        return _Asked(answer, scope_id)


def _books(scope: Scope) -> bool:
    """Whether a request may write in an office's books; its body, if it has one, must be short and tell its length."""
    if scope["type"] != "http" or scope["method"] == "GET":
        return False
    if scope["path"] != _CHECKS and _BOOKED.fullmatch(scope["path"]) is None:
        return False
    headers: dict[bytes, bytes] = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    return (
        b"transfer-encoding" not in headers
        and length.isdigit()
        and len(length) < 10
        and int(length) <= bounds.BODY_LIMIT
    )


def _office(path: str, body: bytes) -> str | None:
    """Return whose turns a request of the long way waits for; ``None`` when it does not say so."""
    place = _BOOKED.fullmatch(path)
    if place is not None:
        return place["scope_id"]
    try:
        # turns of their own: the registry, too, may let them wait
        return f"{wire.decode(body, wire.HouseholdQuestion).scope_id}{_CHECKS}"
    except wire.WireError:
        return None


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that tells a body that has been read once more."""
    told = False

    async def receiving() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


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
