"""Machine-readable lines: what they say, what OCR does to them, and what is never made up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_server.seed.mrz import card_lines, passport_lines
from officer_console.codes import mrz
from officer_console.codes.mrz import Mrz, MrzFormat
from officer_console.domain.names import fold
from officer_console.domain.person import BirthDate, Sex
from tests.codes import samples

CARD = ("IDVNM0900123450001090012345<<1", "9001011M3001019VNM<<<<<<<<<<<2", "NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<")
PASSPORT = ("P<VNMNGUYEN<<VAN<AN<<<<<<<<<<<<<<<<<<<<<<<<<", "B1234567<3VNM9001011M3001019001090012345<<12")
# The specimens printed in ICAO Doc 9303, parts 4 and 5.
ICAO_PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
ICAO_CARD = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")


def read(*lines: str) -> Mrz | None:
    return mrz.read("\n".join(lines).encode(), today=samples.TODAY)


def test_a_citizen_card_says_its_holder() -> None:
    assert read(*CARD) == Mrz(
        format=MrzFormat.TD1,
        document_code="ID",
        issuer="VNM",
        number="090012345",
        personal_number="001090012345",
        full_name="NGUYEN VAN AN",
        birth=BirthDate(year=1990, month=1, day=1),
        sex=Sex.MALE,
        expires=date(2030, 1, 1),
        nationality="VNM",
        failed=(),
        repaired=(),
    )


def test_a_passport_says_its_holder() -> None:
    found = read(*PASSPORT)

    assert found is not None
    assert (found.format, found.number, found.personal_number) == (MrzFormat.TD3, "B1234567", "001090012345")
    assert (found.full_name, found.failed, found.repaired) == ("NGUYEN VAN AN", (), ())


@pytest.mark.parametrize("lines", [ICAO_PASSPORT, ICAO_CARD])
def test_papers_of_other_states_are_read_without_a_citizen_number(lines: tuple[str, ...]) -> None:
    found = read(*lines)

    assert found is not None
    assert (found.full_name, found.birth) == ("ERIKSSON ANNA MARIA", BirthDate(year=1974, month=8, day=12))
    assert (found.sex, found.expires, found.failed) == (Sex.FEMALE, date(2012, 4, 15), ())
    assert (found.issuer, found.personal_number) == ("UTO", None)


def test_lines_are_found_among_other_text_with_blanks_small_letters_and_other_angles() -> None:
    spaced = CARD[0].replace("VNM", " VNM ").lower()
    found = read("CĂN CƯỚC", "", spaced, CARD[1].replace("<<", "«", 2), CARD[2], "~~ 12")

    assert found == read(*CARD)


def test_lines_that_arrive_as_one_are_split() -> None:
    assert read("".join(CARD)) == read(*CARD)
    assert read("".join(PASSPORT)) == read(*PASSPORT)


@pytest.mark.parametrize(
    ("line", "seen", "repaired"),
    [
        (0, "IDVNMO90O123450001090012345<<1", ("number",)),
        (0, "IDVNM0900123450OOIO90OI2345<<1", ("personal_number",)),
        (0, "IDVNM0900123450001090012345<<I", ("personal_number",)),
        (1, "9OOIO11M3001019VNM<<<<<<<<<<<2", ("birth",)),
        (1, "900101IM3OOIOI9VNM<<<<<<<<<<<Z", ("birth", "expires")),
    ],
)
def test_letters_that_stand_where_only_digits_can_are_repaired(line: int, seen: str, repaired: tuple[str, ...]) -> None:
    lines = [*CARD]
    lines[line] = seen

    found, whole = read(*lines), read(*CARD)

    assert found is not None
    assert whole is not None
    assert (found.repaired, found.failed) == (repaired, ())
    assert (found.number, found.personal_number) == (whole.number, whole.personal_number)
    assert (found.birth, found.expires) == (whole.birth, whole.expires)


def test_a_passport_number_is_repaired_in_the_form_of_vietnam_only() -> None:
    seen = "81234S67<3" + PASSPORT[1][10:]
    found = read(PASSPORT[0], seen)
    assert found is not None
    assert (found.number, found.repaired) == ("B1234567", ("number",))

    foreign = read(ICAO_PASSPORT[0], ICAO_PASSPORT[1].replace("L898902C3", "L8989O2C3"))
    assert foreign is None or (foreign.number is None and "number" in foreign.failed)


def test_a_repair_that_the_check_digit_does_not_prove_is_none() -> None:
    found = read(CARD[0].replace("001090012345", "OO1090012346"), *CARD[1:])

    assert found is not None
    assert (found.personal_number, found.repaired) == (None, ())
    assert set(found.failed) == {"personal_number", "composite"}


def test_a_date_that_adds_up_but_does_not_exist_is_none() -> None:
    assert mrz.check_digit("900230") == "6"
    found = read(CARD[0], "9OO230G" + CARD[1][7:], CARD[2])

    assert found is not None
    assert (found.birth, found.repaired) == (None, ())
    assert "birth" in found.failed


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_fillers_that_ocr_lost_or_invented_are_put_right(lost: int) -> None:
    shorter = CARD[1].replace("<" * lost, "", 1)
    longer = CARD[1].replace("VNM", "VNM" + "<" * lost)

    assert read(CARD[0], shorter, CARD[2][:-lost]) == read(CARD[0], longer, CARD[2] + "<" * lost) == read(*CARD)


@pytest.mark.parametrize("place", range(30))
def test_a_digit_misread_in_the_first_line_never_gives_another_number(place: int) -> None:
    if not CARD[0][place].isdigit():
        return
    for digit in "0123456789":
        found = read(CARD[0][:place] + digit + CARD[0][place + 1 :], *CARD[1:])
        if found is not None:
            assert found.number in {None, "090012345"}
            assert found.personal_number in {None, "001090012345"}


def test_two_numbers_that_add_up_but_contradict_each_other_are_both_left_out() -> None:
    lines = card_lines("001090054321", "An", BirthDate(year=1990), Sex.MALE, date(2030, 1, 1))
    found = read(CARD[0][:15] + lines[0][15:], *CARD[1:])

    assert found is not None
    assert (found.number, found.personal_number) == (None, None)
    assert {"number", "personal_number"} <= set(found.failed)


def test_the_century_comes_from_the_citizens_number_or_else_from_today() -> None:
    old = read(*card_lines("001024000018", "A B", BirthDate(year=1924, month=5, day=2), Sex.MALE, date(2099, 12, 31)))
    young = read(*passport_lines("C1234567", "A B", BirthDate(year=2024, month=5, day=2), Sex.MALE, date(2034, 1, 1)))
    unborn = read(*passport_lines("C1234567", "A B", BirthDate(year=1926, month=12, day=2), Sex.MALE, date(2034, 1, 1)))

    assert old is not None
    assert young is not None
    assert unborn is not None
    assert [mrz.birth and mrz.birth.year for mrz in (old, young, unborn)] == [1924, 2024, 1926]
    assert old.expires == date(2099, 12, 31)


@pytest.mark.parametrize("lines", [CARD[:2], CARD[::-1], ("<" * 30,) * 3, ("A" * 30,) * 3, ("0" * 40,) * 2])
def test_lines_that_do_not_add_up_are_none(lines: tuple[str, ...]) -> None:
    assert read(*lines) is None


@given(
    samples.digits, samples.names, samples.births, st.sampled_from(Sex), st.dates(date(2020, 1, 1), date(2099, 12, 31))
)
def test_every_card_comes_back_as_it_was_written(
    number: str, name: str, birth: BirthDate, sex: Sex, expires: date
) -> None:
    digits = f"{number[:3]}{2 * (birth.year // 100 - 19) + (sex is Sex.FEMALE)}{birth.year % 100:02d}{number[6:]}"

    found = read(*card_lines(digits, name, birth, sex, expires))

    assert found is not None
    assert (found.personal_number, found.number) == (digits, digits[3:])
    assert (found.birth, found.sex, found.expires) == (birth, sex, expires)
    assert fold(name).replace("'", "").upper()[:20] == found.full_name[:20]
    assert (found.failed, found.repaired) == ((), ())


@given(st.binary())
def test_any_bytes_are_answered(data: bytes) -> None:
    assert mrz.read(data, today=samples.TODAY) is None


@given(st.lists(st.text("0123456789ABDIOQSZGVNM<", min_size=27, max_size=47), max_size=5))
def test_anything_that_looks_like_lines_is_answered(lines: list[str]) -> None:
    found = read(*lines)

    assert found is None or len(found.failed) <= 2


@given(st.sampled_from([CARD, PASSPORT]), st.data())
def test_lines_with_two_misread_characters_never_give_another_citizen_number(
    lines: tuple[str, ...], data: st.DataObject
) -> None:
    text = "\n".join(lines)
    for _ in range(2):
        place = data.draw(st.integers(0, len(text) - 1))
        text = text[:place] + data.draw(st.sampled_from("OQDILZSGB<K ")) + text[place + 1 :]

    found = mrz.read(text.encode(), today=samples.TODAY)

    assert found is None or found.personal_number in {None, "001090012345"}
