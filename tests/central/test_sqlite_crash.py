"""A central on SQLite whose decisions share COMMITs is killed, or its disk takes no more: what it answered is true."""

from __future__ import annotations

import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from central_server import schema
from officer_console.central import wire
from officer_console.domain.decision import Decision
from tests import builders
from tests.central.process import Central, Desk, problem, running_central

DESKS = 12
QUIET = ("--job-interval", "3600", "--registry-interval", "3600")
# Less than the pages that one decision changes.
TOO_SMALL = 8192


def planted(central: Central, count: int) -> list[Decision]:
    """Plant dossiers and return a decision on each."""
    dossiers = [builders.dossier(central.fresh()) for _ in range(count)]
    central.plant(*dossiers)
    return [builders.decision(about) for about in dossiers]


def numbers(central: Central) -> tuple[int, int, int]:
    """Return how many decisions are recorded, the feed's last number and how many dossiers the feed has."""
    with central.database.read() as connection:
        decisions = connection.execute(select(func.count()).select_from(schema.decision)).scalar_one()
        last = connection.execute(select(schema.scope.c.last_seq)).scalar_one()
        dossiers = connection.execute(select(func.count()).select_from(schema.dossier)).scalar_one()
    return decisions, last, dossiers


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is POSIX")
@pytest.mark.parametrize("answers", [1, 9, 60])
def test_every_decision_answered_before_a_kill_is_recorded_and_no_number_is_missing(
    tmp_path: Path, answers: int
) -> None:
    told: dict[str, bytes] = {}
    enough = threading.Event()
    with running_central(tmp_path, *QUIET) as central:
        person = central.officer()
        decisions = planted(central, 240)

        def send(desk: Desk, mine: list[Decision]) -> None:
            for decision in mine:
                try:
                    answer = desk.decide(decision)
                except requests.RequestException:
                    return
                assert answer.status_code == 201
                told[decision.op_id] = answer.content
                if len(told) >= answers:
                    enough.set()

        desks = [Desk(central, person.username) for _ in range(DESKS)]
        with ThreadPoolExecutor(DESKS) as threads:
            sent = [threads.submit(send, desk, decisions[n::DESKS]) for n, desk in enumerate(desks)]
            assert enough.wait(60)
            central.kill()
        for one in sent:
            one.result()
    assert answers <= len(told) < len(decisions)
    with running_central(tmp_path, *QUIET) as central:
        recorded, last, dossiers = numbers(central)
        assert len(told) <= recorded <= len(told) + DESKS
        assert last == dossiers + recorded
        desk = Desk(central, person.username)
        again = {decision.op_id: desk.decide(decision) for decision in decisions}
        assert {op_id: again[op_id].content for op_id in told} == told
        assert {again[op_id].status_code for op_id in told} == {200}
        assert sum(answer.status_code == 200 for answer in again.values()) == recorded
        assert numbers(central) == (len(decisions), len(decisions) * 2, len(decisions))
        assert desk.pull(builders.SCOPE).more is False


@pytest.mark.skipif(os.name == "nt", reason="no limit for the size of files")
def test_a_commit_that_fails_refuses_all_who_share_it_and_the_server_goes_on(tmp_path: Path) -> None:
    import resource

    with running_central(tmp_path, *QUIET) as central:
        decisions = planted(central, DESKS)
        desks = [central.desk() for _ in decisions]
        before = numbers(central)
        _, hard = resource.prlimit(central.pid, resource.RLIMIT_FSIZE)
        with closing(sqlite3.connect(tmp_path / "central.db")) as beside:
            # a log that begins anew finds no room of before
            beside.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        resource.prlimit(central.pid, resource.RLIMIT_FSIZE, (TOO_SMALL, hard))
        with ThreadPoolExecutor(DESKS) as threads:
            answers = list(threads.map(Desk.decide, desks, decisions))
        assert {problem(answer).name for answer in answers} == {"unavailable"}
        assert {answer.headers["Retry-After"] for answer in answers} == {"1"}
        assert numbers(central) == before
        resource.prlimit(central.pid, resource.RLIMIT_FSIZE, (hard, hard))
        again = [desk.decide(decision) for desk, decision in zip(desks, decisions, strict=True)]
        assert [answer.status_code for answer in again] == [201] * DESKS
        recorded, last, dossiers = numbers(central)
        assert (recorded, last) == (DESKS, dossiers + DESKS)
        assert {wire.decode(answer.content, wire.Receipt).seq for answer in again} == set(range(dossiers + 1, last + 1))
