"""A real SQLCipher file for each test, and one larger store that searches share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.rows import dossiers
from officer_console.domain.dossier import Dossier
from officer_console.store.store import Store
from tests.store.building import KEY, clock

SEARCHED = 3000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "officer" / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.open(path, KEY, clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def searched_dossiers() -> tuple[Dossier, ...]:
    return tuple(dossier for _, dossier in dossiers(SEARCHED, seed=7, days=90))


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory, searched_dossiers: tuple[Dossier, ...]) -> Iterator[Store]:
    """A store of generated dossiers; tests only read it."""
    opened = Store.open(tmp_path_factory.mktemp("searched") / "store.db", KEY, clock=clock)
    pairs = [(seq, dossier) for seq, dossier in enumerate(searched_dossiers, start=1)]
    for at in range(0, len(pairs), 500):
        with opened.apply() as tx:
            tx.dossiers.put(pairs[at : at + 500])
    yield opened
    opened.close()
