"""A central over several servers as the first program with ``spread`` left it: the tables of version 0001, with rows.

Written out here as that program did it, so that what is tested does not make what it is tested on.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url

from central_server import feed
from central_server.migrate import Upgrade
from officer_console.domain.dossier import Dossier

FIRST = "0001"


def leave(front: str, behind: Sequence[str], *dossiers: Dossier) -> None:
    """Make empty databases into what that program left, with dossiers in their offices and a letter about each."""
    for url in (front, *behind):
        engine = create_engine(url)
        with engine.begin() as connection:
            Upgrade(connection).run(FIRST)
        engine.dispose()
    engine = create_engine(front)
    with engine.begin() as connection:
        _spread(connection, behind)
    epoch = str(uuid.uuid4())
    with engine.connect().execution_options(epoch=epoch) as connection, connection.begin():
        state = text("INSERT INTO server_state (id, epoch, cursor_secret) VALUES (1, :epoch, :secret)")
        connection.execute(state, {"epoch": epoch, "secret": "5e" * 32})
        for dossier in dossiers:
            feed.ensure_scope(connection, dossier.scope_id, epoch)
            feed.add(connection, dossier.scope_id, [dossier])
            letter = text(
                "INSERT INTO outbox (scope_id, op_id, channel, kind, dossier_id, address, data, state, attempts,"
                " next_at, at) VALUES (:scope_id, :op_id, 'sms', 'refused', :id, '', '{}', 'sent', 1, '', '')"
            )
            values = {"scope_id": dossier.scope_id, "op_id": str(uuid.uuid4()), "id": dossier.id}
            connection.execute(letter, values)
    engine.dispose()


def _spread(connection: Connection, behind: Sequence[str]) -> None:
    connection.exec_driver_sql("CREATE EXTENSION postgres_fdw")
    for place, url in enumerate(make_url(told) for told in behind):
        where = f"host '{url.query['host']}', port '{url.query['port']}', dbname '{url.database}'"
        connection.exec_driver_sql(f"CREATE SERVER shard_{place} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({where})")
        who = f"user '{url.username}'"
        connection.exec_driver_sql(f"CREATE USER MAPPING FOR CURRENT_USER SERVER shard_{place} OPTIONS ({who})")
    found = inspect(connection)
    for name in found.get_table_names():
        if name == "office" or "scope_id" not in {column["name"] for column in found.get_columns(name)}:
            continue
        connection.exec_driver_sql(f"CREATE TABLE laid (LIKE {name}) PARTITION BY HASH (scope_id)")
        connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.exec_driver_sql(f"ALTER TABLE laid RENAME TO {name}")
        for place in range(len(behind)):
            connection.exec_driver_sql(
                f"CREATE FOREIGN TABLE {name}_{place} PARTITION OF {name}"
                f" FOR VALUES WITH (MODULUS {len(behind)}, REMAINDER {place})"
                f" SERVER shard_{place} OPTIONS (table_name '{name}')"
            )
