"""What central does by itself: declarations and leases run out, the registry is asked again, lost accounts are told."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from central_server import accounts, effects, feed, outcome, statements
from central_server.auth import forget_old_tries
from central_server.database import Database
from central_server.leases import end_leases
from central_server.reference import References
from central_server.registry import HouseholdRegistry, ask
from central_server.rounds import each, place
from central_server.times import Clock, stamp
from central_server.trips import Step, run
from officer_console.central import wire
from officer_console.domain.checks import registry_event
from officer_console.domain.deadline import expired, today
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier, Event, HistoryEntry, Status
from officer_console.domain.registry import RegistryVerdict

_log = logging.getLogger(__name__)
_BATCH = 500
_REGISTRY_BATCH = 50
_LONGEST_WAIT = timedelta(hours=1)


def expire_declarations(database: Database, references: References, now: datetime) -> int:
    """Expire pending declarations that nobody handed in until they were due (V15); returns how many."""
    on = today(now)
    with database.read() as connection:
        due = connection.execute(statements.EXPIRING, {"today": on.isoformat(), "limit": _BATCH}).all()

    def expire(row: Row[Any]) -> bool:
        def work(connection: Connection) -> bool:
            stored = feed.load(connection, row.scope_id, row.id)
            if stored is None or stored.dossier is None or stored.dossier.status is not Status.PENDING:
                return False
            dossier = stored.dossier
            if not expired(dossier.due_on, dossier.handed_in_at is not None, on):
                return False
            gone, letters = outcome.settled(dossier, Event.EXPIRE, None, references, now)
            gone = replace(gone, history=(*gone.history, HistoryEntry(at=now, what="expired")))
            effects.record(
                connection, stored, gone, letters=letters, op_id=None, officer_id=None, what="expired", now=now
            )
            return True

        return database.transact(work)

    return each("expiry", due, expire)


def registry_delay(asks: int, first: timedelta) -> timedelta:
    """Return how long to wait after ``asks`` silent answers to the job: ``first``, doubled each time, at most 1 h."""
    return min(_LONGEST_WAIT, first * (1 << min(asks - 1, 16)))


def ask_again(
    database: Database,
    registry: HouseholdRegistry,
    references: References,
    clock: Clock,
    first_wait: timedelta = timedelta(0),
) -> int:
    """Ask the registry again about dossiers that wait for it and are due, at most fifty; returns how many were settled.

    A dossier on which it stays silent waits longer each time, beginning with ``first_wait``.
    """
    with database.read() as connection:
        due = connection.execute(statements.REGISTRY_DUE, {"now": stamp(clock()), "limit": _REGISTRY_BATCH}).all()

    def ask_about(row: Row[Any]) -> bool:
        # Written before the question: a dossier that breaks the round waits its turn like a silent one. Of two servers
        # that found it due the one that counts the question asks it.
        asks = row.asks + 1
        next_at = stamp(clock() + registry_delay(asks, first_wait))
        values = {"scope_id": row.scope_id, "dossier_id": row.id, "asks": asks, "next_at": next_at}
        return database.transact(lambda connection: _counted(connection, values)) and _ask_again(
            database, registry, references, clock, row.scope_id, row.id
        )

    return each("registry", due, ask_about)


def forget_waits(database: Database) -> int:
    """Drop the turns of dossiers that wait for the registry no more: a move that broke leaves one behind.

    Returns how many; one that is dropped too early begins anew with the next question.
    """
    with database.read() as connection:
        over = connection.execute(statements.REGISTRY_WAIT_OVER, {"limit": _BATCH}).all()

    def forget(row: Row[Any]) -> bool:
        key = {"scope_id": row.scope_id, "dossier_id": row.dossier_id}
        return database.transact(
            lambda connection: run(connection, Step(statements.REGISTRY_WAIT_DELETE, key))[0].count == 1
        )

    return each("registry waits", over, forget)


def _counted(connection: Connection, values: dict[str, Any]) -> bool:
    """Write down that the registry is asked for the time ``asks``.

    ``False`` when somebody else has done so, or the dossier waits here no more: it was settled, or moved on.
    """
    *_, found = run(connection, *feed.loading(connection, values["scope_id"], values["dossier_id"]))
    if found.row is None or found.row.gone or found.row.status != Status.CHECKING.value:
        return False
    for statement in (statements.REGISTRY_WAIT_NEXT, statements.REGISTRY_WAIT_FIRST):
        (counted,) = run(connection, Step(statement, values))
        if counted.count == 1:
            return True
    return False


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
    if answer.verdict is RegistryVerdict.SILENT:
        return False

    def work(connection: Connection) -> bool:
        now = clock()
        stored = feed.load(connection, scope_id, dossier_id)
        if stored is None or stored.dossier is None or stored.dossier.status is not Status.CHECKING:
            return False
        dossier = replace(stored.dossier, lease=None, officer_name=_judge(stored.dossier))
        event = registry_event(answer, *_confirmed(connection, dossier))
        found = accounts.obstacle(connection, dossier) if event is Event.ACCEPT else None
        obstacle = None if found is None else found[0]
        if obstacle is not None:
            event = Event.REGISTRY_DISAGREES
            what = obstacle.replace("-", "_")
            dossier = replace(dossier, history=(*dossier.history, HistoryEntry(at=now, what=what)))
        holder = accounts.holder(connection, dossier) if event is Event.ACCEPT else None
        settled, letters = outcome.settled(dossier, event, answer, references, now, holder=holder, obstacle=obstacle)
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

    return database.transact(work)


def _judge(dossier: Dossier) -> str | None:
    return None if dossier.judgement is None else dossier.judgement.officer_name


def _confirmed(connection: Connection, dossier: Dossier) -> tuple[bool, str | None]:
    """Return whether the decision that waits accepts other marks, and its note."""
    if dossier.judgement is None:
        return False, None
    key = {"scope_id": dossier.scope_id, "op_id": dossier.judgement.op_id}
    body = connection.execute(statements.DECISION_BODY, key).scalar_one_or_none()
    if body is None:
        return False, None
    decision = wire.decode(body, Decision)
    return decision.marks_confirmed, decision.note


def run_clock(database: Database, references: References, now: datetime) -> None:
    """Do what only the time asks for."""
    expire_declarations(database, references, now)
    end_leases(database, now)
    forget_waits(database)
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
