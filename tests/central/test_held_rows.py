"""Somebody's forgotten transaction holds rows on PostgreSQL: who needs them is told to come back, the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from central_server import feed, statements
from central_server.database import Database
from central_server.lane import OF_ONE_OFFICE, THREADS
from central_server.trips import Step, run
from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from tests import builders
from tests.central.process import Central, Desk, problem, running_central, wait_until
from tests.postgres import Cluster

HELD, FREE = builders.SCOPE, "07907"
NAMES = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "synchronous_commit")
COUNTER = Step(statements.SCOPE_LOCK, {"scope_id": HELD})


def asking(url: str, **settings: str) -> str:
    """Return the URL with settings of the operator's own."""
    told = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return make_url(url).update_query_dict({"options": told}).render_as_string(hide_password=False)


def found(database: Database) -> tuple[str, ...]:
    """Return the settings a connection has got, before and after a rollback."""
    with database.engine.connect() as connection:
        first = [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in NAMES]
        connection.rollback()
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in NAMES] == first
    return tuple(first)


def test_a_serving_connection_has_limits_and_promises_nothing_that_is_not_on_disk(postgres_url: str) -> None:
    with closing(Database.open(postgres_url, serving=True)) as serving, closing(Database.open(postgres_url)) as other:
        assert found(serving) == ("5s", "20s", "1min", "on")
        assert found(other) == ("0", "0", "0", "on"), "a backup, a migration or a planting may take its time"


@pytest.mark.parametrize(
    ("given", "used"), [("off", "on"), ("local", "on"), ("remote_write", "on"), ("remote_apply", "remote_apply")]
)
def test_what_the_operator_has_set_stays_but_a_weaker_promise(postgres_url: str, given: str, used: str) -> None:
    url = asking(postgres_url, lock_timeout="7s", statement_timeout="0", synchronous_commit=given)
    with closing(Database.open(url, serving=True)) as database:
        assert found(database) == ("7s", "0", "1min", used)


def test_what_the_operator_has_set_for_the_database_stays(postgres_url: str) -> None:
    with closing(Database.open(postgres_url)) as before, before.write() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET lock_timeout = '9s'")
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with closing(Database.open(postgres_url, serving=True)) as database:
        assert found(database) == ("9s", "20s", "1min", "on")


@pytest.fixture(scope="module")
def central(postgres: Cluster, blank: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    """A central that waits three seconds for a row, because its operator says so, and writes only what it is asked."""
    url = asking(postgres.dsn("held", template=blank), lock_timeout="3s")
    jobs = ("--job-interval", "3600", "--registry-interval", "3600")
    folder: Path = tmp_path_factory.mktemp("central")
    with running_central(folder, *jobs, url=url) as running:
        yield running


@contextmanager
def counter_held(database: Database) -> Iterator[None]:
    """Hold the counter of the office ``HELD``, as a forgotten psql does."""
    with database.write() as connection:
        run(connection, COUNTER)
        yield
        connection.rollback()


def test_while_somebody_holds_an_offices_counter_its_decisions_are_put_off_and_other_offices_go_on(
    central: Central,
) -> None:
    judged = [builders.dossier(central.fresh()) for _ in range(THREADS + 4)]
    free = [builders.dossier(central.fresh(), scope_id=FREE) for _ in range(5)]
    central.plant(*judged, *free)
    desks = [central.desk() for _ in judged]
    other = central.desk(scopes=(FREE,))
    other.pull(FREE)
    with ThreadPoolExecutor(len(judged)) as together:

        def decide_all() -> list[Future[requests.Response]]:
            pairs = zip(desks, judged, strict=True)
            return [together.submit(Desk.decide, desk, builders.decision(about)) for desk, about in pairs]

        with counter_held(central.database):
            sent = decide_all()
            wait_until(lambda: waiting(central.database) >= OF_ONE_OFFICE or None)
            pages = [other.pull(FREE) for _ in free]
            decided = [other.decide(builders.decision(about)) for about in free]
            assert not any(one.done() for one in sent), "nobody of another office waited for these decisions"
            answers = [one.result() for one in sent]
        assert {len(page.items) for page in pages} == {5}
        assert {answer.status_code for answer in decided} == {201}
        assert {(answer.status_code, problem(answer).name) for answer in answers} == {(503, "unavailable")}
        assert {answer.headers["Retry-After"] for answer in answers} == {"1"}
        assert {one.result().status_code for one in decide_all()} == {201}, "sent again they are applied"


# More than the framework has threads.
CROWD = 48


def checked(desk: Desk, about: Dossier) -> requests.Response:
    """Ask the household registry about a dossier."""
    question = wire.HouseholdQuestion(scope_id=about.scope_id, dossier_id=about.id)
    return desk.call("POST", "/v1/household-checks", question)


@pytest.mark.parametrize("ask", [Desk.take, Desk.release, checked], ids=["lease", "given-back", "household-check"])
def test_whoever_waits_for_a_held_office_on_the_long_way_keeps_nobody_of_another_office_waiting(
    central: Central, ask: Callable[[Desk, Dossier], requests.Response]
) -> None:
    crowd = [builders.dossier(central.fresh()) for _ in range(CROWD)]
    free = [builders.dossier(central.fresh(), scope_id=FREE) for _ in range(3)]
    central.plant(*crowd, *free)
    desks = [central.desk() for _ in range(CROWD // 4)]
    other = central.desk(scopes=(FREE,))
    if ask is Desk.release:
        assert {desks[n % len(desks)].take(about).status_code for n, about in enumerate(crowd)} == {200}
    with ThreadPoolExecutor(CROWD) as together:

        def ask_all() -> list[Future[requests.Response]]:
            return [together.submit(ask, desks[n % len(desks)], about) for n, about in enumerate(crowd)]

        with counter_held(central.database):
            sent = ask_all()
            wait_until(lambda: waiting(central.database) >= OF_ONE_OFFICE or None)
            answers = [call(other, about) for about in free for call in (Desk.take, checked, Desk.release)]
            assert not any(one.done() for one in sent), "nobody of another office waited for these"
            put_off = [one.result() for one in sent]
        assert all(answer.ok for answer in answers)
        assert {(answer.status_code, problem(answer).name) for answer in put_off} == {(503, "unavailable")}
        assert all(one.result().ok for one in ask_all()), "sent again they are done"


def waiting(database: Database) -> int:
    """Return how many connections wait for a lock."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with database.look() as connection:
        return int(connection.execute(query).scalar_one())


@pytest.mark.parametrize("ended", ["lock", "statement"])
def test_a_wait_that_is_over_says_that_the_database_is_away(postgres_url: str, ended: str) -> None:
    url = asking(postgres_url, **{f"{ended}_timeout": "50"})
    with closing(Database.open(postgres_url)) as other, closing(Database.open(url, serving=True)) as database:
        with other.write() as connection:
            feed.ensure_scope(connection, HELD, other.epoch)
        with counter_held(other):
            with pytest.raises(OperationalError), database.write() as connection:
                run(connection, COUNTER, commit=True)
            with pytest.raises(OperationalError), database.write() as connection:
                connection.execute(COUNTER.statement, COUNTER.values)
        with database.write() as connection:
            run(connection, COUNTER, commit=True)


@pytest.mark.parametrize("by_trip", [True, False], ids=["trip", "statement"])
def test_a_transaction_that_stood_still_is_ended_and_its_caller_told_to_come_back(
    postgres_url: str,
    by_trip: bool,  # noqa: FBT001 - parametrised
) -> None:
    url = asking(postgres_url, idle_in_transaction_session_timeout="50")
    with closing(Database.open(postgres_url)) as other, closing(Database.open(url, serving=True)) as database:

        def stand_still() -> None:
            with database.write() as connection:
                backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
                wait_until(lambda: gone(other, backend) or None)
                if by_trip:
                    run(connection, COUNTER)
                else:
                    connection.execute(COUNTER.statement, COUNTER.values)

        with pytest.raises(OperationalError):
            stand_still()
        with database.write() as connection:
            run(connection, COUNTER, commit=True)


def gone(database: Database, backend: int) -> bool:
    """Whether a connection has ended."""
    with database.look() as connection:
        query = text("SELECT 1 FROM pg_stat_activity WHERE pid = :pid")
        return connection.execute(query, {"pid": backend}).first() is None
