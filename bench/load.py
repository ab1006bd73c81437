"""HTTP load over keep-alive connections: closed loops, a timetable, and queues that all come back at once.

A small client of its own, because the generator shares two cores with what it measures: a request is bytes made
beforehand, an answer is read to its end and only its status and ``Retry-After`` are looked at, of a page of a feed also
the place behind it.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import zstandard

ANSWER_SECONDS = 60.0
_NEXT = b'"next":"'
RETRY_CEILING_SECONDS = 30.0
# Multiples of it leave no pattern in a round.
_GOLDEN = 0.618034
_ZSTD = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True, slots=True)
class Request:
    """One request: everything that goes over the line."""

    data: bytes


@dataclass(slots=True)
class Tally:
    """What came back: waits in milliseconds, how often which status, and how many connections broke."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    seconds: float = 0.0
    unadvised: int = 0

    @property
    def errors(self) -> int:
        """Answers that were neither the wished for nor an advised wait, and connections that broke."""
        bad = sum(count for status, count in self.statuses.items() if status >= 400 and status != 503)
        return bad + self.broken + self.unadvised


@dataclass(slots=True)
class Feed:
    """One desk's place in its office's feed."""

    path: str
    token: str
    cursor: str

    def request(self) -> Request:
        """Return the request for what comes after the place."""
        path = f"{self.path}?cursor={self.cursor}&limit=500"
        return request("GET", path, token=self.token, Accept_Encoding="zstd, gzip")

    def read(self, body: bytes) -> None:
        """Go on to the place behind a page, as it came over the line."""
        text = zstandard.ZstdDecompressor().decompressobj().decompress(body) if body.startswith(_ZSTD) else body
        begin = text.rindex(_NEXT) + len(_NEXT)
        self.cursor = text[begin : text.index(b'"', begin)].decode()


@dataclass(frozen=True, slots=True)
class Desk:
    """What one desk of a timetable sends, one after the other, and the feed it follows."""

    sends: Sequence[Request]
    feed: Feed


def request(method: str, path: str, *, token: str, body: bytes = b"", **headers: str) -> Request:
    """Return a request; header names with ``_`` for ``-``."""
    lines = [f"{method} {path} HTTP/1.1", "Host: central", f"Authorization: Bearer {token}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}")
    return Request("\r\n".join([*lines, "", ""]).encode() + body)


def closed_loop(port: int, requests: Sequence[Request], connections: int) -> Tally:
    """Send all requests over so many connections, each sending the next as soon as it has an answer."""
    tally = Tally()
    supply = iter(requests)

    async def work() -> None:
        line = _Line(port)
        for one in supply:
            await _timed(line, one, tally, time.perf_counter())
        line.close()

    _run(tally, lambda: [work() for _ in range(connections)])
    return tally


def timetable(port: int, desks: Sequence[Desk], every_seconds: float, pull_seconds: float) -> tuple[Tally, Tally]:
    """Let every desk send one request each ``every_seconds`` and read its feed on each ``pull_seconds``.

    The desks are spread evenly over both; each has one connection. Return what came back of the requests sent and of
    the pages. Waits count from the planned moment: an answer that comes late makes the next one late as well.
    """
    sent, pulled = Tally(), Tally()

    async def work(number: int, desk: Desk, start: float) -> None:
        line = _Line(port)
        share = number / len(desks)
        plan: list[tuple[float, Request | None]] = [
            ((turn + share) * every_seconds, one) for turn, one in enumerate(desk.sends)
        ]
        # from a place of their own in the round: not each pull beside a decision
        away = number * _GOLDEN % 1 * pull_seconds
        pulls = int(max(0.0, len(desk.sends) * every_seconds - away) / pull_seconds)
        plan += [(away + turn * pull_seconds, None) for turn in range(pulls + 1)]
        for after, one in sorted(plan, key=itemgetter(0)):
            planned = start + after
            await asyncio.sleep(max(0.0, planned - time.perf_counter()))
            if one is not None:
                await _timed(line, one, sent, planned)
                continue
            line.status = 0
            await _timed(line, desk.feed.request(), pulled, planned)
            if line.status == 200:
                desk.feed.read(line.body)
        line.close()

    def begin() -> list[object]:
        start = time.perf_counter() + 0.2
        return [work(number, desk, start) for number, desk in enumerate(desks)]

    _run(sent, begin)
    pulled.seconds = sent.seconds
    return sent, pulled


def herd(port: int, desks: Sequence[Sequence[Request]]) -> Tally:
    """Let all desks empty their queues at once; a 503 with ``Retry-After`` is obeyed, without one it is an error."""
    tally = Tally()

    async def work(own: Sequence[Request]) -> None:
        line = _Line(port)
        for one in own:
            began = time.perf_counter()
            while (advised := await _timed(line, one, tally, began)) is not None:
                await asyncio.sleep(min(advised, RETRY_CEILING_SECONDS))
        line.close()

    _run(tally, lambda: [work(own) for own in desks])
    return tally


class _Line:
    """One connection, opened when it is first needed and again when it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        # of the last answer
        self.status = 0
        self.body = b""

    async def send(self, data: bytes) -> tuple[int, float | None]:
        """Return status and ``Retry-After`` in seconds of the answer."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(data)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length, advised = 0, None
        for header in _headers(head):
            name, _, value = header.partition(b":")
            if name == b"content-length":
                length = int(value)
            elif name == b"retry-after":
                advised = float(value)
        self.body = await self._reader.readexactly(length) if length else b""
        self.status = int(head[9:12])
        return self.status, advised

    def close(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def _headers(head: bytes) -> Iterator[bytes]:
    return iter(head.lower().split(b"\r\n")[1:-2])


async def _timed(line: _Line, one: Request, tally: Tally, since: float) -> float | None:
    """Send one request and count its answer; return how long to wait before sending it again, if it has to be."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            status, advised = await line.send(one.data)
    except (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError):
        line.close()
        tally.broken += 1
        return None
    tally.statuses[status] += 1
    if status == 503:
        if advised is None:
            tally.unadvised += 1
        return advised
    tally.waits.append((time.perf_counter() - since) * 1000)
    return None


def _run(tally: Tally, begin: object) -> None:
    async def all_of_them() -> None:
        started = time.perf_counter()
        await asyncio.gather(*begin())  # type: ignore[operator]  # a list of coroutines, made inside the loop
        tally.seconds = time.perf_counter() - started

    asyncio.run(all_of_them())


def spread(requests: Iterable[Request], desks: int) -> list[list[Request]]:
    """Deal the requests out to so many desks."""
    dealt: list[list[Request]] = [[] for _ in range(desks)]
    for n, one in enumerate(requests):
        dealt[n % desks].append(one)
    return dealt
