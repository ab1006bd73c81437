"""How fast the list answers: from criteria to rows in the list model, on a sealed store of a million dossiers.

``--rows N`` dossiers (1,000,000), ``--seed N`` (1), ``--samples N`` per case (200). The store is built when it is not
there.

``p50_ms`` and ``p99_ms`` are wall times from the officer's *Tra cứu* to the rows standing in the table's model,
through view model, job pool and service; ``p99_cpu_ms`` is processor time of the threads involved. ``ratio`` compares
the median with the raw driver running the same statements and fetching the same rows on a connection of its own, over
the searches that found any; they take turns in going first, because the first to read a place warms it for the other.
The count and the marks for jumps that a page is followed by are left out: the case "deep jump" makes the marks and
measures a jump with them, "deep jump, painted" the same up to the pixels.

The driver runs on the thread that asks; the program may not. ``thread`` ``hop_ms`` is what the machine takes to wake
another thread and be woken by it, without a line of the program: the floor under what a search adds to the driver.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication
from sqlcipher3 import dbapi2

from bench.desk import Desk
from bench.figures import Figure, percentile
from bench.jumps import deep_jump, painted_jump
from bench.rows import FIRST_NUMBER, GIVEN, MIDDLES, SURNAMES, TODAY
from bench.sealed_store import filled, key, path
from officer_console.app import SWITCH_SECONDS
from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import OPEN, DossierKind, Status
from officer_console.domain.names import fold
from officer_console.domain.search import Criteria, Order
from officer_console.store import sealed
from officer_console.store.search import Search
from officer_console.store.store import Store
from officer_console.viewmodels.queue_model import WINDOW
from officer_console.views import theme

NAME = "search"
WARM_UP = 20
REST_SECONDS = 0.001

Draw = Callable[[random.Random, int], dict[str, Any]]


def _surname(source: random.Random) -> str:
    return source.choices([name for name, _ in SURNAMES], [weight for _, weight in SURNAMES])[0]


def _name(words: int, *, marks: bool) -> Draw:
    def draw(source: random.Random, rows: int) -> dict[str, Any]:  # noqa: ARG001 - every draw has both
        full = (_surname(source), source.choice(GIVEN), source.choice(MIDDLES))[:words]
        return {"name": " ".join(full) if marks else fold(" ".join(full))}

    return draw


def _number(source: random.Random, rows: int) -> dict[str, Any]:
    return {"number": str(FIRST_NUMBER + source.randrange(rows)), "number_exact": True}


def _number_prefix(source: random.Random, rows: int) -> dict[str, Any]:
    return {"number": str(FIRST_NUMBER + source.randrange(rows))[: source.randint(1, 6)]}


def _dates(source: random.Random, rows: int) -> dict[str, Any]:  # noqa: ARG001 - every draw has both
    last = TODAY - timedelta(source.randint(0, 1000))
    return {"declared_from": last - timedelta(source.randint(0, 30)), "declared_to": last}


def _one_of(field: str, values: Sequence[object]) -> Draw:
    return lambda source, rows: {field: source.choice(values)}  # noqa: ARG005 - every draw has both


STATUS = _one_of("status", list(Status))
OPEN_STATUS = _one_of("status", sorted(OPEN))
KIND = _one_of("kind", list(DossierKind))
OPEN_ONLY = _one_of("open_only", [True])
CONDITION = _one_of("condition", list(Condition))

CASES: dict[str, tuple[Draw, ...]] = {
    "all": (),
    "work queue": (OPEN_ONLY,),
    "work queue+kind": (OPEN_ONLY, KIND),
    "work queue+dates": (OPEN_ONLY, _dates),
    "work queue+name 2": (OPEN_ONLY, _name(2, marks=False)),
    "number": (_number,),
    "number prefix": (_number_prefix,),
    "social code": (),
    "dates": (_dates,),
    "condition": (CONDITION,),
    "status": (STATUS,),
    "kind": (KIND,),
    "name 1": (_name(1, marks=False),),
    "name 2": (_name(2, marks=False),),
    "name 3": (_name(3, marks=False),),
    "name 1 marked": (_name(1, marks=True),),
    "name 3 marked": (_name(3, marks=True),),
    "dates+condition": (_dates, CONDITION),
    "dates+status": (_dates, STATUS),
    "dates+status+kind": (_dates, STATUS, KIND),
    "condition+status": (CONDITION, OPEN_STATUS),
    "condition+status+kind": (CONDITION, OPEN_STATUS, KIND),
    "condition+status+kind+dates": (CONDITION, OPEN_STATUS, KIND, _dates),
    "number prefix+status": (_number_prefix, STATUS),
    "number prefix+dates+condition": (_number_prefix, _dates, CONDITION),
    "name 1+status": (_name(1, marks=False), STATUS),
    "name 1+dates": (_name(1, marks=False), _dates),
    "name 2+condition": (_name(2, marks=False), CONDITION),
    "name 2+dates+status": (_name(2, marks=False), _dates, STATUS),
    "name 2+number prefix+status": (_name(2, marks=False), _number_prefix, STATUS),
    "name 3+status+kind": (_name(3, marks=False), STATUS, KIND),
    "name 3 marked+status": (_name(3, marks=True), STATUS),
    "name 3 marked+condition+kind": (_name(3, marks=True), CONDITION, KIND),
    "name 3 marked+status+kind+dates": (_name(3, marks=True), STATUS, KIND, _dates),
    "everything": (_number_prefix, _name(2, marks=True), _dates, CONDITION, OPEN_STATUS, KIND),
}


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Yield the figures of every case in both orders, then those of the deep jump."""
    parser = argparse.ArgumentParser(prog="python -m bench search")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--case", action="append", default=[], help="only this case (may be given again)")
    options = parser.parse_args(list(arguments))
    app = QApplication.instance() or QApplication([])
    if not isinstance(app, QApplication):
        raise TypeError(app)
    theme.apply(app)
    sys.setswitchinterval(SWITCH_SECONDS)
    store = filled(options.rows, options.seed)
    try:
        desk = Desk(store)
        raw = _Raw(store, path(options.rows, options.seed), options.seed)
        chosen = {case: draws for case, draws in CASES.items() if not options.case or case in options.case}
        codes = _social_codes(store, options.rows, random.Random(options.seed))
        for case, draws in chosen.items():
            if case == "social code":
                draws = (_one_of("social_code", codes),)
            for order in Order:
                source = random.Random(f"{options.seed} {case} {order}")
                yield from _case(f"{case}, {order.value}", desk, raw, _criteria(source, draws, order, options))
        if not options.case:
            yield from deep_jump(desk, options.samples)
            yield from painted_jump(desk, options.samples)
        raw.close()
        yield _hop(options.samples)
    finally:
        store.close()
    del app


def _criteria(
    source: random.Random, draws: Sequence[Draw], order: Order, options: argparse.Namespace
) -> list[Criteria]:
    made = []
    for _ in range(options.samples + WARM_UP):
        fields = {name: value for draw in draws for name, value in draw(source, options.rows).items()}
        made.append(Criteria(order=order, **fields))
    return made


def _social_codes(store: Store, rows: int, source: random.Random) -> list[str]:
    """Return the social codes of some dossiers of the store."""
    numbers = [_number(source, rows) for _ in range(300)]
    pages = [store.search.page(Criteria(order=Order.DECLARED, **number), TODAY) for number in numbers]
    return [page.rows[0].social_code for page in pages]


def _case(case: str, desk: Desk, raw: _Raw, searches: Sequence[Criteria]) -> Iterator[Figure]:
    walls: list[float] = []
    cpus: list[float] = []
    pairs: list[tuple[float, float]] = []
    gc.collect()
    for n, criteria in enumerate(searches):
        if n % 2:
            raw_wall, rows = raw.fetch(criteria)
            wall, cpu = desk.search(criteria)
        else:
            wall, cpu = desk.search(criteria)
            raw_wall, rows = raw.fetch(criteria)
        if rows != desk.model.rowCount():
            raise RuntimeError(f"{case}: {rows} rows from the driver, {desk.model.rowCount()} in the model")
        if n >= WARM_UP:
            walls.append(wall)
            cpus.append(cpu)
            if rows:
                pairs.append((wall, raw_wall))
    n = len(walls)
    for metric, value in (
        ("p50_ms", statistics.median(walls)),
        ("p99_ms", percentile(walls, 0.99)),
        ("p99_cpu_ms", percentile(cpus, 0.99)),
    ):
        yield Figure(bench=NAME, case=case, metric=metric, value=round(value, 3), unit="ms", n=n)
    if pairs:
        ratio = statistics.median(wall for wall, _ in pairs) / statistics.median(raw_wall for _, raw_wall in pairs)
        yield Figure(
            bench=NAME, case=case, metric="ratio", value=round(ratio, 3), unit="1", n=len(pairs), vs="sqlcipher3"
        )


def _hop(samples: int) -> Figure:
    """Return the median of a bare way to another thread and back, each time after a moment of rest."""
    there: SimpleQueue[float | None] = SimpleQueue()
    back: SimpleQueue[float] = SimpleQueue()

    def answer() -> None:
        while (asked := there.get()) is not None:
            back.put(asked)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    rest = threading.Event()
    walls = []
    for _ in range(samples):
        rest.wait(REST_SECONDS)
        started = time.perf_counter()
        there.put(started)
        back.get()
        walls.append((time.perf_counter() - started) * 1000)
    there.put(None)
    thread.join()
    return Figure(
        bench=NAME, case="thread", metric="hop_ms", value=round(statistics.median(walls), 3), unit="ms", n=samples
    )


class _Raw:
    """The driver alone: the same statements, all rows fetched."""

    def __init__(self, store: Store, place: Path, seed: int) -> None:
        self._store = store
        self._connection: dbapi2.Connection = sealed.connector(place, key(seed), Search.CACHE_KIB)()

    def fetch(self, criteria: Criteria) -> tuple[float, int]:
        """Return the milliseconds and the number of rows of a first page."""
        statements = self._store.search.statements(criteria.checked(), TODAY)
        started = time.perf_counter()
        rows: list[Any] = []
        for text, values in statements:
            if len(rows) < WINDOW:
                rows += self._connection.execute(text, (*values, WINDOW - len(rows))).fetchall()
        return (time.perf_counter() - started) * 1000, len(rows)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
