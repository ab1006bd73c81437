"""Each rule V01–V20 lets a dossier in order pass and speaks up on one that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.checks import RULES, Finding, Level, declaration_findings
from officer_console.domain.decision import Decision, Ticks
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.finding import Case
from officer_console.domain.person import BirthDate, PaperKind, Sex, Vintage
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict
from officer_console.domain.search import Criteria
from tests.domain.samples import (
    ADDRESS,
    DECLARATION,
    DOSSIER,
    MINOR,
    NOW,
    PICTURES,
    REFERENCE,
    TODAY,
    approval,
    dossier,
    photo,
    picture,
    refusal,
)

OLD_ADDRESS = replace(ADDRESS, vintage=Vintage.BEFORE_2025_07, district="Quận Ba Đình")
CERTIFICATE = (picture(AttachmentKind.PORTRAIT), picture(AttachmentKind.BIRTH_CERTIFICATE))
STOP = DossierKind.STOP
CHANGE = DossierKind.CHANGE


def declared(**fields: Any) -> Dossier:
    return dossier(declared=fields)


def registry(verdict: RegistryVerdict, name: str | None = None) -> RegistryAnswer:
    return RegistryAnswer(verdict=verdict, checked_at=NOW, registry_name=name)


def changed(**fields: Any) -> Dossier:
    return dossier(kind=CHANGE, previous=DECLARATION, declared=fields)


def found(rule: str, about: Dossier, decision: Decision | None = None) -> tuple[Finding, ...]:
    return tuple(RULES[rule](Case(dossier=about, today=TODAY, decision=decision, reference=REFERENCE)))


def passport_and_code(social_code: str) -> Dossier:
    """Return a dossier with a passport: the code of 12 digits is the only số định danh in it."""
    return declared(paper_kind=PaperKind.PASSPORT, paper_number="B1234567", social_code=social_code)


ACCEPTED: list[tuple[str, Dossier, Decision | None]] = [
    ("V01", declared(social_code="0123456789"), None),
    ("V01", declared(social_code="001090012345"), None),
    ("V02", declared(social_code="0123456789"), None),
    ("V03", declared(paper_number="001090012345"), None),
    ("V03", declared(paper_kind=None, paper_number=None), None),
    ("V04", declared(sex=Sex.FEMALE, paper_number="001190012345"), None),
    ("V04", declared(paper_number="mistyped"), None),
    ("V05", declared(paper_kind=PaperKind.CITIZEN_CARD), None),
    (
        "V05",
        dossier(
            declared_on=date(2024, 12, 31),
            declared={"paper_kind": PaperKind.OLD_IDENTITY_CARD, "paper_number": "012345678"},
        ),
        None,
    ),
    ("V06", declared(paper_kind=PaperKind.PASSPORT, paper_number="B1234567"), None),
    ("V06", declared(paper_kind=PaperKind.PASSPORT, paper_number="X12Y45678"), None),
    ("V07", declared(phone="+84 912 345 678"), None),
    ("V08", declared(email="an@example.vn"), None),
    ("V09", declared(full_name="Y-Blêk H'Mok Jr."), None),
    ("V09", declared(full_name="A " + "b" * 98), None),
    ("V10", declared(birth=BirthDate(year=1956)), None),
    ("V10", declared(birth=BirthDate(year=1956, month=2)), None),
    ("V10", declared(birth=BirthDate(year=TODAY.year, month=TODAY.month, day=TODAY.day)), None),
    ("V11", declared(**MINOR | {"paper_kind": PaperKind.CITIZEN_CARD, "paper_number": "001215012345"}), None),
    ("V11", dossier(declared=MINOR, attachments=CERTIFICATE), approval()),
    ("V11", dossier(declared=MINOR), approval(photos=(photo(AttachmentKind.BIRTH_CERTIFICATE),))),
    ("V11", declared(paper_kind=None, birth=BirthDate(year=2008, month=3, day=5)), approval()),
    ("V12", DOSSIER, approval()),
    ("V12", dossier(attachments=PICTURES[:1], identity_verified=True), approval()),
    ("V12", dossier(declared=MINOR, attachments=CERTIFICATE), approval()),
    ("V12", dossier(attachments=PICTURES[:2]), approval(photos=(photo(AttachmentKind.ID_BACK),))),
    ("V12", dossier(attachments=(), status=Status.APPROVED), None),
    ("V13", DOSSIER, refusal()),
    ("V13", DOSSIER, refusal(reason_code="other", reason_text="Ảnh của người khác")),
    ("V13", DOSSIER, approval(reason_code=None)),
    ("V14", dossier(registry=registry(RegistryVerdict.MATCH, "Nguyễn Văn An")), approval()),
    ("V14", DOSSIER, approval(marks_confirmed=True, note="Đã xem căn cước")),
    ("V15", dossier(declared_on=TODAY - timedelta(days=10), due_on=TODAY), approval()),
    ("V15", dossier(declared_on=date(2026, 1, 1), due_on=date(2026, 1, 11), handed_in_at=NOW), approval()),
    ("V15", dossier(declared_on=date(2026, 1, 1), due_on=date(2026, 1, 11), status=Status.APPROVED), None),
    ("V16", DOSSIER, approval()),
    ("V16", changed(phone="0987654321"), approval(change_confirmed=True)),
    ("V17", dossier(kind=STOP, stop_reason="Ra nước ngoài"), approval()),
    ("V17", DOSSIER, approval()),
    ("V18", DOSSIER, None),
    ("V19", declared(address=ADDRESS), None),
    ("V19", declared(address=OLD_ADDRESS), None),
    ("V20", declared(social_code="001090012345"), None),
    ("V03", passport_and_code("001090012345"), None),
    ("V04", passport_and_code("001090012345"), None),
    ("V04", passport_and_code("0123456789"), None),
    ("V20", dossier(registry=registry(RegistryVerdict.NAME_DIFFERS, "Lê Văn Bình"), status=Status.APPROVED), None),
    ("V20", dossier(registry=registry(RegistryVerdict.MATCH, "NGUYỄN VĂN AN")), None),
]


REFUSED: list[tuple[str, Dossier, Decision | None, str, Level]] = [
    ("V01", declared(social_code="012345678"), None, "social-code-length", Level.ERROR),
    ("V02", declared(social_code="DN4010123456789"), None, "health-card-given", Level.WARNING),
    ("V02", declared(social_code="DN9010123456789"), None, "health-card-malformed", Level.WARNING),
    ("V03", declared(paper_number="00109001234"), None, "citizen-number-length", Level.ERROR),
    ("V03", declared(paper_number=None), None, "citizen-number-length", Level.ERROR),
    ("V03", declared(paper_number="999090012345"), None, "birth-place-unknown", Level.WARNING),
    ("V03", passport_and_code("999090012345"), None, "birth-place-unknown", Level.WARNING),
    ("V04", passport_and_code("001190012345"), None, "sex-not-in-number", Level.WARNING),
    ("V04", passport_and_code("001091012345"), None, "birth-year-not-in-number", Level.WARNING),
    ("V04", declared(sex=Sex.FEMALE), None, "sex-not-in-number", Level.WARNING),
    ("V04", declared(birth=BirthDate(year=1991)), None, "birth-year-not-in-number", Level.WARNING),
    (
        "V05",
        dossier(
            declared_on=date(2025, 1, 1),
            declared={"paper_kind": PaperKind.OLD_IDENTITY_CARD, "paper_number": "012345678"},
        ),
        None,
        "old-identity-card-ended",
        Level.WARNING,
    ),
    (
        "V05",
        dossier(
            declared_on=date(2024, 1, 1),
            declared={"paper_kind": PaperKind.OLD_IDENTITY_CARD, "paper_number": "0123"},
        ),
        None,
        "old-identity-number-length",
        Level.ERROR,
    ),
    (
        "V06",
        declared(paper_kind=PaperKind.PASSPORT, paper_number="B-1"),
        None,
        "passport-malformed",
        Level.WARNING,
    ),
    ("V07", declared(phone="0241234567"), None, "phone-malformed", Level.ERROR),
    ("V07", declared(phone="01621234567"), None, "phone-old-form", Level.WARNING),
    ("V08", declared(email=None), None, "email-missing", Level.WARNING),
    ("V08", declared(email="an@"), None, "email-malformed", Level.WARNING),
    ("V09", declared(full_name="\u200b "), None, "name-missing", Level.ERROR),
    ("V09", declared(full_name="A " + "b" * 99), None, "name-too-long", Level.ERROR),
    ("V09", declared(full_name="Nguyễn <b>An"), None, "name-characters", Level.ERROR),
    ("V09", declared(full_name="An"), None, "name-one-word", Level.WARNING),
    ("V09", declared(full_name="Nguye\u0302n An"), None, "name-not-composed", Level.WARNING),
    ("V10", declared(birth=BirthDate(year=2027)), None, "birth-in-future", Level.ERROR),
    ("V10", declared(birth=BirthDate(year=1990, month=2, day=30)), None, "birth-invalid", Level.ERROR),
    ("V10", declared(birth=BirthDate(year=1990, day=3)), None, "birth-invalid", Level.ERROR),
    ("V10", declared(birth=BirthDate(year=1990, month=0)), None, "birth-invalid", Level.ERROR),
    ("V10", declared(birth=BirthDate(year=10**20)), None, "birth-invalid", Level.ERROR),
    (
        "V11",
        dossier(declared=MINOR | {"guardian": None}, attachments=CERTIFICATE),
        None,
        "guardian-missing",
        Level.ERROR,
    ),
    ("V11", declared(**MINOR), None, "picture-missing", Level.WARNING),
    ("V11", declared(**MINOR), approval(), "picture-missing", Level.ERROR),
    ("V12", dossier(attachments=PICTURES[1:]), None, "picture-missing", Level.WARNING),
    ("V12", dossier(attachments=PICTURES[1:]), approval(), "picture-missing", Level.ERROR),
    ("V12", dossier(attachments=PICTURES[1:], identity_verified=True), approval(), "picture-missing", Level.ERROR),
    (
        "V12",
        DOSSIER,
        approval(ticks=Ticks(signed_form_received=True)),
        "original-not-compared",
        Level.ERROR,
    ),
    (
        "V12",
        DOSSIER,
        approval(ticks=Ticks(original_compared=True)),
        "signed-form-not-received",
        Level.ERROR,
    ),
    ("V13", DOSSIER, refusal(reason_code=None), "reason-missing", Level.ERROR),
    ("V13", DOSSIER, refusal(reason_code=" "), "reason-missing", Level.ERROR),
    ("V13", DOSSIER, refusal(reason_code="unheard-of"), "reason-unknown", Level.ERROR),
    ("V13", DOSSIER, refusal(reason_code="other"), "reason-text-missing", Level.ERROR),
    ("V13", DOSSIER, refusal(reason_code="other", reason_text=" \u200b\t"), "reason-text-missing", Level.ERROR),
    ("V13", DOSSIER, refusal(reason_code="other", reason_text="x" * 501), "reason-text-too-long", Level.ERROR),
    ("V14", dossier(registry=registry(RegistryVerdict.CODE_ABSENT)), None, "registry-code-absent", Level.WARNING),
    ("V14", dossier(registry=registry(RegistryVerdict.AMBIGUOUS)), None, "registry-ambiguous", Level.WARNING),
    ("V14", dossier(registry=registry(RegistryVerdict.SILENT)), None, "registry-silent", Level.WARNING),
    ("V14", DOSSIER, approval(marks_confirmed=True, note="\u200b"), "note-missing", Level.ERROR),
    ("V14", DOSSIER, approval(note="x" * 501), "note-too-long", Level.ERROR),
    (
        "V15",
        dossier(declared_on=TODAY - timedelta(days=11), due_on=TODAY - timedelta(days=1)),
        approval(),
        "declaration-expired",
        Level.ERROR,
    ),
    ("V16", changed(sex=Sex.FEMALE), None, "linked-608a", Level.WARNING),
    ("V16", changed(), None, "nothing-changed", Level.WARNING),
    ("V16", dossier(kind=CHANGE), None, "previous-missing", Level.WARNING),
    ("V16", changed(phone="0987654321"), approval(), "change-not-confirmed", Level.ERROR),
    ("V17", dossier(kind=STOP, stop_reason=" \u200b"), None, "stop-reason-missing", Level.ERROR),
    ("V18", dossier(number="HS-12/00101"), None, "number-malformed", Level.WARNING),
    ("V18", dossier(number="/00101"), None, "number-malformed", Level.WARNING),
    ("V19", declared(address=replace(ADDRESS, commune=" ")), None, "address-incomplete", Level.ERROR),
    ("V19", declared(address=replace(OLD_ADDRESS, district=None)), None, "address-incomplete", Level.ERROR),
    (
        "V19",
        declared(address=replace(ADDRESS, district="Quận Ba Đình")),
        None,
        "address-district-abolished",
        Level.ERROR,
    ),
    ("V20", declared(social_code="001090054321"), None, "code-not-card-number", Level.ERROR),
    *(
        ("V20", dossier(registry=registry(verdict, name)), None, code, Level.WARNING)
        for verdict, name, code in (
            (RegistryVerdict.MARKS_DIFFER, "Nguyễn Vân Ân", "registry-name-marks"),
            (RegistryVerdict.MARKS_DIFFER, None, "registry-name-marks"),
            (RegistryVerdict.NAME_DIFFERS, "Nguyễn Vân Anh", "registry-name-spelling"),
            (RegistryVerdict.NAME_DIFFERS, "Lê Văn Bình", "registry-name-different"),
            (RegistryVerdict.NAME_DIFFERS, None, "registry-name-different"),
        )
    ),
]


@pytest.mark.parametrize(
    ("rule", "about", "decision"), ACCEPTED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_rule_is_silent_when_all_is_in_order(rule: str, about: Dossier, decision: Decision | None) -> None:
    assert found(rule, about, decision) == ()


@pytest.mark.parametrize(
    ("rule", "about", "decision", "code", "level"), REFUSED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_rule_names_what_is_wrong(
    rule: str, about: Dossier, decision: Decision | None, code: str, level: Level
) -> None:
    assert [(finding.code, finding.level) for finding in found(rule, about, decision)] == [(code, level)]


def test_all_twenty_rules_are_in_the_table_and_tried_both_ways() -> None:
    names = [f"V{number:02d}" for number in range(1, 21)]
    assert list(RULES) == names
    assert sorted({row[0] for row in ACCEPTED}) == names
    assert sorted({row[0] for row in REFUSED}) == names
    assert all((rule.__doc__ or "").startswith(f"{name}:") for name, rule in RULES.items())


def test_what_the_sentences_need_comes_with_the_finding() -> None:
    assert found("V02", declared(social_code="DN4010123456789"))[0].data == {"social_code": "0123456789"}
    assert found("V07", declared(phone="01621234567"))[0].data == {"phone": "0321234567"}
    assert found("V16", changed(sex=Sex.FEMALE, full_name="Lê An"))[0].data == {"fields": "full_name,sex"}
    assert found("V12", dossier(attachments=PICTURES[1:]))[0].data == {"kind": "portrait"}
    assert found("V19", declared(address=replace(ADDRESS, province="")))[0].data == {"part": "province"}


@pytest.mark.parametrize(
    ("about", "fields"),
    [
        (passport_and_code("999090012345"), ["social_code"]),
        (declared(paper_number="999090012345"), ["paper_number"]),
        (declared(paper_number="999090012345", social_code="999090012345"), ["paper_number"]),
    ],
)
def test_one_number_given_twice_is_checked_once_and_named_where_it_stands(about: Dossier, fields: list[str]) -> None:
    assert [finding.field for finding in found("V03", about)] == fields


def test_a_dossier_in_order_opens_without_findings() -> None:
    assert declaration_findings(DOSSIER, TODAY) == ()


def test_somebody_whose_papers_give_only_a_year_is_a_minor_only_beyond_doubt() -> None:
    unsure = declared(**MINOR | {"birth": BirthDate(year=2008), "guardian": None})
    sure = declared(**MINOR | {"birth": BirthDate(year=2009), "guardian": None})
    assert found("V11", unsure) == ()
    assert "guardian-missing" in {finding.code for finding in found("V11", sure)}


def test_who_declares_on_the_eighteenth_birthday_needs_no_guardian_and_a_later_birthday_changes_nothing() -> None:
    day = DOSSIER.declared_on
    born = {"birth": BirthDate(year=day.year - 18, month=day.month, day=day.day), "guardian": None}
    assert found("V11", declared(**MINOR | born)) == ()
    eve = dossier(declared=MINOR | born, declared_on=day - timedelta(days=1))
    assert "guardian-missing" in {finding.code for finding in found("V11", eve)}


def test_a_search_whose_dates_are_reversed_is_refused() -> None:
    criteria = Criteria(declared_from=TODAY, declared_to=TODAY)
    assert criteria.checked() is criteria
    with pytest.raises(RuleError) as refused:
        replace(criteria, declared_to=TODAY - timedelta(days=1)).checked()
    assert refused.value.code == "dates-reversed"


@pytest.mark.parametrize("name", ["...", "-", "\u200b", "' '", "\u0301", "_a", "Lan_", "____", "Lê\uff3fLan"])
def test_a_name_that_says_nothing_or_cannot_be_one_is_not_searched(name: str) -> None:
    with pytest.raises(RuleError) as caught:
        Criteria(name=name).checked()

    assert (caught.value.code, caught.value.field) == ("name-malformed", "name")


@pytest.mark.parametrize("name", ["", "  ", "a", "Lê", "Lê L.", "H\u2019Hen", "Nguyễn Văn 2", "Ya-na"])
def test_any_part_of_a_name_may_be_searched(name: str) -> None:
    assert Criteria(name=name).checked().name == name
