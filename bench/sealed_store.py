"""A sealed store full of generated dossiers, made once and kept in ``bench/data``."""

from __future__ import annotations

import hashlib
import shutil
import sys
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bench.rows import TODAY, dossiers
from officer_console.store.store import Store

DATA = Path(__file__).parent / "data"
BATCH = 5000


def clock() -> datetime:
    """Return noon of the day the generated dossiers end with, in Viet Nam."""
    return datetime(TODAY.year, TODAY.month, TODAY.day, 5, tzinfo=UTC)


def key(seed: int) -> bytes:
    """Return the store's key; its contents are invented, so nothing is lost by its being known."""
    return hashlib.sha256(f"bench {seed}".encode()).digest()


def path(count: int, seed: int) -> Path:
    """Return where the store of ``count`` dossiers lies."""
    return DATA / f"store-{count}-{seed}" / "store.db"


def filled(count: int, seed: int) -> Store:
    """Return an open store with ``count`` generated dossiers.

    Builds it when there is none yet (minutes for a million).
    """
    place = path(count, seed)
    if not place.parent.exists():
        unfinished = place.parent.with_name(f"{place.parent.name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        _build(unfinished / place.name, count, seed)
        unfinished.replace(place.parent)
    return Store.open(place, key(seed), clock=clock)


def _build(place: Path, count: int, seed: int) -> None:
    store = Store.open(place, key(seed), clock=clock)
    pairs = dossiers(count, seed=seed)
    done = 0
    while batch := list(islice(pairs, BATCH)):
        with store.apply() as tx:
            tx.dossiers.put(batch)
        done += len(batch)
        if done % 100_000 == 0:
            print(f"{done} of {count} dossiers", file=sys.stderr, flush=True)
    store.tidy()
    store.close()
