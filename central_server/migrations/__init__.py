"""Alembic migrations of central's database, run by ``central_server.migrate`` on a live connection.

A change of ``central_server.schema`` is one more file under ``versions`` and its number here.
"""

HEAD = "0003"
