"""A central with training data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from central_server.blobs import BlobFolder
from central_server.database import Database
from central_server.schema import dossier
from central_server.seed import plant
from central_server.seed.guide import GUIDE, GUIDE_OFFICE
from officer_console.central import wire
from officer_console.domain.dossier import Dossier, number_key

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A planted central."""

    database: Database
    blobs: BlobFolder
    dossiers: tuple[Dossier, ...]

    def guide(self, outcome: str) -> Dossier:
        """Return the guide's dossier for an outcome."""
        return next(
            one for one in self.dossiers if one.scope_id == GUIDE_OFFICE and number_key(one.number) == GUIDE[outcome]
        )


def planted_in(folder: Path, *, dossiers: int, persons: int, seed: int = SEED, now: datetime = NOW) -> Planted:
    database = Database.open(f"sqlite:///{folder / 'central.db'}")
    blobs = BlobFolder(folder / "blobs")
    plant(database, blobs, seed=seed, dossiers=dossiers, persons=persons, now=now)
    with database.read() as connection:
        rows = connection.execute(select(dossier.c.doc).order_by(dossier.c.scope_id, dossier.c.seq)).all()
    return Planted(database=database, blobs=blobs, dossiers=tuple(wire.decode(row.doc, Dossier) for row in rows))


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return planted_in(tmp_path_factory.mktemp("planted"), dossiers=150, persons=600)
