"""Which dossiers name a paper's number: the full-text table beside the list, and what is still to be put into it.

The number of a guardian's paper is a word of the list's own tables, so that a search lists all of his wards.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from officer_console.store import words
from officer_console.store.loading import Batch

AT_ONCE = 500
# Far more than one person has.
MOST = 100

_FIND = (
    "SELECT d.id FROM dossier_papers p JOIN dossier d ON d.position = p.rowid WHERE dossier_papers MATCH ?"
    " ORDER BY p.rowid DESC LIMIT ?"
)
_NEXT = (
    "SELECT d.position, d.paper, json_extract(CAST(t.document AS TEXT), '$.declaration.paper_number') AS of_paper,"
    " json_extract(CAST(t.document AS TEXT), '$.declaration.guardian.paper_number') AS of_guardian,"
    " d.number, d.kind, d.status, d.social_code, d.full_name, d.due_day, o.rank FROM dossier d"
    " JOIN dossier_document t ON t.position = d.position LEFT JOIN open_dossier o ON o.position = d.position"
    " WHERE d.position > ? AND d.guardian IS NULL ORDER BY d.position LIMIT ?"
)


class Papers:
    """The index within one transaction. What arrives is entered by ``Dossiers``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, number: str) -> tuple[str, ...]:
        """Return the ids of dossiers whose declaration names this number, the newest declaration first.

        Letters and digits count, their case does not; the caller compares what it needs more exactly.
        """
        key = words.paper_key(number)
        if not key:
            return ()
        rows = self._connection.exec_driver_sql(_FIND, (f'"{words.paper(key)}"', MOST))
        return tuple(str(row[0]) for row in rows)

    @property
    def whole(self) -> bool:
        """Whether every dossier that is here has been entered."""
        return self._up_to() is None

    def fill(self, limit: int = AT_ONCE) -> bool:
        """Enter up to ``limit`` dossiers of a store from before there was this index; return whether some are left."""
        up_to = self._up_to()
        if up_to is None:
            return False
        rows = self._connection.exec_driver_sql(_NEXT, (up_to, limit)).fetchall()
        batch = Batch()
        for row in rows:
            key, guardian = words.paper_key(row.of_paper), words.paper_key(row.of_guardian)
            batch.known_papers.append((row.position, key, guardian))
            if key and row.paper is None:
                batch.papers.append((row.position, words.paper(key)))
            if guardian:
                _name_guardian(batch, row, guardian)
        batch.run(self._connection)
        if len(rows) < limit:
            self._connection.exec_driver_sql("DELETE FROM paper_index")
            return False
        self._connection.exec_driver_sql("UPDATE paper_index SET up_to = ?", (rows[-1][0],))
        return True

    def _up_to(self) -> int | None:
        found = self._connection.exec_driver_sql("SELECT up_to FROM paper_index").scalar()
        return None if found is None else int(found)


def _name_guardian(batch: Batch, row: Row[Any], guardian: str) -> None:
    """Write a minor's words anew, with the number of the guardian's paper among them."""
    text = words.text_of(row.number, row.kind, row.status, row.social_code, row.full_name, guardian)
    if row.rank is None:
        batch.words.append((row.position, text))
    else:
        batch.words.append((row.position, words.text_with_due(text, row.kind, row.due_day)))
        batch.open_words.append((row.rank, text))
