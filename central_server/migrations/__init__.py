"""Alembic migrations of central's database, run by ``central_server.migrate`` on a live connection.

A change of ``central_server.schema`` is one more file under ``versions`` and its number here. Over several servers a
migration runs on each by itself (``central_server.shards``): in front the tables of an office have no rows then, behind
those of no office have none, so that none may read the one to write the other.
"""

HEAD = "0006"
