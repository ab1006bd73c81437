"""The bounds of everything a client may send, beyond its shape."""

from __future__ import annotations

import re
from typing import TypeVar

from central_server.blobs import BLOB_LIMIT, MAGIC
from central_server.problems import ProblemError, validation
from officer_console.central import wire
from officer_console.domain.decision import Decision

T = TypeVar("T")

BODY_LIMIT = 64 * 1024
TEXT_LIMIT = 1000
PHOTO_LIMIT = 10
VERSION_LIMIT = 2**31 - 1
DEVICE_LIMIT = 64
DSEQ_LIMIT = 2**53 - 1
# What the audit trail keeps of a clock that is off, in milliseconds: a hundred years.
CLOCK_OFFSET_LIMIT = 100 * 366 * 86_400_000
SCOPE = r"^[0-9A-Za-z]{1,16}$"
DOSSIER_ID = r"^[0-9A-Za-z_-]{1,64}$"
SHA256 = r"^[0-9a-f]{64}$"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ETAG = re.compile(r'"[0-9a-f]{8}-([0-9]{1,10})"')
_PATH = re.compile(r"`\$\.?([^`]*)`$")


def read_body(data: bytes, kind: type[T]) -> T:
    """Return a request's body as ``kind``.

    Raises:
        ProblemError: ``validation`` with code ``malformed`` and where; the answer never repeats what was sent.
    """
    try:
        value = wire.decode(data, kind)
        # what the database cannot keep: NUL (PostgreSQL), halves of surrogate pairs (any)
        text = wire.encode(value).decode()
    except (wire.WireError, UnicodeError) as error:
        found = _PATH.search(str(error))
        raise validation("malformed", found[1] if found else None) from None
    if "\\u0000" in text:
        raise validation("malformed")
    return value


def bounded(text: str, limit: int, field: str) -> None:
    """Let pass unless a text is longer than ``limit`` characters.

    Raises:
        ProblemError: ``validation`` with code ``too-long``.
    """
    if len(text) > limit:
        raise validation("too-long", field)


def check_decision(decision: Decision) -> None:
    """Let pass unless a decision goes beyond what the columns and the rules can hold.

    Raises:
        ProblemError: ``validation`` with ``malformed``, ``out-of-range`` or ``too-long``.
    """
    if not _UUID.fullmatch(decision.op_id):
        raise validation("malformed", "op_id")
    if not 1 <= decision.base_version <= VERSION_LIMIT:
        raise validation("out-of-range", "base_version")
    if decision.judged_sha256 is not None and not _SHA256.fullmatch(decision.judged_sha256):
        raise validation("malformed", "judged_sha256")
    bounded(decision.device_id, DEVICE_LIMIT, "device_id")
    if not 0 <= decision.dseq <= DSEQ_LIMIT:
        raise validation("out-of-range", "dseq")
    if decision.decided_at.tzinfo is None:
        raise validation("malformed", "decided_at")
    for field in ("reason_code", "reason_text", "note"):
        bounded(getattr(decision, field) or "", TEXT_LIMIT, field)
    if len(decision.photos) > PHOTO_LIMIT or len({photo.kind for photo in decision.photos}) < len(decision.photos):
        raise validation("out-of-range", "photos")
    for n, photo in enumerate(decision.photos):
        if not re.fullmatch(SHA256[1:-1], photo.sha256):
            raise validation("malformed", f"photos.{n}.sha256")
        if photo.media_type not in MAGIC or not 1 <= photo.size <= BLOB_LIMIT:
            raise validation("out-of-range", f"photos.{n}")
        bounded(photo.reason or "", TEXT_LIMIT, f"photos.{n}.reason")


def check_precondition(if_match: str | None, idempotency_key: str | None, decision: Decision) -> str:
    """Return the entity tag of a decision request whose two headers say the same as its body.

    Raises:
        ProblemError: ``precondition-required`` when a header is missing, ``validation`` when they disagree.
    """
    if not (if_match or "").strip() or not (idempotency_key or "").strip() or if_match is None:
        raise ProblemError("precondition-required")
    if idempotency_key != decision.op_id:
        raise validation("idempotency-key-differs", "op_id")
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise validation("if-match-malformed", "base_version")
    if int(found[1]) != decision.base_version:
        raise validation("if-match-differs", "base_version")
    return if_match.strip()
