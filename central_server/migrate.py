"""Brings central's database to today's tables; a SQLite file is copied first."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect

from central_server import front, marks, migrations
from central_server.migrations import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

# The version table of before Alembic, and the one version of it that was ever given out: the tables of FIRST.
_FORMER = "schema_version"
_FORMER_VERSION = 1
_FIRST = "0001"
_STATE = "server_state"
# Any number of our own: servers that start at once on one PostgreSQL take turns at it.
_TURN = 7_204_113
UPGRADE_COMMAND = "officer-central spread --upgrade --front URL"


class DatabaseVersionError(RuntimeError):
    """The database is not one this program can work on; the text says why."""


class SpreadVersionError(DatabaseVersionError):
    """A central over several servers is not of this program's version; nothing was changed.

    ``code``: ``front-older``, ``server-older`` (``spread --upgrade`` mends both), ``server-newer``, ``server-empty``;
    ``server`` is the name of the one behind that is meant, ``found`` the version it has.
    """

    def __init__(self, code: str, *, server: str | None = None, found: str | None = None) -> None:
        self.code, self.server, self.found = code, server, found
        where = "the server in front" if server is None else server
        way = f": {UPGRADE_COMMAND}" if code.endswith("-older") else ""
        super().__init__(f"{code}: {where} has version {found or 'none'}, {HEAD} is needed{way}")


def migrate(engine: Engine, *, create: bool = True) -> None:
    """Bring the database to today's tables in one transaction, made from nothing if ``create`` is given.

    A SQLite file with older tables is copied to ``<name>.before-<version>`` first. Two servers may do this at once.
    A database in front of others is only looked at: bringing up all of them is ``central_server.shards.upgrade``.

    Raises:
        DatabaseVersionError: a later program's tables, or none and ``create`` is not given; nothing was changed.
        SpreadVersionError: it is in front of others, and one of them all is of another version.
        FrontError: it is in front of others, and they are another's.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be opened.
    """
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            take_turn(connection)
        names = servers_behind(connection)
        _bring_up(connection, create=create, alone=not names)
    # after the turn: a server behind that does not answer keeps nobody else from starting
    if names:
        _check(engine, names)


def _bring_up(connection: Connection, *, create: bool, alone: bool) -> None:
    found = revision(connection)
    former = inspect(connection).has_table(_FORMER)
    if found == HEAD and not former:
        return
    if found is None and not create:
        raise DatabaseVersionError("there is no central's database at this URL")
    upgrade = Upgrade(connection)
    if found is not None:
        upgrade.check(found)
        if not alone:
            raise SpreadVersionError("front-older", found=found)
        url = connection.engine.url
        if connection.dialect.name == "sqlite" and url.database is not None:
            _copy(Path(url.database))
    if former:
        upgrade.adopt()
    upgrade.run()


def take_turn(connection: Connection) -> None:
    """Wait, on PostgreSQL, until nobody else is changing the database's tables; until the end of the transaction."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")


def servers_behind(connection: Connection) -> tuple[str, ...]:
    """Return the names of the servers that the database is in front of."""
    if connection.dialect.name != "postgresql":
        return ()
    return tuple(server.name for server in front.behind(connection))


def _check(engine: Engine, names: tuple[str, ...]) -> None:
    with engine.connect() as connection:
        mark = marks.own(connection)
    answered = front.versions(engine, names)
    for name, found in answered.items():
        if found != HEAD:
            raise SpreadVersionError(code_of(found), server=name, found=found)
    marks.check_behind(engine, mark, [(place, name) for place, name in enumerate(names) if name in answered])


def code_of(found: str | None) -> str:
    """Return what is wrong with a server behind that has the version ``found``."""
    return "server-older" if found is None or found in known_versions() else "server-newer"


def revision(connection: Connection) -> str | None:
    """Return the version of the tables, ``None`` when there are none yet."""
    present = inspect(connection)
    if present.has_table("alembic_version"):
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
    if not present.has_table(_STATE):
        return None
    if not present.has_table(_FORMER):
        raise DatabaseVersionError(f"the database is older than this program: it has no version, {HEAD} is needed")
    former = int(connection.exec_driver_sql(f"SELECT version FROM {_FORMER}").scalar_one())  # noqa: S608 - a constant
    if former != _FORMER_VERSION:
        raise _other_version("newer" if former > _FORMER_VERSION else "older", str(former))
    return _FIRST


def _other_version(age: str, found: str) -> DatabaseVersionError:
    return DatabaseVersionError(f"the database is {age} than this program: version {found}, {HEAD} is needed")


class Upgrade:
    """Alembic on one connection; loaded only when there is something to do."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._config = _config()
        self._config.attributes["connection"] = connection

    def check(self, found: str) -> None:
        """Let pass a version that this program knows.

        Raises:
            DatabaseVersionError: it is a later one.
        """
        if found not in known_versions():
            raise _other_version("newer", found)

    def adopt(self) -> None:
        """Say in Alembic's table what the former one said, and drop that."""
        from alembic import command

        command.stamp(self._config, _FIRST)
        self._connection.exec_driver_sql(f"DROP TABLE {_FORMER}")

    def run(self, to: str = HEAD) -> None:
        """Do what is missing up to the version ``to``, where the connection's search path leads."""
        from alembic import command

        command.upgrade(self._config, to)


def known_versions() -> frozenset[str]:
    """Return every version this program can bring up to ``HEAD``, and that."""
    from alembic.script import ScriptDirectory

    return frozenset(known.revision for known in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _copy(path: Path) -> None:
    """Copy the file as it was last committed, beside itself; the caller holds the write lock."""
    target = path.with_name(f"{path.name}.before-{HEAD}")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as sink:
            source.backup(sink)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        shutil.copymode(path, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
