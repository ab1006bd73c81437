"""Whose the servers behind are: a mark that the one in front keeps of itself and leaves with each of them.

A copy of the one in front brings along where its servers behind are, and those are the original's. It is told by the
place in its mark, which is not the one it is in; a server behind of another front by its mark.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

TABLE = "front_mark"
# That of a server behind as the one in front sees it, with the server's place.
TABLE_BEHIND = "front_mark_{}"
COLUMNS = "front_id VARCHAR(36) NOT NULL, place VARCHAR(64) NOT NULL"
# No dump carries these with it. A standby and a base backup have them, too.
_HERE = text(
    "SELECT CAST(s.system_identifier AS TEXT) || '/' || CAST(d.oid AS TEXT)"
    " FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()"
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Which front: ``front_id`` is a UUID, ``place`` says which database of which PostgreSQL it is."""

    front_id: str
    place: str


class FrontError(RuntimeError):
    """The servers behind are not this front's; nothing was changed.

    ``code``: ``front-copied`` (the database is a copy of a front), ``front-unknown`` (``server`` belongs to another
    front; without ``server``: the servers behind were laid by a program that left no mark).
    """

    def __init__(self, code: str, server: str | None = None) -> None:
        self.code, self.server = code, server
        if code == "front-copied":
            why = "this is a copy of a front, and the servers behind are the original's: officer-central restored"
        elif server is None:
            why = "the servers behind have no mark of this front: officer-central spread --upgrade --front URL"
        else:
            why = f"{server} is not this front's: officer-central spread --adopt --front URL --behind URL ..."
        super().__init__(f"{code}: {why}")


def fresh(connection: Connection) -> Mark:
    """Return a new mark for the front that the connection is of."""
    return Mark(front_id=str(uuid.uuid4()), place=str(connection.execute(_HERE).scalar_one()))


def own(connection: Connection) -> Mark | None:
    """Return the front's mark, ``None`` when it has none yet.

    Raises:
        FrontError: ``front-copied``.
    """
    mark = kept(connection)
    if mark is not None and mark.place != fresh(connection).place:
        raise FrontError("front-copied")
    return mark


def kept(connection: Connection) -> Mark | None:
    """Return the mark that a database keeps, its own or that of its front."""
    present = connection.execute(text("SELECT to_regclass(:name)"), {"name": TABLE}).scalar_one()
    return None if present is None else _read(connection, TABLE)


def keep(connection: Connection, mark: Mark) -> None:
    """Keep a mark instead of the one of before."""
    connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {TABLE} ({COLUMNS})")
    connection.exec_driver_sql(f"DELETE FROM {TABLE}")  # noqa: S608 - a constant
    query = f"INSERT INTO {TABLE} (front_id, place) VALUES (:front_id, :place)"  # noqa: S608 - a constant
    connection.execute(text(query), {"front_id": mark.front_id, "place": mark.place})


def check_behind(engine: Engine, mark: Mark | None, names: Iterable[tuple[int, str]]) -> None:
    """Let pass when the servers behind, given with their places, have the mark of the front.

    Raises:
        FrontError: ``front-unknown``.
    """
    if mark is None:
        raise FrontError("front-unknown")
    with engine.connect() as connection:
        for place, name in names:
            try:
                with connection.begin():
                    found = _read(connection, TABLE_BEHIND.format(place))
            except OperationalError:
                _log.warning("%s does not answer: whose it is is not known", name)
                continue
            except ProgrammingError:
                found = None
            if found != mark:
                raise FrontError("front-unknown", name)


def _read(connection: Connection, table: str) -> Mark | None:
    row = connection.exec_driver_sql(f"SELECT front_id, place FROM {table}").first()  # noqa: S608 - a constant
    return None if row is None else Mark(front_id=row.front_id, place=row.place)
