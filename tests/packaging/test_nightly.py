"""The long proofs say that they failed."""

from __future__ import annotations

import pytest

from bench.figures import Figure
from bench.nightly import failed


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
    ],
)
def test_a_figure_that_counts_something_bad_fails_the_night(
    bench: str, case: str, metric: str, value: float, *, bad: bool
) -> None:
    assert failed(Figure(bench=bench, case=case, metric=metric, value=value, unit="1", n=1)) is bad
