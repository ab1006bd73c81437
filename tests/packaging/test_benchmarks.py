"""The benchmark harness prints what later runs compare."""

from __future__ import annotations

import json

import pytest

from bench.__main__ import main
from bench.figures import Figure, percentile


def test_a_figure_is_one_line_of_json_without_an_empty_other_side() -> None:
    figure = Figure(bench="search", case="name", metric="p50_ms", value=1.5, unit="ms", n=100)
    assert json.loads(figure.as_json()) == {
        "bench": "search",
        "case": "name",
        "metric": "p50_ms",
        "value": 1.5,
        "unit": "ms",
        "n": 100,
    }


def test_a_ratio_names_its_other_side() -> None:
    figure = Figure(bench="search", case="name", metric="ratio", value=2.0, unit="1", n=100, vs="raw driver")
    assert json.loads(figure.as_json())["vs"] == "raw driver"


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 51.0), (0.99, 100.0), (1.0, 101.0)])
def test_a_percentile_is_a_sample(share: float, value: float) -> None:
    assert percentile([float(number) for number in range(101, 0, -1)], share) == value


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-thing", "--json"]) == 2
    assert "no-such-thing" in capsys.readouterr().err
