"""Alembic migrations of the sealed store, run by ``officer_console.store.migrate`` on a live connection."""

HEAD = "0025"
