"""A central full of dossiers that wait for a decision, and the decisions: for measuring central."""

from __future__ import annotations

import hashlib
import random
import secrets
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert

from bench.load import Request, request
from bench.rows import FIRST_NUMBER, dossiers
from central_server import feed, schema
from central_server.database import Database
from officer_console.central import wire
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.decision import Decision, Ticks, Verdict
from officer_console.domain.dossier import Dossier, DossierKind, HistoryEntry, Status
from officer_console.domain.names import fold
from officer_console.domain.officer import Role

SCOPES = tuple(f"{7900 + n:05d}" for n in range(1, 25))
SCOPE = SCOPES[0]
DESKS = 8
_PLANTED_AT_ONCE = 2000
_PICTURES = (AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK)


@dataclass(frozen=True, slots=True)
class Office:
    """A planted central: the dossiers that wait, and a token of an officer of all scopes."""

    waiting: tuple[Dossier, ...]
    token: str
    epoch: str

    def decisions(self, source: random.Random) -> Iterator[Decision]:
        """Yield a decision on every waiting dossier: two of three valid, the others refused.

        Each office has ``DESKS`` desks that count theirs.
        """
        numbers: Counter[tuple[str, str]] = Counter()
        for n, dossier in enumerate(self.waiting):
            refused = n % 3 == 2
            desk = f"desk-{n // len(SCOPES) % DESKS}"
            numbers[dossier.scope_id, desk] += 1
            yield Decision(
                op_id=str(uuid.UUID(int=source.getrandbits(128), version=4)),
                dossier_id=dossier.id,
                scope_id=dossier.scope_id,
                base_version=dossier.version,
                base_epoch=self.epoch,
                device_id=desk,
                dseq=numbers[dossier.scope_id, desk],
                verdict=Verdict.INVALID if refused else Verdict.VALID,
                reason_code="form-unsigned" if refused else None,
                ticks=Ticks(original_compared=True, signed_form_received=True),
                decided_at=datetime.now(UTC),
            )

    def requests(self, decisions: Sequence[Decision]) -> list[Request]:
        """Return the requests that send the decisions."""
        return [
            request(
                "POST",
                f"/v1/scopes/{decision.scope_id}/dossiers/{decision.dossier_id}/decisions",
                token=self.token,
                body=wire.encode(decision),
                Idempotency_Key=decision.op_id,
                If_Match=wire.etag(self.epoch, decision.base_version),
            )
            for decision in decisions
        ]


def plant(database: Database, count: int, *, seed: int, today: date, scopes: Sequence[str] = SCOPES) -> Office:
    """Put ``count`` waiting dossiers into an empty database, with the people the registry knows and one officer.

    They are dealt out to the offices ``scopes``.
    """
    drawn = dossiers(count, seed=seed, days=5, today=today)
    waiting = tuple(_waiting(n, dossier, today, scopes[n % len(scopes)]) for n, dossier in drawn)
    token = secrets.token_urlsafe(32)
    later = datetime.now(UTC) + timedelta(days=1)
    with database.write() as connection:
        for scope in scopes:
            feed.ensure_scope(connection, scope, database.epoch)
        connection.execute(
            insert(schema.officer).values(
                id="officer-1",
                username="ha.nt",
                full_name="Nguyễn Thị Hà",
                role=Role.OFFICER.value,
                scopes=list(scopes),
                password_hash="",
                active=True,
            )
        )
        connection.execute(
            insert(schema.session).values(
                id=str(uuid.uuid4()),
                family=str(uuid.uuid4()),
                officer_id="officer-1",
                device_id="",
                access_sha256=hashlib.sha256(token.encode()).hexdigest(),
                access_until=later,
                refresh_sha256=secrets.token_hex(32),
                refresh_until=later,
                refresh_used=False,
                repeated=False,
                access_used=False,
                revoked=False,
            )
        )
    for start in range(0, count, _PLANTED_AT_ONCE):
        piece = waiting[start : start + _PLANTED_AT_ONCE]
        people = [
            {
                "social_code": dossier.declaration.social_code,
                "full_name": dossier.declaration.full_name,
                "folded": fold(dossier.declaration.full_name),
                "birth": dossier.declaration.birth.text(),
            }
            for dossier in piece
        ]
        with database.write() as connection:
            connection.execute(insert(schema.registry_person), people)
            for scope in scopes:
                feed.add(connection, scope, [dossier for dossier in piece if dossier.scope_id == scope])
    return Office(waiting, token, database.epoch)


def _waiting(n: int, drawn: Dossier, today: date, scope: str) -> Dossier:
    """Return a registration nobody has looked at yet, with all that an approval needs."""
    declared = replace(
        drawn.declaration, social_code=f"79{n:08d}", phone=f"09{n:08d}", email=f"nguoi.dan.{n}@mail.example"
    )
    return replace(
        drawn,
        scope_id=scope,
        number=f"{FIRST_NUMBER + n}/{scope}",
        kind=DossierKind.REGISTER,
        status=Status.PENDING,
        version=1,
        due_on=drawn.declared_on + timedelta(days=10),
        declaration=replace(declared, birth=replace(declared.birth, year=1960 + n % 45)),
        attachments=tuple(
            Attachment(
                kind=kind,
                sha256=hashlib.sha256(f"{kind.value} {n}".encode()).hexdigest(),
                media_type="image/jpeg",
                size=180_000,
            )
            for kind in _PICTURES
        ),
        officer_name=None,
        history=(HistoryEntry(at=datetime(today.year, today.month, today.day, 1, tzinfo=UTC), what="declared"),),
    )
