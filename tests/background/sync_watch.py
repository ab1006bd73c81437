"""A sync thread that is watched, and engines and dossiers for it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from pytestqt.qtbot import QtBot

from officer_console.background.news import News
from officer_console.background.sync_thread import SyncThread
from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from officer_console.services.sign_in import Reconnect
from officer_console.sync.engine import SyncEngine
from officer_console.sync.report import Change, SyncStatus
from tests import builders
from tests.central.process import Central
from tests.faults.workplace import Workplace

LONG = 3600.0


@dataclass
class Watched:
    """A sync thread and what it told, first to last."""

    thread: SyncThread
    statuses: list[SyncStatus] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def now(self) -> SyncStatus:
        return self.statuses[-1]


Watch = Callable[..., Watched]


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[Watch]:
    """Return a function that starts the sync thread of a desk; ends all of them."""
    started: list[Watched] = []

    def start(
        desk: Workplace,
        *,
        poll: float = LONG,
        reconnect: Callable[[], bool] | None = None,
        engine: object = None,
        store: object = None,
        page_limit: int = wire.PAGE_LIMIT,
    ) -> Watched:
        news = News()

        def make(announce: Callable[[Change], None], progress: Callable[[int | None], None]) -> SyncEngine:
            if engine is not None:
                return engine  # type: ignore[return-value]  # something that runs rounds
            return SyncEngine(
                desk.store,
                desk.client,
                desk.officer.scopes,
                officer_id=desk.officer.id,
                clock=desk.clock,
                source=random.Random(7),
                announce=announce,
                progress=progress,
                page_limit=page_limit,
            )

        thread = SyncThread(
            desk.store if store is None else store,  # type: ignore[arg-type]  # something that is read
            news,
            make_engine=make,
            reconnect=reconnect or Reconnect(desk.client, desk.store),
            clock=desk.clock,
            poll_seconds=poll,
            source=random.Random(7),
        )
        watched = Watched(thread)
        news.status.connect(watched.statuses.append)
        news.changed.connect(watched.changes.append)
        started.append(watched)
        thread.start()
        qtbot.waitUntil(lambda: bool(watched.statuses))
        return watched

    yield start
    for watched in started:
        assert watched.thread.stop()
    assert qtbot


def on_record(central: Central, scope: str) -> Dossier:
    about = builders.dossier(central.fresh(), scope_id=scope)
    central.plant(about)
    central.register_person(about)
    return about


class Failing:
    """An engine whose rounds fail as they are told, then succeed."""

    clock_offset = None

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.rounds = 0
        self.asked: list[bool] = []

    def run_once(self, stopping: Callable[[], bool], *, asked: bool = False) -> None:
        self.rounds += 1
        self.asked.append(asked)
        assert not stopping()
        if self.errors:
            raise self.errors.pop(0)
