"""Mail servers and gateways that misbehave, over real sockets: what they do with a line is a function."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from central_server.messages.channels import SendError
from central_server.messages.templates import Text

LETTER = Text(subject="S", body="x")
Play = Callable[[socket.socket], None]
# how long a test's sender waits for an answer that will not come
IMPATIENT = 0.3


@contextmanager
def playing(play: Play) -> Iterator[int]:
    """Give the port of a server that does ``play`` with whoever connects, and hangs up then."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            play(self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(5)


def silent(line: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    while line.recv(4096):
        pass


def code_of(send: Callable[[], None]) -> tuple[str, bool]:
    """Return code and permanence of what a sender met with."""
    with pytest.raises(SendError) as failed:
        send()
    return failed.value.code, failed.value.permanent
