"""The offices of one central over several PostgreSQL servers: each lives whole on one, and nothing else changes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url

from central_server import feed, schema, statements
from central_server.database import LIMITS, Database
from central_server.shards import distribute, of_an_office, spread, to_distribute, upgrade
from officer_console.domain.dossier import Dossier, DossierKind
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


def documented_query(about: Dossier) -> str:
    """Return the query of docs/operating-central.md that tells what the account of a dossier should be."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "operating-central.md").read_text(encoding="utf-8")
    query: str = page.split("```sql\n")[1].split("```")[0]
    assert "'OFFICE'" in query
    return query.replace("OFFICE", about.scope_id).replace("DOSSIER", about.id)


def test_what_the_account_of_a_dossier_should_be_is_found_by_its_ids(postgres: Cluster) -> None:
    front, *behind = (postgres.dsn(f"owed_{part}") for part in ("front", "first", "second"))
    spread(front, behind)
    with closing(Database.open(front)) as database:
        about = builders.dossier(1, scope_id=OFFICES[0], kind=DossierKind.CHANGE)
        with database.write() as connection:
            feed.ensure_scope(connection, about.scope_id, database.epoch)
            feed.add(connection, about.scope_id, [about])
        with database.read() as connection:
            row = connection.exec_driver_sql(documented_query(about)).one()
    declared = about.declaration
    assert about.previous is not None
    assert tuple(row) == ("change", about.previous.social_code, declared.social_code, declared.phone, declared.email)


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


def settings_behind(front: str, names: Iterable[str]) -> list[str]:
    """Return what the sessions that the server in front has on the one behind begin with."""
    engine = create_engine(front)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE FOREIGN TABLE settings_behind (name TEXT, setting TEXT) SERVER shard_0"
            " OPTIONS (schema_name 'pg_catalog', table_name 'pg_settings')"
        )
        query = text("SELECT setting FROM settings_behind WHERE name = :name")
        found = [str(connection.execute(query, {"name": name}).scalar_one()) for name in names]
    engine.dispose()
    return found


def test_the_time_limits_of_serving_reach_the_servers_behind(postgres: Cluster) -> None:
    front, behind = postgres.dsn("limits_front"), postgres.dsn("limits_behind")
    with postgres.connect("limits_behind") as connection:
        connection.execute("ALTER DATABASE limits_behind SET statement_timeout = '9s'")
        connection.execute("ALTER DATABASE limits_behind SET synchronous_commit = off")
    told = make_url(behind).update_query_dict({"options": "-c lock_timeout=7s", "connect_timeout": "5"})
    spread(front, [told.render_as_string(hide_password=False)])
    names = (*LIMITS, "synchronous_commit")
    assert settings_behind(front, names) == ["7000", "9000", "60000", "on"], "what the operator set stays"
    upgrade(front)
    assert settings_behind(front, names) == ["7000", "9000", "60000", "on"]


def test_a_row_that_somebody_holds_behind_puts_its_decisions_off_as_on_one_server(
    tmp_path: Path, postgres: Cluster
) -> None:
    front, behind = postgres.dsn("held_front"), postgres.dsn("held_behind")
    spread(front, [behind])
    with running_central(tmp_path, "--job-interval", "3600", "--registry-interval", "3600", url=front) as central:
        held, free = (builders.dossier(n, scope_id=scope, number=f"{n}/{scope}") for n, scope in enumerate(OFFICES[:2]))
        central.plant(held, free)
        desk = central.desk(scopes=OFFICES)
        holder = create_engine(behind)
        with holder.connect() as connection, connection.begin():
            connection.execute(statements.SCOPE_LOCK, {"scope_id": held.scope_id})
            began = time.monotonic()
            answer = desk.decide(builders.decision(held))
            waited = time.monotonic() - began
            assert (answer.status_code, problem(answer).name) == (503, "unavailable")
            assert 4 < waited < 12, "by itself the server in front would have waited for twenty seconds"
            assert desk.decide(builders.decision(free)).status_code == 201
        holder.dispose()
        assert desk.decide(builders.decision(held)).status_code == 201


def test_what_is_new_after_an_upgrade_is_distributed_by_citus_beside_what_is() -> None:
    everything = dict(to_distribute(()))
    first = next(iter(everything))
    assert everything == dict.fromkeys(everything, first) | {first: "none"}
    assert set(everything) == {table.name for table in schema.metadata.sorted_tables if of_an_office(table)}
    assert list(to_distribute(set(everything) - {"refusal"})) == [("refusal", first)]
    assert list(to_distribute(everything)) == []


@pytest.mark.skipif("CITUS_DSN" not in os.environ, reason="CITUS_DSN is not set: no Citus at hand")
def test_citus_is_laid_out_again_after_a_table_is_new() -> None:
    url = os.environ["CITUS_DSN"]
    distribute(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SELECT undistribute_table('refusal')"))
    distribute(url)
    distribute(url)
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM pg_dist_partition WHERE CAST(logicalrel AS TEXT) = 'refusal'")
        assert connection.execute(query).scalar_one() == 1
    engine.dispose()


def test_every_table_of_an_office_can_be_laid_on_its_server() -> None:
    found = {table.name for table in schema.metadata.sorted_tables if of_an_office(table)}
    assert {"scope", "dossier", "decision", "outbox", "audit", "blob", "lease", "registry_wait"} <= found
    for table in schema.metadata.sorted_tables:
        if "scope_id" in table.columns and table.name != "office":
            assert table.name in found


def test_only_postgresql_can_be_spread(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="postgresql"):
        spread(f"sqlite:///{tmp_path / 'front.db'}", [f"sqlite:///{tmp_path / 'behind.db'}"])
