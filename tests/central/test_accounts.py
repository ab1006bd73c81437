"""The citizens' accounts over HTTP: one per code and per phone, changed and closed only while active."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests
from sqlalchemy import delete, select, update

from central_server import schema
from officer_console.central import wire
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, DossierKind, Status
from tests import builders
from tests.central.process import Central, Desk, problem


def planted(central: Central, **overrides: Any) -> Dossier:
    about = builders.dossier(central.fresh(), **overrides)
    central.plant(about)
    return about


def receipt_of(answer: requests.Response) -> wire.Receipt:
    assert answer.status_code in (200, 201), answer.text
    return wire.decode(answer.content, wire.Receipt)


def test_a_phone_serves_one_active_account(central: Central, desk: Desk) -> None:
    first = planted(central)
    central.register_person(first)
    receipt_of(desk.decide(builders.decision(first)))
    second = planted(central, declaration=builders.declaration(central.fresh(), phone=first.declaration.phone))
    central.register_person(second)
    refused = problem(desk.decide(builders.decision(second)))
    assert (refused.name, refused.code, refused.pointer) == ("validation", "phone-taken", "/phone")
    stop = builders.dossier(central.fresh(), kind=DossierKind.STOP, declaration=first.declaration)
    central.plant(stop)
    assert receipt_of(desk.decide(builders.decision(stop))).dossier.status is Status.APPROVED
    assert receipt_of(desk.decide(builders.decision(second))).dossier.status is Status.APPROVED


def account_of(central: Central, about: Dossier) -> tuple[str, str] | None:
    return account_under(central, about.declaration.social_code)


def account_under(central: Central, social_code: str) -> tuple[str, str] | None:
    query = select(schema.account).where(schema.account.c.social_code == social_code)
    with central.database.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else (row.state, row.phone)


def test_an_account_is_issued_changed_and_closed(central: Central, desk: Desk) -> None:
    declared = builders.declaration(central.fresh())
    moved = replace(declared, phone=f"08{central.fresh():08d}", social_code=declared.paper_number or "")
    for kind, declaration, expected, letter in (
        (DossierKind.REGISTER, declared, ("active", declared.phone), "account_issued"),
        (DossierKind.CHANGE, moved, ("active", moved.phone), "information_updated"),
        (DossierKind.STOP, moved, ("closed", moved.phone), "account_closed"),
    ):
        previous = declared if kind is DossierKind.CHANGE else None
        about = planted(central, kind=kind, declaration=declaration, previous=previous)
        if kind is not DossierKind.STOP:
            central.register_person(about)
        receipt_of(desk.decide(builders.decision(about)))
        assert account_of(central, about) == expected
        # the phone of before learns of the change, too
        former = [(letter, "sms-2")] if kind is DossierKind.CHANGE else []
        assert central.letters(about) == [(letter, "email"), (letter, "sms"), *former]
    # the person has one account still: it went from the ten digits to the twelve
    assert account_under(central, declared.social_code) is None


@pytest.mark.parametrize("kind", [DossierKind.CHANGE, DossierKind.STOP])
@pytest.mark.parametrize("state", [None, "closed"])
def test_an_account_that_is_not_active_is_neither_changed_nor_reopened(
    central: Central, desk: Desk, kind: DossierKind, state: str | None
) -> None:
    about = planted(central, kind=kind)
    central.register_person(about)
    mine = schema.account.c.social_code == about.declaration.social_code
    with central.database.write() as connection:
        change = delete(schema.account) if state is None else update(schema.account).values(state=state)
        connection.execute(change.where(mine))
    before = account_of(central, about)
    refused = problem(desk.decide(builders.decision(about)))
    assert (refused.name, refused.code, refused.pointer) == ("validation", "account-missing", "/social_code")
    assert (central.decisions(about), account_of(central, about)) == (0, before)
    assert receipt_of(desk.decide(builders.decision(about, verdict=Verdict.INVALID))).dossier.status is Status.REJECTED


def test_nobody_registers_over_an_account_that_is_active(central: Central, desk: Desk) -> None:
    first = planted(central)
    central.register_person(first)
    receipt_of(desk.decide(builders.decision(first)))
    again = planted(central, declaration=replace(first.declaration, phone=f"08{central.fresh():08d}"))
    refused = problem(desk.decide(builders.decision(again)))
    assert (refused.name, refused.code, refused.pointer) == ("validation", "account-exists", "/social_code")
    assert account_of(central, first) == ("active", first.declaration.phone)


def test_nobody_moves_his_account_to_a_code_that_has_one(central: Central, desk: Desk) -> None:
    other = planted(central)
    central.register_person(other)
    receipt_of(desk.decide(builders.decision(other)))
    declared = builders.declaration(central.fresh(), social_code=other.declaration.social_code)
    about = planted(central, kind=DossierKind.CHANGE, declaration=declared)
    assert problem(desk.decide(builders.decision(about))).code == "account-exists"


def test_after_a_stop_the_citizen_may_register_again(central: Central, desk: Desk) -> None:
    declared = builders.declaration(central.fresh())
    for n, kind in enumerate((DossierKind.REGISTER, DossierKind.STOP, DossierKind.REGISTER)):
        about = planted(central, kind=kind, declaration=declared)
        if n == 0:
            central.register_person(about)
        receipt_of(desk.decide(builders.decision(about)))
    assert account_of(central, about) == ("active", declared.phone)
