"""Rounds that fail, centrals that cannot serve or want to be left alone: told, and gone on after."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from officer_console.central.errors import CentralError
from officer_console.services.outgoing import Outgoing
from officer_console.store.errors import StoreError
from officer_console.store.store import Store, Transaction
from officer_console.sync.held import OfficeError
from tests.background.sync_watch import Failing, Watch, on_record
from tests.central.process import Central
from tests.faults.workplace import Workplace

pytestmark = pytest.mark.xdist_group(__name__)


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
