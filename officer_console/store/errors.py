"""What can go wrong with the store, as codes; and the one place that reads SQLite's result codes."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

FULL = "store-full"
DAMAGED = "store-damaged"
LOCKED = "store-locked"
WRONG_KEY = "store-wrong-key"
NEWER = "store-newer"
UNWRITABLE = "store-unwritable"
INTERRUPTED = "store-interrupted"
CONFLICT = "store-conflict"

NO_SPACE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

# https://www.sqlite.org/rescode.html, primary codes.
CODES = {
    3: UNWRITABLE,  # PERM
    5: LOCKED,  # BUSY
    6: LOCKED,  # LOCKED
    8: UNWRITABLE,  # READONLY
    9: INTERRUPTED,  # INTERRUPT
    10: UNWRITABLE,  # IOERR
    11: DAMAGED,  # CORRUPT
    13: FULL,  # FULL
    14: UNWRITABLE,  # CANTOPEN
    19: CONFLICT,  # CONSTRAINT
    26: DAMAGED,  # NOTADB
}


class StoreError(Exception):
    """The store cannot do what was asked. ``code`` is one of the constants of this module; nothing was written."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def translated() -> Iterator[None]:
    """Turn the database's errors into ``StoreError``. Errors that are bugs of ours (bad SQL) stay as they are."""
    try:
        yield
    except DBAPIError as error:
        code = _code(error.orig)
        if code is None:
            raise
        # Not chained: the text of a database error may quote the values of the row.
        raise StoreError(code) from None
    except dbapi2.Error as error:
        code = _code(error)
        if code is None:
            raise
        raise StoreError(code) from None


def _code(error: BaseException | None) -> str | None:
    result = getattr(error, "sqlite_errorcode", None)
    return None if result is None else CODES.get(result & 0xFF)
