"""PostgreSQL for tests: one server per worker, started when the first test asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bench.postgres import Cluster, programs

__all__ = ["Cluster", "postgres"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Return a running server; skips where none is installed (./test installs it)."""
    if programs() is None:
        if os.environ.get("CI_STARTED"):
            pytest.fail("not installed: postgresql")
        pytest.skip("not installed: postgresql")
    with Cluster() as running:
        yield running
