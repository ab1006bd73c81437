"""A move that breaks between its steps: nothing is lost, nobody decides meanwhile, and moving again finishes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from central_server import moves, schema
from central_server.database import Database
from central_server.moves import Order
from central_server.shards import spread
from central_server.times import utc_now
from officer_console.domain.dossier import Dossier, Status
from tests import builders
from tests.central.process import Central, Desk, problem, running_central
from tests.postgres import Cluster

T = TypeVar("T")
OFFICES = tuple(f"{7900 + n:05d}" for n in range(6))


class BrokenOffError(Exception):
    """The power is gone."""


class Breaking(Database):
    """A database whose user has gone after ``left`` more transactions."""

    left = 0

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Do one of those that are left."""
        if self.left == 0:
            raise BrokenOffError
        self.left -= 1
        return super().transact(work)


def homes(behind: list[str]) -> dict[str, int]:
    """Return on which of the servers behind each office lives."""
    found = {}
    for place, url in enumerate(behind):
        database = Database.open(url)
        with database.read() as connection:
            found |= dict.fromkeys(connection.execute(select(schema.scope.c.scope_id)).scalars(), place)
        database.close()
    return found


def apart(behind: list[str]) -> tuple[str, str]:
    """Return two offices that live on different servers, the first one on the first server."""
    found = homes(behind)
    here = next(scope for scope in OFFICES if found[scope] == 0)
    there = next(scope for scope in OFFICES if found[scope] == 1)
    return here, there


def planted_in(central: Central) -> None:
    central.plant(*(builders.dossier(central.fresh(), scope_id=scope) for scope in OFFICES))


def order_of(about: Dossier, there: str) -> Order:
    return Order(dossier_id=about.id, here=about.scope_id, there=there, who="quan.tri", reason="Sai cơ quan")


def judged(central: Central, desk: Desk, scope: str) -> Dossier:
    """Return a dossier that was judged valid and waits for the registry, for ever until told otherwise."""
    about = builders.dossier(central.fresh(), scope_id=scope)
    central.plant(about)
    central.register_person(about)
    central.silence(about, -1)
    assert desk.decide(builders.decision(about)).status_code == 201
    return about


def test_offices_on_different_servers_are_moved_between_step_by_step(tmp_path: Path, postgres: Cluster) -> None:
    front, *behind = (postgres.dsn(f"moves_{part}") for part in ("front", "first", "second"))
    spread(front, behind)
    with running_central(tmp_path, url=front) as central:
        planted_in(central)
        here, there = apart(behind)
        desk = central.desk(scopes=OFFICES)
        approved = builders.dossier(central.fresh(), scope_id=here)
        central.plant(approved)
        central.register_person(approved)
        assert desk.decide(builders.decision(approved)).status_code == 201
        waits = judged(central, desk, here)
        held = builders.dossier(central.fresh(), scope_id=here)
        central.plant(held)
        assert desk.take(held).status_code == 200
        for about in (approved, waits, held):
            moves.move(central.database, order_of(about, there), utc_now())
            assert problem(desk.take(about)).name == "dossier-gone"
        assert central.stored(replace(held, scope_id=there))[1].status is Status.PENDING
        with central.database.write() as connection:
            connection.execute(schema.registry_outage.delete())
        central.becomes(replace(waits, scope_id=there), Status.APPROVED)
        assert list(moves.unfinished(central.database)) == []
    database = Database.open(behind[0])
    with database.read() as connection:
        for table in (schema.outbox, schema.registry_wait, schema.lease):
            left = connection.execute(select(table).where(table.c.scope_id == here)).all()
            # held for good: the new office's server may be put back to before it had them
            assert table is schema.outbox or left == [], table.name
            assert {row.state for row in left if table is schema.outbox} == ({"moved"} if left else set())
    database.close()


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_move_that_breaks_off_is_finished_by_moving_again(tmp_path: Path, postgres: Cluster, steps: int) -> None:
    front, *behind = (postgres.dsn(f"broken_{steps}_{part}") for part in ("front", "first", "second"))
    spread(front, behind)
    with running_central(tmp_path, "--job-interval", "3600", url=front) as central:
        planted_in(central)
        here, there = apart(behind)
        desk = central.desk(scopes=OFFICES)
        about = judged(central, desk, here)
        letters = builders.dossier(central.fresh(), scope_id=here)
        central.plant(letters)
        central.register_person(letters)
        assert desk.decide(builders.decision(letters)).status_code == 201
        breaking = Breaking.open(front)
        assert isinstance(breaking, Breaking)
        for one in (about, letters):
            breaking.left = steps
            with pytest.raises(BrokenOffError):
                moves.move(breaking, order_of(one, there), utc_now())
            states = {row.state for row in outbox_of(central, one, here)}
            if steps > 1:
                assert problem(desk.take(one)).name == "dossier-gone"
                # no letter goes out from an office that has not got the dossier any more
                assert states <= {"moved"}
                assert list(moves.unfinished(central.database)) == ([(one.id, here, there)] if steps == 2 else [])
            arrived = desk.get(f"/v1/scopes/{there}/dossiers/{one.id}")
            assert arrived.status_code == (200 if steps > 2 else 404)
            moves.move(central.database, order_of(one, there), utc_now())
            assert list(moves.unfinished(central.database)) == []
            assert {row.state for row in outbox_of(central, one, here)} <= {"moved"}
        breaking.close()
        assert {row.state for row in outbox_of(central, letters, there)} == {"queued"}
        now = central.stored(replace(about, scope_id=there))[1]
        assert (now.status, now.version) == (Status.CHECKING, about.version + 2)
        assert [entry.what for entry in now.history].count("moved") == 1
        for scope in (here, there):
            page = desk.pull(scope)
            assert page.state is not None
            assert page.state.count == (1 if scope == here else 3)
            assert [item.seq for item in page.items] == sorted({item.seq for item in page.items})


def outbox_of(central: Central, about: Dossier, scope: str) -> list[Any]:
    mine = select(schema.outbox).where(schema.outbox.c.scope_id == scope, schema.outbox.c.dossier_id == about.id)
    with central.database.read() as connection:
        return list(connection.execute(mine).all())


def test_a_server_that_is_away_leaves_the_dossier_where_it_was(tmp_path: Path) -> None:
    with Cluster() as ahead, Cluster() as first, Cluster() as second:
        front, behind = ahead.dsn("front"), [first.dsn("behind"), second.dsn("behind")]
        spread(front, behind)
        with running_central(tmp_path, "--job-interval", "3600", url=front) as central:
            planted_in(central)
            here, there = apart(behind)
            about = builders.dossier(central.fresh(), scope_id=here)
            central.plant(about)
            second.stop()
            with pytest.raises(SQLAlchemyError):
                moves.move(central.database, order_of(about, there), utc_now())
            assert central.stored(about)[1] == about
            second.start()
            moves.move(central.database, order_of(about, there), utc_now())
            assert central.stored(replace(about, scope_id=there))[1].version == about.version + 1
