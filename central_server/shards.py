"""Lays the offices of one central over several PostgreSQL servers by postgres_fdw: one in front, the rows behind it.

Every table of an office begins its key with ``scope_id`` and every transaction touches one office, so an office lives
whole on one server, found by the hash of its ``scope_id``. What belongs to no office (accounts, sign-ins, the training
registry) stays on the server in front. The servers behind keep the keys and the indexes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.engine import URL

from central_server import front as fronts
from central_server import marks
from central_server.database import LIMITS
from central_server.foreign import SpreadError as SpreadError
from central_server.foreign import join, literal, name_of, opened, postgresql, work
from central_server.front import VERSION_TABLE, Behind
from central_server.marks import FrontError, Mark
from central_server.migrate import (
    SpreadVersionError,
    Upgrade,
    code_of,
    migrate,
    revision,
    servers_behind,
)
from central_server.migrations import HEAD
from central_server.schema import metadata

# Of an office's table while its rows go behind, and of the schema in which the tables of a version are made afresh.
_AHEAD = "{}_ahead"
_WORKSHOP = "central_upgrade"
_DURABLE = ("on", "remote_apply")
_TABLES = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = :kind AND n.nspname = current_schema()"
)
_SETTINGS = text("SELECT name, setting, source FROM pg_settings WHERE name = ANY(:names)")


def spread(front: str, behind: Sequence[str]) -> None:
    """Make ``front`` a central whose offices live on the servers ``behind``, which must be empty databases.

    URLs as for ``Database.open``, of PostgreSQL. The servers behind must be reachable from the one in front by what
    their URLs say, options of libpq included. The sessions there begin with central's time limits, unless the URL, the
    role, the database or the server has its own. Rows that ``front`` has already move to where they belong.

    Raises:
        SpreadError: ``postgresql-expected``, ``nothing-behind``, ``already-spread``, ``not-empty``; no row was changed.
        DatabaseVersionError: a database is of a later version.
        sqlalchemy.exc.SQLAlchemyError: a database cannot be reached.
    """
    urls = [postgresql(url) for url in (front, *behind)]
    if not behind:
        raise SpreadError("nothing-behind")
    with opened(urls[0]) as ahead:
        with ahead.connect() as connection:
            if servers_behind(connection):
                raise SpreadError("already-spread")
        migrate(ahead)
        for place, url in enumerate(urls[1:]):
            with opened(url) as engine:
                migrate(engine)
                _must_be_empty(engine, place)
        with work(ahead) as connection:
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgres_fdw")
            mark = marks.fresh(connection)
            marks.keep(connection, mark)
            for place, url in enumerate(urls[1:]):
                join(connection, place, url)
                _mark(url, mark)
            lay(connection)


def upgrade(front: str) -> None:
    """Bring a central over several servers to this program's version: those behind first, then the one in front.

    Each server is one transaction. After a break the servers that are done stay so, and calling it again does the rest;
    when there is nothing to do it does nothing. Serving centrals wait meanwhile, those of before go on after it.

    Raises:
        SpreadError: ``postgresql-expected``, ``not-spread``.
        SpreadVersionError: ``server-newer``, or ``server-empty`` where a server behind has no tables; nothing was
            changed.
        DatabaseVersionError: the one in front is of a later version; nothing was changed.
        FrontError: ``front-copied``, ``front-unknown``; nothing was changed.
        sqlalchemy.exc.SQLAlchemyError: a database cannot be reached.
    """
    with opened(postgresql(front)) as ahead, work(ahead) as connection:
        servers = fronts.behind(connection)
        if not servers:
            raise SpreadError("not-spread")
        found = revision(connection)
        changes = Upgrade(connection)
        if found is not None:
            changes.check(found)
        mark = marks.own(connection)
        for server in servers:
            check_version(server)
        for server in servers:
            _check_mark(connection, server, mark)
        for server in servers:
            with opened(server.url) as engine:
                migrate(engine, create=False)
        if found != HEAD and found is not None:
            _bring_home(connection, found)
            changes.run()
        mark = mark or marks.fresh(connection)
        marks.keep(connection, mark)
        for server in servers:
            _mark(server.url, mark)
        lay(connection)


def distribute(url: str) -> None:
    """Make the database of a Citus coordinator a central whose offices live on Citus' workers.

    To be run on an empty database, and again after every upgrade: what is distributed stays as it is, tables that are
    new follow.

    Raises:
        SpreadError: ``postgresql-expected``.
        DatabaseVersionError: the database is of a later version.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be reached, or has no Citus.
    """
    with opened(postgresql(url)) as engine:
        migrate(engine)
        with work(engine) as connection:
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS citus")
            done = connection.exec_driver_sql("SELECT CAST(logicalrel AS TEXT) FROM pg_dist_partition").scalars().all()
            for name, together in to_distribute(done):
                connection.exec_driver_sql(
                    f"SELECT create_distributed_table({literal(name)}, 'scope_id',"
                    f" colocate_with => {literal(together)})"
                )


def to_distribute(done: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each table of an office that is not among ``done``, and the table its rows are to stay together with."""
    names = [table.name for table in metadata.sorted_tables if of_an_office(table)]
    together = next((name for name in names if name in done), "none")
    for name in names:
        if name not in done:
            yield name, together
            together = name if together == "none" else together


def of_an_office(table: Table) -> bool:
    """Whether the rows of a table belong to one office each, and to the server the office lives on."""
    key = list(table.primary_key.columns)
    return (len(key) > 1 and key[0].name == "scope_id") or table.name == "scope"


def _must_be_empty(engine: Engine, place: int) -> None:
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if of_an_office(table) and connection.execute(table.select().limit(1)).first() is not None:
                raise SpreadError("not-empty", place)


def check_version(server: Behind) -> None:
    """Let pass a server behind that this program knows.

    Raises:
        SpreadVersionError: ``server-empty``, ``server-newer``.
    """
    with opened(server.url) as engine, engine.connect() as connection:
        found = revision(connection)
    if found is None:
        raise SpreadVersionError("server-empty", server=server.name)
    if code_of(found) == "server-newer":
        raise SpreadVersionError("server-newer", server=server.name, found=found)


def _check_mark(connection: Connection, server: Behind, mark: Mark | None) -> None:
    with opened(server.url) as engine, engine.connect() as there:
        found = marks.kept(there)
    # a front that has no mark may have left one with the servers behind before it broke off
    same = found is None or (found == mark if mark else found.place == marks.fresh(connection).place)
    if not same:
        raise FrontError("front-unknown", server.name)


def _mark(url: URL, mark: Mark) -> None:
    with opened(url) as engine, engine.begin() as there:
        marks.keep(there, mark)


def lay(connection: Connection) -> None:
    """Put behind what is not there yet, and give the sessions there their limits; all of it may be so already."""
    servers = fronts.behind(connection)
    ahead = _tables(connection, "r")
    for place in range(len(servers)):
        connection.exec_driver_sql(
            f"CREATE FOREIGN TABLE IF NOT EXISTS {VERSION_TABLE.format(place)} (version_num VARCHAR(32) NOT NULL)"
            f" SERVER {name_of(place)} OPTIONS (table_name 'alembic_version')"
        )
        connection.exec_driver_sql(
            f"CREATE FOREIGN TABLE IF NOT EXISTS {marks.TABLE_BEHIND.format(place)} ({marks.COLUMNS})"
            f" SERVER {name_of(place)} OPTIONS (table_name {literal(marks.TABLE)})"
        )
    for table in metadata.sorted_tables:
        if of_an_office(table) and table.name in ahead:
            _part(connection, table.name, len(servers))
    for server in servers:
        missing = _limits(server)
        if missing:
            how = "ADD" if server.options is None else "SET"
            told = literal(" ".join((*missing, *([server.options] if server.options else []))))
            connection.exec_driver_sql(f"ALTER SERVER {server.name} OPTIONS ({how} options {told})")


def _part(connection: Connection, table: str, count: int) -> None:
    """Put a table of partitions, each on one of the servers behind, in the place of the table; its rows go there."""
    quote = connection.dialect.identifier_preparer.quote
    name, ahead = quote(table), quote(_AHEAD.format(table))
    connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO {ahead}")
    connection.exec_driver_sql(f"CREATE TABLE {name} (LIKE {ahead}) PARTITION BY HASH (scope_id)")
    for place in range(count):
        connection.exec_driver_sql(
            f"CREATE FOREIGN TABLE {quote(f'{table}_{place}')} PARTITION OF {name}"
            f" FOR VALUES WITH (MODULUS {count}, REMAINDER {place})"
            f" SERVER {name_of(place)} OPTIONS (table_name {literal(table)})"
        )
    # A break may come after the servers behind have committed and before the one in front has.
    connection.exec_driver_sql(f"INSERT INTO {name} SELECT * FROM {ahead} ON CONFLICT DO NOTHING")  # noqa: S608 - names
    connection.exec_driver_sql(f"DROP TABLE {ahead}")


def _bring_home(connection: Connection, version: str) -> None:
    """Put empty tables of ``version``, with keys and indexes, in the place of those whose rows live behind.

    The migrations then run in front as on any other server: they need not know that the rows are elsewhere, and do not
    reach them a second time.
    """
    quote = connection.dialect.identifier_preparer.quote
    home, path = connection.exec_driver_sql("SELECT current_schema(), pg_catalog.current_setting('search_path')").one()
    away = _tables(connection, "p")
    connection.exec_driver_sql(f"CREATE SCHEMA {_WORKSHOP}")
    _look_in(connection, _WORKSHOP)
    Upgrade(connection).run(version)
    for name in away & _tables(connection, "r"):
        connection.exec_driver_sql(f"DROP TABLE {quote(home)}.{quote(name)}")
        connection.exec_driver_sql(f"ALTER TABLE {_WORKSHOP}.{quote(name)} SET SCHEMA {quote(home)}")
    _look_in(connection, path)
    connection.exec_driver_sql(f"DROP SCHEMA {_WORKSHOP} CASCADE")


def _look_in(connection: Connection, path: str) -> None:
    connection.exec_driver_sql(f"SELECT set_config('search_path', {literal(path)}, true)")


def _tables(connection: Connection, kind: str) -> set[str]:
    """Return the names of the tables in the current schema: of rows (``r``), or of partitions (``p``)."""
    return set(connection.execute(_TABLES, {"kind": kind}).scalars())


def _limits(server: Behind) -> list[str]:
    """Return what sessions on a server behind must be told so that they wait for nothing without end.

    What URL, role, database or the server itself says goes before it, but for a promise weaker than a commit on disk.
    """
    url = server.url if server.options is None else server.url.update_query_dict({"options": server.options})
    with opened(url) as engine, engine.connect() as connection:
        told = connection.execute(_SETTINGS, {"names": [*LIMITS, "synchronous_commit"]})
        found = {row.name: row for row in told}
    wanted = [f"-c {name}={value}" for name, value in LIMITS.items() if found[name].source == "default"]
    if found["synchronous_commit"].setting not in _DURABLE:
        wanted.append(f"-c synchronous_commit={_DURABLE[0]}")
    return wanted
