"""Offices with open dossiers and their officers, planted in a central's database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from argon2 import PasswordHasher
from sqlalchemy import insert

from bench.faults import PASSWORD
from bench.rows import dossiers
from central_server import feed, schema
from central_server.database import Database
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.names import fold
from officer_console.domain.officer import Officer, Role

# Weak on purpose: the parameters stand in the hash, so that signing in costs next to nothing.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_PICTURES = (AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK)


def officer(username: str, scopes: Sequence[str]) -> Officer:
    """Return an officer of these offices; his password is ``PASSWORD``."""
    return Officer(
        id=f"id-{username}", username=username, full_name=f"Cán bộ {username}", role=Role.OFFICER, scopes=tuple(scopes)
    )


def open_dossiers(scope: str, count: int, *, seed: int, today: date) -> Iterator[Dossier]:
    """Yield registrations declared today that may be approved at once."""
    for n, (_, about) in enumerate(dossiers(count, seed=seed, days=1, today=today)):
        number = seed * 10_000 + n
        pictures = tuple(Attachment(kind=kind, sha256="0" * 64, media_type="image/jpeg", size=1) for kind in _PICTURES)
        yield replace(
            about,
            id=str(uuid.UUID(int=number)),
            scope_id=scope,
            number=f"{1_000_000 + number}/{scope}",
            kind=DossierKind.REGISTER,
            status=Status.PENDING,
            version=1,
            declared_on=today,
            due_on=today + timedelta(days=10),
            declaration=replace(
                about.declaration,
                social_code=f"79{number:08d}",
                phone=f"09{number:08d}",
                email=f"nguoi.dan.{number}@example.vn",
            ),
            officer_name=None,
            attachments=pictures,
        )


def plant(database: Database, officers: Sequence[Officer], offices: Mapping[str, Sequence[Dossier]]) -> None:
    """Put officers and dossiers into an empty database; the registry knows every declared person."""
    people = [about.declaration for scope in offices.values() for about in scope]
    with database.write() as connection:
        connection.execute(
            insert(schema.officer),
            [
                {
                    "id": person.id,
                    "username": person.username,
                    "full_name": person.full_name,
                    "role": person.role.value,
                    "scopes": list(person.scopes),
                    "password_hash": PASSWORD_HASH,
                    "active": True,
                }
                for person in officers
            ],
        )
        connection.execute(
            insert(schema.registry_person),
            [
                {
                    "social_code": person.social_code,
                    "full_name": person.full_name,
                    "folded": fold(person.full_name),
                    "birth": person.birth.text(),
                }
                for person in people
            ],
        )
        for scope, about in sorted(offices.items()):
            feed.ensure_scope(connection, scope, database.epoch)
            feed.add(connection, scope, about)
