"""What one central on this machine carries: decisions and pages, a timetable of desks, the herd at five o'clock.

Server processes, database and generator share the machine. ``--workers N`` server processes (PostgreSQL only), ``--case
NAME`` (may be given again), ``--decisions N`` for the closed loops, ``--minutes M`` for the timetable, ``--desks`` and
``--queue`` for the herd. ``ratio`` compares decisions a second with the bare driver, which runs the statements of the
same decisions over as many connections from one process; ``cpu_ms`` is processor time of the server processes for one
request.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench import load, office
from bench.figures import Figure, percentile
from bench.postgres import Cluster
from central_server.database import Database

NAME = "central"
CONNECTIONS = 16
PAGE_ROWS = 500
DESK_SECONDS = 5.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Site(NamedTuple):
    """A running central: where it listens, what is in it, and its processes."""

    port: int
    office: office.Office
    server: subprocess.Popen[str]

    def cpu_seconds(self) -> float:
        """Return the processor time its processes have taken so far."""
        return sum(_cpu(pid) for pid in _family(self.server.pid))


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Measure the chosen cases and yield their figures."""
    parser = argparse.ArgumentParser(prog="python -m bench central")
    parser.add_argument("--case", action="append", default=[], choices=list(CASES))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--decisions", type=int, default=6000)
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--desks", type=int, default=300)
    parser.add_argument("--queue", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(list(arguments))
    for case, measure in CASES.items():
        if not options.case or case in options.case:
            yield from measure(case, options)


def _decisions(case: str, options: argparse.Namespace, url: str, workers: int) -> Iterator[Figure]:
    with _site(url, options.decisions, options.seed, workers) as site:
        decisions = list(site.office.decisions(random.Random(options.seed)))
        requests = site.office.requests(decisions)
        warm = len(requests) // 10
        load.closed_loop(site.port, requests[:warm], CONNECTIONS)
        before = site.cpu_seconds()
        tally = load.closed_loop(site.port, requests[warm:], CONNECTIONS)
        cpu = (site.cpu_seconds() - before) * 1000 / len(tally.waits)
    yield from _rate(case, tally)
    yield _figure(case, "cpu_ms", cpu, "ms", len(tally.waits))


def _postgresql_decisions(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    with Cluster() as cluster:
        yield from _decisions(case, options, cluster.dsn("bench"), options.workers)


def _sqlite_decisions(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="bench-central-") as folder:
        yield from _decisions(case, options, f"sqlite:///{folder}/central.db", 1)


def _pages(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    with Cluster() as cluster, _site(cluster.dsn("bench"), 20_000, options.seed, options.workers) as site:
        path = f"/v1/scopes/{office.SCOPE}/changes?limit={PAGE_ROWS}"
        one = load.request("GET", path, token=site.office.token, Accept_Encoding="zstd, gzip")
        load.closed_loop(site.port, [one] * 50, CONNECTIONS)
        tally = load.closed_loop(site.port, [one] * options.pages, CONNECTIONS)
    yield from _rate(case, tally)


def _timetable(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    desks = 500
    turns = round(options.minutes * 60 / DESK_SECONDS)
    with Cluster() as cluster, _site(cluster.dsn("bench"), desks * turns, options.seed, options.workers) as site:
        decisions = list(site.office.decisions(random.Random(options.seed)))
        tally = load.timetable(site.port, load.spread(site.office.requests(decisions), desks), DESK_SECONDS)
    yield from _rate(case, tally)


def _herd(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    count = options.desks * options.queue
    with Cluster() as cluster, _site(cluster.dsn("bench"), count, options.seed, options.workers) as site:
        decisions = list(site.office.decisions(random.Random(options.seed)))
        tally = load.herd(site.port, load.spread(site.office.requests(decisions), options.desks))
    yield from _rate(case, tally)
    yield _figure(case, "drained", tally.statuses[201] / count, "1", count)
    yield _figure(case, "told_to_wait", tally.statuses[503], "1", count)
    yield _figure(case, "seconds", tally.seconds, "s", count)


CASES: dict[str, Callable[[str, argparse.Namespace], Iterator[Figure]]] = {
    "postgresql decisions": _postgresql_decisions,
    "postgresql pages": _pages,
    "sqlite decisions": _sqlite_decisions,
    "500 desks open loop": _timetable,
    "17:00 herd": _herd,
}


def _rate(case: str, tally: load.Tally) -> Iterator[Figure]:
    n = len(tally.waits)
    yield _figure(case, "per_s", n / tally.seconds, "1/s", n)
    yield _figure(case, "p50_ms", percentile(tally.waits, 0.5), "ms", n)
    yield _figure(case, "p99_ms", percentile(tally.waits, 0.99), "ms", n)
    yield _figure(case, "errors", tally.errors, "1", n)


def _figure(case: str, metric: str, value: float, unit: str, n: int) -> Figure:
    return Figure(bench=NAME, case=case, metric=metric, value=round(value, 3), unit=unit, n=n)


@contextmanager
def _site(url: str, count: int, seed: int, workers: int) -> Iterator[Site]:
    """Plant a central at ``url``, serve it, and end it."""
    database = Database.open(url)
    planted = office.plant(database, count, seed=seed, today=(datetime.now(UTC) + timedelta(hours=7)).date())
    database.close()
    with TemporaryDirectory(prefix="bench-central-") as folder:
        command = [sys.executable, "-m", "central_server", "serve", "--port", "0", "--database", url]
        command += ["--blobs", f"{folder}/blobs"]
        if workers > 1:
            command += ["--workers", str(workers)]
        with (Path(folder) / "log").open("w", encoding="utf-8") as log:
            server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            line = server.stdout.readline() if server.stdout is not None else ""
            if not line.startswith("ready "):
                raise RuntimeError("central did not start")
            yield Site(int(line.rpartition(":")[2]), planted, server)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(int(child) for child in children)]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
