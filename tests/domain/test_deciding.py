"""What speaks against a decision, what the registry makes of it, and what a change changes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.domain.checks import (
    FieldChange,
    Level,
    changes,
    decision_findings,
    declaration_findings,
    registry_event,
)
from officer_console.domain.decision import Decision, Verdict
from officer_console.domain.dossier import DECIDABLE, Dossier, DossierKind, Event, Status
from officer_console.domain.person import Address, BirthDate, Guardian, PaperKind, Sex, Vintage
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict
from tests.domain.samples import (
    ADDRESS,
    DECLARATION,
    DOSSIER,
    MINOR,
    NOW,
    REFERENCE,
    TODAY,
    approval,
    dossier,
    refusal,
)

TEXT = st.text(max_size=20)
DECLARED: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "full_name": TEXT,
        "social_code": TEXT,
        "birth": st.builds(
            BirthDate, year=st.integers(), month=st.none() | st.integers(-1, 14), day=st.none() | st.integers(-1, 33)
        ),
        "sex": st.sampled_from(Sex),
        "paper_kind": st.none() | st.sampled_from(PaperKind),
        "paper_number": st.none() | TEXT,
        "address": st.builds(
            Address,
            vintage=st.sampled_from(Vintage),
            province_code=TEXT,
            province=TEXT,
            district=st.none() | TEXT,
            commune=TEXT,
        ),
        "phone": TEXT,
        "email": st.none() | TEXT,
        "guardian": st.none() | st.builds(Guardian, full_name=TEXT, paper_number=TEXT, relation=TEXT, phone=TEXT),
    }
)


def errors(about: Dossier, decision: Decision) -> set[str]:
    findings = decision_findings(about, decision, REFERENCE, TODAY)
    return {finding.code for finding in findings if finding.level is Level.ERROR}


@pytest.mark.parametrize("decision", [approval(), refusal()], ids=["approval", "refusal"])
def test_a_decision_in_order_may_be_recorded(decision: Decision) -> None:
    assert decision_findings(DOSSIER, decision, REFERENCE, TODAY) == ()


@pytest.mark.parametrize(("status", "decision"), list(product(Status, (approval(), refusal()))))
def test_only_a_dossier_that_waits_for_an_officer_is_decided(status: Status, decision: Decision) -> None:
    may = DECIDABLE if decision.verdict is Verdict.INVALID else DECIDABLE - {Status.CHECKING}
    assert ("status-not-decidable" in errors(dossier(status=status), decision)) == (status not in may)


@pytest.mark.parametrize(
    ("about", "code"),
    [
        (dossier(declared={"phone": "123"}), "phone-malformed"),
        (dossier(declared={"social_code": "123"}), "social-code-length"),
        (dossier(declared=MINOR | {"guardian": None}), "guardian-missing"),
        (dossier(attachments=()), "picture-missing"),
        (dossier(kind=DossierKind.STOP), "stop-reason-missing"),
        (dossier(kind=DossierKind.CHANGE, previous=DECLARATION), "change-not-confirmed"),
        (dossier(due_on=TODAY.replace(day=9)), "declaration-expired"),
    ],
)
def test_what_is_wrong_with_a_dossier_forbids_to_approve_it_but_never_to_refuse_it(about: Dossier, code: str) -> None:
    assert code in errors(about, approval())
    assert errors(about, refusal()) == set()


def test_a_refusal_without_reason_is_not_recorded() -> None:
    assert errors(DOSSIER, refusal(reason_code=None)) == {"reason-missing"}


def test_warnings_alone_do_not_forbid_to_approve() -> None:
    findings = decision_findings(dossier(declared={"email": None}), approval(), REFERENCE, TODAY)
    assert [(finding.code, finding.level) for finding in findings] == [("email-missing", Level.WARNING)]


@given(DECLARED, DECLARED, st.sampled_from(DossierKind), st.sampled_from(Status), st.text(max_size=12))
def test_whatever_was_declared_the_rules_answer(
    now: dict[str, Any], before: dict[str, Any], kind: DossierKind, status: Status, number: str
) -> None:
    about = dossier(
        declared=now, previous=replace(DECLARATION, **before), kind=kind, status=status, number=number, attachments=()
    )
    opening = {finding.code for finding in declaration_findings(about, TODAY)}
    deciding = {finding.code for finding in decision_findings(about, approval(), REFERENCE, TODAY)}
    assert opening <= deciding


@pytest.mark.parametrize(
    ("verdict", "confirmed", "note", "event"),
    [
        (RegistryVerdict.MATCH, False, None, Event.ACCEPT),
        (RegistryVerdict.MARKS_DIFFER, False, None, Event.REGISTRY_DISAGREES),
        (RegistryVerdict.MARKS_DIFFER, False, "Đã xem căn cước", Event.REGISTRY_DISAGREES),
        (RegistryVerdict.MARKS_DIFFER, True, None, Event.REGISTRY_DISAGREES),
        (RegistryVerdict.MARKS_DIFFER, True, " \u200b", Event.REGISTRY_DISAGREES),
        (RegistryVerdict.MARKS_DIFFER, True, "Đã xem căn cước", Event.ACCEPT),
        (RegistryVerdict.NAME_DIFFERS, True, "Đã xem căn cước", Event.REGISTRY_DISAGREES),
        (RegistryVerdict.CODE_ABSENT, True, "Đã xem căn cước", Event.REGISTRY_DISAGREES),
        (RegistryVerdict.AMBIGUOUS, True, "Đã xem căn cước", Event.REGISTRY_DISAGREES),
        (RegistryVerdict.SILENT, True, "Đã xem căn cước", Event.REGISTRY_SILENT),
    ],
)
def test_the_registrys_answer_makes_the_step(
    *, verdict: RegistryVerdict, confirmed: bool, note: str | None, event: Event
) -> None:
    assert registry_event(RegistryAnswer(verdict=verdict, checked_at=NOW), confirmed, note) is event


def test_a_change_shows_old_beside_new_in_the_order_of_the_form() -> None:
    now = replace(
        DECLARATION,
        full_name="Nguyễn Văn Ân",
        sex=Sex.FEMALE,
        birth=BirthDate(year=1990),
        email=None,
        address=replace(ADDRESS, street="Số 2 phố Mẫu"),
    )
    assert changes(DECLARATION, now) == (
        FieldChange(field="full_name", old="Nguyễn Văn An", new="Nguyễn Văn Ân"),
        FieldChange(field="birth", old="01/01/1990", new="1990"),
        FieldChange(field="sex", old="male", new="female"),
        FieldChange(
            field="address",
            old="Số 1 phố Mẫu, Phường Ba Đình, Thành phố Hà Nội",
            new="Số 2 phố Mẫu, Phường Ba Đình, Thành phố Hà Nội",
        ),
        FieldChange(field="email", old="an@example.vn", new=None),
    )


def test_a_new_guardian_is_a_change_of_each_of_his_particulars() -> None:
    fields = [change.field for change in changes(DECLARATION, replace(DECLARATION, guardian=MINOR["guardian"]))]
    assert fields == ["guardian.full_name", "guardian.paper_number", "guardian.relation", "guardian.phone"]


def test_another_unicode_form_of_a_name_is_no_change() -> None:
    decomposed = replace(DECLARATION, full_name=unicodedata.normalize("NFD", DECLARATION.full_name))
    assert changes(DECLARATION, decomposed) == ()


def test_the_same_words_under_another_unit_code_are_another_address() -> None:
    recoded = replace(DECLARATION, address=replace(ADDRESS, commune_code="00004"))
    assert [change.field for change in changes(DECLARATION, recoded)] == ["address"]
