"""The citizens' accounts: issued, updated and closed together with the dossier that asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from central_server import statements
from central_server.trips import Step, run
from officer_console.domain import identifiers
from officer_console.domain.dossier import Dossier, DossierKind
from officer_console.domain.errors import RuleError
from officer_console.domain.person import Declaration

ACTIVE = "active"
CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """How the citizen who has an account is reached."""

    phone: str
    email: str | None


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
    What the same dossier has done to an account is no obstacle: where the offices live on servers behind, one of them
    may have been put back without the account in front.
    """
    own, code, phone = own_code(dossier), code_of(dossier.declaration), phone_of(dossier.declaration)
    (found,) = run(connection, Step(statements.ACCOUNTS_NEAR, {"own": own, "code": code, "phone": phone}))
    done = {row.social_code for row in found.rows if row.dossier_id == dossier.id}
    active = {row.social_code: row.phone for row in found.rows if row.state == ACTIVE}
    registers = dossier.kind is DossierKind.REGISTER
    stops = dossier.kind is DossierKind.STOP
    if not registers and own not in active and (own if stops else code) not in done:
        return "account-missing", "social_code"
    if stops:
        return None
    if (registers or code != own) and code in active and code not in done:
        return "account-exists", "social_code"
    if any(taken == phone for other, taken in active.items() if other != own and other not in done):
        return "phone-taken", "phone"
    return None


def holder(connection: Connection, dossier: Dossier) -> Holder | None:
    """Return how the account that the dossier changes or stops was reached until now; ``None`` for a registration."""
    if dossier.kind is DossierKind.REGISTER:
        return None
    (found,) = run(connection, Step(statements.ACCOUNT_HOLDER, {"own": own_code(dossier)}))
    return None if found.row is None else Holder(phone=found.row.phone, email=found.row.email)


def steps(dossier: Dossier) -> tuple[Step, ...]:
    """Return what an approved dossier does to the account; ``obstacle`` must have found nothing in this transaction.

    The first password comes later, with the message.
    """
    declaration = dossier.declaration
    own, code = own_code(dossier), code_of(declaration)
    if dossier.kind is DossierKind.STOP:
        return (Step(statements.ACCOUNT_CLOSE, {"own": own, "dossier_id": dossier.id}, one=True),)
    values = {"code": code, "phone": phone_of(declaration), "email": declaration.email, "dossier_id": dossier.id}
    if dossier.kind is DossierKind.REGISTER:
        return (Step(statements.ACCOUNT_OPEN, {**values, "must_change": True}, one=True),)
    # a closed account under the new code makes room for the one that comes from the code of before
    make_room = Step(statements.ACCOUNT_MAKE_ROOM, {"code": code})
    return make_room, Step(statements.ACCOUNT_CHANGE, {**values, "own": own}, one=True)
