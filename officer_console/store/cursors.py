"""How far the feed of each scope has been applied, and when the store was last in step."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import CursorRow, LastSyncRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPosition:
    """A place in a scope's feed. ``cursor`` is central's own and opaque.

    ``epoch`` tells one life of central from the next.
    """

    scope: str
    cursor: str
    epoch: str
    seq: int

    @property
    def at_beginning(self) -> bool:
        """Whether the feed has to be read from its beginning; of a scope's place: it was taken from the officer."""
        return not self.cursor


class Cursors:
    """The cursors within one transaction: set them in the one that applies the rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, scope: str) -> FeedPosition | None:
        """Return how far ``scope`` is read; ``None`` before its first page."""
        row = self._connection.execute(
            select(CursorRow.cursor, CursorRow.epoch, CursorRow.seq).where(CursorRow.scope == scope)
        ).one_or_none()
        return None if row is None else FeedPosition(scope=scope, cursor=row.cursor, epoch=row.epoch, seq=row.seq)

    def epochs(self) -> dict[str, str]:
        """Return the epoch of central each scope was read in."""
        rows = self._connection.execute(select(CursorRow.scope, CursorRow.epoch))
        return {row.scope: row.epoch for row in rows}

    def forget(self, scope: str) -> None:
        """Forget the scope's place: it is read from its beginning if it ever is again."""
        self._connection.execute(delete(CursorRow).where(CursorRow.scope == scope))

    def last_sync(self) -> datetime | None:
        """Return when the store was last in step with central, by central's clock; ``None`` before the first time."""
        return self._connection.scalar(select(LastSyncRow.at))

    def note_sync(self, at: datetime) -> None:
        """Remember that the store was in step at ``at`` (central's time, aware UTC)."""
        statement = insert(LastSyncRow).values(one=1, at=at)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[LastSyncRow.one], set_={"at": statement.excluded.at})
        )

    def set(self, position: FeedPosition) -> None:
        """Remember how far the scope is read."""
        values = asdict(position)
        self._connection.execute(
            insert(CursorRow).values(values).on_conflict_do_update(index_elements=[CursorRow.scope], set_=values)
        )
