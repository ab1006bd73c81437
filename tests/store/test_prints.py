"""What was printed: copies are counted, and a stack goes on where it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from officer_console.models import migrations
from officer_console.store import migrate, sealed
from officer_console.store.prints import Count, ItemState, Printed
from officer_console.store.store import Store
from tests.store.building import KEY, NOW, clock

NOTICE = "notice_accepted"
DOSSIERS = tuple((f"d-{n}", f"{1000 + n}/07906") for n in range(4))


def begun(store: Store) -> int:
    with store.write() as tx:
        return tx.prints.begin(NOTICE, "Tang-1", 2, NOW, DOSSIERS)


def mark(store: Store, run: int, **states: ItemState) -> None:
    with store.write() as tx:
        for name, state in states.items():
            tx.prints.mark(run, int(name[1:]), state)


def test_copies_and_times_are_counted_for_each_paper_of_a_dossier(store: Store) -> None:
    with store.write() as tx:
        tx.prints.add("d-1", NOTICE, 2)
        tx.prints.add("d-1", NOTICE, 1)
        tx.prints.add("d-1", "receipt", 1)
    with store.read() as tx:
        assert tx.prints.printed("d-1", NOTICE).whole == Count(copies=3, times=2)
        assert tx.prints.printed("d-1", "receipt").whole == Count(copies=1, times=1)
        assert tx.prints.printed("d-2", NOTICE) == Printed()


def test_another_decision_s_notice_is_counted_for_itself(store: Store) -> None:
    with store.write() as tx:
        tx.prints.add("d-1", NOTICE, 2, "op-1")
        assert tx.prints.printed("d-1", NOTICE, "op-2") == Printed()
        assert tx.prints.printed("d-1", NOTICE, "op-1").whole.copies == 2


def test_pages_that_were_printed_alone_are_counted_beside_the_whole_paper(store: Store) -> None:
    with store.write() as tx:
        tx.prints.add("d-1", NOTICE, 2, pages=(1,))
        counted = tx.prints.printed("d-1", NOTICE)
        assert (counted.page(0), counted.page(1)) == (Count(), Count(2, 1))
        assert [counted.times(pages) for pages in ((0,), (1,), (0, 1))] == [0, 1, 0]
        tx.prints.add("d-1", NOTICE, 1)
        assert tx.prints.printed("d-1", NOTICE).times(range(2)) == 1
        tx.prints.take_back("d-1", NOTICE, 2, pages=(1,))
        assert tx.prints.printed("d-1", NOTICE).page(1) == Count(1, 1)


def test_what_the_printer_did_not_take_is_uncounted(store: Store) -> None:
    with store.write() as tx:
        tx.prints.add("d-1", NOTICE, 2)
        tx.prints.take_back("d-1", NOTICE, 2)
    with store.read() as tx:
        assert tx.prints.printed("d-1", NOTICE).whole == Count()


def test_a_stack_is_served_in_order_and_says_how_far_it_is(store: Store) -> None:
    run = begun(store)
    mark(store, run, p0=ItemState.SENT, p1=ItemState.LEFT)
    with store.read() as tx:
        standing, following = tx.prints.run(), tx.prints.next(run)
    assert standing is not None
    assert (standing.total, standing.sent, standing.left, standing.copies) == (4, 1, 1, 2)
    assert following is not None
    assert (following.place, following.dossier_id) == (2, "d-2")


def hand_over(store: Store, run: int, *places: int) -> None:
    with store.write() as tx:
        for place in places:
            tx.prints.mark(run, place, ItemState.SENDING)
            tx.prints.mark(run, place, ItemState.SENT)


def waiting(store: Store, run: int) -> list[int]:
    found = []
    with store.write() as tx:
        while (item := tx.prints.next(run)) is not None:
            found.append(item.place)
            tx.prints.mark(run, item.place, ItemState.SENT)
    return found


@pytest.mark.parametrize(("turn", "waits"), [(2, [3]), (1, [2, 3]), (0, [0, 2, 3]), (None, [3])])
def test_everything_behind_the_last_paper_that_came_out_waits_again(
    store: Store, turn: int | None, waits: list[int]
) -> None:
    run = begun(store)
    hand_over(store, run, 0)
    mark(store, run, p1=ItemState.LEFT, p2=ItemState.SENDING)
    with store.write() as tx:
        assert [(item.place, item.turn) for item in tx.prints.newest(run, 5)] == [(2, 2), (0, 1)]
        tx.prints.go_on_after(run, turn)
    assert waiting(store, run) == waits


def test_the_last_paper_handed_over_is_the_newest_wherever_it_stands(store: Store) -> None:
    run = begun(store)
    hand_over(store, run, 0, 2, 3)
    mark(store, run, p1=ItemState.SENDING)
    with store.write() as tx:
        recent = tx.prints.newest(run, 2)
        assert [(item.place, item.state) for item in recent] == [(1, ItemState.SENDING), (3, ItemState.SENT)]
        assert recent[1].turn is not None
        tx.prints.go_on_after(run, recent[1].turn)
    assert waiting(store, run) == [1]


@pytest.mark.parametrize(("code", "unsigned", "away"), [("notice-unsigned", 1, 0), ("notice-away", 0, 1)])
def test_what_waits_for_a_signature_or_central_is_counted_and_waits_again_when_the_stack_goes_on(
    store: Store, code: str, unsigned: int, away: int
) -> None:
    run = begun(store)
    hand_over(store, run, 0, 3)
    with store.write() as tx:
        tx.prints.mark(run, 1, ItemState.LEFT, code)
        tx.prints.mark(run, 2, ItemState.LEFT, "paper-unfit")
        standing = tx.prints.run()
        assert standing is not None
        assert (standing.left, standing.unsigned, standing.away) == (2, unsigned, away)
        tx.prints.go_on_after(run, None)
    assert waiting(store, run) == [1]


def test_a_new_stack_takes_the_place_of_the_old_one(store: Store) -> None:
    begun(store)
    run = begun(store)
    with store.write() as tx:
        standing = tx.prints.run()
        assert standing is not None
        assert standing.n == run
        tx.prints.drop()
        assert tx.prints.run() is None
        assert tx.prints.next(run) is None


def test_what_an_earlier_program_counted_is_of_the_decision_that_was_issued_last(path: Path) -> None:
    sealed.prepare(path)
    engine = sealed.engine(sealed.connector(path, KEY))
    migrate.migrate(engine, path, clock, migrate.Scripts(folder=Path(migrations.__file__).parent, head="0022"))
    with engine.begin() as connection:
        for paper, copies in ((NOTICE, 2), ("receipt", 1)):
            connection.exec_driver_sql("INSERT INTO printed VALUES ('d-1', ?, ?, 1)", (paper, copies))
        for decision, at in (("op-1", "2026-11-20T05:00:00.000000Z"), ("op-2", "2026-11-21T05:00:00.000000Z")):
            connection.exec_driver_sql(
                "INSERT INTO issued_paper (dossier_id, paper, decision, at, number, year)"
                " VALUES ('d-1', ?, ?, ?, '', 0)",
                (NOTICE, decision, at),
            )
    engine.dispose()
    store = Store.open(path, KEY, clock=clock)
    with store.read() as tx:
        assert tx.prints.printed("d-1", NOTICE, "op-1") == Printed()
        assert tx.prints.printed("d-1", NOTICE, "op-2").whole == Count(2, 1)
        assert tx.prints.printed("d-1", "receipt").whole == Count(1, 1)
    store.close()
