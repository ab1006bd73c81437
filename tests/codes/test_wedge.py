"""Scanners that type: told from officers by their speed, and what an input method does to them is undone or refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.codes import payloads
from officer_console.codes.cards import HealthCard
from officer_console.codes.forms import form_text, signed_bytes
from officer_console.codes.payloads import Payload
from officer_console.codes.wedge import COMMAND, Garbled, Scanned, Typed, Wedge
from tests.codes import samples
from tests.codes.input_methods import Hook, left

CARD = samples.CARD_2021.decode()
HEALTH = samples.HEALTH.decode()
FORM = form_text(signed_bytes("1000123/07906", 1, 3), b"\x05" * 8)
Outcome = Typed | Scanned | Garbled

citizens = st.builds(
    "{}|{}|{}|{:%d%m%Y}|{}|{}|{:%d%m%Y}".format,
    samples.digits,
    st.sampled_from(("", "012345678")),
    st.one_of(samples.names, st.sampled_from(("Ksor H'Blơr", "Siu Hloet", "Rơ Châm Oanh", "Y Bhiăr Niê Kdăm"))),
    samples.days,
    st.sampled_from(("Nam", "Nữ")),
    st.one_of(samples.addresses, st.sampled_from(("Số A1, Xã Ia Grai", "Lô E2 Khu dd", "Buôn Kwang"))),
    samples.issues,
)


def hexed(text: str) -> str:
    return text.encode().hex()


healths = st.builds(
    "DN4010{}|{}|{:%d/%m/%Y}|1|{}|01 - 001|01/01/2021|31/12/2021|15/12/2020|01000123456789|-|4|01/01/2023|{}|$".format,
    st.text("0123456789", min_size=9, max_size=9),
    samples.names.map(hexed),
    samples.days,
    samples.addresses.map(lambda text: hexed(text) or "-"),
    st.sampled_from(("0a1b2c3d4e5f-7102", "123456-7102", "aaddee-7102")),
)
forms = st.builds(
    lambda number, mac: form_text(signed_bytes(f"{number}/07906", 1, 3), mac),
    st.integers(1, 9_999_999),
    st.binary(min_size=8, max_size=8),
)


def sent(
    keys: str | list[str], *, gap: float = 8.0, begun: float = 0.0, end: str = "\r", into_text: bool = False
) -> Outcome:
    """Return what a new wedge answers when ``keys`` come every ``gap`` milliseconds; deletions take no time."""
    wedge, at = Wedge(), begun
    for key in keys:
        at += 0 if key == "\b" else gap
        wedge.key(key, at)
    wedge.key(end, at + gap)
    return wedge.close(into_text=into_text)


def meaning(text: str) -> Payload:
    """Return what ``text`` says, the check string of health cards, which nothing reads, aside."""
    payload = payloads.read(text.encode())
    return replace(payload, check=None) if isinstance(payload, HealthCard) else payload


@pytest.mark.parametrize("text", [CARD, HEALTH, FORM, "1000123/07906", "https://example.invalid/a"])
@pytest.mark.parametrize("end", ["\r", "\n", "\t"])
@pytest.mark.parametrize("gap", [1.0, 8.0, 30.0, 38.0, 45.0, 55.0, 59.0])
def test_what_comes_quickly_and_is_closed_was_scanned(text: str, end: str, gap: float) -> None:
    assert sent(text, gap=gap, end=end) == Scanned(text=text, repaired=False)


@pytest.mark.parametrize("text", ["1000123/07906", "Đặng Thị Ngọc Ánh", ""])
@pytest.mark.parametrize("gap", [60.0, 100.0, 400.0])
def test_what_comes_at_an_officers_speed_was_typed(text: str, gap: float) -> None:
    assert sent(text, gap=gap, begun=5000.0) == Typed(text=text)


@pytest.mark.parametrize("gap", [70.0, 110.0])
@pytest.mark.parametrize("into_text", [False, True])
def test_a_card_or_form_was_scanned_at_any_speed(gap: float, *, into_text: bool) -> None:
    assert sent(CARD, gap=gap, into_text=into_text) == Scanned(text=CARD, repaired=False)
    assert sent(FORM, gap=gap, into_text=into_text) == Scanned(text=FORM, repaired=False)
    assert isinstance(sent(CARD.replace("Nguyễn", "Nguy?n"), gap=gap, into_text=into_text), Garbled)


@pytest.mark.parametrize("vni", [False, True])
def test_an_officer_who_types_with_an_input_method_is_no_scanner(*, vni: bool) -> None:
    keys = Hook(vni=vni).type("nguye6n4 thi5" if vni else "nguyeenx thij")

    assert sent(keys, gap=60.0, into_text=True) == Typed(text="nguyễn thị")


@pytest.mark.parametrize("gap", [3.0, 8.0, 25.0, 35.0])
@pytest.mark.parametrize(
    "code",
    [
        "1",
        "12",
        "1\t",
        " \t ",
        "1\t \t \t\t ",
        "\t\t\t",
        "\r\r",
        "1\t \t \t\t \t\t\t ",
        f"1\t{COMMAND}",
        "1111111",
        "an12",
    ],
)
def test_no_code_however_short_and_whatever_keys_it_holds_was_typed(code: str, gap: float) -> None:
    assert isinstance(sent(code, gap=gap), Scanned | Garbled)


@given(
    st.lists(st.sampled_from(["1", " ", "a", "\t", "\r", COMMAND, ""]), min_size=1, max_size=40),
    st.lists(st.floats(0, 35), min_size=41, max_size=41),
)
def test_no_keys_at_a_scanners_speed_were_typed(keys: list[str], gaps: list[float]) -> None:
    wedge, now = Wedge(), 0.0
    for key, gap in zip((*keys, "\r"), gaps, strict=False):
        now += gap
        wedge.key(key, now)

    assert not isinstance(wedge.close(), Typed)


@given(
    st.lists(st.tuples(st.sampled_from("12RabcÂ \t"), st.floats(60, 250)), min_size=1, max_size=40),
    st.sets(st.integers(0, 39)),
    st.floats(20, 30),
    st.booleans(),
)
def test_a_quick_typist_who_rolls_two_keys_is_no_scanner(
    keys: list[tuple[str, float]],
    rolled: set[int],
    roll: float,
    into_text: bool,  # noqa: FBT001
) -> None:
    wedge, now, before = Wedge(), 0.0, True
    for at, (key, gap) in enumerate(keys):
        rolls = at in rolled and not before and key not in "\t"
        now += roll if rolls else gap
        # Two fingers roll, a third one does not join them.
        before = rolls or key == "\t"
        wedge.key(key, now)
    wedge.key("\r", now + 60)

    assert isinstance(wedge.close(into_text=into_text), Typed)


def test_a_last_letter_rolled_into_enter_in_a_field_is_an_officers() -> None:
    wedge = Wedge()
    for at, key in enumerate("1000"):
        wedge.key(key, at * 60.0)
    wedge.key("\r", 3 * 60.0 + 25)

    assert wedge.close(into_text=True) == Typed(text="1000")


def test_enter_behind_what_an_input_method_typed_anew_is_an_officers() -> None:
    wedge, now = Wedge(), 0.0
    for key in Hook(vni=False).type("nguyeenx"):
        now += 0 if key == "\b" else 60
        wedge.key(key, now)
    wedge.key("\b", now)
    wedge.key("n", now + 1)
    wedge.key("\r", now + 31)

    assert wedge.close(into_text=True) == Typed(text="nguyễn")


def test_what_was_typed_before_the_scanner_began_is_left_out() -> None:
    wedge = Wedge()
    for at, key in enumerate("10"):
        wedge.key(key, at * 200.0)
    for at, key in enumerate(CARD):
        wedge.key(key, 1000.0 + at * 8)

    wedge.key("\r", 1000.0 + len(CARD) * 8)

    assert wedge.close() == Scanned(text=CARD, repaired=False)


def test_the_second_key_of_a_line_end_is_part_of_it() -> None:
    assert sent([*FORM, "\r", "\n"]) == Scanned(text=FORM, repaired=False)
    assert sent([*CARD, "\t", "\r"]) == Scanned(text=CARD, repaired=False)


def test_a_box_that_was_left_begins_anew() -> None:
    wedge = Wedge()
    for at, key in enumerate(FORM):
        wedge.key(key, at * 8.0)
    wedge.forget()
    wedge.key("\r", 9000.0)

    assert wedge.close() == Typed(text="")


@pytest.mark.parametrize("name", ["Nguy?n V?n An", "Nguy\ufffdn V\ufffdn An", "<b>X</b>"])
def test_a_card_whose_letters_were_lost_on_the_way_is_garbled(name: str) -> None:
    assert sent(CARD.replace("Nguyễn Văn An", name)) == Garbled()


def test_a_card_that_is_not_whole_is_garbled() -> None:
    assert sent(CARD.replace("001090012345", "00109001234")) == Garbled()
    assert sent(HEALTH.replace("4e67", "4e6")) == Garbled()


@pytest.mark.parametrize("vni", [False, True])
def test_no_input_method_changes_a_form_of_ours(*, vni: bool) -> None:
    assert sent(Hook(vni=vni).type(FORM)) == Scanned(text=FORM, repaired=False)
    assert sent([FORM[:9], *FORM[9:]]) == Scanned(text=FORM, repaired=False)


def test_a_name_that_telex_changed_is_restored_from_its_deletions() -> None:
    card = CARD.replace("Nguyễn Văn An", "Ksor H'Linh").replace(
        "Phường Ba Đình, Thành phố Hà Nội", "Xã Ia Grai, Gia Lai"
    )
    keys = Hook(vni=False).type(card)

    assert left(keys) != card
    assert sent(keys) == Scanned(text=card, repaired=True)


def test_a_letter_of_one_key_leaves_two_origins_once_telex_is_known_to_be_on() -> None:
    card = CARD.replace("Nguyễn Văn An", "Ksor H'Linh")

    assert sent(Hook(vni=False).type(card)) == Garbled()


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ("Nguyễn Văn An", "Siu H'Wen", "Ưen"),
        ("Phường Ba Đình", "Buôn Kwang", "Kưang"),
        ("Phường Ba Đình", "Chung cư W2", "Ư"),
        ("Thành phố Hà Nội", "Ea Wy", "Ưy"),
    ],
)
def test_a_lone_letter_of_telex_is_told_where_no_syllable_has_it(before: str, after: str, word: str) -> None:
    card = CARD.replace(before, after)
    keys = Hook(vni=False, free=False).type(card)

    outcome = sent(keys)

    assert "\b" not in keys
    assert outcome == Garbled()
    assert isinstance(outcome, Garbled)
    assert (outcome.text, outcome.doubtful) == (left(keys), word)
    assert sent(card) == Scanned(text=card, repaired=False)


@pytest.mark.parametrize(
    "words",
    ["Lưu Chí Hương", "Ưng Hoàng Phúc", "Chư Sê", "Cư Êbur", "Trần Ưu", "TRẦN THỊ TƯ", "Y Krưng", "Giương Mười"],
)
def test_who_has_an_u_with_a_horn_in_a_name_is_read(words: str) -> None:
    card = CARD.replace("Nguyễn Văn An", words)

    assert sent(card) == Scanned(text=card, repaired=False)


@pytest.mark.parametrize("number", ["A1", "E5"])
def test_an_address_that_two_methods_can_have_made_is_refused(number: str) -> None:
    keys = Hook(vni=True).type(CARD.replace("Số 1", f"Số {number}"))

    assert sent(keys) == Garbled()


def test_a_health_card_that_telex_changed_is_restored_from_its_outcome_alone() -> None:
    card = HEALTH.replace("4e677579e1bb856e2056c4836e20416e", hexed("Đặng Thị Hạnh")).replace("0a1b2c3d4e5f", "0123")
    text = left(Hook(vni=False).type(card))

    assert not text.isascii()
    assert sent(text) == Scanned(text=card, repaired=True)


def test_a_health_card_that_vni_changed_is_refused_from_its_outcome_alone() -> None:
    assert sent(left(Hook(vni=True).type(HEALTH))) == Garbled()


def test_a_health_card_that_vni_may_have_shortened_without_a_trace_is_refused() -> None:
    card = HEALTH.replace("4e677579e1bb856e2056c4836e20416e", hexed("Ân Ân")).replace("a1b2c3d4e5", "")
    text = left(Hook(vni=True, free=False).type(card))

    assert text.isascii()
    assert hexed("ÂnÂn") in text
    assert sent(text) == Garbled()


def test_a_card_put_in_by_the_word_is_refused() -> None:
    assert sent([*CARD[:23], "Nguyễn", *CARD[29:]]) == Garbled()


@given(
    st.one_of(citizens, healths, forms), st.booleans(), st.booleans(), st.booleans(), st.sampled_from((1.0, 8.0, 25.0))
)
def test_an_input_method_never_makes_another_card(code: str, vni: bool, free: bool, joins: bool, gap: float) -> None:  # noqa: FBT001
    keys = Hook(vni=vni, free=free, joins=joins).type(code)

    outcome = sent(keys, gap=gap)

    if "\b" not in keys and left(keys) == code:
        assert outcome == Scanned(text=code, repaired=False)
    elif "\b" in keys:
        assert isinstance(outcome, Garbled) or (
            isinstance(outcome, Scanned) and outcome.repaired and meaning(outcome.text) == meaning(code)
        )
    else:
        # Telex has made ư of a lone w: nothing was deleted.
        assert outcome == Garbled()


@given(healths, st.booleans(), st.booleans())
def test_an_outcome_without_its_deletions_never_makes_another_health_card(code: str, vni: bool, free: bool) -> None:  # noqa: FBT001
    outcome = sent(left(Hook(vni=vni, free=free).type(code)))

    assert isinstance(outcome, Garbled) or (isinstance(outcome, Scanned) and meaning(outcome.text) == meaning(code))


@given(st.lists(st.tuples(st.text(max_size=3), st.floats(0, 300)), max_size=60))
def test_any_keys_at_any_time_have_an_answer(keys: list[tuple[str, float]]) -> None:
    wedge, now = Wedge(), 0.0
    for text, gap in keys:
        now += gap
        wedge.key(text, now)
    wedge.key("\r", now + 500)
    assert isinstance(wedge.close(), Typed)
