"""Several statements in one trip to the database: on PostgreSQL they are sent together, on SQLite done in turn.

Both past SQLAlchemy, whose share of a statement is more than the driver's and the database's together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError

from central_server import pipeline
from central_server.generations import GENERATION, Generation

# A table's column got another type, or the statement is not there: what was prepared before is of no use any more.
_STALE = frozenset({"0A000", "26000"})


# In front of several servers each table has a part on every one of them, and to plan a SELECT anew for its values takes
# longer than to run it. A plan for any values leaves out the other servers' parts when it begins. One of an UPDATE or a
# DELETE does not: it would open a transaction on servers that have nothing to do with the office.
_FOR_ANY_VALUES = text("SET plan_cache_mode = force_generic_plan")
_FOR_THESE_VALUES = text("RESET plan_cache_mode")
_PLANS = (_FOR_ANY_VALUES, _FOR_THESE_VALUES)
_Sent = tuple[TextClause, Mapping[str, object]]


class OvertakenError(RuntimeError):
    """A row changed between reading and writing it: another writer was first."""


class Step(NamedTuple):
    """A statement and its values; with ``one`` it must touch exactly one row."""

    statement: TextClause
    values: Mapping[str, object]
    one: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a step found (rows with the columns as attributes) or how many rows it touched."""

    rows: Sequence[Any]
    count: int

    @property
    def row(self) -> Any:  # noqa: ANN401 - its columns are the statement's
        """The only row, ``None`` when there is none."""
        return self.rows[0] if self.rows else None


def run(connection: Connection, *steps: Step, commit: bool = False) -> list[Outcome]:
    """Do the steps in their order, inside the transaction that is open on ``connection``.

    ``commit`` lets PostgreSQL end the transaction with them, unless it says something against one of them. A ``one``
    among them must then be certain (its row was locked before): that it was not so is found out too late.

    Raises:
        OvertakenError: a step that must touch one row touched another number of them.
        sqlalchemy.exc.DBAPIError: what the database says against a step.
    """
    driver = connection.connection.driver_connection
    if connection.engine.dispatch.before_execute:
        # somebody wants to see the statements
        outcomes = [_seen(connection, step) for step in steps]
    elif isinstance(driver, psycopg.Connection):
        outcomes = _sent(connection, driver, steps, commit=commit)
    elif isinstance(driver, sqlite3.Connection):
        outcomes = _done(driver, steps)
    else:
        raise TypeError("only PostgreSQL and SQLite are spoken here")
    for step, outcome in zip(steps, outcomes, strict=True):
        if step.one and outcome.count != 1:
            raise OvertakenError
    return outcomes


def _seen(connection: Connection, step: Step) -> Outcome:
    result = connection.execute(step.statement, step.values)
    return Outcome(rows=result.all() if result.returns_rows else (), count=result.rowcount)


def _done(driver: sqlite3.Connection, steps: Sequence[Step]) -> list[Outcome]:
    outcomes = []
    try:
        for statement, values, _ in steps:
            cursor = driver.execute(statement.text, values)
            rows: Sequence[Any] = ()
            if cursor.description is not None:
                makes = _row(statement, tuple(column[0] for column in cursor.description))
                rows = [makes(*row) for row in cursor]
            outcomes.append(Outcome(rows=rows, count=cursor.rowcount))
    except sqlite3.Error as error:
        raise _told(error, sqlite3.Error, lost=False) from error
    return outcomes


def _sent(
    connection: Connection, driver: psycopg.Connection[Any], steps: Sequence[Step], *, commit: bool
) -> list[Outcome]:
    begin = None
    idle = driver.pgconn.transaction_status == TransactionStatus.IDLE
    if idle and not driver.autocommit and not connection.get_execution_options().get("looks", False):
        level = driver.isolation_level
        begin = b"BEGIN" if level is None else f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}".encode()
    known: set[bytes] | None = connection.info.get(pipeline.PREPARED)
    sent = [(step.statement, step.values) for step in steps]
    if connection.get_execution_options().get("in_front", False):
        sent = _planned(sent)
    try:
        answered = pipeline.send(driver, known, sent, begin=begin, commit=commit)
    except psycopg.Error as error:
        lost = driver.closed or driver.broken
        if lost:
            generation: Generation = connection.info[GENERATION]
            connection.invalidate()
            # what the pool keeps was lost with it, if the database was restarted; what came after is not
            if generation.ends():
                connection.engine.dispose()
        elif error.sqlstate in _STALE:
            connection.invalidate()
            gone = psycopg.OperationalError("a prepared statement is not valid any more")
            raise _told(gone, psycopg.Error, lost=True) from error
        raise _told(error, psycopg.Error, lost=lost) from error
    return [
        Outcome(rows=rows, count=count)
        for (statement, _), (rows, count) in zip(sent, answered, strict=True)
        if statement not in _PLANS
    ]


def _planned(steps: list[_Sent]) -> list[_Sent]:
    """Say before a SELECT that its plan may be for any values, and before an UPDATE, a DELETE and the end that not."""
    sent: list[_Sent] = []
    any_values = False
    for statement, values in steps:
        verb = statement.text[:6]
        if verb != "INSERT" and any_values != (verb == "SELECT"):
            any_values = not any_values
            sent.append((_FOR_ANY_VALUES if any_values else _FOR_THESE_VALUES, {}))
        sent.append((statement, values))
    if any_values:
        sent.append((_FOR_THESE_VALUES, {}))
    return sent


def _told(error: Exception, base: type[Exception], *, lost: bool) -> BaseException:
    """Return an error of the driver as SQLAlchemy raises it, without the values: they are personal data."""
    return DBAPIError.instance(None, None, error, base, hide_parameters=True, connection_invalidated=lost)


@cache
def _row(_statement: TextClause, names: tuple[str, ...]) -> Callable[..., Any]:
    return pipeline.row_of(names)
