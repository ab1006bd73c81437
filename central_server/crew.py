"""Several processes that answer requests on one listening socket, for a database that several may write to.

Each is a Python of its own and so a core of its own. What central does by itself (deadlines, the registry, letters)
stays with the process that watches them.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import NamedTuple, TypeVar

Options = TypeVar("Options")
# What a process of the crew does: answer requests until it is told to end. It calls its last argument once it listens.
Work = Callable[[Options, socket.socket, Callable[[], None]], None]

READY_SECONDS = 60.0
END_SECONDS = 15.0
_READY = b"ready"

_log = logging.getLogger(__name__)


class _Member(NamedTuple):
    process: SpawnProcess
    line: Connection


def watch(
    work: Work[Options], options: Options, listener: socket.socket, count: int, ready: Callable[[], None]
) -> None:
    """Keep ``count`` processes at ``work`` until SIGINT or SIGTERM comes; one that dies is replaced.

    ``ready`` is called when all of them listen. Must run on the main thread.

    Raises:
        RuntimeError: the first of them did not come up.
    """
    told, tell = multiprocessing.Pipe(duplex=False)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        tell.send_bytes(b"stop")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    members = [_begin(work, options, listener) for _ in range(count)]
    try:
        for member in members:
            if not _listens(member):
                raise RuntimeError("a process of the crew did not come up")
        ready()
        while True:
            ended = wait([told, *(member.process.sentinel for member in members)])
            if told in ended:
                return
            for place, member in enumerate(members):
                if not member.process.is_alive():
                    _log.error("process %s ended with %s: replaced", member.process.pid, member.process.exitcode)
                    member.line.close()
                    members[place] = _begin(work, options, listener)
                    _listens(members[place])
    finally:
        for member in members:
            # Its end of the line closes: whoever waits there is to end, and ends too when this process is gone.
            member.line.close()
        for member in members:
            member.process.join(END_SECONDS)
            if member.process.is_alive():
                member.process.kill()
        for number, handler in before.items():
            signal.signal(number, handler)


def _begin(work: Work[Options], options: Options, listener: socket.socket) -> _Member:
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=_member, args=(work, options, listener, far), name="crew")
    process.start()
    far.close()
    return _Member(process, near)


def _listens(member: _Member) -> bool:
    try:
        return member.line.poll(READY_SECONDS) and member.line.recv_bytes() == _READY
    except EOFError:
        return False


def _member(work: Work[Options], options: Options, listener: socket.socket, line: Connection) -> None:
    """Be one of the crew."""
    # Ctrl+C reaches every process of a terminal; the one that watches says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(line,), name="watch", daemon=True).start()
    work(options, listener, lambda: line.send_bytes(_READY))


def _end_with(line: Connection) -> None:
    try:
        line.recv_bytes()
    except (EOFError, OSError):
        os.kill(os.getpid(), signal.SIGTERM)
