"""Decisions through bad lines while servers, the database and desks are killed: how many are lost or doubled.

Real parts: desks with sealed store, engine and HTTP client, two central processes on one PostgreSQL, a proxy that
spoils every connection sooner or later. Each seed has offices of its own; servers, database and desks die by SIGKILL.
"""

from __future__ import annotations

import argparse
import queue
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.faults.count import Count, count
from bench.faults.desk import Desk
from bench.faults.ground import Ground
from bench.faults.office import officer, open_dossiers, plant
from bench.faults.processes import DeskProcess
from bench.figures import Figure
from bench.lines import Lines, good, weather
from bench.postgres import Cluster
from officer_console.domain.dossier import Dossier

BENCH = "sync-faults"
FAULTY_SHARE = 0.5
SILENT_SECONDS = 90.0
VIETNAM = timedelta(hours=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much happens in one seed: how many offices, desks and dossiers of each, and how often what is killed.

    ``shared`` of an office's dossiers are given to every desk of it.
    """

    offices: int = 2
    desks: int = 2
    dossiers: int = 110
    shared: int = 6
    server_kills: int = 3
    database_kills: int = 1
    desk_kills: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """What one seed came to. ``kills`` by ``server``, ``database``, ``desk``."""

    count: Count
    kills: Counter[str]
    connections: int
    faulty_connections: int
    seconds: float


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Run the seeds and yield the sums; each seed and what went wrong in it is told on standard error."""
    parser = argparse.ArgumentParser(prog="bench sync-faults")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    given = parser.parse_args(arguments)
    tolls: list[Toll] = []
    with Cluster() as cluster, Ground(cluster) as ground:
        for seed in range(given.first, given.first + given.seeds):
            tolls.append(one_seed(ground, seed, Size()))
            print(f"seed {seed}: {tolls[-1]}", file=sys.stderr)
    yield from _figures(tolls)


def one_seed(ground: Ground, seed: int, size: Size) -> Toll:
    """Run the offices, the weather and the kills of ``seed``, and count."""
    began = time.perf_counter()
    before = Counter(ground.kills)
    with TemporaryDirectory(prefix="desks-") as folder, ExitStack() as running:
        field = Field(ground, seed, size, Path(folder), running)
        field.run()
        found = field.settle()
    return Toll(
        count=found,
        kills=ground.kills - before,
        connections=field.lines.connections,
        faulty_connections=field.lines.faulty,
        seconds=time.perf_counter() - began,
    )


class Field:
    """One seed under way: its offices, lines and desks."""

    def __init__(self, ground: Ground, seed: int, size: Size, folder: Path, running: ExitStack) -> None:
        """Plant the offices and start the desks with their stores in ``folder``; ``running`` ends them."""
        self._ground = ground
        self._source = random.Random(seed)
        self._folder = folder
        self._scopes = [f"{seed % 1000:03d}{n:02d}" for n in range(size.offices)]
        today = (datetime.now(UTC) + VIETNAM).date()
        offices = {
            scope: list(open_dossiers(scope, size.dossiers, seed=seed * size.offices + n, today=today))
            for n, scope in enumerate(self._scopes)
        }
        desks = {f"can.bo.{scope}.{n}": (scope, n) for scope in self._scopes for n in range(size.desks)}
        with ground.database() as database:
            plant(database, [officer(name, (scope,)) for name, (scope, _) in desks.items()], offices)
        self.lines = Lines(*ground.urls, plans=weather(seed, FAULTY_SHARE))
        running.callback(self.lines.close)
        self._said: queue.Queue[tuple[DeskProcess, str]] = queue.Queue()
        self._recorded: set[str] = set()
        self._wanted = 0
        self._desks: dict[str, DeskProcess] = {}
        for name, (scope, n) in desks.items():
            # The shared ones come first, so that the officers get in each other's way.
            mine = offices[scope][: size.shared] + offices[scope][size.shared + n :: size.desks]
            self._desks[name] = self._desk(name, f"{seed}:{name}", mine)
            running.callback(self._desks[name].kill)
        self._plan = self._kill_plan(size)

    def _desk(self, name: str, seed: str, dossiers: list[Dossier]) -> DeskProcess:
        folder = self._folder / name
        folder.mkdir()
        wanted = folder / "wanted"
        wanted.write_text("\n".join(about.id for about in dossiers), encoding="ascii")
        self._wanted += len(dossiers)
        return DeskProcess((self.lines.url, str(folder), name, seed, str(wanted)), self._said)

    def _kill_plan(self, size: Size) -> list[tuple[int, Callable[[], None]]]:
        """Return after how many decisions who dies, the last first."""
        deeds = [self._kill_server] * size.server_kills
        deeds += [self._ground.kill_database] * size.database_kills
        deeds += [self._kill_desk] * size.desk_kills
        self._source.shuffle(deeds)
        times = sorted((int(self._wanted * self._source.uniform(0.03, 0.85)) for _ in deeds), reverse=True)
        return list(zip(times, deeds, strict=True))

    def run(self) -> None:
        """Let the desks work until each is done, and kill by the plan."""
        settled = 0
        busy = set(self._desks.values())
        while busy:
            try:
                desk, words = self._said.get(timeout=SILENT_SECONDS)
            except queue.Empty:
                raise RuntimeError(f"the desks are silent:\n{self._ground.log[-10_000:]}") from None
            what, _, which = words.partition(" ")
            if what == "recorded":
                self._recorded.add(which)
            if what == "done":
                busy.discard(desk)
            if what == "ended" and which not in ("0", "-9"):
                raise RuntimeError(f"a desk ended with {which}")
            settled += what in ("recorded", "left")
            while self._plan and self._plan[-1][0] <= settled:
                self._plan.pop()[1]()
        # One that was killed after it was done is at it again.
        for each in self._desks.values():
            each.wait()

    def settle(self) -> Count:
        """Give every desk one whole round on a good line, then count."""
        self.lines.plans = good
        with ExitStack() as opened:
            desks = []
            for name in self._desks:
                desk = Desk(self.lines.url, self._folder / name, random.Random(0))
                opened.callback(desk.store.close)
                desk.sign_in(name)
                desks.append(desk)
            for desk in desks:
                while not desk.round():
                    pass
            database = opened.enter_context(self._ground.database())
            return count(database, [desk.store for desk in desks], self._recorded, self._scopes)

    def _kill_server(self) -> None:
        self._ground.kill_server(self._source)
        self.lines.lead(self._ground.urls)

    def _kill_desk(self) -> None:
        desk = self._source.choice(list(self._desks.values()))
        desk.kill()
        self._ground.kills["desk"] += 1
        desk.start()


def _figures(tolls: Sequence[Toll]) -> Iterator[Figure]:
    kills = sum((toll.kills for toll in tolls), Counter[str]())
    sums = {
        "decisions": sum(toll.count.decisions for toll in tolls),
        "conflicts": sum(toll.count.conflicts for toll in tolls),
        "server_kills": kills["server"],
        "database_kills": kills["database"],
        "desk_kills": kills["desk"],
        "connections": sum(toll.connections for toll in tolls),
        "faulty_connections": sum(toll.faulty_connections for toll in tolls),
        "lost": sum(toll.count.lost for toll in tolls),
        "duplicated": sum(toll.count.duplicated for toll in tolls),
        "divergent": sum(toll.count.divergent for toll in tolls),
    }
    case = f"{len(tolls)} seeds"
    for metric, value in sums.items():
        yield Figure(bench=BENCH, case=case, metric=metric, value=value, unit="1", n=len(tolls))
    seconds = sum(toll.seconds for toll in tolls)
    yield Figure(bench=BENCH, case=case, metric="seconds", value=round(seconds, 1), unit="s", n=len(tolls))
