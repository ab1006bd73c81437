"""A copy of a front is no front of the original's servers: it is refused until it is given servers of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from central_server import feed
from central_server.adoption import adopt, restored
from central_server.database import Database, renew_epoch
from central_server.marks import FrontError
from central_server.migrate import SpreadVersionError
from central_server.shards import SpreadError, spread, upgrade
from tests import builders
from tests.central.process import running_central, wait_until
from tests.postgres import Cluster

OFFICES = tuple(f"{7900 + n:05d}" for n in range(6))
PARTS = ("front", "first", "second")


@pytest.fixture(scope="module")
def spare() -> Iterator[Cluster]:
    """Another machine."""
    with Cluster() as running:
        yield running


def laid(postgres: Cluster, name: str) -> list[str]:
    """Return a central over two servers with a dossier in each office: the one in front and those behind."""
    front, *behind = (postgres.dsn(f"{name}_{part}") for part in PARTS)
    spread(front, behind)
    with closing(Database.open(front)) as database, database.write() as connection:
        for n, scope in enumerate(OFFICES, 1):
            feed.ensure_scope(connection, scope, database.epoch)
            feed.add(connection, scope, [builders.dossier(n, scope_id=scope)])
    left_alone(*behind)
    return [front, *behind]


def left_alone(*behind: str) -> None:
    """Wait until no server in front has a session on these any more."""
    visitors = "SELECT datname FROM pg_stat_activity WHERE application_name = 'postgres_fdw'"
    names = {make_url(url).database for url in behind}
    wait_until(lambda: names.isdisjoint(map(str, values(behind[0], visitors))) or None)


def values(url: str, query: str) -> list[object]:
    """Return the first column of what a query finds."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found: list[object] = list(connection.execute(text(query)).scalars())
    engine.dispose()
    return found


def rows(url: str) -> list[object]:
    """Return all there is of the offices of a server."""
    return values(url, "SELECT row(s.*)::text FROM scope s ORDER BY 1") + values(
        url, "SELECT row(d.*)::text FROM dossier d ORDER BY 1"
    )


def copied(postgres: Cluster, spare: Cluster, folder: Path, name: str, *parts: str) -> list[str]:
    """Restore dumps of the parts of a central on another machine."""
    made = []
    for part in parts:
        postgres.dump(f"{name}_{part}", folder / part)
        made.append(spare.dsn(f"{name}_{part}"))
        spare.load(f"{name}_{part}", folder / part)
    return made


def command(*words: str) -> tuple[int, str]:
    """Run officer-central; return how it ended and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "central_server", *words], capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stderr


def test_a_drill_with_a_dump_of_the_front_leaves_the_original_as_it_is(
    tmp_path: Path, postgres: Cluster, spare: Cluster
) -> None:
    front, *behind = laid(postgres, "drill")
    before = [rows(url) for url in behind]
    epoch = values(front, "SELECT epoch FROM server_state")
    copy, *theirs = copied(postgres, spare, tmp_path, "drill", *PARTS)
    for words in (
        ("serve", "--database", copy, "--port", "0"),
        ("move", "--database", copy),
        ("letters", "--database", copy),
        ("spread", "--upgrade", "--front", copy),
    ):
        code, said = command(*words)
        assert code == 2
        assert said.startswith("officer-central: front-copied: ")
    code, said = command("restored", "--database", copy)
    assert (code, said) == (2, "officer-central: behind-expected\n")
    with pytest.raises(FrontError, match="front-copied"):
        renew_epoch(copy)
    assert command("restored", "--database", copy, "--behind", *theirs) == (0, "")
    with running_central(tmp_path, url=copy) as central:
        desk = central.desk(scopes=OFFICES)
        about = builders.dossier(1, scope_id=OFFICES[0])
        central.register_person(about)
        assert desk.decide(builders.decision(about)).status_code == 201
        assert sorted(item.id for scope in OFFICES for item in desk.pull(scope).items) == sorted(
            str(found) for url in behind for found in values(url, "SELECT id FROM dossier")
        )
    assert [rows(url) for url in behind] == before
    assert values(front, "SELECT epoch FROM server_state") == epoch != values(copy, "SELECT epoch FROM server_state")
    Database.open(front).close()


def test_a_copy_beside_the_original_is_refused_as_well(postgres: Cluster) -> None:
    laid(postgres, "beside")
    copy = postgres.dsn("beside_copy", template="beside_front")
    for way in (Database.open, upgrade, renew_epoch):
        with pytest.raises(FrontError) as refused:
            way(copy)
        assert refused.value.code == "front-copied"


def test_a_front_whose_server_was_given_to_another_is_refused(postgres: Cluster) -> None:
    front, *behind = laid(postgres, "given")
    copy = postgres.dsn("given_copy", template="given_front")
    first = postgres.dsn("given_other", template="given_first")
    restored(copy, [first, behind[1]])
    for way in (Database.open, upgrade):
        with pytest.raises(FrontError) as refused:
            way(front)
        assert (refused.value.code, refused.value.server) == ("front-unknown", "shard_1")
    Database.open(copy).close()
    code, said = command("serve", "--database", front, "--port", "0")
    assert code == 2
    assert said.startswith("officer-central: front-unknown: shard_1 is not this front's: ")


def test_servers_behind_that_have_moved_are_adopted_without_a_new_epoch(postgres: Cluster) -> None:
    front, *behind = laid(postgres, "moved")
    with closing(Database.open(front)) as database:
        epoch = database.epoch
    left_alone(*behind)
    there = [postgres.dsn(f"moved_to_{part}", template=f"moved_{part}") for part in PARTS[1:]]
    assert command("spread", "--adopt", "--front", front, "--behind", *there) == (0, "")
    with closing(Database.open(front)) as database, database.write() as connection:
        assert database.epoch == epoch
        feed.add(connection, OFFICES[0], [builders.dossier(70, scope_id=OFFICES[0])])
    assert len(values(front, "SELECT id FROM dossier")) == 7
    assert sum(len(values(url, "SELECT id FROM dossier")) for url in there) == 7
    assert sum(len(values(url, "SELECT id FROM dossier")) for url in behind) == 6


def test_what_is_not_to_be_adopted_is_refused_and_nothing_is_changed(postgres: Cluster) -> None:
    front, *behind = laid(postgres, "not_so")
    empty = postgres.dsn("not_so_empty")
    with pytest.raises(SpreadError, match="wrong-order: behind, number 1"):
        adopt(front, behind[::-1])
    with pytest.raises(SpreadError, match="behind-expected"):
        adopt(front, behind[:1])
    with pytest.raises(SpreadError, match="not-spread"):
        adopt(behind[0], behind)
    with pytest.raises(SpreadVersionError, match="server-empty"):
        adopt(front, [behind[0], empty])
    with closing(Database.open(front)) as database:
        with database.write() as connection:
            feed.add(connection, OFFICES[0], [builders.dossier(70, scope_id=OFFICES[0])])
        with pytest.raises(SpreadError, match="in-use: behind, number"):
            restored(front, behind)
    Database.open(front).close()


def test_a_front_without_a_mark_is_given_one_by_an_upgrade(postgres: Cluster) -> None:
    front, *behind = laid(postgres, "unmarked")
    for url in (front, *behind):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE front_mark"))
        engine.dispose()
    code, said = command("serve", "--database", front, "--port", "0")
    assert code == 2
    assert said.startswith("officer-central: front-unknown: the servers behind have no mark of this front: ")
    upgrade(front)
    Database.open(front).close()
    other = postgres.dsn("unmarked_copy", template="unmarked_front")
    engine = create_engine(other)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE front_mark"))
    engine.dispose()
    with pytest.raises(FrontError, match="front-unknown: shard_0"):
        upgrade(other)
