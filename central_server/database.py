"""Central's database: one engine for SQLite or PostgreSQL, read and write transactions."""

from __future__ import annotations

import logging
import random
import secrets
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, create_engine, delete, event, select, update
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from central_server import epochs, pipeline, statements
from central_server.epochs import OtherEpochError
from central_server.generations import GENERATION, Generations
from central_server.groups import Groups
from central_server.migrate import DatabaseVersionError as DatabaseVersionError
from central_server.migrate import migrate, servers_behind
from central_server.schema import scope, server_state, session
from central_server.trips import OvertakenError, Step, run
from central_server.turns import Turns

T = TypeVar("T")

# The database is busy, full or gone, or every connection is in use: worth another try.
AWAY = (OperationalError, NoConnectionError)
_NO_DIGEST = "0" * 32
# How often ``Database.transact`` begins.
TRIES = 8
_BUSY_SECONDS = 10
# Who waits longer for a connection only keeps a thread from others.
_NO_CONNECTION_SECONDS = 5
_FIRST_PAUSE_SECONDS = 0.002
# What a serving connection begins with on PostgreSQL, unless whoever runs the database says otherwise: nobody waits for
# ever for a row that a forgotten transaction holds, and a lost server's transactions hold no row for ever.
LIMITS = {"lock_timeout": "5s", "statement_timeout": "20s", "idle_in_transaction_session_timeout": "60s"}
# An answer to a desk is a promise: never before COMMIT is on disk, nor on the standby where there is one.
_DURABLE = ("on", "remote_apply")
# serialization failure, deadlock, and a unique key that somebody else took first: seen, the next time, as a row
_MET_ANOTHER = frozenset({"40001", "40P01", "23505"})
_log = logging.getLogger(__name__)
_CHANCE = random.Random()  # noqa: S311 - only when to try again


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """What makes this database this database: ``epoch`` is a UUID that changes with every restore from a backup."""

    epoch: str
    cursor_secret: bytes


class Database:
    """Gives transactions.

    On SQLite the writers of this process queue for their turn instead of in the engine's busy waits; on PostgreSQL they
    work side by side and the database's row locks keep them apart, also from those of other servers.
    """

    def __init__(self, engine: Engine, state: ServerState, *, in_front: bool = False) -> None:
        self.engine = engine
        self.state = state
        # whether the offices live on servers behind it, where their writers take turns
        self.in_front = in_front
        # set when the database has another epoch: whoever serves has to open it anew
        self.over = threading.Event()
        self._told: set[str | None] = set()
        self._pause = threading.Event()
        self._shared = engine.dialect.name != "sqlite"
        self._turn: AbstractContextManager[None] = nullcontext() if self._shared else Turns()
        engine = engine.execution_options(**{epochs.OPTION: state.epoch}, in_front=in_front)
        # the same pool
        self._snapshots = engine.execution_options(isolation_level="REPEATABLE READ") if self._shared else engine
        self._writes = engine.execution_options(writes=True)
        # no transaction is opened then, neither by ``trips.run`` nor by ``_begin_sqlite``
        self._single = engine.execution_options(looks=True)
        self._once = self._alone if self._shared else Groups(self.write).do

    @classmethod
    def open(cls, url: str, *, serving: bool = False) -> Database:
        """Open ``sqlite:///path`` or ``postgresql+psycopg://…`` and bring its tables to this program's version.

        ``serving`` gives the connections ``LIMITS`` on PostgreSQL: who answers desks must not wait long.

        Raises:
            DatabaseVersionError: its tables are those of a later version; nothing was changed.
            sqlalchemy.exc.SQLAlchemyError: the URL is malformed or the database cannot be opened.
        """
        engine = _engine(url)
        try:
            migrate(engine)
            state = _state(engine)
            with engine.connect() as connection:
                in_front = bool(servers_behind(connection))
        except BaseException:
            engine.dispose()
            raise
        if serving and engine.dialect.name != "sqlite":
            # only from here on: bringing tables up to date may take its time, and waits for other servers that do it
            engine.dispose()
            event.listen(engine, "connect", _limit)
            event.listen(engine, "handle_error", _away, retval=True)
        return cls(engine, state, in_front=in_front)

    @property
    def shared(self) -> bool:
        """Whether writers work side by side on it, also those of other servers."""
        return self._shared

    @property
    def epoch(self) -> str:
        """The server's epoch (UUID text)."""
        return self.state.epoch

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give one snapshot; nothing may be written in it."""
        with self._learning(), self._snapshots.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """Give a connection for statements that need no common snapshot: a trip less at both ends than ``read``."""
        with self._learning(), self._single.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give one write transaction: commits at the end of the block, rolls back when it raises.

        On PostgreSQL another writer may have been first, which the block is told as an error; ``transact`` tries again.
        """
        with self._learning(), self._turn, self._writes.connect() as connection, connection.begin():
            yield connection

    def confirm(self) -> bool:
        """Return whether the database still has the epoch that this process knows; otherwise ``over`` is set."""
        with self._single.connect() as connection:
            known = epochs.now(connection) == self.epoch
        if not known and not self.over.is_set():
            self.over.set()
            _log.error("the database was restored and has another epoch: it is opened anew")
        return known

    @contextmanager
    def _learning(self) -> Iterator[None]:
        try:
            yield
        except OtherEpochError as error:
            if not error.learnt:
                error.learnt = True
                self._learn(error)
            raise

    def _learn(self, error: OtherEpochError) -> None:
        """Find out whether it is this process or the office that is of another epoch, and see to what follows."""
        if not self.confirm():
            return
        error.code = epochs.NOT_RESTORED
        if error.proof and error.scope_id is not None:
            self._put_back(error.scope_id)
        if error.scope_id not in self._told:
            self._told.add(error.scope_id)
            _log.critical(
                "office %s was put back from a backup: nothing is decided until 'officer-central restored' has run",
                error.scope_id,
            )

    def _put_back(self, scope_id: str) -> None:
        """Keep every process from deciding: in the office first, because not every server may be there."""
        values = {"scope_id": scope_id, "epoch": epochs.PUT_BACK, "digest": _NO_DIGEST, "mark": epochs.PUT_BACK}
        office = (Step(statements.SCOPE_ENSURE, values), Step(epochs.MARK, values))
        self.transact(lambda connection: run(connection, *office))
        self.transact(lambda connection: run(connection, Step(epochs.MARK_ALL, values)))

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Return what ``work`` returns, all of it done or nothing; again when another writer was first.

        ``work`` must have no effect outside of the database. On SQLite it shares a COMMIT with others' work.

        Raises:
            OvertakenError, sqlalchemy.exc.DBAPIError: every one of ``TRIES`` tries met another writer; or the database
                says something that another try would not mend.
        """
        with self._learning():
            return self._transact(work)

    def _transact(self, work: Callable[[Connection], T]) -> T:
        for tried in range(1, TRIES):
            try:
                return self._once(work)
            except OvertakenError:
                pass
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _MET_ANOTHER:
                    raise
            # apart from each other, and longer each time, those who met do not meet again
            self._pause.wait(_CHANCE.uniform(0, _FIRST_PAUSE_SECONDS * (1 << tried)))
        return self._once(work)

    def _alone(self, work: Callable[[Connection], T]) -> T:
        with self.write() as connection:
            return work(connection)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def renew_epoch(url: str) -> str:
    """Give a database that came from a backup a new epoch and end every sign-in of before; returns the epoch.

    The desks then read everything again, and nothing judged before the restore is applied unseen. A server that runs
    on the database meanwhile finds out at the next number it takes, and starts anew.

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
    make = partial(
        create_engine,
        parsed,
        # an error text with a statement's values would carry personal data into the log
        hide_parameters=True,
        pool_size=20,
        max_overflow=30,
        # the connection used last has in its cache what the next one will ask for
        pool_use_lifo=True,
        pool_timeout=_NO_CONNECTION_SECONDS,
    )
    if parsed.get_backend_name() != "sqlite":
        shared = make()
        event.listen(shared, "connect", partial(_prepare_postgresql, Generations()))
        return shared
    engine = make(connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(
    generations: Generations, connection: psycopg.Connection[Any], record: ConnectionPoolEntry
) -> None:
    record.info[GENERATION] = generations.now
    if connection.prepare_threshold is None:
        return
    # Only ``pipeline`` prepares statements: the driver would end them all with those of its own at a rollback.
    connection.prepare_threshold = None
    record.info[pipeline.PREPARED] = set()


def _limit(connection: psycopg.Connection[Any], _record: object) -> None:
    """Set what nobody else has set: URL, role, database and the server's own file go before it."""
    wanted = {**LIMITS, "synchronous_commit": _DURABLE[0]}
    connection.execute(
        "SELECT set_config(name, wanted, false)"
        " FROM pg_settings JOIN unnest(%s::text[], %s::text[]) AS ours(name, wanted) USING (name)"
        " WHERE CASE name WHEN 'synchronous_commit' THEN setting <> ALL(%s::text[]) ELSE source = 'default' END",
        (list(wanted), list(wanted.values()), list(_DURABLE)),
    )
    connection.commit()


def _away(context: ExceptionContext) -> BaseException | None:
    """Tell a connection that was ended as one that is lost: of a time limit the driver says that it is our slip."""
    error, cause = context.sqlalchemy_exception, context.original_exception
    if not context.is_disconnect or error is None or isinstance(error, OperationalError):
        return None
    return OperationalError(error.statement, None, cause, hide_parameters=True, connection_invalidated=True)


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
    options = connection.get_execution_options()
    if not options.get("looks", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")
