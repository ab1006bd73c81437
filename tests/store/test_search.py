"""Every criterion alone and in combination, against a plain filter over the same dossiers."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_console.domain.deadline import Condition, condition
from officer_console.domain.dossier import OPEN, Dossier, DossierKind, Status
from officer_console.domain.names import fold, tone_unified
from officer_console.domain.search import WORK_QUEUE, Criteria, Order, Pending
from officer_console.store.errors import StoreError
from officer_console.store.search import Count
from officer_console.store.store import Store
from tests.store.building import NOW, TODAY, decision, named, put_names, whole

SOON = 2


@cache
def words_of(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a name without and with marks."""
    return frozenset(fold(name).split()), frozenset(tone_unified(name).split())


def matches(dossier: Dossier, criteria: Criteria) -> bool:
    """The meaning of the search panel, said as plainly as can be."""
    declaration = dossier.declaration
    typed_number, slash, office = criteria.number.partition("/")
    first, _, second = dossier.number.partition("/")
    number = first == typed_number if slash or criteria.number_exact else first.startswith(typed_number)
    return (
        (criteria.status is None or dossier.status == criteria.status)
        and (criteria.kind is None or dossier.kind == criteria.kind)
        and (not criteria.open_only or dossier.open or bool(criteria.number or criteria.social_code))
        and (criteria.declared_from is None or criteria.declared_from <= dossier.declared_on)
        and (criteria.declared_to is None or dossier.declared_on <= criteria.declared_to)
        and (not criteria.number or (number and (not office or office == second)))
        and (not criteria.social_code or declaration.social_code == criteria.social_code)
        and words_of(criteria.name)[0] <= words_of(declaration.full_name)[0]
        and criteria.condition in (None, condition(dossier.status, dossier.due_on, TODAY, SOON))
    )


def exact_marks(dossier: Dossier, name: str) -> bool:
    without, typed = words_of(name)
    return typed - without <= words_of(dossier.declaration.full_name)[1]


def expected(dossiers: tuple[Dossier, ...], criteria: Criteria) -> list[str]:
    """The ids of the whole result in its order. The dossiers are given in the order in which they were stored."""
    found = [(place, dossier) for place, dossier in enumerate(dossiers) if matches(dossier, criteria)]
    newest = sorted(found, key=lambda pair: (pair[1].declared_on, pair[0]), reverse=True)
    exact = [pair for pair in newest if exact_marks(pair[1], criteria.name)]
    other = [pair for pair in newest if not exact_marks(pair[1], criteria.name)]
    if criteria.order is Order.DUE and (criteria.status is None or criteria.status in OPEN):
        exact, other = by_urgency(exact), by_urgency(other)
    return [dossier.id for _, dossier in exact + other]


def by_urgency(newest: list[tuple[int, Dossier]]) -> list[tuple[int, Dossier]]:
    """The open ones, the most urgent first; then the finished ones, the newest first."""
    opened = sorted((pair for pair in newest if pair[1].open), key=lambda pair: (pair[1].due_on, pair[0]))
    return opened + [pair for pair in newest if not pair[1].open]


def draw(source: random.Random, dossiers: tuple[Dossier, ...], fields: tuple[str, ...]) -> dict[str, Any]:
    """Values for some fields; most are taken from one dossier, so that combinations are not always empty."""
    like = source.choice(dossiers)
    words = like.declaration.full_name.split()
    some = " ".join(source.sample(words, source.randint(1, len(words))))
    number = like.number.partition("/")[0]
    chosen: dict[str, dict[str, Any]] = {
        "number": {
            "number": source.choice((number[: source.randint(1, 7)], like.number, number)),
            "number_exact": source.random() < 0.2,
        },
        "social_code": {"social_code": like.declaration.social_code},
        "name": {"name": source.choice((some, fold(some), some.upper()))},
        "dates": source.choice(
            (
                {"declared_from": like.declared_on - timedelta(source.randint(0, 20))},
                {"declared_to": like.declared_on + timedelta(source.randint(0, 20))},
                {
                    "declared_from": like.declared_on - timedelta(source.randint(0, 20)),
                    "declared_to": like.declared_on + timedelta(source.randint(0, 5)),
                },
            )
        ),
        "condition": {"condition": condition(like.status, like.due_on, TODAY, SOON) or source.choice(list(Condition))},
        "status": {"status": like.status if source.random() < 0.8 else source.choice(list(Status))},
        "kind": {"kind": like.kind},
        "open_only": {"open_only": True},
    }
    return {name: value for field in fields for name, value in chosen[field].items()}


FIELDS = ("number", "social_code", "name", "dates", "condition", "status", "kind", "open_only")
COMBINATIONS = [fields for size in range(len(FIELDS) + 1) for fields in combinations(FIELDS, size)]


@pytest.mark.parametrize("order", list(Order))
def test_every_combination_finds_what_a_plain_filter_finds(
    searched: Store, searched_dossiers: tuple[Dossier, ...], order: Order
) -> None:
    source = random.Random(11)
    sizes: list[int] = []
    both = 0
    by_id = {dossier.id: dossier for dossier in searched_dossiers}
    for fields in COMBINATIONS:
        for _ in range(4):
            criteria = Criteria(order=order, **draw(source, searched_dossiers, fields)).checked()
            wanted = expected(searched_dossiers, criteria)
            found = whole(searched, criteria, limit=source.choice((7, 100, 1000)) if len(wanted) < 300 else 250)
            assert [row.id for row in found] == wanted, criteria
            counted = searched.search.count(criteria, TODAY, bound=40)
            assert counted == Count(value=min(len(wanted), 40), more=len(wanted) > 40)
            sizes.append(len(wanted))
            both += len({by_id[found].open for found in wanted}) == 2
    assert sum(size > 0 for size in sizes) > 90
    assert both > 20


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"open_only": True},
        {"open_only": True, "name": "Nguyễn", "kind": DossierKind.REGISTER},
        {"name": "đặng"},
        {"name": "dang"},
        {"name": "Nguyễn Thị"},
        {"name": "thuỷ", "kind": DossierKind.REGISTER},
        {"declared_from": TODAY - timedelta(40), "declared_to": TODAY - timedelta(3)},
        {"kind": DossierKind.CHANGE},
        {"number": "10"},
        {"status": Status.APPROVED},
    ],
)
def test_a_window_is_that_part_of_the_whole_result(
    searched: Store, searched_dossiers: tuple[Dossier, ...], order: Order, fields: dict[str, Any]
) -> None:
    criteria = Criteria(order=order, **fields)
    opened = sum(dossier.open and matches(dossier, criteria) for dossier in searched_dossiers)
    wanted = expected(searched_dossiers, criteria)
    for every in (1, 7, 500):
        anchors = searched.search.anchors(criteria, TODAY, every)
        assert anchors.count == len(wanted)
        edges = {max(opened - 5, 0), opened, max(len(wanted) - 3, 0), len(wanted)}
        for first in {0, 1, 6, 7, 8, len(wanted) // 2, len(wanted) + 10} | edges:
            rows = searched.search.window(criteria, TODAY, anchors, first, 20)
            assert [row.id for row in rows] == wanted[first : first + 20], (every, first)


def test_the_columns_of_a_row_are_the_dossiers(searched: Store, searched_dossiers: tuple[Dossier, ...]) -> None:
    by_id = {dossier.id: dossier for dossier in searched_dossiers}
    for row in searched.search.page(Criteria(order=Order.DECLARED), TODAY).rows:
        dossier = by_id[row.id]
        assert row[2:] == (
            dossier.number,
            dossier.kind.value,
            dossier.status.value,
            dossier.declaration.social_code,
            dossier.declaration.full_name,
            dossier.declaration.birth.text(),
            dossier.declared_on.toordinal(),
            dossier.due_on.toordinal(),
            dossier.officer_name,
            0,
        )


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 100])
def test_finished_dossiers_follow_the_open_ones_page_by_page(store: Store, limit: int) -> None:
    days = (("d-1", Status.APPROVED, 9, 0), ("d-2", Status.PENDING, 8, 5), ("d-3", Status.PENDING, 7, -2),
            ("d-4", Status.EXPIRED, 3, 1), ("d-5", Status.REJECTED, 5, -9))  # fmt: skip
    with store.apply() as tx:
        for seq, (dossier_id, status, ago, due) in enumerate(days, start=1):
            dates = {"declared_on": TODAY - timedelta(ago), "due_on": TODAY + timedelta(due)}
            tx.dossiers.put([(seq, named(dossier_id, "Lê Lan", status=status, **dates))])
    assert [row.id for row in whole(store, Criteria(name="lan"), limit)] == ["d-3", "d-2", "d-4", "d-5", "d-1"]
    assert [row.id for row in whole(store, Criteria(), limit)] == ["d-3", "d-2", "d-4", "d-5", "d-1"]
    assert [row.id for row in whole(store, WORK_QUEUE, limit)] == ["d-3", "d-2"]
    newest_open = Criteria(open_only=True, order=Order.DECLARED)
    assert [row.id for row in whole(store, newest_open, limit)] == ["d-3", "d-2"]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_typed_marks_come_first_among_open_and_finished_dossiers(store: Store, limit: int) -> None:
    names = (("exact-finished", "Lê Hoà", Status.APPROVED), ("other-open", "Lê Hoa", Status.PENDING),
             ("other-finished", "Le Hóa", Status.APPROVED), ("exact-open", "Lê Hòa", Status.PENDING))  # fmt: skip
    with store.apply() as tx:
        tx.dossiers.put([(n, named(id_, name, status=status)) for n, (id_, name, status) in enumerate(names, 1)])

    assert [row.id for row in whole(store, Criteria(name="hoà"), limit)] == [
        "exact-open",
        "exact-finished",
        "other-open",
        "other-finished",
    ]
    assert [row.id for row in whole(store, Criteria(name="hoa"), limit)][:2] == ["other-open", "exact-open"]


@pytest.mark.parametrize("status", list(Status))
def test_a_number_or_a_code_finds_its_dossier_in_whatever_state_it_is(store: Store, status: Status) -> None:
    dossier = named("d-1", "Lê Lan", status=status)
    with store.apply() as tx:
        tx.dossiers.put([(1, dossier)])
    number = dossier.number.partition("/")[0]
    for criteria in (
        Criteria(number=number, number_exact=True),
        Criteria(number=number[:3]),
        Criteria(number=dossier.number),
        Criteria(social_code=dossier.declaration.social_code),
    ):
        for open_only in (False, True):
            assert [row.id for row in whole(store, replace(criteria, open_only=open_only))] == ["d-1"]
    for order in Order:
        assert [row.id for row in whole(store, replace(WORK_QUEUE, order=order))] == ["d-1"] * (status in OPEN)
        assert [row.id for row in whole(store, Criteria(order=order))] == ["d-1"]


@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=12))
def test_no_text_breaks_a_search(searched: Store, name: str, number: str, code: str) -> None:
    for order in Order:
        criteria = Criteria(name=name, number=number, social_code=code, order=order)
        searched.search.page(criteria, TODAY)
        searched.search.count(criteria, TODAY)


def test_a_decision_that_waits_or_was_refused_marks_its_row(store: Store) -> None:
    put_names(store, "Lê Lan", "Lê Mai")
    with store.write() as tx:
        tx.outbox.add(decision("op-1", "d-2"), NOW)
    assert {row.id: row.pending for row in whole(store, Criteria(order=Order.DECLARED))} == {
        "d-1": Pending.NONE,
        "d-2": Pending.WAITING,
    }
    with store.write() as tx:
        tx.outbox.refused("op-1", "already-decided", {}, NOW)
    assert {row.id: row.pending for row in whole(store, Criteria(order=Order.DECLARED))} == {
        "d-1": Pending.NONE,
        "d-2": Pending.ATTENTION,
    }
    with store.write() as tx:
        tx.outbox.accepted("op-1", NOW)
    assert {row.pending for row in whole(store, Criteria(order=Order.DECLARED))} == {Pending.NONE}


def test_how_many_days_count_as_soon_is_a_setting(store: Store) -> None:
    soon = named("d-1", "Lê Lan", due_on=TODAY + timedelta(4), status=Status.PENDING, kind=DossierKind.REGISTER)
    with store.apply() as tx:
        tx.dossiers.put([(1, soon)])
    for days, wanted in ((3, Condition.ON_TIME), (4, Condition.DUE_SOON)):
        with store.apply() as tx:
            tx.reference.put("settings", str(days), f'{{"due_soon_days": {days}}}'.encode())
        for stands in Condition:
            for order in Order:
                rows = whole(store, Criteria(condition=stands, order=order))
                assert len(rows) == (stands is wanted), (days, stands, order)


def test_an_interrupted_search_says_so_and_the_next_one_is_not_touched(searched: Store) -> None:
    caught: list[str] = []
    begun = threading.Event()

    def long_search() -> None:
        try:
            begun.set()
            while True:
                searched.search.anchors(Criteria(order=Order.DECLARED), TODAY, every=1)
        except StoreError as error:
            caught.append(error.code)

    thread = threading.Thread(target=long_search)
    thread.start()
    begun.wait(5)
    while thread.is_alive():
        searched.search.interrupt()
        thread.join(0.01)
    assert caught == ["store-interrupted"]
    assert searched.search.count(Criteria(order=Order.DECLARED), TODAY) == Count(value=1000, more=True)
