"""What one call changes in the mirror, written table by table with few and long statements.

The interpreter is shared with the window and with the thread that reads the next page: SQLite works without it, so
hundreds of rows per statement hold the others up less than one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from typing import TypeVar

import msgspec
from sqlalchemy import Connection

from officer_console.store.arrivals import COLUMNS, JUDGED

T = TypeVar("T")
DAY_SHIFT = 22
# Rows of one statement, longest first; each length is compiled once.
LENGTHS = (2000, 500, 50, 10)
# The interpreter is held while values are bound: a few tenths of a millisecond for so many.
MOST_VALUES = 7500
SINGLY = 50

_WHOLE = ", ".join(f"{column} = v.column{n}" for n, column in enumerate(COLUMNS, start=2))
_JUDGED = ", ".join(f"{column} = v.column{n}" for n, column in enumerate(COLUMNS[1:JUDGED], start=2))
INSERT = (f"INSERT INTO dossier (position, id, {', '.join(COLUMNS)}) VALUES ", len(COLUMNS) + 2, "")  # noqa: S608
UPDATE = (f"UPDATE dossier SET {_WHOLE} FROM (VALUES ", len(COLUMNS) + 1, ") v WHERE position = v.column1")  # noqa: S608
JUDGE = (f"UPDATE dossier SET {_JUDGED} FROM (VALUES ", JUDGED, ") v WHERE position = v.column1")  # noqa: S608
DOCUMENT = ("INSERT OR REPLACE INTO dossier_document (position, document) VALUES ", 2, "")
RANK = ("INSERT INTO open_dossier (rank, position, lag) VALUES ", 3, "")
# Replacing looks for old words first, which costs next to nothing where there are none: one pass in rowid order.
WORDS = ("INSERT OR REPLACE INTO dossier_words (rowid, words) VALUES ", 2, "")
OPEN_WORDS = ("INSERT OR REPLACE INTO open_words (rowid, words) VALUES ", 2, "")
PAPERS = ("INSERT OR REPLACE INTO dossier_papers (rowid, words) VALUES ", 2, "")
KNOWN_PAPERS = (
    "UPDATE dossier SET paper = v.column2, guardian = v.column3 FROM (VALUES ",
    3,
    ") v WHERE position = v.column1",
)

Statement = tuple[str, int, str]
Rows = Sequence[tuple[object, ...]]


class Batch:
    """Rows to delete and to write; the full-text tables in rowid order.

    FTS5 starts a new segment whenever rowids go backwards, so unsorted writes would leave hundreds of tiny ones.
    """

    def __init__(self) -> None:
        self.gone: list[int] = []
        self.gone_ranks: list[int] = []
        self.stale_words: list[int] = []
        self.stale_open_words: list[int] = []
        self.stale_papers: list[int] = []
        self.inserts: list[tuple[object, ...]] = []
        self.updates: list[tuple[object, ...]] = []
        self.judged: list[tuple[object, ...]] = []
        self.documents: list[tuple[object, ...]] = []
        self.ranks: list[tuple[object, ...]] = []
        self.words: list[tuple[object, ...]] = []
        self.open_words: list[tuple[object, ...]] = []
        self.papers: list[tuple[object, ...]] = []
        self.known_papers: list[tuple[object, ...]] = []

    def deletions(self) -> tuple[tuple[str, list[int]], ...]:
        """Return what goes, with the statement for one key; they run first."""
        return (
            ("DELETE FROM dossier WHERE position = ?", self.gone),
            ("DELETE FROM dossier_document WHERE position = ?", self.gone),
            ("DELETE FROM open_dossier WHERE rank = ?", self.gone_ranks),
            ("DELETE FROM dossier_words WHERE rowid = ?", self.stale_words),
            ("DELETE FROM open_words WHERE rowid = ?", self.stale_open_words),
            ("DELETE FROM dossier_papers WHERE rowid = ?", self.stale_papers),
        )

    def writes(self) -> tuple[tuple[Statement, Rows], ...]:
        """Return what comes, in the order in which it must be written."""
        return (
            (INSERT, self.inserts),
            (UPDATE, self.updates),
            (JUDGE, self.judged),
            (DOCUMENT, self.documents),
            (RANK, self.ranks),
            (WORDS, self.words),
            (OPEN_WORDS, self.open_words),
            (PAPERS, self.papers),
            (KNOWN_PAPERS, self.known_papers),
        )

    def run(self, connection: Connection, pause: Callable[[], None] = lambda: None) -> None:
        """Write it all; ``pause`` is called between any two statements."""
        for single, keys in self.deletions():
            for few in pieces(sorted(keys), SINGLY):
                pause()
                connection.exec_driver_sql(single, [(key,) for key in few])
        for statement, rows in self.writes():
            _write(connection, statement, sorted(rows, key=_first), pause)


class Places:
    """Gives out free places within days, ``day << 22 | n``: the last one used, plus one."""

    def __init__(self, connection: Connection, table: str, place: str) -> None:
        """The places that are taken stand in the column ``place`` of ``table``, its integer primary key."""
        self._connection = connection
        # One row, as the interpreter is left alone then.
        self._query = (
            f"SELECT json_group_array(json_array(day.value, (SELECT max({place}) FROM {table} WHERE {place}"  # noqa: S608
            f" BETWEEN day.value << {DAY_SHIFT} AND ((day.value + 1) << {DAY_SHIFT}) - 1))) FROM json_each(?) day"
        )
        self._last: dict[int, int] = {}

    def look_up(self, days: Iterable[int]) -> None:
        """Find the last places of these days, all at once: a query for each would cost more than the writing."""
        wanted = set(days) - self._last.keys()
        if wanted:
            given = msgspec.json.encode(sorted(wanted)).decode()
            found = msgspec.json.decode(self._connection.exec_driver_sql(self._query, (given,)).scalar_one())
            self._last.update((day, (day << DAY_SHIFT) - 1 if last is None else last) for day, last in found)

    def next(self, day: int) -> int:
        """Return the next free place of a day that was looked up."""
        self._last[day] += 1
        return self._last[day]


def pieces(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of ``size``, the last one shorter."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece


def _write(connection: Connection, statement: Statement, rows: Rows, pause: Callable[[], None]) -> None:
    done = 0
    for length in (length for length in LENGTHS if length * statement[1] <= MOST_VALUES):
        while len(rows) - done >= length:
            pause()
            values = tuple(chain.from_iterable(rows[done : done + length]))
            connection.exec_driver_sql(_sql(statement, length), values)
            done += length
    if done < len(rows):
        pause()
        connection.exec_driver_sql(_sql(statement, 1), list(rows[done:]))


@cache
def _sql(statement: Statement, length: int) -> str:
    head, width, tail = statement
    row = f"({', '.join('?' * width)})"
    return f"{head}{', '.join([row] * length)}{tail}"


def _first(row: tuple[object, ...]) -> int:
    return row[0]  # type: ignore[return-value]  # every row begins with its key
