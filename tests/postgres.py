"""PostgreSQL for tests: one server per worker, started when the first test asks for it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from bench.postgres import Cluster, programs
from central_server.migrate import migrate

__all__ = ["Cluster", "blank", "postgres", "postgres_url"]

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_installed() -> None:
    """Skip where PostgreSQL is not installed (./test installs it)."""
    if programs() is None:
        if os.environ.get("CI_STARTED"):
            pytest.fail("not installed: postgresql")
        pytest.skip("not installed: postgresql")


@pytest.fixture(scope="session")
def postgres(postgres_installed: None) -> Iterator[Cluster]:  # noqa: ARG001 - asked for its effect
    """Return a running server."""
    with Cluster() as running:
        yield running


@pytest.fixture(scope="session")
def blank(postgres: Cluster) -> str:
    """Return the name of a database with central's tables and nothing in them: a template that makes others quick."""
    engine = create_engine(postgres.dsn("blank"))
    migrate(engine)
    engine.dispose()
    return "blank"


@pytest.fixture
def postgres_url(postgres: Cluster, blank: str) -> str:
    """Return the URL of a fresh database with central's tables."""
    return postgres.dsn(f"fresh{next(_NUMBERS)}", template=blank)
