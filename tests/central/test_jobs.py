"""What central does by itself when time passes: declarations nobody handed in expire, once and on the right day."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from central_server import feed, jobs, schema, statements
from central_server.database import Database
from central_server.jobs import Job, JobThread
from central_server.reference import References, default_folder, load_references
from central_server.registry import RegistryRecord, RegistrySilentError, SqlRegistry
from central_server.times import stamp
from officer_console.central import wire
from officer_console.domain.checks import declaration_findings
from officer_console.domain.deadline import today
from officer_console.domain.dossier import Dossier, Status
from tests import builders
from tests.central.process import Central, Desk, problem

DECLARED = date(2026, 3, 10)
# the last second of 20 March in Vietnam, and the first of the day after
LAST_SECOND = datetime(2026, 3, 20, 16, 59, 59, tzinfo=UTC)
NEXT_DAY = datetime(2026, 3, 20, 17, 0, 0, tzinfo=UTC)


@pytest.fixture
def references(database: Database) -> References:
    return load_references(default_folder(), database)


def planted(database: Database, *dossiers: Dossier) -> None:
    with database.write() as connection:
        feed.ensure_scope(connection, builders.SCOPE, database.epoch)
        feed.add(connection, builders.SCOPE, dossiers)


def stored(database: Database, about: Dossier) -> Dossier:
    with database.read() as connection:
        row = connection.execute(statements.DOSSIER, {"scope_id": about.scope_id, "id": about.id}).one()
    return wire.decode(row.doc, Dossier)


def test_a_declaration_expires_on_the_day_after_its_tenth(database: Database, references: References) -> None:
    about = builders.dossier(1, declared_on=DECLARED)
    planted(database, about)
    assert jobs.expire_declarations(database, references, LAST_SECOND) == 0
    assert stored(database, about) == about
    assert jobs.expire_declarations(database, references, NEXT_DAY) == 1
    after = stored(database, about)
    assert (after.status, after.version) == (Status.EXPIRED, 2)
    assert (after.history[-1].what, after.history[-1].at) == ("expired", NEXT_DAY)
    assert jobs.expire_declarations(database, references, NEXT_DAY) == 0


@pytest.mark.parametrize("days_set_later", [1, 10, 60])
def test_a_declaration_expires_when_it_was_due_whatever_the_days_are_set_to_later(
    database: Database, references: References, days_set_later: int
) -> None:
    settings = replace(references.reference.settings, processing_days=days_set_later)
    changed = replace(references, reference=replace(references.reference, settings=settings))
    about = builders.dossier(1, declared_on=DECLARED, due_on=DECLARED + timedelta(days=4))
    planted(database, about)
    for days, gone in ((4, False), (5, True)):
        now = datetime(DECLARED.year, DECLARED.month, DECLARED.day, 3, tzinfo=UTC) + timedelta(days=days)
        forbidden = {finding.code for finding in declaration_findings(about, today(now))} & {"declaration-expired"}
        assert jobs.expire_declarations(database, changed, now) == bool(forbidden) == gone


def test_what_was_handed_in_or_is_in_work_does_not_expire(database: Database, references: References) -> None:
    kept = (
        builders.dossier(1, declared_on=DECLARED, handed_in_at=NEXT_DAY - timedelta(days=3)),
        builders.dossier(2, declared_on=DECLARED, status=Status.PROCESSING),
        builders.dossier(3, declared_on=DECLARED, status=Status.CHECKING),
        builders.dossier(4, declared_on=DECLARED, status=Status.AWAITING_REGISTRY),
        builders.dossier(5, declared_on=DECLARED, status=Status.APPROVED),
    )
    planted(database, *kept)
    assert jobs.expire_declarations(database, references, NEXT_DAY + timedelta(days=100)) == 0
    assert tuple(stored(database, about) for about in kept) == kept


def test_a_running_central_expires_by_itself_and_then_refuses(central: Central, desk: Desk) -> None:
    about = builders.dossier(central.fresh(), declared_on=DECLARED)
    central.plant(about)
    after = central.becomes(about, Status.EXPIRED)
    refused = problem(desk.decide(builders.decision(after)))
    assert (refused.name, refused.status_now) == ("already-decided", "expired")


@pytest.mark.parametrize("error", [OSError("secret"), AttributeError("secret"), KeyError("secret")])
def test_a_job_that_fails_is_logged_and_goes_on(error: Exception, expect_log: Callable[[str], None]) -> None:
    done = threading.Event()
    failures = [error]

    def step() -> None:
        if failures:
            raise failures.pop()
        done.set()

    expect_log(r"central_server.jobs ERROR job shaky failed: " + type(error).__name__ + r" at test_jobs\.py:\d+$")
    thread = JobThread(Job(name="shaky", seconds=0.01, step=step))
    thread.start()
    assert done.wait(10)
    thread.stop()


def broken(database: Database, about: Dossier) -> None:
    with database.write() as connection:
        connection.execute(update(schema.dossier).where(schema.dossier.c.id == about.id).values(doc="{"))


def test_a_dossier_that_cannot_be_read_does_not_keep_others_from_expiring(
    database: Database, references: References, expect_log: Callable[[str], None]
) -> None:
    expect_log("central_server.rounds ERROR expiry: .* WireError at wire.py")
    unreadable, about = (builders.dossier(n, declared_on=DECLARED - timedelta(days=2 - n)) for n in (1, 2))
    planted(database, unreadable, about)
    broken(database, unreadable)
    assert jobs.expire_declarations(database, references, NEXT_DAY) == 1
    assert stored(database, about).status is Status.EXPIRED


def test_a_dossier_that_cannot_be_read_does_not_keep_the_registry_from_answering_for_others(
    database: Database, references: References, expect_log: Callable[[str], None]
) -> None:
    expect_log("central_server.rounds ERROR registry: .* WireError at wire.py")
    unreadable, about = (builders.dossier(n, status=Status.CHECKING) for n in (1, 2))
    planted(database, unreadable, about)
    broken(database, unreadable)
    assert jobs.ask_again(database, SqlRegistry(database), references, lambda: NEXT_DAY) == 1
    assert stored(database, about).status is Status.AWAITING_REGISTRY


class CountingRegistry:
    """A registry that stays silent and knows how often it was asked about each code."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def look_up(self, social_code: str) -> Sequence[RegistryRecord]:
        self.asked[social_code] += 1
        raise RegistrySilentError


def test_a_silent_registry_is_asked_ever_more_seldom_about_one_dossier(
    database: Database, references: References
) -> None:
    planted(database, builders.dossier(1, status=Status.CHECKING))
    registry, now = CountingRegistry(), NEXT_DAY
    asked_at = []
    for second in range(0, 200, 5):
        now = NEXT_DAY + timedelta(seconds=second)
        before = registry.asked.total()
        jobs.ask_again(database, registry, references, lambda now=now: now, timedelta(seconds=10))
        if registry.asked.total() > before:
            asked_at.append(second)
    assert asked_at == [0, 10, 30, 70, 150]
    assert jobs.registry_delay(60, timedelta(seconds=10)) == timedelta(hours=1)


def test_the_registry_is_asked_in_bounded_rounds_and_everybody_gets_a_turn(
    database: Database, references: References
) -> None:
    planted(database, *(builders.dossier(n, status=Status.CHECKING) for n in range(1, 121)))
    registry = CountingRegistry()
    totals = []
    for _ in range(3):
        jobs.ask_again(database, registry, references, lambda: NEXT_DAY, timedelta(seconds=10))
        totals.append(registry.asked.total())
    assert totals == [50, 100, 120]
    assert set(registry.asked.values()) == {1}


def test_a_dossier_that_leaves_before_its_turn_is_not_waited_for_where_it_was(
    database: Database, references: References
) -> None:
    about = builders.dossier(1, status=Status.CHECKING)
    planted(database, about)
    registry = CountingRegistry()

    looks = itertools.count(1)

    def leaving() -> datetime:
        # the first look at the clock finds what is due, the second comes before the question is counted
        if next(looks) == 2:
            with database.write() as connection:
                stored_there = feed.load(connection, about.scope_id, about.id)
                assert stored_there is not None
                feed.bury(connection, stored_there, "moved_out")
        return NEXT_DAY

    assert jobs.ask_again(database, registry, references, leaving) == 0
    assert registry.asked.total() == 0
    with database.read() as connection:
        assert connection.execute(select(schema.registry_wait)).all() == []


def test_a_turn_whose_dossier_waits_no_more_is_forgotten(database: Database) -> None:
    waits, settled = (builders.dossier(n, status=status) for n, status in ((1, Status.CHECKING), (2, Status.APPROVED)))
    planted(database, waits, settled)
    with database.write() as connection:
        for about in (waits, settled):
            values = {"scope_id": about.scope_id, "dossier_id": about.id, "asks": 1, "next_at": stamp(NEXT_DAY)}
            connection.execute(statements.REGISTRY_WAIT_FIRST, values)
    assert jobs.forget_waits(database) == 1
    assert jobs.forget_waits(database) == 0
    with database.read() as connection:
        assert connection.scalars(select(schema.registry_wait.c.dossier_id)).all() == [waits.id]
