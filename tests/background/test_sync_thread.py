"""The thread that keeps a desk in step: it wakes, reports, survives and stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from central_server import schema
from officer_console.store.session import SavedSession
from tests.background.sync_watch import Watch, on_record
from tests.central.process import Central
from tests.faults.proxy import REFUSE, Fault, Proxy
from tests.faults.workplace import Workplace, client

pytestmark = pytest.mark.xdist_group(__name__)


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
