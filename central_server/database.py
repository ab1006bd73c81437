"""Central's database: one engine for SQLite or PostgreSQL, read and write transactions."""

from __future__ import annotations

import secrets
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, delete, event, inspect, select, update
from sqlalchemy.engine import make_url

from central_server.schema import VERSION, metadata, schema_version, scope, server_state, session

_BUSY_SECONDS = 10


class DatabaseVersionError(RuntimeError):
    """The database is not one this program can work on; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """What makes this database this database: ``epoch`` is a UUID that changes with every restore from a backup."""

    epoch: str
    cursor_secret: bytes


class Database:
    """Gives transactions. Writers of this process queue at one lock instead of in SQLite's busy waits."""

    def __init__(self, engine: Engine, state: ServerState) -> None:
        self.engine = engine
        self.state = state
        self._writing = threading.Lock()

    @classmethod
    def open(cls, url: str) -> Database:
        """Open ``sqlite:///path`` or ``postgresql+psycopg://…`` and make missing tables.

        Raises:
            DatabaseVersionError: its tables are those of another version; nothing was changed.
            sqlalchemy.exc.SQLAlchemyError: the URL is malformed or the database cannot be opened.
        """
        engine = _engine(url)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            if _version(connection) is None:
                metadata.create_all(connection)
                connection.execute(schema_version.insert().values(id=1, version=VERSION))
            row = connection.execute(select(server_state)).one_or_none()
            if row is None:
                connection.execute(
                    server_state.insert().values(id=1, epoch=str(uuid.uuid4()), cursor_secret=secrets.token_hex(32))
                )
                row = connection.execute(select(server_state)).one()
            state = ServerState(epoch=row.epoch, cursor_secret=bytes.fromhex(row.cursor_secret))
        return cls(engine, state)

    @property
    def epoch(self) -> str:
        """The server's epoch (UUID text)."""
        return self.state.epoch

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give one snapshot; nothing may be written in it."""
        with self.engine.connect() as connection:
            if self.engine.dialect.name != "sqlite":
                # SQLite's read transactions are snapshots anyway
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give one write transaction: commits at the end of the block, rolls back when it raises."""
        with (
            self._writing,
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def renew_epoch(url: str) -> str:
    """Give a database that came from a backup a new epoch and end every sign-in of before; returns the epoch.

    The desks then read everything again, and nothing judged before the restore is applied unseen. No server may run
    on the database meanwhile.

    Raises:
        DatabaseVersionError: there is no database of this program's version at ``url``.
        sqlalchemy.exc.SQLAlchemyError: the URL is malformed or the database cannot be opened.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise DatabaseVersionError("there is no database at this URL")
    engine = _engine(url)
    epoch = str(uuid.uuid4())
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            if _version(connection) is None:
                raise DatabaseVersionError("there is no central's database at this URL")
            connection.execute(update(server_state).values(epoch=epoch))
            connection.execute(update(scope).values(epoch_ref=epoch))
            connection.execute(delete(session))
    finally:
        engine.dispose()
    return epoch


def _version(connection: Connection) -> int | None:
    """Return the version of the tables, ``None`` when there are none yet.

    Raises:
        DatabaseVersionError: it is not this program's.
    """
    present = inspect(connection)
    if not present.has_table(schema_version.name):
        if present.has_table(server_state.name):
            raise DatabaseVersionError(
                f"the database is older than this program: it has no version, {VERSION} is needed"
            )
        return None
    found: int = connection.execute(select(schema_version.c.version)).scalar_one()
    if found != VERSION:
        age = "newer" if found > VERSION else "older"
        raise DatabaseVersionError(f"the database is {age} than this program: version {found}, {VERSION} is needed")
    return found


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    # hide_parameters: an error text with a statement's values would carry personal data into the log
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, hide_parameters=True, pool_size=20, max_overflow=30)
    engine = create_engine(
        parsed, hide_parameters=True, pool_size=20, max_overflow=30, connect_args={"timeout": _BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions by itself: _begin_sqlite says which kind is wanted.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={_BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
