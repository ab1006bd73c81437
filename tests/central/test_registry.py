"""The registry's five answers (V14) for each kind of dossier, asked by a decision, by the job and by the officer."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from central_server import schema
from officer_console.central import wire
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.registry import RegistryVerdict
from tests import builders
from tests.central.process import Central, Desk, problem

NAME = "Đặng Thị Hoà"
# what is on record under the code, what central makes of it
ON_RECORD: dict[RegistryVerdict, tuple[tuple[str, ...], Status]] = {
    RegistryVerdict.MATCH: (("ĐẶNG THỊ HÒA",), Status.APPROVED),
    RegistryVerdict.MARKS_DIFFER: (("Dang Thi Hoa",), Status.AWAITING_REGISTRY),
    RegistryVerdict.NAME_DIFFERS: (("Nguyễn Văn An",), Status.AWAITING_REGISTRY),
    RegistryVerdict.CODE_ABSENT: ((), Status.AWAITING_REGISTRY),
    RegistryVerdict.AMBIGUOUS: ((NAME, "Lê Văn Bình"), Status.AWAITING_REGISTRY),
    RegistryVerdict.SILENT: ((NAME,), Status.CHECKING),
}
LETTER = {
    DossierKind.REGISTER: "account_issued",
    DossierKind.CHANGE: "information_updated",
    DossierKind.STOP: "account_closed",
}


def planted(central: Central, verdict: RegistryVerdict, kind: DossierKind = DossierKind.REGISTER) -> Dossier:
    about = builders.dossier(central.fresh(), kind=kind)
    central.plant(about)
    names, _ = ON_RECORD[verdict]
    if names:
        central.register_person(about, *names)
    if verdict is RegistryVerdict.SILENT:
        central.silence(about, -1)
    return about


def decided(desk: Desk, about: Dossier, **overrides: object) -> Dossier:
    answer = desk.decide(builders.decision(about, **overrides))
    assert answer.status_code == 201, answer.text
    return wire.decode(answer.content, wire.Receipt).dossier


@pytest.mark.parametrize("kind", DossierKind)
@pytest.mark.parametrize("verdict", ON_RECORD)
def test_each_answer_leads_where_the_rules_say(
    central: Central, desk: Desk, verdict: RegistryVerdict, kind: DossierKind
) -> None:
    about = planted(central, verdict, kind)
    after = decided(desk, about)
    names, status = ON_RECORD[verdict]
    assert after.status is status
    assert after.registry is not None
    assert after.registry.verdict is verdict
    assert after.registry.registry_name == (names[0] if len(names) == 1 and status is not Status.CHECKING else None)
    kinds = {letter for letter, _ in central.letters(about)}
    assert kinds == {
        Status.APPROVED: {LETTER[kind]},
        Status.AWAITING_REGISTRY: {"awaiting_registry"},
        Status.CHECKING: set(),
    }.get(status)


def test_marks_that_differ_count_as_a_match_when_the_officer_says_so(central: Central, desk: Desk) -> None:
    about = planted(central, RegistryVerdict.MARKS_DIFFER)
    after = decided(desk, about, marks_confirmed=True, note="Đã đối chiếu giấy khai sinh")
    assert after.status is Status.APPROVED
    assert after.registry is not None
    assert after.registry.verdict is RegistryVerdict.MARKS_DIFFER


def test_another_name_is_no_match_whatever_the_officer_confirms(central: Central, desk: Desk) -> None:
    about = planted(central, RegistryVerdict.NAME_DIFFERS)
    assert decided(desk, about, marks_confirmed=True, note="Đã xem").status is Status.AWAITING_REGISTRY


def test_a_dossier_that_waited_for_its_code_is_approved_later(central: Central, desk: Desk) -> None:
    about = planted(central, RegistryVerdict.CODE_ABSENT)
    waiting = decided(desk, about)
    central.register_person(about)
    assert decided(desk, waiting).status is Status.APPROVED
    assert central.letters(about) == sorted(
        [(kind, channel) for kind in ("account_issued", "awaiting_registry") for channel in ("email", "sms")]
    )


def test_when_the_registry_speaks_again_the_dossier_goes_on_by_itself(central: Central, desk: Desk) -> None:
    about = builders.dossier(central.fresh())
    central.plant(about)
    central.register_person(about)
    central.silence(about, 2)
    checking = decided(desk, about)
    assert checking.status is Status.CHECKING
    assert problem(desk.decide(builders.decision(checking))).name == "already-decided"
    assert wire.decode(desk.take(about).content, wire.Leased).dossier.status is Status.CHECKING
    after = central.becomes(about, Status.APPROVED)
    assert after.version == 3
    assert after.judgement == checking.judgement
    assert (after.lease, after.officer_name) == (None, checking.officer_name)
    assert [entry.what for entry in after.history[-2:]] == ["registry_match", "account_issued"]
    assert central.letters(about) == [("account_issued", "email"), ("account_issued", "sms")]


def test_a_dossier_on_which_the_registry_stays_silent_can_be_refused_but_not_approved(
    central: Central, desk: Desk
) -> None:
    about = planted(central, RegistryVerdict.SILENT)
    checking = decided(desk, about)
    assert wire.decode(desk.take(about).content, wire.Leased).dossier.status is Status.CHECKING
    assert problem(central.desk().take(about)).name == "leased"
    refused = problem(desk.decide(builders.decision(checking)))
    assert (refused.name, refused.status_now) == ("already-decided", "checking")
    assert desk.release(about).status_code == 204
    assert desk.dossier(about).status is Status.CHECKING
    after = decided(desk, checking, verdict=Verdict.INVALID)
    assert (after.status, after.version) == (Status.REJECTED, 3)
    assert central.letters(about) == [("refused", "email"), ("refused", "sms")]
    assert central.decisions(about) == 2


@pytest.mark.parametrize(
    ("confirmed", "status"),
    [
        ({}, Status.AWAITING_REGISTRY),
        ({"note": "Đã đối chiếu"}, Status.AWAITING_REGISTRY),
        ({"marks_confirmed": True, "note": "Đã đối chiếu"}, Status.APPROVED),
    ],
)
def test_differing_marks_that_the_job_hears_about_count_as_the_officer_said(
    central: Central, desk: Desk, confirmed: dict[str, object], status: Status
) -> None:
    about = planted(central, RegistryVerdict.MARKS_DIFFER)
    central.silence(about, 1)
    assert decided(desk, about, **confirmed).status is Status.CHECKING
    after = central.becomes(about, status)
    assert after.registry is not None
    assert after.registry.verdict is RegistryVerdict.MARKS_DIFFER


def test_a_phone_that_was_taken_meanwhile_sends_the_dossier_back(central: Central, desk: Desk) -> None:
    about = planted(central, RegistryVerdict.SILENT)
    assert decided(desk, about).status is Status.CHECKING
    with central.database.write() as connection:
        connection.execute(
            insert(schema.account).values(
                social_code="0000000000", phone=about.declaration.phone, state="active", must_change=False
            )
        )
        connection.execute(
            schema.registry_outage.delete().where(schema.registry_outage.c.social_code == about.declaration.social_code)
        )
    after = central.becomes(about, Status.AWAITING_REGISTRY)
    assert "phone_taken" in [entry.what for entry in after.history]
    assert central.letters(about) == [("awaiting_registry", "email"), ("awaiting_registry", "sms")]


@pytest.mark.parametrize("kind", [DossierKind.CHANGE, DossierKind.REGISTER])
def test_an_account_that_came_or_went_meanwhile_sends_the_dossier_back(
    central: Central, desk: Desk, kind: DossierKind
) -> None:
    about = planted(central, RegistryVerdict.SILENT, kind)
    assert decided(desk, about).status is Status.CHECKING
    code = about.declaration.social_code
    row = {"social_code": code, "phone": f"08{central.fresh():08d}", "state": "active", "must_change": False}
    with central.database.write() as connection:
        if kind is DossierKind.CHANGE:
            connection.execute(schema.account.delete().where(schema.account.c.social_code == code))
        else:
            connection.execute(insert(schema.account).values(row))
        connection.execute(schema.registry_outage.delete().where(schema.registry_outage.c.social_code == code))
    after = central.becomes(about, Status.AWAITING_REGISTRY)
    found = "account_missing" if kind is DossierKind.CHANGE else "account_exists"
    assert found in [entry.what for entry in after.history]


def question(about: Dossier) -> wire.HouseholdQuestion:
    return wire.HouseholdQuestion(scope_id=about.scope_id, dossier_id=about.id)


@pytest.mark.parametrize("verdict", ON_RECORD)
def test_the_officer_may_ask_the_registry_beforehand(central: Central, desk: Desk, verdict: RegistryVerdict) -> None:
    about = planted(central, verdict)
    answer = wire.decode(
        desk.call("POST", "/v1/household-checks", question(about)).content, wire.HouseholdAnswer
    ).answer
    assert answer.verdict is verdict
    assert central.audited(about) == [("household_asked", desk.grant.officer.id)]
    assert central.stored(about)[1] == about


def test_nobody_asks_the_registry_about_a_dossier_that_is_not_his(central: Central, desk: Desk) -> None:
    elsewhere = builders.dossier(central.fresh(), scope_id="00101")
    central.plant(elsewhere)
    central.register_person(elsewhere)
    unknown = builders.dossier(central.fresh())
    for about, name in ((elsewhere, "scope-revoked"), (unknown, "unknown-dossier")):
        answer = desk.call("POST", "/v1/household-checks", question(about))
        assert problem(answer).name == name
        assert NAME not in answer.text
    anybody = {"social_code": elsewhere.declaration.social_code, "full_name": NAME}
    assert problem(desk.call("POST", "/v1/household-checks", anybody)).code == "malformed"
    assert central.audited(elsewhere) == []


def test_a_code_of_nine_digits_is_not_asked_for(central: Central, desk: Desk) -> None:
    about = builders.dossier(central.fresh(), declaration=builders.declaration(social_code="123456789"))
    central.plant(about)
    refused = problem(desk.call("POST", "/v1/household-checks", question(about)))
    assert (refused.name, refused.code, refused.pointer) == ("validation", "social-code-length", "/social_code")
