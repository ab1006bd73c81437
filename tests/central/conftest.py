"""One server process for all tests of this folder; each test adds its own officers and dossiers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.central.process import Central, Desk, running_central


@pytest.fixture(scope="session")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    """A running central on a temporary SQLite; jobs every 0.2 s."""
    with running_central(tmp_path_factory.mktemp("central")) as running:
        yield running


@pytest.fixture
def desk(central: Central) -> Desk:
    """A new officer of office 07906, signed in."""
    return central.desk()
