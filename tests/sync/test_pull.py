"""Fetching the feed: everything, then what changed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from officer_console.domain.dossier import Status
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Proxy
from tests.faults.workplace import Workplace, never
from tests.sync.pulling import bury, live_at_central, move, planted_in, put

pytestmark = pytest.mark.xdist_group(__name__)


def test_the_first_pull_brings_every_dossier_of_the_office(central: Central, make_desk: MakeDesk) -> None:
    desk = make_desk(scopes=("07906",))

    desk.round()

    there = live_at_central(central, "07906")
    assert desk.count() == len(there) > 50
    with desk.store.read() as tx:
        for dossier_id in there:
            mine = tx.dossiers.get(dossier_id)
            assert mine is not None
            assert mine.scope_id == "07906"
        assert {office.code for office in tx.reference.get().offices} >= {"07906"}
    assert desk.progress[-1] is None


def test_the_store_and_central_agree_on_the_digest_after_a_pull(make_desk: MakeDesk) -> None:
    desk = make_desk(scopes=("00101",))
    desk.round()

    page = desk.client.changes("00101", desk.cursor())

    with desk.store.read() as tx:
        mine = tx.dossiers.sum("00101")
    assert page.state is not None
    assert (mine.count, mine.digest) == (page.state.count, page.state.digest)


def test_a_second_pull_brings_only_what_changed(central: Central, desk: Workplace, proxy: Proxy, scope: str) -> None:
    first, second, _ = planted_in(central, scope, 3)
    desk.round()
    desk.changes.clear()
    asked = len(proxy.answers)

    put(central, replace(second, version=2, status=Status.APPROVED))
    desk.engine.pull(never)

    mine = desk.stored(second)
    assert mine is not None
    assert (mine.version, mine.status) == (2, Status.APPROVED)
    assert [change.dossier_ids for change in desk.changes] == [frozenset({second.id})]
    assert len(proxy.answers) == asked + 1
    assert desk.stored(first) == first


def test_a_pull_of_nothing_new_announces_nothing(central: Central, desk: Workplace, scope: str) -> None:
    planted_in(central, scope, 2)
    desk.round()
    desk.changes.clear()

    desk.round()

    assert desk.changes == []


def test_a_deleted_dossier_leaves_the_list(central: Central, desk: Workplace, scope: str) -> None:
    gone, stays = planted_in(central, scope, 2)
    desk.round()

    bury(central, gone)
    desk.round()

    assert desk.stored(gone) is None
    assert desk.stored(stays) == stays
    assert desk.count() == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_dossier_that_moves_between_two_of_my_offices_is_in_the_new_one(
    central: Central, make_desk: MakeDesk, scope: str, order: tuple[int, int]
) -> None:
    offices = (scope, f"T{central.fresh():04d}")
    here, there = (offices[order[0]], offices[order[1]])
    planted_in(central, here, 5)
    mover = planted_in(central, here, 1)[0]
    desk = make_desk(scopes=offices)
    desk.round()

    move(central, mover, there)
    desk.round()

    mine = desk.stored(mover)
    assert mine is not None
    assert mine.scope_id == there
    assert (desk.count(here), desk.count(there)) == (5, 1)


def test_the_place_in_the_feed_outlives_a_restart(central: Central, desk: Workplace, proxy: Proxy, scope: str) -> None:
    planted_in(central, scope, 3)
    desk.round()
    kept = desk.cursor()
    desk.close()

    desk.open()
    assert desk.cursor() == kept is not None
    before = len(proxy.answers)
    desk.engine.pull(never)

    assert json.loads(proxy.answers[before].split(b"\r\n\r\n", 1)[1])["items"] == [] or desk.count() == 3
    assert f"cursor={kept}" in [line for line in proxy.requests if "/changes" in line][-1]
