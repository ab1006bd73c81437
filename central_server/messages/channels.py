"""The two ways to a citizen: mail over SMTP, SMS over an HTTP gateway."""

from __future__ import annotations

import json
import smtplib
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from http.client import HTTP_PORT, HTTPS_PORT, HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from central_server.messages.templates import Text
from officer_console.domain import identifiers
from officer_console.domain.errors import RuleError

# What says nothing against the letter: the gateway is busy, or it is we who are not let in or have its address wrong.
_AGAIN_LATER = frozenset({401, 403, 404, 405, 407, 408, 425, 429})
_LONGEST_ASKED = timedelta(hours=1)
_HANG_UP_AGAIN_SECONDS = 1.0
# What is quoted already stays as it is.
_IN_A_PATH = "%/?:@!$&'()*+,;=-._~"


class SendError(Exception):
    """A message did not go out. ``code`` is a short name for the log; ``permanent`` means that no repeat will help.

    ``after`` is how long the other side asks to be left alone.
    """

    def __init__(self, code: str, *, permanent: bool, after: timedelta = timedelta()) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.after = after


class Sender(Protocol):
    """One way to a citizen."""

    def send(self, to: str, text: Text, message_id: str) -> None:
        """Hand the message over; ``message_id`` is the same for the same text, however often it is tried.

        Another password makes another text.

        Raises:
            SendError: it was not accepted.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where mail is handed over. ``starttls`` demands TLS before anything else.

    ``timeout`` bounds the wait for each answer, ``longest`` the whole attempt, in seconds.
    """

    host: str
    port: int
    sender: str
    starttls: bool = True
    ca_file: Path | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 20.0
    longest: float = 120.0


class SmtpSender:
    """Sends mail: plain text, UTF-8, one connection per message."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._tls = ssl.create_default_context(cafile=settings.ca_file) if settings.starttls else None

    def send(self, to: str, text: Text, message_id: str) -> None:
        """Hand a mail to the server.

        Raises:
            SendError: a malformed address and a 5xx answer to recipient or text are permanent; the rest is not.
        """
        message = self._message(to, text, message_id)
        settings = self._settings
        try:
            with _connected(settings) as server:
                if self._tls is not None:
                    server.starttls(context=self._tls)
                if settings.username is not None:
                    server.login(settings.username, settings.password or "")
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise SendError("recipient-refused", permanent=all(code >= 500 for code in codes)) from None
        except smtplib.SMTPDataError as refused:
            raise SendError("mail-refused", permanent=refused.smtp_code >= 500) from None
        except (smtplib.SMTPException, OSError) as error:
            raise SendError(type(error).__name__, permanent=False) from None

    def _message(self, to: str, text: Text, message_id: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        try:
            message["To"] = Address(addr_spec=identifiers.email(to))
        # the parser's own slips are errors of many types; none of them is worth another try
        except (RuleError, ValueError, LookupError, AttributeError, TypeError, HeaderParseError):
            raise SendError("address", permanent=True) from None
        message["From"] = self._settings.sender
        message["Subject"] = text.subject
        message["Message-ID"] = f"<{message_id}@{self._settings.sender.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text.body, cte="quoted-printable")
        return message


class _HangUp:
    """Hangs up a line when the whole takes too long: who says a little now and then never meets a time-out."""

    def __init__(self, line: Callable[[], socket.socket | None], longest: float) -> None:
        """Begin; ``line`` returns the connection as soon as it is made, ``longest`` is in seconds."""
        self._line = line
        self._over = threading.Event()
        threading.Thread(target=self._watch, args=(longest,), name="hang-up", daemon=True).start()

    def _watch(self, longest: float) -> None:
        # more than once: the connection may be made only then
        while not self._over.wait(longest):
            longest = _HANG_UP_AGAIN_SECONDS
            if (line := self._line()) is not None:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Leave the line alone from here on."""
        self._over.set()


class _Watched(smtplib.SMTP):
    """A connection that hangs up when the whole takes too long, from the first byte of the greeting on."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._hang_up = _HangUp(lambda: self.sock, settings.longest)
        try:
            super().__init__(settings.host, settings.port, timeout=settings.timeout)
        except BaseException:
            self._hang_up.close()
            raise

    def close(self) -> None:
        """Close the connection and end the watch."""
        self._hang_up.close()
        super().close()


@contextmanager
def _connected(settings: SmtpSettings) -> Iterator[smtplib.SMTP]:
    """Give a connection that lasts no longer than it may.

    What the server says to the farewell is of no account: the letter is accepted or refused by then.
    """
    with closing(_Watched(settings)) as server:
        yield server
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """Where SMS are handed over: ``url`` takes ``POST {"id", "to", "text"}``.

    ``connect_timeout`` and ``read_timeout`` bound single waits, ``longest`` the whole exchange, in seconds.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    connect_timeout: float = 5.0
    read_timeout: float = 20.0
    longest: float = 60.0


class SmsSender:
    """Sends SMS over an HTTP gateway, one connection per message. No proxy is looked for, no redirect followed."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._url = urlsplit(settings.url)
        self._tls = ssl.create_default_context(cafile=settings.ca_file) if self._url.scheme == "https" else None

    def send(self, to: str, text: Text, message_id: str) -> None:
        """Hand an SMS to the gateway.

        Raises:
            SendError: a 4xx answer about the letter is permanent; everything else is not.
        """
        if not (to.isascii() and to.isdigit()):
            raise SendError("address", permanent=True)
        body = json.dumps({"id": message_id, "to": to, "text": text.body}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": message_id}
        if self._settings.token is not None:
            headers["Authorization"] = f"Bearer {self._settings.token}"
        elif self._url.username is not None:
            who = f"{unquote(self._url.username)}:{unquote(self._url.password or '')}"
            headers["Authorization"] = f"Basic {b64encode(who.encode()).decode('ascii')}"
        try:
            status, asked = self._post(body, headers)
        except (HTTPException, OSError) as error:
            raise SendError(type(error).__name__, permanent=False) from None
        if not 200 <= status < 300:
            permanent = 400 <= status < 500 and status not in _AGAIN_LATER
            raise SendError(f"gateway-{status}", permanent=permanent, after=_asked(asked))

    def _post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str | None]:
        """Return the status of the answer and its Retry-After; the body is never read."""
        where, settings = self._url, self._settings
        host = where.hostname or ""
        if self._tls is None:
            line = HTTPConnection(host, where.port or HTTP_PORT, timeout=settings.connect_timeout)
        else:
            line = HTTPSConnection(host, where.port or HTTPS_PORT, timeout=settings.connect_timeout, context=self._tls)
        with closing(_HangUp(lambda: line.sock, settings.longest)), closing(line):
            line.connect()
            line.sock.settimeout(settings.read_timeout)
            path = f"{where.path or '/'}{'?' if where.query else ''}{where.query}"
            line.request("POST", quote(path, safe=_IN_A_PATH), body, dict(headers))
            answer = line.getresponse()
            return answer.status, answer.headers.get("Retry-After")


def _asked(retry_after: str | None) -> timedelta:
    """Return a Retry-After in seconds, at most an hour; nothing when it is absent or a date."""
    if retry_after is None or not (retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10):
        return timedelta()
    return min(timedelta(seconds=int(retry_after)), _LONGEST_ASKED)
