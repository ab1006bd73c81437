"""Opening, sealing, transactions, what survives."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from officer_console.store import sealed
from officer_console.store.errors import StoreError
from officer_console.store.store import Store
from tests.store.building import KEY, NOW, clock, decision, many, named

CANARY = "Quỳnhcanary Thịcanary"


def test_what_was_written_is_there_after_reopening(path: Path) -> None:
    store = Store.open(path, KEY, clock=clock)
    (seq, dossier), *_ = many(1)
    with store.apply() as tx:
        tx.dossiers.put([(seq, dossier)])
    store.close()
    again = Store.open(path, KEY, clock=clock)
    with again.read() as tx:
        assert tx.dossiers.get(dossier.id) == dossier
    again.close()


def test_a_wrong_key_is_told_apart(path: Path, store: Store) -> None:
    with store.read():
        pass
    with pytest.raises(StoreError) as caught:
        Store.open(path, bytes(32), clock=clock)
    assert caught.value.code == "store-wrong-key"


@pytest.mark.parametrize("content", [b"SQLite format 3\x00" + bytes(8192), b"cut short"])
def test_a_plain_or_cut_file_is_damaged(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        Store.open(path, KEY, clock=clock)
    assert caught.value.code == "store-damaged"
    assert path.read_bytes() == content


def test_a_damaged_page_is_reported_as_damage(path: Path) -> None:
    store = Store.open(path, KEY, clock=clock)
    with store.apply() as tx:
        tx.dossiers.put(many(300))
    store.close()
    data = bytearray(path.read_bytes())
    for page in range(5, len(data) // 4096):
        data[page * 4096 + 100] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(StoreError) as caught:
        Store.open(path, KEY, clock=clock)
    assert caught.value.code == "store-damaged"


def test_a_name_in_the_store_is_found_in_no_file(path: Path, store: Store) -> None:
    with store.write() as tx:
        tx.dossiers.put([(1, named("d-1", CANARY))])
        tx.outbox.add(decision("op-1"), NOW)
        tx.journal.add(NOW, CANARY, CANARY, "d-1", "op-1")
    name = store.blobs.put(CANARY.encode() * 100)
    files = [file for file in path.parent.rglob("*") if file.is_file()]
    assert len(files) >= 3
    for file in files:
        data = file.read_bytes()
        assert b"canary" not in data, file.name
        assert name.encode() not in data
        assert name not in file.name
        assert not data.startswith(b"SQLite format 3")


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_files_are_the_officers_alone(path: Path, store: Store) -> None:
    with store.write() as tx:
        tx.journal.add(NOW, "opened", None, None, None)
    store.blobs.put(b"picture")
    for place in (path.parent, *path.parent.rglob("*")):
        mode = stat.S_IMODE(place.stat().st_mode)
        assert mode == (0o700 if place.is_dir() else 0o600), place.name


def test_an_error_in_the_block_takes_everything_back(store: Store) -> None:
    def half_way() -> None:
        with store.write() as tx:
            tx.outbox.add(decision("op-1"), NOW)
            raise LookupError

    with pytest.raises(LookupError):
        half_way()
    with store.read() as tx:
        assert tx.outbox.due(NOW) == ()


def test_the_text_of_a_database_error_says_nothing_of_the_row(store: Store) -> None:
    with pytest.raises(OperationalError) as caught, store.write() as tx:
        tx.outbox._connection.exec_driver_sql("INSERT INTO nowhere VALUES (?)", (CANARY,))

    assert CANARY not in str(caught.value)


def test_the_officers_writes_are_synchronous_and_pulled_pages_are_not(store: Store) -> None:
    with store.write() as tx:
        assert tx.outbox._connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    with store.apply() as tx:
        assert tx.outbox._connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1


def put_on_a_small_disk(store: Store) -> None:
    with store.apply() as tx:
        pages = tx.outbox._connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.outbox._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
        tx.dossiers.put(many(500))


def test_a_full_disk_loses_nothing_and_the_store_goes_on(store: Store) -> None:
    with store.write() as tx:
        tx.outbox.add(decision("op-1"), NOW)
    with pytest.raises(StoreError) as caught:
        put_on_a_small_disk(store)
    assert caught.value.code == "store-full"
    with store.write() as tx:
        tx.outbox._connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert tx.dossiers.get(many(1)[0][1].id) is None
        assert tx.outbox.get("op-1") is not None
        tx.outbox.add(decision("op-2", "d-2"), NOW)


def segments(store: Store) -> list[int]:
    with store.read() as tx:
        count = tx.outbox._connection.exec_driver_sql
        return [
            count("SELECT count(DISTINCT segid) FROM dossier_words_idx").scalar_one(),
            count("SELECT count(DISTINCT segid) FROM open_words_idx").scalar_one(),
        ]


def test_tidying_goes_in_steps_that_let_others_write_and_can_be_taken_up_again(store: Store) -> None:
    rows = many(1500)
    for at in range(0, 1500, 100):
        with store.apply() as tx:
            tx.dossiers.put(rows[at : at + 100])
    assert segments(store) != [1, 1]
    written: list[int] = []

    def write() -> None:
        with store.write() as tx:
            tx.journal.add(NOW, f"step {len(written)}", None, None, None)
        written.append(1)

    assert not store.tidy(stopping=lambda: True)
    assert segments(store) != [1, 1]
    asked = iter((False, True))
    assert not store.tidy(stopping=lambda: next(asked))
    assert store.tidy(pause=write)

    assert segments(store) == [1, 1]
    assert len(written) >= 2
    with store.write() as tx:
        tx.outbox._connection.exec_driver_sql("INSERT INTO dossier_words (dossier_words) VALUES ('integrity-check')")


def test_two_threads_writing_never_meet_a_lock(store: Store) -> None:
    failures: list[Exception] = []

    def work(name: str) -> None:
        try:
            for n in range(40):
                with store.write() as tx:
                    tx.outbox.add(decision(f"{name}-{n}", f"{name}-{n}"), NOW)
                with store.apply() as tx:
                    tx.dossiers.put([(n + 1, named(f"{name}-{n}", "Lê Thị Lan"))])
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with store.read() as tx:
        assert tx.outbox.counts().waiting == 120
        assert tx.dossiers.sum("07906").count == 120


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    with store.read() as reading:
        before = reading.outbox.counts()
        with store.write() as tx:
            tx.outbox.add(decision("op-1"), NOW)
        assert reading.outbox.counts() == before
    with store.read() as tx:
        assert tx.outbox.counts().waiting == 1


def test_another_process_holding_the_file_is_a_lock_not_a_crash(path: Path, store: Store) -> None:
    other = sealed.connector(path, KEY)()
    other.execute("BEGIN IMMEDIATE")
    with store.read() as tx:
        # The pool hands the same connection out again, so the next writer is the impatient one.
        tx.outbox._connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    with pytest.raises(StoreError) as caught, store.write():
        pass
    assert caught.value.code == "store-locked"
    other.execute("ROLLBACK")
    other.close()
    with store.write() as tx:
        tx.outbox.add(decision("op-1"), NOW)


KILLED = """
import os, signal, sys
from pathlib import Path
from officer_console.store.store import Store
from tests.store.building import KEY, NOW, clock, decision
store = Store.open(Path(sys.argv[1]), KEY, clock=clock)
for n in range(20):
    with store.write() as tx:
        tx.outbox.add(decision(f"op-{n}", f"d-{n}"), NOW)
    print(n, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_decision_is_there_after_kill_9_right_behind_the_write(path: Path) -> None:
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    told = [f"op-{line}" for line in died.stdout.split()]
    assert len(told) == 20
    store = Store.open(path, KEY, clock=clock)
    with store.read() as tx:
        assert [item.op_id for item in tx.outbox.due(NOW)] == told
        assert tx.outbox._connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert tx.outbox._connection.exec_driver_sql("PRAGMA cipher_integrity_check").all() == []
    store.close()
