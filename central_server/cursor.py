"""The feed's cursor: scope, epoch and number, opaque to clients and sealed with an HMAC.

The cursors of a desk that reads a feed from its beginning say so, until it has come to the end.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple

from central_server.database import ServerState
from central_server.problems import ProblemError

_MAC_BYTES = 16
_FIRST = "first"


class Place(NamedTuple):
    """Where a cursor stands: after which number, and whether on the way through the whole feed."""

    seq: int
    first: bool


def make(state: ServerState, scope_id: str, seq: int, *, first: bool = False) -> str:
    """Return the cursor that stands after number ``seq`` of a scope."""
    body = "|".join((scope_id, state.epoch, str(seq), *((_FIRST,) if first else ()))).encode()
    return base64.urlsafe_b64encode(_mac(state, body) + body).decode().rstrip("=")


def place(state: ServerState, scope_id: str, text: str | None) -> Place:
    """Return where the cursor of a request stands: without one, before the first number.

    Raises:
        ProblemError: as ``read``.
    """
    return Place(0, first=True) if text is None else read(state, scope_id, text)


def read(state: ServerState, scope_id: str, text: str) -> Place:
    """Return where a cursor stands.

    Raises:
        ProblemError: ``cursor-expired`` when it is unreadable, forged or of another scope; ``epoch-changed`` when it is
            of this server before a restore.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ProblemError("cursor-expired") from None
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(state, body)):
        raise ProblemError("cursor-expired")
    scope, epoch, seq, *more = body.decode().split("|")
    if scope != scope_id:
        raise ProblemError("cursor-expired")
    if epoch != state.epoch:
        raise ProblemError("epoch-changed")
    return Place(int(seq), more == [_FIRST])


def _mac(state: ServerState, body: bytes) -> bytes:
    return hmac.new(state.cursor_secret, body, hashlib.sha256).digest()[:_MAC_BYTES]
