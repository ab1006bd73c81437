"""Sign-in: Argon2id passwords, opaque access tokens, rotating refresh tokens, lock-out."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import DBAPIError

from central_server import statements
from central_server.database import Database
from central_server.first_uses import FirstUses
from central_server.problems import ProblemError
from central_server.schema import login_attempt, officer, session
from central_server.times import Clock, stamp
from central_server.trips import Step, run
from officer_console.central import wire
from officer_console.domain.officer import Officer, Role

ACCESS_LIFE = timedelta(minutes=15)
REFRESH_LIFE = timedelta(hours=12)
TRIES = 5
LOCK_OUT = timedelta(minutes=15)
# How many names may have wrong passwords counted; beyond that the one tried longest ago is forgotten.
COUNTED_NAMES = 10_000
# For so long a refresh token may be sent once more whose answer got lost on the way.
LOST_ANSWER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who makes a request: the officer and the sign-in (token family) it belongs to."""

    officer: Officer
    family: str


class SignIn:
    """Opens, renews and ends sessions."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._first_uses = FirstUses(database)
        self._hasher = PasswordHasher()
        # what an unknown name is checked against, so that it takes as long as a known one
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """Return the Argon2id hash of a password."""
        return self._hasher.hash(password)

    def sign_in(self, credentials: wire.Credentials) -> wire.Grant:
        """Open a session. Those the officer had on the same device end: what held their tokens may be gone.

        Raises:
            ProblemError: ``invalid-credentials``; ``locked-out`` with its end, from the fifth wrong password on.
        """
        name = credentials.username.strip().casefold()
        key = hashlib.sha256(name.encode()).hexdigest()
        # The try is counted before the password is looked at: parallel guesses cannot outrun the count.
        locked_until = self._database.transact(lambda connection: _count_try(connection, key, self._clock()))
        if locked_until is not None:
            raise ProblemError("locked-out", until=locked_until)
        with self._database.read() as connection:
            row = connection.execute(select(officer).where(officer.c.username == name)).one_or_none()
        known = row is not None and row.active
        right = self._right(row.password_hash if row is not None else self._nobody, credentials.password)
        if row is None or not (known and right):
            self._refuse(key)
        with self._database.write() as connection:
            connection.execute(delete(login_attempt).where(login_attempt.c.name_sha256 == key))
            here = and_(session.c.officer_id == row.id, session.c.device_id == credentials.device_id)
            live = and_(~session.c.revoked, session.c.refresh_until > self._clock())
            connection.execute(update(session).where(here, live).values(revoked=True))
            return self._grant(connection, _officer(row), str(uuid.uuid4()), credentials.device_id)

    def refresh(self, refresh_token: str) -> wire.Grant:
        """Give the next pair of tokens for a refresh token, which is good once.

        Within a minute it may be sent a second time when the tokens it was exchanged for were never used: their answer
        was lost. Those tokens end then.

        Raises:
            ProblemError: ``token-expired``; any other repeat ends every session of its family.
        """
        now = self._clock()
        grant: wire.Grant | None = None
        with self._database.write() as connection:
            row = connection.execute(
                select(session).where(session.c.refresh_sha256 == _digest(refresh_token)).with_for_update()
            ).one_or_none()
            if row is not None and (row.revoked or (row.refresh_used and not self._answer_lost(connection, row, now))):
                _revoke(connection, row.family)
            elif row is not None and now < row.refresh_until:
                person = connection.execute(
                    select(officer).where(officer.c.id == row.officer_id, officer.c.active)
                ).one_or_none()
                if person is not None:
                    spent = {"refresh_used": True, "used_at": now, "repeated": bool(row.refresh_used)}
                    connection.execute(update(session).where(session.c.id == row.id).values(spent))
                    grant = self._grant(connection, _officer(person), row.family, row.device_id, after=row.id)
        if grant is None:
            raise ProblemError("token-expired")
        return grant

    def sign_out(self, token: str) -> None:
        """End every session of the sign-in that an access or a refresh token came from.

        A token that was exchanged, has run out or was ended will do, too: it can end what it came from and nothing
        else, and whoever signs out has often no other.

        Raises:
            ProblemError: ``token-expired`` for a token that is unknown; there is nothing left to end.
        """
        digest = _digest(token)
        either = or_(session.c.access_sha256 == digest, session.c.refresh_sha256 == digest)
        with self._database.write() as connection:
            # Held: an exchange of this token that is under way comes first, and what it gives is ended with the rest.
            held = select(session.c.family).where(either).with_for_update()
            family = connection.execute(held).scalar_one_or_none()
            if family is not None:
                _revoke(connection, family)
        if family is None:
            raise ProblemError("token-expired")

    def caller(self, access_token: str) -> Caller:
        """Return who holds the token.

        Raises:
            ProblemError: ``token-expired`` for a token that is unknown, ended or of an officer who has left.
        """
        values: dict[str, object] = {"access_sha256": _digest(access_token), "now": stamp(self._clock())}
        row = self._found(values)
        if row is None:
            raise ProblemError("token-expired")
        if not row.access_used:
            self._first_uses.note(row.session_id)
        person = Officer(
            id=row.id,
            username=row.username,
            full_name=row.full_name,
            role=Role(row.role),
            scopes=wire.decode(row.scopes, tuple[str, ...]),
        )
        return Caller(officer=person, family=row.family)

    def _found(self, values: dict[str, object]) -> Any:  # noqa: ANN401 - its columns are the statement's
        """Return the row of a token, ``None`` when there is none.

        Every request begins here: one that meets a connection of before the database's last restart looks again on a
        new one, so that a restart is over for the desks as soon as it is over.
        """
        for last in (False, True):
            try:
                with self._database.look() as connection:
                    return run(connection, Step(statements.CALLER, values))[0].row
            except DBAPIError as error:
                if last or not error.connection_invalidated:
                    raise
        raise AssertionError("unreachable: the loop returns or raises")

    def _answer_lost(self, connection: Connection, spent: Row[Any], now: datetime) -> bool:
        """Whether a spent token may be repeated: once, soon, and its successor unused. Ends the successor then."""
        if spent.repeated or spent.revoked or spent.used_at is None or now - spent.used_at > LOST_ANSWER:
            return False
        unused = and_(
            ~session.c.refresh_used, ~session.c.access_used, session.c.id.not_in(self._first_uses.unwritten())
        )
        next_one = and_(session.c.after == spent.id, unused)
        ended = connection.execute(update(session).where(next_one).values(revoked=True))
        return ended.rowcount == 1

    def close(self) -> None:
        """Write down what is left to be written."""
        self._first_uses.close()

    def _right(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def _refuse(self, key: str) -> NoReturn:
        with self._database.read() as connection:
            until = connection.execute(
                select(login_attempt.c.locked_until).where(login_attempt.c.name_sha256 == key)
            ).scalar_one_or_none()
        if until is not None:
            raise ProblemError("locked-out", until=until)
        raise ProblemError("invalid-credentials")

    def _grant(
        self, connection: Connection, person: Officer, family: str, device_id: str, *, after: str | None = None
    ) -> wire.Grant:
        now = self._clock()
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        connection.execute(delete(session).where(session.c.refresh_until <= now))
        connection.execute(
            insert(session).values(
                id=str(uuid.uuid4()),
                family=family,
                officer_id=person.id,
                device_id=device_id,
                access_sha256=_digest(access),
                access_until=now + ACCESS_LIFE,
                refresh_sha256=_digest(refresh),
                refresh_until=now + REFRESH_LIFE,
                refresh_used=False,
                access_used=False,
                after=after,
                repeated=False,
                revoked=False,
            )
        )
        return wire.Grant(
            access_token=access,
            expires_in=int(ACCESS_LIFE.total_seconds()),
            refresh_token=refresh,
            officer=person,
        )


def forget_old_tries(connection: Connection, now: datetime) -> None:
    """Drop counts of wrong passwords that no longer matter."""
    connection.execute(delete(login_attempt).where(login_attempt.c.last_at <= now - LOCK_OUT))


def _count_try(connection: Connection, key: str, now: datetime) -> datetime | None:
    """Count one try; return the end of the lock-out when the name was locked already."""
    counted = select(login_attempt).where(login_attempt.c.name_sha256 == key).with_for_update()
    row = connection.execute(counted).one_or_none()
    if row is None:
        _make_room(connection)
        connection.execute(insert(login_attempt).values(name_sha256=key, tries=1, last_at=now, locked_until=None))
        return None
    if row.locked_until is not None and now < row.locked_until:
        locked_until: datetime = row.locked_until
        return locked_until
    stale = row.locked_until is not None or now - row.last_at >= LOCK_OUT
    tries = 1 if stale else row.tries + 1
    connection.execute(
        update(login_attempt)
        .where(login_attempt.c.name_sha256 == key)
        .values(tries=tries, last_at=now, locked_until=now + LOCK_OUT if tries >= TRIES else None)
    )
    return None


def _make_room(connection: Connection) -> None:
    """Forget the count of the name tried longest ago, a name that is not locked first, when there are too many."""
    if connection.execute(select(func.count()).select_from(login_attempt)).scalar_one() < COUNTED_NAMES:
        return
    unlocked_first = (login_attempt.c.locked_until.is_not(None), login_attempt.c.last_at)
    oldest = connection.execute(select(login_attempt.c.name_sha256).order_by(*unlocked_first).limit(1)).scalar_one()
    connection.execute(delete(login_attempt).where(login_attempt.c.name_sha256 == oldest))


def _revoke(connection: Connection, family: str) -> None:
    connection.execute(update(session).where(session.c.family == family).values(revoked=True))


def _officer(row: Row[Any]) -> Officer:
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Officer(
        id=fields["id"],
        username=fields["username"],
        full_name=fields["full_name"],
        role=Role(fields["role"]),
        scopes=tuple(fields["scopes"]),
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
