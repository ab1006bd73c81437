"""The audit trail of a scope: a hash chain of who did what to which dossier. Ids only, no personal data."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

from central_server import statements
from officer_console.central import wire

BEGINNING = "0" * 64


def chain_hash(prev: str, n: int, body: str) -> str:
    """Return the hash of entry ``n`` that follows the entry with hash ``prev``."""
    return hashlib.sha256(f"{prev}|{n}|{body}".encode()).hexdigest()


def note(connection: Connection, scope_id: str, entry: dict[str, str | int | None]) -> None:
    """Add an entry. Call it after the scope's counter was taken: its lock keeps two entries from getting one number."""
    last = connection.execute(statements.AUDIT_LAST, {"scope_id": scope_id}).one_or_none()
    prev, n = (BEGINNING, 1) if last is None else (last.h, last.n + 1)
    body = wire.encode(entry).decode()
    connection.execute(
        statements.AUDIT_INSERT,
        {"scope_id": scope_id, "n": n, "prev": prev, "h": chain_hash(prev, n, body), "body": body},
    )
