"""What the text of a code says: cards of all vintages, our own forms, everything else."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from officer_console.codes import fields, payloads
from officer_console.codes.cards import CitizenCard, Fault, HealthCard
from officer_console.codes.forms import FormCode, Standing, form_text, signed_bytes
from officer_console.codes.payloads import Unknown
from officer_console.domain.person import BirthDate, Sex
from tests.codes import samples

CARD = CitizenCard(
    number="001090012345",
    old_number="012345678",
    full_name="Nguyễn Văn An",
    birth=BirthDate(year=1990, month=1, day=1),
    sex=Sex.MALE,
    address="Số 1, Phường Ba Đình, Thành phố Hà Nội",
    issued=date(2021, 4, 15),
)


def mac(signed: bytes, key: bytes = b"k" * 32) -> bytes:
    return hmac.digest(key, signed, hashlib.sha256)[:8]


def genuine(signed: bytes, given: bytes) -> bool:
    return hmac.compare_digest(mac(signed), given)


def test_the_card_of_2021_is_read_field_by_field() -> None:
    assert payloads.read(samples.CARD_2021) == CARD


def test_the_card_of_2024_keeps_its_four_further_fields_as_they_are() -> None:
    assert payloads.read(samples.CARD_2021 + "|Hà Nội|Nguyễn Văn Ba||Trần Thị Bốn".encode()) == replace(
        CARD, extra=("Hà Nội", "Nguyễn Văn Ba", "", "Trần Thị Bốn")
    )


@pytest.mark.parametrize("field", [b"|012345678|", b"||", b"|"], ids=["old number", "empty", "no field at all"])
def test_a_card_without_old_number_is_the_same_card(field: bytes) -> None:
    data = samples.CARD_2021.replace(b"|012345678|", field)

    assert payloads.read(data) == (CARD if field == b"|012345678|" else replace(CARD, old_number=None))


@pytest.mark.parametrize(
    ("written", "birth"),
    [
        (b"1990", BirthDate(year=1990)),
        (b"031990", BirthDate(year=1990, month=3)),
        (b"00001990", BirthDate(year=1990)),
        (b"2/3/1990", BirthDate(year=1990, month=3, day=2)),
    ],
)
def test_a_birth_date_is_as_precise_as_the_card(written: bytes, birth: BirthDate) -> None:
    assert payloads.read(samples.CARD_2021.replace(b"01011990", written)) == replace(CARD, birth=birth)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", "\ufeff\ufeff".encode(), b" \t"])
@pytest.mark.parametrize("after", [b"", b"\r", b"\n", b"\r\n", b"\t", b"\x00", "\ufeff".encode()])
def test_what_scanners_put_around_a_card_changes_nothing(before: bytes, after: bytes) -> None:
    assert payloads.read(before + samples.CARD_2021 + after) == CARD
    assert payloads.read(before + samples.HEALTH + after) == payloads.read(samples.HEALTH)


def test_decomposed_letters_are_read_as_composed_ones() -> None:
    assert payloads.read(unicodedata.normalize("NFD", samples.CARD_2021.decode()).encode()) == CARD


@pytest.mark.parametrize(
    "spoiled",
    [
        samples.CARD_2021.replace(b"001090012345", b"00109001234"),
        samples.CARD_2021.replace(b"001090012345", "00109001234٥".encode()),
        samples.CARD_2021.replace(b"01011990", b"31021990"),
        samples.CARD_2021.replace(b"01011990", b"01010990"),
        samples.CARD_2021.replace("Nguyễn".encode(), "Nguy盻".encode()),
        samples.CARD_2021.replace("Nguyễn Văn An".encode(), b"1234"),
        samples.CARD_2021.replace(b"|", b"#"),
        samples.CARD_2021.replace("Nguyễn Văn An".encode(), b"Nguy?n V?n An"),
        samples.CARD_2021.replace("ễ".encode(), "\ufffd".encode()),
        samples.CARD_2021.replace("Nguyễn Văn An".encode(), b"<b>X</b>"),
        samples.CARD_2021.replace("Ba Đình".encode(), b"Ba ??nh"),
        samples.CARD_2021.replace("Ba Đình".encode(), "Ba\ufffdình".encode()),
        samples.CARD_2021.replace("Ba Đình".encode(), b"Ba\tDinh"),
        samples.CARD_2021.replace("Ba Đình".encode(), b"Ba\rDinh"),
        samples.CARD_2021.replace(b"|012345678|", b"|12345|"),
        samples.CARD_2021.replace(b"|012345678|", "|01234567²|".encode()),
        samples.CARD_2021.replace(b"Nam|", "N÷|".encode()),
        samples.CARD_2021.replace("Nguyễn Văn An".encode(), "CÃ´ng".encode()),
        samples.CARD_2021.replace("Nguyễn Văn An".encode(), "Ä‘an".encode()),
        "001090012345||Nguyen Van An|01011990|Nam|Ph? 1, Hà Tây|15042021".encode(),
        samples.CARD_2021.replace(b"01011990", b"31121890"),
        samples.CARD_2021.replace(b"01011990", b"01012150"),
        samples.CARD_2021.replace(b"01011990", b"16042021"),
        samples.CARD_2021 + b"|x" * 5,
        samples.HEALTH.replace(b"4e677579e1bb856e2056c4836e20416e", "Nguy?n Văn An".encode().hex().encode()),
        samples.CARD_2021[:40],
        samples.HEALTH.replace(b"4e677579", b"4e67757"),
        samples.HEALTH.replace(b"4e67", "4ê67".encode()),
        samples.HEALTH.replace(b"DN4", b"DN9"),
        samples.HEALTH[:-1],
        b"https://example.invalid/?q=1|2|3|4|5|6",
        b"$",
        b"",
    ],
)
def test_a_code_that_is_not_whole_is_unknown_and_keeps_its_text(spoiled: bytes) -> None:
    assert payloads.read(spoiled) == Unknown(text=spoiled.decode())


def test_nobody_has_a_card_before_he_is_born() -> None:
    data = samples.CARD_2021.replace(b"01011990", b"01012027").replace(b"15042021", b"")

    assert isinstance(payloads.read(data), CitizenCard)
    assert isinstance(payloads.read(data, today=samples.TODAY), Unknown)


@pytest.mark.parametrize(
    "name",
    [
        "Ksor H'Blơr",
        "Y Bhiăr Niê-Kdăm",
        "Lê T. Hà",
        "Rơ Châm H’Oanh",
        "H` Yiêng Niê",
        "Siu H´Bla",
        "R‘Com H′Mi",
        "Nguyễn Văn A (Ba)",
    ],
)
def test_names_of_all_peoples_of_the_country_are_names(name: str) -> None:
    read = payloads.read(samples.CARD_2021.replace("Nguyễn Văn An".encode(), name.encode()))

    assert read == replace(CARD, full_name=name)


@pytest.mark.parametrize("address", ["Số nhà? Ấp 3", "Hẻm 5 (?), Phường 7", "Khu phố 3?"])
def test_a_question_mark_that_somebody_wrote_spoils_no_card(address: str) -> None:
    data = samples.CARD_2021.replace("Số 1, Phường Ba Đình, Thành phố Hà Nội".encode(), address.encode())

    assert payloads.read(data) == replace(CARD, address=address)


@pytest.mark.parametrize("said", ["Khác", "Không xác định"])
def test_a_sex_in_words_we_do_not_know_is_not_known(said: str) -> None:
    assert payloads.read(samples.CARD_2021.replace(b"Nam|", f"{said}|".encode())) == replace(CARD, sex=None)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("001090012345", "00109001234", Fault.NUMBER),
        ("Nguyễn Văn An", "<b>X</b>", Fault.NAME),
        ("Nguyễn Văn An", "Nguy?n V?n An", Fault.LETTERS),
        ("01011990", "31021990", Fault.BIRTH),
        ("Nam|", "1|", Fault.SEX),
        ("|15042021", "|" * 9, Fault.FIELDS),
    ],
)
def test_a_refused_card_says_which_field_it_was(before: str, after: str, fault: Fault) -> None:
    read = payloads.read(samples.CARD_2021.decode().replace(before, after, 1).encode())

    assert isinstance(read, Unknown)
    assert read.fault is fault


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    assert payloads.read(b"AB\xff|\xfe") == Unknown(text="AB\\xff|\\xfe")


def test_the_health_card_is_read_field_by_field() -> None:
    assert payloads.read(samples.HEALTH) == HealthCard(
        number="DN4010123456789",
        social_code="0123456789",
        full_name="Nguyễn Văn An",
        birth=BirthDate(year=1990, month=1, day=1),
        sex=Sex.MALE,
        address=None,
        clinic="01001",
        valid_from=date(2021, 1, 1),
        valid_to=date(2021, 12, 31),
        issued=date(2020, 12, 15),
        authority="01000123456789",
        guardian=None,
        living_area="4",
        five_years_on=date(2023, 1, 1),
        check="0a1b2c3d4e5f-7102",
    )


@pytest.mark.parametrize(
    ("written", "number", "social_code"),
    [
        (b"0123456789", "0123456789", "0123456789"),
        (b"001090012345", "001090012345", "001090012345"),
        (b"DN4010123456789-02", "DN4010123456789", "0123456789"),
    ],
)
def test_all_lengths_of_a_health_card_number_lead_to_the_social_code(
    written: bytes, number: str, social_code: str
) -> None:
    card = payloads.read(samples.HEALTH.replace(b"DN4010123456789", written))

    assert isinstance(card, HealthCard)
    assert (card.number, card.social_code) == (number, social_code)


@pytest.mark.parametrize("clinic", ["01 - 001", "01 \u2013 001", "01-001", "01001"])
def test_the_clinic_is_five_characters_however_it_is_written(clinic: str) -> None:
    card = payloads.read(samples.HEALTH.replace(b"01 - 001", clinic.encode()))

    assert isinstance(card, HealthCard)
    assert card.clinic == "01001"


def test_a_form_of_ours_is_genuine_forged_or_unchecked() -> None:
    signed = signed_bytes("1000123/07906", 1, 3)
    code = FormCode(file_number="1000123/07906", form_kind=1, version=3, standing=Standing.GENUINE)
    text = form_text(signed, mac(signed)).encode()

    assert payloads.read(text, check=genuine) == code
    assert payloads.read(text) == replace(code, standing=Standing.UNCHECKED)
    assert payloads.read(form_text(signed, mac(signed, b"x")).encode(), check=genuine) == replace(
        code, standing=Standing.FORGED
    )


def test_a_form_code_says_the_same_in_small_letters() -> None:
    signed = signed_bytes("1/1", 12, 0)

    assert payloads.read(form_text(signed, mac(signed)).lower().encode() + b"\r\n", check=genuine) == FormCode(
        file_number="1/1", form_kind=12, version=0, standing=Standing.GENUINE
    )


@pytest.mark.parametrize("digit", range(43))
def test_no_character_of_a_form_code_can_be_changed(digit: int) -> None:
    signed = signed_bytes("1000123/07906", 1, 3)
    text = form_text(signed, mac(signed))
    assert len(text) == 43
    changed = text[:digit] + ("7" if text[digit] != "7" else "8") + text[digit + 1 :]

    read = payloads.read(changed.encode(), check=genuine)

    assert isinstance(read, Unknown) or (isinstance(read, FormCode) and read.standing is Standing.FORGED)


def test_a_mac_beyond_64_bits_is_forged_without_asking() -> None:
    text = "HS1:1/1:01:1:" + "9" * 20

    read = payloads.read(text.encode(), check=lambda _signed, _mac: True)

    assert isinstance(read, FormCode)
    assert read.standing is Standing.FORGED


@pytest.mark.parametrize("number", ["1000123", "1/2/3", "a/1", "1:1/1", "", "1/1\n"])
def test_a_file_number_that_cannot_stand_in_a_code_is_not_signed(number: str) -> None:
    with pytest.raises(ValueError, match="form code"):
        signed_bytes(number, 1, 1)


@given(
    st.builds(
        CitizenCard,
        number=samples.digits,
        old_number=st.one_of(st.none(), samples.digits.map(lambda text: text[:9])),
        full_name=samples.names,
        birth=samples.births,
        sex=st.sampled_from([*Sex, None]),
        address=samples.addresses,
        issued=samples.issues,
        extra=st.lists(samples.names, max_size=4).map(tuple),
    )
)
def test_every_citizen_card_comes_back_as_it_was_written(card: CitizenCard) -> None:
    assert card.issued is not None
    sex = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ", None: ""}[card.sex]
    parts = (card.number, card.old_number or "", card.full_name, card.birth.text().replace("/", ""), sex, card.address)

    assert payloads.read("|".join((*parts, card.issued.strftime("%d%m%Y"), *card.extra)).encode()) == card


@given(samples.digits, samples.names, samples.births, samples.addresses)
def test_every_health_card_gives_back_name_birth_and_address(
    number: str, name: str, birth: BirthDate, address: str
) -> None:
    written = [number[:10], name.encode().hex(), birth.text(), "2", address.encode().hex() or "-", *["-"] * 9, "$"]

    card = payloads.read("|".join(written).encode())

    assert isinstance(card, HealthCard)
    assert (card.full_name, card.birth, card.address) == (name, birth, address or None)
    assert (card.sex, card.clinic, card.valid_from) == (Sex.FEMALE, None, None)


@given(st.binary())
@example(b"\xef\xbb\xbf")
@example(b"|" * 10_000)
@example(b"9" * 10_000)
@example("٣".encode() * 12 + b"|" * 12)
def test_any_bytes_are_answered(data: bytes) -> None:
    assert payloads.kind(payloads.read(data, check=genuine)) == "unknown"


@given(
    st.sampled_from([samples.CARD_2021, samples.HEALTH]),
    st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=3)), min_size=1, max_size=6),
)
def test_a_damaged_card_is_answered_and_its_number_never_invented(
    original: bytes, damages: list[tuple[int, bytes]]
) -> None:
    data = original
    for place, bytes_there in damages:
        data = data[:place] + bytes_there + data[place + 1 :]

    read = payloads.read(data)

    if isinstance(read, CitizenCard | HealthCard):
        assert read.number in fields.clean(data.decode())


@given(st.text())
def test_text_cleaned_twice_is_text_cleaned_once(text: str) -> None:
    assert fields.clean(fields.clean(text)) == fields.clean(text)
