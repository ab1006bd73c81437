"""The audit trail of a scope: a hash chain of who did what to which dossier. Ids only, no personal data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection

from central_server import statements
from central_server.trips import Outcome, Step, run
from officer_console.central import wire

BEGINNING = "0" * 64


def chain_hash(prev: str, n: int, body: str) -> str:
    """Return the hash of entry ``n`` that follows the entry with hash ``prev``."""
    return hashlib.sha256(f"{prev}|{n}|{body}".encode()).hexdigest()


def last(scope_id: str) -> Step:
    """Return the step that finds the entry which the next one follows.

    To be done after the scope's counter was taken: its lock keeps two entries from getting one number.
    """
    return Step(statements.AUDIT_LAST, {"scope_id": scope_id})


def following(found: Outcome, scope_id: str, entry: Mapping[str, str | int | None]) -> Step:
    """Return the step that adds ``entry`` after what ``last`` found."""
    prev, n = (BEGINNING, 1) if found.row is None else (found.row.h, found.row.n + 1)
    body = wire.encode(entry).decode()
    return Step(
        statements.AUDIT_INSERT,
        {"scope_id": scope_id, "n": n, "prev": prev, "h": chain_hash(prev, n, body), "body": body},
    )


def note(connection: Connection, scope_id: str, entry: Mapping[str, str | int | None]) -> None:
    """Add an entry, under the lock of the scope's counter."""
    (found,) = run(connection, last(scope_id))
    run(connection, following(found, scope_id, entry))
