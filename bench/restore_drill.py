"""A drill: central's database is lost, last hour's backup takes its place, and each desk synchronises once.

Real parts: PostgreSQL with ``pg_dump`` and ``pg_restore``, central as a process, ``officer-central restored``, desks
with sealed store, engine and HTTP client. ``--desks`` desks decide ``--early`` dossiers each before the backup and
``--late`` after it, as many as a busy counter does in an hour; central acknowledges all of them and is killed. ``back``
is the share of the acknowledged decisions that central has after one round of each desk; ``lost``, ``duplicated`` and
``divergent`` are counted as in ``sync-faults``, when nothing waits any more. ``rounds`` counts those a slow answer cut
short, too: a desk synchronises until it has done so once.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from bench.faults.count import count
from bench.faults.desk import Desk
from bench.faults.office import officer, open_dossiers, plant
from bench.faults.processes import CentralProcess
from bench.figures import Figure
from bench.postgres import Cluster
from central_server import schema
from central_server.database import Database

BENCH = "restore-drill"
SCOPE = "07906"
VIETNAM = timedelta(hours=7)


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Run the drill and yield what came of it."""
    parser = argparse.ArgumentParser(prog="bench restore-drill")
    parser.add_argument("--desks", type=int, default=20)
    parser.add_argument("--early", type=int, default=10, help="decisions of each desk before the backup")
    parser.add_argument("--late", type=int, default=40, help="decisions of each desk after it")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    with Cluster() as cluster, TemporaryDirectory(prefix="drill-") as folder:
        drill = _Drill(cluster, Path(folder), given)
        early = drill.work(given.early)
        began = time.perf_counter()
        cluster.dump(drill.NAME, drill.backup)
        backup = time.perf_counter() - began
        late = drill.work(given.late)
        acknowledged = early | late
        began = time.perf_counter()
        drill.restore()
        restored = time.perf_counter() - began
        left = drill.recorded()
        yield from drill.figures(
            {
                "decisions_before_backup": len(early),
                "decisions_after_backup": len(late),
                "in_backup": len(left & acknowledged),
            },
            "1",
        )
        yield from drill.figures({"backup": round(backup, 1), "restore": round(restored, 1)}, "s")
        yield from drill.one_sync_each(acknowledged)


class _Drill:
    """The central, its backup and the desks."""

    NAME = "drill"

    def __init__(self, cluster: Cluster, folder: Path, given: argparse.Namespace) -> None:
        self._cluster = cluster
        self._folder = folder
        self._seed = given.seed
        self.backup = folder / "backup.dump"
        self._url = cluster.dsn(self.NAME)
        self._names = [f"can.bo.{n}" for n in range(given.desks)]
        today = (datetime.now(UTC) + VIETNAM).date()
        open_ones = list(open_dossiers(SCOPE, given.desks * (given.early + given.late), seed=given.seed, today=today))
        self._work = {name: [about.id for about in open_ones[n :: given.desks]] for n, name in enumerate(self._names)}
        with closing(Database.open(self._url)) as database:
            plant(database, [officer(name, (SCOPE,)) for name in self._names], {SCOPE: open_ones})

    def work(self, each: int) -> set[str]:
        """Have every desk decide ``each`` dossiers and central take them; return the op_ids, and end central."""
        acknowledged: set[str] = set()
        with ExitStack() as opened:
            for desk, name in self._desks(opened):
                while not desk.round():
                    pass
                mine = [self._work[name].pop() for _ in range(each)]
                found = [about for about in map(desk.open_work, mine) if about is not None]
                made = {op_id for op_id in map(desk.decide, found) if op_id is not None}
                while not desk.round() or desk.waiting():
                    pass
                with desk.store.read() as tx:
                    rows = [tx.outbox.get(op_id) for op_id in made]
                acknowledged |= {row.op_id for row in rows if row is not None and row.state == "accepted"}
        return acknowledged

    def restore(self) -> None:
        """Put the backup in the place of the database and tell central, as docs/operating-central.md says."""
        self._cluster.dsn(self.NAME)
        self._cluster.load(self.NAME, self.backup)
        subprocess.run(
            [sys.executable, "-m", "central_server", "restored", "--database", self._url],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def one_sync_each(self, acknowledged: set[str]) -> Iterator[Figure]:
        """Let every desk synchronise once and yield what is back, then once more and yield the count."""
        with ExitStack() as opened:
            desks = [desk for desk, _ in self._desks(opened)]
            began = time.perf_counter()
            tries = 0
            for desk in desks:
                tries += 1
                while not desk.round():
                    tries += 1
            seconds = time.perf_counter() - began
            back = len(self.recorded() & acknowledged)
            for desk in desks:
                while desk.waiting():
                    desk.round()
            for desk in desks:
                while not desk.round():
                    pass
            with closing(Database.open(self._url)) as database:
                found = count(database, [desk.store for desk in desks], acknowledged, [SCOPE])
        for wrong in found.wrong:
            print(wrong, file=sys.stderr)
        yield from self.figures({"back": back / len(acknowledged)}, "1")
        yield from self.figures(
            {
                "rounds": tries,
                "lost": found.lost,
                "duplicated": found.duplicated,
                "divergent": found.divergent,
            },
            "1",
        )
        yield from self.figures({"one_round_each": round(seconds, 1)}, "s")

    def recorded(self) -> set[str]:
        """Return the op_ids of the decisions central has."""
        with closing(Database.open(self._url)) as database, database.read() as connection:
            return set(connection.execute(select(schema.decision.c.op_id)).scalars())

    def figures(self, values: dict[str, float], unit: str) -> Iterator[Figure]:
        """Yield these figures of the drill."""
        case = f"{len(self._names)} desks"
        for metric, value in values.items():
            name = f"{metric}_s" if unit == "s" else metric
            yield Figure(bench=BENCH, case=case, metric=name, value=value, unit=unit, n=len(self._names))

    def _desks(self, opened: ExitStack) -> Iterator[tuple[Desk, str]]:
        """Serve the database until ``opened`` ends, by SIGKILL; yield every desk, signed in, and its officer's name."""
        central = CentralProcess(self._url, self._folder, "central")
        opened.callback(central.kill)
        url = central.wait()
        for name in self._names:
            folder = self._folder / name
            folder.mkdir(exist_ok=True)
            desk = Desk(url, folder, random.Random(f"{self._seed} {name}"))
            opened.callback(desk.store.close)
            desk.sign_in(name)
            yield desk, name
