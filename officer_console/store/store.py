"""The sealed store: open it, read it, write it. All of an officer's local data goes through here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from officer_console.store import sealed
from officer_console.store.basis import HouseholdAnswers
from officer_console.store.begun_files import BegunFiles
from officer_console.store.blobs import Blobs
from officer_console.store.captures import Captures
from officer_console.store.cursors import Cursors
from officer_console.store.device import Device
from officer_console.store.dossiers import Dossiers
from officer_console.store.drafts import Drafts
from officer_console.store.errors import LOCKED, UNWRITABLE, StoreError, translated
from officer_console.store.fingerprints import Fingerprints
from officer_console.store.form_keys import OfficeKeys
from officer_console.store.issued import IssuedPapers
from officer_console.store.journal import Journal
from officer_console.store.migrate import migrate
from officer_console.store.outbox import Outbox
from officer_console.store.papers import Papers
from officer_console.store.prints import Prints
from officer_console.store.reference import ReferenceLists
from officer_console.store.search import Search
from officer_console.store.session import Sessions
from officer_console.store.sheets import Sheets
from officer_console.store.signed import SignedPapers
from officer_console.store.staged import Staged
from officer_console.store.uploads import Uploads

WRITER_WAIT_SECONDS = 15.0
MERGE_PAGES = 200


class Transaction:
    """One transaction, one repository per subject. Not to be used after its ``with`` block."""

    def __init__(self, connection: Connection) -> None:
        self.dossiers = Dossiers(connection)
        self.cursors = Cursors(connection)
        self.staged = Staged(connection)
        self.outbox = Outbox(connection)
        self.journal = Journal(connection)
        self.reference = ReferenceLists(connection)
        self.session = Sessions(connection)
        self.uploads = Uploads(connection)
        self.device = Device(connection)
        self.drafts = Drafts(connection)
        self.captures = Captures(connection)
        self.household = HouseholdAnswers(connection)
        self.fingerprints = Fingerprints(connection)
        self.form_keys = OfficeKeys(connection)
        self.sheets = Sheets(connection)
        self.papers = Papers(connection)
        self.prints = Prints(connection)
        self.issued = IssuedPapers(connection)
        self.signed = SignedPapers(connection)
        self.begun_files = BegunFiles(connection)


class Store:
    """One officer's sealed store. Safe to use from several threads.

    A transaction belongs to the thread that began it.
    """

    def __init__(self, engine: Engine, path: Path, search: Search) -> None:
        self._engine = engine
        self._writing = threading.Lock()
        self._waiting: set[int] = set()
        self.search = search
        self.blobs = Blobs(path.parent / "blobs", lambda: self._transaction("DEFERRED"), lambda: self._writer("FULL"))

    @classmethod
    def open(cls, path: Path, key: bytes, *, clock: Callable[[], datetime]) -> Store:
        """Open the store at ``path`` with the raw 32-byte ``key``; make a missing one, bring an older one up to date.

        ``clock`` gives aware times; it names the copy that is made before a migration.

        Raises:
            StoreError: ``store-wrong-key``, ``store-newer``, ``store-damaged``, ``store-full``, ``store-locked``,
                ``store-unwritable``.
        """
        try:
            sealed.prepare(path)
        except OSError:
            raise StoreError(UNWRITABLE) from None
        engine = sealed.engine(sealed.connector(path, key))
        try:
            migrate(engine, path, clock)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, path, Search(sealed.connector(path, key, Search.CACHE_KIB)))

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Read one consistent state; writers are not held up."""
        with self._transaction("DEFERRED") as connection:
            yield Transaction(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Write the officer's own work: when the block has ended, a power cut loses nothing of it.

        Raises:
            StoreError: nothing was written.
        """
        with self._writer("FULL") as connection:
            yield Transaction(connection)

    @contextmanager
    def apply(self) -> Iterator[Transaction]:
        """Write what central told: a power cut may take the last of it back, rows and cursor together."""
        with self._writer("NORMAL") as connection:
            yield Transaction(connection)

    def tidy(self, stopping: Callable[[], bool] = lambda: False, pause: Callable[[], None] = lambda: None) -> bool:
        """Merge the full-text tables; worth it after a first pull, searches are quicker for it.

        Works in short steps, each a transaction of its own, and calls ``pause`` before each. Return whether it came to
        the end; it ends early when ``stopping()``, and another call goes on from there.
        """
        for table in ("dossier_words", "open_words", "dossier_papers"):
            # A negative number begins the merging of all there is, positive ones go on with it.
            pages = -MERGE_PAGES
            while True:
                if stopping():
                    return False
                pause()
                if not self._merge(table, pages):
                    break
                pages = MERGE_PAGES
        return True

    def index_papers(
        self, stopping: Callable[[], bool] = lambda: False, pause: Callable[[], None] = lambda: None
    ) -> bool:
        """Enter the papers' numbers of a store from before there was an index of them; nothing to do in any other.

        Works and ends early as ``tidy``; return whether it came to the end.
        """
        while not stopping():
            pause()
            with self.apply() as tx:
                if not tx.papers.fill():
                    return True
        return False

    def _merge(self, table: str, pages: int) -> bool:
        """Write about so many pages of merged words; return whether there was anything to merge."""
        with self._writer("NORMAL") as connection:
            before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            connection.exec_driver_sql(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608
            after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        # The command itself counts as one change (sqlite.org/fts5.html, 6.8).
        return bool(after - before >= 2)

    def close(self) -> None:
        """Close all connections; transactions under way must have ended."""
        self.search.close()
        self._engine.dispose()

    @property
    def awaited(self) -> bool:
        """Whether a thread waits for the write transaction that is open to end."""
        return bool(self._waiting)

    @contextmanager
    def _writer(self, synchronous: str) -> Iterator[Connection]:
        # Threads of this program queue up here instead of polling the file's lock.
        self._waiting.add(threading.get_ident())
        try:
            if not self._writing.acquire(timeout=WRITER_WAIT_SECONDS):
                raise StoreError(LOCKED)
        finally:
            self._waiting.discard(threading.get_ident())
        try:
            with self._transaction("IMMEDIATE", synchronous) as connection:
                yield connection
        finally:
            self._writing.release()

    @contextmanager
    def _transaction(self, mode: str, synchronous: str | None = None) -> Iterator[Connection]:
        with translated(), self._engine.connect() as connection:
            if synchronous is not None:
                raw = connection.connection.driver_connection
                if raw is None:
                    raise StoreError(LOCKED)
                # Outside the transaction: inside one SQLite would not change it.
                raw.execute(f"PRAGMA synchronous = {synchronous}").close()
            with connection.execution_options(**{sealed.BEGIN: mode}).begin():
                yield connection
