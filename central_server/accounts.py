"""The citizens' accounts: issued, updated and closed together with the dossier that asks for it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from central_server.schema import account
from officer_console.domain import identifiers
from officer_console.domain.dossier import Dossier, DossierKind
from officer_console.domain.errors import RuleError
from officer_console.domain.person import Declaration

ACTIVE = "active"
CLOSED = "closed"


def phone_of(declaration: Declaration) -> str:
    """Return the declared phone as accounts keep it; as it was typed when it is no phone number."""
    try:
        return identifiers.phone(declaration.phone)
    except RuleError:
        return declaration.phone


def code_of(declaration: Declaration) -> str:
    """Return the declared mã số BHXH as accounts keep it; as it was typed when it is none."""
    try:
        return identifiers.social_code(declaration.social_code)
    except RuleError:
        return declaration.social_code


def own_code(dossier: Dossier) -> str:
    """Return the code under which the person's account stands: before a change, the one the account had then."""
    changes = dossier.kind is DossierKind.CHANGE and dossier.previous is not None
    return code_of(dossier.previous if changes and dossier.previous is not None else dossier.declaration)


def obstacle(connection: Connection, dossier: Dossier) -> tuple[str, str] | None:
    """Return why the accounts forbid to approve the dossier, as code and field; ``None`` when nothing does.

    ``account-missing``: there is no active account to change or stop. ``account-exists``: an active account has the
    declared code already. ``phone-taken``: the declared phone belongs to somebody else's (V07: one phone, one account).
    """
    own, code = own_code(dossier), code_of(dossier.declaration)
    registers = dossier.kind is DossierKind.REGISTER
    if not registers and not _active(connection, account.c.social_code == own):
        return "account-missing", "social_code"
    if dossier.kind is DossierKind.STOP:
        return None
    if (registers or code != own) and _active(connection, account.c.social_code == code):
        return "account-exists", "social_code"
    if _active(connection, account.c.phone == phone_of(dossier.declaration), account.c.social_code != own):
        return "phone-taken", "phone"
    return None


def apply(connection: Connection, dossier: Dossier) -> None:
    """Do to the account what an approved dossier asks for; ``obstacle`` must have found nothing in this transaction.

    The first password comes later, with the message.
    """
    declaration = dossier.declaration
    own, code = own_code(dossier), code_of(declaration)
    mine = and_(account.c.social_code == own, account.c.state == ACTIVE)
    if dossier.kind is DossierKind.STOP:
        connection.execute(update(account).where(mine).values(state=CLOSED))
        return
    # A closed account under the code makes room: for a new one, or for one that comes from the code of before.
    connection.execute(delete(account).where(account.c.social_code == code, account.c.state == CLOSED))
    values = {"social_code": code, "phone": phone_of(declaration), "email": declaration.email}
    if dossier.kind is DossierKind.CHANGE:
        connection.execute(update(account).where(mine).values(values))
    else:
        connection.execute(
            insert(account).values({**values, "state": ACTIVE, "password_hash": None, "must_change": True})
        )


def _active(connection: Connection, *conditions: ColumnElement[bool]) -> bool:
    query = select(account.c.social_code).where(account.c.state == ACTIVE, *conditions)
    return connection.execute(query).first() is not None
