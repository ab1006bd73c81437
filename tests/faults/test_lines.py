"""The proxy of the fault benchmark does to a connection what its plan says, to the byte."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from bench.lines import Lines, Plan, weather
from tests.faults.proxy import Proxy

SENT = b"x" * 20_000
PATIENCE = 10.0


class Echo(socketserver.ThreadingTCPServer):
    """Sends back what it gets and remembers how much that was."""

    daemon_threads = True

    def __init__(self) -> None:
        self.received: list[int] = []
        self.ended = threading.Event()
        echo = self

        class Line(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                got = 0
                try:
                    while piece := self.connection.recv(4096):
                        got += len(piece)
                        self.connection.sendall(piece)
                except OSError:
                    pass
                finally:
                    echo.received.append(got)
                    echo.ended.set()

        super().__init__(("127.0.0.1", 0), Line)


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(PATIENCE)


@pytest.fixture
def opened(echo: Echo) -> Iterator[Callable[[Plan], Lines]]:
    """Return a function that opens lines on which every connection has this plan."""
    made: list[Lines] = []

    def open_lines(plan: Plan) -> Lines:
        made.append(Lines(f"http://127.0.0.1:{echo.server_address[1]}", plans=lambda _: plan))
        return made[-1]

    yield open_lines
    for lines in made:
        lines.close()


def talked(lines: Lines, seconds: float = PATIENCE, *, hang_up: bool = True) -> tuple[int, str]:
    """Send ``SENT`` and read until the line ends; return how much came back and how it ended.

    With ``hang_up`` the server is told that there is no more.
    """
    got = 0
    port = int(urlsplit(lines.url).port or 0)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=seconds) as line:
            line.sendall(SENT)
            if hang_up:
                line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65536):
                got += len(piece)
    except TimeoutError:
        return got, "silent"
    except OSError:
        # a line that is refused may end before it has stood
        return got, "reset"
    return got, "ended"


def test_a_good_line_passes_everything_both_ways(opened: Callable[[Plan], Lines], echo: Echo) -> None:
    lines = opened(Plan())

    assert talked(lines) == (len(SENT), "ended")
    assert echo.received == [len(SENT)]
    assert (lines.connections, lines.faulty) == (1, 0)


def test_a_refused_connection_ends_before_a_byte(opened: Callable[[Plan], Lines], echo: Echo) -> None:
    lines = opened(Plan(refuse=True))

    assert talked(lines) == (0, "reset")
    assert echo.received == []
    assert lines.faulty == 1


def test_a_cut_upwards_lets_so_many_bytes_through(opened: Callable[[Plan], Lines], echo: Echo) -> None:
    lines = opened(Plan(cut_up=5_000))

    got, how = talked(lines)

    assert got <= 5_000
    assert how in ("ended", "reset")
    assert echo.ended.wait(PATIENCE)
    assert echo.received == [5_000]


def test_a_cut_downwards_lets_so_many_bytes_through(opened: Callable[[Plan], Lines]) -> None:
    got, how = talked(opened(Plan(cut_down=5_000)))

    assert got <= 5_000
    assert how in ("ended", "reset")


def test_a_reset_line_is_reset(opened: Callable[[Plan], Lines]) -> None:
    assert talked(opened(Plan(reset=9_000)))[1] == "reset"


def test_a_line_that_falls_silent_says_nothing_more_and_does_not_end(opened: Callable[[Plan], Lines]) -> None:
    got, how = talked(opened(Plan(hole=9_000)), seconds=0.5, hang_up=False)

    assert got < 9_000
    assert how == "silent"


def test_the_line_that_knows_http_takes_plans_as_well(echo: Echo) -> None:
    proxy = Proxy(f"http://127.0.0.1:{echo.server_address[1]}")
    proxy.plans = lambda _: Plan(refuse=True)

    assert talked(proxy) == (0, "reset")
    assert (proxy.connections, proxy.faulty, proxy.requests, echo.received) == (1, 1, [], [])
    proxy.close()


def test_a_slow_line_takes_its_time(opened: Callable[[Plan], Lines]) -> None:
    began = time.monotonic()

    assert talked(opened(Plan(rate=len(SENT) * 2.0, delay=0.1))) == (len(SENT), "ended")

    # Half a second for the bytes and a tenth for each way.
    assert time.monotonic() - began >= 0.65


def test_the_same_seed_plans_the_same_weather_and_leaves_nothing_out() -> None:
    plans = [weather(7, 0.5)(n) for n in range(300)]

    assert plans == [weather(7, 0.5)(n) for n in range(300)]
    assert any(plan.refuse for plan in plans)
    for field in ("cut_up", "cut_down", "reset", "hole", "rate"):
        assert any(getattr(plan, field) is not None for plan in plans), field
    assert any(plan.delay for plan in plans)
