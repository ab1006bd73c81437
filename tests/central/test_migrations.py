"""Central's tables come from migrations alone: the same on both engines; an older database is brought up to them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from central_server import front, marks
from central_server.database import Database
from central_server.migrate import DatabaseVersionError, migrate, servers_behind
from central_server.migrations import HEAD
from central_server.schema import metadata
from tests import builders
from tests.central.process import Desk, running_central
from tests.postgres import Cluster

# What the program before Alembic left: the tables of its day and its own version table.
FORMER = Path(__file__).parent / "data" / "central-version-1.sql"


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """Return a database file that the program before Alembic made; one office stands in it."""
    path = tmp_path / "central.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FORMER.read_text(encoding="utf-8"))
    return path


def test_the_migrations_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    opts = {"compare_type": True, "compare_server_default": True, "include_name": is_of_the_schema}
    with database.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == HEAD
        servers = front.behind(connection) if servers_behind(connection) else ()
        behind = [create_engine(server.url) for server in servers]
    # in front of several servers the tables are made of parts, and keys and indexes are with the rows
    for engine in behind or [database.engine]:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts=opts)
            assert compare_metadata(context, metadata) == []
            assert context.get_current_revision() == HEAD
        engine.dispose()


def is_of_the_schema(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether Alembic is to look at it: the mark of the server in front is laid by ``spread``."""
    return name != marks.TABLE


def test_a_database_of_before_is_copied_and_brought_up(former: Path) -> None:
    database = Database.open(f"sqlite:///{former}")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert not inspect(connection).has_table("schema_version")
        assert connection.execute(text("SELECT name FROM office")).scalars().all() == ["BHXH cơ sở Đống Đa"]
    database.close()
    copy = former.with_name(f"{former.name}.before-{HEAD}")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [(1,)]
    copied = copy.stat().st_mtime_ns
    Database.open(f"sqlite:///{former}").close()
    assert copy.stat().st_mtime_ns == copied


def test_a_server_serves_a_database_of_before(former: Path) -> None:
    with running_central(former.parent, "--job-interval", "60") as central:
        desk = Desk(central, central.officer().username)
        about = builders.dossier(central.fresh())
        central.plant(about)
        assert desk.dossier(about) == about


def test_a_later_database_is_left_as_it_is(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseVersionError, match=f"newer than this program: version 9999, {HEAD} is needed"):
        Database.open(postgres_url)
    command = [sys.executable, "-m", "central_server", "serve", "--database", postgres_url, "--port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("officer-central: the database is newer than this program: ")


def test_servers_that_start_at_once_on_an_empty_database_agree(postgres: Cluster) -> None:
    url = postgres.dsn("empty")
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: Database.open(url), range(4)))
    assert len({database.epoch for database in opened}) == 1
    for database in opened:
        database.close()


def test_a_database_that_is_missing_is_made_only_when_asked_to(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'central.db'}")
    with pytest.raises(DatabaseVersionError):
        migrate(engine, create=False)
    engine.dispose()
