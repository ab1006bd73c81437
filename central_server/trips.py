"""Several statements in one trip to the database: on PostgreSQL they are sent together, on SQLite done in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Dialect, TextClause
from sqlalchemy.exc import DBAPIError


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


def run(connection: Connection, *steps: Step) -> list[Outcome]:
    """Do the steps in their order, inside the transaction that is open on ``connection``.

    Raises:
        OvertakenError: a step that must touch one row touched another number of them.
        sqlalchemy.exc.DBAPIError: what the database says against a step.
    """
    bare = connection.dialect.name == "postgresql"
    outcomes = _sent(connection, steps) if bare else [_done(connection, step) for step in steps]
    for step, outcome in zip(steps, outcomes, strict=True):
        if step.one and outcome.count != 1:
            raise OvertakenError
    return outcomes


def _done(connection: Connection, step: Step) -> Outcome:
    result = connection.execute(step.statement, step.values)
    return Outcome(rows=result.all() if result.returns_rows else (), count=result.rowcount)


def _sent(connection: Connection, steps: Sequence[Step]) -> list[Outcome]:
    # past SQLAlchemy, whose share of a statement is more than the driver's and the server's together
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError("only psycopg speaks to PostgreSQL here")
    try:
        with raw.pipeline() if len(steps) > 1 else nullcontext():
            cursors = [
                raw.cursor(row_factory=namedtuple_row).execute(_sql(step.statement, connection.dialect), step.values)
                for step in steps
            ]
        return [
            Outcome(rows=cursor.fetchall() if cursor.description else (), count=cursor.rowcount) for cursor in cursors
        ]
    except psycopg.Error as error:
        gone = raw.closed or raw.broken
        if gone:
            connection.invalidate()
        # as SQLAlchemy raises it, without the values: they are personal data
        raise DBAPIError.instance(
            None, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=gone
        ) from error


@cache
def _sql(statement: TextClause, dialect: Dialect) -> str:
    """Return a statement in the driver's own notation."""
    return str(statement.compile(dialect=dialect))
