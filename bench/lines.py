"""Bad lines: a TCP proxy that spoils each connection as a plan says, byte by byte, whatever is spoken on it."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
Direction: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

PIECE = 4096
# How much may be under way in one direction of one connection, in pieces.
UNDER_WAY = 256
STARTS_WITHIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What happens to one connection; the fields' defaults make a good line.

    ``refuse``: it is reset before a byte passes. ``cut_up`` / ``cut_down``: it ends after so many bytes towards the
    server / the client. ``reset``: it is reset after so many bytes both ways together. ``hole``: after so many bytes
    both ways together nothing passes any more and nothing is said. ``delay``: seconds each piece takes, each way.
    ``rate``: bytes per second, each way.
    """

    refuse: bool = False
    cut_up: int | None = None
    cut_down: int | None = None
    reset: int | None = None
    hole: int | None = None
    delay: float = 0.0
    rate: float | None = None


GOOD = Plan()


def good(number: int) -> Plan:
    """Plan a good line, whatever the number of the connection."""
    del number
    return GOOD


def weather(seed: int, share: float) -> Callable[[int], Plan]:
    """Return the plans of a seed: about ``share`` of the connections go wrong early, the others after a while.

    The same number of connection has the same plan whenever it is asked for.
    """

    def plan(number: int) -> Plan:
        source = random.Random(f"{seed}:{number}")
        if source.random() >= share:
            return Plan(cut_down=source.randint(5_000, 20_000))
        early = source.randint(0, 4_000)
        kinds = (
            Plan(refuse=True),
            Plan(cut_up=early),
            Plan(cut_down=early),
            Plan(reset=early),
            Plan(hole=early),
            Plan(delay=source.uniform(0.01, 0.12), cut_down=10_000),
            Plan(rate=source.uniform(8_000, 60_000), cut_up=10_000),
        )
        # A line that falls silent costs the desk a time-out, so it is drawn less often than the others.
        return source.choices(kinds, (4, 4, 5, 4, 1, 3, 2))[0]

    return plan


class Lines:
    """Listens on loopback and passes connections on to ``targets`` in turn. One event loop in a thread of its own.

    A subclass may say by ``carry`` what else becomes of a connection; ``BUFFER`` is how much of it may wait to be read.
    """

    BUFFER = PIECE

    def __init__(self, *targets: str, plans: Callable[[int], Plan] = good, rate: float | None = None) -> None:
        """Start. ``targets`` are addresses like ``http://127.0.0.1:8000``; more may be told later, by ``lead``.

        ``plans`` says what happens to the connection of a number, from 0. ``rate`` is what all connections together
        get each way, in bytes per second.
        """
        self.plans = plans
        self.connections = 0
        self.faulty = 0
        self._carried = [0, 0]
        self.lead(targets)
        self._open: set[Connection] = set()
        self._shared = (_Pace(rate), _Pace(rate))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lines", daemon=True)
        self._thread.start()
        self._server = self._on_loop(asyncio.start_server(self._serve, "127.0.0.1", 0, limit=self.BUFFER, backlog=512))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def lead(self, targets: Sequence[str]) -> None:
        """Lead new connections to these addresses from now on."""
        parts = [urlsplit(target) for target in targets]
        self._targets = [(str(part.hostname), int(part.port or 80)) for part in parts]

    @property
    def carried(self) -> tuple[int, int]:
        """Bytes passed on so far, towards the server and towards the client."""
        up, down = self._carried
        return up, down

    def close(self) -> None:
        """End every connection and the listening."""
        self._on_loop(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STARTS_WITHIN_SECONDS)
        self._loop.close()

    async def carry(self, connection: Connection, up: Direction, down: Direction) -> None:
        """Pass a connection on until it ends: ``up`` is from client to server, ``down`` back."""
        await connection.run(up, down)

    def _on_loop(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(STARTS_WITHIN_SECONDS)

    async def _end(self) -> None:
        self._server.close()
        for connection in self._open:
            connection.end()
        if passing := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(passing)

    async def _serve(self, up_reader: asyncio.StreamReader, down_writer: asyncio.StreamWriter) -> None:
        number = self.connections
        self.connections += 1
        connection = Connection(self.plans(number), self._shared, self._carried)
        self._open.add(connection)
        try:
            if connection.plan.refuse:
                connection.went_wrong(how="reset")
                return
            host, port = self._targets[number % len(self._targets)]
            with suppress(OSError):
                down_reader, up_writer = await asyncio.open_connection(host, port, limit=self.BUFFER)
                try:
                    await self.carry(connection, (up_reader, up_writer), (down_reader, down_writer))
                finally:
                    _hang_up(up_writer, reset=connection.fault == "reset")
        finally:
            self._open.discard(connection)
            self.faulty += connection.fault is not None
            _hang_up(down_writer, reset=connection.fault == "reset")


class _Pace:
    """Says when the next piece may go at ``rate`` bytes per second."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._free_at = 0.0

    def due(self, now: float, size: int) -> float:
        """Return when ``size`` bytes that came at ``now`` have passed."""
        if self._rate is None:
            return now
        self._free_at = max(now, self._free_at) + size / self._rate
        return self._free_at


class Connection:
    """One connection through the proxy and what its plan has done to it so far."""

    def __init__(self, plan: Plan, shared: tuple[_Pace, _Pace], carried: list[int]) -> None:
        self.plan = plan
        self._carried = carried
        self.fault: str | None = "slow" if plan.delay or plan.rate else None
        self._shared = shared
        self._passed = [0, 0]
        self._ended = asyncio.Event()

    def went_wrong(self, *, how: str) -> None:
        """Note the fault that happened."""
        self.fault = how

    def end(self) -> None:
        """End the connection now."""
        self._ended.set()

    async def until_over(self, work: Coroutine[object, object, None]) -> None:
        """Do ``work`` until it or the connection ends."""
        tasks = [asyncio.create_task(work), asyncio.create_task(self._ended.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def run(self, up: Direction, down: Direction) -> None:
        """Pass bytes both ways until either side or the plan ends it."""
        ways = [asyncio.create_task(self._pass(way, *ends)) for way, ends in enumerate((up, down))]
        over = asyncio.create_task(self._ended.wait())
        try:
            # A side that has nothing more to say may still be listening, so both ways have to end.
            while not over.done() and any(not way.done() for way in ways):
                waiting = [task for task in (*ways, over) if not task.done()]
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if any(way.done() and (way.cancelled() or way.exception() is not None) for way in ways):
                    return
        finally:
            for task in (*ways, over):
                task.cancel()
            await asyncio.gather(*ways, over, return_exceptions=True)

    async def _pass(self, way: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(UNDER_WAY)
        delivering = asyncio.create_task(self._deliver(way, pieces, writer))
        pace = _Pace(self.plan.rate)
        clock = asyncio.get_running_loop().time
        try:
            while piece := await reader.read(PIECE):
                now = clock()
                due = max(pace.due(now, len(piece)), self._shared[way].due(now, len(piece))) + self.plan.delay
                await pieces.put((due, piece))
            await pieces.put((clock() + self.plan.delay, b""))
            await delivering
        finally:
            delivering.cancel()

    async def _deliver(
        self, way: int, pieces: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
    ) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            due, piece = await pieces.get()
            if due > clock():
                await asyncio.sleep(due - clock())
            if not piece:
                if self.fault != "hole":
                    writer.write_eof()
                else:
                    self._ended.set()
                return
            if self.fault == "hole":
                continue
            room, how = self._room(way)
            self._carried[way] += len(piece[:room])
            writer.write(piece[:room])
            self._passed[way] += len(piece[:room])
            await writer.drain()
            if room < len(piece):
                self.went_wrong(how=how)
                if how != "hole":
                    self._ended.set()
                    return

    def _room(self, way: int) -> tuple[int, str]:
        """Return how many more bytes may pass this way, and what happens to the one after them."""
        both = sum(self._passed)
        limits = (
            ((self.plan.cut_up, self.plan.cut_down)[way], self._passed[way], "cut"),
            (self.plan.reset, both, "reset"),
            (self.plan.hole, both, "hole"),
        )
        return min(
            ((max(limit - passed, 0), how) for limit, passed, how in limits if limit is not None),
            default=(PIECE, ""),
        )


def _hang_up(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    """Close a side; with ``reset`` the other end is told that something is wrong."""
    if reset:
        peer = writer.get_extra_info("socket")
        with suppress(OSError):
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()
