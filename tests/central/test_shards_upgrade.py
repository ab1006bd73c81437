"""A central over several servers is brought up to this program: each server behind, then the one in front."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from central_server import feed
from central_server.database import Database
from central_server.migrate import DatabaseVersionError, SpreadVersionError
from central_server.migrations import HEAD
from central_server.schema import metadata
from central_server.shards import SpreadError, of_an_office, spread, upgrade
from tests import builders
from tests.central import former_spread
from tests.central.process import Desk, running_central, wait_until
from tests.postgres import Cluster

OFFICES = tuple(f"{7900 + n:05d}" for n in range(6))


def databases(postgres: Cluster, name: str) -> list[str]:
    """Return three empty databases: the one in front and two behind."""
    return [postgres.dsn(f"{name}_{part}") for part in ("front", "first", "second")]


def command(front: str) -> list[str]:
    return [sys.executable, "-m", "central_server", "spread", "--upgrade", "--front", front]


def version(url: str) -> str:
    return str(value(url, "SELECT version_num FROM alembic_version"))


def value(url: str, query: str) -> object:
    """Return the one value a query finds."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found: object = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return found


def change(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def laid_out(front: str) -> set[str]:
    """Return the tables of the one in front that are there in parts only."""
    engine = create_engine(front)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT relname FROM pg_class WHERE relkind = 'p'")).scalars().all()
    engine.dispose()
    return set(found)


def expect_all_at_head(front: str, behind: Sequence[str]) -> None:
    assert [version(url) for url in (front, *behind)] == [HEAD] * (1 + len(behind))
    assert laid_out(front) == {table.name for table in metadata.sorted_tables if of_an_office(table)}


def test_a_central_of_before_is_brought_up_with_its_rows_and_decides(tmp_path: Path, postgres: Cluster) -> None:
    front, *behind = databases(postgres, "former")
    about = [builders.dossier(n, scope_id=scope, number=f"{n}/{scope}") for n, scope in enumerate(OFFICES, 1)]
    former_spread.leave(front, behind, *about)
    upgrade(front)
    expect_all_at_head(front, behind)
    assert sum(int(str(value(url, "SELECT count(*) FROM dossier"))) for url in behind) == len(about)
    with running_central(tmp_path, "--registry-interval", "3600", url=front) as central:
        desk = central.desk(scopes=OFFICES)
        for dossier in about:
            assert [item.id for item in desk.pull(dossier.scope_id).items] == [dossier.id]
            central.register_person(dossier)
            decision = builders.decision(dossier)
            assert [desk.decide(decision).status_code for _ in range(2)] == [201, 200]
        refused = builders.decision(about[0])
        assert desk.decide(refused).status_code == 409
        assert desk.decide(refused).status_code == 409
    assert value(front, "SELECT count(*) FROM outbox WHERE error IS NULL AND state = 'sent'") == len(about)
    upgrade(front)
    expect_all_at_head(front, behind)
    assert value(front, "SELECT count(*) FROM decision") == len(about)


def test_an_upgrade_that_was_killed_half_way_is_refused_to_servers_and_ended_by_the_next(postgres: Cluster) -> None:
    front, *behind = databases(postgres, "killed")
    former_spread.leave(front, behind, *(builders.dossier(n, scope_id=scope) for n, scope in enumerate(OFFICES, 1)))
    holder = create_engine(behind[1])
    with holder.connect() as connection, connection.begin():
        connection.execute(text("SELECT count(*) FROM outbox"))
        # the second server behind cannot change its table as long as somebody reads it
        process = subprocess.Popen(command(front))
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'killed_second'"
        wait_until(lambda: value(behind[1], waits) or None)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert [version(url) for url in (front, *behind)] == ["0001", HEAD, "0001"]
        with pytest.raises(SpreadVersionError, match=r"front-older: .* --upgrade") as refused:
            Database.open(front)
        assert (refused.value.code, refused.value.found) == ("front-older", "0001")
    holder.dispose()
    assert subprocess.run(command(front), check=False).returncode == 0
    expect_all_at_head(front, behind)
    Database.open(front).close()


def test_what_an_earlier_program_brought_up_in_front_alone_is_put_right_with_its_rows(postgres: Cluster) -> None:
    front, *behind = databases(postgres, "alone")
    former_spread.leave(front, behind, builders.dossier(1, scope_id=OFFICES[0]))
    # as that program did it: Alembic in front, which reaches neither the servers behind nor the parts' new table
    change(front, "ALTER TABLE outbox ADD COLUMN error VARCHAR(64)")
    change(
        front,
        "CREATE TABLE refusal (scope_id VARCHAR(16) NOT NULL, op_id VARCHAR(36) NOT NULL, req_sha256 VARCHAR(64)"
        " NOT NULL, problem TEXT NOT NULL, at VARCHAR(27) NOT NULL, PRIMARY KEY (scope_id, op_id))",
    )
    change(front, "INSERT INTO refusal SELECT scope_id, 'op', '', '', '' FROM generate_series(7900, 7905) AS scope_id")
    change(front, "ALTER TABLE account ADD COLUMN dossier_id VARCHAR(64)")
    change(front, "ALTER TABLE server_state ADD COLUMN form_generation INTEGER DEFAULT 1 NOT NULL")
    change(
        front,
        "CREATE TABLE signed_notice (scope_id VARCHAR(16) NOT NULL, dossier_id VARCHAR(64) NOT NULL, form_kind INTEGER"
        " NOT NULL, op_id VARCHAR(36) NOT NULL, sha256 VARCHAR(64) NOT NULL, year INTEGER, number VARCHAR(16),"
        " PRIMARY KEY (scope_id, dossier_id, form_kind, op_id))",
    )
    change(front, f"UPDATE alembic_version SET version_num = '{HEAD}'")  # noqa: S608 - a constant
    with pytest.raises(SpreadVersionError) as refused:
        Database.open(front)
    assert (refused.value.code, refused.value.server) == ("server-older", "shard_0")
    upgrade(front)
    expect_all_at_head(front, behind)
    assert value(front, "SELECT count(*) FROM refusal") == 6
    assert sum(int(str(value(url, "SELECT count(*) FROM refusal"))) for url in behind) == 6
    Database.open(front).close()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "server-newer"),
        ("DROP TABLE alembic_version, server_state", "server-empty"),
    ],
)
def test_nothing_is_changed_when_a_server_behind_cannot_be_brought_up(postgres: Cluster, spoil: str, code: str) -> None:
    front, *behind = databases(postgres, "spoilt")
    former_spread.leave(front, behind)
    change(behind[1], spoil)
    with pytest.raises(SpreadVersionError) as refused:
        upgrade(front)
    assert (refused.value.code, refused.value.server) == (code, "shard_1")
    assert [version(url) for url in (front, behind[0])] == ["0001", "0001"]


def test_a_later_central_in_front_is_left_as_it_is(postgres: Cluster) -> None:
    front, *behind = databases(postgres, "later")
    spread(front, behind)
    change(front, "UPDATE alembic_version SET version_num = '9999'")
    for way in (upgrade, Database.open):
        with pytest.raises(DatabaseVersionError, match="newer than this program: version 9999"):
            way(front)


def test_a_server_behind_of_another_version_is_named_when_central_starts(postgres: Cluster) -> None:
    front, *behind = databases(postgres, "named")
    spread(front, behind)
    for found, code in (("9999", "server-newer"), ("0001", "server-older")):
        change(behind[1], f"ALTER TABLE alembic_version ALTER version_num TYPE VARCHAR(32) USING '{found}'")
        started = [sys.executable, "-m", "central_server", "serve", "--database", front, "--port", "0"]
        ended = subprocess.run(started, capture_output=True, text=True, check=False, timeout=60)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.startswith(f"officer-central: {code}: shard_1 has version {found}, {HEAD} is needed")


def test_a_server_behind_that_is_away_keeps_central_from_nothing(
    tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    with Cluster() as ahead, Cluster() as back:
        front, behind = ahead.dsn("front"), back.dsn("behind")
        spread(front, [behind])
        back.stop()
        expect_log(r"shard_0 does not answer")
        with running_central(tmp_path, "--job-interval", "3600", url=front) as central:
            officer = central.officer(scopes=OFFICES)
            assert Desk(central, officer.username).get("/v1/me").status_code == 200


def test_a_central_with_rows_is_spread_and_its_rows_go_where_they_belong(postgres: Cluster) -> None:
    front, *behind = databases(postgres, "grown")
    about = [builders.dossier(n, scope_id=scope) for n, scope in enumerate(OFFICES, 1)]
    with closing(Database.open(front)) as database, database.write() as connection:
        for dossier in about:
            feed.ensure_scope(connection, dossier.scope_id, database.epoch)
            feed.add(connection, dossier.scope_id, [dossier])
    spread(front, behind)
    expect_all_at_head(front, behind)
    there = [int(str(value(url, "SELECT count(*) FROM dossier"))) for url in behind]
    assert sum(there) == len(about)
    assert 0 not in there
    assert value(front, "SELECT count(*) FROM dossier") == len(about)


def test_what_cannot_be_spread_or_brought_up_is_refused(postgres: Cluster) -> None:
    front, *behind = databases(postgres, "refused")
    with pytest.raises(SpreadError, match="not-spread"):
        upgrade(front)
    spread(front, behind)
    with pytest.raises(SpreadError, match="already-spread"):
        spread(front, behind)
    change(front, "INSERT INTO scope SELECT scope_id, '', 0, 0, '' FROM generate_series(7900, 7905) AS scope_id")
    other = postgres.dsn("refused_other")
    with pytest.raises(SpreadError, match="not-empty: behind, number"):
        spread(other, behind)
    assert subprocess.run(command(other), check=False, capture_output=True).returncode == 2
