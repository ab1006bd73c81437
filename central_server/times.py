"""Points in time as the database keeps them: RFC 3339, UTC, of fixed width, so that text order is time order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the machine's time, aware UTC."""
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    """Return an aware time as 27 characters: ``2026-11-22T08:15:00.000000Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """Return the aware UTC time of a ``stamp``."""
    return datetime.fromisoformat(text)


class Instant(TypeDecorator[datetime]):
    """A column of aware UTC times, kept as ``stamp`` text on every database."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - signature of SQLAlchemy
        """Return what the column stores."""
        return None if value is None else stamp(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - signature of SQLAlchemy
        """Return what the program reads."""
        return None if value is None else moment(value)
