"""Whose store this is, and the token that renews the session."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.central import wire
from officer_console.domain.officer import Officer
from officer_console.models import SessionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSession:
    """The officer who signed in last and the refresh token (good once)."""

    officer: Officer
    refresh_token: str

    def __repr__(self) -> str:
        return f"SavedSession(officer={self.officer.id!r})"


class Sessions:
    """The saved session within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> SavedSession | None:
        """Return the saved session; ``None`` before the first sign-in and after ``clear``."""
        row = self._connection.execute(select(SessionRow.officer, SessionRow.refresh_token)).one_or_none()
        if row is None:
            return None
        return SavedSession(officer=wire.decode(row.officer, Officer), refresh_token=row.refresh_token)

    def put(self, session: SavedSession) -> None:
        """Keep the session in place of the one before."""
        values = {"one": 1, "officer": wire.encode(session.officer), "refresh_token": session.refresh_token}
        self._connection.execute(
            insert(SessionRow).values(values).on_conflict_do_update(index_elements=[SessionRow.one], set_=values)
        )

    def clear(self) -> None:
        """Forget the session."""
        self._connection.execute(delete(SessionRow))
