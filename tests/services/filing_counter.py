"""A desk whose officer files signed sheets: a real sealed store, the codes and pictures of a real gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest

from officer_console.domain.form import FormKeys
from officer_console.domain.officer import Officer
from officer_console.imaging.gate import Gate
from officer_console.imaging.opencv import Rgb
from officer_console.services.capture import Capture
from officer_console.services.filing import Filing
from officer_console.services.form_codes import FormCodes
from officer_console.services.lookup import Lookup
from officer_console.services.stacks import Doubt, Pile, Split
from tests import builders
from tests.services.sealed_desk import NOW, SealedDesk
from tests.services.signed_sheets import keys, stack

OTHER_OFFICE = "07907"


class Counter:
    """A desk whose officer files signed sheets."""

    def __init__(self, folder: Path, gate: Gate, officer: Officer | None = None) -> None:
        self.gate = gate
        self.desk = SealedDesk(folder)
        self.officer = officer or builders.officer()
        self._ids = count(1)
        self.editions: Callable[[], Mapping[int, int]] = dict
        self.give(keys())
        self.open()

    def open(self) -> None:
        store = self.desk.store
        self.capture = Capture(
            store, self.officer, self.gate, clock=lambda: NOW, new_id=lambda: f"shot-{next(self._ids)}"
        )
        self.codes = FormCodes(store, self.officer)
        lookup = Lookup(store, clock=lambda: NOW, ring=self.codes.ring)
        self.filing = Filing(
            store,
            self.officer,
            self.capture,
            self.gate,
            self.codes,
            lookup,
            clock=lambda: NOW,
            wake=self.desk.wake,
            editions=lambda: self.editions(),
        )

    def give(self, *known: FormKeys, scope: str = builders.SCOPE) -> None:
        """Let keys have come for an office."""
        with self.desk.store.write() as tx:
            for each in known:
                tx.form_keys.put(scope, each, NOW)

    def split(self, *sheets: Rgb) -> Split:
        """Read and sort a stack."""
        return self.filing.split(self.filing.take(stack(*sheets), []))

    def picture(self, sha256: str) -> Rgb:
        data = self.desk.store.blobs.get(sha256)
        assert data is not None
        return self.gate.pixels(data).array()


@pytest.fixture
def counter(tmp_path: Path, gate: Gate) -> Iterator[Counter]:
    made = Counter(tmp_path / "officer", gate)
    yield made
    made.desk.store.close()


def numbers(split: Split) -> list[tuple[str, int]]:
    return [(pile.number, len(pile.pages)) for pile in split.piles]


def doubts(split: Split) -> list[Doubt]:
    return [one.doubt for one in split.unclear]


def only(split: Split) -> Pile:
    (pile,) = split.piles
    assert split.unclear == ()
    return pile
