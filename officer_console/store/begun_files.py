"""Files in the clear that are being written outside the store, under names of their own."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import BegunFileRow


class BegunFiles:
    """What is begun, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, path: str) -> None:
        """A file is about to be there."""
        self._connection.execute(insert(BegunFileRow).values(path=path).on_conflict_do_nothing())

    def remove(self, path: str) -> None:
        """It is not there any more."""
        self._connection.execute(delete(BegunFileRow).where(BegunFileRow.path == path))

    def all(self) -> tuple[str, ...]:
        """Return what may be there."""
        return tuple(self._connection.scalars(select(BegunFileRow.path)))
