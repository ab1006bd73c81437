"""Seeds of the simulator: the real protocol holds under every fault, and each broken one is caught."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.sim import runs
from bench.sim.mutants import MUTANTS
from bench.sim.world import Parts, Prepared

SEEDS = 300
CHUNK = 25
CAUGHT_WITHIN = 200
# Of those that take more than a few seeds, the one that catches them now: it is asked first.
CAUGHT_BY = {
    "idempotency-for-24-hours": 17,
    "number-outside-the-lock": 11,
    "broken-lease-keeps-version": 33,
    "lapsed-lease-keeps-version": 44,
    "move-forgets-decision": 31,
    "cursor-before-rows": 10,
    "receipt-brings-back": 17,
    "ledger-ignored": 15,
    "swapped-before-whole": 25,
}


@pytest.fixture(scope="module")
def base() -> Iterator[Prepared]:
    """The files every seed begins with."""
    with runs.quiet(), runs.prepared() as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, SEEDS + 1, CHUNK))
def test_nothing_is_lost_doubled_or_divergent(base: Prepared, first: int) -> None:
    totals = runs.Totals()
    for seed in range(first, first + CHUNK):
        totals.add(runs.run(seed, base, Parts()))
    assert totals.failures == []
    assert totals.counts["decisions"] > CHUNK
    assert totals.counts["faults"] > CHUNK
    assert totals.counts["crashes"] > 0


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_protocol_is_caught(base: Prepared, name: str) -> None:
    for seed in (CAUGHT_BY.get(name, 1), *range(1, CAUGHT_WITHIN + 1)):
        if runs.run(seed, base, MUTANTS[name]).failures:
            return
    pytest.fail(f"{name} went unnoticed in {CAUGHT_WITHIN} seeds")


def test_a_seed_tells_the_same_story_twice(base: Prepared) -> None:
    stories: list[list[str]] = [[], []]
    for story in stories:
        runs.run(7, base, Parts(), tell=story.append)
    assert stories[0] == stories[1]
    assert len(stories[0]) > 50
