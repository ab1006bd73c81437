"""What the truth table gets to see of a card."""

from __future__ import annotations

from datetime import date

from officer_console.codes import mrz, payloads
from officer_console.codes.cards import CitizenCard, HealthCard
from officer_console.domain.agreement import CardFacts, CardSource
from officer_console.domain.person import BirthDate, Sex
from officer_console.services.card_facts import card_facts
from tests.codes import samples
from tests.codes.test_mrz import CARD, ICAO_CARD, PASSPORT

BORN = BirthDate(year=1990, month=1, day=1)


def of_lines(*lines: str) -> CardFacts:
    found = mrz.read("\n".join(lines).encode(), today=samples.TODAY)
    assert found is not None
    return card_facts(found)


def test_the_citizen_cards_code_says_all_but_the_social_code() -> None:
    card = payloads.read(samples.CARD_2021)
    assert isinstance(card, CitizenCard)

    assert card_facts(card) == CardFacts(
        source=CardSource.CITIZEN_QR,
        number="001090012345",
        old_number="012345678",
        full_name="Nguyễn Văn An",
        birth=BORN,
        sex=Sex.MALE,
        address="Số 1, Phường Ba Đình, Thành phố Hà Nội",
        issued=date(2021, 4, 15),
    )


def test_a_health_cards_code_of_ten_digits_is_no_citizen_number() -> None:
    card = payloads.read(samples.HEALTH)
    assert isinstance(card, HealthCard)

    facts = card_facts(card)

    assert (facts.source, facts.social_code, facts.number) == (CardSource.HEALTH_QR, "0123456789", None)
    assert (facts.full_name, facts.birth, facts.address) == ("Nguyễn Văn An", BORN, None)


def test_a_health_cards_code_of_twelve_digits_is_one() -> None:
    card = payloads.read(samples.HEALTH.replace(b"DN4010123456789", b"001090012345"))
    assert isinstance(card, HealthCard)

    assert card_facts(card).number == card_facts(card).social_code == "001090012345"


def test_a_cards_lines_give_the_citizen_number_and_no_passport() -> None:
    assert of_lines(*CARD) == CardFacts(
        source=CardSource.MRZ, number="001090012345", full_name="NGUYEN VAN AN", birth=BORN, sex=Sex.MALE
    )
    assert of_lines(*ICAO_CARD).number is None
    assert of_lines(*ICAO_CARD).passport_number is None


def test_a_passports_lines_give_both_numbers() -> None:
    facts = of_lines(*PASSPORT)

    assert (facts.passport_number, facts.number, facts.name_cut) == ("B1234567", "001090012345", False)


def test_a_value_whose_check_digit_fails_is_not_there() -> None:
    first, second, third = CARD

    assert of_lines(first, second.replace("900101", "900201"), third).birth is None


def test_a_name_that_fills_its_line_may_be_cut() -> None:
    first, second, _ = CARD

    facts = of_lines(first, second, "CONG<<TANG<TON<NU<HOANG<THI<PH")

    assert (facts.full_name, facts.name_cut) == ("CONG TANG TON NU HOANG THI PH", True)
