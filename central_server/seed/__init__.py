"""Plants training data into an empty central: officers, people, dossiers with pictures, accounts, registry.

The same seed and the same Vietnamese date give the same documents and pictures, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from argon2 import PasswordHasher
from sqlalchemy import Connection, insert, select

from central_server import feed
from central_server.accounts import ACTIVE, CLOSED
from central_server.blobs import BlobStore
from central_server.database import Database
from central_server.schema import account, blob, lease, office, officer, registry_outage, registry_person, scope
from central_server.seed.accounts import OFFICERS, TRAINING_PASSWORD
from central_server.seed.drafts import Draft, draft, has_account
from central_server.seed.people import person
from central_server.seed.pictures import keep
from central_server.seed.places import OFFICES
from central_server.seed.plans import plans
from officer_console.domain.deadline import today as vietnamese_date
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.names import fold

Progress = Callable[[int, int], None]

# Stands where a hash would: no password opens the account of a planted citizen.
_NO_PASSWORD = "!"  # noqa: S105 - the opposite of a password
_TELL_EVERY = 100


class PlantError(RuntimeError):
    """The database holds dossiers already; training data is planted into an empty one only."""


def plant(
    database: Database,
    blobs: BlobStore,
    *,
    seed: int,
    dossiers: int = 5000,
    persons: int = 20000,
    now: datetime,
    progress: Progress | None = None,
) -> None:
    """Fill an empty central with ``dossiers`` dossiers and a registry of ``persons`` people.

    Only the Vietnamese date of ``now`` (aware) matters. ``progress`` hears how many dossiers are drawn, of how many.

    Raises:
        PlantError: there are dossiers already.
        central_server.seed.fonts.FontError: this machine has no typeface with Vietnamese letters.
    """
    with database.read() as connection:
        if connection.execute(select(scope.c.scope_id).limit(1)).first() is not None:
            raise PlantError("the database is not empty")
    today = vietnamese_date(now)
    drafts = [draft(seed, plan, today) for plan in plans(seed, dossiers, today)]
    finished: list[tuple[Draft, Dossier]] = []
    for one, attachments in zip(drafts, keep(blobs, [one.job for one in drafts]), strict=True):
        finished.append((one, one.with_pictures(attachments)))
        if progress is not None and len(finished) % _TELL_EVERY == 0:
            progress(len(finished), len(drafts))
    with database.write() as connection:
        _offices_and_officers(connection)
        _feed(connection, database.epoch, finished)
        _pictures(connection, finished)
        _accounts(connection, finished)
        _registry(connection, seed, finished, persons, today)


def _offices_and_officers(connection: Connection) -> None:
    connection.execute(insert(office), [{"scope_id": place.code, "name": place.name} for place in OFFICES])
    password_hash = PasswordHasher().hash(TRAINING_PASSWORD)
    rows = [
        {
            "id": one.id,
            "username": one.username,
            "full_name": one.full_name,
            "role": one.role.value,
            "scopes": list(one.scopes),
            "password_hash": password_hash,
            "active": True,
        }
        for one in OFFICERS
    ]
    connection.execute(insert(officer), rows)


def _feed(connection: Connection, epoch: str, finished: list[tuple[Draft, Dossier]]) -> None:
    for place in OFFICES:
        mine = [(one.story.last_at, dossier) for one, dossier in finished if dossier.scope_id == place.code]
        mine.sort(key=lambda pair: (pair[0], pair[1].id))
        feed.ensure_scope(connection, place.code, epoch)
        feed.add(connection, place.code, [dossier for _, dossier in mine])
    leases = [
        {
            "scope_id": dossier.scope_id,
            "dossier_id": dossier.id,
            "officer_id": dossier.lease.officer_id,
            "officer_name": dossier.lease.officer_name,
            "expires_at": dossier.lease.expires_at,
        }
        for _, dossier in finished
        if dossier.lease is not None
    ]
    connection.execute(insert(lease), leases)


def _pictures(connection: Connection, finished: list[tuple[Draft, Dossier]]) -> None:
    rows = {
        (dossier.scope_id, picture.sha256): {
            "scope_id": dossier.scope_id,
            "sha256": picture.sha256,
            "media_type": picture.media_type,
            "size": picture.size,
        }
        for _, dossier in finished
        for picture in dossier.attachments
    }
    connection.execute(insert(blob), list(rows.values()))


def _accounts(connection: Connection, finished: list[tuple[Draft, Dossier]]) -> None:
    rows = []
    for _, dossier in finished:
        if not has_account(dossier):
            continue
        approved = dossier.status is Status.APPROVED
        data = dossier.declaration if approved or dossier.previous is None else dossier.previous
        stopped = dossier.kind is DossierKind.STOP and approved
        rows.append(
            {
                "social_code": data.social_code,
                "phone": data.phone,
                "email": data.email,
                "state": CLOSED if stopped else ACTIVE,
                "password_hash": _NO_PASSWORD,
                "must_change": dossier.kind is DossierKind.REGISTER,
            }
        )
    connection.execute(insert(account), rows)


def _registry(
    connection: Connection, seed: int, finished: list[tuple[Draft, Dossier]], persons: int, today: date
) -> None:
    rows = [
        _record(dossier.declaration.social_code, name, dossier.declaration.birth.text())
        for one, dossier in finished
        for name in one.registry_names
    ]
    for index in range(len(finished), len(finished) + max(0, persons - len(rows))):
        who = person(seed, index, OFFICES[index % len(OFFICES)].code, today)
        rows.append(_record(who.social_code, who.full_name, who.birth.text()))
    connection.execute(insert(registry_person), rows)
    silent = [
        {"social_code": dossier.declaration.social_code, "asks_left": one.plan.silent_asks}
        for one, dossier in finished
        if one.plan.silent_asks
    ]
    connection.execute(insert(registry_outage), silent)


def _record(social_code: str, full_name: str, birth: str) -> dict[str, str]:
    return {"social_code": social_code, "full_name": full_name, "folded": fold(full_name), "birth": birth}
