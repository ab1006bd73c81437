"""``python -m bench nightly [--json]``: the long proofs, one after another; ends with exit code 1 when one fails.

Hours on two cores. Millions of damaged codes and files, 2,000 seeds of the simulator, 20 of faults between real
processes, a restore: no figure that counts something bad may be other than 0, and each broken protocol has to be found.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from bench import fuzz, restore_drill, sync_faults, sync_sim
from bench.figures import Figure

BAD = frozenset({"bad", "crashes", "divergent", "duplicated", "lost"})


def failed(figure: Figure) -> bool:
    """Whether a figure says that something went wrong. The simulator's ``crashes`` are those it made itself."""
    if figure.metric == "caught_by_seed":
        return figure.value > sync_sim.MUTANT_SEEDS
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
