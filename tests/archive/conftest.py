"""A real central, real desks and a real key for the tests of signed notices on their way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from officer_console.imaging.gate import Gate
from tests.archive.counter import Counter
from tests.central.process import Central
from tests.faults.fixtures import central as central
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


@pytest.fixture
def counters(central: Central, tmp_path: Path, hosted: Hosted, officer_file: Path, gate: Gate) -> Iterator[Counters]:
    """Return what makes the counter of a new officer of an office; ``url``: where it looks for central."""
    made: list[Counter] = []

    def make(scope: str, url: str | None = None, *, of: Central | None = None) -> Counter:
        there = of or central
        officer = there.officer(scopes=(scope,))
        desk = Workplace(there, tmp_path / officer.username, officer, url)
        made.append(Counter(desk, hosted(), officer_file, gate))
        return made[-1]

    yield make
    for counter in made:
        counter.desk.close()


@pytest.fixture
def office(central: Central) -> str:
    """An office of Hồ Chí Minh City that no other test uses."""
    return f"079{central.fresh():04d}"


@pytest.fixture
def counter(counters: Counters, office: str, proxy: Proxy) -> Counter:
    """The counter of an officer, behind ``proxy``."""
    return counters(office, proxy.url)
