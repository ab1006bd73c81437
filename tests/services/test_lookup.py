"""Which dossier a scanned code leads to, in the real sealed store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from officer_console.codes.cards import CitizenCard
from officer_console.codes.mrz import Mrz, MrzFormat
from officer_console.codes.payloads import Unknown
from officer_console.domain.agreement import Field
from officer_console.domain.dossier import DossierKind, Judgement, Status
from officer_console.domain.person import BirthDate, Declaration, PaperKind, Sex
from officer_console.domain.search import Criteria, Order
from officer_console.services.code_outcome import Decided, Found, NotForm, Reason, Search, Several, Shown
from officer_console.services.lookup import Lookup
from tests import builders
from tests.services.scanned import card, form, health, scan
from tests.services.sealed_desk import NOW, SealedDesk
from tests.services.signed_sheets import keys

JUDGED = Judgement(
    op_id="op",
    verdict="valid",
    officer_id="o",
    officer_name="Võ Quang Minh",
    decided_at=datetime(2026, 3, 9, tzinfo=UTC),
)


def test_a_citizen_card_opens_the_dossier_that_names_its_number(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1)
    sealed.put(2, 2)
    assert scan(lookup, card(1)) == Found(dossier_id=about.id)


def test_a_number_that_differs_in_one_digit_is_somebody_else(sealed: SealedDesk, lookup: Lookup) -> None:
    sealed.put(1)
    found = scan(lookup, card(1, number="079190000002"))
    wanted = Criteria(name="Đặng Thị Hoà", order=Order.DECLARED)
    assert found == Search(criteria=wanted, full_name="Đặng Thị Hoà")


def test_a_card_finds_a_dossier_declared_without_marks_and_with_the_year_only(
    sealed: SealedDesk, lookup: Lookup
) -> None:
    declared = builders.declaration(1, full_name="Dang Thi Hoa", birth=BirthDate(year=1990))
    about = sealed.put(1, declaration=declared)
    assert scan(lookup, card(1)) == Found(dossier_id=about.id, unsure=(Field.FULL_NAME, Field.BIRTH))


def test_a_card_finds_what_was_declared_with_its_old_number(sealed: SealedDesk, lookup: Lookup) -> None:
    declared = builders.declaration(1, paper_kind=PaperKind.OLD_IDENTITY_CARD, paper_number="024 567 890")
    about = sealed.put(1, declaration=declared)
    assert scan(lookup, card(7, old="024567890")) == Found(dossier_id=about.id)


def test_a_citizens_number_that_is_the_social_code_finds_whatever_name_and_year_were_declared(
    sealed: SealedDesk, lookup: Lookup
) -> None:
    declared = builders.declaration(
        1, full_name="Lê Văn Khác", birth=BirthDate(year=1980), social_code="079190000009", paper_number=None
    )
    about = sealed.put(1, declaration=declared)
    assert scan(lookup, card(9)) == Found(dossier_id=about.id, differs=(Field.FULL_NAME, Field.BIRTH))


def stranger(n: int, **fields: Any) -> Declaration:
    """Somebody whom neither name, birth nor mã số BHXH of person 1's card leads to."""
    values = {"full_name": f"Lê Văn Khác {n}", "birth": BirthDate(year=1980), "social_code": f"11{n:08d}"}
    return builders.declaration(n, **(values | fields))


def test_a_card_finds_the_dossier_of_its_number_whatever_else_was_declared(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1, declaration=stranger(1, paper_number="079 190 000 001"))
    sealed.put(2, 2)
    assert scan(lookup, card(1)) == Found(dossier_id=about.id, differs=(Field.FULL_NAME, Field.BIRTH))


def test_the_old_number_on_a_card_finds_what_was_declared_under_another_name(
    sealed: SealedDesk, lookup: Lookup
) -> None:
    paper = {"paper_kind": PaperKind.OLD_IDENTITY_CARD, "paper_number": "024567890"}
    about = sealed.put(1, declaration=stranger(1, **paper))
    assert scan(lookup, card(7, old="024567890")) == Found(dossier_id=about.id, differs=(Field.FULL_NAME, Field.BIRTH))
    assert isinstance(scan(lookup, card(7, old="024567891")), Search)


def test_a_bar_code_of_a_papers_number_leads_to_its_dossier(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1, declaration=stranger(1))
    assert lookup.find(Unknown(text="079190000001")) == Found(dossier_id=about.id)


def test_of_dossiers_no_search_lists_together_the_most_urgent_opens_and_the_others_are_named(
    sealed: SealedDesk, lookup: Lookup
) -> None:
    number = "079190000001"
    later = sealed.put(1, 1, declaration=stranger(1, paper_number=number), due_on=date(2026, 3, 20))
    first = sealed.put(2, 2, declaration=stranger(2, paper_number=number), due_on=date(2026, 3, 12))
    assert scan(lookup, card(1)) == Found(
        dossier_id=first.id, others=(later.number,), differs=(Field.FULL_NAME, Field.BIRTH)
    )


def test_a_store_that_is_still_being_indexed_is_searched_by_name(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1)
    other = sealed.put(2, 2, declaration=stranger(2))
    with sealed.store.apply() as tx:
        for statement in (
            "INSERT INTO dossier_papers (dossier_papers) VALUES ('delete-all')",
            "UPDATE dossier SET paper = NULL, guardian = NULL",
            "INSERT INTO paper_index (one, up_to) VALUES (1, -1)",
        ):
            tx.papers._connection.exec_driver_sql(statement)
    assert scan(lookup, card(1)) == Found(dossier_id=about.id)
    assert isinstance(scan(lookup, card(2)), Search)

    assert sealed.store.index_papers()

    assert scan(lookup, card(2)) == Found(dossier_id=other.id, differs=(Field.FULL_NAME, Field.BIRTH))


def test_a_health_card_opens_the_dossier_of_its_social_code(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(3)
    assert scan(lookup, health(builders.social_code_of(3))) == Found(dossier_id=about.id)


def test_a_passport_read_by_its_lines_opens_its_dossier(sealed: SealedDesk, lookup: Lookup) -> None:
    declared = builders.declaration(1, paper_kind=PaperKind.PASSPORT, paper_number="C1234567")
    about = sealed.put(1, declaration=declared)
    lines = Mrz(
        format=MrzFormat.TD3,
        document_code="P",
        issuer="VNM",
        number="C1234567",
        personal_number=None,
        full_name="DANG THI HOA",
        birth=BirthDate(year=1990, month=1, day=1),
        sex=Sex.FEMALE,
        expires=None,
        nationality="VNM",
        failed=(),
        repaired=(),
    )
    assert lookup.find(lines) == Found(dossier_id=about.id)


def test_a_form_of_ours_opens_its_dossier_and_a_forged_one_is_named(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1)
    assert scan(lookup, form(about.number)) == Found(dossier_id=about.id)
    assert scan(lookup, form(about.number, seed="f")) == NotForm(reason=Reason.FORGED, number=about.number)


def test_a_form_nobody_here_can_check_opens_its_dossier_and_says_so(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1)
    with sealed.store.write() as tx:
        tx.form_keys.drop(about.scope_id)
    assert scan(lookup, form(about.number)) == Found(dossier_id=about.id, unchecked=True)


def test_whatever_a_form_nobody_here_can_check_leads_to_says_so(sealed: SealedDesk, lookup: Lookup) -> None:
    about, done = sealed.put(1), sealed.put(2, status=Status.APPROVED)
    with sealed.store.write() as tx:
        tx.form_keys.drop(about.scope_id)
    assert scan(lookup, form(about.number), shown=about.id) == Shown(dossier_id=about.id, unchecked=True)
    found = scan(lookup, form(done.number))
    assert isinstance(found, Decided)
    assert found.unchecked


def test_a_form_of_another_office_is_named_as_such_and_not_called_forged(sealed: SealedDesk, lookup: Lookup) -> None:
    sealed.put(1)
    assert scan(lookup, form("1000001/00100")) == NotForm(reason=Reason.FOREIGN, number="1000001/00100")
    own = f"1999999/{builders.SCOPE}"
    assert scan(lookup, form(own)) == NotForm(reason=Reason.ELSEWHERE, number=own)


def test_a_form_of_a_dossier_that_came_from_another_office_opens_it(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1, number="1000001/00100")
    assert scan(lookup, form(about.number, seed="c")) == Found(dossier_id=about.id, unchecked=True)
    with sealed.store.write() as tx:
        tx.form_keys.put(about.scope_id, keys("00100", "c"), NOW)
    assert scan(lookup, form(about.number, seed="c")) == Found(dossier_id=about.id)
    assert scan(lookup, form("1000002/00100", seed="c")) == NotForm(reason=Reason.FOREIGN, number="1000002/00100")


def test_a_form_of_what_was_declared_before_opens_its_dossier_and_is_called_old(
    sealed: SealedDesk, lookup: Lookup
) -> None:
    about = sealed.put(1, version=2)
    assert scan(lookup, form(about.number)) == Found(dossier_id=about.id, old=True)
    assert scan(lookup, form(about.number), shown=about.id) == Shown(dossier_id=about.id, old=True)
    assert scan(lookup, form(about.number, version=2)) == Found(dossier_id=about.id)


@pytest.mark.parametrize("data", [b"", b"https://example.vn/pay", b"\xff\x00\xfe", b"1234567890123456789", b"0" * 9000])
def test_a_foreign_code_leads_nowhere(sealed: SealedDesk, lookup: Lookup, data: bytes) -> None:
    sealed.put(1)
    assert scan(lookup, data) == NotForm(reason=Reason.UNKNOWN)


def test_bar_codes_with_a_bare_number_lead_to_its_dossier(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(4)
    code = builders.social_code_of(4)
    for text in (about.number, "1000004", code, f"dn479{code}"):
        assert lookup.find(Unknown(text=text)) == Found(dossier_id=about.id)


def test_who_decided_a_finished_dossier_and_when_is_told(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1, status=Status.APPROVED, judgement=JUDGED)
    wanted = Decided(dossier_id=about.id, status=Status.APPROVED, by="Võ Quang Minh", at=JUDGED.decided_at)
    assert scan(lookup, card(1)) == wanted


def test_an_expired_dossier_has_nobody_who_decided_it(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1, status=Status.EXPIRED)
    assert scan(lookup, card(1)) == Decided(dossier_id=about.id, status=Status.EXPIRED, by=None, at=None)


def test_a_decision_still_to_be_sent_counts_as_made(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1)
    made = sealed.record(about)
    told = scan(lookup, card(1))
    assert told == Decided(dossier_id=about.id, status=Status.PENDING, by=None, at=made.decided_at, sending=True)


def test_a_decision_central_refused_leaves_the_dossier_to_the_officer(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1)
    sealed.refused(about)
    assert scan(lookup, card(1)) == Found(dossier_id=about.id)


def test_the_open_dossier_of_a_person_comes_before_his_finished_ones(sealed: SealedDesk, lookup: Lookup) -> None:
    sealed.put(1, status=Status.APPROVED, judgement=JUDGED)
    later = sealed.put(2, 2, kind=DossierKind.CHANGE, declaration=builders.declaration(1))
    assert scan(lookup, card(1)) == Found(dossier_id=later.id)


def test_several_open_dossiers_of_a_person_are_listed(sealed: SealedDesk, lookup: Lookup) -> None:
    sealed.put(1)
    sealed.put(2, 2, kind=DossierKind.CHANGE, declaration=builders.declaration(1))
    listed = Criteria(social_code=builders.social_code_of(1), order=Order.DECLARED)
    assert scan(lookup, card(1)) == Several(criteria=listed, count=2)


def test_a_card_of_the_open_dossier_is_its_own_whatever_else_the_person_has(sealed: SealedDesk, lookup: Lookup) -> None:
    first = sealed.put(1)
    sealed.put(2, 2, kind=DossierKind.CHANGE, declaration=builders.declaration(1))
    assert scan(lookup, card(1), shown=first.id) == Shown(dossier_id=first.id)
    assert scan(lookup, form(first.number), shown=first.id) == Shown(dossier_id=first.id)


def test_a_card_with_the_declared_number_is_compared_with_the_rest(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1)
    other = scan(lookup, card(1, name="Kẻ Gian Ác", birth="05061977"), shown=about.id)
    assert isinstance(other, Shown)
    assert {Field.FULL_NAME, Field.BIRTH} <= set(other.differs)
    marks = scan(lookup, card(1, name="Dang Thi Hoa"), shown=about.id)
    assert marks == Shown(dossier_id=about.id, unsure=(Field.FULL_NAME,))


def test_somebody_elses_card_leads_to_his_own_dossier_also_while_another_is_open(
    sealed: SealedDesk, lookup: Lookup
) -> None:
    first, second = sealed.put(1), sealed.put(2, 2)
    assert scan(lookup, card(2), shown=first.id) == Found(dossier_id=second.id)


def test_the_lists_own_searches_do_not_end_a_lookup(sealed: SealedDesk, lookup: Lookup) -> None:
    about = sealed.put(1)
    sealed.store.search.interrupt()
    assert scan(lookup, card(1)) == Found(dossier_id=about.id)


def test_a_hostile_name_on_a_card_searches_nothing(sealed: SealedDesk, lookup: Lookup) -> None:
    sealed.put(1)
    read = lookup.read(card(1, number="079190000999"))
    assert isinstance(read, CitizenCard)
    told = lookup.find(replace(read, full_name='a"_OR_b'))
    assert isinstance(told, Search)
