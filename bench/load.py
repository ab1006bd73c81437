"""HTTP load over keep-alive connections: closed loops, a timetable, and queues that all come back at once.

A small client of its own, because the generator shares two cores with what it measures: a request is bytes made
beforehand, an answer is read to its end and only its status and ``Retry-After`` are looked at.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

ANSWER_SECONDS = 60.0
RETRY_CEILING_SECONDS = 30.0


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


def timetable(port: int, desks: Sequence[Sequence[Request]], every_seconds: float) -> Tally:
    """Let every desk send one request each ``every_seconds``, the desks spread evenly over that time.

    Waits count from the planned moment: an answer that comes late makes the next one late as well.
    """
    tally = Tally()

    async def work(number: int, own: Sequence[Request], start: float) -> None:
        line = _Line(port)
        for turn, one in enumerate(own):
            planned = start + (turn + number / len(desks)) * every_seconds
            await asyncio.sleep(max(0.0, planned - time.perf_counter()))
            await _timed(line, one, tally, planned)
        line.close()

    def begin() -> list[object]:
        start = time.perf_counter() + 0.2
        return [work(number, own, start) for number, own in enumerate(desks)]

    _run(tally, begin)
    return tally


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
        if length:
            await self._reader.readexactly(length)
        return int(head[9:12]), advised

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
