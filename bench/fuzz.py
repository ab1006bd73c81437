"""``python -m bench fuzz [--codes N] [--mutants N] [--seed N]``: what is read from outside, damaged by the million.

``crashes`` counts exceptions and answers that do not hold. The gate's cases want Linux: its child's memory is read from
/proc; ``replaced`` counts files at which the child ended or had to be ended, ``worst_s`` is its processor time and
``worst_wait_s`` how long an answer took.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from bench.bombs import bombs
from bench.figures import Figure
from bench.fuzz_codes import damaged, lines_hold, payload_holds
from bench.gate_watch import ASKS, Outcome, ask
from bench.spoiled_files import spoiled
from officer_console.imaging.gate import Gate

SEED = 3
CODES = 1_000_000
MUTANTS = 20_000


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Damage and read: codes, machine-readable lines, files at the gate."""
    parser = argparse.ArgumentParser(prog="python -m bench fuzz")
    parser.add_argument("--codes", type=int, default=CODES)
    parser.add_argument("--mutants", type=int, default=MUTANTS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--without-bombs", action="store_true")
    options = parser.parse_args(arguments)
    for case, holds in {"payloads": payload_holds, "mrz": lines_hold}.items():
        crashes = sum(not _survives(holds, data) for data in _first(options.codes, damaged(options.seed)))
        yield Figure(bench="fuzz", case=case, metric="executions", value=options.codes, unit="1", n=options.codes)
        yield Figure(bench="fuzz", case=case, metric="crashes", value=crashes, unit="1", n=options.codes)
    if sys.platform == "linux":
        if not options.without_bombs:
            yield from _gate("bombs", bombs())
        yield from _gate("mutants", spoiled(options.seed, options.mutants))


def _first(count: int, items: Iterator[bytes]) -> Iterator[bytes]:
    return (data for _, data in zip(range(count), items, strict=False))


def _survives(holds: Callable[[bytes], bool], data: bytes) -> bool:
    """Tell whether a reader answers; one input that does not is shown, to be kept as a test."""
    try:
        held = holds(data)
    except Exception as error:  # noqa: BLE001 - whatever comes is what is being looked for
        print(f"{type(error).__name__}: {data!r}", file=sys.stderr)
        return False
    if not held:
        print(f"does not hold: {data!r}", file=sys.stderr)
    return held


def _gate(case: str, files: Iterable[tuple[str, bytes]]) -> Iterator[Figure]:
    gate = Gate()
    outcomes: list[Outcome] = []
    crashes = 0
    asks = list(ASKS)
    try:
        for number, (name, data) in enumerate(files):
            try:
                outcomes.append(ask(gate, asks[number % len(asks)], data, name))
            except Exception as error:  # noqa: BLE001 - whatever but a refusal is what is being looked for
                print(f"{type(error).__name__}: {name}, file {number}", file=sys.stderr)
                crashes += 1
    finally:
        gate.close()
    count = len(outcomes) + crashes
    figures = {
        ("executions", "1"): float(count),
        ("crashes", "1"): float(crashes),
        ("replaced", "1"): float(sum(outcome.code == "gate-timeout" for outcome in outcomes)),
        ("worst_s", "s"): max((outcome.seconds for outcome in outcomes), default=0.0),
        ("worst_wait_s", "s"): max((outcome.waited for outcome in outcomes), default=0.0),
        ("worst_mib", "MiB"): max((outcome.mib for outcome in outcomes), default=0.0),
    }
    for (metric, unit), value in figures.items():
        yield Figure(bench="fuzz", case=f"gate {case}", metric=metric, value=value, unit=unit, n=count)
