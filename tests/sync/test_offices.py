"""Offices that are taken from an officer, and given back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from central_server import schema
from officer_console.central.errors import CentralError
from officer_console.domain.dossier import Dossier
from tests import builders
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Proxy
from tests.faults.workplace import Workplace

pytestmark = pytest.mark.xdist_group(__name__)


def planted(central: Central, scope: str, count: int) -> list[Dossier]:
    dossiers = [builders.dossier(central.fresh(), scope_id=scope) for _ in range(count)]
    central.plant(*dossiers)
    return dossiers


def give(central: Central, desk: Workplace, *scopes: str) -> None:
    """Let the desk's officer have these offices at central and no others."""
    mine = schema.officer.c.id == desk.officer.id
    with central.database.write() as connection:
        connection.execute(update(schema.officer).where(mine).values(scopes=list(scopes)))


@pytest.mark.parametrize("last", [True, False])
def test_only_the_office_that_was_taken_away_is_missing_from_a_round(
    central: Central,
    make_desk: MakeDesk,
    proxy: Proxy,
    scope: str,
    last: bool,  # noqa: FBT001 - a parameter
) -> None:
    planted(central, scope, 2)
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
    kept, *_ = planted(central, scope, 5)
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
    planted(central, scope, 3)
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
    kept, *others = planted(central, scope, 4)
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
    kept, *_ = planted(central, scope, 4)
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
