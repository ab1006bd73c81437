"""Whatever file is laid before the gate: the program goes on, within three seconds and 600 MiB."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from bench.bombs import bombs, grey, saved
from bench.gate_watch import ASKS, Outcome, ask
from bench.spoiled_files import originals, spoiled
from officer_console.imaging.decode import CODES
from officer_console.imaging.gate import Gate, Purpose

SEED = 20261123
MUTANTS = 2000
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the child's memory is read from /proc")


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    opened = Gate()
    yield opened
    opened.close()


def told(outcomes: list[Outcome]) -> str:
    """Return a line about all of them, the slowest and the largest named."""
    slow, large = max(outcomes, key=lambda one: one.seconds), max(outcomes, key=lambda one: one.mib)
    codes = ", ".join(
        f"{code or 'let through'} {count}" for code, count in Counter(o.code for o in outcomes).most_common()
    )
    return (
        f"{len(outcomes)} files: {codes}; slowest {slow.seconds:.2f} s ({slow.name}), "
        f"largest {large.mib:.0f} MiB ({large.name})"
    )


@pytest.mark.parametrize("name", originals())
@pytest.mark.parametrize("what", ASKS)
def test_the_files_that_are_spoiled_are_good_ones(gate: Gate, what: str, name: str) -> None:
    assert ask(gate, what, originals()[name], name).code == ""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_bombs_end_within_time_and_memory(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [ask(gate, "pixels", data, name) for name, data in bombs()]

    with capsys.disabled():
        sys.stdout.write(f"\nbombs: {told(outcomes)}\n")
    assert [outcome for outcome in outcomes if not outcome.within_limits] == []
    assert {outcome.code for outcome in outcomes} <= {"", "gate-timeout", *CODES}
    assert gate.admit(saved(grey(64, 48), "PNG"), Purpose.PAGE).width == 64


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_spoiled_files_end_within_time_and_memory(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    asks = list(ASKS)
    # Five questions and nineteen kinds of files: each meets each.
    outcomes = [ask(gate, asks[n % len(asks)], data, name) for n, (name, data) in enumerate(spoiled(SEED, MUTANTS))]

    with capsys.disabled():
        sys.stdout.write(f"\nmutants: {told(outcomes)}\n")
    assert len(outcomes) == MUTANTS
    assert [outcome for outcome in outcomes if not outcome.within_limits] == []
    assert gate.admit(saved(grey(64, 48), "PNG"), Purpose.PAGE).width == 64
