"""Folding, likeness, tone placement and order of Vietnamese names."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.domain.names import Likeness, blank, compare, fold, sort_key, tone_unified

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
VIETNAMESE = st.text(
    alphabet="aàảãáạăằẳẵắặâầấbcdđeèéẹêềếghiìíklmnoòóọôồơờpqrstuùúủụưừvxyỳýỷỵ ĐẠÁ\u0301\u0323\u200b", max_size=25
)

LEGAL_PLACEMENTS = [
    ("hoà", "hòa"),
    ("Hoá", "HÓA"),
    ("thoả", "thỏa"),
    ("oà", "òa"),
    ("hoè", "hòe"),
    ("khoẻ", "khỏe"),
    ("loẹ", "lọe"),
    ("thuỷ", "thủy"),
    ("Thuý", "Thúy"),
    ("Uỷ", "Ủy"),
    ("nguỵ", "ngụy"),
    ("Hoà-Bình", "Hòa-Bình"),
]
ILLEGAL_PLACEMENTS = [
    ("hoàn", "hòan"),
    ("suýt", "súyt"),
    ("huỳnh", "hùynh"),
    ("huệ", "hụê"),
    ("thuở", "thủơ"),
    ("quý", "qúy"),
    ("già", "gìa"),
    ("quà", "qùa"),
    ("hoài", "hòai"),
    ("khoeo\u0301", "khóeo"),
    ("nghĩa", "nghiã"),
]


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Đặng Thị Ngọc Ánh", "dang thi ngoc anh"),
        ("  NGUYỄN\u00a0\u00a0VĂN\u3000ĐỨC\t", "nguyen van duc"),
        ("Ng\u200buyễn \ufeffAn", "nguyen an"),
        ("Ðặng", "dang"),
        ("Ｎguyễn", "nguyen"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_folding_leaves_plain_lower_case_letters_and_single_spaces(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.one_of(ANY_TEXT, VIETNAMESE))
def test_composed_and_decomposed_writing_are_one_name(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert fold(composed) == fold(decomposed)
    assert tone_unified(composed) == tone_unified(decomposed)
    assert sort_key(composed) == sort_key(decomposed)
    assert compare(composed, decomposed) is Likeness.SAME


@given(st.one_of(ANY_TEXT, VIETNAMESE))
def test_unifying_tones_twice_is_unifying_them_once_and_loses_nothing_a_fold_keeps(text: str) -> None:
    unified = tone_unified(text)
    assert tone_unified(unified) == unified
    assert fold(unified) == fold(text)


@given(st.one_of(ANY_TEXT, VIETNAMESE), st.one_of(ANY_TEXT, VIETNAMESE))
def test_likeness_does_not_depend_on_who_is_asked_first(a: str, b: str) -> None:
    assert compare(a, b) is compare(b, a)


@given(ANY_TEXT)
def test_every_name_is_the_same_as_itself(text: str) -> None:
    assert compare(text, text) is Likeness.SAME


@pytest.mark.parametrize(("new", "old"), LEGAL_PLACEMENTS)
def test_both_placements_of_an_open_rhyme_are_the_same(new: str, old: str) -> None:
    assert compare(new, old) is Likeness.SAME
    assert tone_unified(old) == unicodedata.normalize("NFC", new.lower())


@pytest.mark.parametrize(("right", "wrong"), ILLEGAL_PLACEMENTS)
def test_a_tone_on_the_wrong_letter_elsewhere_is_a_difference_of_marks(right: str, wrong: str) -> None:
    assert compare(right, wrong) is Likeness.DIACRITICS
    assert tone_unified(wrong) == unicodedata.normalize("NFC", wrong.lower())


@pytest.mark.parametrize(
    ("a", "b", "likeness"),
    [
        ("Nguyễn Văn An", "NGUYỄN  VĂN AN", Likeness.SAME),
        ("Nguyễn Văn An", "Nguyễn Văn Ân", Likeness.DIACRITICS),
        ("Đặng Thị Hòa", "Dang Thi Hoa", Likeness.DIACRITICS),
        ("Lê Quý Đôn", "Lê Quí Đôn", Likeness.SPELLING),
        ("Vũ Thy", "Vũ Thi", Likeness.SPELLING),
        ("Trần Thu", "Trần Thun", Likeness.SPELLING),
        ("Trần Thu", "Trần Thủy", Likeness.SPELLING),
        ("Trần Thu", "Trần Hu", Likeness.SPELLING),
        ("Phạm Linh", "Phạm Lihn", Likeness.SPELLING),
        ("Phạm Linh", "Phạm Lính", Likeness.DIACRITICS),
        ("Phạm Linh", "Phạm Ngọc Linh", Likeness.DIFFERENT),
        ("Phạm Linh", "Phạm Nga", Likeness.DIFFERENT),
        ("Lê An", "An Lê", Likeness.DIFFERENT),
        ("", "A", Likeness.DIFFERENT),
        ("\u200b ", "A", Likeness.DIFFERENT),
        ("", " \u200b", Likeness.SAME),
    ],
)
def test_the_ladder_of_likeness(a: str, b: str, likeness: Likeness) -> None:
    assert compare(a, b) is likeness


@pytest.mark.parametrize("sign", ["'", "\u2019", "\u02bc", "\u2018", "\u02bb", "\uff07", "`", "\u00b4", "\u2032"])
def test_every_apostrophe_is_the_same_one(sign: str) -> None:
    assert compare(f"H{sign}Hen Niê", "H'Hen Niê") is Likeness.SAME
    assert fold(f"H{sign}Hen") == "h'hen"
    assert compare(f"H{sign}Hen", "HHen") is Likeness.SPELLING


@pytest.mark.parametrize("sign", ["-", "\u2010", "\u2011", "\u2013", "\u2212", "\uff0d"])
def test_every_hyphen_is_the_same_one(sign: str) -> None:
    assert compare(f"Hoà{sign}Bình", "Hòa-Bình") is Likeness.SAME
    assert fold(f"Hoà{sign}Bình") == "hoa-binh"


def edited(text: str, at: int, letter: str) -> set[str]:
    """Return every text one edit away from ``text`` at the place ``at``."""
    head, tail = text[:at], text[at:]
    return {head + letter + tail, head + tail[1:], head + letter + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]}


@given(st.text(alphabet="abcdehnoty", min_size=2, max_size=12), st.integers(0, 11), st.sampled_from("abxyz"))
def test_one_edit_anywhere_is_a_matter_of_spelling(text: str, at: int, letter: str) -> None:
    for other in edited(text, min(at, len(text)), letter) - {text}:
        assert compare(text, other) is Likeness.SPELLING


@given(st.text(alphabet="abcdeh", max_size=12), st.text(alphabet="uvwxyz", min_size=2, max_size=4))
def test_two_added_letters_are_another_name(text: str, addition: str) -> None:
    assert compare(text, text + addition) is Likeness.DIFFERENT


def test_lists_go_by_given_name_then_by_family_name() -> None:
    ordered = [
        "Lê An",
        "Nguyễn An",
        "Nguyễn Văn An",
        "Trần Thị An",
        "Nguyễn Án",
        "Lê Anh",
        "Lê Ân",
        "Lê Dung",
        "Lê Đức",
        "Hồ Hoa",
        "Hồ Hoà",
        "Hồ Hỏa",
        "Hồ Hoạ",
        "Hồ Ơn",
        "Hồ Uyên",
        "Hồ Ưng",
        "Hồ Vân",
    ]
    assert all(sort_key(former) < sort_key(latter) for former, latter in pairwise(ordered))


@given(ANY_TEXT)
def test_a_sort_key_can_be_made_of_anything_and_stored(text: str) -> None:
    assert "\0" not in sort_key(text)


@pytest.mark.parametrize("text", [None, "", "  ", "\u200b\u200d\ufeff", "\u00a0\t\n", "\u0301", "\u3164"])
def test_what_shows_nothing_is_blank(text: str | None) -> None:
    assert blank(text)


@pytest.mark.parametrize("text", ["a", " Ở ", "1", "."])
def test_what_shows_something_is_not_blank(text: str) -> None:
    assert not blank(text)
