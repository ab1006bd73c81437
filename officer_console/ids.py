"""Identifiers made on the desk."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path


def uuid7(now: datetime, random_bytes: Callable[[int], bytes]) -> str:
    """Return a UUID version 7 (RFC 9562 §5.7): 48 bits of ``now`` in milliseconds, the rest random."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    tail = int.from_bytes(random_bytes(10), "big")
    high = (milliseconds << 16) | 0x7000 | (tail >> 68)
    low = (0b10 << 62) | (tail & ((1 << 62) - 1))
    return str(uuid.UUID(int=(high << 64) | low))


def device_id(data: Path) -> str:
    """Return this machine's number, kept in the folder ``data`` and made at the first start."""
    path = data / "device-id"
    try:
        return str(uuid.UUID(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError):
        made = str(uuid.uuid4())
        path.write_text(made, encoding="ascii")
        return made
