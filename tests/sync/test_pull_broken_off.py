"""A reading that is broken off: by the line, by an answer that is none, by whoever leaves the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from officer_console.central.errors import CentralError
from officer_console.domain.dossier import Status
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import LOSE_ANSWER, REFUSE, Fault, Proxy, reply
from tests.faults.workplace import Workplace, never
from tests.sync.pulling import PAGES, STARTS_OVER, planted_in, put

pytestmark = pytest.mark.xdist_group(__name__)


def test_a_last_page_that_does_not_say_what_is_there_is_no_answer(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    planted_in(central, scope, 2)
    desk.round()
    silent: dict[str, object] = {"epoch": central.epoch, "items": [], "next": desk.cursor(), "more": False}
    proxy.spoil(PAGES, reply(200, silent))

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never)

    assert caught.value.code == "protocol"


def test_a_page_that_promises_more_without_getting_on_is_no_answer(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    planted_in(central, scope, 2)
    desk.round()
    stuck: dict[str, object] = {"epoch": central.epoch, "items": [], "next": desk.cursor(), "more": True}
    proxy.spoil(PAGES, reply(200, stuck), times=1000)

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never)

    assert caught.value.code == "protocol"
    assert desk.count() == 2


@pytest.mark.parametrize(
    "fault",
    [
        REFUSE,
        LOSE_ANSWER,
        Fault(how="cut", after=40),
        Fault(how="cut", after=700),
        Fault(how="hold", seconds=0.1),
        reply(503, b"busy", "text/plain"),
    ],
)
def test_a_page_torn_in_the_middle_leaves_the_store_at_the_page_before(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, fault: Fault
) -> None:
    planted_in(central, scope, 7)
    desk = make_desk(page=3)
    # A read over a kept connection that breaks is repeated once at once.
    proxy.spoil(PAGES, fault, skip=1, times=2)

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never)
    proxy.clear()
    assert caught.value.passing
    assert desk.count() == 3
    after_first = desk.cursor()

    desk.engine.pull(never)
    assert desk.count() == 7
    assert f"cursor={after_first}" in [line for line in proxy.requests if "/changes" in line][-2]


@pytest.mark.parametrize("stop_after", [0, 1, 2, 3])
def test_a_pull_that_is_told_to_stop_goes_on_from_there(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, stop_after: int
) -> None:
    planted_in(central, scope, 7)
    desk = make_desk(page=2)

    desk.engine.pull(lambda: proxy.count(PAGES) > stop_after)
    assert desk.count() == min(7, 2 * stop_after)

    desk.engine.pull(never)
    assert desk.count() == 7


def test_a_page_that_comes_after_the_stop_is_not_written(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    about, *_ = planted_in(central, scope, 3)
    desk.round()
    put(central, replace(about, version=2, status=Status.APPROVED))
    before, asked = desk.cursor(), proxy.count(PAGES)

    desk.engine.pull(lambda: proxy.count(PAGES) > asked)

    assert proxy.count(PAGES) == asked + 1
    assert (desk.stored(about), desk.cursor()) == (about, before)


@pytest.mark.parametrize("pages", [1, 2])
def test_a_generation_that_is_whole_after_the_stop_is_not_made_the_list(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, pages: int, expect_log: Callable[[str], None]
) -> None:
    about, *_ = planted_in(central, scope, 4)
    desk = make_desk(page=2)
    desk.round()
    put(central, replace(about, version=2, status=Status.APPROVED))
    cursor, asked = desk.cursor(), proxy.count(PAGES)
    proxy.spoil(PAGES, reply(410, {"type": "urn:hgd:problem:cursor-expired", "status": 410}))
    expect_log(STARTS_OVER)

    desk.engine.pull(lambda: proxy.count(PAGES) > asked + pages)

    assert (desk.stored(about), desk.cursor()) == (about, cursor)
    with desk.store.read() as tx:
        assert tx.staged.sum(scope).count == 2 * (pages - 1)
    desk.engine.pull(never)
    assert desk.stored(about) == replace(about, version=2, status=Status.APPROVED)


def test_an_office_that_was_taken_away_goes_on_leaving_after_a_stop(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str
) -> None:
    planted_in(central, scope, 3)
    desk = make_desk(scopes=(scope,))
    desk.round()
    refused = reply(403, {"type": "urn:hgd:problem:scope-revoked", "status": 403})
    proxy.spoil(PAGES, refused, times=2)
    before, asked = desk.cursor(), proxy.count(PAGES)

    with pytest.raises(CentralError, match="scope-revoked"):
        desk.engine.pull(lambda: proxy.count(PAGES) > asked)
    assert (desk.count(), desk.cursor()) == (3, before)

    with pytest.raises(CentralError, match="scope-revoked"):
        desk.engine.pull(never)
    assert (desk.count(), desk.cursor()) == (0, None)


def test_what_central_says_of_the_ledger_and_the_lists_after_the_stop_is_not_written(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    (about,) = planted_in(central, scope, 1)
    central.register_person(about)
    desk.engine.pull(never)
    decision = desk.record(about)

    desk.engine.run_once(lambda: proxy.count("GET .*/ledger") > 0)
    assert desk.item(decision.op_id).state == "accepted"
    assert not desk.item(decision.op_id).confirmed
    desk.engine.run_once(lambda: proxy.count("GET .*/reference/") > 0)

    assert desk.item(decision.op_id).confirmed
    assert proxy.count("GET .*/reference/") == 1
    with desk.store.read() as tx:
        assert tx.reference.etag("settings") is None
    desk.round()
    with desk.store.read() as tx:
        assert tx.reference.etag("settings") is not None
