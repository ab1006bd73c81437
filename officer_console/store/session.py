"""Whose store this is, and the token that renews the session."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from officer_console.central import wire
from officer_console.domain.officer import Officer
from officer_console.models import SessionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSession:
    """The officer who signed in last and the refresh token (good once; empty when there is none).

    ``ended``: he has signed out since; the token is only for telling central.
    """

    officer: Officer
    refresh_token: str
    ended: bool = False

    def __repr__(self) -> str:
        return f"SavedSession(officer={self.officer.id!r})"


class Sessions:
    """The saved session within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> SavedSession | None:
        """Return the saved session; ``None`` before the first sign-in."""
        columns = (SessionRow.officer, SessionRow.refresh_token, SessionRow.ended)
        row = self._connection.execute(select(*columns)).one_or_none()
        if row is None:
            return None
        officer = wire.decode(row.officer, Officer)
        return SavedSession(officer=officer, refresh_token=row.refresh_token, ended=bool(row.ended))

    def put(self, session: SavedSession) -> None:
        """Keep the session in place of the one before."""
        values = {
            "one": 1,
            "officer": wire.encode(session.officer),
            "refresh_token": session.refresh_token,
            "ended": int(session.ended),
        }
        self._connection.execute(
            insert(SessionRow).values(values).on_conflict_do_update(index_elements=[SessionRow.one], set_=values)
        )

    def renew(self, refresh_token: str) -> None:
        """Keep the next token of the session; one that has been ended stays ended."""
        self._connection.execute(update(SessionRow).values(refresh_token=refresh_token))

    def end(self) -> None:
        """Mark the session as ended: its token resumes nothing any more."""
        self._connection.execute(update(SessionRow).values(ended=1))

    def forget(self, refresh_token: str) -> None:
        """Forget this token. Whose store it is stays known: the password still opens it without network."""
        kept = SessionRow.refresh_token == refresh_token
        self._connection.execute(update(SessionRow).where(kept).values(refresh_token=""))
