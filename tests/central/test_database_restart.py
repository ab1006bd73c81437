"""PostgreSQL is restarted under a running central: nobody is told that central is broken, and it goes on by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import parse_qsl

import psycopg
import pytest
import requests
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from central_server import statements
from central_server.database import Database
from central_server.trips import Step, run
from tests import builders
from tests.central.process import Central, Desk, path_of, problem, running_central
from tests.postgres import Cluster

AT_ONCE = 12
GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "operating-central.md").read_text(encoding="utf-8")
BACKEND = text("SELECT pg_backend_pid()")


# One server that is restarted, one test after the other.
pytestmark = pytest.mark.xdist_group(__name__)


@pytest.fixture(scope="module")
def cluster(postgres_installed: None) -> Iterator[Cluster]:  # noqa: ARG001 - asked for its effect
    """A PostgreSQL of this module's own, because it is restarted."""
    with Cluster() as running:
        yield running


@pytest.fixture(scope="module")
def central(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    """A central that does nothing on the database but what it is asked."""
    folder: Path = tmp_path_factory.mktemp("central")
    jobs = ("--job-interval", "3600", "--registry-interval", "3600")
    # how long one waits for a row is not meant here
    patient = f"{cluster.dsn('central')}&options=-c%20lock_timeout%3D30s"
    with running_central(folder, *jobs, url=patient) as running:
        yield running


@pytest.fixture(autouse=True)
def healed(central: Central) -> None:
    """Begin with no connection of before a restart, in the server's pool nor in the test's own."""
    central.database.engine.dispose()
    # whoever meets one of them empties the server's pool
    answer = requests.get(f"{central.url}/v1/me", headers={"Authorization": "Bearer none"}, timeout=60)
    assert answer.status_code == 401


def asked(desk: Desk, number: int) -> list[Callable[[], requests.Response]]:
    """Return one of each kind of call: snapshot, single statement, write transaction."""
    about = builders.dossier(number)
    return [
        lambda: desk.get(path_of(about)),
        lambda: desk.get("/v1/me"),
        lambda: desk.get(f"/v1/scopes/{about.scope_id}/changes"),
        lambda: desk.take(about),
        lambda: desk.get(f"/v1/scopes/{about.scope_id}/ledger?device_id=store-1"),
    ]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_after_a_restart_of_the_database_nobody_meets_a_connection_of_before(
    central: Central, cluster: Cluster, end: str
) -> None:
    desks = [central.desk() for _ in range(AT_ONCE)]
    numbers = [central.fresh() for _ in desks]
    central.plant(*(builders.dossier(number) for number in numbers))
    calls = [call for desk, number in zip(desks, numbers, strict=True) for call in asked(desk, number)]
    with ThreadPoolExecutor(AT_ONCE) as together:
        filled = [future.result() for future in [together.submit(call) for call in calls]]
        assert {answer.status_code for answer in filled} == {200}
        {"stop": cluster.stop, "kill": cluster.kill}[end]()
        cluster.start()
        first = [future.result() for future in [together.submit(call) for call in calls]]
    assert {answer.status_code for answer in first} == {200}


def test_connections_made_after_a_restart_are_kept_however_many_of_before_are_met(
    central: Central, cluster: Cluster
) -> None:
    database, ended = central.database, list[object]()

    def note(engine: object) -> None:
        ended.append(engine)

    step = Step(statements.SCOPE_STATE, {"scope_id": builders.SCOPE})
    event.listen(database.engine, "engine_disposed", note)
    with ExitStack() as held:
        old = [held.enter_context(database.engine.connect()) for _ in range(AT_ONCE)]
        cluster.stop()
        cluster.start()
        with pytest.raises(OperationalError):
            run(old[0], step)
        with database.look() as fresh:
            backend = fresh.execute(BACKEND).scalar_one()
        with ThreadPoolExecutor(AT_ONCE) as together:
            met = [together.submit(run, connection, step) for connection in old[1:]]
            assert all(isinstance(one.exception(), OperationalError) for one in met)
    with database.look() as again:
        assert again.execute(BACKEND).scalar_one() == backend
    event.remove(database.engine, "engine_disposed", note)
    assert len(ended) == 1


def test_who_finds_every_connection_in_use_is_told_to_come_back(central: Central) -> None:
    desk = central.desk()
    # more than a process has threads for, on both ways: together they are more than it has connections
    paths = ["/v1/me"] * 60 + [f"/v1/scopes/{builders.SCOPE}/changes"] * 30
    told = dict(desk.http.headers)

    def ask(path: str) -> requests.Response:
        return requests.get(central.url + path, headers=told, timeout=60)

    with ThreadPoolExecutor(len(paths)) as together:
        with central.database.write() as connection:
            connection.execute(text("LOCK TABLE session IN ACCESS EXCLUSIVE MODE"))
            asked = [together.submit(ask, path) for path in paths]
            first = next(as_completed(asked)).result()
        answers = [future.result() for future in asked]
    assert (first.status_code, problem(first).name) == (503, "unavailable")
    assert {answer.status_code for answer in answers} == {200, 503}
    assert {answer.headers["Retry-After"] for answer in answers if answer.status_code == 503} == {"1"}


def test_a_desk_that_asks_while_the_database_is_away_is_told_to_come_back(central: Central, cluster: Cluster) -> None:
    desk = central.desk()
    cluster.stop()
    try:
        away = desk.get("/v1/me")
    finally:
        cluster.start()
    assert (away.status_code, problem(away).name, away.headers["Retry-After"]) == (503, "unavailable", "1")
    assert desk.get("/v1/me").status_code == 200


def test_the_database_is_reached_with_the_time_limits_the_guide_tells(cluster: Cluster) -> None:
    (limits,) = re.findall(r"postgresql\+psycopg://USER@HOST/DB\?([a-z_=&0-9]+)", GUIDE)
    with closing(Database.open(f"{cluster.dsn('limits')}&{limits}")) as database, database.look() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        given = driver.info.get_parameters()
    assert given.items() >= dict(parse_qsl(limits)).items()
    assert {"connect_timeout", "tcp_user_timeout"} <= given.keys()
