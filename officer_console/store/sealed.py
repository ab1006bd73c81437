"""Opening the encrypted file: key, cipher settings, pragmas and the connection pool."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from officer_console.store.errors import DAMAGED, WRONG_KEY, StoreError

KEY_BYTES = 32
BEGIN = "store_begin"
BUSY_SECONDS = 10.0
CACHE_KIB = 16 * 1024

_PLAIN_HEADER = b"SQLite format 3\x00"
_SMALLEST_FILE = 4096
NOT_A_DATABASE = 26


def connector(path: Path, key: bytes, cache_kib: int = CACHE_KIB) -> Callable[[], dbapi2.Connection]:
    """Return a function that opens one connection to the sealed file; ``key`` is the raw 256-bit key.

    That function raises ``StoreError`` (``store-wrong-key``) or the driver's own errors.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("the key has 32 bytes")
    unlock = (
        "PRAGMA cipher_log_level = NONE",
        f"PRAGMA key = \"x'{key.hex()}'\"",
        # SHA-256 has processor instructions where SHA-512, the default, has none: pages come in in half the time.
        "PRAGMA cipher_hmac_algorithm = HMAC_SHA256",
    )
    settings = (
        "PRAGMA temp_store = MEMORY",
        "PRAGMA mmap_size = 0",
        f"PRAGMA cache_size = -{cache_kib}",
        "PRAGMA secure_delete = ON",
        "PRAGMA trusted_schema = OFF",
        "PRAGMA foreign_keys = ON",
        "PRAGMA recursive_triggers = ON",
        "PRAGMA journal_mode = WAL",
    )

    def connect() -> dbapi2.Connection:
        connection = dbapi2.connect(
            str(path),
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            for statement in unlock:
                connection.execute(statement).close()
            _read_first_page(connection)
            for statement in settings:
                connection.execute(statement).close()
        except BaseException:
            connection.close()
            raise
        return connection

    return connect


def engine(connect: Callable[[], dbapi2.Connection]) -> Engine:
    """Return the engine over ``connect``. Transactions begin as the execution option ``store_begin`` says."""
    made = create_engine(
        "sqlite+pysqlite://",
        module=dbapi2,
        creator=connect,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=12,
        # An error's text must not carry a citizen's data into a log.
        hide_parameters=True,
    )

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get(BEGIN, "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return made


def prepare(path: Path) -> None:
    """Make the folder (0700) and an empty file (0600) where there is none.

    Raises:
        StoreError: ``store-damaged`` when the file is there and is no sealed store (a plain database, or cut short).
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        with path.open("rb") as file:
            head = file.read(_SMALLEST_FILE)
        if head and (len(head) < _SMALLEST_FILE or head.startswith(_PLAIN_HEADER)):
            raise StoreError(DAMAGED) from None


def _read_first_page(connection: dbapi2.Connection) -> None:
    """Raise ``StoreError`` (``store-wrong-key``) when not even the first page opens.

    The cipher cannot tell that from damage.
    """
    if connection.execute("PRAGMA cipher_version").fetchone() is None:
        raise RuntimeError("the database library does not encrypt")
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except dbapi2.DatabaseError as error:
        if error.sqlite_errorcode != NOT_A_DATABASE:
            raise
        raise StoreError(WRONG_KEY) from None
