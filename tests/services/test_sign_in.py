"""Signing in with and without network, and with a changed password."""

from __future__ import annotations

import shutil

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from central_server import schema
from officer_console.central.errors import CentralError
from officer_console.domain.officer import Officer, Role
from officer_console.store.errors import StoreError
from tests.central.process import PASSWORD, Central
from tests.faults.proxy import LOSE_ANSWER, Fault, Proxy, reply
from tests.faults.workplace import Clock
from tests.services.door import NEW_PASSWORD, Door, sessions_of, waiting_decision

pytestmark = pytest.mark.xdist_group(__name__)


def test_an_officer_signs_in_for_the_first_time(door: Door, officer: Officer) -> None:
    session = door(officer.username)

    assert (session.officer, session.online) == (officer, True)
    assert {office.code for office in session.reference.offices} >= {"07906", "00101", "04802"}
    assert session.reference.reasons
    assert session.reference.labels["status"]["pending"] == "Chờ duyệt"
    with session.store.read() as tx:
        saved = tx.session.get()
    assert saved is not None
    assert saved.officer == officer
    assert saved.refresh_token


@pytest.mark.parametrize("typed", ["  {} ", "{}\n"])
def test_blanks_around_the_name_do_not_matter(door: Door, officer: Officer, typed: str) -> None:
    assert door(typed.format(officer.username.upper())).officer == officer


@pytest.mark.parametrize(
    ("name", "password", "code"), [("", "x", "username-missing"), (" \t", "x", "username-missing")]
)
def test_nothing_typed_is_not_even_sent(door: Door, proxy: Proxy, name: str, password: str, code: str) -> None:
    assert door.refused(name, password) == code
    assert door.refused("ha", "") == "password-missing"
    assert proxy.requests == []


def test_a_wrong_password_makes_no_store(door: Door, officer: Officer) -> None:
    assert door.refused(officer.username, "sai") == "invalid-credentials"
    assert not door.profiles.exists()


def test_the_fifth_wrong_password_locks_the_officer_out_and_says_until_when(door: Door, officer: Officer) -> None:
    codes = [door.refused(officer.username, "sai") for _ in range(5)]

    assert codes == ["invalid-credentials"] * 4 + ["locked-out"]
    with pytest.raises(CentralError) as caught:
        door(officer.username)
    assert caught.value.code == "locked-out"
    assert caught.value.problem is not None
    assert caught.value.problem.until is not None


def test_the_first_sign_in_needs_the_network(door: Door, proxy: Proxy, officer: Officer) -> None:
    proxy.down = True

    assert door.refused(officer.username) == "offline-first-sign-in"
    assert not door.profiles.exists()


@pytest.mark.parametrize("bad", [None, reply(200, b"{"), reply(503, b"busy", "text/plain"), LOSE_ANSWER])
def test_without_central_the_sealed_store_opens_with_the_same_password(
    door: Door, proxy: Proxy, officer: Officer, bad: Fault | None
) -> None:
    door(officer.username)
    if bad is None:
        proxy.down = True
    else:
        proxy.spoil("POST /v1/sessions ", bad)

    session = door(officer.username)

    assert (session.officer, session.online) == (officer, False)
    assert session.reference.reasons
    assert not door.client.signed_in


def test_without_central_a_wrong_password_opens_nothing(door: Door, proxy: Proxy, officer: Officer) -> None:
    door(officer.username)
    before = door.files()
    proxy.down = True

    assert door.refused(officer.username, "sai") == "wrong-password"
    assert door.refused(officer.username, PASSWORD + " ") == "wrong-password"
    assert door.files() == before


def test_what_central_refuses_the_sealed_store_does_not_allow(door: Door, officer: Officer) -> None:
    door(officer.username)
    with door.central.database.write() as connection:
        mine = schema.officer.c.id == officer.id
        connection.execute(update(schema.officer).where(mine).values(active=False))

    assert door.refused(officer.username) == "invalid-credentials"


def test_after_a_changed_password_the_old_one_brings_the_store_with_the_waiting_decision(
    door: Door, officer: Officer, scope: str
) -> None:
    op_id = waiting_decision(door, officer, scope)
    door.change_password(officer)

    assert door.refused(officer.username, NEW_PASSWORD) == "password-changed"
    assert door.refused(officer.username, NEW_PASSWORD, "sai") == "wrong-password"
    assert door.refused(officer.username, NEW_PASSWORD) == "password-changed"
    session = door(officer.username, NEW_PASSWORD, PASSWORD)
    with session.store.read() as tx:
        assert [item.op_id for item in tx.outbox.due(Clock()())] == [op_id]
    session.store.close()

    again = door(officer.username, NEW_PASSWORD)
    with again.store.read() as tx:
        assert tx.outbox.get(op_id) is not None
    door.proxy.down = True
    assert door.refused(officer.username, PASSWORD) == "wrong-password"


def test_an_administrator_has_no_desk(door: Door, central: Central) -> None:
    admin = central.officer(role=Role.ADMINISTRATOR, scopes=())

    assert door.refused(admin.username) == "role-without-desk"
    assert not door.profiles.exists()


@pytest.mark.parametrize("down", [False, True])
def test_a_store_whose_key_is_lost_is_refused_and_left_alone(
    door: Door,
    proxy: Proxy,
    officer: Officer,
    scope: str,
    down: bool,  # noqa: FBT001 - a parameter
) -> None:
    op_id = waiting_decision(door, officer, scope)
    (slot,) = door.profiles.rglob("key.json")
    kept = slot.read_bytes()
    slot.unlink()
    before = door.files()
    proxy.down = down

    assert door.refused(officer.username) == "slot-missing"

    assert door.files() == before
    slot.write_bytes(kept)
    session = door(officer.username)
    with session.store.read() as tx:
        assert tx.outbox.get(op_id) is not None


def test_a_sign_in_that_fails_on_the_desk_leaves_no_session_at_central(
    door: Door, central: Central, officer: Officer
) -> None:
    admin = central.officer(role=Role.ADMINISTRATOR, scopes=())
    assert door.refused(admin.username) == "role-without-desk"
    assert sessions_of(central, admin) == 0

    door(officer.username).store.close()
    assert sessions_of(central, officer) == 1
    door.change_password(officer)
    assert door.refused(officer.username, NEW_PASSWORD) == "password-changed"
    assert sessions_of(central, officer) == 0
    (file,) = door.profiles.rglob("store.db")
    file.write_bytes(b"SQLite format 3\x00" + bytes(8192))
    with pytest.raises(StoreError):
        door(officer.username, NEW_PASSWORD, PASSWORD)
    assert sessions_of(central, officer) == 0
    assert not door.client.signed_in


def test_a_failed_sign_in_is_told_although_central_cannot_be_told(door: Door, central: Central, proxy: Proxy) -> None:
    admin = central.officer(role=Role.ADMINISTRATOR, scopes=())
    proxy.spoil("DELETE /v1/sessions", LOSE_ANSWER)

    assert door.refused(admin.username) == "role-without-desk"


def test_two_officers_on_one_machine_have_nothing_of_each_other(
    door: Door, central: Central, officer: Officer, scope: str
) -> None:
    op_id = waiting_decision(door, officer, scope)
    other = central.officer(scopes=(scope,))

    session = door(other.username)

    with session.store.read() as tx:
        assert tx.outbox.get(op_id) is None
        assert tx.dossiers.sum(scope).count == 0


def test_another_officers_slot_and_store_do_not_open_for_me(door: Door, central: Central, officer: Officer) -> None:
    door(officer.username)
    (mine,) = door.profiles.iterdir()
    other = central.officer(scopes=officer.scopes)
    with central.database.write() as connection:
        who = schema.officer.c.id == other.id
        hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("Khác-hẳn-3")
        connection.execute(update(schema.officer).where(who).values(password_hash=hashed))
    door(other.username, "Khác-hẳn-3")
    (theirs,) = set(door.profiles.iterdir()) - {mine}
    shutil.copy(mine / "key.json", theirs / "key.json")

    assert door.refused(other.username, "Khác-hẳn-3") == "password-changed"
    door.proxy.down = True
    assert door.refused(other.username, "Khác-hẳn-3") == "wrong-password"


def test_a_damaged_slot_is_named_and_nothing_is_made_anew(door: Door, officer: Officer) -> None:
    door(officer.username)
    (folder,) = door.profiles.iterdir()
    (folder / "key.json").write_bytes(b"{}")
    before = (folder / "store.db").read_bytes()

    assert door.refused(officer.username) == "slot-damaged"
    assert (folder / "key.json").read_bytes() == b"{}"
    assert (folder / "store.db").read_bytes() == before


def test_a_malformed_reference_list_at_the_first_sign_in_does_not_keep_the_officer_out(
    door: Door, proxy: Proxy, officer: Officer
) -> None:
    proxy.spoil("GET .*/reference/", reply(200, b'{"processing_days": "ten"}'))

    session = door(officer.username)

    assert session.online
    assert session.officer == officer


def test_a_malformed_grant_counts_as_no_network(door: Door, proxy: Proxy, officer: Officer) -> None:
    proxy.spoil("POST /v1/sessions ", reply(201, b'{"access_token": 5}'))

    assert door.refused(officer.username) == "offline-first-sign-in"
