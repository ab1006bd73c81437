"""Writers that meet: in order on SQLite, side by side on PostgreSQL, and whoever was second begins again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from central_server import schema, statements
from central_server.database import TRIES, Database
from central_server.trips import OvertakenError, Step, run
from central_server.turns import PATIENCE_SECONDS, Turns

WAIT = 20


@pytest.fixture
def shared(postgres_url: str) -> Iterator[Database]:
    """Return a PostgreSQL database with the offices a and b."""
    with closing(Database.open(postgres_url)) as database:
        with database.write() as connection:
            connection.execute(schema.office.insert(), [{"scope_id": name, "name": name} for name in "ab"])
        yield database


def rename(connection: Connection, office: str, name: str) -> None:
    connection.execute(
        text("UPDATE office SET name = :name WHERE scope_id = :office"), {"office": office, "name": name}
    )


def name_of(database: Database, office: str) -> str:
    with database.read() as connection:
        found: str = connection.execute(
            select(schema.office.c.name).where(schema.office.c.scope_id == office)
        ).scalar_one()
    return found


def test_waiters_get_the_lock_in_the_order_in_which_they_came() -> None:
    turns, order = Turns(), list[int]()
    waiting = threading.Semaphore(0)

    def take(number: int) -> None:
        waiting.release()
        with turns:
            order.append(number)

    with ThreadPoolExecutor(8) as threads:
        with turns:
            for number in range(8):
                threads.submit(take, number)
                waiting.acquire(timeout=WAIT)
                while len(turns) < number + 1:
                    threading.Event().wait(0.001)
        threads.shutdown()
    assert order == list(range(8))


def test_who_has_waited_comes_before_who_takes_the_lock_again_and_again() -> None:
    turns, got_in, holding = Turns(), threading.Event(), threading.Event()
    taken_meanwhile = 0

    def wait_once() -> None:
        holding.wait(WAIT)
        with turns:
            got_in.set()

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(wait_once)
        while not got_in.is_set():
            with turns:
                holding.set()
                # longer than the patience of whoever waits by now
                got_in.wait(2 * PATIENCE_SECONDS)
            taken_meanwhile += 1
            assert taken_meanwhile < 100
        waiting.result(WAIT)
    assert taken_meanwhile < 10


def test_the_lock_is_held_by_one_at_a_time() -> None:
    turns, inside, rounds = Turns(), 0, 0

    def work(_: int) -> None:
        nonlocal inside, rounds
        for _ in range(300):
            with turns:
                inside += 1
                assert inside == 1
                rounds += 1
                inside -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert (rounds, len(turns)) == (2400, 0)


def test_two_writers_work_at_the_same_time_on_postgresql(shared: Database) -> None:
    both = threading.Barrier(2)

    def work(office: str) -> None:
        with shared.write() as connection:
            rename(connection, office, "new")
            both.wait(WAIT)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, "ab"))
    assert (name_of(shared, "a"), name_of(shared, "b")) == ("new", "new")


def test_writers_that_wait_for_each_other_are_parted_and_both_get_through(shared: Database) -> None:
    met = threading.Barrier(2)
    tries: list[str] = []

    def work(order: str) -> None:
        def rename_both(connection: Connection) -> None:
            tries.append(order)
            rename(connection, order[0], order)
            if tries.count(order) == 1:
                met.wait(WAIT)
            rename(connection, order[1], order)

        shared.transact(rename_both)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, ("ab", "ba")))
    assert len(tries) > 2
    assert name_of(shared, "a") == name_of(shared, "b") == tries[-1]


def test_a_key_that_somebody_else_took_first_is_seen_the_next_time(shared: Database) -> None:
    found: list[str] = []

    def work(connection: Connection) -> None:
        names = connection.execute(select(schema.office.c.name).where(schema.office.c.scope_id == "c")).scalars().all()
        found.extend(names)
        if not names:
            with shared.write() as other:
                other.execute(schema.office.insert().values(scope_id="c", name="first"))
            connection.execute(schema.office.insert().values(scope_id="c", name="second"))

    shared.transact(work)
    assert found == ["first"]


def test_a_writer_who_is_always_second_gives_up(database: Database) -> None:
    tries: list[int] = []

    def work(connection: Connection) -> None:
        connection.execute(schema.office.insert().values(scope_id=f"o{len(tries)}", name=""))
        tries.append(1)
        raise OvertakenError

    with pytest.raises(OvertakenError):
        database.transact(work)
    assert len(tries) == TRIES
    with database.read() as connection:
        assert connection.execute(select(schema.office)).all() == []


def test_steps_are_done_in_order_and_tell_what_they_found(database: Database) -> None:
    values = {"scope_id": "07906", "epoch": database.epoch, "digest": "0" * 32}
    with database.write() as connection:
        made, again, taken, state = run(
            connection,
            Step(statements.SCOPE_ENSURE, values, one=True),
            Step(statements.SCOPE_ENSURE, values),
            Step(statements.SCOPE_NEXT, {"scope_id": "07906", "by": 3}),
            Step(statements.SCOPE_STATE, {"scope_id": "07906"}),
        )
    assert (made.count, again.count, taken.row.last_seq, state.row.last_seq) == (1, 0, 3, 3)
    with pytest.raises(OvertakenError), database.write() as connection:
        run(connection, Step(statements.SCOPE_ENSURE, values, one=True), Step(statements.SCOPE_STATE, values))


def test_what_the_database_says_against_a_step_is_told_without_the_values(shared: Database) -> None:
    secret = "Nguyễn Văn A" * 200
    values = {"scope_id": secret, "epoch": "e", "digest": "d"}
    with pytest.raises(DBAPIError) as told, shared.write() as connection:
        run(connection, Step(statements.SCOPE_STATE, values), Step(statements.SCOPE_ENSURE, values))
    assert isinstance(told.value.orig, psycopg.errors.StringDataRightTruncation)
    assert "Nguyễn" not in str(told.value)
    assert name_of(shared, "a") == "a"


def test_after_a_connection_was_cut_the_next_transactions_work_again(shared: Database) -> None:
    step = Step(statements.SCOPE_STATE, {"scope_id": "a"})
    cut = text("SELECT pg_terminate_backend(:pid)")

    def cut_off() -> None:
        with shared.write() as connection:
            rename(connection, "a", "never")
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with shared.look() as other:
                other.execute(cut, {"pid": pid})
            run(connection, step, step)

    with pytest.raises(OperationalError):
        cut_off()
    assert name_of(shared, "a") == "a"
