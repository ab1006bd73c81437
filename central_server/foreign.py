"""The servers behind as PostgreSQL in front is told of them: where they are, and as whom it comes to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url

from central_server.database import LIMITS
from central_server.migrate import take_turn

# Nobody waits longer for an operator's work than the operator.
_NO_LIMITS = "".join(f"SET LOCAL {name} = 0; " for name in LIMITS)
# What says where a server is: none of it may be left over from where it was.
_WHERE = frozenset({"host", "hostaddr", "port", "dbname", "service"})
_SERVER_OPTIONS = text("SELECT srvoptions FROM pg_foreign_server WHERE srvname = :name")
_MAPPING_OPTIONS = text("SELECT umoptions FROM pg_user_mappings WHERE srvname = :name AND usename = CURRENT_USER")


class SpreadError(ValueError):
    """The databases cannot be one central over several servers.

    ``code``: ``postgresql-expected``, ``nothing-behind``, ``already-spread``, ``not-spread`` (so there is nothing to
    upgrade or to adopt), ``not-empty`` (a database behind has an office's rows already), ``behind-expected`` (the URL
    of every server behind is needed), ``in-use`` (a central is at work on a server behind), ``wrong-order`` (a server
    behind has offices that live on another one); ``server`` is its place, from 0.
    """

    def __init__(self, code: str, server: int | None = None) -> None:
        super().__init__(code if server is None else f"{code}: behind, number {server + 1}")
        self.code, self.server = code, server


def postgresql(url: str) -> URL:
    """Return the URL of a PostgreSQL database.

    Raises:
        SpreadError: ``postgresql-expected``.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise SpreadError("postgresql-expected")
    return parsed


@contextmanager
def opened(url: URL) -> Iterator[Engine]:
    """Give the database for an operator's work."""
    engine = create_engine(url, hide_parameters=True)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def work(engine: Engine) -> Iterator[Connection]:
    """Give one transaction without time limits, while nobody else changes the tables."""
    with engine.begin() as connection:
        connection.exec_driver_sql(_NO_LIMITS)
        take_turn(connection)
        yield connection


def name_of(place: int) -> str:
    """Return the name of a server behind."""
    return f"shard_{place}"


def join(connection: Connection, place: int, url: URL) -> None:
    """Tell the front of a server behind, as the user of this connection."""
    connection.exec_driver_sql(
        f"CREATE SERVER {name_of(place)} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({_options(_where(url))})"
    )
    who = _options({"user": url.username, "password": url.password})
    connection.exec_driver_sql(f"CREATE USER MAPPING FOR CURRENT_USER SERVER {name_of(place)} OPTIONS ({who})")


def point(connection: Connection, place: int, url: URL) -> None:
    """Tell the front that a server behind is somewhere else; what else was said of it stays."""
    name = name_of(place)
    had = _names(connection.execute(_SERVER_OPTIONS, {"name": name}).scalar_one())
    connection.exec_driver_sql(f"ALTER SERVER {name} OPTIONS ({_changed(had, _where(url), _WHERE)})")
    connection.exec_driver_sql(f"CREATE USER MAPPING IF NOT EXISTS FOR CURRENT_USER SERVER {name}")
    had = _names(connection.execute(_MAPPING_OPTIONS, {"name": name}).scalar_one())
    who = _changed(had, {"user": url.username, "password": url.password}, frozenset({"user", "password"}))
    if who:
        connection.exec_driver_sql(f"ALTER USER MAPPING FOR CURRENT_USER SERVER {name} OPTIONS ({who})")


def literal(words: str) -> str:
    """Return an SQL literal; the driver takes a lone per cent sign for a value's place."""
    escaped = words.replace("'", "''").replace("%", "%%")
    return f"'{escaped}'"


def _where(url: URL) -> dict[str, str | None]:
    where = {"host": url.host, "port": str(url.port or 5432), "dbname": url.database}
    return where | {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}


def _options(given: Mapping[str, str | None]) -> str:
    return ", ".join(f"{name} {literal(value)}" for name, value in given.items() if value)


def _names(options: list[str] | None) -> frozenset[str]:
    return frozenset(option.split("=", 1)[0] for option in options or ())


def _changed(had: frozenset[str], given: Mapping[str, str | None], ours: frozenset[str]) -> str:
    wanted = {name: value for name, value in given.items() if value}
    dropped = [f"DROP {name}" for name in sorted((had & ours) - wanted.keys())]
    told = [f"{'SET' if name in had else 'ADD'} {name} {literal(value)}" for name, value in wanted.items()]
    return ", ".join(dropped + told)
