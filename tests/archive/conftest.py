"""A real central, real desks and a real key for the tests of signed notices on their way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from central_server import schema
from central_server.database import Database
from officer_console.imaging.gate import Gate
from tests.archive.counter import Counter
from tests.central.process import Central, running_central
from tests.faults.fixtures import planted as planted
from tests.faults.fixtures import proxy as proxy
from tests.faults.proxy import Proxy
from tests.faults.workplace import Workplace
from tests.services.review_desk import gate as gate
from tests.signing.conftest import Hosted
from tests.signing.conftest import authority as authority
from tests.signing.conftest import hosted as hosted
from tests.signing.conftest import officer_file as officer_file

Counters = Callable[..., Counter]
# Offices of Hồ Chí Minh City, listed at central: nobody issues papers in the name of another.
OFFICES = tuple(f"079{n:04d}" for n in range(1, 61))


@pytest.fixture(scope="module")
def central(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    """A planted central with these offices."""
    folder = tmp_path_factory.mktemp("central") / "c"
    shutil.copytree(planted, folder)
    database = Database.open(f"sqlite:///{folder / 'central.db'}")
    with database.write() as connection:
        connection.execute(insert(schema.office), [{"scope_id": code, "name": f"BHXH {code}"} for code in OFFICES])
    database.close()
    with running_central(folder) as running:
        yield running


@pytest.fixture
def counters(central: Central, tmp_path: Path, hosted: Hosted, officer_file: Path, gate: Gate) -> Iterator[Counters]:
    """Return what makes the counter of a new officer of an office and ``more``; ``url``: where it looks for central."""
    made: list[Counter] = []

    def make(scope: str, url: str | None = None, *, of: Central | None = None, more: tuple[str, ...] = ()) -> Counter:
        there = of or central
        officer = there.officer(scopes=(scope, *more))
        desk = Workplace(there, tmp_path / officer.username, officer, url)
        made.append(Counter(desk, hosted(), officer_file, gate))
        return made[-1]

    yield make
    for counter in made:
        counter.desk.close()


@pytest.fixture(scope="module")
def offices() -> Iterator[str]:
    """Offices that no other test uses."""
    return iter(OFFICES)


@pytest.fixture
def office(offices: Iterator[str]) -> str:
    """An office that no other test uses."""
    return next(offices)


@pytest.fixture
def counter(counters: Counters, office: str, proxy: Proxy) -> Counter:
    """The counter of an officer, behind ``proxy``."""
    return counters(office, proxy.url)
