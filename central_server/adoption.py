"""Gives a front other servers behind: the restored copies after a restore, or where they have moved to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from central_server import front as fronts
from central_server import marks
from central_server.database import renew_epoch
from central_server.foreign import SpreadError, name_of, opened, point, postgresql, work
from central_server.front import Behind
from central_server.shards import check_version, lay

_OFFICES = text("SELECT scope_id FROM scope")
_ASTRAY = text(
    "SELECT count(*) FROM unnest(CAST(:offices AS VARCHAR[])) AS office"
    " WHERE NOT satisfies_hash_partition(CAST('scope' AS regclass), :count, :place, office)"
)
# the sessions of any server in front
_VISITORS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'postgres_fdw'"
)


def restored(url: str, behind: Sequence[str] = ()) -> str:
    """Give a database that came from a backup a new epoch, as ``renew_epoch``; returns the epoch.

    One in front of others is pointed at the servers ``behind`` first: what it knows of them may be where the original
    works.

    Raises:
        SpreadError: ``behind-expected``, and what ``adopt`` says.
    """
    if behind:
        adopt(url, behind)
    elif make_url(url).get_backend_name() == "postgresql":
        with opened(postgresql(url)) as engine, engine.connect() as connection:
            if fronts.behind(connection):
                raise SpreadError("behind-expected")
    return renew_epoch(url)


def adopt(front: str, behind: Sequence[str]) -> None:
    """Point ``front`` at the servers ``behind``, in the order they were laid in, and make them its own.

    The front has a new mark afterwards, and no other front is served with these servers any more. No central may be at
    work on them.

    Raises:
        SpreadError: ``postgresql-expected``, ``not-spread``, ``behind-expected``, ``in-use``, ``wrong-order``; nothing
            was changed.
        SpreadVersionError: ``server-newer`` or ``server-empty``; nothing was changed.
        sqlalchemy.exc.SQLAlchemyError: a database cannot be reached.
    """
    ahead, *urls = [postgresql(url) for url in (front, *behind)]
    with opened(ahead) as engine, work(engine) as connection:
        servers = fronts.behind(connection)
        if not servers:
            raise SpreadError("not-spread")
        if len(urls) != len(servers):
            raise SpreadError("behind-expected")
        for place, url in enumerate(urls):
            check_version(Behind(name=name_of(place), url=url, options=None))
            _check_offices(connection, place, len(urls), url)
        mark = marks.fresh(connection)
        marks.keep(connection, mark)
        for place, url in enumerate(urls):
            point(connection, place, url)
        lay(connection)
        for url in urls:
            with opened(url) as there, there.begin() as taken:
                marks.keep(taken, mark)


def _check_offices(connection: Connection, place: int, count: int, url: URL) -> None:
    with opened(url) as engine, engine.connect() as there:
        if there.execute(_VISITORS).scalar_one():
            raise SpreadError("in-use", place)
        offices = list(there.execute(_OFFICES).scalars())
    if connection.execute(_ASTRAY, {"offices": offices, "count": count, "place": place}).scalar_one():
        raise SpreadError("wrong-order", place)
