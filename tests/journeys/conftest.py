"""One desktop for all journeys of a worker; they stay together on one worker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.desk import Central, start_central
from tests.journeys.desktop import Desktop, missing_programs

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist, which reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the journeys on one worker and give them time."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("journeys"))
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """Return a running desktop; skips where its programs are not installed (./test installs them)."""
    if missing := missing_programs():
        if os.environ.get("CI_STARTED"):
            pytest.fail(f"not installed: {', '.join(missing)}")
        pytest.skip(f"not installed: {', '.join(missing)}")
    with Desktop(tmp_path_factory.mktemp("desktop")) as running:
        yield running


@pytest.fixture(scope="session")
def central(desktop: Desktop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    """Return a running central server with training data; every journey takes a dossier of its own."""
    running = start_central(desktop, tmp_path_factory.mktemp("central"))
    with running.program:
        yield running
