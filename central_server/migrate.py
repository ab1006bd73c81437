"""Brings central's database to today's tables; a SQLite file is copied first."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect

from central_server import migrations
from central_server.migrations import HEAD

# The version table of before Alembic, and the one version of it that was ever given out: the tables of FIRST.
_FORMER = "schema_version"
_FORMER_VERSION = 1
_FIRST = "0001"
_STATE = "server_state"
# Any number of our own: servers that start at once on one PostgreSQL take turns at it.
_TURN = 7_204_113


class DatabaseVersionError(RuntimeError):
    """The database is not one this program can work on; the text says why."""


def migrate(engine: Engine, *, create: bool = True) -> None:
    """Bring the database to today's tables in one transaction, made from nothing if ``create`` is given.

    A SQLite file with older tables is copied to ``<name>.before-<version>`` first. Two servers may do this at once.

    Raises:
        DatabaseVersionError: a later program's tables, or none and ``create`` is not given; nothing was changed.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be opened.
    """
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
        found = _revision(connection)
        former = inspect(connection).has_table(_FORMER)
        if found == HEAD and not former:
            return
        if found is None and not create:
            raise DatabaseVersionError("there is no central's database at this URL")
        upgrade = _Upgrade(connection)
        if found is not None:
            if found not in upgrade.known:
                raise _other_version("newer", found)
            if engine.dialect.name == "sqlite" and engine.url.database is not None:
                _copy(Path(engine.url.database))
        if former:
            upgrade.adopt()
        upgrade.run()


def _revision(connection: Connection) -> str | None:
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


class _Upgrade:
    """Alembic on one connection; loaded only when there is something to do."""

    def __init__(self, connection: Connection) -> None:
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        self._connection = connection
        self._config = Config()
        folder = Path(migrations.__file__).parent
        self._config.set_main_option("script_location", str(folder).replace("%", "%%"))
        self._config.set_main_option("path_separator", "os")
        self._config.attributes["connection"] = connection
        script = ScriptDirectory.from_config(self._config)
        self.known = {revision.revision for revision in script.walk_revisions()}

    def adopt(self) -> None:
        """Say in Alembic's table what the former one said, and drop that."""
        from alembic import command

        command.stamp(self._config, _FIRST)
        self._connection.exec_driver_sql(f"DROP TABLE {_FORMER}")

    def run(self) -> None:
        from alembic import command

        command.upgrade(self._config, HEAD)


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
