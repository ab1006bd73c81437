"""Damaged codes by the hundred thousand: every answer has a shape, none raises, and no number is made up."""

from __future__ import annotations

import itertools

import pytest

from bench.fuzz_codes import ORIGINALS, TODAY, damaged, lines_hold, payload_holds
from officer_console.codes import mrz, payloads

# About a minute on two cores; `python -m bench fuzz` does a million of each.
EXECUTIONS = 400_000


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [3, 4])
def test_damaged_codes_are_answered(seed: int) -> None:
    for data in itertools.islice(damaged(seed), EXECUTIONS):
        assert payload_holds(data), data
        assert lines_hold(data), data


@pytest.mark.parametrize("data", ORIGINALS)
def test_what_is_damaged_is_understood_before(data: bytes) -> None:
    assert payloads.kind(payloads.read(data)) != "unknown" or mrz.read(data, today=TODAY) is not None
