"""Reading an office anew: into a second generation, once an hour, and never half of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from central_server import schema
from central_server.database import renew_epoch
from officer_console.central.errors import CentralError
from officer_console.domain.dossier import Status
from officer_console.domain.search import Criteria, Order
from officer_console.services.queue import Queue
from tests import builders
from tests.central.process import Central, running_central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import REFUSE, Fault, Proxy, reply
from tests.faults.workplace import Workplace, never
from tests.sync.pulling import PAGES, STARTS_OVER, bury, planted_in, put

pytestmark = pytest.mark.xdist_group(__name__)


@pytest.mark.parametrize("problem", ["cursor-expired", "epoch-changed"])
def test_a_feed_that_starts_over_keeps_the_outbox_and_never_empties_the_list(
    central: Central,
    desk: Workplace,
    proxy: Proxy,
    scope: str,
    problem: str,
    expect_log: Callable[[str], None],
) -> None:
    stays, gone, decided = planted_in(central, scope, 3)
    desk.round()
    decision = desk.record(decided)
    bury(central, gone)
    proxy.spoil(PAGES, reply(410, {"type": f"urn:hgd:problem:{problem}", "status": 410}))
    proxy.spoil(PAGES, REFUSE, times=2)
    expect_log(STARTS_OVER)

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never)

    assert caught.value.code == "unreachable"
    assert desk.count() == 3
    assert desk.item(decision.op_id).state == "waiting"
    assert len(Queue(desk.store, clock=desk.clock).page(Criteria(order=Order.DECLARED)).rows) == 3
    desk.engine.pull(never)
    assert desk.stored(stays) == stays
    assert desk.stored(gone) is None
    assert desk.count() == 2
    assert desk.item(decision.op_id).state == "waiting"


def test_a_decision_recorded_while_the_feed_starts_over_names_an_epoch_central_understands(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    (about,) = planted_in(central, scope, 1)
    central.register_person(about)
    desk.round()
    proxy.spoil(PAGES, reply(410, {"type": "urn:hgd:problem:cursor-expired", "status": 410}))
    proxy.spoil(PAGES, REFUSE, times=2)
    expect_log(STARTS_OVER)
    with pytest.raises(CentralError):
        desk.engine.pull(never)

    decision = desk.record(about)
    desk.round()

    assert decision.base_epoch == central.epoch
    assert desk.item(decision.op_id).state == "accepted"


def test_a_central_that_expires_every_cursor_does_not_keep_the_round_going_for_ever(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    planted_in(central, scope, 5)
    desk = make_desk(page=2)
    expired = reply(410, {"type": "urn:hgd:problem:cursor-expired", "status": 410})
    proxy.spoil(r"GET .*cursor=", expired, times=1000)
    expect_log(STARTS_OVER)

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never)

    assert (caught.value.code, caught.value.passing) == ("resync-limit", False)
    assert proxy.count(PAGES) < 10


def test_a_central_that_is_another_one_each_time_it_is_asked_is_no_answer(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    planted_in(central, scope, 2)
    desk.round()
    nothing = {"seq": 0, "count": 0, "digest": "0" * 32}
    for life in ("e1", "e1", "e2", "e2", "e3"):
        proxy.spoil(PAGES, reply(200, {"epoch": life, "items": [], "next": "c", "more": False, "state": nothing}))
    expect_log(STARTS_OVER + ": epoch-changed")

    with pytest.raises(CentralError, match="protocol"):
        desk.engine.pull(never)

    desk.engine.pull(never)
    assert desk.count() == 2


def spoiled(desk: Workplace, statement: str) -> None:
    """Change the sealed store behind the program's back."""
    with desk.store.write() as tx:
        assert tx.outbox._connection.exec_driver_sql(statement).rowcount == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scope_sum SET digest = '00000000000000000000000000000001'",
        "UPDATE scope_sum SET live_count = live_count + 1",
        "DELETE FROM scope_sum",
    ],
)
def test_a_store_that_does_not_add_up_reads_the_office_anew(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, statement: str, expect_log: Callable[[str], None]
) -> None:
    dossiers = planted_in(central, scope, 3)
    desk.round()
    spoiled(desk, statement)
    expect_log(STARTS_OVER + ": the sums differ")

    desk.round()

    assert [desk.stored(about) for about in dossiers] == dossiers
    assert desk.count() == 3
    before = proxy.count(PAGES)
    desk.round()
    assert proxy.count(PAGES) == before + 1


def test_a_row_that_was_changed_behind_our_back_is_mended_when_its_sum_shows_it(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    about, other = planted_in(central, scope, 2)
    desk.round()
    for mine in (about, other):
        spoiled(desk, f"UPDATE dossier SET version = 7, full_name = 'X' WHERE id = '{mine.id}'")  # noqa: S608 - an id of ours
    expect_log(STARTS_OVER + ": the sums differ")

    put(central, replace(about, version=2, status=Status.APPROVED))
    desk.round()

    names = {row.full_name for row in Queue(desk.store, clock=desk.clock).page(Criteria(order=Order.DECLARED)).rows}
    assert names == {about.declaration.full_name}
    assert desk.stored(other) == other
    assert desk.count() == 2


def lie(central: Central, desk: Workplace) -> Fault:
    """Return the answer of a central that says nothing is new, and something else is there than it ever sent."""
    state = {"seq": 9, "count": 4, "digest": "f" * 32}
    return reply(200, {"epoch": central.epoch, "items": [], "next": desk.cursor(), "more": False, "state": state})


def test_a_central_that_contradicts_itself_is_read_anew_once_an_hour_and_reported(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    planted_in(central, scope, 3)
    desk.round()
    proxy.spoil(PAGES, lie(central, desk), times=1000)
    expect_log(STARTS_OVER + ": the sums differ")

    asked = [0]
    for _ in range(3):
        with pytest.raises(CentralError) as caught:
            desk.engine.pull(never)
        assert (caught.value.code, caught.value.passing) == ("digest-differs", False)
        asked.append(proxy.count(PAGES))
    desk.clock.forward(3601)
    with pytest.raises(CentralError):
        desk.engine.pull(never)
    asked.append(proxy.count(PAGES))

    rounds = [after - before for before, after in pairwise(asked[1:])]
    assert rounds == [2, 2, 4]
    assert "cursor=" not in [line for line in proxy.requests if "/changes" in line][-2]
    assert len(Queue(desk.store, clock=desk.clock).page(Criteria(order=Order.DECLARED)).rows) == 3
    proxy.clear()
    desk.clock.forward(3601)
    desk.round()
    assert desk.count() == 3


def test_an_answer_that_overtook_the_page_is_no_contradiction(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    planted_in(central, scope, 3)
    desk.round()
    proxy.spoil(PAGES, lie(central, desk))

    desk.round()

    assert proxy.count(PAGES) == 3


def test_a_central_restored_from_a_backup_is_read_anew_and_a_decision_that_waited_is_sent_when_nothing_differs(
    planted: Path, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(planted, folder)
    with running_central(folder) as before:
        officer = before.officer(scopes=("04802",))
        desk = Workplace(before, tmp_path / "desk", officer)
        about = builders.dossier(5000, scope_id="04802")
        before.plant(about)
        desk.round()
        count = desk.count()
        decision = desk.record(about)
        place = before.database.engine.url.render_as_string(hide_password=False)
    renew_epoch(place)
    with running_central(folder) as after:
        old = desk
        old.close()
        desk = Workplace(after, tmp_path / "desk", officer)
        expect_log(STARTS_OVER)
        desk.round()

        assert desk.count() == count
        assert desk.item(decision.op_id).state == "accepted"
        assert desk.item(decision.op_id).decision.base_epoch != after.epoch
        with after.database.read() as connection:
            assert connection.execute(select(func.count()).select_from(schema.decision)).scalar_one() == 1
        desk.close()
