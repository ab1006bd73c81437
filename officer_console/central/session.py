"""One HTTP session with central: TLS always verified, no redirects, no environment, bounded answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError, ProtocolError

from officer_console import __version__
from officer_console.central import wire
from officer_console.central.decoding import ACCEPTED, pieces
from officer_console.central.errors import PASSING_STATUS, PROTOCOL, UNREACHABLE, CentralError

CONNECT_SECONDS = 5.0
READ_SECONDS = 25.0
SLOWEST_BYTES_PER_SECOND = 50_000
DOCUMENT_LIMIT = 32 * 1024 * 1024
PROBLEM_LIMIT = 64 * 1024
LONGEST_RETRY_AFTER = 3600.0
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
# A connection kept open may be closed by central just as it is used again: these may simply be said once more.
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})


def elapsed() -> float:
    """Return the seconds since the machine was started, those it slept included: central's clock goes on meanwhile."""
    counter = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if counter is None else time.clock_gettime(counter)


def read_seconds(size: int, least: float = READ_SECONDS) -> float:
    """Return the time-out for moving ``size`` bytes over a slow office line, in seconds: ``least`` for none."""
    return least + size / SLOWEST_BYTES_PER_SECOND * 1.5


class Answer:
    """Status, headers and whole body of one answer."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class _Session(requests.Session):
    """Never looks where a redirect points: it would read the whole body to find out, and trip over a bad address."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return no target, whatever the answer says."""


class CentralSession:
    """Sends requests to one central; one connection pool per thread."""

    def __init__(
        self,
        base_url: str,
        *,
        ca_bundle: str | None,
        new_id: Callable[[], str],
        monotonic: Callable[[], float] = elapsed,
        connect_seconds: float = CONNECT_SECONDS,
        read_least_seconds: float = READ_SECONDS,
        version: str = __version__,
    ) -> None:
        """Bind to ``base_url`` (scheme and host, no path).

        ``ca_bundle`` is the path of the agency's CA file, ``None`` for the system's trust store. Plain ``http`` is
        taken for loopback only (the demo and tests). ``monotonic`` gives seconds and bounds how long an answer takes.
        ``connect_seconds`` bounds the wait for a connection, ``read_least_seconds`` the wait for the smallest answer.
        ``version`` is what central is told this program is.

        Raises:
            ValueError: the address is neither https nor http on loopback.
        """
        parts = urlsplit(base_url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS):
            raise ValueError("central must be https, or http on loopback")
        self._base = base_url.rstrip("/")
        self._verify: str | bool = ca_bundle or True
        self._scheme = f"{parts.scheme}://"
        self._new_id = new_id
        self._monotonic = monotonic
        self._connect_seconds = connect_seconds
        self._read_least_seconds = read_least_seconds
        self._program = f"officer-console/{version}"
        self._local = threading.local()
        self._heard: tuple[datetime, float] | None = None

    def server_time(self) -> datetime | None:
        """Return what central's clock shows now, within about a second; ``None`` before the first answer.

        Central tells its time in whole seconds in the ``Date`` of each answer, taken to be the half of the round trip;
        from there on this machine's monotonic clock counts, which nobody puts forward or back.
        """
        heard = self._heard
        return None if heard is None else heard[0] + timedelta(seconds=self._monotonic() - heard[1])

    def _http(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = _Session()
            session.trust_env = False
            # The defaults are a hundred bytes that nobody reads; on a slow line every request pays for them.
            session.headers = CaseInsensitiveDict({"User-Agent": self._program})
            session.adapters.clear()
            session.mount(self._scheme, HTTPAdapter(pool_connections=1, pool_maxsize=2, max_retries=0))
            self._local.session = session
        return session

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
        limit: int = DOCUMENT_LIMIT,
    ) -> Answer:
        """Send one request and return the whole answer, at most ``limit`` bytes of body.

        Raises:
            CentralError: no answer, an answer cut short, too slow or too large, a redirect, or any status of 400 and
                above.
        """
        typed = {} if body is None else {"Content-Type": content_type}
        return self._send(method, path, token, body, {"Accept-Encoding": ACCEPTED} | typed | (headers or {}), limit)

    def fetch(self, path: str, part: bytearray, *, token: str, limit: int) -> Answer:
        """Get what lies at ``path`` behind its beginning ``part`` and add it there, at most ``limit`` bytes in all.

        What comes of an answer that is cut short is added as well. ``part`` is emptied when all comes from the
        beginning.

        Raises:
            CentralError: as ``send``.
        """
        # Packed, it could not be gone on with.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={len(part)}-"} if part else {})
        return self._send("GET", path, token, None, headers, limit, part)

    def _send(
        self,
        method: str,
        path: str,
        token: str | None,
        body: bytes | None,
        headers: dict[str, str],
        limit: int,
        part: bytearray | None = None,
    ) -> Answer:
        sent = headers | {"X-Request-ID": self._new_id()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        try:
            try:
                answer = self._exchange(method, path, body, sent, limit, part)
            except requests.ConnectionError as error:
                if method not in REPEATABLE or not _was_closed(error):
                    raise
                answer = self._exchange(method, path, body, sent, limit, part)
        except (requests.RequestException, HTTPError):
            raise CentralError(UNREACHABLE) from None
        except ValueError:
            raise CentralError(PROTOCOL) from None
        if answer.status >= 400:
            raise _problem(answer, self.server_time())
        return answer

    def _exchange(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        limit: int,
        part: bytearray | None,
    ) -> Answer:
        """Send a request once and return the whole answer."""
        began = self._monotonic()
        with self._http().request(
            method,
            self._base + path,
            data=body,
            headers=headers,
            timeout=(self._connect_seconds, read_seconds(len(body or b""), self._read_least_seconds)),
            verify=self._verify,
            allow_redirects=False,
            stream=True,
        ) as response:
            if 300 <= response.status_code < 400 and response.status_code != 304:
                raise CentralError(PROTOCOL)
            self._hear(response.headers.get("Date"), began)
            told = {k.lower(): v for k, v in response.headers.items()}
            if response.status_code >= 400:
                return Answer(response.status_code, told, self._bounded(response, PROBLEM_LIMIT, bytearray()))
            into = bytearray() if part is None else _place(part, response.status_code, told)
            return Answer(response.status_code, told, self._bounded(response, limit, into))

    def _hear(self, date: str | None, began: float) -> None:
        try:
            told = parsedate_to_datetime(date or "")
        except ValueError:
            return
        if told.tzinfo is not None:
            # The middle of the second it names, in the middle of the round trip.
            self._heard = told + timedelta(seconds=0.5), (began + self._monotonic()) / 2

    def _bounded(self, response: requests.Response, limit: int, into: bytearray) -> bytes:
        """Return ``into`` with the decoded body added; beyond ``limit`` bytes is refused before it is in memory.

        So is one that comes slower than the slowest line: each piece may be in time and the whole never end.
        """
        began = self._monotonic()
        size = 0

        def packed(limit: int) -> bytes:
            if self._monotonic() - began > read_seconds(size, self._read_least_seconds):
                raise CentralError(UNREACHABLE)
            return bytes(response.raw.read1(limit, decode_content=False))

        for chunk in pieces(response.headers.get("Content-Encoding", ""), packed):
            size += len(chunk)
            if len(into) + len(chunk) > limit:
                raise CentralError(PROTOCOL)
            into += chunk
        return bytes(into)


def _place(part: bytearray, status: int, headers: dict[str, str]) -> bytearray:
    """Return where the body of an answer goes: to the end of ``part``, or in its place when it is the whole.

    Raises:
        CentralError: ``protocol``: it is another part than the rest, or packed.
    """
    if headers.get("content-encoding", "identity") != "identity":
        raise CentralError(PROTOCOL)
    if status != HTTPStatus.PARTIAL_CONTENT:
        part.clear()
    elif not headers.get("content-range", "").startswith(f"bytes {len(part)}-"):
        raise CentralError(PROTOCOL)
    return part


def _was_closed(error: requests.ConnectionError) -> bool:
    """Whether the connection ended before any answer, rather than could not be made."""
    return bool(error.args) and isinstance(error.args[0], ProtocolError)


def _problem(answer: Answer, now: datetime | None) -> CentralError:
    """Turn an answer of 400 and above into the error it stands for; ``now`` is central's time where it is known."""
    retry_after, status = _seconds(answer.headers.get("retry-after"), now), answer.status
    passing = status in PASSING_STATUS
    if answer.headers.get("content-type", "").split(";")[0].strip() != "application/problem+json":
        return CentralError(UNREACHABLE if passing else PROTOCOL, retry_after=retry_after, status=status)
    try:
        problem = wire.decode(answer.body, wire.Problem)
    except wire.WireError:
        return CentralError(PROTOCOL, retry_after=retry_after, status=status)
    if not problem.type.startswith(wire.PROBLEM):
        # What stands before central speaks problem documents, too: that central cannot be reached through it.
        return CentralError(UNREACHABLE if passing else PROTOCOL, retry_after=retry_after, status=status)
    return CentralError(problem.name, problem=problem, retry_after=retry_after, status=status)


def _seconds(text: str | None, now: datetime | None) -> float | None:
    """Return a ``Retry-After`` (RFC 9110, 10.2.3) in seconds, at most an hour; ``None`` when it is absent or none.

    A date is compared with central's own time: this machine's clock may be set wrong.
    """
    if not text or not text.isascii():
        return None
    if text.isdigit():
        return min(float(text), LONGEST_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if now is None:
        return None
    # One of the two old forms names no zone: it is always GMT.
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)
