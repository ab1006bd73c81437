"""Runs seeds: prepares the files once, gives each seed a folder of its own, and tells what came of it."""

from __future__ import annotations

import gc
import logging
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.sim.central import MortalDatabase
from bench.sim.checks import ViolationError
from bench.sim.desk import KEY
from bench.sim.weather import BEGINNING, Weather
from bench.sim.world import Parts, Prepared, World
from central_server.epochs import OtherEpochError
from central_server.options import Options
from central_server.serving import assemble
from officer_console.store.store import Store

_MEMORY = Path("/dev/shm")  # noqa: S108 - only made use of where it is; a private folder is made in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A seed in which an invariant did not hold, and why."""

    seed: int
    why: str


@dataclass(slots=True, kw_only=True)
class Totals:
    """What a number of seeds came to."""

    seeds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def add(self, other: Totals) -> None:
        """Take in what others came to."""
        self.seeds += other.seeds
        self.counts += other.counts
        self.failures += other.failures


@contextmanager
def prepared() -> Iterator[Prepared]:
    """Make the files every seed begins with, in memory where the system has such a place; they go at the end."""
    with tempfile.TemporaryDirectory(prefix="sync-sim-", dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        folder = Path(name)
        database = MortalDatabase.open(f"sqlite:///{folder / 'central.db'}")
        options = Options(database="", port=0, blobs=str(folder / "blobs"))
        services = assemble(database, options, lambda: BEGINNING)
        database.close()
        store = Store.open(folder / "store.db", KEY, clock=lambda: BEGINNING)
        with store.write() as tx:
            for kind, served in services.references.served.items():
                tx.reference.put(kind, served.etag, served.body)
        store.close()
        yield Prepared(folder=folder, services=services)


def run(seed: int, base: Prepared, parts: Parts, *, tell: Callable[[str], None] | None = None) -> Totals:
    """Run one seed; ``tell`` gets its story."""
    weather = Weather(seed, tell=tell)
    totals = Totals(seeds=1, counts=weather.counts)
    folder = base.folder / "seed"
    folder.mkdir()
    world = None
    try:
        world = World(weather, folder, base, parts)
        world.run()
    except ViolationError as error:
        totals.failures.append(Failure(seed=seed, why=str(error)))
    except OtherEpochError:
        totals.failures.append(Failure(seed=seed, why="central finds that it was put back, and stands still"))
    finally:
        if world is not None:
            world.close()
        shutil.rmtree(folder)
    return totals


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the program's own lines about refusals and dead rounds away: they are what the seeds are made of."""
    loggers = [logging.getLogger(name) for name in ("officer_console", "central_server", "alembic")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def run_many(seeds: Iterable[int], parts: Parts, *, until_caught: bool = False) -> Totals:
    """Run seeds one after the other; ``until_caught`` ends with the first that fails."""
    totals = Totals()
    # Nothing a seed makes outlives it by much, and what was imported never goes.
    gc.freeze()
    with quiet(), prepared() as base:
        for seed in seeds:
            totals.add(run(seed, base, parts))
            if until_caught and totals.failures:
                break
    return totals
