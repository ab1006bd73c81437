"""The offices of one central over several PostgreSQL servers: each lives whole on one, and nothing else changes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from central_server import schema
from central_server.database import Database
from central_server.shards import of_an_office, spread
from tests import builders
from tests.central.process import Desk, running_central
from tests.postgres import Cluster

OFFICES = tuple(f"{7900 + n:05d}" for n in range(6))


def test_every_office_lives_whole_on_one_server_and_decides_as_before(tmp_path: Path, postgres: Cluster) -> None:
    front, *behind = (postgres.dsn(f"spread_{part}") for part in ("front", "first", "second"))
    spread(front, behind)
    with running_central(tmp_path, url=front) as central:
        desks = [central.desk(scopes=OFFICES) for _ in range(4)]
        about = [
            builders.dossier(central.fresh(), scope_id=scope, number=f"{n}/{scope}")
            for n in range(1, 5)
            for scope in OFFICES
        ]
        central.plant(*about)
        for dossier in about:
            central.register_person(dossier)
        decisions = [builders.decision(dossier) for dossier in about]
        answers: list[int] = []

        def work(desk: Desk, place: int) -> None:
            # every decision from two desks, so that each meets its repeat
            for decision in decisions[place // 2 :: 2]:
                answers.append(desk.decide(decision).status_code)  # noqa: PERF401 - seen by the test while it runs

        threads = [threading.Thread(target=work, args=(desk, place)) for place, desk in enumerate(desks)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert sorted(answers) == [200] * len(decisions) + [201] * len(decisions)
        assert {central.decisions(dossier) for dossier in about} == {1}
        for scope in OFFICES:
            page = desks[0].pull(scope)
            assert [item.seq for item in page.items] == sorted({item.seq for item in page.items})
            assert page.state is not None
            assert page.state.count == 4
    homes: dict[str, int] = {}
    for place, url in enumerate(behind):
        database = Database.open(url)
        with database.read() as connection:
            there = connection.execute(
                select(schema.decision.c.scope_id, func.count()).group_by(schema.decision.c.scope_id)
            ).all()
        database.close()
        for scope, count in there:
            assert scope not in homes
            assert count == 4
            homes[scope] = place
    assert set(homes) == set(OFFICES)
    assert set(homes.values()) == {0, 1}


def test_every_table_of_an_office_can_be_laid_on_its_server() -> None:
    found = {table.name for table in schema.metadata.sorted_tables if of_an_office(table)}
    assert {"scope", "dossier", "decision", "outbox", "audit", "blob", "lease", "registry_wait"} <= found
    for table in schema.metadata.sorted_tables:
        if "scope_id" in table.columns and table.name != "office":
            assert table.name in found


def test_only_postgresql_can_be_spread(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="postgresql"):
        spread(f"sqlite:///{tmp_path / 'front.db'}", [f"sqlite:///{tmp_path / 'behind.db'}"])
