"""What a PostgreSQL database in front knows of the servers behind it: where they are and which version they have."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError, ProgrammingError

# The version table of each server behind as the one in front sees it, with the server's place.
VERSION_TABLE = "alembic_version_{}"
_SERVERS = text(
    "SELECT s.srvname, COALESCE(s.srvoptions, '{}') || COALESCE(m.umoptions, '{}') AS options"
    " FROM pg_foreign_server s LEFT JOIN pg_user_mappings m ON m.srvid = s.oid AND m.usename = CURRENT_USER"
    " WHERE s.srvname ~ '^shard_[0-9]+$' ORDER BY CAST(substr(s.srvname, 7) AS INTEGER)"
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A server behind; ``options`` is what its sessions begin with, as libpq takes it."""

    name: str
    url: URL
    options: str | None


def behind(connection: Connection) -> tuple[Behind, ...]:
    """Return the servers that the database is in front of, in their order; none when it stands alone."""
    return tuple(
        _found(row.srvname, dict(option.split("=", 1) for option in row.options))
        for row in connection.execute(_SERVERS)
    )


def versions(engine: Engine, names: tuple[str, ...]) -> Mapping[str, str | None]:
    """Return the version of the tables on each server behind that answers; ``None`` where none is known.

    One that is away is left out, with a line in the log: its offices stand still, the others do not.
    """
    found: dict[str, str | None] = {}
    with engine.connect() as connection:
        for place, name in enumerate(names):
            try:
                with connection.begin():
                    query = f"SELECT version_num FROM {VERSION_TABLE.format(place)}"  # noqa: S608 - a number
                    found[name] = connection.exec_driver_sql(query).scalar_one_or_none()
            except OperationalError:
                _log.warning("%s does not answer: its version is not known", name)
            except ProgrammingError:
                found[name] = None
    return found


def _found(name: str, options: dict[str, str]) -> Behind:
    user, password = options.pop("user", None), options.pop("password", None)
    database, told = options.pop("dbname", None), options.pop("options", None)
    url = URL.create("postgresql+psycopg", username=user, password=password, database=database, query=options)
    return Behind(name=name, url=url, options=told)
