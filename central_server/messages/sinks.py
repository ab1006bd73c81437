"""Small real receivers for demo and tests: an SMTP server and an SMS gateway that keep what arrives in memory."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

_HOST = "127.0.0.1"
_BODY_LIMIT = 64 * 1024


class SmtpSink:
    """An SMTP server on a free port of this machine. ``answer`` is what it says to each mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink", daemon=True)
        self._server: asyncio.Server | None = None

    def start(self) -> None:
        """Begin to listen; ``port`` is known afterwards."""
        # aiosmtpd logs every line it reads, passwords of messages among them
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=10)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Stop listening and end the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002 - aiosmtpd calls it so
        """Keep one mail."""
        if self.answer.startswith("2"):
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.mails.append(message_from_bytes(content, _class=EmailMessage, policy=policy.default))
        return self.answer

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: SMTP(self, loop=self._loop), _HOST, 0)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """One SMS as the gateway got it."""

    id: str
    to: str
    text: str


class SmsSink:
    """An SMS gateway on a free port of this machine. ``status`` is the HTTP status it answers with."""

    def __init__(self) -> None:
        self.messages: list[Sms] = []
        self.status = 202
        self._server = ThreadingHTTPServer((_HOST, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, name="sms-sink", daemon=True)

    @property
    def url(self) -> str:
        """Where it takes ``POST``."""
        return f"http://{_HOST}:{self._server.server_port}/messages"

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and end the thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            """Takes one message."""

            timeout = 10

            def do_POST(self) -> None:
                body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), _BODY_LIMIT))
                if 200 <= sink.status < 300:
                    fields: dict[str, Any] = json.loads(body)
                    sink.messages.append(Sms(id=fields["id"], to=fields["to"], text=fields["text"]))
                self.send_response(sink.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - signature of http.server
                """Write nothing: the sink's log would carry what the messages must keep to themselves."""

        return Handler
