"""Letters that were given up: which they are and why, and how an administrator has them tried again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from central_server import feed
from central_server.database import Database
from central_server.letters import letter_id, letter_parts
from central_server.messages.told import tell
from central_server.schema import outbox
from officer_console.domain.message import MessageState

_GIVEN_UP = outbox.c.state == MessageState.FAILED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """One letter that was given up. ``id`` is what to ask for it by; addresses and names are not told here."""

    id: str
    scope_id: str
    dossier_id: str
    kind: str
    attempts: int
    error: str | None
    at: datetime


def undelivered(database: Database) -> Iterator[Undelivered]:
    """Give the letters that were given up, those of longest ago first."""
    with database.read() as connection:
        for row in connection.execute(
            select(outbox).where(_GIVEN_UP).order_by(outbox.c.at, outbox.c.op_id, outbox.c.channel)
        ):
            yield Undelivered(
                id=letter_id(row.op_id, row.channel),
                scope_id=row.scope_id,
                dossier_id=row.dossier_id,
                kind=row.kind,
                attempts=row.attempts,
                error=row.error,
                at=row.at,
            )


def requeue(database: Database, asked: str, now: datetime) -> int:
    """Let letters that were given up be tried again from the first attempt on; returns how many.

    ``asked`` is the id of one letter, or of a decision (``op_id``) for all of its letters. The dossier tells every
    desk that they wait again.
    """
    op_id, channel = letter_parts(asked)
    mine = and_(_GIVEN_UP, outbox.c.op_id == op_id)
    if channel:
        mine = and_(mine, outbox.c.channel == channel)
    with database.read() as connection:
        scopes = connection.execute(select(outbox.c.scope_id).where(mine).distinct()).scalars().all()
    return sum(_requeue_in(database, scope_id, op_id, channel, now) for scope_id in scopes)


def _requeue_in(database: Database, scope_id: str, op_id: str, channel: str, now: datetime) -> int:
    mine = and_(_GIVEN_UP, outbox.c.scope_id == scope_id, outbox.c.op_id == op_id)
    if channel:
        mine = and_(mine, outbox.c.channel == channel)

    def again(connection: Connection) -> int:
        feed.take_turns(connection, scope_id)
        rows = connection.execute(select(outbox).where(mine)).mappings().all()
        values = {"state": MessageState.QUEUED.value, "attempts": 0, "next_at": now, "at": now}
        connection.execute(update(outbox).where(mine).values(values))
        if rows:
            states = dict.fromkeys((row["channel"] for row in rows), MessageState.QUEUED)
            tell(connection, rows[0], states, now, before=MessageState.FAILED)
        return len(rows)

    return database.transact(again)
