"""Several processes that answer requests at one address, for a database that several may write to.

Each is a Python of its own and so a core of its own. What central does by itself (deadlines, the registry, letters)
stays with the process that watches them.

Each says every second that its event loop turns. One that has ended, or has long been silent, is replaced: connections
that were dealt to its socket wait there for the next.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import NamedTuple, TypeVar

Options = TypeVar("Options")
# What a process of the crew does: answer requests until it is told to end. It calls its last argument once it listens,
# and from then on at every ``Pace.look`` at least.
Work = Callable[[Options, socket.socket, Callable[[], None]], None]

# Connections that wait to be taken, each socket.
_BACKLOG = 2048
END_SECONDS = 15.0
_ALIVE = b"alive"

_log = logging.getLogger(__name__)


class Pace(NamedTuple):
    """How patient the process that watches is: ``look`` in seconds, the others in its looks.

    Looks are counted, not time: while the machine sleeps or a debugger holds everybody, nobody looks either.
    """

    look: float = 1.0
    silent: int = 10
    coming_up: int = 60
    longest_rest: int = 30


PACE = Pace()


def listen(host: str, port: int, count: int) -> list[socket.socket]:
    """Return ``count`` listening sockets at one address (``port`` 0: any), for as many processes.

    Linux deals connections out among sockets that share a port. Processes that take them from one socket do not share
    them out: one that was a little quicker sixteen times in a row had them all, and the other cores nothing to do.
    Elsewhere all get the same socket.

    Raises:
        OSError: the address is taken or not this machine's.
    """
    share = count > 1 and sys.platform == "linux"
    if share and port:
        # among those that share a port a second central would be welcome, too
        socket.create_server((host, port)).close()
    first = socket.create_server((host, port), backlog=_BACKLOG, reuse_port=share)
    if not share:
        return [first] * count
    place = (host, first.getsockname()[1])
    return [first, *(socket.create_server(place, backlog=_BACKLOG, reuse_port=True) for _ in range(count - 1))]


def watch(
    work: Work[Options],
    options: Options,
    listeners: Sequence[socket.socket],
    ready: Callable[[], None],
    over: Callable[[], bool] = lambda: False,
    pace: Pace = PACE,
) -> None:
    """Keep a process at ``work`` for each of ``listeners`` until SIGINT or SIGTERM comes or it is ``over``.

    One that ends or stands still is replaced. ``ready`` is called when all of them listen, ``over`` at each look.
    Must run on the main thread.

    Raises:
        RuntimeError: the first of them did not come up.
    """
    told, tell = multiprocessing.Pipe(duplex=False)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        tell.send_bytes(b"stop")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    places = [_Place(partial(_begin, work, options, listener), pace) for listener in listeners]
    try:
        for place in places:
            if not place.comes_up():
                raise RuntimeError("a process of the crew did not come up")
        ready()
        looked = time.monotonic()
        while told not in wait([told, *(sign for place in places for sign in place.signs())], pace.look):
            if over():
                return
            for place in places:
                place.hear()
            if time.monotonic() - looked >= pace.look:
                looked = time.monotonic()
                for place in places:
                    place.look()
    finally:
        for place in places:
            # Its end of the line closes: whoever waits there is to end, and ends too when this process is gone.
            place.line.close()
        for place in places:
            place.process.join(END_SECONDS)
            if place.process.is_alive():
                place.process.kill()
        for number, handler in before.items():
            signal.signal(number, handler)


class _Place:
    """One place of the crew, and the process that has it just now."""

    def __init__(self, begin: Callable[[], tuple[SpawnProcess, Connection]], pace: Pace) -> None:
        self._begin = begin
        self._pace = pace
        self._vain = self._silent = self._rest = 0
        self._up = self._ended = False
        self._start()

    def comes_up(self) -> bool:
        """Wait until the process listens; ``False`` when it does not."""
        self.line.poll(self._pace.look * self._pace.coming_up)
        self.hear()
        return self._up

    def signs(self) -> tuple[Connection | int, ...]:
        """Return what is ready when there is something to ``hear``."""
        return () if self._ended else (self.line, self.process.sentinel)

    def hear(self) -> None:
        """Take in that the process is alive, or that it has ended."""
        if self._ended:
            return
        try:
            while self.line.poll():
                self.line.recv_bytes()
                self._up, self._silent, self._vain = True, 0, 0
        except (EOFError, OSError):
            # its end is closed: it is ending
            self.process.join(self._pace.look)
        if self.process.is_alive():
            return
        _log.error("process %s ended with %s", self.process.pid, self.process.exitcode)
        self.line.close()
        if self._up:
            self._start()
            return
        # what kept it from coming up may keep the next from it: asked again and again it would only cost
        self._ended = True
        self._rest = min(1 << min(self._vain, 16), self._pace.longest_rest)
        self._vain += 1

    def look(self) -> None:
        """Count one look; a process that has been silent for too many is ended."""
        if self._ended:
            self._rest -= 1
            if self._rest <= 0:
                self._start()
            return
        self._silent += 1
        if self._silent > (self._pace.silent if self._up else self._pace.coming_up):
            _log.error("process %s says nothing: ended", self.process.pid)
            self.process.kill()

    def _start(self) -> None:
        self.process, self.line = self._begin()
        self._up = self._ended = False
        self._silent = self._rest = 0


def _begin(work: Work[Options], options: Options, listener: socket.socket) -> tuple[SpawnProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=_member, args=(work, options, listener, far), name="crew")
    process.start()
    far.close()
    return process, near


def _member(work: Work[Options], options: Options, listener: socket.socket, line: Connection) -> None:
    """Be one of the crew."""
    # Ctrl+C reaches every process of a terminal; the one that watches says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(line,), name="watch", daemon=True).start()
    alive = threading.Event()
    threading.Thread(target=_tell, args=(line, alive), name="alive", daemon=True).start()
    work(options, listener, alive.set)


def _tell(line: Connection, alive: threading.Event) -> None:
    """Say each time that ``alive`` is set. A thread of its own: nobody may be there to take it in."""
    with suppress(OSError):
        while alive.wait():
            alive.clear()
            line.send_bytes(_ALIVE)


def _end_with(line: Connection) -> None:
    try:
        line.recv_bytes()
    except (EOFError, OSError):
        os.kill(os.getpid(), signal.SIGTERM)
