"""Schema, copies before a migration, stores of a later program."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2

from officer_console.central import wire
from officer_console.models import Base, migrations
from officer_console.models.migrations import HEAD
from officer_console.store import migrate, sealed
from officer_console.store.errors import StoreError
from officer_console.store.store import Store
from tests.store.building import KEY, NOW, clock, decision

FULL_TEXT = ("dossier_words", "dossier_papers", "open_words")


def set_revision(store: Store, revision: str) -> None:
    with store.write() as tx:
        tx.outbox._connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision,))


def test_the_schema_after_upgrading_equals_the_models(store: Store) -> None:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not str(name).startswith(FULL_TEXT)

    with store.read() as tx:
        context = MigrationContext.configure(
            tx.outbox._connection, opts={"include_name": ours, "compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_a_newer_store_is_refused_and_left_alone(path: Path, store: Store) -> None:
    set_revision(store, "9999")
    store.close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Store.open(path, KEY, clock=clock)
    assert caught.value.code == "store-newer"
    assert path.read_bytes() == before
    assert migrate.copies(path) == []


def test_a_new_store_is_at_head_and_has_no_copy(path: Path, store: Store) -> None:
    with store.read() as tx:
        assert tx.outbox._connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
    assert migrate.copies(path) == []


def test_a_store_of_the_first_schema_is_brought_up_to_date(path: Path) -> None:
    sealed.prepare(path)
    engine = sealed.engine(sealed.connector(path, KEY))
    folder = Path(migrations.__file__).parent
    migrate.migrate(engine, path, clock, migrate.Scripts(folder=folder, head="0001"))
    recorded = replace(decision("op-1"), device_id="d", dseq=3)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO outbox (op_id, dossier_id, decision, state, attempts, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            ("op-1", recorded.dossier_id, wire.encode(recorded), "waiting", 0, "2026-11-20T05:00:00.000000Z"),
        )
    engine.dispose()

    opened = Store.open(path, KEY, clock=clock)

    assert [copy.name.rpartition("-")[2] for copy in migrate.copies(path)] == ["0001"]
    with opened.write() as tx:
        assert tx.outbox.counts().waiting == 1
        numbered = tx.outbox._connection.exec_driver_sql("SELECT scope, dseq, confirmed FROM outbox")
        assert [tuple(row) for row in numbered] == [(recorded.scope_id, 3, 0)]
        assert tx.device.next_number("07906") == 1
    opened.close()


ADDS_A_COLUMN = f"""
from alembic import op

revision = "9000"
down_revision = "{HEAD}"


def upgrade():
    op.execute("ALTER TABLE session ADD COLUMN colour VARCHAR")
"""

FAILS = (
    ADDS_A_COLUMN
    + """
    op.execute("DROP TABLE nowhere")
"""
)


def later_program(folder: Path, revision: str) -> migrate.Scripts:
    shutil.copytree(Path(migrations.__file__).parent, folder)
    (folder / "versions" / "r9000_later.py").write_text(revision, encoding="utf-8")
    return migrate.Scripts(folder=folder, head="9000")


def columns(store: Store) -> set[str]:
    with store.read() as tx:
        return {row[1] for row in tx.outbox._connection.exec_driver_sql("PRAGMA table_info(session)")}


def test_an_older_store_is_copied_then_upgraded(path: Path, store: Store, tmp_path: Path) -> None:
    with store.write() as tx:
        tx.outbox.add(decision("op-1"), NOW)
    migrate.migrate(store._engine, path, clock, later_program(tmp_path / "later", ADDS_A_COLUMN))
    assert "colour" in columns(store)
    (copy,) = migrate.copies(path)
    as_it_was = Store.open(copy, KEY, clock=clock)
    assert "colour" not in columns(as_it_was)
    with as_it_was.read() as tx:
        assert tx.outbox.counts().waiting == 1
    as_it_was.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(path: Path, store: Store, tmp_path: Path) -> None:
    with pytest.raises(OperationalError):
        migrate.migrate(store._engine, path, clock, later_program(tmp_path / "later", FAILS))
    assert "colour" not in columns(store)
    with store.read() as tx:
        assert tx.outbox._connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
    assert len(migrate.copies(path)) == 1


def test_a_store_somebody_reads_is_not_migrated_on_half_a_copy(path: Path, store: Store, tmp_path: Path) -> None:
    connect = sealed.connector(path, KEY)

    def impatient() -> dbapi2.Connection:
        connection = connect()
        connection.execute("PRAGMA busy_timeout = 20").close()
        return connection

    engine = sealed.engine(impatient)
    scripts = later_program(tmp_path / "later", ADDS_A_COLUMN)
    with store.read() as reading:
        assert reading.outbox.counts().waiting == 0
        with store.write() as tx:
            tx.outbox.add(decision("op-1"), NOW)
        with pytest.raises(StoreError) as caught:
            migrate.migrate(engine, path, clock, scripts)
    assert caught.value.code == "store-locked"
    assert migrate.copies(path) == []
    assert "colour" not in columns(store)

    migrate.migrate(engine, path, clock, scripts)
    engine.dispose()
    (copy,) = migrate.copies(path)
    as_it_was = Store.open(copy, KEY, clock=clock)
    with as_it_was.read() as tx:
        assert tx.outbox.counts().waiting == 1
    as_it_was.close()


def test_a_full_disk_leaves_no_half_copy_and_the_store_as_it_was(path: Path, store: Store, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    scripts = later_program(tmp_path / "later", ADDS_A_COLUMN)
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size - 4096, before[1]))
    try:
        with pytest.raises(StoreError) as caught:
            migrate.migrate(store._engine, path, clock, scripts)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert caught.value.code == "store-full"
    assert [file.name for file in path.parent.iterdir() if "before" in file.name] == []
    assert "colour" not in columns(store)


def test_only_the_last_two_copies_stay(path: Path, store: Store, tmp_path: Path) -> None:
    scripts = later_program(tmp_path / "later", ADDS_A_COLUMN)
    for minute in range(4):
        migrate.migrate(store._engine, path, lambda minute=minute: NOW.replace(minute=minute), scripts)  # type: ignore[misc]
        with store.write() as tx:
            tx.outbox._connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (HEAD,))
            tx.outbox._connection.exec_driver_sql("ALTER TABLE session DROP COLUMN colour")
    kept = [copy.name.partition("before-")[2] for copy in migrate.copies(path)]
    assert kept == [f"20261120T050200000000-{HEAD}", f"20261120T050300000000-{HEAD}"]
