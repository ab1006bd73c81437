"""Applying the feed: newest wins, places are kept, sums follow, the full-text tables stay whole."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from officer_console.domain.dossier import OPEN, Dossier, DossierKind, Status
from officer_console.domain.search import Criteria, Order
from officer_console.store.cursors import FeedPosition
from officer_console.store.dossiers import DAY_SHIFT
from officer_console.store.store import Store
from officer_console.store.sums import ScopeSum
from tests.store.building import NOW, TODAY, many, named
from tests.store.test_search import expected, whole

POSITION = FeedPosition(scope="07906", cursor="c", epoch="e2", seq=5)


def put(store: Store, *pairs: tuple[int, Dossier]) -> tuple[str, ...]:
    with store.apply() as tx:
        return tx.dossiers.put(pairs)


def listed(store: Store, order: Order = Order.DECLARED, **fields: object) -> list[str]:
    return [row.id for row in whole(store, Criteria(order=order, **fields))]  # type: ignore[arg-type]  # fields of Criteria


def check_indexes(store: Store) -> None:
    """The work queue and the full-text tables name exactly the dossiers that are there."""
    with store.read() as tx:
        connection = tx.dossiers._connection
        positions = set(connection.exec_driver_sql("SELECT position FROM dossier").scalars())
        opened = set(
            connection.exec_driver_sql(
                "SELECT position FROM dossier WHERE status NOT IN ('approved', 'rejected', 'expired')"
            ).scalars()
        )
        ranks: dict[int, int] = dict(connection.exec_driver_sql("SELECT rank, position FROM open_dossier").all())
        words = set(connection.exec_driver_sql("SELECT rowid FROM dossier_words('\"_a\"')").scalars())
        open_words = set(connection.exec_driver_sql("SELECT rowid FROM open_words('\"_a\"')").scalars())
        documents = set(connection.exec_driver_sql("SELECT position FROM dossier_document").scalars())
    assert words == positions == documents
    assert open_words == set(ranks)
    assert set(ranks.values()) == opened
    assert len(ranks) == len(opened)


def test_an_older_state_never_replaces_a_newer_one(store: Store) -> None:
    newer = named("d-1", "Lê Lan", status=Status.APPROVED)
    older = named("d-1", "Lê Mai", status=Status.PENDING)
    assert put(store, (7, newer)) == ("d-1",)
    assert put(store, (6, older), (7, older)) == ()
    with store.read() as tx:
        assert tx.dossiers.get("d-1") == newer
    assert put(store, (8, older), (9, newer), (8, older)) == ("d-1",)
    with store.read() as tx:
        assert tx.dossiers.get("d-1") == newer


def test_a_dossier_that_changes_is_found_under_its_new_words_only(store: Store) -> None:
    put(store, (1, named("d-1", "Lê Lan", status=Status.PENDING, kind=DossierKind.REGISTER)))
    put(store, (2, named("d-1", "Lê Mai", status=Status.APPROVED, kind=DossierKind.REGISTER)))
    assert listed(store, name="lan") == []
    assert listed(store, name="mai", status=Status.APPROVED) == ["d-1"]
    assert listed(store, status=Status.PENDING) == []
    assert listed(store, Order.DUE, open_only=True) == []
    check_indexes(store)


def test_a_changed_declaration_date_moves_the_row(store: Store) -> None:
    dossier = named("d-1", "Lê Lan", status=Status.PENDING)
    moved = replace(dossier, declared_on=dossier.declared_on + timedelta(3), due_on=dossier.due_on + timedelta(4))
    put(store, (1, dossier))
    put(store, (2, moved))
    (row,) = whole(store, Criteria(order=Order.DECLARED))
    assert row.position >> DAY_SHIFT == moved.declared_on.toordinal()
    (row,) = whole(store, Criteria(order=Order.DUE))
    assert row.position >> DAY_SHIFT == moved.due_on.toordinal()
    assert listed(store, declared_to=dossier.declared_on) == []
    check_indexes(store)


def test_a_removed_dossier_is_nowhere(store: Store) -> None:
    pairs = many(50)
    put(store, *pairs)
    gone = [dossier.id for _, dossier in pairs[::2]]
    with store.apply() as tx:
        tx.dossiers.remove([*gone, "never seen"], scope="07906")
        assert tx.dossiers.get(gone[0]) is None
    assert set(listed(store)) == {dossier.id for _, dossier in pairs[1::2]}
    check_indexes(store)


def test_a_dossier_that_moved_to_another_scope_stays_there(store: Store) -> None:
    put(store, (500, named("d-1", "Lê Lan", scope_id="07906")))
    assert put(store, (3, named("d-1", "Lê Lan", scope_id="07907", version=90))) == ("d-1",)
    with store.apply() as tx:
        tx.dossiers.remove(["d-1"], scope="07906")
        assert tx.dossiers.get("d-1") is not None
        assert (tx.dossiers.sum("07906").count, tx.dossiers.sum("07907").count) == (0, 1)
    check_indexes(store)


def test_the_sum_follows_every_change_and_a_generation_read_beside_it_adds_up_to_the_same(store: Store) -> None:
    with store.read() as tx:
        assert tx.dossiers.sum("07906") == ScopeSum(count=0, digest="0" * 32)
    pairs = many(30)
    put(store, *pairs)
    put(store, *((seq + 100, replace(dossier, version=9)) for seq, dossier in pairs[:10]))
    with store.apply() as tx:
        tx.dossiers.remove([dossier.id for _, dossier in pairs[20:]], scope="07906")
        summed = tx.dossiers.sum("07906")
    whole_anew = [(seq + 100, replace(dossier, version=9)) for seq, dossier in pairs[:10]] + pairs[10:20]
    with store.apply() as tx:
        tx.staged.put(POSITION, pairs, [dossier.id for _, dossier in pairs[20:]])
        tx.staged.put(POSITION, whole_anew, ())
        assert tx.staged.sum("07906") == summed
        assert tx.staged.swap("07906") == ()
        assert tx.dossiers.sum("07906") == summed
    assert summed.count == 20


def test_a_generation_read_beside_the_list_changes_nothing_before_it_takes_its_place(store: Store) -> None:
    pairs = [(seq + 500, dossier) for seq, dossier in many(20)]
    other = named("elsewhere", "Lê Lan", scope_id="07907")
    put(store, *pairs, (900, other))
    before = listed(store)
    # A restored central counts from the beginning: smaller numbers and smaller versions than those here.
    again = [(n, replace(dossier, version=1)) for n, (_, dossier) in enumerate(pairs[:15], start=1)]
    with store.apply() as tx:
        tx.staged.begin("07906", "e2", NOW)
        tx.staged.put(POSITION, again, ())
    assert listed(store) == before
    with store.apply() as tx:
        touched = tx.staged.swap("07906")
    assert set(touched) == {dossier.id for _, dossier in pairs}
    assert len(listed(store)) == 16
    with store.read() as tx:
        assert tx.cursors.get("07906") == POSITION
        assert tx.staged.position("07906") is None
        assert tx.dossiers.get(pairs[0][1].id) == again[0][1]
    check_indexes(store)
    with store.apply() as tx:
        assert not tx.staged.discard("07906", 100)
        assert tx.staged.sum("07906").count == 0


def test_a_swap_that_is_cut_short_leaves_the_old_generation_whole(store: Store) -> None:
    pairs = [(seq + 500, dossier) for seq, dossier in many(20)]
    put(store, *pairs)
    before = listed(store)
    with store.apply() as tx:
        tx.staged.put(POSITION, [(n, replace(dossier, version=1)) for n, (_, dossier) in enumerate(pairs[:5], 1)], ())

    def torn() -> None:
        raise LookupError

    with pytest.raises(LookupError), store.apply() as tx:
        tx.staged.swap("07906", torn)

    assert listed(store) == before
    with store.read() as tx:
        assert tx.cursors.get("07906") is None
        assert tx.staged.position("07906") == POSITION
    check_indexes(store)


@pytest.mark.parametrize(("epoch", "stays"), [("e2", "07907"), ("e1", "07906")])
def test_a_dossier_another_office_has_taken_in_stays_there_unless_that_is_of_an_older_epoch(
    store: Store, epoch: str, stays: str
) -> None:
    put(store, (7, named("d-1", "Lê Lan", scope_id="07907", version=5)))
    with store.apply() as tx:
        tx.cursors.set(replace(POSITION, scope="07907", epoch=epoch))
        tx.staged.put(POSITION, [(3, named("d-1", "Lê Lan", scope_id="07906", version=4))], ())
        tx.staged.swap("07906")
    with store.read() as tx:
        found = tx.dossiers.get("d-1")
    assert found is not None
    assert found.scope_id == stays
    check_indexes(store)


def test_a_scope_is_read_anew_once_an_hour_in_each_epoch(store: Store) -> None:
    hour = timedelta(hours=1)
    with store.write() as tx:
        assert tx.staged.may_begin("07906", "e1", NOW, hour)
        tx.staged.begin("07906", "e1", NOW)
    with store.read() as tx:
        asked = [
            tx.staged.may_begin("07906", "e1", NOW + timedelta(minutes=59), hour),
            tx.staged.may_begin("07906", "e1", NOW + hour, hour),
            tx.staged.may_begin("07906", "e2", NOW, hour),
            tx.staged.may_begin("07907", "e1", NOW, hour),
            # The clock was put back: the hour since then says nothing.
            tx.staged.may_begin("07906", "e1", NOW - timedelta(days=365), hour),
        ]
    assert asked == [False, True, True, True, True]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_sequence_of_pages_leaves_what_a_dictionary_would_hold(store: Store, seed: int) -> None:
    source = random.Random(seed)
    pool = [dossier for _, dossier in many(60, seed)]
    model: dict[str, tuple[int, Dossier]] = {}
    for _ in range(25):
        page: list[tuple[int, Dossier]] = []
        for dossier in source.sample(pool, 15):
            changed = replace(
                dossier,
                status=source.choice(list(Status)),
                version=source.randint(1, 9),
                due_on=TODAY + timedelta(source.randint(-9, 9)),
                declared_on=dossier.declared_on + timedelta(source.choice((0, 0, 0, 1))),
            )
            seq = source.randint(1, 200)
            page.append((seq, changed))
            if dossier.id not in model or model[dossier.id][0] < seq:
                model[dossier.id] = (seq, changed)
        gone = [dossier.id for dossier in source.sample(pool, 2)]
        with store.apply() as tx:
            tx.dossiers.put(page)
            tx.dossiers.remove(gone, scope="07906")
        for dossier_id in gone:
            model.pop(dossier_id, None)
    check_indexes(store)
    held = tuple(dossier for _, dossier in model.values())
    with store.read() as tx:
        assert {dossier.id: tx.dossiers.get(dossier.id) for dossier in held} == {d.id: d for d in held}
        assert tx.dossiers.sum("07906").count == len(held)
    for order in Order:
        for status in (None, *Status):
            criteria = Criteria(order=order, status=status)
            found = whole(store, criteria)
            assert {row.id for row in found} == set(expected(held, criteria))
            by_due = order is Order.DUE and status in (None, *OPEN)
            urgent = [by_due and row.status in OPEN for row in found]
            keys = zip(urgent, found, strict=True)
            days = [(not first, row.due_day if first else -row.declared_day) for first, row in keys]
            assert days == sorted(days)
