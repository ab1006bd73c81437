"""Which dossier the card of who acts for a minor leads to, in the real sealed store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from officer_console.codes.payloads import Unknown
from officer_console.domain.agreement import Field
from officer_console.domain.dossier import Dossier, Judgement, Status
from officer_console.domain.person import BirthDate, Guardian
from officer_console.domain.search import Criteria, Order
from officer_console.services.code_outcome import Decided, Found, Search, Several, Shown
from officer_console.services.lookup import Lookup
from tests import builders
from tests.services.scanned import card, scan
from tests.services.sealed_desk import NOW, SealedDesk

NUMBER = "079180000077"
MOTHER = Guardian(full_name="Lê Thị Mẹ", paper_number=NUMBER, relation="mẹ", phone="0900000077")
CARD = card(1, number=NUMBER, name="Lê Thị Mẹ", birth="05061980")
WARDS = Criteria(guardian=NUMBER, order=Order.DECLARED)
JUDGED = Judgement(
    op_id="op",
    verdict="valid",
    officer_id="o",
    officer_name="Võ Quang Minh",
    decided_at=datetime(2026, 3, 9, tzinfo=UTC),
)


def minor(sealed: SealedDesk, n: int = 1, guardian: Guardian = MOTHER, **fields: Any) -> Dossier:
    """Put the dossier of a child without a card, for whom a guardian acts."""
    values = {"full_name": f"Trần Bé {n}", "birth": BirthDate(year=2015), "paper_kind": None, "paper_number": None}
    return sealed.put(n, n, declaration=builders.declaration(n, guardian=guardian, **values), **fields)


def mother(sealed: SealedDesk, n: int = 9, **fields: Any) -> Dossier:
    """Put the dossier of the guardian himself."""
    declared = builders.declaration(n, full_name="Lê Thị Mẹ", paper_number=NUMBER)
    return sealed.put(n, n, declaration=declared, **fields)


def test_a_guardians_card_belongs_to_the_minors_dossier_that_is_open(sealed: SealedDesk, lookup: Lookup) -> None:
    about = minor(sealed)
    assert scan(lookup, CARD, shown=about.id) == Shown(dossier_id=about.id, guardian=True)


def test_a_guardians_card_opens_the_minors_dossier_and_is_called_the_guardians(
    sealed: SealedDesk, lookup: Lookup
) -> None:
    about = minor(sealed)
    sealed.put(2, 2)
    assert scan(lookup, CARD) == Found(dossier_id=about.id, guardian=True)


def test_a_guardians_number_is_compared_exactly(sealed: SealedDesk, lookup: Lookup) -> None:
    minor(sealed)
    for near in ("079180000078", "079180000177", "079180000707"):
        assert isinstance(scan(lookup, card(1, number=near, name="Lê Thị Mẹ")), Search)


def test_a_number_declared_with_blanks_is_the_guardians_all_the_same(sealed: SealedDesk, lookup: Lookup) -> None:
    spaced = Guardian(full_name="Lê Thị Mẹ", paper_number="079 180 000 077", relation="mẹ", phone="")
    about = minor(sealed, guardian=spaced)
    assert scan(lookup, CARD) == Found(dossier_id=about.id, guardian=True)


def test_only_the_guardians_name_is_compared_with_what_was_declared_of_him(sealed: SealedDesk, lookup: Lookup) -> None:
    about = minor(sealed)
    marks, other = (card(1, number=NUMBER, name=name) for name in ("Le Thi Me", "Kẻ Gian Ác"))
    unsure = Found(dossier_id=about.id, guardian=True, unsure=(Field.FULL_NAME,))
    assert scan(lookup, marks) == unsure
    assert scan(lookup, other) == Found(dossier_id=about.id, guardian=True, differs=(Field.FULL_NAME,))
    shown = Shown(dossier_id=about.id, guardian=True, differs=(Field.FULL_NAME,))
    assert scan(lookup, other, shown=about.id) == shown


def test_the_minors_of_one_guardian_are_listed_by_the_search_that_is_named(sealed: SealedDesk, lookup: Lookup) -> None:
    first, second, done = minor(sealed, 1), minor(sealed, 2), minor(sealed, 3, status=Status.APPROVED, judgement=JUDGED)
    minor(sealed, 4, guardian=Guardian(full_name="Ông Khác", paper_number="079180000078", relation="ông", phone=""))
    assert scan(lookup, CARD) == Several(criteria=WARDS, count=2, guardian=True)
    listed = sealed.store.search.page(WARDS, NOW.date(), None, 10).rows
    assert {row.id for row in listed} == {first.id, second.id, done.id}


def test_of_minors_whose_guardian_was_declared_with_two_papers_the_most_urgent_opens(
    sealed: SealedDesk, lookup: Lookup
) -> None:
    old = Guardian(full_name="Lê Thị Mẹ", paper_number="024567890", relation="mẹ", phone="")
    later = minor(sealed, 1, guardian=old, due_on=date(2026, 3, 20))
    first = minor(sealed, 2, due_on=date(2026, 3, 12))
    found = scan(lookup, card(1, number=NUMBER, old="024567890", name="Lê Thị Mẹ"))
    assert found == Found(dossier_id=first.id, others=(later.number,), guardian=True)


def test_who_decided_a_minors_finished_dossier_is_told_to_the_guardian(sealed: SealedDesk, lookup: Lookup) -> None:
    about = minor(sealed, status=Status.APPROVED, judgement=JUDGED)
    wanted = Decided(
        dossier_id=about.id, status=Status.APPROVED, by="Võ Quang Minh", at=JUDGED.decided_at, guardian=True
    )
    assert scan(lookup, CARD) == wanted


def test_a_guardians_own_dossier_comes_first_and_the_minors_are_told(sealed: SealedDesk, lookup: Lookup) -> None:
    own, ward = mother(sealed), minor(sealed)
    differs = (Field.BIRTH,)
    wards: Found | Several = Found(dossier_id=ward.id, guardian=True)
    assert scan(lookup, CARD) == Found(dossier_id=own.id, differs=differs, wards=wards)
    minor(sealed, 2)
    wards = Several(criteria=WARDS, count=2, guardian=True)
    assert scan(lookup, CARD) == Found(dossier_id=own.id, differs=differs, wards=wards)


def test_a_guardian_who_has_been_served_is_led_to_the_minor_who_has_not(sealed: SealedDesk, lookup: Lookup) -> None:
    mother(sealed, status=Status.APPROVED, judgement=JUDGED)
    ward = minor(sealed)
    assert scan(lookup, CARD) == Found(dossier_id=ward.id, guardian=True)


def test_a_served_guardian_of_served_minors_is_told_of_his_own_dossier(sealed: SealedDesk, lookup: Lookup) -> None:
    own = mother(sealed, status=Status.APPROVED, judgement=JUDGED)
    minor(sealed, status=Status.APPROVED, judgement=JUDGED)
    found = scan(lookup, CARD)
    assert isinstance(found, Decided)
    assert (found.dossier_id, found.guardian) == (own.id, False)


def test_a_minor_declared_with_the_guardians_number_is_taken_at_the_declarations_word(
    sealed: SealedDesk, lookup: Lookup
) -> None:
    same = builders.declaration(1, full_name="Trần Bé 1", paper_number=NUMBER, guardian=MOTHER)
    about = sealed.put(1, declaration=same)
    found = scan(lookup, CARD, shown=about.id)
    assert isinstance(found, Shown)
    assert not found.guardian
    assert Field.FULL_NAME in found.differs


def test_a_bar_code_of_a_guardians_number_leads_to_the_minor(sealed: SealedDesk, lookup: Lookup) -> None:
    about = minor(sealed)
    assert lookup.find(Unknown(text=NUMBER)) == Found(dossier_id=about.id, guardian=True)
