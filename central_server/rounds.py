"""One round of a background job over many rows: a row that breaks is logged by type and place, the others go on."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from central_server.database import AWAY

Row = TypeVar("Row")

_log = logging.getLogger(__name__)


def place(error: BaseException) -> str:
    """Return an error's type and where it arose; never its text, which may quote what a row holds."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def each(name: str, rows: Iterable[Row], step: Callable[[Row], bool]) -> int:
    """Do ``step`` for every row; returns for how many it said ``True``.

    Raises:
        sqlalchemy.exc.OperationalError, sqlalchemy.exc.TimeoutError: the database is busy or gone, which is no row's
            fault: the round ends.
    """
    done = 0
    for row in rows:
        try:
            done += step(row)
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one row must not keep the others waiting
            _log.error("%s: a row was left for the next round: %s", name, place(error))
    return done
