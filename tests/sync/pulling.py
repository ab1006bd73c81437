"""What the tests of reading share: what happens to dossiers at central, what the log says."""

from __future__ import annotations

from sqlalchemy import select

from central_server import feed, moves, schema
from central_server.times import utc_now
from officer_console.domain.dossier import Dossier
from tests import builders
from tests.central.process import Central

PAGES = r"GET .*/changes"
STARTS_OVER = "feed of scope .* starts over"


def planted_in(central: Central, scope: str, count: int) -> list[Dossier]:
    dossiers = [builders.dossier(central.fresh(), scope_id=scope) for _ in range(count)]
    central.plant(*dossiers)
    return dossiers


def live_at_central(central: Central, scope: str) -> dict[str, str]:
    """Return id → document of the scope as central's database has them."""
    with central.database.read() as connection:
        rows = connection.execute(
            select(schema.dossier.c.id, schema.dossier.c.doc).where(
                schema.dossier.c.scope_id == scope, ~schema.dossier.c.gone
            )
        )
        return {row.id: row.doc for row in rows}


def bury(central: Central, about: Dossier) -> None:
    with central.database.write() as connection:
        stored = feed.load(connection, about.scope_id, about.id)
        assert stored is not None
        feed.bury(connection, stored, "deleted")


def move(central: Central, about: Dossier, scope: str) -> None:
    with central.database.write() as connection:
        feed.ensure_scope(connection, scope, central.epoch)
    order = moves.Order(dossier_id=about.id, here=about.scope_id, there=scope, who="admin", reason="Sai cơ quan")
    moves.move(central.database, order, utc_now())


def put(central: Central, dossier: Dossier) -> None:
    with central.database.write() as connection:
        stored = feed.load(connection, dossier.scope_id, dossier.id)
        assert stored is not None
        feed.put(connection, stored, dossier)
