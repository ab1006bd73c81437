"""Leases: for a while one officer has a dossier, the others see who.

A lease moves the feed on and leaves the version alone, but for one whose last holder did not give it back, because it
was broken or ran out: what he had judged by then, and had not got to central yet, must not be applied behind the back
of whoever has had the dossier after him.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from central_server import feed, statements
from central_server.database import Database
from central_server.decide import conflict, live, refuse_holder
from central_server.feed import Stored
from central_server.problems import ProblemError, validation
from central_server.rounds import each
from central_server.times import Clock, moment, stamp
from central_server.trips import Outcome, Step, run
from officer_console.central import wire
from officer_console.domain.dossier import DECIDABLE, Dossier, Event, HistoryEntry, after
from officer_console.domain.lease import Lease
from officer_console.domain.officer import Action, Officer

_BATCH = 200
# In the place of the end of a lease that ran out.
OVER = stamp(datetime(1970, 1, 1, tzinfo=UTC))


class Leasing:
    """Gives and takes back leases of ``minutes`` minutes."""

    def __init__(self, database: Database, clock: Clock, minutes: int) -> None:
        self._database = database
        self._clock = clock
        self._life = timedelta(minutes=minutes)

    def take(
        self, officer: Officer, scope_id: str, dossier_id: str, *, break_other: bool, reason: str | None = None
    ) -> wire.Leased:
        """Give ``officer`` the lease, or a longer one; returns the document with it and its place in the feed.

        ``reason`` is why he takes it from another officer; the lease, the history and the audit trail keep it.

        Raises:
            ProblemError: ``unknown-dossier``, ``dossier-gone``, ``already-decided``, ``leased``; ``forbidden`` when an
                officer who may not do so breaks another's lease; ``validation`` with ``lease-reason-missing``.
        """
        if break_other and not officer.may(Action.BREAK_LEASE):
            raise ProblemError("forbidden")

        def work(connection: Connection) -> wire.Leased:
            now = self._clock()
            stored, dossier, last = _look(connection, scope_id, dossier_id)
            if dossier.status not in DECIDABLE:
                raise conflict("already-decided", dossier)
            if not break_other:
                refuse_holder(last, officer, now)
            history, row = dossier.history, last.row
            # whoever had it before him and has not given it back
            lost = row is not None and row.officer_id != officer.id
            broken = lost and break_other
            if broken and reason is None:
                raise validation("lease-reason-missing", "reason")
            if broken:
                history += (HistoryEntry(at=now, what="lease_broken", who=officer.full_name, note=reason),)
            elif lost:
                history += (HistoryEntry(at=now, what="lease_lapsed", who=officer.full_name, note=row.officer_name),)
            kept = dossier.lease if not lost and _runs(last, now) else None
            lease = Lease(
                officer_id=officer.id,
                officer_name=officer.full_name,
                expires_at=now + self._life,
                taken_at=now if kept is None else kept.taken_at,
                reason=reason if broken else None if kept is None else kept.reason,
            )
            taken = replace(
                dossier,
                status=after(dossier.status, Event.TAKE),
                version=dossier.version + 1 if lost else dossier.version,
                lease=lease,
                officer_name=officer.full_name,
                history=history,
            )
            values = {
                "scope_id": scope_id,
                "dossier_id": dossier_id,
                "officer_id": officer.id,
                "officer_name": officer.full_name,
                "expires_at": stamp(lease.expires_at),
            }
            entry: dict[str, str | int | None] | None = None
            # looked at by somebody who had not got it; who only keeps it longer opens nothing
            if kept is None:
                entry = {"at": stamp(now), "what": "opened", "dossier_id": dossier_id, "officer_id": officer.id}
                entry |= {"reason": reason} if broken and reason else {}
                entry |= {"version": taken.version, "status": taken.status.value}
            put = Step(statements.LEASE_DELETE, values), Step(statements.LEASE_INSERT, values)
            seq = feed.put(connection, stored, taken, before=put, entry=entry)
            return wire.Leased(seq=seq, dossier=taken)

        return self._database.transact(work)

    def release(self, officer: Officer, scope_id: str, dossier_id: str) -> None:
        """Take the lease back; nothing happens when nobody has it. One that ran out cannot be given back any more.

        Raises:
            ProblemError: ``unknown-dossier``, ``dossier-gone``; ``leased`` when somebody else has it.
        """

        def work(connection: Connection) -> None:
            now = self._clock()
            stored, dossier, last = _look(connection, scope_id, dossier_id)
            refuse_holder(last, officer, now)
            _free(connection, stored, dossier, given_back=_runs(last, now))

        self._database.transact(work)


def end_leases(database: Database, now: datetime) -> int:
    """Take back the leases that ran out by ``now``; returns how many."""
    with database.read() as connection:
        ended = connection.execute(statements.LEASES_ENDED, {"over": OVER, "now": stamp(now), "limit": _BATCH}).all()

    def end(row: Row[Any]) -> bool:
        here = {"scope_id": row.scope_id, "dossier_id": row.dossier_id}

        def work(connection: Connection) -> bool:
            *_, dossier, lease = run(
                connection, *feed.loading(connection, row.scope_id, row.dossier_id), Step(statements.LEASE, here)
            )
            stored = feed.loaded(dossier, row.scope_id)
            # renewed in between, or ended by another server
            if lease.row is None or not OVER < lease.row.expires_at <= stamp(now):
                return False
            if stored is None or stored.dossier is None:
                run(connection, Step(statements.LEASE_DELETE, here))
            else:
                _free(connection, stored, stored.dossier, given_back=False)
            return True

        return database.transact(work)

    return each("leases", ended, end)


def _look(connection: Connection, scope_id: str, dossier_id: str) -> tuple[Stored, Dossier, Outcome]:
    """Return a dossier that is in the scope, and who had it last and has not given it back."""
    stored, dossier = live(connection, scope_id, dossier_id)
    (last,) = run(connection, Step(statements.LEASE, {"scope_id": scope_id, "dossier_id": dossier_id}))
    return stored, dossier, last


def _runs(last: Outcome, now: datetime) -> bool:
    return last.row is not None and now < moment(last.row.expires_at)


def _free(connection: Connection, stored: Stored, dossier: Dossier, *, given_back: bool) -> None:
    here = {"scope_id": stored.scope_id, "dossier_id": stored.id}
    ended = Step(statements.LEASE_END, {**here, "over": OVER})
    gone = Step(statements.LEASE_DELETE, here) if given_back else ended
    if dossier.lease is None:
        run(connection, gone)
        return
    judge = None if dossier.judgement is None else dossier.judgement.officer_name
    status = after(dossier.status, Event.RELEASE) if dossier.status in DECIDABLE else dossier.status
    feed.put(connection, stored, replace(dossier, status=status, lease=None, officer_name=judge), before=(gone,))
