"""Lays the offices of one central over several PostgreSQL servers by postgres_fdw: one in front, the rows behind it.

Every table of an office begins its key with ``scope_id`` and every transaction touches one office, so an office lives
whole on one server, found by the hash of its ``scope_id``. What belongs to no office (accounts, sign-ins, the training
registry) stays on the server in front. The servers behind keep the keys and the indexes.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, create_engine
from sqlalchemy.engine import URL, make_url

from central_server.migrate import migrate
from central_server.schema import metadata


def spread(front: str, behind: Sequence[str]) -> None:
    """Make ``front`` a central whose offices live on the servers ``behind``; all of them must be empty databases.

    URLs as for ``Database.open``, of PostgreSQL. The servers behind must be reachable from the one in front by what
    their URLs say.

    Raises:
        ValueError: a URL is not PostgreSQL's, or there is none behind.
        sqlalchemy.exc.SQLAlchemyError: a database cannot be reached, or is not empty.
    """
    urls = [make_url(url) for url in (front, *behind)]
    if not behind or any(url.get_backend_name() != "postgresql" for url in urls):
        raise ValueError("postgresql URLs expected: one in front and at least one behind")
    for url in urls:
        engine = create_engine(url, hide_parameters=True)
        try:
            migrate(engine)
        finally:
            engine.dispose()
    engine = create_engine(urls[0], hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgres_fdw")
            for place, url in enumerate(urls[1:]):
                _join(connection, place, url)
            for table in metadata.sorted_tables:
                if of_an_office(table):
                    _part(connection, table, len(behind))
    finally:
        engine.dispose()


def distribute(url: str) -> None:
    """Make an empty database of a Citus coordinator a central whose offices live on Citus' workers.

    Raises:
        ValueError: the URL is not PostgreSQL's.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be reached, or has no Citus.
    """
    if make_url(url).get_backend_name() != "postgresql":
        raise ValueError("a postgresql URL expected")
    engine = create_engine(url, hide_parameters=True)
    try:
        migrate(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS citus")
            together = "none"
            for table in metadata.sorted_tables:
                if of_an_office(table):
                    connection.exec_driver_sql(
                        f"SELECT create_distributed_table({_literal(table.name)}, 'scope_id',"
                        f" colocate_with => {_literal(together)})"
                    )
                    together = table.name
    finally:
        engine.dispose()


def of_an_office(table: Table) -> bool:
    """Whether the rows of a table belong to one office each, and to the server the office lives on."""
    key = list(table.primary_key.columns)
    return (len(key) > 1 and key[0].name == "scope_id") or table.name == "scope"


def _join(connection: Connection, place: int, url: URL) -> None:
    host = url.query.get("host", url.host or "")
    port = url.query.get("port", str(url.port or 5432))
    options = {"host": host, "port": port, "dbname": url.database or ""}
    told = ", ".join(f"{name} {_literal(str(value))}" for name, value in options.items())
    connection.exec_driver_sql(f"CREATE SERVER shard_{place} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({told})")
    who = {"user": url.username or ""} | ({"password": url.password} if url.password else {})
    mapping = ", ".join(f"{name} {_literal(str(value))}" for name, value in who.items())
    connection.exec_driver_sql(f"CREATE USER MAPPING FOR CURRENT_USER SERVER shard_{place} OPTIONS ({mapping})")


def _part(connection: Connection, table: Table, count: int) -> None:
    """Put a table of partitions, each on one of the servers behind, in the place of the table."""
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(
        f"{quote(column.name)} {column.type.compile(connection.dialect)}{'' if column.nullable else ' NOT NULL'}"
        for column in table.columns
    )
    name = quote(table.name)
    connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.exec_driver_sql(f"CREATE TABLE {name} ({columns}) PARTITION BY HASH (scope_id)")
    for place in range(count):
        connection.exec_driver_sql(
            f"CREATE FOREIGN TABLE {quote(f'{table.name}_{place}')} PARTITION OF {name}"
            f" FOR VALUES WITH (MODULUS {count}, REMAINDER {place})"
            f" SERVER shard_{place} OPTIONS (table_name {_literal(table.name)})"
        )


def _literal(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
