"""The offices of one central over several PostgreSQL servers: each lives whole on one, and nothing else changes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update

from central_server import schema
from central_server.database import Database
from central_server.schema import account
from central_server.shards import of_an_office, spread
from tests import builders
from tests.central.process import Desk, problem, running_central
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


def documented_query(since: str) -> str:
    """Return the query of docs/operating-central.md that finds what a death of the server in front left undone."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "operating-central.md").read_text(encoding="utf-8")
    query: str = page.split("```sql\n")[1].split("```")[0]
    assert "'2026-01-01T00:00'" in query
    return query.replace("2026-01-01T00:00", since)


def test_an_account_that_was_lost_between_the_two_commits_is_found_and_put_right(
    tmp_path: Path, postgres: Cluster
) -> None:
    front, *behind = (postgres.dsn(f"owed_{part}") for part in ("front", "first", "second"))
    spread(front, behind)
    with running_central(tmp_path, url=front) as central:
        desk = central.desk(scopes=OFFICES)
        about = [builders.dossier(central.fresh(), scope_id=scope, number=f"1/{scope}") for scope in OFFICES]
        central.plant(*about)
        for dossier in about:
            central.register_person(dossier)
            assert desk.decide(builders.decision(dossier)).status_code == 201

        def found(since: str = "2026-01-01T00:00") -> set[str]:
            with central.database.read() as connection:
                return {row.id for row in connection.exec_driver_sql(documented_query(since))}

        assert found() == set()
        lost, phone_of_before = about[0], about[1]
        with central.database.write() as connection:
            connection.execute(delete(account).where(account.c.social_code == lost.declaration.social_code))
            changed = account.c.social_code == phone_of_before.declaration.social_code
            connection.execute(update(account).where(changed).values(phone="0900000000"))
        assert found() == {lost.id, phone_of_before.id}
        assert found(since="9999-01-01T00:00") == set()
        declared = lost.declaration
        with central.database.write() as connection:
            values = {"social_code": declared.social_code, "phone": declared.phone, "state": "active"}
            connection.execute(insert(account).values(values | {"must_change": True}))
        assert found() == {phone_of_before.id}


def test_who_signs_in_needs_no_server_but_the_one_in_front(tmp_path: Path) -> None:
    with Cluster() as ahead, Cluster() as back:
        front, behind = ahead.dsn("front"), back.dsn("behind")
        spread(front, [behind])
        with running_central(tmp_path, "--job-interval", "3600", url=front) as central:
            officer = central.officer(scopes=OFFICES)
            back.stop()
            desk = Desk(central, officer.username)
            assert desk.get("/v1/me").status_code == 200
            away = desk.get(f"/v1/scopes/{OFFICES[0]}/changes")
            assert (away.status_code, problem(away).name) == (503, "unavailable")
            back.start()
            assert desk.pull(OFFICES[0]).items == ()


def test_every_table_of_an_office_can_be_laid_on_its_server() -> None:
    found = {table.name for table in schema.metadata.sorted_tables if of_an_office(table)}
    assert {"scope", "dossier", "decision", "outbox", "audit", "blob", "lease", "registry_wait"} <= found
    for table in schema.metadata.sorted_tables:
        if "scope_id" in table.columns and table.name != "office":
            assert table.name in found


def test_only_postgresql_can_be_spread(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="postgresql"):
        spread(f"sqlite:///{tmp_path / 'front.db'}", [f"sqlite:///{tmp_path / 'behind.db'}"])
