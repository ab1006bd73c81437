"""Centrals that break the protocol, one way each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.sql.elements import TextClause

from bench.sim.central import LEASE_MINUTES, Central, MortalDatabase
from central_server import feed, moves, statements
from central_server.database import ServerState
from central_server.decide import Decided, Deciding, live
from central_server.feed import Stored
from central_server.leases import Leasing
from central_server.times import stamp
from officer_console.central import wire
from officer_console.domain.decision import Decision, Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.officer import Officer

_A_DAY = timedelta(hours=24)
_NO_ROW = " AND 1 = 0"
_REPLACED = "INSERT OR REPLACE INTO"


class Rewritten(MortalDatabase):
    """A database that runs other statements than it is told to."""

    instead: ClassVar[Mapping[TextClause, TextClause]] = {}

    def __init__(self, engine: Engine, state: ServerState, *, in_front: bool = False) -> None:
        super().__init__(engine, state, in_front=in_front)
        event.listen(engine, "before_execute", self._rewrite, retval=True)

    def more(self) -> dict[str, Any]:
        """Return further values for the statements."""
        return {}

    def _rewrite(
        self, _connection: Connection, statement: object, several: object, values: dict[str, Any], _options: object
    ) -> tuple[object, object, object]:
        for told, other in self.instead.items():
            if statement is told:
                return other, several, {**values, **self.more()}
        return statement, several, values


def _with(statement: TextClause, more: str) -> TextClause:
    """Narrow what is found of decisions; refusals, behind the UNION, are left as they are."""
    *decisions, refusals = statement.text.split(" UNION ALL ")
    return text(" UNION ALL ".join([*(f"{part}{more}" for part in decisions), refusals]))


def _overwriting(statement: TextClause) -> TextClause:
    return text(statement.text.replace("INSERT INTO", _REPLACED).replace(" ON CONFLICT DO NOTHING", ""))


class _NoIdempotencyRow(Rewritten):
    instead = {
        statements.DECISION: _with(statements.DECISION, _NO_ROW),
        statements.DECISION_INSERT: _overwriting(statements.DECISION_INSERT),
    }


class NoIdempotencyRow(Central):
    """Central does not look whether it has had a decision."""

    database_kind = _NoIdempotencyRow


class _ForADay(Rewritten):
    instead = {
        statements.DECISION: _with(statements.DECISION, " AND received_at > :day_ago"),
        statements.DECISION_INSERT: _overwriting(statements.DECISION_INSERT),
    }

    def more(self) -> dict[str, Any]:
        """Return the time before which rows do not count."""
        return {"day_ago": stamp(self.clock() - _A_DAY)}


class IdempotencyForADay(Central):
    """Central forgets after 24 hours that it has had a decision."""

    database_kind = _ForADay


class _NoTombstones(Rewritten):
    instead = {
        statements.CHANGES: text(
            statements.CHANGES.text.replace(" ORDER BY", " AND (NOT gone OR :limit > 1000) ORDER BY")
        )
    }


class NoTombstones(Central):
    """The feed does not tell that a dossier has left."""

    database_kind = _NoTombstones


class KeepsItsEpoch(Central):
    """A restored central goes on as if it were the one before."""

    def renew(self) -> None:
        """Do nothing."""


class _Broken(Deciding):
    central: Central


class _BrokenDeciding(Central):
    broken: type[_Broken] = _Broken

    def deciding(self) -> Deciding:
        """Return the broken part."""
        made = self.broken(self.database, self.base.blobs, self.registry, self.base.references, self.clock)
        made.central = self
        return made


class _Marking(_Broken):
    marked: ClassVar[dict[Central, set[str]]] = {}

    def decide(self, officer: Officer, decision: Decision, if_match: str) -> Decided:
        """Say "already" to whatever was begun before."""
        marks = self.marked.setdefault(self.central, set())
        if decision.op_id in marks:
            with self.central.database.read() as connection:
                stored, dossier = live(connection, decision.scope_id, decision.dossier_id)
            return Decided(receipt=wire.encode(unearned_receipt(decision, dossier, stored.seq)), replayed=True)
        marks.add(decision.op_id)
        return super().decide(officer, decision, if_match)


class MarkedBeforeTheWork(_BrokenDeciding):
    """Central marks a decision as seen before it has recorded it, outside of the transaction."""

    broken = _Marking


class _AnyState(_Broken):
    def is_what_was_judged(self, decision: Decision, dossier: Dossier) -> bool:  # noqa: ARG002 - that is what is broken
        """Take any state for the one that was judged."""
        return True


class _NoIfMatch(_AnyState):
    def decide(self, officer: Officer, decision: Decision, if_match: str) -> Decided:  # noqa: ARG002 - that is what is broken
        """Take the dossier's present tag for the desk's."""
        with self.central.database.read() as connection:
            stored = feed.load(connection, decision.scope_id, decision.dossier_id)
        version = 0 if stored is None else stored.version
        return super().decide(officer, decision, wire.etag(self.central.database.epoch, version))


class NoIfMatch(_BrokenDeciding):
    """Central applies a decision to whatever version there is."""

    broken = _NoIfMatch


class _NoEpoch(_AnyState):
    def decide(self, officer: Officer, decision: Decision, if_match: str) -> Decided:  # noqa: ARG002 - that is what is broken
        """Look at the version only."""
        return super().decide(officer, decision, wire.etag(self.central.database.epoch, decision.base_version))


class EpochNotInTag(_BrokenDeciding):
    """The entity tag is the version alone, which is used again after a restore."""

    broken = _NoEpoch


class _Reserving(Rewritten):
    def __init__(self, engine: Engine, state: ServerState, *, in_front: bool = False) -> None:
        super().__init__(engine, state, in_front=in_front)
        self.reserved: dict[str, int] = {}

    def _rewrite(
        self, _connection: Connection, statement: object, several: object, values: dict[str, Any], _options: object
    ) -> tuple[object, object, object]:
        if statement is statements.SCOPE_NEXT and values["scope_id"] in self.reserved:
            return _TAKEN, several, {"scope_id": values["scope_id"], "n": self.reserved.pop(values["scope_id"])}
        return statement, several, values


_TAKEN = text(
    "SELECT CAST(:n AS INTEGER) AS last_seq, live_count, digest, epoch_ref FROM scope WHERE scope_id = :scope_id"
)


class _NumberFirst(_Broken):
    def decide(self, officer: Officer, decision: Decision, if_match: str) -> Decided:
        """Take the number in a transaction of its own, and let others work before it is used."""
        database = self.central.database
        if decision.verdict is Verdict.VALID or not isinstance(database, _Reserving):
            return super().decide(officer, decision, if_match)
        life = self.central.life
        with database.write() as connection:
            found = connection.execute(statements.SCOPE_NEXT, {"scope_id": decision.scope_id, "by": 1}).one_or_none()
        self.central.meanwhile()
        if found is not None and self.central.life == life:
            database.reserved = {decision.scope_id: int(found.last_seq)}
        try:
            return super().decide(officer, decision, if_match)
        finally:
            database.reserved = {}


class NumberOutsideTheLock(_BrokenDeciding):
    """A feed number is taken before the transaction that uses it, as a plain sequence does."""

    database_kind = _Reserving
    broken = _NumberFirst


class _KeepsItsVersion(Leasing):
    broken_in: Central
    lost = "lease_broken"

    def take(
        self, officer: Officer, scope_id: str, dossier_id: str, *, break_other: bool, reason: str | None = None
    ) -> wire.Leased:
        """Give a lease, and if it was another's leave the version as it was."""
        leased = super().take(officer, scope_id, dossier_id, break_other=break_other, reason=reason)
        if not leased.dossier.history or leased.dossier.history[-1].what != self.lost:
            return leased

        def put_back(connection: Connection) -> wire.Leased:
            stored, dossier = live(connection, scope_id, dossier_id)
            kept = replace(dossier, version=dossier.version - 1)
            return wire.Leased(seq=feed.put(connection, stored, kept), dossier=kept)

        return self.broken_in.database.transact(put_back)


class _KeepsItsVersionLapsed(_KeepsItsVersion):
    lost = "lease_lapsed"


class BreakKeepsVersion(Central):
    """A lease that is broken makes no new version."""

    broken: type[_KeepsItsVersion] = _KeepsItsVersion

    def leasing(self) -> Leasing:
        """Return the broken part."""
        made = self.broken(self.database, self.clock, LEASE_MINUTES)
        made.broken_in = self
        return made


class LapseKeepsVersion(BreakKeepsVersion):
    """A dossier whose lease ran out makes no new version when another officer takes it."""

    broken = _KeepsItsVersionLapsed


class MoveKeepsLease(Central):
    """A dossier that moves is still in work in its new office, by somebody of the old one."""

    def move(self, dossier_id: str, here: str, there: str, *, apart: bool) -> bool:
        """Put the lease back into the document that was moved."""
        with self.database.engine.connect() as connection:
            before = feed.load(connection, here, dossier_id)
        done = super().move(dossier_id, here, there, apart=apart)

        def keep(connection: Connection, stored: Stored, dossier: Dossier) -> None:
            if before is not None and before.dossier is not None and before.dossier.lease is not None:
                kept = replace(dossier, lease=before.dossier.lease, status=before.dossier.status)
                feed.put(connection, stored, kept)

        return done and self.change(there, dossier_id, keep)


class _NoCopies(Rewritten):
    instead = {moves.DECISION_COPY: text("DELETE FROM decision WHERE scope_id = :scope_id AND 1 = 0")}


class MoveForgetsDecision(Central):
    """A dossier that waits for the registry moves without the decision that waits with it."""

    database_kind = _NoCopies


def unearned_receipt(decision: Decision, dossier: Dossier, seq: int) -> wire.Receipt:
    """Return a receipt nobody gave."""
    digest = wire.req_sha256(decision)
    return wire.Receipt(
        op_id=decision.op_id, req_sha256=digest, seq=seq, received_at=decision.decided_at, dossier=dossier
    )
