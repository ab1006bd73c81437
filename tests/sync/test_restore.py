"""Central restored from a backup: what it had acknowledged comes back, what was not judged is not decided."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from central_server import feed
from central_server.database import renew_epoch
from officer_console.central.errors import CentralError
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.search import Criteria, Order
from officer_console.services.queue import Queue
from tests import builders
from tests.central.process import PASSWORD, Central, running_central
from tests.faults.fixtures import NO_JOBS
from tests.faults.proxy import REFUSE, Proxy
from tests.faults.workplace import Workplace, client, never

pytestmark = pytest.mark.xdist_group(__name__)

SCOPE = "04802"
OTHER = "04801"
STARTS_OVER = "feed of scope .* starts over: epoch-changed"


class Drill:
    """A central that can be copied, and put back to the copy; desks reach it through one proxy each."""

    def __init__(self, planted: Path, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        shutil.copytree(planted, folder / "c")
        self.central = self._start("c")
        self.proxy = Proxy(self.central.url)

    def _start(self, name: str) -> Central:
        return self._stack.enter_context(running_central(self.folder / name, *NO_JOBS))

    def back_up(self) -> None:
        """Copy database and pictures as they are."""
        with self.central.database.read() as connection:
            connection.exec_driver_sql("SELECT 1 FROM dossier LIMIT 1").close()
            shutil.copytree(self.folder / "c", self.folder / "copy")

    def restore(self, desk: Workplace) -> None:
        """Stop central, put the copy in its place under a new epoch, and bring the desk back to it."""
        self._stack.close()
        shutil.copytree(self.folder / "copy", self.folder / "c2")
        renew_epoch(f"sqlite:///{self.folder / 'c2' / 'central.db'}")
        self.central = self._start("c2")
        self.proxy.close()
        self.proxy = Proxy(self.central.url)
        desk.close()
        desk.central = self.central
        desk.client = client(self.proxy.url)
        desk.client.sign_in(desk.officer.username, PASSWORD, "desk-1")
        desk.open()

    def close(self) -> None:
        self.proxy.close()
        self._stack.close()


@pytest.fixture
def drill(planted: Path, tmp_path: Path) -> Iterator[Drill]:
    opened = Drill(planted, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def desk(drill: Drill, tmp_path: Path) -> Iterator[Workplace]:
    officer = drill.central.officer(scopes=(SCOPE,))
    made = Workplace(drill.central, tmp_path / "desk", officer, drill.proxy.url)
    yield made
    made.close()


@pytest.fixture
def desk_of_two(drill: Drill, tmp_path: Path) -> Iterator[Workplace]:
    officer = drill.central.officer(scopes=(OTHER, SCOPE))
    made = Workplace(drill.central, tmp_path / "two", officer, drill.proxy.url)
    yield made
    made.close()


def on_record(central: Central, n: int) -> Dossier:
    about = builders.dossier(7000 + n, scope_id=SCOPE)
    central.plant(about)
    central.register_person(about)
    return about


def changed(central: Central, about: Dossier, **fields: object) -> None:
    """Change a dossier at central, as another change of the new life would."""
    with central.database.write() as connection:
        stored = feed.load(connection, about.scope_id, about.id)
        assert stored is not None
        assert stored.dossier is not None
        feed.put(connection, stored, replace(stored.dossier, version=stored.version + 1, **fields))  # type: ignore[arg-type]


def moved(central: Central, about: Dossier, scope: str) -> None:
    """Let a dossier move to another office."""
    with central.database.write() as connection:
        feed.ensure_scope(connection, scope, central.epoch)
        stored = feed.load(connection, about.scope_id, about.id)
        assert stored is not None
        feed.move(connection, stored, replace(about, scope_id=scope, version=stored.version + 1))


def state(desk: Workplace, op_id: str) -> tuple[str, str | None]:
    item = desk.item(op_id)
    return item.state, item.error_code


def test_every_acknowledged_decision_is_back_within_one_round(
    drill: Drill, desk: Workplace, expect_log: Callable[[str], None]
) -> None:
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
    drill.restore(desk)
    assert [drill.central.decisions(about) for about in dossiers] == [1, 1, 0, 0, 0, 0]
    expect_log(STARTS_OVER)

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
    drill: Drill, desk: Workplace, expect_log: Callable[[str], None]
) -> None:
    about = on_record(drill.central, 1)
    drill.back_up()
    changed(drill.central, about, declaration=replace(about.declaration, phone="0912345678"))
    desk.round()
    decision = desk.record(about)
    desk.round()
    assert (decision.base_version, state(desk, decision.op_id)) == (2, ("accepted", None))
    drill.restore(desk)
    changed(drill.central, about, declaration=replace(about.declaration, phone="0987654321"))
    expect_log(STARTS_OVER)
    expect_log("decision refused .* code=version-conflict")

    desk.round()

    assert drill.central.stored(about)[1].version == decision.base_version
    assert drill.central.decisions(about) == 0
    assert state(desk, decision.op_id) == ("attention", "version-conflict")
    assert desk.item(decision.op_id).error_data["version"] == 2
    assert desk.item(decision.op_id).decision == decision


def test_a_decision_that_waited_and_is_in_the_backup_gets_its_receipt_though_the_dossier_moved_on(
    drill: Drill, desk: Workplace, expect_log: Callable[[str], None]
) -> None:
    about = on_record(drill.central, 1)
    desk.round()
    decision = desk.record(about)
    drill.proxy.spoil(r"POST .*/decisions", replace(REFUSE, how="cut"))
    with pytest.raises(CentralError):
        desk.engine.push(never)
    assert (state(desk, decision.op_id)[0], drill.central.decisions(about)) == ("waiting", 1)
    drill.back_up()
    drill.restore(desk)
    expect_log(STARTS_OVER)
    desk.engine.pull(never)
    desk.clock.forward(300)

    desk.round()

    assert state(desk, decision.op_id) == ("accepted", None)
    assert drill.central.decisions(about) == 1


def test_a_second_decision_on_a_dossier_waits_for_what_becomes_of_the_first(
    drill: Drill, desk: Workplace, expect_log: Callable[[str], None]
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
    drill.restore(desk)
    expect_log(STARTS_OVER)

    desk.round()

    assert [state(desk, one.op_id) for one in (first, second)] == [("accepted", None)] * 2
    assert drill.central.decisions(about) == 2
    assert drill.central.stored(about)[1].status is Status.REJECTED


def test_the_list_stays_whole_while_the_office_is_read_anew_and_after_a_crash_at_any_page(
    drill: Drill, desk: Workplace, expect_log: Callable[[str], None]
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
    drill.restore(desk)
    expect_log(STARTS_OVER)

    pages = 0
    while desk.cursor() == cursor:
        asked = iter((False, False, True))
        desk.engine.pull(lambda asked=asked: next(asked, True))  # type: ignore[misc]
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
    drill: Drill, desk: Workplace, expect_log: Callable[[str], None]
) -> None:
    about = on_record(drill.central, 1)
    drill.back_up()
    changed(drill.central, about, declaration=replace(about.declaration, phone="0912345678"))
    desk.round()
    before = drill.central.epoch
    desk.page = 20
    drill.restore(desk)
    changed(drill.central, about, declaration=replace(about.declaration, phone="0987654321"))
    expect_log(STARTS_OVER)
    expect_log("decision refused .* code=version-conflict")
    asked = iter((False, False, True))
    desk.engine.pull(lambda: next(asked, True))

    decision = desk.record(about)
    desk.round()

    assert decision.base_epoch == before
    assert state(desk, decision.op_id) == ("attention", "version-conflict")
    assert drill.central.decisions(about) == 0


def test_a_dossier_whose_move_the_restore_lost_is_back_in_its_office_though_the_other_is_still_of_before(
    drill: Drill, desk_of_two: Workplace, expect_log: Callable[[str], None]
) -> None:
    desk, officer = desk_of_two, desk_of_two.officer
    about = builders.dossier(7001, scope_id=OTHER)
    drill.central.plant(about)
    drill.back_up()
    moved(drill.central, about, SCOPE)
    desk.close()
    desk.officer = replace(officer, scopes=(SCOPE,))
    desk.open()
    desk.round()
    assert desk.stored(about) == replace(about, scope_id=SCOPE, version=2)
    desk.officer = officer
    drill.restore(desk)
    expect_log(f"feed of scope {SCOPE} starts over: epoch-changed")

    desk.round()

    assert desk.stored(about) == about


def test_a_decision_on_an_office_the_desk_reads_no_more_does_not_wait_for_it_to_be_read_anew(
    drill: Drill, desk_of_two: Workplace, expect_log: Callable[[str], None]
) -> None:
    desk, officer = desk_of_two, desk_of_two.officer
    about = builders.dossier(7001, scope_id=OTHER)
    drill.central.plant(about)
    drill.back_up()
    desk.round()
    decision = desk.record(about)
    desk.officer = replace(officer, scopes=(SCOPE,))
    drill.restore(desk)
    expect_log(f"feed of scope {SCOPE} starts over: epoch-changed")
    expect_log("decision refused .* code=scope-revoked")

    desk.round()

    assert state(desk, decision.op_id) == ("attention", "scope-revoked")
    assert drill.central.decisions(about) == 0
