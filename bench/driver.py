"""The bare driver as a yardstick: statements written down as they run, and run again with their values at hand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlcipher3 import dbapi2

from officer_console.store import loading
from officer_console.store.arrivals import COLUMNS, JUDGED

# What the program writes in statements of many rows, row by row.
_ROWS = {
    loading.INSERT: None,
    loading.DOCUMENT: None,
    loading.RANK: None,
    loading.WORDS: None,
    loading.OPEN_WORDS: None,
    loading.PAPERS: None,
    loading.UPDATE: f"UPDATE dossier SET {', '.join(f'{name} = ?' for name in COLUMNS)} WHERE position = ?",  # noqa: S608
    loading.JUDGE: "UPDATE dossier SET "  # noqa: S608
    + f"{', '.join(f'{name} = ?' for name in COLUMNS[1:JUDGED])} WHERE position = ?",
}

Step = tuple[str, list[tuple[Any, ...]] | None, tuple[Any, ...]]
Parameters = tuple[Any, ...] | list[tuple[Any, ...]]


class Recorder:
    """Keeps what an engine runs, commits included, with the values it was given."""

    def __init__(self) -> None:
        self._run: list[tuple[str, Parameters, bool]] = []

    def listen(self, engine: Engine) -> None:
        """Begin."""

        @event.listens_for(engine, "before_cursor_execute")
        def executed(
            connection: Connection,
            cursor: object,
            statement: str,
            parameters: Parameters,
            context: object,
            many: bool,  # noqa: FBT001 - as the event gives them
        ) -> None:
            del connection, cursor, context
            self._run.append((statement, parameters, many))

        @event.listens_for(engine, "commit")
        def committed(connection: Connection) -> None:
            del connection
            self._run.append(("COMMIT", (), False))

        @event.listens_for(engine, "rollback")
        def rolled_back(connection: Connection) -> None:
            del connection
            self._run.append(("ROLLBACK", (), False))

    def take(self) -> list[Step]:
        """Return what was run since the last call, row by row what was written in statements of many rows."""
        run, self._run = self._run, []
        steps: list[Step] = []
        for statement, parameters, many in run:
            single, rows = _singly(statement, parameters, many=many)
            if rows is not None and steps and steps[-1][0] == single and steps[-1][1] is not None:
                steps[-1][1].extend(rows)
            else:
                steps.append((single, rows, () if rows is not None else tuple(parameters)))
        return steps


def _singly(statement: str, parameters: Parameters, *, many: bool) -> tuple[str, list[tuple[Any, ...]] | None]:
    """Return the statement for one row, and the rows; ``None`` for a statement that has none."""
    for (head, width, tail), update in _ROWS.items():
        if statement.startswith(head) and statement.endswith(tail):
            flat = list(chain.from_iterable(parameters)) if many else parameters
            rows = [tuple(flat[start : start + width]) for start in range(0, len(flat), width)]
            if update is None:
                return f"{head}({', '.join('?' * width)})", rows
            return update, [(*row[1:], row[0]) for row in rows]
    return statement, list(parameters) if many else None


class Driver:
    """One connection of the bare driver."""

    def __init__(self, connection: dbapi2.Connection) -> None:
        self._connection = connection
        self._connection.execute("PRAGMA synchronous = NORMAL").close()

    def run(self, steps: Sequence[Step]) -> float:
        """Run the steps; return the seconds they took."""
        connection = self._connection
        started = time.perf_counter()
        for statement, rows, values in steps:
            if rows is None:
                connection.execute(statement, values).fetchall()
            else:
                connection.executemany(statement, rows)
        return time.perf_counter() - started

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
