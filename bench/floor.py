"""What the bare driver needs for the statements of the same work: the floor under central's figures.

The statements are written down while central's own parts do the work once, one thing after the other, on a copy of the
database; then they are run again on another copy, with the values they had. What belongs to one office runs in its
order on one connection, so every number fits. The driver sends each transaction in one trip, which central cannot: it
must read before it knows what to write.
"""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import TextClause, event
from sqlalchemy.engine import make_url

from central_server.database import Database

Transaction = tuple[tuple[str, Mapping[str, Any]], ...]
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY")


class Work(NamedTuple):
    """One thing central did: for which office, and in which transactions."""

    office: str
    transactions: tuple[Transaction, ...]


class Floor(NamedTuple):
    """How many things the bare driver does in a second, and how long each takes it, in milliseconds."""

    per_s: float
    waits: list[float]


def written_down(database: Database, offices: Sequence[str], steps: Sequence[Callable[[], object]]) -> list[Work]:
    """Do the steps, one for each of ``offices``, and return the statements they ran."""
    bare = database.engine.dialect.name == "sqlite"
    done: list[Transaction] = []
    open_now: list[tuple[str, Mapping[str, Any]]] = []

    def seen(
        _connection: object, statement: object, _several: object, values: dict[str, Any], _options: object
    ) -> None:
        if isinstance(statement, TextClause):
            text = statement.text if bare else str(statement.compile(dialect=database.engine.dialect))
            open_now.append((text, dict(values)))

    def ended(_connection: object) -> None:
        done.append(tuple(open_now))
        open_now.clear()

    works = []
    with _listening(database, {"before_execute": seen, "commit": ended, "rollback": ended}):
        for office, step in zip(offices, steps, strict=True):
            done.clear()
            step()
            works.append(Work(office, tuple(one for one in done if one)))
    return works


def measure(url: str, works: Sequence[Work], connections: int) -> Floor:
    """Run what was written down over so many connections."""
    rows: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        rows[work.office].append(work)
    lanes: list[list[Work]] = [[] for _ in range(connections)]
    for own in sorted(rows.values(), key=len, reverse=True):
        min(lanes, key=len).extend(own)
    run = _sqlite if make_url(url).get_backend_name() == "sqlite" else _postgresql
    waits: list[float] = []
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as threads:
        for waited in threads.map(lambda lane: run(url, lane), lanes):
            waits += waited
    return Floor(len(works) / (time.perf_counter() - began), waits)


def _postgresql(url: str, works: Sequence[Work]) -> list[float]:
    where = make_url(url)
    waits = []
    with closing(psycopg.connect(where.set(drivername="postgresql").render_as_string(hide_password=False))) as driver:
        for work in works:
            began = time.perf_counter()
            for transaction in work.transactions:
                with driver.pipeline():
                    cursors = [driver.execute(text, values, prepare=True) for text, values in transaction]
                    driver.commit()
                for cursor in cursors:
                    if cursor.description is not None:
                        cursor.fetchall()
            waits.append((time.perf_counter() - began) * 1000)
    return waits


def _sqlite(url: str, works: Sequence[Work]) -> list[float]:
    waits = []
    with closing(sqlite3.connect(make_url(url).database or "", isolation_level=None)) as driver:
        for pragma in _PRAGMAS:
            driver.execute(f"PRAGMA {pragma}")
        for work in works:
            began = time.perf_counter()
            for transaction in work.transactions:
                driver.execute("BEGIN IMMEDIATE")
                for text, values in transaction:
                    driver.execute(text, values).fetchall()
                driver.execute("COMMIT")
            waits.append((time.perf_counter() - began) * 1000)
    return waits


@contextmanager
def _listening(database: Database, listeners: Mapping[str, Callable[..., None]]) -> Iterator[None]:
    for name, listener in listeners.items():
        event.listen(database.engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners.items():
            event.remove(database.engine, name, listener)
