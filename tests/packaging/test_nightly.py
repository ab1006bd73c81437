"""The long proofs say that they failed."""

from __future__ import annotations

import sys

import pytest

from bench import fuzz
from bench.figures import Figure
from bench.nightly import BAD, LIMITS, failed


@pytest.mark.parametrize(
    ("bench", "case", "metric", "value", "bad"),
    [
        ("sync-sim", "protocol", "bad", 1, True),
        ("sync-sim", "protocol", "bad", 0, False),
        ("sync-sim", "protocol", "crashes", 900, False),
        ("sync-sim", "mutant:no-if-match", "caught_by_seed", 201, True),
        ("sync-sim", "mutant:no-if-match", "caught_by_seed", 200, False),
        ("sync-faults", "20 seeds", "lost", 1, True),
        ("sync-faults", "20 seeds", "decisions", 4400, False),
        ("fuzz", "payloads", "crashes", 1, True),
        ("restore-drill", "20 desks", "duplicated", 1, True),
        ("fuzz", "gate bombs", "worst_s", 3.01, True),
        ("fuzz", "gate bombs", "worst_s", 2.9, False),
        ("fuzz", "gate mutants", "worst_s", 50, True),
        ("fuzz", "gate bombs", "worst_wait_s", 12, True),
        ("fuzz", "gate bombs", "worst_wait_s", 10, False),
        ("fuzz", "gate bombs", "worst_mib", 601, True),
        ("fuzz", "gate mutants", "worst_mib", 5000, True),
        ("fuzz", "gate bombs", "worst_mib", 599, False),
        ("fuzz", "gate bombs", "replaced", 4, False),
        ("fuzz", "gate bombs", "replaced", 5, True),
        ("fuzz", "gate mutants", "replaced", 1, True),
        ("fuzz", "gate mutants", "replaced", 0, False),
    ],
)
def test_a_figure_that_counts_something_bad_fails_the_night(
    bench: str, case: str, metric: str, value: float, *, bad: bool
) -> None:
    assert failed(Figure(bench=bench, case=case, metric=metric, value=value, unit="1", n=1)) is bad


@pytest.mark.skipif(sys.platform != "linux", reason="the gate's child is watched by /proc")
def test_what_the_gate_is_measured_by_is_what_fails_the_night() -> None:
    told = [figure.metric for figure in fuzz.run(["--codes", "10", "--mutants", "19", "--without-bombs"])]

    assert {"crashes", "replaced", *LIMITS} <= set(told)
    assert set(told) <= {"executions", "replaced", *LIMITS, *BAD}
