"""Central restored from a backup: what it had acknowledged comes back, what was not judged is not decided."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from officer_console.central.errors import CentralError
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.search import Criteria, Order
from officer_console.services.queue import Queue
from tests import builders
from tests.faults.proxy import REFUSE
from tests.faults.workplace import Workplace, never
from tests.sync.pulling import move
from tests.sync.restoring import OTHER, SCOPE, Drill, after_pages, on_record, telephone, works_for

pytestmark = pytest.mark.xdist_group(__name__)

STARTS_OVER = f"feed of scope {SCOPE} starts over: epoch-changed"

Restore = Callable[[Workplace], None]


@pytest.fixture
def drill(planted: Path, tmp_path: Path) -> Iterator[Drill]:
    opened = Drill(planted, tmp_path)
    yield opened
    opened.close()


def working(drill: Drill, folder: Path, *scopes: str) -> Iterator[Workplace]:
    """Yield the desk of an officer of these offices."""
    made = Workplace(drill.central, folder, drill.central.officer(scopes=scopes), drill.proxy.url)
    yield made
    made.close()


@pytest.fixture
def desk(drill: Drill, tmp_path: Path) -> Iterator[Workplace]:
    yield from working(drill, tmp_path / "desk", SCOPE)


@pytest.fixture
def desk_of_two(drill: Drill, tmp_path: Path) -> Iterator[Workplace]:
    yield from working(drill, tmp_path / "two", OTHER, SCOPE)


@pytest.fixture
def restore(drill: Drill, expect_log: Callable[[str], None]) -> Restore:
    """Return what puts central back to its copy; the desk says that it reads its office anew after that."""

    def to_the_copy(desk: Workplace) -> None:
        drill.restore(desk)
        expect_log(STARTS_OVER)

    return to_the_copy


@pytest.fixture
def about(drill: Drill) -> Dossier:
    """A dossier of the office."""
    return on_record(drill.central, 1)


@pytest.fixture
def other_life(drill: Drill, desk: Workplace, about: Dossier, restore: Restore) -> Callable[[], None]:
    """The desk has ``about`` as version 2, which is not in the copy; what is returned goes back to the copy, where
    another change gets that number.
    """
    drill.back_up()
    telephone(drill.central, about, "0912345678")
    desk.round()

    def begin() -> None:
        restore(desk)
        telephone(drill.central, about, "0987654321")

    return begin


@pytest.fixture
def elsewhere(drill: Drill) -> Dossier:
    """A dossier of the other office, in the copy."""
    planted = builders.dossier(7001, scope_id=OTHER)
    drill.central.plant(planted)
    drill.back_up()
    return planted


def state(desk: Workplace, op_id: str) -> tuple[str, str | None]:
    item = desk.item(op_id)
    return item.state, item.error_code


def test_every_acknowledged_decision_is_back_within_one_round(drill: Drill, desk: Workplace, restore: Restore) -> None:
    dossiers = [on_record(drill.central, n) for n in range(6)]
    desk.round()
    early = [desk.record(about) for about in dossiers[:2]]
    desk.round()
    drill.back_up()
    late = [desk.record(about) for about in dossiers[2:5]]
    refused = desk.record(dossiers[5], verdict=Verdict.INVALID, reason_code="form-unsigned")
    desk.round()
    decisions = [*early, *late, refused]
    assert [state(desk, decision.op_id)[0] for decision in decisions] == ["accepted"] * 6
    restore(desk)
    assert [drill.central.decisions(about) for about in dossiers] == [1, 1, 0, 0, 0, 0]

    desk.round()

    assert [drill.central.decisions(about) for about in dossiers] == [1] * 6
    assert [state(desk, decision.op_id)[0] for decision in decisions] == ["accepted"] * 6
    assert [desk.stored(about) for about in dossiers] == [drill.central.stored(about)[1] for about in dossiers]
    with desk.store.read() as tx:
        again = [entry.op_id for entry in tx.journal.latest(100) if entry.what == "sent-again"]
        assert tx.outbox.delivery().confirmed == 6
    assert sorted(op_id for op_id in again if op_id) == sorted(decision.op_id for decision in decisions[2:])
    assert all(desk.item(decision.op_id).decision.base_epoch != drill.central.epoch for decision in decisions)


def test_a_version_number_that_was_used_again_for_another_state_is_not_the_state_that_was_judged(
    drill: Drill,
    desk: Workplace,
    about: Dossier,
    other_life: Callable[[], None],
    expect_log: Callable[[str], None],
) -> None:
    decision = desk.record(about)
    desk.round()
    assert (decision.base_version, state(desk, decision.op_id)) == (2, ("accepted", None))
    other_life()
    expect_log("decision refused .* code=version-conflict")

    desk.round()

    assert drill.central.stored(about)[1].version == decision.base_version
    assert drill.central.decisions(about) == 0
    assert state(desk, decision.op_id) == ("attention", "version-conflict")
    assert desk.item(decision.op_id).error_data["version"] == 2
    assert desk.item(decision.op_id).decision == decision


def test_a_decision_that_waited_and_is_in_the_backup_gets_its_receipt_though_the_dossier_moved_on(
    drill: Drill, desk: Workplace, about: Dossier, restore: Restore
) -> None:
    desk.round()
    decision = desk.record(about)
    drill.proxy.spoil(r"POST .*/decisions", replace(REFUSE, how="cut"))
    with pytest.raises(CentralError):
        desk.engine.push(never)
    assert (state(desk, decision.op_id)[0], drill.central.decisions(about)) == ("waiting", 1)
    drill.back_up()
    restore(desk)
    desk.engine.pull(never)
    desk.clock.forward(300)

    desk.round()

    assert state(desk, decision.op_id) == ("accepted", None)
    assert drill.central.decisions(about) == 1


def test_a_second_decision_on_a_dossier_waits_for_what_becomes_of_the_first(
    drill: Drill, desk: Workplace, restore: Restore
) -> None:
    about = builders.dossier(7001, scope_id=SCOPE)
    drill.central.plant(about)
    desk.round()
    drill.back_up()
    first = desk.record(about)
    desk.round()
    assert drill.central.stored(about)[1].status is Status.AWAITING_REGISTRY
    second = desk.record(about, verdict=Verdict.INVALID, reason_code="form-unsigned")
    desk.round()
    assert drill.central.decisions(about) == 2
    restore(desk)

    desk.round()

    assert [state(desk, one.op_id) for one in (first, second)] == [("accepted", None)] * 2
    assert drill.central.decisions(about) == 2
    assert drill.central.stored(about)[1].status is Status.REJECTED


def test_the_list_stays_whole_while_the_office_is_read_anew_and_after_a_crash_at_any_page(
    drill: Drill, desk: Workplace, restore: Restore
) -> None:
    dossiers = [on_record(drill.central, n) for n in range(3)]
    drill.back_up()
    desk.round()
    for about in dossiers:
        desk.record(about)
    desk.round()
    old = {about.id: desk.stored(about) for about in dossiers}
    count, cursor = desk.count(), desk.cursor()
    desk.page = count // 5
    restore(desk)

    pages = 0
    while desk.cursor() == cursor:
        desk.engine.pull(after_pages(drill, 1))
        pages += 1
        if desk.cursor() == cursor:
            rows = Queue(desk.store, clock=desk.clock).page(Criteria(order=Order.DECLARED), limit=count + 1).rows
            assert len(rows) == count
            assert {about.id: desk.stored(about) for about in dossiers} == old
        desk.close()
        desk.open()
        assert pages < 30

    assert pages > 3
    assert [desk.stored(about) for about in dossiers] == [drill.central.stored(about)[1] for about in dossiers]
    assert desk.count() == count


def test_a_decision_recorded_while_the_office_is_read_anew_belongs_to_the_old_generation(
    drill: Drill,
    desk: Workplace,
    about: Dossier,
    other_life: Callable[[], None],
    expect_log: Callable[[str], None],
) -> None:
    before = drill.central.epoch
    desk.page = 20
    other_life()
    expect_log("decision refused .* code=version-conflict")
    desk.engine.pull(after_pages(drill, 2))
    with desk.store.read() as tx:
        assert tx.staged.left_over(SCOPE)

    decision = desk.record(about)
    desk.round()

    assert decision.base_epoch == before
    assert state(desk, decision.op_id) == ("attention", "version-conflict")
    assert drill.central.decisions(about) == 0


def test_a_dossier_whose_move_the_restore_lost_is_back_in_its_office_though_the_other_is_still_of_before(
    drill: Drill, desk_of_two: Workplace, elsewhere: Dossier, restore: Restore
) -> None:
    desk = desk_of_two
    move(drill.central, elsewhere, SCOPE)
    desk.close()
    works_for(desk, SCOPE)
    desk.open()
    desk.round()
    assert desk.stored(elsewhere) == drill.central.stored(replace(elsewhere, scope_id=SCOPE))[1]
    works_for(desk, OTHER, SCOPE)
    restore(desk)

    desk.round()

    assert desk.stored(elsewhere) == elsewhere


def test_a_decision_on_an_office_the_desk_reads_no_more_does_not_wait_for_it_to_be_read_anew(
    drill: Drill, desk_of_two: Workplace, elsewhere: Dossier, restore: Restore, expect_log: Callable[[str], None]
) -> None:
    desk = desk_of_two
    desk.round()
    decision = desk.record(elsewhere)
    works_for(desk, SCOPE)
    restore(desk)
    expect_log("decision refused .* code=scope-revoked")

    desk.round()

    assert state(desk, decision.op_id) == ("attention", "scope-revoked")
    assert drill.central.decisions(elsewhere) == 0


@pytest.mark.parametrize("set_right", [True, False], ids=["then set right", "as ever"])
def test_a_clock_that_is_behind_takes_no_decision_away_that_a_restored_central_asks_for(
    drill: Drill, desk: Workplace, about: Dossier, restore: Restore, *, set_right: bool
) -> None:
    drill.back_up()
    desk.clock.ahead = timedelta(days=-100)
    desk.round()
    op_id = desk.record(about).op_id
    desk.round()
    if set_right:
        desk.clock.ahead = timedelta()
    desk.close()
    desk.open()
    desk.round()
    restore(desk)

    desk.round()
    desk.round()

    assert drill.central.decisions(about) == 1
    assert desk.item(op_id).state == "accepted"


def test_a_restore_that_nobody_told_of_decides_nothing_on_a_state_that_was_not_judged(
    drill: Drill, desk: Workplace, about: Dossier, expect_log: Callable[[str], None]
) -> None:
    expect_log("decision refused op=.* code=version-conflict")
    drill.back_up()
    telephone(drill.central, about, "0912345678")
    desk.round()
    op_id = desk.record(about).op_id
    drill.restore(desk, told=False)
    telephone(drill.central, about, "0987654321")

    with contextlib.suppress(CentralError):
        desk.round()

    assert state(desk, op_id) == ("attention", "version-conflict")
    assert drill.central.decisions(about) == 0
