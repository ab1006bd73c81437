"""One office of several that central takes nothing of, or asks time for: the others go on, and the officer may ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from officer_console.background.senders import Senders
from officer_console.central.errors import CentralError
from officer_console.services.outgoing import Outgoing
from officer_console.sync.backoff import LONGEST_SECONDS
from officer_console.sync.held import OfficeError
from officer_console.sync.push import AT_ONCE, FAILURES_IN_A_ROW, READY
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Fault, Proxy, reply
from tests.faults.workplace import Workplace, never
from tests.sync.pulling import PAGES
from tests.sync.pushing import DECISIONS, on_record, planted
from tests.sync.test_one_office_away import ALWAYS, NONE_OF_OURS, Place, of

pytestmark = pytest.mark.xdist_group(__name__)

BROKEN = reply(500, {"type": "urn:hgd:problem:internal", "status": 500})
HOUR = Fault(
    how="answer",
    answer=b"HTTP/1.1 503 X\r\nRetry-After: 3600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
)


@pytest.fixture
def place(central: Central, make_desk: MakeDesk, scope: str) -> Iterator[Place]:
    scopes = (scope, f"T{central.fresh():04d}", f"T{central.fresh():04d}")
    desk = make_desk(scopes=scopes)
    senders = Senders()
    yield Place(desk, desk.engine_over(desk.client, executor=senders), scopes)
    senders.shutdown()


def states(desk: Workplace, *op_ids: str) -> list[str]:
    return [desk.item(op_id).state for op_id in op_ids]


@pytest.mark.parametrize("fault", [BROKEN, NONE_OF_OURS], ids=["500", "unreadable"])
def test_an_office_of_which_nothing_is_taken_keeps_no_decision_of_another_back(
    central: Central, place: Place, proxy: Proxy, fault: Fault
) -> None:
    desk, (first, *others) = place.desk, place.scopes
    here = [on_record(central, first) for _ in range(30)]
    there = [on_record(central, scope) for scope in others for _ in range(4)]
    place.round()
    waiting = [desk.record(about).op_id for about in here]
    sent = [desk.record(about).op_id for about in there]
    new = planted(central, first)
    proxy.spoil(f"POST .*{of(first)}.*/decisions", fault, times=ALWAYS)

    place.round()

    assert states(desk, *sent) == ["accepted"] * 8
    assert states(desk, *waiting) == ["waiting"] * 30
    tried = sum(desk.item(op_id).attempts for op_id in waiting)
    assert FAILURES_IN_A_ROW <= tried <= FAILURES_IN_A_ROW + AT_ONCE + READY
    assert desk.stored(new) == new

    proxy.clear()
    desk.clock.forward(LONGEST_SECONDS)
    place.round()
    assert states(desk, *waiting) == ["accepted"] * 30


def test_an_office_that_rests_is_left_alone_until_its_time_is_over_and_the_others_are_not(
    central: Central, place: Place, proxy: Proxy
) -> None:
    desk, (first, second, _) = place.desk, place.scopes
    about = on_record(central, first)
    place.round()
    waiting = desk.record(about).op_id
    proxy.spoil(of(first), HOUR)
    with pytest.raises(OfficeError):
        place.round()
    asked = proxy.count(of(first))

    for _ in range(2):
        new, judged = planted(central, second), on_record(central, second)
        with pytest.raises(OfficeError) as caught:
            place.round()
        sent = desk.record(judged).op_id
        with pytest.raises(OfficeError):
            place.round()
        assert (caught.value.code, caught.value.status) == ("unreachable", 503)
        assert desk.stored(new) == new
        assert states(desk, sent) == ["accepted"]
    assert proxy.count(of(first)) == asked

    desk.clock.forward(2 * 3600)
    place.round()
    assert states(desk, waiting) == ["accepted"]


def test_the_officer_may_ask_at_once_for_what_central_asked_time_for(
    central: Central, place: Place, proxy: Proxy
) -> None:
    desk, (first, *_) = place.desk, place.scopes
    about = on_record(central, first)
    place.round()
    waiting = desk.record(about).op_id
    proxy.spoil(of(first), HOUR)
    with pytest.raises(OfficeError):
        place.round()
    with pytest.raises(OfficeError):
        place.round()
    assert states(desk, waiting) == ["waiting"]

    place.engine.run_once(never, asked=True)

    assert states(desk, waiting) == ["accepted"]


def test_when_all_offices_rest_the_round_says_how_long_the_first_still_does(
    place: Place, proxy: Proxy, make_desk: MakeDesk
) -> None:
    desk = make_desk(scopes=place.scopes[:1])
    desk.round()
    proxy.spoil(PAGES, HOUR)
    with pytest.raises(CentralError) as caught:
        desk.round()
    assert not isinstance(caught.value, OfficeError)
    assert caught.value.retry_after == 3600
    desk.clock.forward(1800)

    with pytest.raises(CentralError) as again:
        desk.round()

    assert not isinstance(again.value, OfficeError)
    assert again.value.retry_after == pytest.approx(1800, abs=60)


def test_a_clock_that_was_put_back_ends_a_rest(central: Central, place: Place, proxy: Proxy) -> None:
    first = place.scopes[0]
    place.round()
    proxy.spoil(of(first), HOUR)
    with pytest.raises(OfficeError):
        place.round()
    new = planted(central, first)
    place.desk.clock.forward(-7200)

    place.round()

    assert place.desk.stored(new) == new


def test_a_second_office_that_takes_nothing_ends_the_sending_and_not_the_reading(
    central: Central, place: Place, proxy: Proxy
) -> None:
    desk = place.desk
    dossiers = [on_record(central, scope) for scope in place.scopes for _ in range(20)]
    place.round()
    op_ids = [desk.record(about).op_id for about in dossiers]
    new = planted(central, place.scopes[2])
    before = proxy.count(DECISIONS)
    proxy.spoil(DECISIONS, BROKEN, times=ALWAYS)

    place.round()

    assert states(desk, *op_ids) == ["waiting"] * 60
    assert proxy.count(DECISIONS) - before <= 2 * (FAILURES_IN_A_ROW + AT_ONCE + READY)
    assert desk.stored(new) == new


def test_the_rows_of_an_office_that_rests_say_why_and_until_when(central: Central, place: Place, proxy: Proxy) -> None:
    desk, (first, second, _) = place.desk, place.scopes
    here, there = [on_record(central, first) for _ in range(3)], on_record(central, second)
    place.round()
    tried = desk.record(here[0]).op_id
    outgoing = Outgoing(desk.store, wake=lambda: None, rests=lambda: place.engine.rests)
    proxy.spoil(of(first), HOUR)
    with pytest.raises(OfficeError):
        place.round()
    for about in (*here[1:], there):
        desk.record(about)

    untried = [row for row in outgoing.waiting() if row.op_id != tried]

    in_an_hour = desk.clock() + timedelta(hours=1)
    assert [(row.attempts, row.error_code) for row in untried] == [(0, "unreachable")] * 2 + [(0, None)]
    assert untried[2].next_at is None
    rows = [row for row in outgoing.waiting() if row.error_code is not None]
    assert len(rows) == 3
    assert all(row.next_at and row.next_at > in_an_hour - timedelta(minutes=1) for row in rows)

    desk.clock.forward(2 * 3600)
    assert [row.error_code for row in outgoing.waiting()] == ["unreachable", None, None, None]
