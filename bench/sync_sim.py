"""Sync simulator: seeds of the real protocol under every fault, none may be bad; broken protocols, all must be caught.

``python -m bench sync-sim [--seeds N] [--workers N]``, or ``--seed N [--mutant NAME] --trace`` for one story.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from bench.figures import Figure
from bench.sim import runs
from bench.sim.mutants import MUTANTS
from bench.sim.runs import Totals
from bench.sim.world import Parts

BENCH = "sync-sim"
MUTANT_SEEDS = 200
_CHUNK = 25
_COUNTED = ("decisions", "faults", "crashes", "restores")


def run_chunk(seeds: range) -> Totals:
    """Run seeds of the real protocol."""
    return runs.run_many(seeds, Parts())


def run_mutant(name: str, seeds: int = MUTANT_SEEDS) -> Totals:
    """Run a mutant until it is caught, at most ``seeds`` seeds."""
    return runs.run_many(range(1, seeds + 1), MUTANTS[name], until_caught=True)


def run_story(seed: int, parts: Parts) -> Totals:
    """Run one seed and print what happens in it."""
    with runs.quiet(), runs.prepared() as base:
        return runs.run(seed, base, parts, tell=partial(print, file=sys.stderr))


def real_figures(totals: Totals, seconds: float) -> Iterator[Figure]:
    """Yield what the seeds of the real protocol came to."""
    figure = partial(Figure, bench=BENCH, case="protocol", n=totals.seeds)
    yield figure(metric="bad", value=len(totals.failures), unit="seeds")
    for name in _COUNTED:
        yield figure(metric=name, value=totals.counts[name], unit="1")
    yield figure(metric="seeds_per_s", value=round(totals.seeds / seconds, 2), unit="1/s")


def _tell_failures(totals: Totals) -> None:
    for failure in totals.failures:
        print(f"seed {failure.seed}: {failure.why}  (--seed {failure.seed} --trace tells the story)", file=sys.stderr)


def run_bench(seeds: int, workers: int) -> Iterator[Figure]:
    """Yield the figures of ``seeds`` seeds and of every mutant, worked on by ``workers`` processes."""
    chunks = [range(first, min(first + _CHUNK, seeds + 1)) for first in range(1, seeds + 1, _CHUNK)]
    totals = Totals()
    with ProcessPoolExecutor(workers) as pool:
        began = time.monotonic()
        for done in pool.map(run_chunk, chunks):
            totals.add(done)
            _tell_failures(done)
        yield from real_figures(totals, time.monotonic() - began)
        for name, caught in zip(MUTANTS, pool.map(run_mutant, MUTANTS), strict=True):
            yield mutant_figure(name, caught)


def mutant_figure(name: str, totals: Totals) -> Figure:
    """Return by which seed a mutant was caught; one more than were run when it was not."""
    by = totals.failures[0].seed if totals.failures else MUTANT_SEEDS + 1
    if totals.failures:
        print(f"mutant {name}: seed {by}: {totals.failures[0].why}", file=sys.stderr)
    return Figure(bench=BENCH, case=f"mutant:{name}", metric="caught_by_seed", value=by, unit="seed", n=totals.seeds)


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Yield the figures of the real protocol and of every mutant, or of one seed."""
    parser = argparse.ArgumentParser(prog=f"python -m bench {BENCH}")
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, help="run this seed only")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="with --seed: on this broken protocol")
    parser.add_argument("--trace", action="store_true", help="with --seed: tell the story on standard error")
    options = parser.parse_args(list(arguments))
    if options.seed is None:
        yield from run_bench(options.seeds, options.workers)
        return
    parts = MUTANTS[options.mutant] if options.mutant else Parts()
    began = time.monotonic()
    only = run_story(options.seed, parts) if options.trace else runs.run_many((options.seed,), parts)
    _tell_failures(only)
    yield from real_figures(only, time.monotonic() - began)
