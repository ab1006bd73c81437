"""Writers on SQLite who wait share a COMMIT, and nothing else: neither another's failure nor an answer too early."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from central_server import schema
from central_server.database import Database
from central_server.groups import TOGETHER, Groups
from central_server.problems import ProblemError
from tests.central.process import wait_until
from tests.faults.disk import small_disk

WAIT = 20


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """Return a fresh SQLite database."""
    with closing(Database.open(f"sqlite:///{tmp_path / 'central.db'}")) as database:
        yield database


def adding(name: str) -> Callable[[Connection], str]:
    """Return work that adds an office."""

    def work(connection: Connection) -> str:
        connection.execute(schema.office.insert().values(scope_id=name, name=""))
        return name

    return work


def offices(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(schema.office.c.scope_id).order_by("scope_id")).scalars())


@contextmanager
def commits(database: Database, told: Callable[[], object]) -> Iterator[list[object]]:
    """Give what ``told`` says at each COMMIT, before it is done."""
    seen: list[object] = []

    def noted(_: Connection) -> None:
        seen.append(told())

    event.listen(database.engine, "commit", noted)
    try:
        yield seen
    finally:
        event.remove(database.engine, "commit", noted)


def all_waiting(
    database: Database, groups: Groups, works: list[Callable[[Connection], str]], sent: list[Future[str]]
) -> None:
    """Hand in the works, in their order, while somebody else writes; returns when all of them are done."""
    with ThreadPoolExecutor(len(works)) as threads, database.write():
        for work in works:
            sent.append(threads.submit(groups.do, work))
            wait_until(lambda: len(groups) == len(sent) or None)
    assert len(groups) == 0


def test_who_waits_shares_a_commit_and_nobody_is_answered_before_it(sqlite: Database) -> None:
    names = [f"{number:02d}" for number in range(2 * TOGETHER + 1)]
    sent: list[Future[str]] = []
    with commits(sqlite, lambda: sum(one.done() for one in sent)) as seen:
        all_waiting(sqlite, Groups(sqlite.write), [adding(name) for name in names], sent)
    # the first COMMIT is that of the writer they waited for
    assert len(seen) == 1 + 3
    assert seen[:2] == [0, 0]
    assert [one.result(WAIT) for one in sent] == names == offices(sqlite)


def test_what_fails_in_a_group_takes_nothing_from_the_others(sqlite: Database) -> None:
    def refused(connection: Connection) -> str:
        adding("refused")(connection)
        raise ProblemError("leased")

    def taken_twice(connection: Connection) -> str:
        adding("half")(connection)
        return adding("a")(connection)

    sent: list[Future[str]] = []
    with commits(sqlite, lambda: None) as seen:
        works = [adding("a"), refused, adding("b"), taken_twice, adding("c")]
        all_waiting(sqlite, Groups(sqlite.write), works, sent)
    assert len(seen) == 2
    assert [one.result(WAIT) for one in (sent[0], sent[2], sent[4])] == ["a", "b", "c"]
    assert isinstance(sent[1].exception(WAIT), ProblemError)
    assert isinstance(sent[3].exception(WAIT), IntegrityError)
    assert offices(sqlite) == ["a", "b", "c"]


def test_when_the_database_ends_the_transaction_nobody_of_the_group_is_told_he_is_recorded(sqlite: Database) -> None:
    def ends_it(connection: Connection) -> str:
        connection.execute(text("INSERT OR ROLLBACK INTO office (scope_id, name) VALUES ('a', '')"))
        return "never"

    sent: list[Future[str]] = []
    groups = Groups(sqlite.write)
    all_waiting(sqlite, groups, [adding("a"), adding("b"), ends_it, adding("c")], sent)
    assert {type(one.exception(WAIT)) for one in sent} == {IntegrityError}
    assert offices(sqlite) == []
    assert groups.do(adding("d")) == "d"
    assert offices(sqlite) == ["d"]


@pytest.mark.skipif(os.name == "nt", reason="no small disk")
def test_a_commit_that_finds_no_room_on_the_disk_fails_all_who_share_it(tmp_path: Path) -> None:
    def long(name: str) -> Callable[[Connection], str]:
        # more than any file there is, and little enough to be kept in memory until the COMMIT
        def work(connection: Connection) -> str:
            connection.execute(schema.office.insert().values(scope_id=name, name="x" * 500_000))
            return name

        return work

    sent: list[Future[str]] = []
    with (
        small_disk(tmp_path / "small", megabytes=4) as disk,
        closing(Database.open(f"sqlite:///{disk.folder / 'central.db'}")) as database,
    ):
        groups = Groups(database.write)
        assert groups.do(adding("first")) == "first"
        with database.read() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        disk.fill()
        with commits(database, lambda: [one.done() for one in sent]) as seen:
            all_waiting(database, groups, [long(name) for name in "abc"], sent)
        # all of them were done when their COMMIT was tried
        assert seen == [[False] * 3] * 2
        assert {type(one.exception(WAIT)) for one in sent} == {OperationalError}
        disk.make_room()
        assert offices(database) == ["first"]
        assert groups.do(long("second")) == "second"
        assert offices(database) == ["first", "second"]


def test_when_there_is_no_transaction_to_be_had_all_who_wait_are_told_at_once(sqlite: Database) -> None:
    away = [True]

    @contextmanager
    def begin() -> Iterator[Connection]:
        with sqlite.write() as connection:
            if away.pop():
                raise OperationalError(None, None, Exception())
            yield connection

    sent: list[Future[str]] = []
    groups = Groups(begin)
    all_waiting(sqlite, groups, [adding(name) for name in "abc"], sent)
    assert {type(one.exception(WAIT)) for one in sent} == {OperationalError}
    away.append(False)
    assert groups.do(adding("d")) == "d"
    assert offices(sqlite) == ["d"]


def test_transactions_of_one_database_share_commits(sqlite: Database) -> None:
    names = [f"{number:03d}" for number in range(200)]
    with commits(sqlite, lambda: None) as seen, ThreadPoolExecutor(16) as threads:
        assert list(threads.map(lambda name: sqlite.transact(adding(name)), names)) == names
    assert offices(sqlite) == names
    assert len(names) / TOGETHER <= len(seen) < len(names)
