"""Codes, card numbers, passports, phones and e-mail addresses as people type them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.domain import identifiers
from officer_console.domain.errors import RuleError
from officer_console.domain.person import Sex
from officer_console.domain.provinces import BIRTH_PLACES

READERS: list[Callable[[str], object]] = [
    identifiers.social_code,
    identifiers.health_card,
    identifiers.citizen_number,
    identifiers.old_identity_number,
    identifiers.passport,
    identifiers.phone,
    identifiers.email,
]
CODES = {
    "social-code-length",
    "health-card-malformed",
    "citizen-number-length",
    "old-identity-number-length",
    "passport-malformed",
    "phone-malformed",
    "email-malformed",
}
MOBILE = st.from_regex(r"0[35789][0-9]{8}", fullmatch=True).filter(str.isascii)


def refusal_of(reader: Callable[[str], object], text: str) -> str:
    with pytest.raises(RuleError) as refused:
        reader(text)
    return refused.value.code


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40), st.sampled_from(READERS))
def test_whatever_is_typed_is_read_or_refused_with_a_code(text: str, reader: Callable[[str], object]) -> None:
    code = None
    try:
        reader(text)
    except RuleError as refused:
        code = refused.code
    assert code is None or code in CODES


@pytest.mark.parametrize("text", ["0123456789", " 01234 56789 ", "0123456789\u200b", "０１２３４５６７８９"])
def test_a_code_of_ten_digits_is_read_however_it_was_pasted(text: str) -> None:
    assert identifiers.social_code(text) == "0123456789"


def test_a_code_of_twelve_digits_is_read() -> None:
    assert identifiers.social_code("001090012345") == "001090012345"


@pytest.mark.parametrize("text", ["", "123456789", "01234567890", "0010900123456", "01234S6789", "٠١٢٣٤٥٦٧٨٩"])
def test_other_lengths_and_letters_are_no_code(text: str) -> None:
    assert refusal_of(identifiers.social_code, text) == "social-code-length"


@pytest.mark.parametrize("text", ["DN4010123456789", "dn 4 01 0123456789"])
def test_the_last_ten_digits_of_a_health_card_are_the_code(text: str) -> None:
    assert identifiers.health_card(text) == "0123456789"


@pytest.mark.parametrize("text", ["DN6010123456789", "D44010123456789", "DN401012345678", "0123456789"])
def test_a_number_of_another_form_is_no_health_card(text: str) -> None:
    assert refusal_of(identifiers.health_card, text) == "health-card-malformed"


@pytest.mark.parametrize(
    ("number", "place", "sex", "year"),
    [
        ("001090012345", "Hà Nội", Sex.MALE, 1990),
        ("079199000001", "Hồ Chí Minh", Sex.FEMALE, 1999),
        ("096200000001", "Cà Mau", Sex.MALE, 2000),
        ("024315000001", "Bắc Giang", Sex.FEMALE, 2015),
        ("023999000001", None, Sex.FEMALE, 2399),
    ],
)
def test_a_citizen_number_tells_place_sex_and_year(number: str, place: str | None, sex: Sex, year: int) -> None:
    read = identifiers.citizen_number(number)
    assert (read.place_code, read.place, read.sex, read.birth_year) == (number[:3], place, sex, year)


@given(st.integers(0, 10**12 - 1))
def test_every_twelve_digits_are_a_citizen_number_of_1900_to_2399(value: int) -> None:
    read = identifiers.citizen_number(f"{value:012d}")
    assert 1900 <= read.birth_year <= 2399
    assert read.birth_year % 100 == int(read.number[4:6])


def test_all_63_provinces_are_in_the_table() -> None:
    assert len(BIRTH_PLACES) == 63
    assert all(len(code) == 3 and code.isdigit() for code in BIRTH_PLACES)
    assert len(set(BIRTH_PLACES.values())) == 63


@pytest.mark.parametrize("text", ["00109001234", "", "00109001234X"])
def test_other_lengths_are_no_citizen_number(text: str) -> None:
    assert refusal_of(identifiers.citizen_number, text) == "citizen-number-length"


def test_an_old_identity_number_has_nine_or_twelve_digits() -> None:
    assert identifiers.old_identity_number("012 345 678") == "012345678"
    assert identifiers.old_identity_number("012345678901") == "012345678901"
    assert refusal_of(identifiers.old_identity_number, "0123456789") == "old-identity-number-length"


def test_passports_of_vietnam_are_told_from_foreign_ones() -> None:
    assert identifiers.passport(" b1234567 ") == "B1234567"
    assert identifiers.vietnamese_passport("B1234567")
    assert not identifiers.vietnamese_passport(identifiers.passport("X12Y45678"))


@pytest.mark.parametrize("text", ["B123", "B123456789", "Ð1234567", "B12-34567"])
def test_other_texts_are_no_passport(text: str) -> None:
    assert refusal_of(identifiers.passport, text) == "passport-malformed"


@pytest.mark.parametrize(
    "text",
    ["0912345678", "+84912345678", "84 912 345 678", "0084912345678", "+84 (0) 912-345-678", "0912.345.678"],
)
def test_one_phone_has_many_writings(text: str) -> None:
    assert identifiers.phone(text) == "0912345678"
    assert not identifiers.old_phone(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("01621234567", "0321234567"),
        ("01691234567", "0391234567"),
        ("01201234567", "0701234567"),
        ("01211234567", "0791234567"),
        ("01221234567", "0771234567"),
        ("01261234567", "0761234567"),
        ("01281234567", "0781234567"),
        ("01231234567", "0831234567"),
        ("01241234567", "0841234567"),
        ("01251234567", "0851234567"),
        ("01271234567", "0811234567"),
        ("01291234567", "0821234567"),
        ("01861234567", "0561234567"),
        ("01881234567", "0581234567"),
        ("+84 199 1234567", "0591234567"),
    ],
)
def test_a_number_of_before_2018_is_rewritten(old: str, new: str) -> None:
    assert identifiers.old_phone(old)
    assert identifiers.phone(old) == new


@pytest.mark.parametrize("text", ["", "0212345678", "091234567", "09123456789", "01611234567", "+1 912 345 678", "abc"])
def test_landlines_foreign_and_mistyped_numbers_are_refused(text: str) -> None:
    assert refusal_of(identifiers.phone, text) == "phone-malformed"


@given(MOBILE)
def test_a_mobile_number_is_read_the_same_with_and_without_country_code(number: str) -> None:
    assert identifiers.phone(number) == number == identifiers.phone("+84" + number[1:])


@pytest.mark.parametrize("text", ["an@example.vn", " nguyen.van-an+bhxh@mail.example.com.vn "])
def test_a_sane_address_is_taken_without_its_blanks(text: str) -> None:
    assert identifiers.email(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "an",
        "an@",
        "@example.vn",
        "an@example",
        "an@@example.vn",
        "a n@example.vn",
        "an..b@example.vn",
        ".an@example.vn",
        "an@-example.vn",
        "an@example.vn\nBcc: x@example.vn",
        "ăn@example.vn",
        "a" * 65 + "@example.vn",
        "an@" + "a." * 130 + "vn",
    ],
)
def test_an_address_that_cannot_be_written_to_is_refused(text: str) -> None:
    assert refusal_of(identifiers.email, text) == "email-malformed"
