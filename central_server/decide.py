"""A decision arrives: checked, the registry asked, and everything that follows written in one transaction.

The idempotency key is a row of that transaction and never expires: a repeat finds the row and gets the same receipt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from central_server import accounts, effects, epochs, feed, outcome, seen, statements
from central_server.blobs import MAGIC, BlobStore
from central_server.bounds import CLOCK_OFFSET_LIMIT
from central_server.database import Database
from central_server.feed import Stored
from central_server.problems import ProblemError, validation
from central_server.reference import References
from central_server.registry import HouseholdRegistry, ask
from central_server.seen import Seen
from central_server.times import Clock, moment, stamp
from central_server.trips import Outcome, Step, run
from officer_console.central import wire
from officer_console.domain.checks import Level, decision_findings, permitted, registry_event
from officer_console.domain.deadline import today
from officer_console.domain.decision import Decision, Verdict
from officer_console.domain.dossier import Dossier, Event
from officer_console.domain.officer import Officer
from officer_console.domain.registry import RegistryAnswer

SKEW_NOTED = timedelta(minutes=5)


# Refusals with which a desk puts a decision before its officer (``officer_console.sync.treatment``).
LASTING = frozenset({"unknown-dossier", "dossier-gone", "already-decided", "version-conflict", "leased", "validation"})
# What stands in a dossier's history when somebody took it whose last holder had not given it back.
LEASE_LOST = frozenset({"lease_broken", "lease_lapsed"})


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
        body = wire.encode(decision)
        req_sha256 = wire.req_sha256(decision)
        try:
            return self._decide(officer, decision, if_match, body, req_sha256)
        except ProblemError as error:
            if error.name in LASTING and error.document.code != wire.NUMBER_USED:
                self._keep_refusal(decision, decision.op_id, error)
            raise

    def turn_away(self, officer: Officer, decision: Decision, error: ProblemError) -> None:
        """Let every later copy of a decision ``officer`` may not make get the same answer, also when he may again.

        It says nothing about a decision of anybody else.
        """
        self._keep_refusal(decision, seen.turned_away(officer.id, decision), error)

    def _keep_refusal(self, decision: Decision, key: str, error: ProblemError) -> None:
        """Let every later copy of the decision get the same answer.

        The desk has put it before its officer, who may take it back or decide anew: a copy that was held up on the way
        must not be applied behind his back when the lease or the day that stood against it is over. A used number is
        no such answer: the desk sends the same decision with another one.
        """
        values = {
            "scope_id": decision.scope_id,
            "op_id": key,
            "req_sha256": wire.req_sha256(decision),
            "problem": wire.encode(error.document).decode(),
            "at": stamp(self._clock()),
        }

        def keep(connection: Connection) -> None:
            # a process of before a restore refuses what it should not have judged
            epochs.confirm(connection)
            run(connection, Step(statements.REFUSAL_INSERT, values))

        self._database.transact(keep)

    def _decide(self, officer: Officer, decision: Decision, if_match: str, body: bytes, req_sha256: str) -> Decided:
        answer: RegistryAnswer | None = None
        known: tuple[Stored, Dossier] | None = None
        asks = decision.verdict is Verdict.VALID
        # What can be found out before the office's turn keeps nobody waiting.
        if asks or self._database.in_front:
            with self._database.look() as connection:
                found = seen.look(connection, decision, officer.id)
                receipt = seen.repeated(found, decision, req_sha256)
                if receipt is not None:
                    return Decided(receipt=receipt, replayed=True)
                known = self._checked(connection, found, officer, decision, if_match)
            answer = self._ask(known[1]) if asks else None
        event = _event(decision, answer)

        def record(connection: Connection) -> Decided:
            nonlocal known
            before, known = known, None
            unchanged: tuple[Step, ...] = ()
            if before is not None and seen.may_go_straight(connection, decision, event):
                stored, dossier = before
                unchanged = seen.unchanged(connection, stored, decision, officer.id)
                if not seen.in_one_trip(connection):
                    seen.refuse_changed(run(connection, *unchanged), stored)
                    unchanged = ()
                    _refuse_obstacle(connection, dossier, event)
            else:
                found = seen.look(connection, decision, officer.id)
                receipt = seen.repeated(found, decision, req_sha256)
                if receipt is not None:
                    return Decided(receipt=receipt, replayed=True)
                stored, dossier = self._checked(connection, found, officer, decision, if_match)
                _refuse_obstacle(connection, dossier, event)
            now = self._clock()
            judged = outcome.judged(dossier, _with_known_blobs(connection, decision), officer, self._references, now)
            holder = accounts.holder(connection, dossier) if event is Event.ACCEPT else None
            settled, letters = outcome.settled(judged, event, answer, self._references, now, holder=holder)
            receipts = []

            def keep(seq: int) -> tuple[Step]:
                receipt = wire.Receipt(
                    op_id=decision.op_id, req_sha256=req_sha256, seq=seq, received_at=now, dossier=settled
                )
                receipts.append(wire.encode(receipt))
                told = {"body": body.decode(), "req_sha256": req_sha256, "receipt": receipts[0].decode()}
                return (Step(statements.DECISION_INSERT, _columns(officer, decision, now) | told, one=True),)

            effects.record(
                connection,
                stored,
                settled,
                letters=letters,
                op_id=decision.op_id,
                officer_id=officer.id,
                what=f"decided_{decision.verdict.value}",
                now=now,
                first=unchanged,
                check=lambda told: seen.refuse_changed(told, stored),
                after=keep,
                commit=True,
                noted=_skew(decision),
            )
            return Decided(receipt=receipts[0], replayed=False)

        return self._database.transact(record)

    def _ask(self, dossier: Dossier) -> RegistryAnswer:
        """Ask the registry, outside of any transaction: it may take long."""
        declaration = dossier.declaration
        return ask(self._registry, accounts.code_of(declaration), declaration.full_name, self._clock())

    def is_what_was_judged(self, decision: Decision, dossier: Dossier) -> bool:
        """Tell whether the dossier is what the officer looked at, as far as the decision says what that was.

        Numbers of versions are used again by a database that was put back, and nobody may have said so.
        """
        return decision.judged_sha256 in (None, wire.judged_sha256(dossier))

    def _checked(
        self, connection: Connection, found: Seen, officer: Officer, decision: Decision, if_match: str
    ) -> tuple[Stored, Dossier]:
        """Return the dossier the decision is about when nothing speaks against it."""
        now = self._clock()
        if if_match[1:9] != self._database.epoch[:8]:
            epochs.confirm(connection)
            raise ProblemError("epoch-changed")
        stored, dossier = _live(found.stored)
        if not permitted(dossier.status, decision.verdict):
            raise conflict("already-decided", dossier)
        if wire.etag(self._database.epoch, dossier.version) != if_match:
            raise conflict("version-conflict", dossier)
        if not self.is_what_was_judged(decision, dossier):
            raise conflict("version-conflict", dossier)
        refuse_holder(found.lease, officer, now)
        known = {photo.sha256: _blob(connection, decision.scope_id, photo.sha256) for photo in decision.photos}
        missing = tuple(
            photo.sha256
            for photo in decision.photos
            if known[photo.sha256] is None or not self._blobs.has(photo.sha256)
        )
        if missing:
            raise ProblemError("attachment-missing", missing=missing)
        if any(blob is not None and blob[0] not in MAGIC for blob in known.values()):
            raise validation("not-an-image", "photos")
        for finding in decision_findings(dossier, decision, self._references.reference, today(now)):
            if finding.level is Level.ERROR:
                raise validation(finding.code, finding.field)
        return stored, dossier


def live(connection: Connection, scope_id: str, dossier_id: str) -> tuple[Stored, Dossier]:
    """Return a dossier that is in the scope.

    Raises:
        ProblemError: ``unknown-dossier`` or ``dossier-gone``.
    """
    return _live(feed.load(connection, scope_id, dossier_id))


def _live(stored: Stored | None) -> tuple[Stored, Dossier]:
    if stored is None:
        raise ProblemError("unknown-dossier")
    if stored.dossier is None:
        raise ProblemError("dossier-gone", code=stored.why)
    return stored, stored.dossier


def conflict(name: str, dossier: Dossier) -> ProblemError:
    """Return the problem ``name`` with who changed the dossier last, when, and how it stands now."""
    by, at = None, None
    last = dossier.history[-1] if dossier.history else None
    if dossier.judgement is not None and (last is None or last.what not in LEASE_LOST):
        by, at = dossier.judgement.officer_name, dossier.judgement.decided_at
    elif last is not None:
        by, at = last.who, last.at
    return ProblemError(name, by=by, at=at, status_now=dossier.status.value, version=dossier.version)


def refuse_holder(lease: Outcome, officer: Officer, now: datetime) -> None:
    """Let pass unless somebody else holds the dossier.

    Raises:
        ProblemError: ``leased`` with who and until when.
    """
    row = lease.row
    if row is not None and row.officer_id != officer.id and now < moment(row.expires_at):
        raise ProblemError("leased", by=row.officer_name, until=moment(row.expires_at))


def _refuse_obstacle(connection: Connection, dossier: Dossier, event: Event) -> None:
    obstacle = accounts.obstacle(connection, dossier) if event in (Event.ACCEPT, Event.REGISTRY_SILENT) else None
    if obstacle is not None:
        raise validation(*obstacle)


def _skew(decision: Decision) -> dict[str, int]:
    """Return for the audit trail how far the desk's clock was off, in seconds, where that is more than five minutes."""
    told = decision.clock_offset_ms or 0
    # Told by a clock that is off, it may be any number, and is no reason to refuse: what is beyond is the bound.
    offset = timedelta(milliseconds=max(-CLOCK_OFFSET_LIMIT, min(CLOCK_OFFSET_LIMIT, told)))
    return {"clock_offset_s": round(offset.total_seconds())} if abs(offset) > SKEW_NOTED else {}


def _event(decision: Decision, answer: RegistryAnswer | None) -> Event:
    if answer is None:
        return Event.REFUSE
    return registry_event(answer, decision.marks_confirmed, decision.note)


def _columns(officer: Officer, decision: Decision, now: datetime) -> dict[str, object]:
    return {
        "scope_id": decision.scope_id,
        "op_id": decision.op_id,
        "dossier_id": decision.dossier_id,
        "officer_id": officer.id,
        **seen.numbered(decision),
        "base_version": decision.base_version,
        "verdict": decision.verdict.value,
        "received_at": stamp(now),
    }


def _blob(connection: Connection, scope_id: str, sha256: str) -> tuple[str, int] | None:
    (found,) = run(connection, Step(statements.BLOB, {"scope_id": scope_id, "sha256": sha256}))
    row = found.row
    return None if row is None else (row.media_type, row.size)


def _with_known_blobs(connection: Connection, decision: Decision) -> Decision:
    """Return the decision with type and size of its pictures as central measured them."""
    photos = []
    for photo in decision.photos:
        known = _blob(connection, decision.scope_id, photo.sha256)
        if known is not None:
            photos.append(replace(photo, media_type=known[0], size=known[1]))
    return replace(decision, photos=tuple(photos))
