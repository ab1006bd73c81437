"""The citizens' accounts: issued, updated and closed together with the dossier that asks for it."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

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


def phone_taken(connection: Connection, dossier: Dossier) -> bool:
    """Whether the declared phone belongs to another active account (V07: one phone, one account)."""
    if dossier.kind is DossierKind.STOP:
        return False
    declaration = dossier.declaration
    holder = connection.execute(
        select(account.c.social_code).where(
            account.c.phone == phone_of(declaration),
            account.c.state == ACTIVE,
            account.c.social_code != code_of(declaration),
        )
    ).first()
    return holder is not None


def apply(connection: Connection, dossier: Dossier) -> None:
    """Do to the account what an approved dossier asks for. The first password comes later, with the message."""
    declaration = dossier.declaration
    mine = account.c.social_code == code_of(declaration)
    if dossier.kind is DossierKind.STOP:
        connection.execute(update(account).where(mine).values(state=CLOSED))
        return
    values: dict[str, object] = {"phone": phone_of(declaration), "email": declaration.email, "state": ACTIVE}
    if dossier.kind is DossierKind.REGISTER:
        values |= {"password_hash": None, "must_change": True}
    if connection.execute(update(account).where(mine).values(values)).rowcount == 0:
        connection.execute(
            insert(account).values(
                {"social_code": code_of(declaration), "password_hash": None, "must_change": True} | values
            )
        )
