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

from sqlalchemy import Connection, Engine, create_engine, delete, event, select, update
from sqlalchemy.engine import make_url

from central_server import statements
from central_server.migrate import DatabaseVersionError as DatabaseVersionError
from central_server.migrate import migrate
from central_server.schema import scope, server_state, session

_BUSY_SECONDS = 10


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
        """Open ``sqlite:///path`` or ``postgresql+psycopg://…`` and bring its tables to this program's version.

        Raises:
            DatabaseVersionError: its tables are those of a later version; nothing was changed.
            sqlalchemy.exc.SQLAlchemyError: the URL is malformed or the database cannot be opened.
        """
        engine = _engine(url)
        try:
            migrate(engine)
            state = _state(engine)
        except BaseException:
            engine.dispose()
            raise
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
        DatabaseVersionError: there is no database of central at ``url``, or one of a later version.
        sqlalchemy.exc.SQLAlchemyError: the URL is malformed or the database cannot be opened.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise DatabaseVersionError("there is no database at this URL")
    engine = _engine(url)
    epoch = str(uuid.uuid4())
    try:
        migrate(engine, create=False)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(update(server_state).values(epoch=epoch))
            connection.execute(update(scope).values(epoch_ref=epoch))
            connection.execute(delete(session))
    finally:
        engine.dispose()
    return epoch


def _state(engine: Engine) -> ServerState:
    """Return what this database is; two servers that start on one empty database agree on it."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        fresh = {"epoch": str(uuid.uuid4()), "cursor_secret": secrets.token_hex(32)}
        connection.execute(statements.STATE_INSERT, fresh)
        row = connection.execute(select(server_state)).one()
    return ServerState(epoch=row.epoch, cursor_secret=bytes.fromhex(row.cursor_secret))


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
