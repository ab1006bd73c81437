"""First passwords: drawn here, known to the account by their hash and to nobody but the letter."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, and_, select, update

from central_server.accounts import ACTIVE
from central_server.messages.templates import AGAIN
from central_server.schema import account

# No I l 1 O 0 o i L: a first password is read from a small screen and typed once.
PASSWORD_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - letters to draw from
PASSWORD_LENGTH = 10


def first_password() -> str:
    """Return a random first password."""
    return "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(PASSWORD_LENGTH))


def without_password(connection: Connection, social_code: str) -> str:
    """Return the letter to an account whose first password is not to be made: the citizen has his own already.

    An attempt that looked failed had reached him. No letter when there is no active account.
    """
    active = and_(account.c.social_code == social_code, account.c.state == ACTIVE)
    return "" if connection.execute(select(account.c.state).where(active)).first() is None else AGAIN


def password_set(connection: Connection, social_code: str, password_hash: str) -> bool:
    """Store a first password's hash unless the citizen has chosen a password himself."""
    changed = connection.execute(
        update(account)
        .where(account.c.social_code == social_code, account.c.state == ACTIVE, account.c.must_change)
        .values(password_hash=password_hash, must_change=True)
    )
    return changed.rowcount == 1
