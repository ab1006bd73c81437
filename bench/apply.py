"""How quickly central's changes are written into the sealed store, beside the bare driver doing the same.

Real parts: the engine's pull from the JSON of the pages to the commits, the digest check at the end, the merging of
the words after a first pull. Only central is a list of encoded pages. First ``--rows`` dossiers come into an empty
store, in the order of their last change; then ``--changes`` into the full one, half of them new, half a new status of
dossiers chosen evenly from all.

Beside it the bare driver runs the same statements with values made beforehand, row by row (``executemany``), in the
same transactions, into a store that began the same, opened with the same pragmas. The two take turns: a round of the
program, while what it runs is written down, then the same round of the driver.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy import Engine

from bench import sealed_store
from bench.driver import Driver, Recorder
from bench.figures import Figure, percentile
from bench.rows import TODAY, dossiers
from officer_console.app import SWITCH_SECONDS
from officer_console.background import memory
from officer_console.background.senders import Senders
from officer_console.central import feed, wire
from officer_console.domain.dossier import Dossier, Status
from officer_console.store import sealed
from officer_console.store.search import Search
from officer_console.store.store import Store
from officer_console.store.sums import share_of
from officer_console.sync.engine import SyncEngine

SCOPE = "07906"
EPOCH = "0" * 32
FIRST_ROUND = 50_000
ROUND = 4_000
OFFICER_EVERY_SECONDS = 0.1


class _Central:
    """A central that has nothing but the pages of one feed, a round at a time."""

    def __init__(self) -> None:
        self._pages: list[bytes] = []

    def bring(self, pages: Sequence[bytes]) -> None:
        """Have these pages to give, from now on."""
        self._pages = list(reversed(pages))

    def changes(
        self, scope: str, cursor: str | None, limit: int = wire.PAGE_LIMIT, *, pause: feed.Pause = feed.no_pause
    ) -> feed.Page:
        """Return the next page, read from its JSON as it would come over the line."""
        del cursor, limit
        return feed.read(self._pages.pop(), scope, pause)


class _Book:
    """The feed as central would keep it: numbers, count and digest."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._digest = 0
        self._held: dict[str, tuple[int, int]] = {}

    def pages(self, changed: Sequence[Dossier]) -> list[bytes]:
        """Return the pages that bring these dossiers, the last one with the sums."""
        items = []
        for dossier in changed:
            seq = next(self._numbers)
            before = self._held.get(dossier.id)
            if before is not None:
                self._digest ^= share_of(SCOPE, dossier.id, *before)
            self._held[dossier.id] = (seq, dossier.version)
            self._digest ^= share_of(SCOPE, dossier.id, seq, dossier.version)
            items.append(wire.FeedItem(id=dossier.id, seq=seq, version=dossier.version, op="put", doc=dossier))
        state = wire.FeedState(seq=items[-1].seq, count=len(self._held), digest=f"{self._digest:032x}")
        starts = range(0, len(items), wire.PAGE_LIMIT)
        return [
            wire.encode(
                wire.Page(
                    epoch=EPOCH,
                    items=tuple(items[start : start + wire.PAGE_LIMIT]),
                    next=f"c{items[start].seq}",
                    more=start != starts[-1],
                    state=state if start == starts[-1] else None,
                )
            )
            for start in starts
        ]


class _Desk:
    """A sealed store and the engine that fills it."""

    def __init__(self, folder: Path, seed: int, listen: Callable[[Engine], None]) -> None:
        folder.mkdir()
        path, key = folder / "store.db", sealed_store.key(seed)
        Store.open(path, key, clock=sealed_store.clock).close()
        engine = sealed.engine(sealed.connector(path, key))
        listen(engine)
        self.store = Store(engine, path, Search(sealed.connector(path, key, Search.CACHE_KIB)))
        self.central = _Central()
        self._executor = Senders()
        self._sync = SyncEngine(
            self.store,
            self.central,  # type: ignore[arg-type]  # it only answers what a pull asks
            (SCOPE,),
            officer_id="o",
            clock=sealed_store.clock,
            source=random.Random(seed),
            announce=lambda _: None,
            progress=lambda _: None,
            executor=self._executor,
        )

    def pull(self, pages: Sequence[bytes]) -> float:
        """Take a round in; return the seconds it took."""
        self.central.bring(pages)
        started = time.perf_counter()
        self._sync.pull(lambda: False)
        # In the program the window's thread does this, and the pull waits for it.
        memory.look()
        return time.perf_counter() - started

    def close(self) -> None:
        """Close the store."""
        self._executor.shutdown()
        self.store.close()

    def tidy(self) -> float:
        """Merge the words; return the seconds it took."""
        started = time.perf_counter()
        self.store.tidy()
        return time.perf_counter() - started


class _Times(NamedTuple):
    """Seconds of rounds, the program's and the driver's."""

    ours: list[float]
    bare: list[float]


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Measure a first pull and changes after it; yield rows per second and their ratio to the bare driver's."""
    parser = argparse.ArgumentParser(prog="bench apply")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--changes", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args(list(arguments))
    sys.setswitchinterval(SWITCH_SECONDS)
    with TemporaryDirectory(prefix="bench-apply-", dir=given.folder) as name:
        folder = Path(name)
        recorder = Recorder()
        desk = _Desk(folder / "desk", given.seed, recorder.listen)
        (folder / "driver").mkdir()
        for part in (folder / "desk").iterdir():
            if part.is_file():
                (folder / "driver" / part.name).write_bytes(part.read_bytes())
        driver = Driver(sealed.connector(folder / "driver" / "store.db", sealed_store.key(given.seed))())
        memory.settle()
        book = _Book()

        def rounds(changed: Iterator[Dossier], size: int) -> _Times:
            times = _Times([], [])
            while some := list(islice(changed, size)):
                pages = book.pages(some)
                # What this benchmark keeps is not the program's, and would be looked through again and again.
                memory.settle()
                times.ours.append(desk.pull(pages))
                times.bare.append(driver.run(recorder.take()))
                print(f"{size / times.ours[-1]:.0f} {size / times.bare[-1]:.0f} rows/s", file=sys.stderr, flush=True)
            return times

        first = rounds(_by_last_change(given.rows, given.seed), FIRST_ROUND)
        first.ours.append(desk.tidy())
        first.bare.append(driver.run(recorder.take()))
        yield from _figures("first sync", given.rows, first)
        changed = _changed(given.rows, given.changes + 2 * ROUND, given.seed)
        # The first round brings the pages of the full store into the caches.
        rounds(islice(changed, ROUND), ROUND)
        yield from _figures("incremental", given.changes, rounds(islice(changed, given.changes), ROUND))
        waits = _waits(desk, book.pages(list(changed)))
        yield _figure("officer's write meanwhile", "p99_ms", percentile(waits, 0.99) * 1000, "ms", len(waits))
        yield _figure("officer's write meanwhile", "max_ms", max(waits) * 1000, "ms", len(waits))
        driver.close()
        desk.close()


def _figures(case: str, rows: int, times: _Times) -> Iterator[Figure]:
    rounds = len(times.ours)
    yield _figure(case, "rows_per_s", rows / sum(times.ours), "1/s", rounds)
    yield _figure(case, "ratio", sum(times.bare) / sum(times.ours), "1", rounds, vs="sqlcipher3")
    halves = [bare / ours for bare, ours in zip(times.bare, times.ours, strict=True)]
    yield _figure(case, "ratio_median", statistics.median(halves), "1", rounds, vs="sqlcipher3")


def _figure(case: str, metric: str, value: float, unit: str, n: int, vs: str | None = None) -> Figure:
    return Figure(bench="apply", case=case, metric=metric, value=round(value, 3), unit=unit, n=n, vs=vs)


def _by_last_change(rows: int, seed: int, days: int = 1095) -> Iterator[Dossier]:
    """Yield dossiers in the order of a feed: each stands where it was changed last, up to twenty days after it came."""
    source = random.Random(seed)
    reach = rows * 20 // days + 1
    waiting: dict[int, list[Dossier]] = {}
    for n, (_, dossier) in enumerate(dossiers(rows, seed=seed, days=days)):
        waiting.setdefault(n + source.randrange(reach), []).append(dossier)
        yield from waiting.pop(n, ())
    for n in sorted(waiting):
        yield from waiting[n]


def _changed(rows: int, changes: int, seed: int) -> Iterator[Dossier]:
    """Yield new dossiers and, as many, others with a new status, mixed."""
    source = random.Random(seed + 1)
    chosen = set(source.sample(range(rows), changes // 2))
    known = [dossier for n, (_, dossier) in enumerate(dossiers(rows, seed=seed)) if n in chosen]
    moved = [replace(dossier, status=_other(dossier), version=dossier.version + 1) for dossier in known]
    fresh = [
        replace(dossier, id=f"{rows + n:08x}-{source.getrandbits(48):012x}", declared_on=TODAY)
        for n, (_, dossier) in enumerate(dossiers(changes - len(moved), seed=seed + 1))
    ]
    mixed = [*moved, *fresh]
    source.shuffle(mixed)
    yield from mixed


def _other(dossier: Dossier) -> Status:
    return Status.REJECTED if dossier.status is Status.APPROVED else Status.APPROVED


def _waits(desk: _Desk, pages: Sequence[bytes]) -> list[float]:
    """Return how long an officer's own small transactions took while a round was taken in, in seconds."""
    ended = threading.Event()
    waits: list[float] = []

    def record() -> None:
        while not ended.wait(OFFICER_EVERY_SECONDS):
            started = time.perf_counter()
            with desk.store.write() as tx:
                tx.journal.add(sealed_store.clock(), "measured", "o", None, None)
            waits.append(time.perf_counter() - started)

    officer = threading.Thread(target=record)
    officer.start()
    try:
        desk.pull(pages)
    finally:
        ended.set()
        officer.join()
    return waits
