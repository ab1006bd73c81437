"""Brings an older store to today's schema, after making a copy of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from officer_console.models import migrations
from officer_console.models.migrations import HEAD
from officer_console.store.errors import FULL, LOCKED, NEWER, NO_SPACE_ERRORS, UNWRITABLE, StoreError, translated
from officer_console.store.keys import sync_folder
from officer_console.store.sealed import BEGIN

COPIES_KEPT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripts:
    """Where the migrations lie and which is the last one."""

    folder: Path
    head: str


def migrate(engine: Engine, path: Path, clock: Callable[[], datetime], scripts: Scripts | None = None) -> None:
    """Upgrade the store at ``path`` in one transaction. ``clock`` gives aware times; it names the copy.

    ``scripts`` are those inside the package unless given.

    Raises:
        StoreError: ``store-newer`` when a later program wrote it, ``store-locked`` when somebody else has it open and
            no whole copy can be made, ``store-full`` or ``store-unwritable``; the file is left as it is.
    """
    if scripts is None:
        scripts = Scripts(folder=Path(migrations.__file__).parent, head=HEAD)
    with translated():
        with engine.connect() as connection:
            found = _revision(connection)
        if found == scripts.head:
            return
        upgrade = _Upgrade(scripts)
        if found is not None:
            if found not in upgrade.known:
                raise StoreError(NEWER)
            _checkpoint(engine)
        with engine.connect().execution_options(**{BEGIN: "IMMEDIATE"}) as connection, connection.begin():
            if found is not None:
                _copy(path, found, clock())
            upgrade.run(connection)


def copies(path: Path) -> list[Path]:
    """Return the copies made before migrations, oldest first."""
    return sorted(copy for copy in path.parent.glob(f"{path.name}.before-*") if copy.suffix != ".part")


class _Upgrade:
    """Alembic, loaded only when there is something to do: it takes longer to import than to ask for the revision."""

    def __init__(self, scripts: Scripts) -> None:
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        self._head = scripts.head
        self._config = Config()
        self._config.set_main_option("script_location", str(scripts.folder).replace("%", "%%"))
        self._config.set_main_option("path_separator", "os")
        script = ScriptDirectory.from_config(self._config)
        self.known = {revision.revision for revision in script.walk_revisions()}

    def run(self, connection: Connection) -> None:
        from alembic import command

        self._config.attributes["connection"] = connection
        command.upgrade(self._config, self._head)


def _revision(connection: Connection) -> str | None:
    named = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.exec_driver_sql(named).scalar() is None:
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _checkpoint(engine: Engine) -> None:
    """Bring the whole log into the file.

    Raises:
        StoreError: ``store-locked``: somebody reads an older state, which keeps part of the log out of the file.
    """
    raw = engine.raw_connection()
    try:
        busy, _, _ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.close()
    if busy:
        raise StoreError(LOCKED)


def _copy(path: Path, revision: str, now: datetime) -> None:
    """Copy the sealed file. The caller holds the write lock; with an empty log the file alone is the store.

    Raises:
        StoreError: ``store-locked`` when the log is not empty, ``store-full``, ``store-unwritable``. No copy is left.
    """
    written = path.with_name(f"{path.name}-wal")
    if written.exists() and written.stat().st_size > 0:
        raise StoreError(LOCKED)
    target = path.with_name(f"{path.name}.before-{now.astimezone(UTC):%Y%m%dT%H%M%S%f}-{revision}")
    part = target.with_name(f"{target.name}.part")
    try:
        with path.open("rb") as source, part.open("wb") as sink:
            part.chmod(0o600)
            shutil.copyfileobj(source, sink, 1 << 20)
            sink.flush()
            os.fsync(sink.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(FULL if error.errno in NO_SPACE_ERRORS else UNWRITABLE) from None
    sync_folder(path.parent)
    for old in copies(path)[:-COPIES_KEPT]:
        old.unlink()
