"""Minors' dossiers are searched by the number of the guardian's paper, also those of an older store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.person import Guardian
from officer_console.domain.search import Criteria, Order
from officer_console.store.store import Store
from tests.store.building import NOW, many
from tests.store.test_papers import older_store, put

NUMBER = "079180000077"


def ward(dossier: Dossier, number: str | None, **fields: object) -> Dossier:
    guardian = Guardian(full_name="Lê Thị Mẹ", paper_number=number, relation="Mẹ", phone="") if number else None
    return replace(dossier, declaration=replace(dossier.declaration, guardian=guardian), **fields)  # type: ignore[arg-type]  # fields of Dossier


def found(store: Store, number: str, **fields: object) -> set[str]:
    """Return what both lists have: that by declaration, and that by due date."""
    answers = []
    for order in Order:
        criteria = Criteria(guardian=number, order=order, **fields)  # type: ignore[arg-type]  # fields of Criteria
        answers.append({row.id for row in store.search.page(criteria, NOW.date(), None, 50).rows})
    assert answers[0] == answers[1]
    return answers[0]


@pytest.fixture
def dossiers() -> tuple[Dossier, ...]:
    return tuple(replace(dossier, status=Status.PENDING) for _, dossier in many(3))


def test_all_wards_of_one_guardian_are_found_and_nobody_else(store: Store, dossiers: tuple[Dossier, ...]) -> None:
    one, other, grown = dossiers
    put(store, 1, ward(one, NUMBER))
    put(store, 2, ward(other, "079 180 000 077", status=Status.APPROVED))
    put(store, 3, ward(grown, None))

    assert found(store, NUMBER) == {one.id, other.id}
    assert found(store, NUMBER, open_only=True) == {one.id, other.id}
    assert found(store, NUMBER, status=Status.APPROVED) == {other.id}
    for near in ("079180000078", "07918000007", "-", "đ", 'x" OR "_a'):
        assert found(store, near) == set()


@pytest.mark.parametrize("now", ["079180000078", None])
def test_a_guardian_that_changes_alone_is_not_found_any_more(
    store: Store, dossiers: tuple[Dossier, ...], now: str | None
) -> None:
    put(store, 1, ward(dossiers[0], NUMBER))
    put(store, 2, ward(dossiers[0], now))

    assert found(store, NUMBER) == set()
    if now:
        assert found(store, now) == {dossiers[0].id}


def test_wards_of_an_older_store_are_entered_with_the_papers_and_its_other_words_stay(
    path: Path, dossiers: tuple[Dossier, ...]
) -> None:
    opened, done, grown = dossiers
    kept = (ward(opened, NUMBER), ward(done, NUMBER, status=Status.APPROVED), ward(grown, None))
    store = older_store(path, list(enumerate(kept, start=1)))
    # The full-text tables of the older store are empty: the wards are what the filling writes.
    assert found(store, NUMBER) == set()

    assert store.index_papers()

    assert {row.id for row in by_declaration(store, NUMBER)} == {opened.id, done.id}
    name = Criteria(name=opened.declaration.full_name, order=Order.DECLARED)
    assert opened.id in {row.id for row in store.search.page(name, NOW.date(), None, 50).rows}
    store.close()


def by_declaration(store: Store, number: str) -> tuple[object, ...]:
    return store.search.page(Criteria(guardian=number, order=Order.DECLARED), NOW.date(), None, 50).rows
