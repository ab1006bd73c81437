"""Fixtures of the folders that work against a real central: planted once, copied for each process of the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from officer_console.domain.officer import Role
from tests.central.process import Central, running_central, wait_until
from tests.faults.proxy import Proxy
from tests.faults.workplace import Workplace

SEED_OPTIONS = ("--seed", "1", "--seed-dossiers", "200", "--seed-persons", "600")
NO_JOBS = ("--job-interval", "3600", "--registry-interval", "3600")
PLANT_SECONDS = 110

MakeDesk = Callable[..., Workplace]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with database and pictures of a planted central that has ended; workers of one run share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "planted"
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:
        wait_until(lambda: done.exists() or None, PLANT_SECONDS)
        return folder
    with running_central(folder, *SEED_OPTIONS, *NO_JOBS):
        pass
    done.touch()
    return folder


@pytest.fixture(scope="session")
def central(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    """A central with 200 planted dossiers; tests add officers and offices of their own, and leave it running."""
    folder = tmp_path_factory.mktemp("central") / "c"
    shutil.copytree(planted, folder)
    with running_central(folder) as running:
        yield running


@pytest.fixture
def proxy(central: Central) -> Iterator[Proxy]:
    """A line to central that the test may spoil."""
    opened = Proxy(central.url)
    yield opened
    opened.close()


@pytest.fixture
def scope(central: Central) -> str:
    """An office no other test uses."""
    return f"T{central.fresh():04d}"


@pytest.fixture
def make_desk(central: Central, proxy: Proxy, tmp_path: Path, scope: str) -> Iterator[MakeDesk]:
    """Return a function that makes the workplace of a new officer of ``scope`` behind ``proxy``."""
    made: list[Workplace] = []

    def make(
        *,
        scopes: tuple[str, ...] = (scope,),
        role: Role = Role.OFFICER,
        page: int = 500,
        tidy_beyond: int = 5000,
    ) -> Workplace:
        officer = central.officer(scopes=scopes, role=role)
        made.append(Workplace(central, tmp_path / officer.username, officer, proxy.url, page, tidy_beyond))
        return made[-1]

    yield make
    for workplace in made:
        workplace.close()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Workplace:
    """The workplace of an officer of ``scope``, behind ``proxy``."""
    return make_desk()
