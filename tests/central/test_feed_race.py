"""Sixteen writers at once: whoever follows the cursor misses no committed row and finds no gap; naive cursors do miss.

``FEED_SECONDS`` in the environment says for how long (default: short).
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from central_server import feed, statements
from central_server.database import Database
from central_server.shards import spread
from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from tests import builders
from tests.postgres import Cluster

WRITERS = 16
SECONDS = float(os.environ.get("FEED_SECONDS", "1.5"))
SCOPES = ("07906", "07907")
ROUNDS = 20


@pytest.fixture(params=["sqlite", "postgresql", "sharded"])
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, ...]]:
    """Return two servers' databases that are one, the offices on two servers behind if so; SQLite has one server."""
    with ExitStack() as opened:
        if request.param == "sqlite":
            urls = [f"sqlite:///{tmp_path / 'central.db'}"]
        elif request.param == "sharded":
            cluster: Cluster = request.getfixturevalue("postgres")
            front, *behind = (cluster.dsn(f"race_{part}") for part in ("front", "first", "second"))
            spread(front, behind)
            urls = [front] * 2
        else:
            urls = [request.getfixturevalue("postgres_url")] * 2
        databases = tuple(Database.open(url) for url in urls)
        for database in databases:
            opened.callback(database.close)
        with databases[0].write() as connection:
            for scope in SCOPES:
                feed.ensure_scope(connection, scope, databases[0].epoch)
        yield databases


def test_sixteen_writers_leave_no_gap_and_the_reader_misses_nothing(servers: tuple[Database, ...]) -> None:
    begun = time.monotonic()
    done = threading.Event()

    def write(number: int) -> list[tuple[str, int]]:
        """Add dossiers and change the newest ones until the time is over; return every number given."""
        chance, database = random.Random(number), servers[number % len(servers)]
        mine: list[Dossier] = []
        given = []
        while time.monotonic() < begun + SECONDS:
            scope = chance.choice(SCOPES)
            if len(mine) < 3 or chance.random() < 0.2:
                fresh = replace(builders.dossier(number * 10_000 + len(mine)), scope_id=scope)
                mine.append(fresh)
                given.append((scope, database.transact(partial(added, fresh))))
            else:
                place = chance.randrange(len(mine))
                mine[place] = replace(mine[place], version=mine[place].version + 1)
                given.append((mine[place].scope_id, database.transact(partial(changed, mine[place]))))
        return given

    def read(scope: str) -> tuple[dict[str, wire.FeedItem], wire.Page]:
        """Follow the cursor until the writers are done and nothing more comes."""
        mirror: dict[str, wire.FeedItem] = {}
        cursor = None
        while True:
            last = done.is_set()
            with servers[-1].read() as connection:
                page = wire.decode(feed.page(connection, servers[-1].state, scope, cursor, 50), wire.Page)
            mirror |= {item.id: item for item in page.items}
            cursor = page.next
            if last and not page.items and not page.more:
                return mirror, page

    with ThreadPoolExecutor(WRITERS + len(SCOPES)) as threads:
        readers = {scope: threads.submit(read, scope) for scope in SCOPES}
        try:
            given = [number for numbers in threads.map(write, range(WRITERS)) for number in numbers]
        finally:
            done.set()
        followed = {scope: reader.result() for scope, reader in readers.items()}
    for scope in SCOPES:
        numbers = sorted(number for of, number in given if of == scope)
        assert numbers == list(range(1, len(numbers) + 1))
        mirror, page = followed[scope]
        with servers[0].read() as connection:
            rows = connection.execute(statements.CHANGES, {"scope_id": scope, "after": 0, "limit": 10**6}).all()
        assert {item.id: (item.seq, item.version) for item in mirror.values()} == {
            row.id: (row.seq, row.version) for row in rows
        }
        digest = 0
        for item in mirror.values():
            digest ^= feed.row_digest(scope, item.id, item.seq, item.version)
        assert page.state == wire.FeedState(seq=len(numbers), count=len(mirror), digest=f"{digest:032x}")


def added(dossier: Dossier, connection: Connection) -> int:
    return feed.add(connection, dossier.scope_id, (dossier,))


def changed(dossier: Dossier, connection: Connection) -> int:
    stored = feed.load(connection, dossier.scope_id, dossier.id)
    assert stored is not None
    return feed.put(connection, stored, dossier)


NAIVE = {
    "the number of a sequence": "SELECT n, n FROM naive WHERE n > %s ORDER BY n",
    "the time of writing": "SELECT extract(epoch FROM at), n FROM naive WHERE extract(epoch FROM at) > %s ORDER BY at",
}


@pytest.mark.parametrize("query", NAIVE.values(), ids=NAIVE.keys())
def test_a_naive_cursor_is_caught_missing_rows(postgres: Cluster, query: str) -> None:
    postgres.dsn("naive")
    with postgres.connect("naive") as connection:
        connection.execute("CREATE TABLE naive (n bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())")
    missed = next((found for seed in range(ROUNDS) if (found := missed_by(postgres, query, seed))), 0)
    assert missed > 0


# SQLite's only writer gives a number and commits it before the next writer has any: in the order of numbers there is
# nothing to miss. Two rows of one moment are another matter: a page may end between them.
NAIVE_ALONE = {
    "the number of a sequence": ("SELECT n, n FROM naive WHERE n > ? ORDER BY n LIMIT 3", False),
    "the time of writing": ("SELECT at, n FROM naive WHERE at > ? ORDER BY at, n LIMIT 3", True),
}


@pytest.mark.parametrize(("query", "misses"), NAIVE_ALONE.values(), ids=NAIVE_ALONE.keys())
def test_on_sqlite_a_naive_cursor_by_time_misses_rows_and_one_by_numbers_cannot(
    tmp_path: Path, query: str, *, misses: bool
) -> None:
    path = tmp_path / "naive.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE naive (n INTEGER PRIMARY KEY, at TEXT NOT NULL)")
    assert (missed_alone(path, query) > 0) is misses


def missed_alone(path: Path, query: str) -> int:
    """Let sixteen writers add two rows at a time to a SQLite; return how many a reader with ``query`` never saw."""
    done = threading.Event()
    pair = "INSERT INTO naive (at) SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now') FROM (VALUES (1), (2))"

    def write(_number: int) -> None:
        with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
            # what counts is the order of commits, not how safe they are
            connection.execute("PRAGMA synchronous = OFF")
            for _ in range(20):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(pair)
                connection.execute("COMMIT")

    def read() -> int:
        seen: set[int] = set()
        # less than any number, and than any text
        after: object = 0
        with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
            while True:
                last = done.is_set()
                rows = connection.execute(query, (after,)).fetchall()
                if rows:
                    after = rows[-1][0]
                seen |= {row[1] for row in rows}
                if last and not rows:
                    return len(seen)

    with ThreadPoolExecutor(WRITERS + 1) as threads:
        reader = threads.submit(read)
        try:
            list(threads.map(write, range(WRITERS)))
        finally:
            done.set()
        return WRITERS * 40 - reader.result()


def missed_by(postgres: Cluster, query: str, seed: int) -> int:
    """Let sixteen writers add rows, some slower than others; return how many a reader with ``query`` never saw."""
    done = threading.Event()

    def write(number: int) -> set[int]:
        chance = random.Random(seed * 100 + number)
        written = set()
        with postgres.connect("naive") as connection:
            # what counts is the order of commits, not how safe they are
            connection.execute("SET synchronous_commit = off")
            for _ in range(20):
                with connection.transaction():
                    row = connection.execute("INSERT INTO naive DEFAULT VALUES RETURNING n").fetchone()
                    connection.execute("SELECT pg_sleep(%s)", (chance.uniform(0, 0.004),))
                assert row is not None
                written.add(int(str(row[0])))
        return written

    def read() -> set[int]:
        seen: set[int] = set()
        after: object = 0
        with postgres.connect("naive") as connection:
            while True:
                last = done.is_set()
                rows = connection.execute(query, (after,)).fetchall()
                if rows:
                    after = rows[-1][0]
                seen |= {int(str(row[1])) for row in rows}
                if last and not rows:
                    return seen

    with ThreadPoolExecutor(WRITERS + 1) as threads:
        reader = threads.submit(read)
        try:
            written = set().union(*threads.map(write, range(WRITERS)))
        finally:
            done.set()
        return len(written - reader.result())
