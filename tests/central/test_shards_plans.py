"""What a server in front plans for any values, and that an office's work opens nothing on the servers of others."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import insert, text

from central_server import feed, schema, statements
from central_server.database import Database
from central_server.options import Options
from central_server.serving import assemble
from central_server.shards import spread
from central_server.times import utc_now
from central_server.trips import Step, run
from officer_console.central import wire
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.names import fold
from tests import builders
from tests.central.process import wait_until
from tests.postgres import Cluster

MODE = Step(text("SELECT current_setting('plan_cache_mode') AS mode"), {})


def planted(url: str, about: Dossier) -> None:
    """Put a dossier into its office, and whom it is about into the registry."""
    declared = about.declaration
    person = {
        "social_code": declared.social_code,
        "full_name": declared.full_name,
        "folded": fold(declared.full_name),
        "birth": declared.birth.text(),
    }
    with closing(Database.open(url)) as database, database.write() as connection:
        feed.ensure_scope(connection, about.scope_id, database.epoch)
        feed.add(connection, about.scope_id, [about])
        connection.execute(insert(schema.registry_person), [person])


def sessions(cluster: Cluster, *names: str) -> list[int]:
    """Return how many sessions the server in front has on each of the databases behind."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'postgres_fdw' AND datname = %s"
    found = []
    with cluster.connect("postgres") as connection:
        for name in names:
            row = connection.execute(query, (name,)).fetchone()
            assert row is not None
            found.append(int(str(row[0])))
    return found


def test_an_office_s_decision_and_page_open_nothing_on_the_server_of_others(postgres: Cluster, tmp_path: Path) -> None:
    front, *behind = (postgres.dsn(name) for name in ("plans", "plans_first", "plans_second"))
    spread(front, behind)
    about = builders.dossier(1)
    planted(front, about)
    # those of whoever looked at all the servers before
    wait_until(lambda: None if any(sessions(postgres, "plans_first", "plans_second")) else True)
    with closing(Database.open(front, serving=True)) as database:
        parts = assemble(database, Options(database=front, port=0, blobs=str(tmp_path)), utc_now)
        wait_until(lambda: None if any(sessions(postgres, "plans_first", "plans_second")) else True)
        decision = builders.decision(about)
        officer = builders.officer("ha.nt", scopes=(about.scope_id,))
        decided = parts.deciding.decide(officer, decision, wire.etag(database.epoch, about.version))
        with database.read() as connection:
            page = wire.decode(feed.page(connection, database.state, about.scope_id, None, 10), wire.Page)
        assert sorted(map(bool, sessions(postgres, "plans_first", "plans_second"))) == [False, True]
        parts.door.close()
    assert wire.decode(decided.receipt, wire.Receipt).dossier.status is Status.APPROVED
    assert [item.id for item in page.items] == [about.id]


def test_only_a_select_is_planned_for_any_values_and_only_in_front(postgres: Cluster, postgres_url: str) -> None:
    front, behind = postgres.dsn("modes"), postgres.dsn("modes_behind")
    spread(front, [behind])
    change = Step(statements.LEASE_DELETE, {"scope_id": "07906", "dossier_id": "d"})
    with closing(Database.open(front)) as database:
        with database.write() as connection:
            first, _, last = run(connection, MODE, change, MODE)
            assert (first.row.mode, last.row.mode) == ("force_generic_plan",) * 2
            assert connection.exec_driver_sql("SHOW plan_cache_mode").scalar_one() == "auto"
        with database.look() as connection:
            assert run(connection, MODE)[0].row.mode == "force_generic_plan"
            assert connection.exec_driver_sql("SHOW plan_cache_mode").scalar_one() == "auto"
    with closing(Database.open(postgres_url)) as database, database.read() as connection:
        assert run(connection, MODE)[0].row.mode == "auto"
