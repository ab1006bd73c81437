"""A gateway that says a little now and then is left when the whole has taken too long."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

from central_server.messages.channels import GatewaySettings, SmsSender
from tests.central.plays import LETTER, Play, code_of, playing

# long enough for every single wait: only the bound on the whole can end it
PATIENT = 30.0
# as long as nobody waits for in vain
WAIT = 20.0


def dripping_after(head: bytes, left: threading.Event) -> Play:
    """Return a gateway that says ``head`` and then a little now and then, until it is left."""

    def play(line: socket.socket) -> None:
        line.recv(4096)
        pause = threading.Event()
        with suppress(OSError):
            line.sendall(head)
            while not pause.wait(0.02):
                line.sendall(b"x")
        left.set()

    return play


def sender(port: int) -> SmsSender:
    url = f"http://127.0.0.1:{port}/messages"
    return SmsSender(GatewaySettings(url=url, read_timeout=PATIENT, longest=0.3))


@pytest.mark.parametrize("head", [b"HTTP/1.1 2", b"HTTP/1.1 100 Continue\r\nx-a: "], ids=["status", "headers"])
def test_a_gateway_that_drips_its_answer_is_left(head: bytes) -> None:
    left = threading.Event()
    with playing(dripping_after(head, left)) as port:
        assert code_of(lambda: sender(port).send("0901234567", LETTER, "id"))[1] is False
        assert left.wait(WAIT)


def test_a_gateway_that_says_yes_and_drips_the_rest_has_said_yes() -> None:
    left = threading.Event()
    with playing(dripping_after(b"HTTP/1.1 202 Accepted\r\nx-a: ", left)) as port:
        sender(port).send("0901234567", LETTER, "id")
        assert left.wait(WAIT)


def test_a_gateway_that_drips_a_refusal_has_refused() -> None:
    left = threading.Event()
    with playing(dripping_after(b"HTTP/1.1 422 No\r\nx-a: ", left)) as port:
        assert code_of(lambda: sender(port).send("0901234567", LETTER, "id")) == ("gateway-422", True)
