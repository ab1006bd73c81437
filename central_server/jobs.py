"""What central does by itself: declarations and leases run out, the registry is asked again, letters are sent."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from central_server import accounts, effects, feed, outcome, statements
from central_server.auth import forget_old_tries
from central_server.database import Database
from central_server.leases import end_leases
from central_server.reference import References
from central_server.registry import HouseholdRegistry, ask
from central_server.rounds import each, place
from central_server.times import Clock
from officer_console.domain.checks import registry_event
from officer_console.domain.deadline import expired, today
from officer_console.domain.dossier import Event, HistoryEntry, Status

_log = logging.getLogger(__name__)
_BATCH = 500


def expire_declarations(database: Database, references: References, now: datetime) -> int:
    """Expire pending declarations that nobody handed in within their days (V15); returns how many."""
    days = references.reference.settings.processing_days
    on = today(now)
    with database.read() as connection:
        due = connection.execute(
            statements.EXPIRING, {"before": (on - timedelta(days=days)).isoformat(), "limit": _BATCH}
        ).all()

    def expire(row: Row[Any]) -> bool:
        with database.write() as connection:
            stored = feed.load(connection, row.scope_id, row.id)
            if stored is None or stored.dossier is None or stored.dossier.status is not Status.PENDING:
                return False
            dossier = stored.dossier
            if not expired(dossier.declared_on, dossier.handed_in_at is not None, on, days):
                return False
            gone, letters = outcome.settled(dossier, Event.EXPIRE, None, references, now)
            gone = replace(gone, history=(*gone.history, HistoryEntry(at=now, what="expired")))
            effects.record(
                connection, stored, gone, letters=letters, op_id=None, officer_id=None, what="expired", now=now
            )
        return True

    return each("expiry", due, expire)


def ask_again(database: Database, registry: HouseholdRegistry, references: References, clock: Clock) -> int:
    """Ask the registry again about every dossier that waits for it; returns how many were settled."""
    with database.read() as connection:
        waiting = connection.execute(statements.IN_STATUS, {"status": Status.CHECKING.value}).all()
    return each(
        "registry", waiting, lambda row: _ask_again(database, registry, references, clock, row.scope_id, row.id)
    )


def _ask_again(
    database: Database,
    registry: HouseholdRegistry,
    references: References,
    clock: Clock,
    scope_id: str,
    dossier_id: str,
) -> bool:
    with database.read() as connection:
        stored = feed.load(connection, scope_id, dossier_id)
    if stored is None or stored.dossier is None:
        return False
    declaration = stored.dossier.declaration
    answer = ask(registry, accounts.code_of(declaration), declaration.full_name, clock())
    # Nobody is at the desk to confirm a name that differs in marks: that goes back to an officer.
    event = registry_event(answer, marks_confirmed=False, note=None)
    if event is Event.REGISTRY_SILENT:
        return False
    with database.write() as connection:
        now = clock()
        stored = feed.load(connection, scope_id, dossier_id)
        if stored is None or stored.dossier is None or stored.dossier.status is not Status.CHECKING:
            return False
        dossier = stored.dossier
        obstacle = accounts.obstacle(connection, dossier) if event is Event.ACCEPT else None
        if obstacle is not None:
            event = Event.REGISTRY_DISAGREES
            what = obstacle[0].replace("-", "_")
            dossier = replace(dossier, history=(*dossier.history, HistoryEntry(at=now, what=what)))
        settled, letters = outcome.settled(dossier, event, answer, references, now)
        effects.record(
            connection,
            stored,
            settled,
            letters=letters,
            op_id=None if dossier.judgement is None else dossier.judgement.op_id,
            officer_id=None,
            what=f"registry_{answer.verdict.value}",
            now=now,
        )
    return True


def run_clock(database: Database, references: References, now: datetime) -> None:
    """Do what only the time asks for."""
    expire_declarations(database, references, now)
    end_leases(database, now)
    with database.write() as connection:
        forget_old_tries(connection, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A step that is done again and again, ``seconds`` after its last end."""

    name: str
    seconds: float
    step: Callable[[], object]


class JobThread:
    """Runs one job in the background until it is stopped; a failed step is logged and tried again next time."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"job-{job.name}", daemon=True)

    def start(self) -> None:
        """Begin with the first step."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step that is running; waits for it at most ten seconds."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._job.step()
            except Exception as error:  # noqa: BLE001 - a thread that ends would leave its work undone without a word
                _log.error("job %s failed: %s", self._job.name, place(error))
            _log.debug("job %s took %.3f s", self._job.name, time.monotonic() - began)
            self._stop.wait(self._job.seconds)
