"""Sign-in, tokens, lock-out, roles."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import requests
from sqlalchemy import select, update

from central_server import schema
from central_server.blobs import BLOB_LIMIT
from central_server.uploads import UNFINISHED_LIMIT
from officer_console.central import wire
from officer_console.domain.officer import Officer, Role
from tests import builders
from tests.central.process import PASSWORD, Central, Desk, path_of, problem


def sign_in(
    central: Central, username: str, password: str = PASSWORD, *, device_id: str = "desk-1"
) -> requests.Response:
    body = wire.encode(wire.Credentials(username=username, password=password, device_id=device_id))
    return requests.post(f"{central.url}/v1/sessions", data=body, timeout=60)


def refresh(central: Central, token: str) -> requests.Response:
    body = wire.encode(wire.RefreshRequest(refresh_token=token))
    return requests.post(f"{central.url}/v1/sessions/refresh", data=body, timeout=60)


def test_an_officer_signs_in_and_central_knows_who_asks(central: Central) -> None:
    person = central.officer()
    desk = Desk(central, person.username)
    assert desk.grant.officer == person
    assert wire.decode(desk.get("/v1/me").content, Officer) == person


def test_the_name_may_be_typed_in_capitals(central: Central) -> None:
    assert sign_in(central, central.officer().username.upper()).status_code == 201


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(central: Central) -> None:
    wrong = problem(sign_in(central, central.officer().username, "sai"))
    unknown = problem(sign_in(central, f"nobody.{central.fresh()}", "sai"))
    assert (wrong.name, wrong.status) == (unknown.name, unknown.status) == ("invalid-credentials", 401)


@pytest.mark.parametrize("known", [True, False])
def test_the_fifth_wrong_password_locks_the_name(central: Central, known: bool) -> None:  # noqa: FBT001 - parametrised
    username = central.officer().username if known else f"nobody.{central.fresh()}"
    answers = [problem(sign_in(central, username, "sai")) for _ in range(5)]
    assert [answer.name for answer in answers] == ["invalid-credentials"] * 4 + ["locked-out"]
    locked = problem(sign_in(central, username))
    assert locked.name == "locked-out"
    assert locked.until == answers[-1].until is not None


def test_the_right_password_forgets_the_wrong_ones(central: Central) -> None:
    username = central.officer().username
    for _ in range(2):
        for _ in range(4):
            assert sign_in(central, username, "sai").status_code == 401
        assert sign_in(central, username).status_code == 201


def test_an_officer_who_left_can_neither_sign_in_nor_go_on(central: Central) -> None:
    person = central.officer()
    desk = Desk(central, person.username)
    with central.database.write() as connection:
        connection.execute(update(schema.officer).where(schema.officer.c.id == person.id).values(active=False))
    assert problem(sign_in(central, person.username)).name == "invalid-credentials"
    assert problem(desk.get("/v1/me")).name == "token-expired"
    assert problem(refresh(central, desk.grant.refresh_token)).name == "token-expired"


def me(central: Central, access_token: str) -> requests.Response:
    return requests.get(f"{central.url}/v1/me", headers={"Authorization": f"Bearer {access_token}"}, timeout=60)


def test_a_refresh_token_is_good_once_and_its_second_use_ends_the_sign_in(central: Central) -> None:
    desk = central.desk()
    other = Desk(central, desk.grant.officer.username)
    first = desk.grant.refresh_token
    second = wire.decode(refresh(central, first).content, wire.Grant)
    assert second.refresh_token != first
    assert me(central, second.access_token).status_code == 200
    assert problem(refresh(central, first)).name == "token-expired"
    assert problem(refresh(central, second.refresh_token)).name == "token-expired"
    desk.http.headers["Authorization"] = f"Bearer {second.access_token}"
    assert problem(desk.get("/v1/me")).name == "token-expired"
    assert other.get("/v1/me").status_code == 200


def test_a_desk_whose_answer_was_lost_may_ask_once_more(central: Central) -> None:
    desk = central.desk()
    first = desk.grant.refresh_token
    lost = wire.decode(refresh(central, first).content, wire.Grant)
    again = wire.decode(refresh(central, first).content, wire.Grant)
    assert me(central, again.access_token).status_code == 200
    assert problem(me(central, lost.access_token)).name == "token-expired"
    assert refresh(central, again.refresh_token).status_code == 200


def test_an_answer_is_lost_once_at_most(central: Central) -> None:
    first = central.desk().grant.refresh_token
    assert [refresh(central, first).status_code for _ in range(3)] == [200, 200, 401]


def test_tokens_that_were_replaced_as_lost_and_turn_up_end_the_sign_in(central: Central) -> None:
    first = central.desk().grant.refresh_token
    lost = wire.decode(refresh(central, first).content, wire.Grant)
    again = wire.decode(refresh(central, first).content, wire.Grant)
    assert problem(refresh(central, lost.refresh_token)).name == "token-expired"
    assert problem(me(central, again.access_token)).name == "token-expired"


def test_after_a_minute_no_answer_counts_as_lost(central: Central) -> None:
    desk = central.desk()
    first = desk.grant.refresh_token
    second = wire.decode(refresh(central, first).content, wire.Grant)
    with central.database.write() as connection:
        mine = schema.session.c.refresh_sha256 == hashlib.sha256(first.encode()).hexdigest()
        long_ago = datetime.now(UTC) - timedelta(seconds=61)
        connection.execute(update(schema.session).where(mine).values(used_at=long_ago))
    assert problem(refresh(central, first)).name == "token-expired"
    assert problem(me(central, second.access_token)).name == "token-expired"


def sign_out(central: Central, token: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.delete(f"{central.url}/v1/sessions", headers=headers, timeout=60)


def over(central: Central, *grants: wire.Grant) -> bool:
    """Whether no token of the grants is good for anything any more."""
    answers = [me(central, grant.access_token) for grant in grants]
    answers += [refresh(central, grant.refresh_token) for grant in grants]
    return {problem(answer).name for answer in answers} == {"token-expired"}


def granted(answer: requests.Response) -> wire.Grant:
    return wire.decode(answer.content, wire.Grant)


@pytest.mark.parametrize("token", ["access_token", "refresh_token"])
def test_signing_out_with_either_token_ends_every_token_of_the_sign_in(central: Central, token: str) -> None:
    first = central.desk().grant
    second = granted(refresh(central, first.refresh_token))
    assert sign_out(central, getattr(second, token)).status_code == 204
    assert over(central, second, first)


@pytest.mark.parametrize("token", ["access_token", "refresh_token"])
def test_a_token_that_was_exchanged_or_has_run_out_still_signs_out(central: Central, token: str) -> None:
    first = central.desk().grant
    with central.database.write() as connection:
        mine = schema.session.c.access_sha256 == hashlib.sha256(first.access_token.encode()).hexdigest()
        long_ago = datetime.now(UTC) - timedelta(minutes=1)
        connection.execute(update(schema.session).where(mine).values(access_until=long_ago))
    assert problem(me(central, first.access_token)).name == "token-expired"
    second = granted(refresh(central, first.refresh_token))
    assert sign_out(central, getattr(first, token)).status_code == 204
    assert over(central, second, first)


def test_signing_out_twice_is_signing_out(central: Central) -> None:
    grant = central.desk().grant
    assert [sign_out(central, grant.refresh_token).status_code for _ in range(2)] == [204, 204]


def test_an_unknown_token_ends_nothing(central: Central) -> None:
    desk = central.desk()
    assert problem(sign_out(central, "x" * 43)).name == "token-expired"
    assert desk.get("/v1/me").status_code == 200


def test_a_sign_in_ends_those_before_it_of_the_same_officer_on_the_same_device_and_no_others(central: Central) -> None:
    name, colleague = central.officer().username, central.officer().username
    before = granted(sign_in(central, name))
    before = granted(refresh(central, before.refresh_token))
    elsewhere = granted(sign_in(central, name, device_id="desk-2"))
    beside = granted(sign_in(central, colleague))
    assert sign_in(central, name, "sai").status_code == 401
    assert me(central, before.access_token).status_code == 200

    now = granted(sign_in(central, name))

    assert over(central, before)
    assert [me(central, grant.access_token).status_code for grant in (now, elsewhere, beside)] == [200] * 3
    assert [refresh(central, grant.refresh_token).status_code for grant in (now, elsewhere, beside)] == [200] * 3


def test_neither_tokens_nor_passwords_lie_in_the_database(central: Central) -> None:
    grant = central.desk().grant
    with central.database.read() as connection:
        rows = connection.execute(select(schema.session)).all()
    everything = repr(rows)
    assert hashlib.sha256(grant.access_token.encode()).hexdigest() in everything
    assert grant.access_token not in everything
    assert grant.refresh_token not in everything


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer " + "x" * 5000, "Bearer é"])
def test_without_a_token_nothing_is_told(central: Central, authorization: str) -> None:
    headers = {"Authorization": authorization.encode()}
    answer = requests.get(f"{central.url}/v1/scopes/07906/changes", headers=headers, timeout=60)
    assert problem(answer).name == "token-expired"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_administrator_sees_no_citizen(central: Central) -> None:
    about = builders.dossier(central.fresh())
    central.plant(about)
    admin = central.desk(role=Role.ADMINISTRATOR)
    for answer in (
        admin.get("/v1/scopes/07906/changes"),
        admin.get(path_of(about)),
        admin.take(about),
        admin.decide(builders.decision(about)),
        admin.get(f"/v1/scopes/07906/blobs/{'0' * 64}"),
        admin.call("POST", "/v1/household-checks", wire.HouseholdQuestion(scope_id="07906", dossier_id=about.id)),
    ):
        assert problem(answer).name == "forbidden"


def test_the_dossiers_of_another_office_are_out_of_reach(central: Central, desk: Desk) -> None:
    about = builders.dossier(central.fresh(), scope_id="00101")
    central.plant(about)
    for answer in (desk.get("/v1/scopes/00101/changes"), desk.get(path_of(about)), desk.take(about)):
        assert problem(answer).name == "scope-revoked"


def test_who_has_signed_in_is_told_with_a_tag_and_not_again_while_nothing_has_changed(desk: Desk) -> None:
    first = desk.get("/v1/me")
    tag = first.headers["ETag"]
    assert wire.decode(first.content, Officer) == desk.grant.officer

    again = desk.get("/v1/me", If_None_Match=tag)
    other = desk.get("/v1/me", If_None_Match='"another"')

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert (other.status_code, other.content) == (200, first.content)


def test_central_tells_what_it_takes_at_most(central: Central) -> None:
    answer = requests.get(f"{central.url}/v1/meta", timeout=60)

    told = wire.decode(answer.content, wire.Meta).limits

    assert told is not None
    assert (told.picture_bytes, told.page, told.unfinished_uploads) == (BLOB_LIMIT, wire.PAGE_LIMIT, UNFINISHED_LIMIT)
