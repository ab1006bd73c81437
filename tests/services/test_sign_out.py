"""Signing out ends the session, with network or without, and whatever comes between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from central_server import schema
from officer_console.central.errors import CentralError
from officer_console.domain.officer import Officer
from officer_console.services.sign_in import Reconnect, Session, SignOut
from officer_console.store.session import SavedSession
from tests.central.process import Central
from tests.faults.proxy import LOSE_ANSWER, Proxy, reply
from tests.services.door import Door, sessions_of

pytestmark = pytest.mark.xdist_group(__name__)

RENEWALS = "POST /v1/sessions/refresh"
SIGN_OUTS = "DELETE /v1/sessions"


def sign_out(door: Door, session: Session) -> None:
    """Sign out as the program does: mark the store, close it, tell central."""
    leaving = SignOut(door.client, session.store)
    leaving.mark()
    session.store.close()
    leaving.tell()


def saved(session: Session) -> SavedSession:
    with session.store.read() as tx:
        found = tx.session.get()
    assert found is not None
    return found


def access_runs_out(central: Central, officer: Officer) -> None:
    with central.database.write() as connection:
        mine = schema.session.c.officer_id == officer.id
        long_ago = datetime.now(UTC) - timedelta(minutes=1)
        connection.execute(update(schema.session).where(mine).values(access_until=long_ago))


def test_signing_out_ends_the_session_at_central(door: Door, central: Central, officer: Officer) -> None:
    session = door(officer.username)
    assert sessions_of(central, officer) == 1

    sign_out(door, session)

    assert sessions_of(central, officer) == 0
    assert not door.client.signed_in


def test_who_signs_out_after_the_machine_slept_is_signed_out(
    door: Door, central: Central, proxy: Proxy, officer: Officer
) -> None:
    session = door(officer.username)
    access_runs_out(central, officer)

    sign_out(door, session)

    assert sessions_of(central, officer) == 0
    assert proxy.count(RENEWALS) == 0


def test_a_session_ended_without_network_is_never_resumed_and_ends_when_central_is_reached(
    door: Door, central: Central, proxy: Proxy, officer: Officer, caplog: pytest.LogCaptureFixture
) -> None:
    first = door(officer.username)
    token = saved(first).refresh_token
    proxy.down = True
    sign_out(door, first)
    assert sessions_of(central, officer) == 1

    again = door(officer.username)
    assert (again.officer, again.online) == (officer, False)
    reconnect = Reconnect(door.client, again.store)
    with pytest.raises(CentralError) as caught:
        reconnect()
    assert caught.value.code == "unreachable"
    assert saved(again).ended
    proxy.clear()

    assert reconnect() is False
    assert sessions_of(central, officer) == 0
    assert saved(again).refresh_token == ""
    assert not door.client.signed_in
    assert proxy.count(RENEWALS) == 0
    asked = len(proxy.requests)
    assert reconnect() is False
    assert len(proxy.requests) == asked
    assert token not in caplog.text

    proxy.down = True
    assert door(officer.username).officer == officer


def test_after_signing_out_without_network_the_next_sign_in_ends_the_session(
    door: Door, central: Central, proxy: Proxy, officer: Officer
) -> None:
    first = door(officer.username)
    old = saved(first).refresh_token
    proxy.down = True
    sign_out(door, first)
    proxy.clear()

    second = door(officer.username)

    assert sessions_of(central, officer) == 1
    assert not saved(second).ended
    assert saved(second).refresh_token not in ("", old)
    assert Reconnect(door.client, second.store)()
    assert door.client.changes(officer.scopes[0], None).items == ()


def test_who_signed_in_without_network_ends_the_session_of_before_by_signing_out(
    door: Door, central: Central, proxy: Proxy, officer: Officer
) -> None:
    door(officer.username).store.close()
    proxy.down = True
    session = door(officer.username)
    assert not door.client.signed_in
    proxy.clear()

    sign_out(door, session)

    assert sessions_of(central, officer) == 0


def test_a_token_that_comes_while_somebody_signs_out_does_not_take_it_back(
    door: Door, central: Central, officer: Officer
) -> None:
    session = door(officer.username)
    before = saved(session).refresh_token
    access_runs_out(central, officer)
    leaving = SignOut(door.client, session.store)

    leaving.mark()
    assert door.client.changes(officer.scopes[0], None).items == ()

    assert saved(session).ended
    assert saved(session).refresh_token != before
    leaving.tell()
    assert sessions_of(central, officer) == 0


def test_a_lost_answer_to_the_sign_out_is_made_up_for(
    door: Door, central: Central, proxy: Proxy, officer: Officer
) -> None:
    first = door(officer.username)
    proxy.spoil(SIGN_OUTS, LOSE_ANSWER, times=2)
    sign_out(door, first)
    assert sessions_of(central, officer) == 0
    proxy.down = True
    again = door(officer.username)
    proxy.clear()

    assert Reconnect(door.client, again.store)() is False
    assert saved(again).refresh_token == ""


def test_a_refusal_that_says_nothing_about_the_token_keeps_it_for_the_next_time(
    door: Door, central: Central, proxy: Proxy, officer: Officer
) -> None:
    first = door(officer.username)
    proxy.down = True
    sign_out(door, first)
    again = door(officer.username)
    proxy.clear()
    proxy.spoil(SIGN_OUTS, reply(404, {"type": "urn:hgd:problem:not-found"}))
    reconnect = Reconnect(door.client, again.store)

    assert reconnect() is False
    assert saved(again).refresh_token
    assert reconnect() is False
    assert sessions_of(central, officer) == 0
    assert saved(again).refresh_token == ""


def test_a_second_start_of_the_program_keeps_its_session_when_the_first_has_lost_its_own(
    door: Door, central: Central, officer: Officer
) -> None:
    first = door(officer.username)
    first_client = door.client
    door(officer.username)

    with pytest.raises(CentralError) as caught:
        first_client.changes(officer.scopes[0], None)
    assert caught.value.code == "sign-in-needed"
    assert Reconnect(first_client, first.store)() is False

    access_runs_out(central, officer)
    assert door.client.changes(officer.scopes[0], None).items == ()
    assert sessions_of(central, officer) == 1
