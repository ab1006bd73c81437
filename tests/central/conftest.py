"""A server process per engine for all tests of this folder; each test adds its own officers and dossiers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from central_server.database import Database
from tests.central.process import Central, Desk, running_central
from tests.postgres import Cluster

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session", params=ENGINES)
def central(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    """A running central on a fresh database; jobs every 0.2 s. A module that needs one engine only says which."""
    folder = tmp_path_factory.mktemp("central")
    url = None
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.dsn("central", template=request.getfixturevalue("blank"))
    with running_central(folder, url=url) as running:
        yield running


@pytest.fixture
def desk(central: Central) -> Desk:
    """A new officer of office 07906, signed in."""
    return central.desk()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh database without a server."""
    fresh = request.param == "postgresql"
    url: str = request.getfixturevalue("postgres_url") if fresh else f"sqlite:///{tmp_path / 'central.db'}"
    database = Database.open(url)
    yield database
    database.close()
