"""``python -m bench nightly [--json]``: the long proofs, one after another; ends with exit code 1 when one fails.

Hours on two cores. Millions of damaged codes and files, 2,000 seeds of the simulator, 20 of faults between real
processes, a restore: no figure that counts something bad may be other than 0, none at the gate beyond its limit, and
each broken protocol has to be found.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from bench import fuzz, restore_drill, sync_faults, sync_sim
from bench.figures import Figure
from bench.gate_watch import MIB_LIMIT, SECONDS_LIMIT, WAITED_LIMIT

BAD = frozenset({"bad", "crashes", "divergent", "duplicated", "lost"})
LIMITS = {"worst_s": SECONDS_LIMIT, "worst_mib": MIB_LIMIT, "worst_wait_s": WAITED_LIMIT}
# Bombs that end the gate's child, by its own clock or its memory; a spoiled file never does.
REPLACED = {"gate bombs": 4}


def failed(figure: Figure) -> bool:
    """Whether a figure says that something went wrong. The simulator's ``crashes`` are those it made itself."""
    if figure.metric == "caught_by_seed":
        return figure.value > sync_sim.MUTANT_SEEDS
    if figure.metric in LIMITS:
        return figure.value > LIMITS[figure.metric]
    if figure.metric == "replaced":
        return figure.value > REPLACED.get(figure.case, 0)
    made = figure.bench == sync_sim.BENCH and figure.metric == "crashes"
    return figure.metric in BAD and figure.value != 0 and not made


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Yield the figures of all proofs.

    Raises:
        SystemExit: one of them failed; standard error names it.
    """
    argparse.ArgumentParser(prog="python -m bench nightly").parse_args(list(arguments))
    wrong: list[Figure] = []
    for proof in (fuzz, sync_sim, sync_faults, restore_drill):
        for figure in proof.run(()):
            yield figure
            if failed(figure):
                wrong.append(figure)
    for figure in wrong:
        print(f"failed: {figure.as_json()}", file=sys.stderr)
    if wrong:
        raise SystemExit(1)
