"""JSON ↔ domain: the one place that knows how central's documents are written.

All JSON is UTF-8, NFC; times are RFC 3339 with offset, dates ``YYYY-MM-DD``. The central server uses the same module,
so both sides read one definition. Unknown fields are ignored; missing or mistyped ones are refused.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec

from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.judged import as_judged
from officer_console.domain.officer import Officer
from officer_console.domain.registry import RegistryAnswer

T = TypeVar("T")

PROBLEM = "urn:hgd:problem:"
PAGE_LIMIT = 500
LEDGER_HOLES = 1000
# The code of the refusal of a decision whose number another one has.
NUMBER_USED = "dseq-used"
# Of the officer console; what a central serves that is told nothing else.
MIN_CLIENT = "0.1.0"
_NO_REASON = b',"reason":null'
_NOT_SAID = b'"judged_sha256":null,'
_NO_NOTICES = b'"notices":[],'


class WireError(ValueError):
    """A document that does not have the agreed shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What central takes at most: bytes of a JSON body, of a picture and of an officer's unfinished uploads; dossiers
    of a page; unfinished uploads; pictures of a decision; characters of a text in it.
    """

    body_bytes: int
    picture_bytes: int
    unfinished_bytes: int
    page: int
    unfinished_uploads: int
    photos: int
    text: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """``GET /v1/meta``. ``epoch`` is a UUID, new after every restore of central from a backup.

    ``min_client`` is the lowest version of the officer console that may read; ``limits`` is ``None`` from a central
    that tells none.
    """

    epoch: str
    server_time: datetime
    api: tuple[str, ...] = ("v1",)
    min_client: str = MIN_CLIENT
    limits: Limits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Body of ``POST /v1/sessions``."""

    username: str
    password: str
    device_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshRequest:
    """Body of ``POST /v1/sessions/refresh``: a refresh token is good once."""

    refresh_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Answer of both session calls; ``expires_in`` is in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str
    officer: Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One line of the state feed: ``put`` carries the document, ``gone`` says why it left the scope."""

    id: str
    seq: int
    version: int
    op: Literal["put", "gone"]
    doc: Dossier | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What the scope looked like when the last page was read: for the digest check."""

    seq: int
    count: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``GET /v1/scopes/{s}/changes``. ``next`` is an opaque cursor, ``state`` stands on the last page only."""

    epoch: str
    items: tuple[FeedItem, ...]
    next: str
    more: bool
    state: FeedState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """``GET /v1/scopes/{s}/ledger?device_id=&after=``: which decisions of one store central has for the scope.

    Stores count their decisions per scope from 1. Of the numbers above ``after`` (0 when it is not given) central has
    everything up to ``contiguous`` and, up to ``last``, everything but ``holes`` (ascending, the first
    ``LEDGER_HOLES`` of them). Of the numbers up to ``after`` it says nothing.
    """

    device_id: str
    contiguous: int
    holes: tuple[int, ...] = ()
    last: int = 0

    @property
    def full(self) -> bool:
        """Whether there may be holes beyond the last one that is listed."""
        return len(self.holes) >= LEDGER_HOLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Answer to a decision, the same on every repeat. ``dossier`` is the document after the decision."""

    op_id: str
    req_sha256: str
    seq: int
    received_at: datetime
    dossier: Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """Answer to ``POST …/lease``: the document with the caller's lease in it, and its place in the feed."""

    seq: int
    dossier: Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdQuestion:
    """Body of ``POST /v1/household-checks``: the registry is asked about what this dossier declares."""

    scope_id: str
    dossier_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdAnswer:
    """Answer of ``POST /v1/household-checks``."""

    answer: RegistryAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """RFC 9457 ``application/problem+json``. ``type`` is ``urn:hgd:problem:<name>``; clients branch on it.

    ``code`` and ``pointer`` belong to ``validation``; ``by``, ``at``, ``status_now``, ``version`` to conflicts;
    ``missing`` lists the SHA-256 of blobs a decision names and central lacks; ``until`` ends a lock-out or lease.
    """

    type: str
    title: str = ""
    status: int = 0
    code: str | None = None
    pointer: str | None = None
    by: str | None = None
    at: datetime | None = None
    until: datetime | None = None
    status_now: str | None = None
    version: int | None = None
    missing: tuple[str, ...] = ()
    request_id: str | None = None

    @property
    def name(self) -> str:
        """The last part of ``type``."""
        return self.type.removeprefix(PROBLEM)


_encoder = msgspec.json.Encoder(order="deterministic")
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
# msgspec keeps what it learns about a class while it is still learning: a second thread that uses it then crashes.
_learning = threading.Lock()


def encode(value: object) -> bytes:
    """Return canonical JSON (sorted keys, UTF-8) of a domain object or wire document."""
    return _encoder.encode(value)


def decode(data: bytes | str, kind: type[T]) -> T:
    """Read ``data`` as ``kind``.

    Raises:
        WireError: the JSON is broken or does not have the shape of ``kind``; the message names the path, not the value.
    """
    decoder = _decoders.get(kind)
    if decoder is None:
        with _learning:
            decoder = _decoders.get(kind) or _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    try:
        result: T = decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(str(error)[:200]) from None
    return result


def plain(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Return ``value`` as JSON builtins (dict, list, str …)."""
    return msgspec.to_builtins(value, order="deterministic")


def judged_sha256(dossier: Dossier) -> str:
    """Return the SHA-256, as hexadecimal text, of what a verdict on the dossier rests on (``domain.judged``).

    It rests on no notice, and reads as it did before a dossier had any: a desk and a central may be of different age.
    """
    # Within a text the quotes would be escaped.
    return hashlib.sha256(encode(as_judged(dossier)).replace(_NO_NOTICES, b"")).hexdigest()


def req_sha256(decision: Decision) -> str:
    """Return what makes two requests for a decision the same, as hexadecimal text.

    It is the SHA-256 of the document without ``device_id`` and ``dseq``: a store that finds that it is a copy of
    another numbers what waits in it anew, and it is the same decision all the same. A picture without a reason, and a
    decision that does not say what was judged, read as they did before there was either, so that what was sent then is
    known when it comes again.
    """
    # Within a text the quotes would be escaped.
    document = encode(replace(decision, device_id="", dseq=0)).replace(_NO_REASON, b"").replace(_NOT_SAID, b"")
    return hashlib.sha256(document).hexdigest()


def etag(epoch: str, version: int) -> str:
    """Return the strong entity tag of a dossier version; the epoch in it tells a restored central from before."""
    return f'"{epoch[:8]}-{version}"'
