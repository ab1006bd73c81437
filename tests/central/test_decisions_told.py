"""A decision central has recorded is told to who decided it, whatever he may do by now, and to nobody else."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from central_server import schema
from officer_console.central import wire
from tests import builders
from tests.central.process import Central, Desk, path_of, problem


@pytest.mark.parametrize("end", ["", "?long=way"])
def test_an_officer_whose_office_was_taken_away_is_told_what_he_had_decided_and_nothing_else(
    central: Central, end: str
) -> None:
    scope = f"G{central.fresh():04d}"
    desk, colleague = (central.desk(scopes=(scope,)) for _ in range(2))
    mine, his, new = (builders.dossier(central.fresh(), scope_id=scope) for _ in range(3))
    for about in (mine, his, new):
        central.plant(about)
        central.register_person(about)
    decision, other = builders.decision(mine), builders.decision(his)
    first = desk.decide(decision)
    assert (first.status_code, colleague.decide(other).status_code) == (201, 201)
    with central.database.write() as connection:
        officer = schema.officer.c.id == desk.grant.officer.id
        connection.execute(update(schema.officer).where(officer).values(scopes=["00101"]))

    def sent(one: Any, key: str | None = None) -> Any:
        tag = wire.etag(central.epoch, one.base_version)
        about = f"/v1/scopes/{scope}/dossiers/{one.dossier_id}/decisions{end}"
        return desk.call("POST", about, one, If_Match=tag, Idempotency_Key=key or one.op_id)

    again = sent(decision)

    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert again.content == first.content
    refused = (
        sent(replace(decision, note="khác")),
        sent(decision, key=str(uuid.uuid4())),
        sent(other),
        sent(builders.decision(new)),
        sent(builders.decision(mine)),
        sent(replace(decision, base_version=0)),
        desk.call("POST", f"{path_of(new)}/decisions{end}", decision, If_Match="x", Idempotency_Key=decision.op_id),
        desk.get(path_of(mine)),
    )
    assert {problem(answer).name for answer in refused} == {"scope-revoked"}
    assert [central.decisions(about) for about in (mine, his, new)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("had", "name"), [(("00101",), "scope-revoked"), (None, "forbidden")], ids=["scope-revoked", "forbidden"]
)
def test_a_decision_put_aside_when_the_office_was_taken_is_not_applied_by_a_late_copy_when_it_is_given_back(
    central: Central, desk: Desk, had: tuple[str, ...] | None, name: str
) -> None:
    about, other = (builders.dossier(central.fresh()) for _ in range(2))
    central.plant(about, other)
    decision, changed = builders.decision(about), builders.decision(other)

    def becomes(**values: Any) -> None:
        with central.database.write() as connection:
            mine = schema.officer.c.id == desk.grant.officer.id
            connection.execute(update(schema.officer).where(mine).values(**values))

    becomes(**({"role": "administrator"} if had is None else {"scopes": list(had)}))
    put_aside = problem(desk.decide(decision))
    desk.decide(changed)
    becomes(role="officer", scopes=[about.scope_id])
    late = problem(desk.decide(decision))

    assert (put_aside.name, late.name) == (name, name)
    assert central.decisions(about) == 0
    assert problem(desk.decide(replace(changed, note="khác"))).name == "idempotency-mismatch"
    assert desk.decide(builders.decision(about)).status_code == 201, "decided anew it is applied"


def test_who_has_no_business_in_an_office_can_stop_nobodys_decision_there(central: Central, desk: Desk) -> None:
    about = builders.dossier(central.fresh())
    central.plant(about)
    decision = builders.decision(about)
    stranger = central.desk(scopes=("00101",))
    assert {problem(stranger.decide(one)).name for one in (decision, replace(decision, note="khác"))} == {
        "scope-revoked"
    }
    assert desk.decide(decision).status_code == 201
