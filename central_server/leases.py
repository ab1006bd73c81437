"""Leases: for a while one officer has a dossier, the others see who.

A lease moves the feed on and leaves the version alone, but for one that is broken: what its holder had judged by then,
and had not got to central yet, must not be applied behind the back of whoever took the dossier from him.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from central_server import feed, statements
from central_server.database import Database
from central_server.decide import conflict, live, refuse_leased
from central_server.feed import Stored
from central_server.problems import ProblemError
from central_server.rounds import each
from central_server.times import Clock, stamp
from central_server.trips import Step, run
from officer_console.central import wire
from officer_console.domain.dossier import DECIDABLE, Dossier, Event, HistoryEntry, after
from officer_console.domain.lease import Lease
from officer_console.domain.officer import Action, Officer

_BATCH = 200


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
                officer who may not do so breaks another's lease.
        """
        if break_other and not officer.may(Action.BREAK_LEASE):
            raise ProblemError("forbidden")

        def work(connection: Connection) -> wire.Leased:
            now = self._clock()
            stored, dossier = live(connection, scope_id, dossier_id)
            if dossier.status not in DECIDABLE:
                raise conflict("already-decided", dossier)
            if not break_other:
                refuse_leased(connection, stored, officer, now)
            history, before = dossier.history, dossier.lease
            broken = before is not None and before.held_by_other(officer.id, now)
            if broken:
                history += (HistoryEntry(at=now, what="lease_broken", who=officer.full_name, note=reason),)
            kept = before if before is not None and before.officer_id == officer.id and before.active(now) else None
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
                version=dossier.version + 1 if broken else dossier.version,
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
            if before is None or broken:
                entry = {"at": stamp(now), "what": "opened", "dossier_id": dossier_id, "officer_id": officer.id}
                entry |= {"reason": reason} if broken and reason else {}
                entry |= {"version": taken.version, "status": taken.status.value}
            put = Step(statements.LEASE_DELETE, values), Step(statements.LEASE_INSERT, values)
            seq = feed.put(connection, stored, taken, before=put, entry=entry)
            return wire.Leased(seq=seq, dossier=taken)

        return self._database.transact(work)

    def release(self, officer: Officer, scope_id: str, dossier_id: str) -> None:
        """Take the lease back; nothing happens when nobody has it.

        Raises:
            ProblemError: ``unknown-dossier``, ``dossier-gone``; ``leased`` when somebody else has it.
        """

        def work(connection: Connection) -> None:
            stored, dossier = live(connection, scope_id, dossier_id)
            refuse_leased(connection, stored, officer, self._clock())
            _free(connection, stored, dossier)

        self._database.transact(work)


def end_leases(database: Database, now: datetime) -> int:
    """Take back the leases that ran out by ``now``; returns how many."""
    with database.read() as connection:
        ended = connection.execute(statements.LEASES_ENDED, {"now": stamp(now), "limit": _BATCH}).all()

    def end(row: Row[Any]) -> bool:
        here = {"scope_id": row.scope_id, "dossier_id": row.dossier_id}

        def work(connection: Connection) -> bool:
            dossier, lease = run(
                connection, feed.loading(connection, row.scope_id, row.dossier_id), Step(statements.LEASE, here)
            )
            stored = feed.loaded(dossier, row.scope_id)
            # renewed in between, or ended by another server
            if lease.row is None or lease.row.expires_at > stamp(now):
                return False
            if stored is None or stored.dossier is None:
                run(connection, Step(statements.LEASE_DELETE, here))
            else:
                _free(connection, stored, stored.dossier)
            return True

        return database.transact(work)

    return each("leases", ended, end)


def _free(connection: Connection, stored: Stored, dossier: Dossier) -> None:
    gone = Step(statements.LEASE_DELETE, {"scope_id": stored.scope_id, "dossier_id": stored.id})
    if dossier.lease is None:
        run(connection, gone)
        return
    judge = None if dossier.judgement is None else dossier.judgement.officer_name
    status = after(dossier.status, Event.RELEASE) if dossier.status in DECIDABLE else dossier.status
    feed.put(connection, stored, replace(dossier, status=status, lease=None, officer_name=judge), before=(gone,))
