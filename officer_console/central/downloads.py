"""Fetches a picture, going on where a cut left it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from officer_console.central.errors import PROTOCOL, UNREACHABLE, CentralError

# The largest picture over a line that is cut every 200 kB.
MOST_TRIES = 64
# So many tries in a row that bring nothing: the line is gone.
FRUITLESS_TRIES = 3


def download(more: Callable[[bytearray], None], sha256: str) -> bytes:
    """Return the bytes of this SHA-256. ``more`` adds to what there is, and may be cut short by a ``CentralError``.

    Once something has come, a cut is followed by the next try at once.

    Raises:
        CentralError: a refusal; no answer, or none any more; ``protocol``: the whole has another hash.
    """
    part = bytearray()
    fruitless = 0
    for _ in range(MOST_TRIES):
        before = len(part)
        try:
            more(part)
        except CentralError as error:
            fruitless = 0 if len(part) > before else fruitless + 1
            if not error.unanswered or not part or fruitless == FRUITLESS_TRIES:
                raise
        else:
            if hashlib.sha256(part).hexdigest() != sha256:
                raise CentralError(PROTOCOL)
            return bytes(part)
    raise CentralError(UNREACHABLE)
