"""Offices that are taken from an officer, and given back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from central_server import schema
from officer_console.central import wire
from officer_console.central.errors import CentralError
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Fault, Proxy, reply
from tests.faults.workplace import Workplace, never
from tests.sync.pulling import PAGES, planted_in

pytestmark = pytest.mark.xdist_group(__name__)


def give(central: Central, desk: Workplace, *scopes: str) -> None:
    """Let the desk's officer have these offices at central and no others."""
    mine = schema.officer.c.id == desk.officer.id
    with central.database.write() as connection:
        connection.execute(update(schema.officer).where(mine).values(scopes=list(scopes)))


def taken_away(central: Central, desk: Workplace, about: Dossier) -> Decision:
    """Record a decision on a dossier, then let the officer lose all his offices; the decision comes back to him."""
    decision = desk.record(about)
    give(central, desk)
    with pytest.raises(CentralError, match="scope-revoked"):
        desk.round()
    return decision


def written(desk: Workplace) -> bytes:
    """Return what has been written to the store since its file was made."""
    return (desk.folder / "store.db-wal").read_bytes()


def one_missing(central: Central, scope: str, cursor: str) -> Fault:
    """Return the answer of a central that leaves a dossier out and counts it all the same."""
    columns = schema.dossier.c
    with central.database.read() as connection:
        rows = connection.execute(
            select(columns.seq, columns.doc).where(columns.scope_id == scope).order_by(columns.seq)
        ).all()
    found = [(row.seq, wire.decode(row.doc.encode(), Dossier)) for row in rows]
    items = tuple(wire.FeedItem(id=d.id, seq=seq, version=d.version, op="put", doc=d) for seq, d in found[:-1])
    state = wire.FeedState(seq=found[-1][0], count=len(found), digest="f" * 32)
    return reply(200, wire.encode(wire.Page(epoch=central.epoch, items=items, next=cursor, more=False, state=state)))


def given_back_at_odds(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, *, times: int
) -> tuple[Workplace, list[Dossier]]:
    """Return a desk whose office was taken away and given back, a decision in it open, and the four dossiers there.

    So many answers after that leave the last one out.
    """
    known = planted_in(central, scope, 4)
    desk = make_desk(scopes=(scope,))
    desk.round()
    cursor = desk.cursor()
    assert cursor is not None
    taken_away(central, desk, known[0])
    give(central, desk, scope)
    proxy.spoil(PAGES, one_missing(central, scope, cursor), times=times)
    return desk, known


@pytest.mark.parametrize("last", [True, False])
def test_only_the_office_that_was_taken_away_is_missing_from_a_round(
    central: Central,
    make_desk: MakeDesk,
    proxy: Proxy,
    scope: str,
    last: bool,  # noqa: FBT001 - a parameter
) -> None:
    planted_in(central, scope, 2)
    desk = make_desk(scopes=(scope, "00101") if last else ("00101", scope))
    give(central, desk, scope)

    with pytest.raises(CentralError) as caught:
        desk.round()

    assert caught.value.code == "scope-revoked"
    assert desk.count(scope) == 2
    assert proxy.count("GET /v1/reference/") == 4


def test_the_dossiers_of_an_office_that_was_taken_away_leave_the_desk_but_for_those_under_way(
    central: Central, make_desk: MakeDesk, scope: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("code=scope-revoked")
    kept, *_ = planted_in(central, scope, 5)
    desk = make_desk(scopes=(scope, "00101"))
    desk.round()
    assert desk.count(scope) == 5
    decision = desk.record(kept)
    give(central, desk, "00101")

    with pytest.raises(CentralError, match="scope-revoked"):
        desk.round()

    assert desk.count(scope) == 1
    with desk.store.read() as tx:
        assert tx.dossiers.get(kept.id) is not None
        item = tx.outbox.get(decision.op_id)
    assert item is not None
    assert (item.state, item.error_code) == ("attention", "scope-revoked")


def test_an_office_given_back_is_read_again_and_can_be_taken_away_again(
    central: Central, make_desk: MakeDesk, scope: str
) -> None:
    planted_in(central, scope, 3)
    desk = make_desk(scopes=(scope,))
    for _ in range(2):
        give(central, desk, scope)
        desk.round()
        assert desk.count(scope) == 3
        give(central, desk)
        with pytest.raises(CentralError, match="scope-revoked"):
            desk.round()
        assert desk.count(scope) == 0


def test_an_office_given_back_while_a_decision_of_it_is_open_is_read_from_its_beginning(
    central: Central, make_desk: MakeDesk, scope: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("code=scope-revoked")
    kept, *others = planted_in(central, scope, 4)
    desk = make_desk(scopes=(scope,))
    desk.round()
    decision = desk.record(kept)
    give(central, desk)
    with pytest.raises(CentralError, match="scope-revoked"):
        desk.round()
    assert [desk.stored(about) for about in others] == [None] * 3
    give(central, desk, scope)
    desk.deciding.withdraw(decision.op_id)
    expect_log(f"feed of scope {scope} starts over: the office has come back")

    desk.round()

    assert [desk.stored(about) for about in (kept, *others)] == [kept, *others]


def test_an_office_may_be_taken_away_and_given_back_twice_within_the_hour(
    central: Central, make_desk: MakeDesk, scope: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("code=scope-revoked")
    expect_log(f"feed of scope {scope} starts over: the office has come back")
    kept, *_ = planted_in(central, scope, 4)
    desk = make_desk(scopes=(scope,))
    desk.round()
    desk.record(kept)
    for _ in range(2):
        give(central, desk)
        with pytest.raises(CentralError, match="scope-revoked"):
            desk.round()
        give(central, desk, scope)

        desk.round()

        assert desk.count() == 4


@pytest.mark.parametrize("known", [True, False])
def test_an_office_that_stays_away_is_left_alone_while_a_decision_of_it_is_open(
    central: Central,
    make_desk: MakeDesk,
    scope: str,
    expect_log: Callable[[str], None],
    known: bool,  # noqa: FBT001 - a parameter
) -> None:
    expect_log("code=scope-revoked")
    kept, *_ = planted_in(central, scope, 3)
    desk = make_desk(scopes=(scope,))
    desk.round()
    decision = taken_away(central, desk, kept)
    if not known:
        desk.close()
        desk.officer = replace(desk.officer, scopes=())
        desk.open()
        desk.engine.pull(never)
    before = written(desk)

    for _ in range(2):
        if known:
            with pytest.raises(CentralError, match="scope-revoked"):
                desk.engine.pull(never)
        else:
            desk.engine.pull(never)

    assert written(desk) == before
    assert desk.stored(kept) == kept
    desk.deciding.withdraw(decision.op_id)
    if known:
        with pytest.raises(CentralError, match="scope-revoked"):
            desk.engine.pull(never)
    else:
        desk.engine.pull(never)
    assert desk.stored(kept) is None
    assert desk.cursor(scope) is None


COME_BACK = "starts over: the office has come back"


def test_an_office_given_back_that_does_not_add_up_is_read_a_second_time_in_the_same_round(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    for line in ("code=scope-revoked", COME_BACK, "starts over: the sums differ"):
        expect_log(line)
    desk, known = given_back_at_odds(central, make_desk, proxy, scope, times=2)

    desk.round()

    assert [desk.stored(about) for about in known] == known
    assert desk.count() == 4


def test_an_office_given_back_that_never_adds_up_is_shown_as_it_came_and_the_officer_is_told(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    for line in ("code=scope-revoked", COME_BACK, "starts over: the sums differ"):
        expect_log(line)
    desk, known = given_back_at_odds(central, make_desk, proxy, scope, times=1000)

    asked = []
    for _ in range(3):
        before = proxy.count(PAGES)
        with pytest.raises(CentralError, match="digest-differs"):
            desk.round()
        asked.append(proxy.count(PAGES) - before)
        assert [desk.stored(about) for about in known] == [*known[:-1], None]

    assert asked[1:] == [2, 2]


def test_an_office_given_back_is_not_kept_waiting_when_its_place_is_lost_on_the_way(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("code=scope-revoked")
    kept, *others = planted_in(central, scope, 4)
    desk = make_desk(scopes=(scope,), page=2)
    desk.round()
    taken_away(central, desk, kept)
    give(central, desk, scope)
    proxy.spoil(r"GET .*cursor=", reply(410, {"type": "urn:hgd:problem:cursor-expired", "status": 410}), times=2)
    expect_log(COME_BACK)
    expect_log("starts over: epoch-changed")
    with pytest.raises(CentralError, match="protocol"):
        desk.round()

    desk.round()

    assert [desk.stored(about) for about in (kept, *others)] == [kept, *others]


def test_what_was_read_of_an_office_before_it_was_taken_away_again_leaves_the_desk(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("code=scope-revoked")
    kept, *_ = planted_in(central, scope, 4)
    desk = make_desk(scopes=(scope,), page=2)
    desk.round()
    taken_away(central, desk, kept)
    give(central, desk, scope)
    expect_log(COME_BACK)
    asked = proxy.count(PAGES)
    desk.engine.pull(lambda: proxy.count(PAGES) > asked + 2)
    with desk.store.read() as tx:
        assert tx.staged.left_over(scope)
    give(central, desk)

    with pytest.raises(CentralError, match="scope-revoked"):
        desk.engine.pull(never)

    with desk.store.read() as tx:
        assert not tx.staged.left_over(scope)
    assert desk.stored(kept) == kept
