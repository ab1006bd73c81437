"""Getting the session with central back by the token that was kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from central_server import schema
from officer_console.central.errors import CentralError
from officer_console.domain.officer import Officer
from officer_console.services.sign_in import Reconnect
from officer_console.store.session import SavedSession
from officer_console.store.store import Store
from tests import builders
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import LOSE_ANSWER, Proxy
from tests.faults.workplace import KEY, Clock, client
from tests.services.door import Door, waiting_decision

pytestmark = pytest.mark.xdist_group(__name__)


def test_the_kept_token_brings_the_session_back_when_the_network_is_back(
    door: Door, proxy: Proxy, officer: Officer
) -> None:
    door(officer.username)
    proxy.down = True
    session = door(officer.username)
    reconnect = Reconnect(door.client, session.store)
    with pytest.raises(CentralError) as caught:
        reconnect()
    assert caught.value.code == "unreachable"
    proxy.clear()

    assert reconnect()
    assert door.client.signed_in
    assert door.client.changes(officer.scopes[0], None).items == ()
    assert reconnect()


def test_the_token_that_came_with_the_session_is_the_one_kept(door: Door, proxy: Proxy, officer: Officer) -> None:
    first = door(officer.username)
    tokens = []
    for _ in range(2):
        with first.store.read() as tx:
            saved = tx.session.get()
        assert saved is not None
        tokens.append(saved.refresh_token)
        assert Reconnect(client(proxy.url), first.store)()

    assert len(set(tokens)) == 2


def test_a_token_that_is_no_longer_good_asks_for_signing_in(door: Door, proxy: Proxy, officer: Officer) -> None:
    door(officer.username)
    proxy.down = True
    session = door(officer.username)
    proxy.clear()
    with door.central.database.write() as connection:
        mine = schema.session.c.officer_id == officer.id
        connection.execute(update(schema.session).where(mine).values(revoked=True))

    assert Reconnect(door.client, session.store)() is False
    assert not door.client.signed_in


@pytest.mark.parametrize(("lost", "back"), [(1, True), (2, False)])
def test_a_lost_answer_to_the_token_is_asked_for_again_once_and_keeps_the_work(
    door: Door,
    proxy: Proxy,
    officer: Officer,
    scope: str,
    lost: int,
    back: bool,  # noqa: FBT001 - a parameter
) -> None:
    op_id = waiting_decision(door, officer, scope)
    proxy.down = True
    session = door(officer.username)
    proxy.clear()
    proxy.spoil("POST /v1/sessions/refresh", LOSE_ANSWER, times=lost)
    reconnect = Reconnect(door.client, session.store)

    for _ in range(lost):
        with pytest.raises(CentralError):
            reconnect()
    assert reconnect() is back

    with session.store.read() as tx:
        assert tx.outbox.get(op_id) is not None
    session.store.close()
    assert door(officer.username).online


def test_a_session_of_somebody_else_is_not_worked_with(make_desk: MakeDesk, proxy: Proxy) -> None:
    mine, other = make_desk(), make_desk()
    kept: list[str] = []
    other.client.keep_refresh_token(kept.append)
    with mine.store.write() as tx:
        tx.session.put(SavedSession(officer=mine.officer, refresh_token=kept[0]))
    fresh = client(proxy.url)
    reconnect = Reconnect(fresh, mine.store)

    assert reconnect() is False
    assert not fresh.signed_in
    assert reconnect() is False


def test_before_the_first_sign_in_there_is_nothing_to_come_back_to(tmp_path: Path, proxy: Proxy) -> None:
    store = Store.open(tmp_path / "empty" / "store.db", KEY, clock=Clock())

    assert Reconnect(client(proxy.url), store)() is False
    with store.write() as tx:
        tx.session.put(SavedSession(officer=replace(builders.officer(), id="x"), refresh_token=""))
    assert Reconnect(client(proxy.url), store)() is False
    assert proxy.requests == []
    store.close()
