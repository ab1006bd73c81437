"""One office of several that central cannot serve: it waits, the others are sent to and read as ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from officer_console.background.senders import Senders
from officer_console.central.errors import CentralError
from officer_console.domain.dossier import Dossier
from officer_console.sync.backoff import LONGEST_SECONDS
from officer_console.sync.engine import SyncEngine
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import REFUSE, Fault, Proxy, reply
from tests.faults.workplace import Workplace, never
from tests.sync.pulling import PAGES
from tests.sync.pushing import DECISIONS, on_record, planted

pytestmark = pytest.mark.xdist_group(__name__)

AWAY = reply(503, {"type": "urn:hgd:problem:unavailable", "title": "", "status": 503})
ASKS_FOR_TIME = Fault(
    how="answer",
    answer=b"HTTP/1.1 503 X\r\nRetry-After: 120\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
)
NONE_OF_OURS = reply(200, {"epoch": 3})
ALWAYS = 10**6


class Place(NamedTuple):
    """A desk of three offices and its engine as the program has it; the first office is the one that goes away."""

    desk: Workplace
    engine: SyncEngine
    scopes: tuple[str, str, str]

    def round(self) -> None:
        self.engine.run_once(never)


@pytest.fixture
def place(central: Central, make_desk: MakeDesk, scope: str) -> Iterator[Place]:
    scopes = (scope, f"T{central.fresh():04d}", f"T{central.fresh():04d}")
    desk = make_desk(scopes=scopes)
    senders = Senders()
    yield Place(desk, desk.engine_over(desk.client, executor=senders), scopes)
    senders.shutdown()


def of(scope: str) -> str:
    """Return the pattern of every request about an office."""
    return f"/scopes/{scope}/"


def test_an_office_that_is_away_holds_up_neither_the_decisions_nor_the_dossiers_of_the_others(
    central: Central, place: Place, proxy: Proxy
) -> None:
    desk, (first, *others) = place.desk, place.scopes
    here = [on_record(central, first) for _ in range(12)]
    there = [on_record(central, scope) for scope in others]
    place.round()
    waiting = [desk.record(about) for about in here]
    sent = [desk.record(about) for about in there]
    new = [planted(central, scope) for scope in others]
    asked = proxy.count(of(first))
    proxy.spoil(of(first), ASKS_FOR_TIME, times=ALWAYS)

    with pytest.raises(CentralError) as caught:
        place.round()

    assert (caught.value.status, caught.value.retry_after) == (503, 120)
    assert [desk.item(decision.op_id).state for decision in sent] == ["accepted"] * 2
    assert [desk.stored(about) for about in new] == new
    tried = [desk.item(decision.op_id).attempts for decision in waiting]
    assert tried == [1, *[0] * 11]
    assert proxy.count(of(first)) == asked + 1

    proxy.clear()
    desk.clock.forward(LONGEST_SECONDS)
    place.round()
    assert [desk.item(decision.op_id).state for decision in waiting] == ["accepted"] * 12


@pytest.mark.parametrize(("fault", "code"), [(AWAY, "unavailable"), (NONE_OF_OURS, "protocol")])
def test_an_office_that_cannot_be_read_keeps_no_other_from_being_read(
    central: Central, place: Place, proxy: Proxy, fault: Fault, code: str
) -> None:
    place.round()
    held, *new = [planted(central, scope) for scope in place.scopes]
    proxy.spoil(f"GET .*{of(place.scopes[0])}changes", fault, times=ALWAYS)

    with pytest.raises(CentralError, match=code):
        place.round()

    assert [place.desk.stored(about) for about in new] == new
    assert place.desk.stored(held) is None
    proxy.clear()
    place.round()
    assert place.desk.stored(held) == held


@pytest.mark.parametrize(("fault", "code"), [(AWAY, "unavailable"), (NONE_OF_OURS, "protocol")])
def test_when_a_second_office_cannot_be_read_either_the_round_ends(
    place: Place, proxy: Proxy, fault: Fault, code: str
) -> None:
    place.round()
    before = proxy.count(PAGES)
    proxy.spoil(PAGES, fault, times=ALWAYS)

    with pytest.raises(CentralError, match=code):
        place.round()

    assert proxy.count(PAGES) == before + 2


def test_when_a_second_office_takes_no_decision_either_the_round_ends(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str
) -> None:
    scopes = (scope, f"T{central.fresh():04d}", f"T{central.fresh():04d}")
    desk = make_desk(scopes=scopes)
    dossiers: list[Dossier] = [on_record(central, one) for one in scopes for _ in range(2)]
    desk.round()
    decisions = [desk.record(about) for about in dossiers]
    read = proxy.count(PAGES)
    proxy.spoil(DECISIONS, ASKS_FOR_TIME)
    proxy.spoil(DECISIONS, AWAY, times=ALWAYS)

    with pytest.raises(CentralError) as caught:
        desk.round()

    assert (caught.value.status, caught.value.retry_after) == (503, 120)
    assert [desk.item(decision.op_id).attempts for decision in decisions] == [1, 0, 1, 0, 0, 0]
    assert proxy.count(PAGES) == read


def test_an_office_that_cannot_be_reached_at_all_ends_the_round_at_once(place: Place, proxy: Proxy) -> None:
    place.round()
    proxy.spoil(PAGES, REFUSE, times=ALWAYS)

    with pytest.raises(CentralError, match="unreachable"):
        place.round()

    asked = {line.split("/")[3] for line in proxy.requests if "cursor=" in line}
    assert asked == {place.scopes[0]}
