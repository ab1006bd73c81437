"""The keys of the codes on forms: an office's, made of central's own secret and the number of the generation.

Nothing is kept but that number. Whatever backup central is put back from, and to whichever office or server behind a
dossier has moved, the key of the sheets that were printed in an office is what it was.
"""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import Connection

from central_server import statements
from central_server.database import Database
from central_server.trips import Step, run
from officer_console.domain.form import FormKey, FormKeys

# The oldest generations are given up beyond this many.
HANDED_OUT = 64


def generation(connection: Connection) -> int:
    """Return the generation that codes are made with."""
    (found,) = run(connection, Step(statements.FORM_GENERATION, {}))
    assert found.row is not None  # noqa: S101 - written when the database is opened first
    return int(found.row.form_generation)


def renew(database: Database) -> int:
    """Let all offices make codes with the next generation; returns it. Codes of older ones stay good."""
    with database.write() as connection:
        run(connection, Step(statements.FORM_GENERATION_NEXT, {}))
        return generation(connection)


def keys_of(secret: bytes, office: str, current: int) -> FormKeys:
    """Return an office's keys, the newest first.

    They go one generation beyond the current one: a desk that has not asked since a renewal knows those of the others.
    """
    newest = range(current + 1, max(0, current + 1 - HANDED_OUT), -1)
    keys = tuple(FormKey(generation=number, secret=_key(secret, office, number)) for number in newest)
    return FormKeys(office=office, current=current, keys=keys)


def _key(secret: bytes, office: str, number: int) -> str:
    return hmac.new(secret, f"form-key|{office}|{number}".encode(), hashlib.sha256).hexdigest()
