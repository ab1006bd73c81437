"""A decision arrives: checked, the registry asked, and everything that follows written in one transaction.

The idempotency key is a row of that transaction and never expires: a repeat finds the row and gets the same receipt.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from central_server import accounts, effects, feed, outcome, statements
from central_server.blobs import BlobStore
from central_server.database import Database
from central_server.feed import Stored
from central_server.problems import ProblemError, validation
from central_server.reference import References
from central_server.registry import HouseholdRegistry, ask
from central_server.times import Clock, moment, stamp
from officer_console.central import wire
from officer_console.domain.checks import Level, decision_findings, permitted, registry_event
from officer_console.domain.deadline import today
from officer_console.domain.decision import Decision, Verdict
from officer_console.domain.dossier import Dossier, Event
from officer_console.domain.officer import Officer
from officer_console.domain.registry import RegistryAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The answer to a decision: the receipt's JSON, and whether it was there already."""

    receipt: bytes
    replayed: bool


class Deciding:
    """Records decisions."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        registry: HouseholdRegistry,
        references: References,
        clock: Clock,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._registry = registry
        self._references = references
        self._clock = clock

    def decide(self, officer: Officer, decision: Decision, if_match: str) -> Decided:
        """Record ``decision`` of ``officer``; a repeat of the same ``op_id`` and body gets the first receipt.

        ``if_match`` is the entity tag the officer's desk sent; it is not part of what makes two requests the same.

        Raises:
            ProblemError: ``idempotency-mismatch``, ``unknown-dossier``, ``dossier-gone``, ``epoch-changed``,
                ``already-decided``, ``version-conflict``, ``leased``, ``attachment-missing``, ``validation``.
        """
        req_sha256 = hashlib.sha256(wire.encode(decision)).hexdigest()
        with self._database.read() as connection:
            receipt = _receipt(connection, decision, req_sha256)
            if receipt is not None:
                return Decided(receipt=receipt, replayed=True)
            _refuse_used_dseq(connection, decision)
            stored, _ = self._checked(connection, officer, decision, if_match)
        answer = self._ask(stored, decision)
        with self._database.write() as connection:
            now = self._clock()
            if not _claimed(connection, officer, decision, req_sha256, now):
                receipt = _receipt(connection, decision, req_sha256)
                if receipt is None:
                    raise validation("dseq-used", "dseq")
                return Decided(receipt=receipt, replayed=True)
            stored, dossier = self._checked(connection, officer, decision, if_match)
            event = _event(decision, answer)
            if event in (Event.ACCEPT, Event.REGISTRY_SILENT):
                obstacle = accounts.obstacle(connection, dossier)
                if obstacle is not None:
                    raise validation(*obstacle)
            judged = outcome.judged(dossier, _with_known_blobs(connection, decision), officer, self._references, now)
            settled, letters = outcome.settled(judged, event, answer, self._references, now)
            seq = effects.record(
                connection,
                stored,
                settled,
                letters=letters,
                op_id=decision.op_id,
                officer_id=officer.id,
                what=f"decided_{decision.verdict.value}",
                now=now,
            )
            receipt = wire.encode(
                wire.Receipt(op_id=decision.op_id, req_sha256=req_sha256, seq=seq, received_at=now, dossier=settled)
            )
            connection.execute(
                statements.DECISION_RECEIPT,
                {"scope_id": decision.scope_id, "op_id": decision.op_id, "receipt": receipt.decode()},
            )
        return Decided(receipt=receipt, replayed=False)

    def _ask(self, stored: Stored, decision: Decision) -> RegistryAnswer | None:
        """Ask the registry about a valid decision, outside of any transaction: it may take long."""
        if decision.verdict is not Verdict.VALID or stored.dossier is None:
            return None
        declaration = stored.dossier.declaration
        return ask(self._registry, accounts.code_of(declaration), declaration.full_name, self._clock())

    def _checked(
        self, connection: Connection, officer: Officer, decision: Decision, if_match: str
    ) -> tuple[Stored, Dossier]:
        """Return the dossier the decision is about when nothing speaks against it."""
        now = self._clock()
        if if_match[1:9] != self._database.epoch[:8]:
            raise ProblemError("epoch-changed")
        stored, dossier = live(connection, decision.scope_id, decision.dossier_id)
        if not permitted(dossier.status, decision.verdict):
            raise conflict("already-decided", dossier)
        if wire.etag(self._database.epoch, dossier.version) != if_match:
            raise conflict("version-conflict", dossier)
        refuse_leased(connection, stored, officer, now)
        missing = tuple(
            photo.sha256
            for photo in decision.photos
            if _blob(connection, decision.scope_id, photo.sha256) is None or not self._blobs.has(photo.sha256)
        )
        if missing:
            raise ProblemError("attachment-missing", missing=missing)
        for finding in decision_findings(dossier, decision, self._references.reference, today(now)):
            if finding.level is Level.ERROR:
                raise validation(finding.code, finding.field)
        return stored, dossier


def live(connection: Connection, scope_id: str, dossier_id: str) -> tuple[Stored, Dossier]:
    """Return a dossier that is in the scope.

    Raises:
        ProblemError: ``unknown-dossier`` or ``dossier-gone``.
    """
    stored = feed.load(connection, scope_id, dossier_id)
    if stored is None:
        raise ProblemError("unknown-dossier")
    if stored.dossier is None:
        raise ProblemError("dossier-gone", code=stored.why)
    return stored, stored.dossier


def conflict(name: str, dossier: Dossier) -> ProblemError:
    """Return the problem ``name`` with who changed the dossier last, when, and how it stands now."""
    by, at = None, None
    if dossier.judgement is not None:
        by, at = dossier.judgement.officer_name, dossier.judgement.decided_at
    elif dossier.history:
        by, at = dossier.history[-1].who, dossier.history[-1].at
    return ProblemError(name, by=by, at=at, status_now=dossier.status.value, version=dossier.version)


def refuse_leased(connection: Connection, stored: Stored, officer: Officer, now: datetime) -> None:
    """Let pass unless somebody else holds the dossier.

    Raises:
        ProblemError: ``leased`` with who and until when.
    """
    row = connection.execute(statements.LEASE, {"scope_id": stored.scope_id, "dossier_id": stored.id}).one_or_none()
    if row is not None and row.officer_id != officer.id and now < moment(row.expires_at):
        raise ProblemError("leased", by=row.officer_name, until=moment(row.expires_at))


def _event(decision: Decision, answer: RegistryAnswer | None) -> Event:
    if answer is None:
        return Event.REFUSE
    return registry_event(answer, decision.marks_confirmed, decision.note)


def _receipt(connection: Connection, decision: Decision, req_sha256: str) -> bytes | None:
    row = connection.execute(
        statements.DECISION, {"scope_id": decision.scope_id, "op_id": decision.op_id}
    ).one_or_none()
    if row is None:
        return None
    if row.req_sha256 != req_sha256:
        raise ProblemError("idempotency-mismatch")
    receipt: str = row.receipt
    return receipt.encode()


def _counted(decision: Decision) -> dict[str, str | int | None]:
    """Return which decision of which store this is; nothing for a desk that does not count."""
    counts = bool(decision.device_id) and decision.dseq > 0
    return {"device_id": decision.device_id if counts else None, "dseq": decision.dseq if counts else None}


def _refuse_used_dseq(connection: Connection, decision: Decision) -> None:
    """Let pass unless another decision of the same store has this number: two copies of one store are at work."""
    place = {"scope_id": decision.scope_id} | _counted(decision)
    if connection.execute(statements.DECISION_BY_DSEQ, place).first() is not None:
        raise validation("dseq-used", "dseq")


def _claimed(connection: Connection, officer: Officer, decision: Decision, req_sha256: str, now: datetime) -> bool:
    """Insert the decision's row; ``False`` when a repeat of it, or another with its ``dseq``, got there first."""
    inserted = connection.execute(
        statements.DECISION_INSERT,
        {
            "scope_id": decision.scope_id,
            "op_id": decision.op_id,
            "dossier_id": decision.dossier_id,
            "officer_id": officer.id,
            **_counted(decision),
            "base_version": decision.base_version,
            "verdict": decision.verdict.value,
            "body": wire.encode(decision).decode(),
            "req_sha256": req_sha256,
            "received_at": stamp(now),
        },
    )
    return inserted.rowcount == 1


def _blob(connection: Connection, scope_id: str, sha256: str) -> tuple[str, int] | None:
    row = connection.execute(statements.BLOB, {"scope_id": scope_id, "sha256": sha256}).one_or_none()
    return None if row is None else (row.media_type, row.size)


def _with_known_blobs(connection: Connection, decision: Decision) -> Decision:
    """Return the decision with type and size of its pictures as central measured them."""
    photos = []
    for photo in decision.photos:
        known = _blob(connection, decision.scope_id, photo.sha256)
        if known is not None:
            photos.append(replace(photo, media_type=known[0], size=known[1]))
    return replace(decision, photos=tuple(photos))
