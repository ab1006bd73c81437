"""The truth table: what agrees, how far, and where the officer has to look himself."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.domain.agreement import CardFacts, CardSource, Cell, Field, table
from officer_console.domain.comparing import Agreement, addresses, births, names, numbers
from officer_console.domain.person import Address, BirthDate, Declaration, PaperKind, Sex, Vintage
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict
from tests.domain.samples import ADDRESS, DECLARATION

NOON = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
CARD = CardFacts(
    source=CardSource.CITIZEN_QR,
    number="001090012345",
    old_number="012345678",
    full_name="NGUYỄN VĂN AN",
    birth=BirthDate(year=1990, month=1, day=1),
    sex=Sex.MALE,
    address="Số 1 phố Mẫu, Ba Đình, TP. Hà Nội",
    issued=date(2021, 4, 15),
)
LINES = CardFacts(source=CardSource.MRZ, number="001090012345", full_name="NGUYEN VAN AN", sex=Sex.MALE)
DIGITS = st.text("0123456789", min_size=9, max_size=12)
DAYS = st.dates(date(1900, 1, 1), date(2025, 12, 31))


def on_card(field: Field, card: CardFacts = CARD, declaration: Declaration = DECLARATION) -> Cell:
    cell = next(row.card for row in table(declaration, card, None, None) if row.field is field)
    assert cell is not None
    return cell


def in_registry(field: Field, verdict: RegistryVerdict, name: str | None = None) -> Cell | None:
    answer = RegistryAnswer(verdict=verdict, checked_at=NOON, registry_name=name)
    return next(row.registry for row in table(DECLARATION, None, answer, None) if row.field is field)


def before(field: Field, previous: Declaration) -> Cell:
    cell = next(row.previous for row in table(DECLARATION, None, None, previous) if row.field is field)
    assert cell is not None
    return cell


def test_a_card_that_agrees_is_the_same_in_every_row_it_speaks_of() -> None:
    found = {row.field: row.card.agreement for row in table(DECLARATION, CARD, None, None) if row.card}

    assert found == dict.fromkeys(Field, Agreement.SAME) | {Field.SOCIAL_CODE: Agreement.MISSING}


def test_a_source_that_is_not_there_has_no_cells() -> None:
    rows = table(DECLARATION, None, None, None)

    assert [row.field for row in rows] == list(Field)
    assert {(row.card, row.registry, row.previous) for row in rows} == {(None, None, None)}


@pytest.mark.parametrize(
    ("other", "agreement"),
    [
        ("nguyễn văn an", Agreement.SAME),
        (unicodedata.normalize("NFD", "NGUYỄN VĂN AN"), Agreement.SAME),
        ("Nguyễn Văn Ân", Agreement.MARKS),
        ("Nguyễn Vân Anh", Agreement.ONE_LETTER),
        ("Trần Văn An", Agreement.DIFFERENT),
        ("", Agreement.MISSING),
        (None, Agreement.MISSING),
    ],
)
def test_names_go_down_the_ladder(other: str | None, agreement: Agreement) -> None:
    assert names("Nguyễn Văn An", other) is agreement


def test_tone_placement_is_no_difference() -> None:
    assert names("Lê Thị Hòa", "LÊ THỊ HOÀ") is Agreement.SAME


def test_a_name_without_marks_is_the_same_at_best_uncertainly() -> None:
    assert on_card(Field.FULL_NAME, LINES) == Cell(text="NGUYEN VAN AN", agreement=Agreement.SAME, certain=False)
    misread = replace(LINES, full_name="NGUYEN VAN AM")
    assert on_card(Field.FULL_NAME, misread).agreement is Agreement.ONE_LETTER
    assert not on_card(Field.FULL_NAME, misread).certain
    other = replace(LINES, full_name="TRAN THI BINH")
    assert on_card(Field.FULL_NAME, other) == Cell(text="TRAN THI BINH", agreement=Agreement.DIFFERENT)


@pytest.mark.parametrize(
    ("declared", "line"), [("H'Hen Niê", "HHEN NIE"), ("Lê Hoà-Bình", "LE HOA BINH"), ("Đỗ Ước", "DO UOC")]
)
def test_signs_that_lines_cannot_hold_are_no_difference(declared: str, line: str) -> None:
    cell = on_card(Field.FULL_NAME, replace(LINES, full_name=line), replace(DECLARATION, full_name=declared))

    assert cell.agreement is Agreement.SAME


def test_only_a_name_that_filled_its_line_may_lack_its_end() -> None:
    declared = replace(DECLARATION, full_name="Công Tằng Tôn Nữ Hoàng Thị Phương Thảo")
    cut = replace(LINES, full_name="CONG TANG TON NU HOANG THI PH", name_cut=True)

    assert on_card(Field.FULL_NAME, cut, declared).agreement is Agreement.SAME
    assert on_card(Field.FULL_NAME, replace(cut, name_cut=False), declared).agreement is Agreement.DIFFERENT


@given(DIGITS, st.integers(0, 8), st.integers(1, 9))
def test_a_number_with_one_wrong_digit_is_different(number: str, at: int, by: int) -> None:
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]

    assert numbers(number, wrong) is Agreement.DIFFERENT
    assert numbers(number, number[:-1]) is Agreement.DIFFERENT
    assert (
        numbers(number, number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})) is Agreement.SAME
    )
    assert numbers(f"{number}²", f"{number}2") is Agreement.DIFFERENT
    assert numbers(number, f" {number[:3]} {number[3:]}\u200b") is Agreement.SAME


@pytest.mark.parametrize(
    ("kind", "number", "agreement"),
    [
        (PaperKind.CITIZEN_CARD, "001090012345", Agreement.SAME),
        (PaperKind.CITIZEN_CARD, "001090012354", Agreement.DIFFERENT),
        (PaperKind.CITIZEN_CARD, "012345678", Agreement.DIFFERENT),
        (PaperKind.OLD_IDENTITY_CARD, "012345678", Agreement.SAME),
        (PaperKind.OLD_IDENTITY_CARD, "012345687", Agreement.DIFFERENT),
        (PaperKind.OLD_IDENTITY_CARD, "001090012345", Agreement.SAME),
        (PaperKind.PASSPORT, "B1234567", Agreement.MISSING),
        (None, "012345678", Agreement.SAME),
        (None, None, Agreement.MISSING),
    ],
)
def test_the_number_of_the_declared_paper_is_compared(
    kind: PaperKind | None, number: str | None, agreement: Agreement
) -> None:
    declaration = replace(DECLARATION, paper_kind=kind, paper_number=number)

    assert on_card(Field.PAPER_NUMBER, CARD, declaration).agreement is agreement


def test_a_card_without_an_old_number_says_nothing_of_it() -> None:
    declaration = replace(DECLARATION, paper_kind=PaperKind.OLD_IDENTITY_CARD, paper_number="012345678")

    cell = on_card(Field.PAPER_NUMBER, replace(CARD, old_number=None), declaration)

    assert cell == Cell(text=None, agreement=Agreement.MISSING)


@pytest.mark.parametrize(
    ("declared", "on_health_card", "agreement", "certain"),
    [
        ("0123456789", "0123456789", Agreement.SAME, True),
        ("0123456789", "0123456798", Agreement.DIFFERENT, True),
        ("001090012345", "001090012345", Agreement.SAME, True),
        ("001090012345", "0123456789", Agreement.DIFFERENT, False),
        ("0123456789", "001090012345", Agreement.DIFFERENT, False),
    ],
)
def test_an_old_code_beside_a_new_one_is_not_surely_another_person(
    declared: str, on_health_card: str, agreement: Agreement, *, certain: bool
) -> None:
    card = CardFacts(source=CardSource.HEALTH_QR, social_code=on_health_card)

    cell = on_card(Field.SOCIAL_CODE, card, replace(DECLARATION, social_code=declared))

    assert cell == Cell(text=on_health_card, agreement=agreement, certain=certain)


def test_a_code_of_twelve_digits_is_the_number_on_the_card() -> None:
    assert on_card(Field.SOCIAL_CODE, CARD, replace(DECLARATION, social_code="001090012345")).agreement is (
        Agreement.SAME
    )
    assert on_card(Field.SOCIAL_CODE, CARD, replace(DECLARATION, social_code="001090012346")).agreement is (
        Agreement.DIFFERENT
    )


@given(DAYS, DAYS)
def test_days_agree_exactly_or_with_day_and_month_swapped(one: date, two: date) -> None:
    first, second = (BirthDate(year=day.year, month=day.month, day=day.day) for day in (one, two))
    swapped = (one.year, one.month, one.day) == (two.year, two.day, two.month)
    expected = Agreement.DAY_MONTH_SWAPPED if swapped else Agreement.DIFFERENT

    assert births(first, second) is births(second, first)
    assert births(first, second) is (Agreement.SAME if one == two else expected)


@given(DAYS)
def test_a_less_precise_date_agrees_as_far_as_it_goes(day: date) -> None:
    whole = BirthDate(year=day.year, month=day.month, day=day.day)

    assert births(whole, BirthDate(year=day.year)) is Agreement.YEAR_ONLY
    assert births(BirthDate(year=day.year, month=day.month), whole) is Agreement.YEAR_ONLY
    assert births(whole, BirthDate(year=day.year + 1)) is Agreement.DIFFERENT
    assert births(whole, BirthDate(year=day.year, month=day.month % 12 + 1)) is Agreement.DIFFERENT
    assert births(BirthDate(year=day.year), BirthDate(year=day.year)) is Agreement.SAME


def test_the_fifth_of_march_swapped_is_the_third_of_may() -> None:
    march, may = BirthDate(year=1990, month=3, day=5), BirthDate(year=1990, month=5, day=3)

    assert births(march, may) is Agreement.DAY_MONTH_SWAPPED
    assert births(march, None) is Agreement.MISSING


def test_sexes_are_the_same_or_not() -> None:
    assert on_card(Field.SEX, replace(CARD, sex=Sex.FEMALE)) == Cell(text="female", agreement=Agreement.DIFFERENT)
    assert on_card(Field.SEX, replace(CARD, sex=None)) == Cell(text=None, agreement=Agreement.MISSING)
    assert not on_card(Field.SEX, LINES).certain


@pytest.mark.parametrize(
    ("one", "two", "agreement", "certain"),
    [
        ("Số 1, Phường Ba Đình, Thành phố Hà Nội", "SỐ 1, P. BA ĐÌNH, TP HÀ NỘI", Agreement.SAME, True),
        ("P5, Q.8, TP.Hồ Chí Minh", "Phường 5, Quận 8, Thành phố Hồ Chí Minh", Agreement.SAME, True),
        ("Xã Thuận Hòa, Tỉnh Cà Mau", "Xã Thuận Hoà, Tỉnh Cà Mau", Agreement.SAME, True),
        ("Xã Thuân Hòa, Tỉnh Cà Mau", "Xã Thuận Hoà, Tỉnh Cà Mau", Agreement.MARKS, True),
        ("Ba Đình, Hà Nội", "Phường Ba Đình, Thành phố Hà Nội", Agreement.SAME, False),
        ("Ba Dinh, Ha Noi", "Phường Ba Đình, Thành phố Hà Nội", Agreement.MARKS, False),
        ("Phường Ba Đình, Hà Nội", "Xã Ba Đình, Hà Nội", Agreement.DIFFERENT, False),
        ("Số 1 phố Mẫu, Hà Nội", "Số 2 phố Mẫu, Hà Nội", Agreement.DIFFERENT, False),
        ("Xã Ia Grai, Tỉnh Gia Lai", "Xã Ia Gray, Tỉnh Gia Lai", Agreement.ONE_LETTER, False),
        ("Phường Ba Đình, Hà Nội", "Phường Ba Đình, Quận Ba Đình, Hà Nội", Agreement.DIFFERENT, False),
        ("Phường Ba Đình, Hà Nội", "", Agreement.MISSING, True),
    ],
)
def test_addresses_agree_by_their_words(one: str, two: str, agreement: Agreement, *, certain: bool) -> None:
    assert addresses(one, two) == (agreement, certain)
    assert addresses(two, one) == (agreement, certain)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_wording_proves_another_place(one: str, two: str) -> None:
    assert addresses(one, two) != (Agreement.DIFFERENT, True)
    assert addresses(one, two) == addresses(two, one)
    assert addresses(one, one)[0] in (Agreement.SAME, Agreement.MISSING)


def test_other_units_of_one_map_are_another_place_and_one_wording_on_two_maps_is_not_sure() -> None:
    moved = replace(ADDRESS, province_code="79", province="Thành phố Hồ Chí Minh", commune="Phường Sài Gòn")
    old_map = Address(
        vintage=Vintage.BEFORE_2025_07, province_code="01", province=ADDRESS.province, commune=ADDRESS.commune
    )
    same_words = replace(old_map, street=ADDRESS.street)

    assert before(Field.ADDRESS, replace(DECLARATION, address=moved)).certain
    assert before(Field.ADDRESS, replace(DECLARATION, address=moved)).agreement is Agreement.DIFFERENT
    found = before(Field.ADDRESS, replace(DECLARATION, address=same_words))
    assert (found.agreement, found.certain) == (Agreement.SAME, False)


def test_the_old_account_is_compared_in_every_row() -> None:
    previous = replace(DECLARATION, full_name="Nguyễn Văn Ân", social_code="0123456780", sex=Sex.FEMALE)
    found = {row.field: row.previous.agreement for row in table(DECLARATION, None, None, previous) if row.previous}

    assert found == dict.fromkeys(Field, Agreement.SAME) | {
        Field.FULL_NAME: Agreement.MARKS,
        Field.SOCIAL_CODE: Agreement.DIFFERENT,
        Field.SEX: Agreement.DIFFERENT,
    }


@pytest.mark.parametrize(
    ("verdict", "name", "agreement", "code"),
    [
        (RegistryVerdict.MATCH, None, Agreement.SAME, Agreement.SAME),
        (RegistryVerdict.MARKS_DIFFER, "Nguyễn Văn Ân", Agreement.MARKS, Agreement.SAME),
        (RegistryVerdict.NAME_DIFFERS, "Nguyễn Văn Ang", Agreement.ONE_LETTER, Agreement.SAME),
        (RegistryVerdict.NAME_DIFFERS, None, Agreement.DIFFERENT, Agreement.SAME),
        (RegistryVerdict.NAME_DIFFERS, "Nguyễn Văn An", Agreement.DIFFERENT, Agreement.SAME),
        (RegistryVerdict.CODE_ABSENT, None, Agreement.MISSING, Agreement.MISSING),
        (RegistryVerdict.AMBIGUOUS, None, Agreement.MISSING, Agreement.SAME),
        (RegistryVerdict.SILENT, None, Agreement.MISSING, Agreement.MISSING),
    ],
)
def test_the_registry_speaks_of_name_and_code_only(
    verdict: RegistryVerdict, name: str | None, agreement: Agreement, code: Agreement
) -> None:
    in_name, in_code = in_registry(Field.FULL_NAME, verdict, name), in_registry(Field.SOCIAL_CODE, verdict, name)

    assert in_name is not None
    assert in_code is not None
    assert (in_name.text, in_name.agreement, in_code.agreement) == (name, agreement, code)
    assert in_code.certain is (verdict is not RegistryVerdict.AMBIGUOUS)
    assert in_registry(Field.BIRTH, verdict, name) is None
