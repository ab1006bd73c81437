"""The thread that keeps a desk in step: it wakes, reports, survives and stops."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from central_server import schema
from officer_console.background.news import News
from officer_console.background.sync_thread import SyncThread
from officer_console.central import wire
from officer_console.central.errors import CentralError
from officer_console.domain.dossier import Dossier
from officer_console.services.outgoing import Outgoing
from officer_console.services.sign_in import Reconnect
from officer_console.store.errors import StoreError
from officer_console.store.session import SavedSession
from officer_console.store.store import Store, Transaction
from officer_console.sync.engine import SyncEngine
from officer_console.sync.held import OfficeError
from officer_console.sync.report import Change, SyncStatus
from tests import builders
from tests.central.process import Central
from tests.faults.proxy import REFUSE, Fault, Proxy
from tests.faults.workplace import Workplace, client

pytestmark = pytest.mark.xdist_group(__name__)

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


def test_the_first_round_runs_at_once_and_tells_that_all_is_here(
    central: Central, desk: Workplace, scope: str, watch: Watch, qtbot: QtBot
) -> None:
    about = on_record(central, scope)

    watched = watch(desk)
    qtbot.waitUntil(lambda: watched.now.first_sync_done)

    assert (watched.now.online, watched.now.signed_in, watched.now.error_code) == (True, True, None)
    assert watched.now.last_sync is not None
    assert watched.now.progress is None
    assert any(change.concerns(about.id) for change in watched.changes)
    assert watched.thread.status == watched.now


def test_after_a_restart_without_network_the_time_of_the_last_whole_round_is_told(
    central: Central, desk: Workplace, scope: str, proxy: Proxy, watch: Watch, qtbot: QtBot
) -> None:
    on_record(central, scope)
    before = watch(desk)
    qtbot.waitUntil(lambda: before.now.first_sync_done)
    assert before.thread.stop()
    desk.clock.forward(3600)
    proxy.down = True

    after = watch(desk)
    qtbot.waitUntil(lambda: after.now.error_code == "unreachable")

    assert (after.now.last_sync, after.now.first_sync_done) == (before.now.last_sync, True)


def test_the_first_round_of_a_start_over_a_full_list_is_no_first_sync(
    central: Central, desk: Workplace, scope: str, watch: Watch, qtbot: QtBot
) -> None:
    before = watch(desk)
    qtbot.waitUntil(lambda: before.now.first_sync_done)
    assert before.thread.stop()
    on_record(central, scope)
    on_record(central, scope)

    after = watch(desk, page_limit=1)
    qtbot.waitUntil(lambda: any(status.progress for status in after.statuses))

    assert all(status.first_sync_done for status in after.statuses)


def test_the_time_of_the_last_round_is_that_of_central_whatever_the_clock_of_the_machine_says(
    desk: Workplace, watch: Watch, qtbot: QtBot
) -> None:
    desk.clock.forward(400 * 86400)

    watched = watch(desk)
    qtbot.waitUntil(lambda: watched.now.first_sync_done)

    there = desk.client.server_time()
    assert there is not None
    assert watched.now.last_sync is not None
    assert abs(there - watched.now.last_sync) < timedelta(minutes=1)


def test_a_wake_up_sends_what_was_recorded(
    central: Central, desk: Workplace, scope: str, watch: Watch, qtbot: QtBot
) -> None:
    about = on_record(central, scope)
    watched = watch(desk)
    qtbot.waitUntil(lambda: watched.now.first_sync_done)
    decision = desk.record(about)

    watched.thread.wake()
    qtbot.waitUntil(lambda: desk.item(decision.op_id).state == "accepted")

    assert central.decisions(about) == 1


def test_without_being_woken_it_looks_again_by_itself(
    central: Central, desk: Workplace, scope: str, watch: Watch, qtbot: QtBot
) -> None:
    watched = watch(desk, poll=0.1)
    qtbot.waitUntil(lambda: watched.now.first_sync_done)

    about = on_record(central, scope)

    qtbot.waitUntil(lambda: desk.stored(about) is not None)


def test_the_status_counts_what_waits_and_what_needs_the_officer(
    central: Central,
    desk: Workplace,
    scope: str,
    proxy: Proxy,
    watch: Watch,
    qtbot: QtBot,
    expect_log: Callable[[str], None],
) -> None:
    held, free = on_record(central, scope), on_record(central, scope)
    desk.round()
    central.desk(scopes=(scope,)).take(held)
    desk.record(held)
    desk.record(free)
    proxy.spoil("POST .*/decisions", REFUSE)
    expect_log("decision refused .* code=leased")

    watched = watch(desk)
    qtbot.waitUntil(lambda: watched.now.error_code == "unreachable")
    assert (watched.now.waiting, watched.now.attention, watched.now.online) == (2, 0, False)

    desk.clock.forward(300)
    watched.thread.wake()
    qtbot.waitUntil(lambda: (watched.now.waiting, watched.now.attention) == (0, 1))
    qtbot.waitUntil(lambda: watched.now.online)
    assert watched.statuses[0].waiting == 2


def test_no_network_is_told_and_so_is_its_return(desk: Workplace, proxy: Proxy, watch: Watch, qtbot: QtBot) -> None:
    proxy.down = True
    watched = watch(desk)
    qtbot.waitUntil(lambda: watched.now.error_code == "unreachable")
    assert (watched.now.online, watched.now.first_sync_done) == (False, False)

    proxy.clear()
    watched.thread.wake()
    qtbot.waitUntil(lambda: watched.now.online)
    assert watched.now.error_code is None


def test_the_network_is_tried_again_without_anybody_asking(
    desk: Workplace, proxy: Proxy, watch: Watch, qtbot: QtBot
) -> None:
    proxy.down = True
    watched = watch(desk, poll=0.05)
    qtbot.waitUntil(lambda: len(proxy.requests) >= 2)

    proxy.clear()

    qtbot.waitUntil(lambda: watched.now.online)


def test_a_session_that_is_gone_is_told_and_central_is_not_asked_all_the_time(
    central: Central, desk: Workplace, scope: str, proxy: Proxy, watch: Watch, qtbot: QtBot
) -> None:
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about)
    with desk.store.write() as tx:
        tx.outbox.later(decision.op_id, desk.clock(), "unreachable")
        tx.session.put(SavedSession(officer=desk.officer, refresh_token="no longer good"))
    desk.clock.forward(10)
    desk.client = client(proxy.url)

    watched = watch(desk)
    qtbot.waitUntil(lambda: watched.now.error_code == "sign-in-needed")
    assert (watched.now.online, watched.now.signed_in, watched.now.waiting) == (True, False, 1)
    asked = len(proxy.requests)
    with pytest.raises(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: len(proxy.requests) > asked, timeout=700)

    assert desk.item(decision.op_id).state == "waiting"


def test_a_session_revoked_in_the_middle_is_told_as_signed_out(
    central: Central, desk: Workplace, watch: Watch, qtbot: QtBot
) -> None:
    watched = watch(desk)
    qtbot.waitUntil(lambda: watched.now.first_sync_done)
    with central.database.write() as connection:
        mine = schema.session.c.officer_id == desk.officer.id
        connection.execute(update(schema.session).where(mine).values(revoked=True))

    watched.thread.wake()

    qtbot.waitUntil(lambda: watched.now.error_code == "sign-in-needed")
    assert not watched.now.signed_in


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


def test_a_store_that_fails_is_told_and_the_thread_goes_on(
    desk: Workplace, watch: Watch, qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    expect_log("store failed in a round: store-full")
    engine = Failing(StoreError("store-full"))
    watched = watch(desk, engine=engine)
    qtbot.waitUntil(lambda: watched.now.error_code == "store-full")

    watched.thread.wake()

    qtbot.waitUntil(lambda: watched.now.error_code is None and watched.now.online)
    assert engine.rounds == 2


class Moody:
    """A store that can be read, or cannot."""

    def __init__(self, store: Store) -> None:
        self.mood: Exception | None = None
        self._store = store

    def read(self) -> AbstractContextManager[Transaction]:
        if self.mood is not None:
            raise self.mood
        return self._store.read()

    def apply(self) -> AbstractContextManager[Transaction]:
        return self._store.apply()


@pytest.mark.parametrize(
    ("mood", "code", "lines"),
    [
        (StoreError("store-damaged"), "store-damaged", ["store failed in a round: store-damaged"]),
        (KeyError("a mistake of ours"), "unexpected", ["round failed: ", "status not read: "]),
    ],
)
def test_a_store_that_cannot_even_be_read_does_not_end_the_thread(
    desk: Workplace,
    watch: Watch,
    qtbot: QtBot,
    expect_log: Callable[[str], None],
    mood: Exception,
    code: str,
    lines: list[str],
) -> None:
    for line in lines:
        expect_log(line)
    moody = Moody(desk.store)

    def reconnect() -> bool:
        with moody.read():
            return True

    watched = watch(desk, store=moody, reconnect=reconnect)
    qtbot.waitUntil(lambda: watched.now.first_sync_done)

    moody.mood = mood
    watched.thread.wake()
    qtbot.waitUntil(lambda: watched.now.error_code == code)

    moody.mood = None
    watched.thread.wake()
    qtbot.waitUntil(lambda: watched.now.error_code is None)


def test_a_problem_of_central_is_told_by_its_name(desk: Workplace, watch: Watch, qtbot: QtBot) -> None:
    watched = watch(desk, engine=Failing(CentralError("scope-revoked")))

    qtbot.waitUntil(lambda: watched.now.error_code == "scope-revoked")
    assert (watched.now.online, watched.now.signed_in) == (True, True)


def test_a_central_that_answers_and_cannot_serve_is_no_missing_network(
    desk: Workplace, watch: Watch, qtbot: QtBot
) -> None:
    watched = watch(desk, engine=Failing(CentralError("unavailable", status=503)))
    qtbot.waitUntil(lambda: watched.now.error_code == "unavailable")
    assert (watched.now.online, watched.now.serving) == (True, False)

    watched.thread.now()

    qtbot.waitUntil(lambda: watched.now.error_code is None)
    assert (watched.now.online, watched.now.serving) == (True, True)


def test_the_officer_is_served_at_once_although_central_asked_for_an_hour(
    desk: Workplace, watch: Watch, qtbot: QtBot
) -> None:
    engine = Failing(CentralError("unreachable", status=503, retry_after=3600))
    watched = watch(desk, engine=engine)
    qtbot.waitUntil(lambda: watched.now.error_code == "unreachable")

    watched.thread.wake()
    with pytest.raises(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: engine.rounds > 1, timeout=300)
    watched.thread.now()

    qtbot.waitUntil(lambda: watched.now.online)
    assert engine.asked[:2] == [False, True]


def test_it_is_known_until_when_central_is_left_alone_and_the_rows_that_wait_say_so(
    central: Central, desk: Workplace, scope: str, watch: Watch, qtbot: QtBot
) -> None:
    about = on_record(central, scope)
    desk.round()
    desk.record(about)
    engine = Failing(CentralError("unavailable", status=503, retry_after=3600))
    watched = watch(desk, engine=engine)
    outgoing = Outgoing(desk.store, wake=watched.thread.now, rest=lambda: watched.thread.rest)
    qtbot.waitUntil(lambda: watched.now.rest_until is not None)

    (row,) = outgoing.waiting()

    until = watched.now.rest_until
    assert until is not None
    assert timedelta(minutes=59) < until - desk.clock() < timedelta(hours=1, minutes=12)
    assert (row.error_code, row.attempts, row.next_at) == ("unavailable", 0, until)

    outgoing.send_now(frozenset({row.op_id}))
    qtbot.waitUntil(lambda: watched.now.error_code is None and watched.now.first_sync_done)
    assert watched.now.rest_until is None
    assert [(row.error_code, row.next_at) for row in outgoing.waiting()] == [(None, None)]


def test_one_office_that_is_held_makes_nobody_wait_and_the_desk_is_online(
    desk: Workplace, watch: Watch, qtbot: QtBot
) -> None:
    held = OfficeError("unreachable", status=503, retry_after=3600)
    engine = Failing(held, held)
    watched = watch(desk, engine=engine)
    qtbot.waitUntil(lambda: watched.now.error_code == "unreachable")
    assert (watched.now.online, watched.now.last_sync) == (True, None)

    watched.thread.wake()
    qtbot.waitUntil(lambda: engine.rounds == 2)
    watched.thread.wake()

    qtbot.waitUntil(lambda: watched.now.last_sync is not None)
    assert watched.now.error_code is None


def test_stopping_ends_a_wait_at_once(desk: Workplace, watch: Watch, qtbot: QtBot) -> None:
    watched = watch(desk)
    qtbot.waitUntil(lambda: watched.now.first_sync_done)

    assert watched.thread.stop(seconds=2)
    assert watched.thread.stop(seconds=2)


def test_stopping_in_the_middle_of_a_round_ends_after_the_step_under_way(
    central: Central, desk: Workplace, scope: str, proxy: Proxy, watch: Watch
) -> None:
    dossiers = [on_record(central, scope) for _ in range(3)]
    desk.round()
    decisions = [desk.record(about) for about in dossiers]
    proxy.spoil("POST .*/decisions", Fault(how="delay", seconds=0.3))

    watched = watch(desk)
    assert proxy.holding.wait(10)
    assert watched.thread.stop(seconds=10)

    assert [desk.item(decision.op_id).state for decision in decisions] == ["accepted", "waiting", "waiting"]
