"""Time stamps (RFC 3161) from a server: asked for over HTTP or HTTPS, and believed only when a known root signed."""

from __future__ import annotations

import http.client
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import cms, core, pem, tsp, x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from officer_console.signing.signer import SigningError, Trouble

ANSWER_LIMIT = 256 * 1024
# The answers that carry a token (RFC 3161, 2.4.2); whatever was modified, it is verified.
GRANTED = frozenset({"granted", "granted_with_mods"})
# How far the claimed time may be from the stamp's: a token that waits for a touch and a slow server stay far below.
TOLERANCE = timedelta(minutes=5)
HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}

# It says with a warning what is told here with an error.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A time-stamp server. ``roots`` are the certificates, in PEM, to one of which the server's has to lead.

    ``https_ca`` is the path of the CAs its HTTPS certificate is checked with, empty for the system's. ``seconds`` is
    the longest wait for a connection and for each piece of the answer.
    """

    url: str
    roots: str
    https_ca: str = ""
    seconds: float = 10.0


class _Answer(core.Sequence):  # type: ignore[misc]
    """An answer that may be a refusal: then it has no token, which asn1crypto wants in every one."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class ServerTimeStamper(TimeStamper):
    """Gets time stamps from a :class:`Server`; ``asking`` is called before each request.

    :meth:`claim` comes before every signature.
    """

    def __init__(self, server: Server, asking: Callable[[], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._server = server
        self._asking = asking
        self._roots = [x509.Certificate.load(der) for _, _, der in pem.unarmor(server.roots.encode(), multiple=True)]
        self._claimed: tuple[datetime, x509.Certificate] | None = None

    def claim(self, at: datetime, certificate: x509.Certificate) -> None:
        """From now on stamps are for what ``certificate`` is said to sign at the aware time ``at``."""
        self._claimed = at, certificate

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the server's answer, granted; what it has to say beside the token is left out.

        Raises:
            SigningError: STAMP_UNREACHABLE, STAMP_REFUSED.
        """
        self._asking()
        answer = _post(self._server, req.dump())
        told = _Answer.load(answer)
        status = told["status"]["status"].native
        if status not in GRANTED:
            raise SigningError(Trouble.STAMP_REFUSED, str(status))
        # pyHanko knows the plain word only
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": told["time_stamp_token"]})

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token about ``message_digest`` that a known root stands for.

        Raises:
            SigningError: as above, and STAMP_FALSE: it is about something else, signed by somebody else, or no token;
                CLOCK, EXPIRED, NOT_YET_VALID: the claimed time or the certificate does not go with the stamp's time.
        """
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            moment = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
            status: dict[str, Any] = await validate_tst_signed_data(
                token["content"],
                # at the stamp's own time, as this machine's may be wrong; the claimed one is held against it below
                ValidationContext(trust_roots=self._roots, allow_fetching=False, moment=moment),
                lambda algorithm: message_digest if algorithm == md_algorithm else b"",
            )
            good = TimestampSignatureStatus(**status)
        except SigningError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a foreign answer does to the parsers, it is not a time stamp
            raise SigningError(Trouble.STAMP_FALSE, type(error).__name__) from None
        if not (good.intact and good.valid and good.trusted):
            raise SigningError(Trouble.STAMP_FALSE)
        self._compare(good.timestamp)
        return token

    def _compare(self, moment: datetime) -> None:
        if self._claimed is None:
            raise ValueError("nothing claimed")
        at, certificate = self._claimed
        if abs(at - moment) > TOLERANCE:
            raise SigningError(Trouble.CLOCK, f"{(at - moment).total_seconds():+.0f} s")
        if moment < certificate.not_valid_before:
            raise SigningError(Trouble.NOT_YET_VALID)
        if moment > certificate.not_valid_after:
            raise SigningError(Trouble.EXPIRED)


def _post(server: Server, query: bytes) -> bytes:
    address = urlsplit(server.url)
    host = address.hostname or ""
    try:
        if address.scheme == "https":
            context = ssl.create_default_context(cafile=server.https_ca or None)
            line: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, address.port, timeout=server.seconds, context=context
            )
        else:
            line = http.client.HTTPConnection(host, address.port, timeout=server.seconds)
        try:
            path = (address.path or "/") + (f"?{address.query}" if address.query else "")
            line.request("POST", path, query, HEADERS)
            answer = line.getresponse()
            body = answer.read(ANSWER_LIMIT + 1)
        finally:
            line.close()
    except (OSError, http.client.HTTPException) as error:
        raise SigningError(Trouble.STAMP_UNREACHABLE, type(error).__name__) from None
    if answer.status != http.HTTPStatus.OK or len(body) > ANSWER_LIMIT:
        raise SigningError(Trouble.STAMP_REFUSED, f"HTTP {answer.status}")
    return body
