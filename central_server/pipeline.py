"""Prepared statements sent to PostgreSQL together over libpq's pipeline, past SQLAlchemy and the driver's cursors.

Their share of a statement is several times that of the database; here a statement costs a lookup and its values.
"""

from __future__ import annotations

import re
import select
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, NamedTuple, cast

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result
from sqlalchemy import TextClause

# In ``info`` of a pooled connection: the names of what is prepared on it; missing where nothing may be prepared.
PREPARED = "prepared"
_NAME = re.compile(r"(?<![:\w]):([a-z_0-9]+)\b")
_NUMBERS = count(1)
_Read = Callable[[bytes], object]
_Make = Callable[..., Any]
_INTEGERS = dict.fromkeys((20, 21, 23), cast("_Read", int))
_READ: dict[int, _Read] = {**_INTEGERS, 16: lambda value: value == b"t"}


def row_of(names: Iterable[str]) -> _Make:
    """Return what makes a row out of its values: a tuple with the columns as attributes."""
    return namedtuple("Row", tuple(names))


class _Form:
    """A statement as PostgreSQL takes it, and how its rows are read."""

    __slots__ = ("makes", "name", "names", "reads", "sql")

    def __init__(self, statement: TextClause) -> None:
        self.names = tuple(dict.fromkeys(_NAME.findall(statement.text)))
        places = {name: f"${place}" for place, name in enumerate(self.names, 1)}
        self.sql = _NAME.sub(lambda found: places[found[1]], statement.text).encode()
        self.name = f"central_{next(_NUMBERS)}".encode()
        self.makes: _Make | None = None
        self.reads: tuple[tuple[int, _Read], ...] = ()

    def values(self, given: Mapping[str, object]) -> list[bytes | None] | None:
        return [_written(given[name]) for name in self.names] or None

    def rows(self, result: pq.abc.PGresult) -> Sequence[Any]:
        if self.makes is None:
            # the columns of a statement are the same on every connection
            columns = range(result.nfields)
            self.reads = tuple((column, _READ.get(result.ftype(column), bytes.decode)) for column in columns)
            self.makes = row_of((result.fname(column) or b"").decode() for column in columns)
        makes, reads, value = self.makes, self.reads, result.get_value
        return [
            makes(*[None if (found := value(row, column)) is None else read(found) for column, read in reads])
            for row in range(result.ntuples)
        ]


class Answered(NamedTuple):
    """Rows with the columns as attributes, and how many rows a statement touched."""

    rows: Sequence[Any]
    touched: int


def send(
    driver: psycopg.Connection[Any],
    known: set[bytes] | None,
    statements: Sequence[tuple[TextClause, Mapping[str, object]]],
    *,
    begin: bytes | None = None,
    commit: bool = False,
) -> list[Answered]:
    """Do the statements in their order in one trip; ``begin`` comes before the first, COMMIT after the last.

    ``known`` is the connection's ``PREPARED``. After an error none of the later statements was done.

    Raises:
        psycopg.Error: what the database says against a statement, or that the connection is lost.
    """
    pg = driver.pgconn
    # all values first: nothing may go wrong between the first that is sent and the pipeline's end
    bound = [(form, form.values(values)) for form, values in ((_form(told), values) for told, values in statements)]
    expected: list[_Form | bytes | None] = []
    pg.enter_pipeline_mode()
    if begin is not None:
        pg.send_query_params(begin, None)
        expected.append(None)
    for form, values in bound:
        if known is None:
            pg.send_query_params(form.sql, values)
        else:
            if form.name not in known and form.name not in expected:
                pg.send_prepare(form.name, form.sql)
                expected.append(form.name)
            pg.send_query_prepared(form.name, values)
        expected.append(form)
    if commit:
        pg.send_query_params(b"COMMIT", None)
        expected.append(None)
    pg.pipeline_sync()
    results = _results(pg)
    pg.exit_pipeline_mode()
    answered, refused = [], None
    for sent, result in zip(expected, results, strict=True):
        if result.status == pq.ExecStatus.FATAL_ERROR:
            refused = refused or error_from_result(result)
        elif result.status == pq.ExecStatus.PIPELINE_ABORTED:
            continue
        elif isinstance(sent, bytes) and known is not None:
            known.add(sent)
        elif isinstance(sent, _Form):
            tells = result.status == pq.ExecStatus.TUPLES_OK
            answered.append(Answered(sent.rows(result) if tells else (), result.command_tuples or 0))
    if refused is not None:
        raise refused
    return answered


def _results(pg: pq.abc.PGconn) -> list[pq.abc.PGresult]:
    """Return what comes back until the pipeline's end, one result for each thing sent."""
    poll = select.poll()
    poll.register(pg.socket, select.POLLIN | select.POLLOUT)
    while pg.flush():
        if any(event & ~select.POLLOUT for _, event in poll.poll()):
            pg.consume_input()
    poll.modify(pg.socket, select.POLLIN)
    results: list[pq.abc.PGresult] = []
    while True:
        while pg.is_busy():
            poll.poll()
            pg.consume_input()
        result = pg.get_result()
        if result is None:
            if pg.status != pq.ConnStatus.OK:
                raise psycopg.OperationalError("the connection is lost")
        elif result.status == pq.ExecStatus.PIPELINE_SYNC:
            return results
        else:
            results.append(result)


def _written(value: object) -> bytes | None:
    """Return a value in PostgreSQL's text form."""
    if value is None:
        return None
    if value is True or value is False:
        return b"t" if value else b"f"
    text = str(value)
    if "\0" in text:
        # would end the text there, without a word
        raise psycopg.DataError("PostgreSQL text cannot contain NUL")
    return text.encode()


@cache
def _form(statement: TextClause) -> _Form:
    return _Form(statement)
