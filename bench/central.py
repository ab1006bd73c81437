"""What one central on this machine carries: decisions and pages, a timetable of desks, the herd at five o'clock.

Server processes, database and generator share the machine. ``--workers N`` server processes (PostgreSQL only), ``--case
NAME`` (may be given again), ``--decisions N`` for the closed loops, ``--minutes M`` and ``--pull-seconds S`` for the
timetable, in which each desk decides and reads what is new in its office (``pull_…``), ``--desks`` and ``--queue`` for
the herd. ``ratio`` compares with the bare driver, which runs the statements of the same work over as many connections
from one process (``bench.floor``): by what is done in a second, for the timetable by the median wait of one on an idle
machine. ``cpu_ms`` is processor time of the server processes for one request. No two of the pages asked for are alike.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench import floor, load, office
from bench.figures import Figure, percentile
from bench.postgres import Cluster
from central_server import feed, statements
from central_server.cursor import make
from central_server.database import Database
from central_server.options import Options
from central_server.serving import assemble
from central_server.shards import spread
from central_server.times import utc_now
from officer_console.central import wire
from officer_console.domain.decision import Decision

NAME = "central"
CONNECTIONS = 16
PAGE_ROWS = 500
DESK_SECONDS = 5.0
TIMETABLE_DESKS = 500
ONE_OFFICE_DECISIONS = 1000
# The program reads what is new in the round in which it sends a decision; when there is none, each 15 seconds.
PULL_SECONDS = DESK_SECONDS
# How many decisions the bare driver repeats: writing them down takes longer than making them.
FLOOR_DECISIONS = 800
# Gives the URL of a database made afresh: empty, or a copy of the one named.
Copies = Callable[[str, str | None], str]
_TICKS = os.sysconf("SC_CLK_TCK")


class Site(NamedTuple):
    """A running central: its database, where it listens, what is in it, and its processes."""

    url: str
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
    parser.add_argument("--pull-seconds", type=float, default=PULL_SECONDS)
    parser.add_argument("--desks", type=int, default=300)
    parser.add_argument("--queue", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(list(arguments))
    for case, measure in CASES.items():
        if not options.case or case in options.case:
            yield from measure(case, options)


def _decisions(
    case: str, options: argparse.Namespace, url: str, workers: int, copies: Copies, connections: int
) -> Iterator[Figure]:
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
    yield _ratio(case, len(tally.waits) / tally.seconds, _floor(copies, options, connections))


def _floor(copies: Copies, options: argparse.Namespace, connections: int) -> floor.Floor:
    """Return what the bare driver does with the statements of decisions."""
    count = min(FLOOR_DECISIONS, options.decisions)
    with closing(Database.open(copies("planted", None))) as database:
        planted = office.plant(database, count, seed=options.seed, today=_today())
    decisions = list(planted.decisions(random.Random(options.seed)))
    with TemporaryDirectory(prefix="bench-central-") as folder:
        url = copies("written", "planted")
        with closing(Database.open(url)) as database:
            given = Options(database=url, port=0, blobs=folder)
            parts = assemble(database, given, utc_now)

            def decide(decision: Decision) -> None:
                caller = parts.sign_in.caller(planted.token)
                parts.deciding.decide(caller.officer, decision, wire.etag(database.epoch, decision.base_version))

            offices = [decision.scope_id for decision in decisions]
            works = floor.written_down(database, offices, [partial(decide, decision) for decision in decisions])
            parts.door.close()
        return floor.measure(copies("again", "planted"), works, connections)


def _postgresql_copies(cluster: Cluster) -> Copies:
    return lambda name, template: cluster.dsn(name) if template is None else cluster.dsn(name, template=template)


def _postgresql_decisions(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    with Cluster() as cluster:
        copies = _postgresql_copies(cluster)
        yield from _decisions(case, options, cluster.dsn("bench"), options.workers, copies, CONNECTIONS)


def _sqlite_decisions(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="bench-central-") as folder:

        def copy(name: str, template: str | None) -> str:
            path = Path(folder) / f"{name}.db"
            if template is not None:
                shutil.copyfile(path.with_name(f"{template}.db"), path)
            return f"sqlite:///{path}"

        # one writer at a time, whatever there are of connections
        yield from _decisions(case, options, f"sqlite:///{folder}/central.db", 1, copy, 1)


def _pages(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    with Cluster() as cluster, _site(cluster.dsn("bench"), 20_000, options.seed, options.workers) as site:
        with closing(Database.open(site.url)) as database:
            asked = _asked(database, options)
            pages = [
                load.request(
                    "GET",
                    f"/v1/scopes/{scope}/changes?cursor={cursor}&limit={PAGE_ROWS}",
                    token=site.office.token,
                    Accept_Encoding="zstd, gzip",
                )
                for scope, cursor in asked
            ]
            warm = len(pages) // 10
            load.closed_loop(site.port, pages[:warm], CONNECTIONS)
            tally = load.closed_loop(site.port, pages[warm:], CONNECTIONS)

            def read(scope: str, cursor: str) -> None:
                with database.read() as connection:
                    feed.page(connection, database.state, scope, cursor, PAGE_ROWS)

            offices = [scope for scope, _ in asked]
            works = floor.written_down(database, offices, [partial(read, *one) for one in asked])
        yield from _rate(case, tally)
        yield _ratio(case, len(tally.waits) / tally.seconds, floor.measure(site.url, works, CONNECTIONS))


def _asked(database: Database, options: argparse.Namespace) -> list[tuple[str, str]]:
    """Return office and cursor of so many different pages, each of them full."""
    with database.read() as connection:
        last = {
            scope: connection.execute(statements.SCOPE_STATE, {"scope_id": scope}).one().last_seq
            for scope in office.SCOPES
        }
    places = [(scope, after) for scope, seq in last.items() for after in range(1, seq - PAGE_ROWS)]
    chosen = random.Random(options.seed).sample(places, min(options.pages, len(places)))
    return [(scope, make(database.state, scope, after)) for scope, after in chosen]


def _timetable(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    turns = max(1, round(options.minutes * 60 / DESK_SECONDS))
    # an office has a desk more than its share, so that there is work for each of them
    count = len(office.SCOPES) * (1 + TIMETABLE_DESKS // len(office.SCOPES)) * turns
    with Cluster() as cluster, _site(cluster.dsn("bench"), count, options.seed, options.workers) as site:
        desks = _desks(site, turns, options.seed)
        tally, pulled = load.timetable(site.port, desks, DESK_SECONDS, options.pull_seconds)
        alone = _floor(_postgresql_copies(cluster), options, 1)
    yield from _rate(case, tally)
    for figure in _rate(case, pulled):
        yield dataclasses.replace(figure, metric=f"pull_{figure.metric}")
    ratio = percentile(alone.waits, 0.5) / percentile(tally.waits, 0.5)
    yield _figure(case, "ratio", ratio, "1", len(alone.waits), "the bare driver alone, median wait")


def _desks(site: Site, turns: int, seed: int) -> list[load.Desk]:
    """Return the desks of the timetable, each with decisions and the feed of one office, which it has read so far."""
    decisions = list(site.office.decisions(random.Random(seed)))
    sends: dict[str, Iterator[load.Request]] = {
        scope: iter(site.office.requests([one for one in decisions if one.scope_id == scope]))
        for scope in office.SCOPES
    }
    desks = []
    with closing(Database.open(site.url)) as database, database.read() as connection:
        for number in range(TIMETABLE_DESKS):
            scope = office.SCOPES[number % len(office.SCOPES)]
            last = connection.execute(statements.SCOPE_STATE, {"scope_id": scope}).one().last_seq
            place = make(database.state, scope, last)
            feed_of = load.Feed(f"/v1/scopes/{scope}/changes", site.office.token, place)
            desks.append(load.Desk(list(islice(sends[scope], turns)), feed_of))
    return desks


def _herd(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    count = options.desks * options.queue
    with Cluster() as cluster, _site(cluster.dsn("bench"), count, options.seed, options.workers) as site:
        decisions = list(site.office.decisions(random.Random(options.seed)))
        tally = load.herd(site.port, load.spread(site.office.requests(decisions), options.desks))
        bare = _floor(_postgresql_copies(cluster), options, CONNECTIONS)
    yield from _rate(case, tally)
    yield _figure(case, "drained", tally.statuses[201] / count, "1", count)
    yield _figure(case, "told_to_wait", tally.statuses[503], "1", count)
    yield _figure(case, "seconds", tally.seconds, "s", count)
    yield _ratio(case, len(tally.waits) / tally.seconds, bare)


def _one_office(case: str, options: argparse.Namespace) -> Iterator[Figure]:
    """Let everybody decide in one office: on one server, and on one of two servers behind another."""
    count = min(ONE_OFFICE_DECISIONS, options.decisions)
    tallies = []
    for behind in ((), ("first", "second")):
        with Cluster() as cluster:
            url = cluster.dsn("bench")
            if behind:
                spread(url, [cluster.dsn(name) for name in behind])
            with _site(url, count, options.seed, options.workers, office.SCOPES[:1]) as site:
                requests = site.office.requests(list(site.office.decisions(random.Random(options.seed))))
                warm = len(requests) // 10
                load.closed_loop(site.port, requests[:warm], CONNECTIONS)
                tallies.append(load.closed_loop(site.port, requests[warm:], CONNECTIONS))
    alone, spread_out = tallies
    yield from _rate(case, spread_out)
    rate = len(alone.waits) / alone.seconds
    ratio = len(spread_out.waits) / spread_out.seconds / rate
    yield _figure(case, "ratio", ratio, "1", len(alone.waits), f"one server, {rate:.0f}/s")


CASES: dict[str, Callable[[str, argparse.Namespace], Iterator[Figure]]] = {
    "postgresql decisions": _postgresql_decisions,
    "postgresql pages": _pages,
    "sqlite decisions": _sqlite_decisions,
    "500 desks open loop": _timetable,
    "17:00 herd": _herd,
    "one office over two servers": _one_office,
}


def _rate(case: str, tally: load.Tally) -> Iterator[Figure]:
    n = len(tally.waits)
    yield _figure(case, "per_s", n / tally.seconds, "1/s", n)
    yield _figure(case, "p50_ms", percentile(tally.waits, 0.5), "ms", n)
    yield _figure(case, "p99_ms", percentile(tally.waits, 0.99), "ms", n)
    yield _figure(case, "errors", tally.errors, "1", n)


def _ratio(case: str, per_s: float, bare: floor.Floor) -> Figure:
    return _figure(case, "ratio", per_s / bare.per_s, "1", len(bare.waits), f"the bare driver, {bare.per_s:.0f}/s")


def _figure(case: str, metric: str, value: float, unit: str, n: int, vs: str | None = None) -> Figure:
    return Figure(bench=NAME, case=case, metric=metric, value=round(value, 3), unit=unit, n=n, vs=vs)


def _today() -> date:
    return (datetime.now(UTC) + timedelta(hours=7)).date()


@contextmanager
def _site(url: str, count: int, seed: int, workers: int, scopes: Sequence[str] = office.SCOPES) -> Iterator[Site]:
    """Plant a central at ``url``, serve it, and end it."""
    database = Database.open(url)
    planted = office.plant(database, count, seed=seed, today=_today(), scopes=scopes)
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
            yield Site(url, int(line.rpartition(":")[2]), planted, server)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(int(child) for child in children)]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
