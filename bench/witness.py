"""Says when the host took a processor away: one process per processor that should wake up every two milliseconds.

A virtual machine shares its processors with others. What nobody in the machine had a turn for is not the program's.
``python -m bench.witness CPU`` is one of the processes: it goes before all others where the system allows that, and
tells what it missed when its input ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVERY_SECONDS = 0.002
LATE_SECONDS = 0.002

Span = tuple[float, float]


class Witness:
    """What was missed, once the ``with`` block of :func:`watching` has ended: spans of ``time.perf_counter``."""

    def __init__(self) -> None:
        self.missed: list[Span] = []

    def saw(self, start: float, end: float) -> bool:
        """Whether a processor was away at any moment between ``start`` and ``end``."""
        return any(began < end and start < ended for began, ended in self.missed)


@contextmanager
def watching() -> Iterator[Witness]:
    """Watch all processors this process may use. Where nobody may go before others, nothing is missed."""
    witness = Witness()
    processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setscheduler") and os.geteuid() == 0 else []
    watchers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.witness", str(processor)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        for processor in processors
    ]
    try:
        yield witness
    finally:
        for watcher in watchers:
            told, _ = watcher.communicate()
            # A watcher that may not go before others has nothing to tell.
            witness.missed += [(start, end) for start, end in json.loads(told or "[]")]


def watch(processor: int, ended: threading.Event) -> list[Span]:
    """Return when this processor did not give a turn in time, until ``ended``."""
    os.sched_setaffinity(0, {processor})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    missed = []
    last = time.perf_counter()
    while not ended.wait(EVERY_SECONDS):
        now = time.perf_counter()
        if now - last > EVERY_SECONDS + LATE_SECONDS:
            missed.append((last, now))
        last = now
    return missed


def _main() -> None:
    ended = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    json.dump(watch(int(sys.argv[1]), ended), sys.stdout)


if __name__ == "__main__":
    _main()
