"""Papers saved as files in the clear: nothing half written is left, not by a program that was killed, either."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from officer_console.services import plain_file
from officer_console.store.store import Store, Transaction


class SavedFiles:
    """The files of one officer. Every method may take long: not for the thread of the window."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def laid_down(self, path: Path, data: bytes) -> Iterator[Callable[[Transaction], None]]:
        """Write ``data`` beside ``path``; give out what puts it in its place, within a transaction.

        A name that stands in the folder meanwhile is in the store before. Raises OSError, as what is given out does.
        """
        begun: list[str] = []

        def begin(part: Path) -> None:
            with self._store.write() as tx:
                tx.begun_files.add(str(part))
            begun.append(str(part))

        with plain_file.laid_down(path, data, begin) as settle:

            def put(tx: Transaction) -> None:
                for part in begun:
                    tx.begun_files.remove(part)
                settle()

            yield put

    def sweep(self) -> None:
        """Remove what a program left that was killed; what cannot be reached now stays for another time."""
        with self._store.read() as tx:
            begun = tx.begun_files.all()
        for part in begun:
            if plain_file.swept(Path(part)):
                with self._store.write() as tx:
                    tx.begun_files.remove(part)
