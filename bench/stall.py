"""The longest time the window does not react while central's changes are applied and the officer searches.

Real parts: the main window with its list on a sealed store, the job runner, the sync thread and engine decoding
JSON pages. Only central is a list of encoded pages. ``--rows`` dossiers are in the store, ``--changes`` are applied,
half of them new. Every round is idle first, then busy; ``gap_over_idle_ms`` is the worst round's.
The host may take the processor away at any moment, and nothing of this machine runs then. Witnesses that go before
everything else (``bench/witness.py``) say when: the figures of the case ``busy, host there`` leave those moments out,
``host`` says how many and how long they were. The median of the rounds stands beside the worst.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from bench import sealed_store
from bench.figures import Figure, percentile
from bench.heart import Beat, Heart
from bench.rows import TODAY, dossiers
from bench.witness import Witness, watching
from officer_console.app import SWITCH_SECONDS
from officer_console.background import memory
from officer_console.background.courtesy import Courtesy
from officer_console.background.jobs import JobRunner
from officer_console.background.news import News
from officer_console.background.senders import Senders
from officer_console.background.sync_thread import SyncThread
from officer_console.central import feed, wire
from officer_console.central.errors import CentralError
from officer_console.central.register import ReferenceList
from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.form import FormKeys
from officer_console.domain.officer import Officer, Role
from officer_console.domain.search import WORK_QUEUE, Criteria, Order
from officer_console.services.queue import Queue
from officer_console.store.store import Store
from officer_console.store.sums import ScopeSum, share
from officer_console.sync.engine import SyncEngine
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.shell import ShellViewModel
from officer_console.views import theme
from officer_console.views.queue import QueueView
from officer_console.views.shell import ShellView

SEARCH_EVERY_MILLISECONDS = 250
LONGEST_SECONDS = 180.0
SCOPE = "07906"
EPOCH = "0" * 32

SEARCHES = (
    Criteria(name="nguyen", order=Order.DECLARED),
    Criteria(status=Status.CHECKING),
    Criteria(name="đặng thị", order=Order.DECLARED),
    Criteria(condition=Condition.DUE_SOON),
    Criteria(number="1001", order=Order.DECLARED),
    WORK_QUEUE,
)


class _Pages:
    """A central that has nothing but the pages of one feed."""

    def __init__(self, pages: Sequence[bytes]) -> None:
        self._pages = pages
        self.given = 0

    def changes(
        self, scope: str, cursor: str | None, limit: int = wire.PAGE_LIMIT, *, pause: feed.Pause = feed.no_pause
    ) -> feed.Page:
        """Return the next page, read from its JSON as it would come over the line."""
        del cursor, limit
        if self.given < len(self._pages):
            self.given += 1
            return feed.read(self._pages[self.given - 1], scope, pause)
        return feed.Page(EPOCH, (), f"c{self.given}", more=False, state=None)

    def server_time(self) -> datetime | None:
        """There is no clock."""
        return None

    def reference(self, kind: str, etag: str | None) -> ReferenceList | None:
        """Nothing is newer."""
        del kind, etag
        return None

    def form_keys(self, scope: str, dossier_id: str | None = None) -> FormKeys:
        """There are none."""
        del scope, dossier_id
        raise CentralError("not-found")


class _Round(NamedTuple):
    """The beats of one window, without work and with it, and how long the work took."""

    idle: list[Beat]
    busy: list[Beat]
    seconds: float

    def without(self, witness: Witness) -> _Round:
        """Leave out the beats before which the host had taken a processor away."""

        def there(beats: Sequence[Beat]) -> list[Beat]:
            return [beat for beat in beats if not witness.saw(beat.at - beat.waited / 1000, beat.at)]

        return _Round(there(self.idle), there(self.busy), self.seconds)


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Measure idle, then busy, in one window; yield the gaps and how quickly the changes were applied."""
    parser = argparse.ArgumentParser(prog="bench stall")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--idle-seconds", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(list(arguments))
    sealed_store.filled(given.rows, given.seed).close()
    sys.setswitchinterval(SWITCH_SECONDS)
    application = QApplication.instance() or QApplication([])
    if not isinstance(application, QApplication):
        raise TypeError(application)
    theme.apply(application)
    rounds: list[_Round] = []
    with watching() as witness:
        for number in range(given.rounds):
            with TemporaryDirectory(prefix="bench-stall-") as folder:
                rounds.append(_round(Path(folder), given, seed=given.seed + number))
            late = [beat.gap for beat in rounds[-1].busy]
            yield _figure(f"round {number + 1}", "p99_ms", percentile(late, 0.99), "ms", len(late))
    yield from _gaps("busy", rounds)
    yield from _gaps("busy, host there", [round_.without(witness) for round_ in rounds])
    missed = [(end - start) * 1000 for start, end in witness.missed]
    yield _figure("host", "away_ms", sum(missed), "ms", len(missed))
    yield _figure("host", "away_longest_ms", max(missed, default=0.0), "ms", len(missed))
    seconds = sum(round_.seconds for round_ in rounds)
    yield _figure("busy", "changes_per_s", given.rounds * given.changes / seconds, "1/s", given.rounds)


def _gaps(case: str, rounds: Sequence[_Round]) -> Iterator[Figure]:
    idle = [max((beat.gap for beat in round_.idle), default=0.0) for round_ in rounds]
    busy = [max((beat.gap for beat in round_.busy), default=0.0) for round_ in rounds]
    over = [with_work - without for with_work, without in zip(busy, idle, strict=True)]
    yield _figure(case, "idle_gap_ms", max(idle), "ms", sum(len(round_.idle) for round_ in rounds))
    yield _figure(case, "gap_ms", max(busy), "ms", sum(len(round_.busy) for round_ in rounds))
    yield _figure(case, "gap_over_idle_ms", max(over), "ms", len(rounds))
    yield _figure(case, "gap_over_idle_median_ms", statistics.median(over), "ms", len(rounds))


def _figure(case: str, metric: str, value: float, unit: str, n: int) -> Figure:
    return Figure(bench="stall", case=case, metric=metric, value=round(value, 3), unit=unit, n=n)


def _round(folder: Path, given: argparse.Namespace, *, seed: int) -> _Round:
    """Measure once, on a fresh copy of the store."""
    source_file = sealed_store.path(given.rows, given.seed)
    for part in source_file.parent.iterdir():
        if part.is_file():
            shutil.copy2(part, folder / part.name)
    store = Store.open(folder / source_file.name, sealed_store.key(given.seed), clock=sealed_store.clock)
    with store.read() as tx:
        before = tx.dossiers.sum(SCOPE)
    pages = _pages(given.rows, given.changes, given.seed, seed, before)
    courtesy = Courtesy()
    news, runner = News(), JobRunner(working=courtesy.working)
    officer = Officer(id="o", username="ha", full_name="Nguyễn Thị Hà", role=Role.OFFICER, scopes=(SCOPE,))
    shell_model = ShellViewModel(officer, news, clock=sealed_store.clock)
    queue = Queue(store, clock=sealed_store.clock)
    queue_model = QueueViewModel(
        queue, runner, news, reference=queue.reference, clock=sealed_store.clock, working=courtesy.working
    )
    window, view = ShellView(shell_model), QueueView(queue_model)
    window.add_page("queue", view)
    window.show_page("queue")
    window.resize(1366, 728)
    window.show()
    queue_model.start()
    memory.Collector(window)
    _pass(1500)
    heart = Heart()
    heart.start()
    _pass(int(given.idle_seconds * 1000))
    idle = heart.stop()
    central, senders = _Pages(pages), Senders()
    sync = SyncThread(
        store,
        news,
        make_engine=lambda announce, progress: SyncEngine(
            store,
            central,  # type: ignore[arg-type]  # it only answers what a pull asks
            (SCOPE,),
            officer_id=officer.id,
            clock=sealed_store.clock,
            source=random.Random(seed),
            announce=announce,
            progress=progress,
            pause=courtesy.pause,
            executor=senders,
        ),
        reconnect=lambda: True,
        clock=sealed_store.clock,
        poll_seconds=600,
        source=random.Random(seed),
    )
    wanted = itertools.cycle(SEARCHES)
    officer_hand = QTimer()
    officer_hand.timeout.connect(lambda: queue_model.search(next(wanted)))
    officer_hand.start(SEARCH_EVERY_MILLISECONDS)
    heart.start()
    started = time.perf_counter()
    sync.start()
    while not sync.status.first_sync_done:
        _pass(50)
        if time.perf_counter() - started > LONGEST_SECONDS:
            raise RuntimeError("the changes were not applied in time")
    spent = time.perf_counter() - started
    busy = heart.stop()
    officer_hand.stop()
    sync.stop()
    senders.shutdown()
    window.close()
    runner.close()
    store.close()
    return _Round(idle, busy, spent)


class _Share(NamedTuple):
    """What a dossier's part of the digest is made of."""

    scope_id: str
    seq: int
    version: int


def _pages(rows: int, changes: int, store_seed: int, seed: int, before: ScopeSum) -> list[bytes]:
    """Return the feed's pages as JSON: half of the changes new dossiers, half a new status for ones that are there."""
    source = random.Random(seed)
    fresh = [dossier for _, dossier in itertools.islice(dossiers(rows + changes, seed=store_seed + 1), rows, None)]
    fresh = [replace(dossier, id=f"new-{seed}-{n}", declared_on=TODAY) for n, dossier in enumerate(fresh)]
    chosen = set(source.sample(range(rows), changes // 2))
    known = [pair for n, pair in enumerate(dossiers(rows, seed=store_seed)) if n in chosen]
    moved = [replace(dossier, status=_other(dossier), version=dossier.version + 1) for _, dossier in known]
    mixed: list[Dossier] = [*moved, *fresh[: changes - len(moved)]]
    source.shuffle(mixed)
    items = [
        wire.FeedItem(id=dossier.id, seq=rows + n + 1, version=dossier.version, op="put", doc=dossier)
        for n, dossier in enumerate(mixed)
    ]
    digest = int(before.digest, 16)
    for seq, dossier in known:
        digest ^= share(dossier.id, _Share(SCOPE, seq, dossier.version))
    for item in items:
        digest ^= share(item.id, _Share(SCOPE, item.seq, item.version))
    count = before.count + len(items) - len(known)
    state = wire.FeedState(seq=items[-1].seq, count=count, digest=f"{digest:032x}")
    size = wire.PAGE_LIMIT
    return [
        wire.encode(
            wire.Page(
                epoch=EPOCH,
                items=tuple(items[start : start + size]),
                next=f"c{start}",
                more=start + size < len(items),
                state=None if start + size < len(items) else state,
            )
        )
        for start in range(0, len(items), size)
    ]


def _other(dossier: Dossier) -> Status:
    return Status.REJECTED if dossier.status is Status.APPROVED else Status.APPROVED


def _pass(milliseconds: int) -> None:
    """Let the event loop run for a while, as the program does."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
