"""Empties the outbox: makes first passwords, sends, and writes down in the dossier how far each message came.

Rows are claimed before they are sent (attempt counted, nobody else may take them for a while): a crash leads to another
try, never to silence, and two workers never send the same letter.
Each channel is emptied by itself, so one that does not answer holds up its own letters only. Letters with one first
password are claimed together, and those of another channel handed over to whoever empties that.
A first password exists only in memory between its hash being stored and the messages being handed over.
"""

from __future__ import annotations

import logging
import queue
import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from argon2 import PasswordHasher
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, select, update

from central_server import feed
from central_server.database import AWAY, Database
from central_server.letters import HELD, channel_of, letter_id, ways
from central_server.messages.channels import Sender, SendError
from central_server.messages.passwords import first_password, password_set, without_password
from central_server.messages.templates import AGAIN, Templates
from central_server.messages.told import Row, tell
from central_server.rounds import place
from central_server.schema import outbox
from central_server.times import Clock
from officer_console.central.wire import WireError
from officer_console.domain.message import Channel, MessageKind, MessageState

_log = logging.getLogger(__name__)

# About a day; what did not go out then is told to the officer and waits for an administrator.
MAX_ATTEMPTS = 30
# Longer than any attempt lasts: until then a letter belongs to the worker that took it.
CLAIM = timedelta(minutes=10)
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(hours=1)
_BATCH = 100
# Letters that wait to be taken over by another channel: few enough to be sent before their claim runs out.
HANDED_AT_MOST = 8
# In the outbox: not to be sent any more, a newer letter says how things are now.
REPLACED = "replaced"
_ERROR_LENGTH = 64
_SECRET_ID_BYTES = 8
_KEY = tuple(column.name for column in outbox.primary_key.columns)


def delay(attempts: int) -> timedelta:
    """Return the longest wait after attempt number ``attempts`` (from 1): 30 s, doubled each time, at most 1 h."""
    return min(_LONGEST_DELAY, _FIRST_DELAY * (1 << min(attempts - 1, 16)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is sent now for one decision by one channel or, with a password, by all: outbox rows, template, password."""

    scope_id: str
    op_id: str
    template: str
    rows: tuple[RowMapping, ...]
    secret: Mapping[str, str]
    until: datetime

    def __repr__(self) -> str:
        """Name the decision only: the rows hold addresses and ``secret`` the password."""
        return f"Claim({self.scope_id}, {self.op_id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one attempt: the state it ended in, ``None`` when it is to be tried again; and why not sent."""

    state: MessageState | None
    error: str | None = None
    after: timedelta = timedelta()


class MessageWorker:
    """Sends what is due. Several may work on one database, and a thread for each channel on one worker."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[Channel, Sender],
        templates: Templates,
        clock: Clock,
        *,
        new_password: Callable[[], str] = first_password,
        max_attempts: int = MAX_ATTEMPTS,
        handed_at_most: int = HANDED_AT_MOST,
        chance: random.Random | None = None,
    ) -> None:
        """``chance`` spreads the tries: a gateway that comes back is not asked by everybody at once."""
        self._database = database
        self._channels = channels
        self._templates = templates
        self._clock = clock
        self._new_password = new_password
        self._max_attempts = max_attempts
        self._hasher = PasswordHasher()
        self._chance = chance or random.SystemRandom()
        self._handed: dict[Channel, queue.Queue[tuple[Claim, RowMapping]]] = {
            channel: queue.Queue(handed_at_most) for channel in Channel
        }

    def run_once(self) -> int:
        """Send every message that is due, one channel after the other; returns as ``run_channel``."""
        channels = sorted(Channel)
        return sum(map(self.run_channel, channels)) + sum(map(self._take_over, channels))

    def run_channel(self, channel: Channel) -> int:
        """Send every message of a channel that is due, at most a hundred, and those handed over to it.

        Returns how many came to an end (sent or failed). A decision whose rows cannot be worked on has used up a try;
        the others go out all the same.

        Raises:
            sqlalchemy.exc.OperationalError, sqlalchemy.exc.TimeoutError: the database is busy or gone.
        """
        ended = self._take_over(channel)
        with self._database.read() as connection:
            due = connection.execute(
                select(outbox.c.scope_id, outbox.c.op_id)
                .where(
                    outbox.c.channel.in_(ways(channel)),
                    outbox.c.state == MessageState.QUEUED.value,
                    outbox.c.next_at <= self._clock(),
                )
                .order_by(outbox.c.next_at, outbox.c.op_id)
                .limit(_BATCH)
            ).all()
        for scope_id, op_id in dict.fromkeys((row[0], row[1]) for row in due):
            ended += self._try(scope_id, op_id, channel, partial(self._run, scope_id, op_id, channel))
            ended += self._take_over(channel)
        return ended

    def _try(self, scope_id: str, op_id: str, channel: Channel, work: Callable[[], int]) -> int:
        try:
            return work()
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - one bad row must not keep everybody else's letters back
            _log.error("message %s broke down: %s", op_id, place(error))
            return self._put_off(scope_id, op_id, channel)

    def _run(self, scope_id: str, op_id: str, channel: Channel) -> int:
        claim = self._claim(scope_id, op_id, channel)
        if claim is None:
            return 0
        own = [row for row in claim.rows if channel_of(row["channel"]) is channel]
        for row in claim.rows:
            if row not in own:
                # Only as many at a time as there is room for; one that finds none waits until its claim runs out.
                with suppress(queue.Full):
                    self._handed[channel_of(row["channel"])].put_nowait((claim, row))
        return self._deliver(claim, own)

    def _take_over(self, channel: Channel) -> int:
        """Send the letters of a channel that another one has claimed; returns how many came to an end.

        One that has waited for half of its claim is left to the try after that: it must not run out on the way.
        """
        ended = 0
        while True:
            try:
                claim, row = self._handed[channel].get_nowait()
            except queue.Empty:
                return ended
            if self._clock() < claim.until - CLAIM / 2:
                ended += self._try(claim.scope_id, claim.op_id, channel, partial(self._deliver, claim, [row]))

    def _deliver(self, claim: Claim, rows: Sequence[RowMapping]) -> int:
        results = {row["channel"]: self._send(claim, row) for row in rows}
        return self._database.transact(lambda connection: self._settle(connection, rows, results))

    def _claim(self, scope_id: str, op_id: str, channel: Channel) -> Claim | None:
        """Count the attempt and, for a first password, make it and store its hash; ``None`` when nothing is due.

        A letter without a password is claimed for its channel alone; one with a password for all channels that have
        room for what is handed over.
        """
        now = self._clock()
        with self._database.read() as connection:
            rows = _rows(connection, scope_id, op_id)
        needs_password = any(row["kind"] == MessageKind.ACCOUNT_ISSUED.value for row in rows) and not _sent(rows)
        password = self._new_password() if needs_password else ""
        # Hashing takes a while: outside of the transaction, so that decisions need not wait for it.
        password_hash = self._hasher.hash(password) if needs_password else ""
        with self._database.write() as connection:
            known = [row for row in rows if needs_password or channel_of(row["channel"]) is channel]
            rows = _rows(connection, scope_id, op_id, [row["channel"] for row in known])
            if len(rows) < len(known):
                return None
            queued = tuple(
                row for row in rows if row["state"] == MessageState.QUEUED.value and self._goes(row, channel)
            )
            due = (row["next_at"] <= now for row in queued if channel_of(row["channel"]) is channel)
            if not any(due) or (needs_password and _sent(rows)):
                return None
            template = queued[0]["kind"]
            if template == MessageKind.ACCOUNT_ISSUED.value:
                if needs_password and not password_set(connection, queued[0]["data"]["social_code"], password_hash):
                    template, password = without_password(connection, queued[0]["data"]["social_code"]), ""
                elif not needs_password:
                    template = AGAIN
            for row in queued:
                values = {"attempts": row["attempts"] + 1, "next_at": now + CLAIM}
                connection.execute(update(outbox).where(_is(row)).values(values))
        return Claim(
            scope_id=scope_id,
            op_id=op_id,
            template=template,
            rows=queued,
            secret={"password": password} if password else {},
            until=now + CLAIM,
        )

    def _send(self, claim: Claim, row: RowMapping) -> Result:
        """Send one message."""
        channel, attempt = channel_of(row["channel"]), row["attempts"] + 1
        sender = self._channels.get(channel)
        if sender is None or not claim.template:
            why = "no-channel" if sender is None else "no-account"
            _log.error("message %s %s cannot be sent: %s", claim.op_id, channel, why)
            return Result(state=MessageState.FAILED, error=why)
        last = attempt >= self._max_attempts
        # the same letter has the same id, so that whoever got it already drops the repeat; every password is a letter
        # of its own, also when a restore or an administrator has the attempts counted from the first again
        message_id = letter_id(claim.op_id, row["channel"])
        if claim.secret:
            message_id += f".{secrets.token_hex(_SECRET_ID_BYTES)}"
        try:
            text = self._templates.text(claim.template, channel, {**row["data"], **claim.secret})
            sender.send(row["address"], text, message_id)
        except SendError as error:
            _log.warning("message %s %s attempt %d: %s", claim.op_id, channel, attempt, error.code)
            failed = MessageState.FAILED if error.permanent or last else None
            return Result(state=failed, error=error.code, after=error.after)
        except Exception as error:  # noqa: BLE001 - a library's slip over one address must not end the other channel
            _log.error("message %s %s attempt %d: %s", claim.op_id, channel, attempt, place(error))
            return Result(state=MessageState.FAILED if last else None, error=type(error).__name__)
        return Result(state=MessageState.SENT)

    def _goes(self, row: RowMapping, channel: Channel) -> bool:
        """Whether a row is the channel's own, or there is room to hand it over."""
        by = channel_of(row["channel"])
        return by is channel or not self._handed[by].full()

    def _put_off(self, scope_id: str, op_id: str, channel: Channel) -> int:
        """Count the try that broke down unless it was counted; returns how many rows failed with it."""
        now = self._clock()
        # not ``data``: what cannot be read may be what broke
        columns = select(
            *(outbox.c[name] for name in _KEY), outbox.c.kind, outbox.c.dossier_id, outbox.c.attempts, outbox.c.next_at
        )
        mine = columns.where(
            outbox.c.scope_id == scope_id, outbox.c.op_id == op_id, outbox.c.channel.in_(ways(channel))
        )
        with self._database.write() as connection:
            rows = connection.execute(mine.where(outbox.c.state == MessageState.QUEUED.value)).mappings().all()
            failed = {}
            for row in rows:
                attempts = row["attempts"] + (row["next_at"] <= now)
                values: dict[str, object] = {"attempts": attempts, "next_at": now + self._pause(attempts)}
                if attempts >= self._max_attempts:
                    failed[row["channel"]] = MessageState.FAILED
                    values |= {"state": MessageState.FAILED.value, "at": now, "error": "broken"}
                connection.execute(update(outbox).where(_is(row)).values(values))
        if failed:
            try:
                self._database.transact(lambda connection: tell(connection, rows[0], failed, now))
            except (WireError, ValueError, feed.OvertakenError) as error:
                _log.error("message %s: its dossier cannot tell that it failed: %s", op_id, place(error))
        return len(failed)

    def _settle(self, connection: Connection, rows: Sequence[Row], results: Mapping[str, Result]) -> int:
        """Write down what became of the attempts; returns how many messages came to an end."""
        feed.take_turns(connection, *sorted({row["scope_id"] for row in rows}))
        now, rows = self._clock(), _followed(connection, rows)
        ended = {}
        for row in rows:
            result, attempts = results[row["channel"]], row["attempts"] + 1
            values: dict[str, object] = {"error": result.error and result.error[:_ERROR_LENGTH]}
            if result.state is None:
                values["next_at"] = now + max(self._pause(attempts), result.after)
            else:
                values |= {"state": result.state.value, "at": now}
            # unless the claim ran out and somebody else has taken the letter since; a letter that was replaced while
            # it was being handed over has been sent all the same
            states = [MessageState.QUEUED.value, *([REPLACED] if result.state is MessageState.SENT else [])]
            mine = and_(_is(row), outbox.c.state.in_(states), outbox.c.attempts == attempts)
            if connection.execute(update(outbox).where(mine).values(values)).rowcount and result.state is not None:
                ended[row["channel"]] = result.state
        if ended:
            tell(connection, rows[0], ended, now)
        return len(ended)

    def _pause(self, attempts: int) -> timedelta:
        return delay(attempts) * self._chance.uniform(0.5, 1)


def _rows(
    connection: Connection, scope_id: str, op_id: str, locked: Sequence[str] | None = None
) -> Sequence[RowMapping]:
    """Return the rows of a decision, or lock those of the ways ``locked`` that nobody else holds and return them.

    SQLite has one writer and no locks.
    """
    mine = select(outbox).where(outbox.c.scope_id == scope_id, outbox.c.op_id == op_id).order_by(outbox.c.channel)
    if locked is not None:
        mine = mine.where(outbox.c.channel.in_(locked)).with_for_update(skip_locked=True)
    return connection.execute(mine).mappings().all()


def _followed(connection: Connection, rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows as they are where their dossier is: it may have gone to another office while they were sent."""
    if connection.execute(select(outbox.c.op_id).where(_is(rows[0]), outbox.c.state != HELD)).first() is not None:
        return rows
    queued = outbox.c.state == MessageState.QUEUED.value
    moved = select(outbox.c.scope_id).where(queued, outbox.c.op_id == rows[0]["op_id"])
    scope_id = connection.execute(moved).scalars().first()
    return rows if scope_id is None else [{**row, "scope_id": scope_id} for row in rows]


def _sent(rows: Sequence[RowMapping]) -> bool:
    return any(row["state"] == MessageState.SENT.value for row in rows)


def _is(row: Row) -> ColumnElement[bool]:
    return and_(*(outbox.c[name] == row[name] for name in _KEY))
