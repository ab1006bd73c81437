"""The lines of the fault benchmark, knowing HTTP: exchanges are spoilt by their request line, or by a seed."""

from __future__ import annotations

import asyncio
import json
import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bench.lines import Connection, Direction, Lines

How = Literal["refuse", "hole", "cut", "hold", "delay", "answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one exchange.

    ``refuse``: the line drops before central hears of it. ``hole``: the same after ``seconds`` of silence. ``cut``:
    central does what it is asked, and only ``after`` bytes of its answer come through. ``hold``: the same after
    ``seconds`` of silence. ``delay``: all is well, ``seconds`` later. ``answer``: ``answer`` comes in place of what
    central would say, and central hears nothing.
    """

    how: How
    after: int = 0
    seconds: float = 0.0
    answer: bytes = b""


REFUSE = Fault(how="refuse")
LOSE_ANSWER = Fault(how="cut")


def reply(status: int, body: bytes | Mapping[str, object], content_type: str | None = None) -> Fault:
    """Return the fault that answers with this body; a dictionary is a problem document, or JSON below 400."""
    kind = content_type or ("application/json" if status < 400 else "application/problem+json")
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    return Fault(how="answer", answer=head.encode() + data)


@dataclass(slots=True)
class _Rule:
    pattern: re.Pattern[str]
    fault: Fault
    skip: int
    times: int


class Proxy(Lines):
    """Listens on loopback and passes HTTP on to ``target``, one exchange at a time per connection."""

    # the head of a message has to fit
    BUFFER = 64 * 1024

    def __init__(self, target: str) -> None:
        self.requests: list[str] = []
        self.answers: list[bytes] = []
        self.down = False
        self.holding = threading.Event()
        self.closing = threading.Event()
        self._rules: list[_Rule] = []
        self._weather: tuple[random.Random, float] | None = None
        self._lock = threading.Lock()
        super().__init__(target)

    def spoil(self, pattern: str, fault: Fault, *, times: int = 1, skip: int = 0) -> None:
        """Spoil ``times`` exchanges whose request line matches ``pattern``, after letting ``skip`` pass.

        Of several rules that match, the one told first comes first; the others wait until it is used up.
        """
        with self._lock:
            self._rules.append(_Rule(re.compile(pattern), fault, skip, times))

    def weather(self, seed: int, share: float) -> None:
        """Spoil about ``share`` of all exchanges from now on, drawn from ``seed`` in the order of the requests."""
        with self._lock:
            self._weather = (random.Random(seed), share)

    def clear(self) -> None:
        """Let everything pass again."""
        with self._lock:
            self._rules.clear()
            self._weather = None
            self.down = False

    def count(self, pattern: str) -> int:
        """Return how many requests matched ``pattern`` so far."""
        return sum(1 for line in self.requests if re.search(pattern, line))

    def close(self) -> None:
        """End every silence, every connection and the listening."""
        self.closing.set()
        super().close()

    async def carry(self, connection: Connection, up: Direction, down: Direction) -> None:
        """Pass exchanges on until one is spoilt or the line ends."""
        await connection.until_over(self._exchanges(up, down))

    def _fault(self, line: str) -> Fault | None:
        with self._lock:
            self.requests.append(line)
            if self.down:
                return REFUSE
            for rule in self._rules:
                if rule.times and rule.pattern.search(line):
                    if rule.skip:
                        rule.skip -= 1
                        continue
                    rule.times -= 1
                    return rule.fault
            if self._weather is not None and self._weather[0].random() < self._weather[1]:
                return self._weather[0].choice((REFUSE, LOSE_ANSWER, Fault(how="cut", after=90)))
        return None

    async def _exchanges(self, up: Direction, down: Direction) -> None:
        (asking, to_central), (answering, to_client) = up, down
        while (request := await _message(asking)) is not None:
            fault = self._fault(request.split(b"\r\n", 1)[0].decode("latin-1"))
            how = None if fault is None else fault.how
            if fault is not None and how in ("refuse", "hole", "answer"):
                if how == "hole":
                    await self._silence(fault.seconds)
                to_client.write(fault.answer)
                return
            to_central.write(request)
            await to_central.drain()
            answer = await _message(answering, to_head=request.startswith(b"HEAD "))
            if answer is None:
                return
            self.answers.append(answer)
            if fault is not None and how in ("hold", "delay"):
                await self._silence(fault.seconds)
            if fault is not None and how in ("hold", "cut"):
                to_client.write(answer[: fault.after])
                return
            to_client.write(answer)
            await to_client.drain()

    async def _silence(self, seconds: float) -> None:
        """Say nothing for so long, or until ``closing``."""
        self.holding.set()
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        while not self.closing.is_set() and clock() < until:
            await asyncio.sleep(0.01)


async def _message(stream: asyncio.StreamReader, *, to_head: bool = False) -> bytes | None:
    """Return one whole HTTP message with a Content-Length, or without body; ``None`` when the line ends first."""
    try:
        head = await stream.readuntil(b"\r\n\r\n")
        found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        bodyless = to_head or b" 304 " in head.split(b"\r\n", 1)[0]
        return head + await stream.readexactly(int(found[1]) if found and not bodyless else 0)
    except asyncio.IncompleteReadError:
        return None
