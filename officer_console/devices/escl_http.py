"""HTTP to one eSCL device: only to its own address, bounded in bytes and time, TLS never unverified."""

from __future__ import annotations

import hashlib
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from officer_console.devices.scanner import DeviceError, Fault

CHUNK = 64 * 1024
ADDRESS_LIMIT = 500
PATH = re.compile(r"(/[A-Za-z0-9._~%:@!$&'()*+,;=-]*)*")
FINGERPRINT = re.compile(r"sha256=([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds: to connect, between two bytes, for a short answer, for a page, and for a device that is busy."""

    connect: float = 5.0
    silence: float = 45.0
    answer: float = 20.0
    page: float = 180.0
    busy: float = 30.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a device is: its origin (``https://192.0.2.7:443``), the path of its resources, the pinned certificate."""

    origin: str
    path: str
    fingerprint: str

    def url(self, path: str) -> str:
        """Return the address of a path of this device."""
        return self.origin + path


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: ``body`` is whole, as far as its length was told."""

    status: int
    headers: dict[str, str]
    body: bytes


def address(device_id: str) -> Address:
    """Read ``http(s)://host[:port]/path[#sha256=…]``; raises DeviceError (NO_DEVICE) when it is nothing like it."""
    try:
        parts = urlsplit(device_id)
        port = parts.port
    except ValueError as error:
        raise DeviceError(Fault.NO_DEVICE, "no address") from error
    pinned = FINGERPRINT.fullmatch(parts.fragment)
    if not _plausible(parts, device_id) or (parts.fragment and pinned is None):
        raise DeviceError(Fault.NO_DEVICE, "no address")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    return Address(origin, parts.path.rstrip("/"), pinned[1] if pinned else "")


def _plausible(parts: SplitResult, whole: str) -> bool:
    return (
        len(whole) <= ADDRESS_LIMIT
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and parts.username is None
        and not parts.query
        and PATH.fullmatch(parts.path) is not None
        and ".." not in parts.path.split("/")
    )


def own_path(location: str, asked: str) -> str:
    """Return the path of a Location header, whatever host it names: a device is only ever asked at its own address.

    Raises:
        DeviceError: DRIVER when there is no such path.
    """
    try:
        parts = urlsplit(location.strip())
    except ValueError as error:
        raise DeviceError(Fault.DRIVER, "Location") from error
    path = parts.path if parts.path.startswith("/") else asked.rpartition("/")[0] + "/" + parts.path
    path = path.rstrip("/")
    if (
        not path
        or not parts.path.strip("/")
        or len(path) > ADDRESS_LIMIT
        or PATH.fullmatch(path) is None
        or ".." in path.split("/")
    ):
        raise DeviceError(Fault.DRIVER, "Location")
    return path


class _Pinned(HTTPAdapter):
    """Takes the one certificate whose SHA-256 is known, and no other: checked before a byte of HTTP is sent.

    Printers sign their certificates themselves, for a name nobody uses, often long expired: the pin stands in place of
    chain, name and dates.
    """

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: object) -> None:  # noqa: FBT001, FBT002 - the library's
        """Make connections that compare the certificate."""
        context = create_urllib3_context(cert_reqs=ssl.CERT_NONE)
        more |= {"ssl_context": context, "assert_fingerprint": self._fingerprint}
        super().init_poolmanager(connections, maxsize, block, **more)

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,  # noqa: FBT001 - the library's
        cert: tuple[str, str] | str | None = None,
    ) -> tuple[Any, Any]:
        """Leave out the chain of certificates, which the pin stands in place of."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        rest = {key: value for key, value in pool.items() if not key.startswith("ca_cert")}
        return host, {**rest, "cert_reqs": "CERT_NONE"}

    def cert_verify(self, conn: HTTPSConnectionPool, url: str, verify: object, cert: object) -> None:  # noqa: ARG002 - the library's
        """Leave the connection as it was made, with the pin; without one there is none."""
        if conn.assert_fingerprint != self._fingerprint:
            raise DeviceError(Fault.CERTIFICATE, "no pin")


class Line:
    """Requests to one device; not for several threads."""

    def __init__(self, to: Address, patience: Patience) -> None:
        self._to = to
        self._patience = patience
        self._session = requests.Session()
        # no proxies, no passwords of the user's: the device stands in the same room
        self._session.trust_env = False
        if to.fingerprint:
            self._session.mount("https://", _Pinned(to.fingerprint))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def get(self, path: str, limit: int, *, moved: Callable[[float], None] | None = None) -> Answer:
        """Return at most ``limit`` bytes; ``moved`` makes it a page and hears the part that came, 0 to 1.

        Raises:
            DeviceError: OFFLINE, TIMEOUT, CERTIFICATE, TRUNCATED when the connection ended early, DRIVER when too much
                came.
        """
        return self._ask("GET", path, None, limit, moved)

    def post(self, path: str, body: bytes) -> Answer:
        """Send XML; raises DeviceError as ``get`` does."""
        return self._ask("POST", path, body, CHUNK, None)

    def delete(self, path: str, seconds: float) -> None:
        """Let go of a job, within ``seconds``; whether the device listens is its affair."""
        with self._faults():
            url = self._to.url(path)
            self._session.delete(url, timeout=seconds, allow_redirects=False, stream=True).close()

    def _ask(
        self, method: str, path: str, body: bytes | None, limit: int, moved: Callable[[float], None] | None
    ) -> Answer:
        until = time.monotonic() + (self._patience.answer if moved is None else self._patience.page)
        headers = {"Accept-Encoding": "identity", **({"Content-Type": "text/xml"} if body is not None else {})}
        with (
            self._faults(),
            self._session.request(
                method,
                self._to.url(path),
                data=body,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(self._patience.connect, self._patience.silence),
            ) as answer,
        ):
            data = _body(answer, limit, until, moved)
            return Answer(answer.status_code, {key.lower(): value for key, value in answer.headers.items()}, data)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Tell what went wrong in the words of devices."""
        try:
            yield
        except requests.exceptions.SSLError as error:
            raise DeviceError(Fault.CERTIFICATE, self._seen()) from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise DeviceError(Fault.TIMEOUT, "no answer") from error
        except (requests.exceptions.ChunkedEncodingError, urllib3.exceptions.ProtocolError) as error:
            raise DeviceError(Fault.TRUNCATED, "connection ended") from error
        except (requests.ConnectionError, OSError) as error:
            # a time-out while reading comes as a connection error
            late = "timed out" in str(error).lower()
            raise DeviceError(Fault.TIMEOUT if late else Fault.OFFLINE, type(error).__name__) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise DeviceError(Fault.DRIVER, type(error).__name__) from error

    def _seen(self) -> str:
        """Return the fingerprint of the certificate the device shows, to be compared with the one on its panel.

        Nothing is sent over this connection and nothing is believed because of it.
        """
        parts = urlsplit(self._to.origin)
        try:
            shown = ssl.get_server_certificate(
                (parts.hostname or "", parts.port or 443), timeout=self._patience.connect
            )
        except (OSError, ValueError):
            return "no certificate"
        return "sha256=" + hashlib.sha256(ssl.PEM_cert_to_DER_cert(shown)).hexdigest()


def _body(answer: requests.Response, limit: int, until: float, moved: Callable[[float], None] | None) -> bytes:
    told = answer.headers.get("Content-Length", "")
    promised = int(told) if told.isascii() and told.isdecimal() and len(told) < 20 else None
    if promised is not None and promised > limit:
        raise DeviceError(Fault.DRIVER, f"{promised} bytes")
    if "Content-Encoding" in answer.headers:
        raise DeviceError(Fault.DRIVER, "encoded")
    data = bytearray()
    while True:
        if time.monotonic() > until:
            raise DeviceError(Fault.TIMEOUT, f"{len(data)} bytes in time")
        # one read of the socket, so that a device that drips is noticed
        more = answer.raw.read1(CHUNK, decode_content=False)
        if not more:
            break
        data += more
        if len(data) > limit:
            raise DeviceError(Fault.DRIVER, f"more than {limit} bytes")
        if moved is not None:
            moved(len(data) / promised if promised else 0.0)
    if promised is not None and len(data) != promised:
        raise DeviceError(Fault.TRUNCATED, f"{len(data)} of {promised} bytes")
    return bytes(data)
