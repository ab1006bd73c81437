"""Somebody holds SQLite's lock to write: whoever writes waits, whoever reads does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy.engine import make_url

from officer_console.central import wire
from tests import builders
from tests.central.process import Central, Desk, path_of, problem, running_central

CHANGES = f"/v1/scopes/{builders.SCOPE}/changes"


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    """A central on SQLite that writes nothing but what it is asked."""
    jobs = ("--job-interval", "3600", "--registry-interval", "3600")
    with running_central(tmp_path_factory.mktemp("central"), *jobs) as running:
        yield running


@contextmanager
def write_lock(central: Central) -> Iterator[None]:
    """Hold the lock to write on a connection of our own."""
    path = Path(make_url(str(central.database.engine.url)).database or "")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def waiting_decision(central: Central, desk: Desk) -> Iterator[Future[requests.Response]]:
    """Send a decision that waits for the lock; when the block ends the lock is given back."""
    about = builders.dossier(central.fresh())
    central.plant(about)
    with ThreadPoolExecutor(1) as beside:
        with write_lock(central):
            sent = beside.submit(desk.decide, builders.decision(about))
            yield sent
        assert sent.result().status_code == 201


@pytest.mark.parametrize("known", [True, False], ids=["a token used before", "a fresh token"])
def test_who_reads_does_not_wait_for_who_waits_to_write(central: Central, known: bool) -> None:  # noqa: FBT001 - parametrised
    read = builders.dossier(central.fresh())
    central.plant(read)
    judge, reader = central.desk(), central.desk()
    asked: list[Callable[[], requests.Response]] = [
        lambda: reader.get(CHANGES),
        lambda: reader.get(f"{CHANGES}?long=way"),
        lambda: reader.get(path_of(read)),
        lambda: reader.get("/v1/me"),
    ]
    if known:
        assert reader.get("/v1/me").status_code == 200
    with waiting_decision(central, judge) as sent:
        answers = [ask() for ask in asked * 3]
        assert {answer.status_code for answer in answers} == {200}
        assert not sent.done()


def test_tokens_used_while_nobody_could_write_it_down_do_not_count_as_lost(central: Central) -> None:
    def refresh(token: str) -> requests.Response:
        body = wire.encode(wire.RefreshRequest(refresh_token=token))
        return requests.post(f"{central.url}/v1/sessions/refresh", data=body, timeout=60)

    first = central.desk().grant.refresh_token
    second = wire.decode(refresh(first).content, wire.Grant)
    with ThreadPoolExecutor(1) as beside:
        with write_lock(central):
            # waits for the lock before the tokens it would end as lost are used
            again = beside.submit(refresh, first)
            assert requests.get(f"{central.url}/v1/meta", timeout=60).status_code == 200
            told = {"Authorization": f"Bearer {second.access_token}"}
            assert requests.get(f"{central.url}/v1/me", headers=told, timeout=60).status_code == 200
        assert problem(again.result()).name == "token-expired"
    assert problem(refresh(second.refresh_token)).name == "token-expired"
