"""The feed's cursor: scope, epoch and number, opaque to clients and sealed with an HMAC."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from central_server.database import ServerState
from central_server.problems import ProblemError

_MAC_BYTES = 16


def make(state: ServerState, scope_id: str, seq: int) -> str:
    """Return the cursor that stands after number ``seq`` of a scope."""
    body = f"{scope_id}|{state.epoch}|{seq}".encode()
    return base64.urlsafe_b64encode(_mac(state, body) + body).decode().rstrip("=")


def read(state: ServerState, scope_id: str, text: str) -> int:
    """Return the number a cursor stands after.

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
    scope, epoch, seq = body.decode().split("|")
    if scope != scope_id:
        raise ProblemError("cursor-expired")
    if epoch != state.epoch:
        raise ProblemError("epoch-changed")
    return int(seq)


def _mac(state: ServerState, body: bytes) -> bytes:
    return hmac.new(state.cursor_secret, body, hashlib.sha256).digest()[:_MAC_BYTES]
