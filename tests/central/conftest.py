"""A server process per engine for all tests of this folder; each test adds its own officers and dossiers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from central_server.database import Database
from central_server.shards import distribute, spread
from tests.central.process import Central, Desk, running_central
from tests.central.seeded import planted as planted
from tests.postgres import Cluster

# CENTRAL_ENGINES=sharded or =citus runs all of it over several servers (docs/testing.md).
ENGINES = tuple(os.environ.get("CENTRAL_ENGINES", "sqlite,postgresql").split(","))


@pytest.fixture(scope="session", params=ENGINES)
def central(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    """A running central on a fresh database; jobs every 0.2 s. A module that needs one engine only says which."""
    folder = tmp_path_factory.mktemp("central")
    url = None
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.dsn("central", template=request.getfixturevalue("blank"))
    elif request.param != "sqlite":
        url = spread_out(request, "central")
    with running_central(folder, url=url) as running:
        yield running


def spread_out(request: pytest.FixtureRequest, name: str) -> str:
    """Return the URL of a fresh central whose offices live on several servers."""
    if request.param == "citus":
        url = os.environ.get("CITUS_DSN")
        if not url:
            pytest.skip("CITUS_DSN is not set")
        distribute(url)
        return url
    cluster: Cluster = request.getfixturevalue("postgres")
    front, *behind = (cluster.dsn(f"{name}_{part}"[-60:]) for part in ("front", "first", "second"))
    spread(front, behind)
    return front


@pytest.fixture
def desk(central: Central) -> Desk:
    """A new officer of office 07906, signed in."""
    return central.desk()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh database without a server."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'central.db'}"
    elif request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    else:
        url = spread_out(request, tmp_path.name)
    database = Database.open(url)
    yield database
    database.close()
