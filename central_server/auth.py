"""Sign-in: Argon2id passwords, opaque access tokens, rotating refresh tokens, lock-out."""

from __future__ import annotations

import hashlib
import secrets
import threading
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, delete, insert, select, update

from central_server.database import Database
from central_server.problems import ProblemError
from central_server.schema import login_attempt, officer, session
from central_server.times import Clock
from officer_console.central import wire
from officer_console.domain.officer import Officer, Role

ACCESS_LIFE = timedelta(minutes=15)
REFRESH_LIFE = timedelta(hours=12)
TRIES = 5
LOCK_OUT = timedelta(minutes=15)
# Each check costs 64 MiB; more at a time than this would let anybody at the door fill the memory.
_CHECKS_AT_ONCE = 2


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
        self._hasher = PasswordHasher()
        self._checks = threading.BoundedSemaphore(_CHECKS_AT_ONCE)
        # what an unknown name is checked against, so that it takes as long as a known one
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """Return the Argon2id hash of a password."""
        return self._hasher.hash(password)

    def sign_in(self, credentials: wire.Credentials) -> wire.Grant:
        """Open a session.

        Raises:
            ProblemError: ``invalid-credentials``; ``locked-out`` with its end, from the fifth wrong password on.
        """
        name = credentials.username.strip().casefold()
        key = hashlib.sha256(name.encode()).hexdigest()
        with self._database.write() as connection:
            # The try is counted before the password is looked at: parallel guesses cannot outrun the count.
            locked_until = _count_try(connection, key, self._clock())
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
            return self._grant(connection, _officer(row), str(uuid.uuid4()), credentials.device_id)

    def refresh(self, refresh_token: str) -> wire.Grant:
        """Give the next pair of tokens for a refresh token, which is good once.

        Raises:
            ProblemError: ``token-expired``; a token used before ends every session of its family.
        """
        now = self._clock()
        grant: wire.Grant | None = None
        with self._database.write() as connection:
            row = connection.execute(
                select(session).where(session.c.refresh_sha256 == _digest(refresh_token))
            ).one_or_none()
            if row is not None and row.refresh_used:
                _revoke(connection, row.family)
            elif row is not None and not row.revoked and now < row.refresh_until:
                person = connection.execute(
                    select(officer).where(officer.c.id == row.officer_id, officer.c.active)
                ).one_or_none()
                if person is not None:
                    connection.execute(update(session).where(session.c.id == row.id).values(refresh_used=True))
                    grant = self._grant(connection, _officer(person), row.family, row.device_id)
        if grant is None:
            raise ProblemError("token-expired")
        return grant

    def sign_out(self, caller: Caller) -> None:
        """End every session of the caller's sign-in."""
        with self._database.write() as connection:
            _revoke(connection, caller.family)

    def caller(self, access_token: str) -> Caller:
        """Return who holds the token.

        Raises:
            ProblemError: ``token-expired`` for a token that is unknown, ended or of an officer who has left.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(officer, session.c.family)
                .join_from(session, officer, session.c.officer_id == officer.c.id)
                .where(
                    session.c.access_sha256 == _digest(access_token),
                    session.c.access_until > self._clock(),
                    ~session.c.revoked,
                    officer.c.active,
                )
            ).one_or_none()
        if row is None:
            raise ProblemError("token-expired")
        return Caller(officer=_officer(row), family=row.family)

    def _right(self, stored: str, password: str) -> bool:
        with self._checks:
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

    def _grant(self, connection: Connection, person: Officer, family: str, device_id: str) -> wire.Grant:
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
    row = connection.execute(select(login_attempt).where(login_attempt.c.name_sha256 == key)).one_or_none()
    if row is None:
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
