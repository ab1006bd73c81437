"""What the program does about each way a decision or a page can fail: one table, read by the sender and the reader."""

from __future__ import annotations

from enum import Enum

from officer_console.central.errors import (
    ATTACHMENT_CUT,
    CLIENT_TOO_OLD,
    PASSING_STATUS,
    PROTOCOL,
    SIGN_IN_NEEDED,
    UNREACHABLE,
    CentralError,
)


class Treatment(Enum):
    """What becomes of a decision central did not take. None of them drops it."""

    RETRY = "retry"
    """Tried again later, the same ``op_id``; after many tries behind all others."""
    HOSTILE = "hostile"
    """Not an answer of central's contract: told to the log, else like ``RETRY``."""
    REAUTH = "reauth"
    """Waits until the officer has signed in again; ends the round."""
    WAIT = "wait"
    """Waits for a picture: this desk has to send it first, or cannot just now; tried again later."""
    RESYNC = "resync"
    """Waits until the office is read anew, then is looked at again."""
    UPDATE = "update"
    """The program is too old to read; what is decided already is still sent."""
    HUMAN = "human"
    """Parked for the officer, with what central says about it."""
    BUG = "bug"
    """One of the two programs is wrong: parked like ``HUMAN``, told to the log."""


BY_CODE: dict[str, Treatment] = {
    UNREACHABLE: Treatment.RETRY,
    "unavailable": Treatment.RETRY,
    "internal": Treatment.RETRY,
    PROTOCOL: Treatment.HOSTILE,
    SIGN_IN_NEEDED: Treatment.REAUTH,
    "token-expired": Treatment.REAUTH,
    "invalid-credentials": Treatment.REAUTH,
    "locked-out": Treatment.REAUTH,
    "device-suspended": Treatment.REAUTH,
    "device-wipe": Treatment.REAUTH,
    "attachment-missing": Treatment.WAIT,
    "attachment-unreadable": Treatment.WAIT,
    ATTACHMENT_CUT: Treatment.WAIT,
    "uploads-full": Treatment.WAIT,
    "epoch-changed": Treatment.RESYNC,
    "cursor-expired": Treatment.RESYNC,
    CLIENT_TOO_OLD: Treatment.UPDATE,
    "scope-revoked": Treatment.HUMAN,
    "forbidden": Treatment.HUMAN,
    "unknown-dossier": Treatment.HUMAN,
    "dossier-gone": Treatment.HUMAN,
    "version-conflict": Treatment.HUMAN,
    "already-decided": Treatment.HUMAN,
    "leased": Treatment.HUMAN,
    "validation": Treatment.HUMAN,
    "attachment-lost": Treatment.HUMAN,
    "idempotency-mismatch": Treatment.BUG,
    "precondition-required": Treatment.BUG,
    "malformed": Treatment.BUG,
    "not-found": Treatment.BUG,
    "method-not-allowed": Treatment.BUG,
    "too-large": Treatment.BUG,
    "not-an-image": Treatment.BUG,
    "not-a-pdf": Treatment.BUG,
}
# For the names of a later central.
BY_STATUS: dict[int, Treatment] = {
    **dict.fromkeys(PASSING_STATUS, Treatment.RETRY),
    401: Treatment.REAUTH,
    403: Treatment.HUMAN,
    404: Treatment.HUMAN,
    409: Treatment.HUMAN,
    410: Treatment.HUMAN,
    412: Treatment.HUMAN,
    422: Treatment.HUMAN,
    426: Treatment.UPDATE,
}


def treatment(error: CentralError) -> Treatment:
    """Return what to do about ``error``: by its name, and where that is new by its status."""
    return BY_CODE.get(error.code) or BY_STATUS.get(error.status, Treatment.BUG)
