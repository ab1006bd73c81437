"""A TCP proxy in front of central that spoils the exchanges it is told to spoil: by request line, or by a seed."""

from __future__ import annotations

import json
import random
import re
import socket
import socketserver
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedIOBase
from typing import Literal
from urllib.parse import urlsplit

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


class Proxy:
    """Listens on loopback and passes HTTP on to ``target``, one exchange at a time per connection."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.target = (str(parts.hostname), int(parts.port or 80))
        self.requests: list[str] = []
        self.answers: list[bytes] = []
        self.down = False
        self.holding = threading.Event()
        self.closing = threading.Event()
        self._rules: list[_Rule] = []
        self._weather: tuple[random.Random, float] | None = None
        self._lock = threading.Lock()
        proxy = self

        class Line(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                proxy._serve(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A line that breaks is what this is for."""

        self._server = Server(("127.0.0.1", 0), Line)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

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
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

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

    def _serve(self, client: BufferedIOBase, out: BufferedIOBase) -> None:
        with socket.create_connection(self.target, timeout=60) as upstream, upstream.makefile("rb") as answers:
            while (request := _message(client)) is not None:
                fault = self._fault(request.split(b"\r\n", 1)[0].decode("latin-1"))
                if fault is not None and fault.how in ("refuse", "hole"):
                    if fault.how == "hole":
                        self.holding.set()
                        self.closing.wait(fault.seconds)
                    return
                if fault is not None and fault.how == "answer":
                    out.write(fault.answer)
                    return
                upstream.sendall(request)
                answer = _message(answers, to_head=request.startswith(b"HEAD "))
                if answer is None:
                    return
                self.answers.append(answer)
                if fault is not None and fault.how in ("hold", "delay"):
                    self.holding.set()
                    self.closing.wait(fault.seconds)
                if fault is not None and fault.how in ("hold", "cut"):
                    out.write(answer[: fault.after])
                    return
                out.write(answer)
                out.flush()


def _message(stream: BufferedIOBase, *, to_head: bool = False) -> bytes | None:
    """Return one whole HTTP message with a Content-Length, or without body; ``None`` when the line ends first."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return None
        head += line
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    bodyless = to_head or b" 304 " in head.split(b"\r\n", 1)[0]
    size = int(found[1]) if found and not bodyless else 0
    body = stream.read(size)
    return head + body if len(body) == size else None
