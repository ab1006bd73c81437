"""The ways out for messages: mail server and SMS gateway over real sockets."""

from __future__ import annotations

import smtplib
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central_server.messages.channels import GatewaySettings, SendError, SmsSender, SmtpSender, SmtpSettings
from central_server.messages.sinks import SmsSink, SmtpSink
from central_server.messages.templates import Text
from tests.central.plays import playing
from tests.central.town import SENDER
from tests.central.town import gateway as gateway
from tests.central.town import mail as mail
from tests.central.town import sms as sms
from tests.central.town import smtp as smtp


def test_starttls_is_demanded_and_a_server_without_it_gets_no_mail(mail: SmtpSink) -> None:
    sender = SmtpSender(SmtpSettings(host="127.0.0.1", port=mail.port, sender=SENDER))
    with pytest.raises(SendError) as failed:
        sender.send("an@example.com", Text(subject="S", body="B"), "id")
    assert failed.value.code == smtplib.SMTPNotSupportedError.__name__
    assert not failed.value.permanent
    assert mail.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "an@example.com\r\nBcc: x@example.com",
        "an",
        "",
        "an@example.com, b@example.com",
        "a@[",
        "a@[1",
        '"',
        "a@b.c(",
        "<",
    ],
)
def test_a_malformed_address_is_refused_before_anything_is_sent(smtp: SmtpSender, mail: SmtpSink, address: str) -> None:
    with pytest.raises(SendError) as failed:
        smtp.send(address, Text(subject="S", body="B"), "id")
    assert (failed.value.code, failed.value.permanent) == ("address", True)
    assert mail.mails == []


@settings(max_examples=200)
@given(st.text(max_size=20) | st.from_regex(r'[a@.\[\]"()<>:;,\\ ]{1,12}', fullmatch=True))
def test_no_address_breaks_the_sender(address: str) -> None:
    sender = SmtpSender(SmtpSettings(host="127.0.0.1", port=9, sender=SENDER, starttls=False))
    with pytest.raises(SendError):
        sender.send(address, Text(subject="S", body="B"), "id")


def test_a_redirect_of_the_gateway_is_not_followed(sms: SmsSender, gateway: SmsSink) -> None:
    gateway.status = 307
    with pytest.raises(SendError) as failed:
        sms.send("0901234567", Text(subject="", body="x"), "id")
    assert (failed.value.code, failed.value.permanent) == ("gateway-307", False)


def test_name_and_password_in_the_address_of_the_gateway_are_said_to_it() -> None:
    heard: list[bytes] = []

    def play(line: socket.socket) -> None:
        heard.append(line.recv(4096))
        line.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")

    with playing(play) as port:
        url = f"http://bhxh:m%40t@127.0.0.1:{port}/tin nhắn?a=%20b"
        SmsSender(GatewaySettings(url=url)).send("0901234567", Text(subject="", body="x"), "id")

    assert heard[0].startswith(b"POST /tin%20nh%E1%BA%AFn?a=%20b HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Basic Ymh4aDptQHQ=\r\n" in heard[0]


def test_a_gateway_that_nobody_answers_for_is_tried_again() -> None:
    sender = SmsSender(GatewaySettings(url="http://127.0.0.1:9/messages"))
    with pytest.raises(SendError) as failed:
        sender.send("0901234567", Text(subject="", body="x"), "id")
    assert not failed.value.permanent
