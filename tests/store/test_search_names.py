"""Names are found whatever their marks, signs and writing are, and a hostile one is only a name."""

from __future__ import annotations

import pytest

from officer_console.domain.names import fold
from officer_console.domain.search import Criteria, Order
from officer_console.store.store import Store
from tests.store.building import put_names, whole

HOSTILE = (
    '"',
    "'; DROP TABLE dossier; --",
    'nguyen" OR "_a',
    "nguyen* NOT (",
    "NEAR(a b)",
    "words:nguyen",
    "{words}: x",
    "^nguyen",
    "s_pending",
    "k_register",
    "_a",
    "thi__tran",
    "\x00nguyen",
    "𝔫𝔤𝔲𝔶𝔢𝔫",
    "%",
    "____",
)


def found_names(store: Store, name: str) -> list[str]:
    return [row.full_name for row in whole(store, Criteria(name=name, order=Order.DECLARED), limit=2)]


def test_a_name_without_marks_finds_all_and_typed_marks_come_first(store: Store) -> None:
    put_names(store, "Dang Van A", "Đặng Văn Bình", "Đăng Văn Cường", "Trần Thị Đặng", "Đằng Vân")
    assert set(found_names(store, "dang")) == set(found_names(store, "ĐẶNG"))
    assert found_names(store, "đặng") == ["Trần Thị Đặng", "Đặng Văn Bình", "Đằng Vân", "Đăng Văn Cường", "Dang Van A"]
    assert found_names(store, "Đặng van") == ["Đặng Văn Bình", "Đằng Vân", "Đăng Văn Cường", "Dang Van A"]
    assert found_names(store, "văn đặng")[0] == "Đặng Văn Bình"
    assert found_names(store, "dan") == []


def test_old_and_new_tone_placement_and_decomposed_text_are_one_name(store: Store) -> None:
    put_names(store, "Lê Hòa", "Lê Hoà", "Lê Hoa", "Lê Hoa\u0300")
    assert found_names(store, "hòa") == ["Lê Hoa\u0300", "Lê Hoà", "Lê Hòa", "Lê Hoa"]
    assert found_names(store, "hoà") == found_names(store, "ho\u0061\u0300")


def test_a_name_is_found_whatever_its_apostrophes_and_hyphens_are(store: Store) -> None:
    names = ["H\u2019Hen Niê", "H\u02bcHen Niê", "H'Hen Niê"]
    put_names(store, *names, "Hen Niê", "Lê Ya\u2011na")
    for typed in names:
        assert set(found_names(store, typed)) == set(names)
    assert found_names(store, "ya-na") == ["Lê Ya\u2011na"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_a_name(store: Store, name: str) -> None:
    put_names(store, "Nguyễn Thị Trần", name)
    words = "".join(char if char.isalnum() else " " for char in fold(name)).split()
    for order in Order:
        for row in whole(store, Criteria(name=name, order=order)):
            assert all(word in fold(row.full_name) for word in words)
    assert name in [row.full_name for row in whole(store, Criteria(name=name, order=Order.DECLARED))]
    assert len(whole(store, Criteria(order=Order.DECLARED))) == 2
