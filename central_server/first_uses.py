"""Which sign-ins' tokens were used for the first time: written down without holding up whoever uses them."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from central_server.database import Database
from central_server.schema import session

_log = logging.getLogger(__name__)


class FirstUses:
    """Writes down that the access token of a session was used.

    On PostgreSQL at once. On SQLite, where the turn to write may be long in coming and only one process answers, it is
    known here until it is written, so that who only reads does not wait for a writer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._unwritten: set[str] = set()
        self._writing = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="first-uses")

    def note(self, session_id: str) -> None:
        """Keep in mind, and see that it is written, that the session's access token was used."""
        if self._database.shared:
            self._write([session_id])
            return
        with self._guard:
            self._unwritten.add(session_id)
            if self._writing:
                return
            self._writing = True
        self._thread.submit(self._write_all)

    def unwritten(self) -> list[str]:
        """Return the sessions of which the database does not know it yet; under its lock to write, exactly those."""
        with self._guard:
            return list(self._unwritten)

    def close(self) -> None:
        """Write what is left; waits for it."""
        self._thread.shutdown()

    def _write_all(self) -> None:
        while True:
            with self._guard:
                ids = list(self._unwritten)
                self._writing = bool(ids)
            if not ids:
                return
            try:
                self._write(ids)
            except SQLAlchemyError as error:
                # the next request with one of these tokens has it tried again
                _log.warning("first uses are not written yet: %s", type(error).__name__)
                with self._guard:
                    self._writing = False
                return
            with self._guard:
                self._unwritten.difference_update(ids)

    def _write(self, ids: list[str]) -> None:
        with self._database.write() as connection:
            connection.execute(update(session).where(session.c.id.in_(ids)).values(access_used=True))
