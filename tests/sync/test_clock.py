"""The clock of the machine is set wrong: what central said is compared with central's time all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from officer_console.domain.errors import RuleError
from officer_console.domain.lease import Lease
from officer_console.imaging.gate import Gate
from officer_console.services.decide import Decide
from officer_console.services.review import Review
from officer_console.store.device import ClockNote
from officer_console.store.store import Store
from officer_console.sync.clock import CentralClock, note_clock
from officer_console.sync.online import Online
from tests import builders
from tests.faults.workplace import KEY, Workplace, client, draft
from tests.services.sealed_desk import SealedDesk

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
WRONG = [timedelta(days=20), timedelta(minutes=16), timedelta(days=-400)]


def told(machine: datetime, heard: datetime | None, store: Store | None = None) -> datetime:
    kept = None
    if store is not None:
        with store.read() as tx:
            kept = tx.device.clock_note()
    return CentralClock(lambda: machine, lambda: heard, kept)()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store.db", KEY, clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.mark.parametrize("wrong", WRONG)
def test_what_central_said_last_counts_however_the_machine_is_set(wrong: timedelta) -> None:
    assert told(NOW + wrong, NOW) == NOW


def test_less_than_two_seconds_say_nothing_about_the_machine() -> None:
    machine = NOW + timedelta(seconds=1.9)
    assert told(machine, NOW) == machine


def test_a_machine_that_never_heard_of_central_goes_by_its_own_clock(store: Store) -> None:
    assert told(NOW, None, store) == NOW


@pytest.mark.parametrize("wrong", WRONG)
def test_what_was_known_counts_without_network(store: Store, wrong: timedelta) -> None:
    note_clock(store, -wrong, NOW + wrong)
    later = timedelta(hours=20)

    assert told(NOW + wrong + later, None, store) == NOW + later


def test_a_clock_put_right_without_network_is_believed_again(store: Store) -> None:
    note_clock(store, timedelta(days=-20), NOW + timedelta(days=20))

    assert told(NOW + timedelta(hours=1), None, store) == NOW + timedelta(hours=1)


def test_a_round_keeps_how_far_the_clock_is_wrong_and_writes_only_when_that_changes(desk: Workplace) -> None:
    desk.clock.ahead = timedelta(days=20)

    desk.round()
    first = note(desk)
    desk.round()

    assert first is not None
    assert abs(first.ahead + timedelta(days=20)) < timedelta(seconds=5)
    assert abs(first.heard_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert note(desk) == first


def note(desk: Workplace) -> ClockNote | None:
    with desk.store.read() as tx:
        return tx.device.clock_note()


def decide(desk: SealedDesk, ahead: timedelta) -> Decide:
    """Return deciding on a machine that is ``ahead`` of central."""

    def machine() -> datetime:
        return NOW + ahead

    return Decide(
        desk.store,
        builders.officer(),
        clock=machine,
        new_id=lambda: "01a20445-f57f-7aab-878e-47160d60fc11",
        recorded=lambda: None,
        clock_offset=lambda: -ahead,
        central_clock=CentralClock(machine, lambda: NOW),
    )


def test_the_declaration_of_today_is_recorded_at_a_desk_that_is_twenty_days_ahead(tmp_path: Path) -> None:
    desk = SealedDesk(tmp_path)
    about = desk.put()

    decision = decide(desk, timedelta(days=20)).record(draft(about))

    # The machine's own time and how far it is off: central is told both.
    assert decision.decided_at == NOW + timedelta(days=20)
    assert decision.clock_offset_ms == -20 * 86_400_000


def test_who_has_a_dossier_is_seen_at_a_desk_that_is_sixteen_minutes_ahead(tmp_path: Path) -> None:
    desk = SealedDesk(tmp_path)
    held = Lease(officer_id="another", officer_name="Lê Minh Đức", expires_at=NOW + timedelta(minutes=15))
    about = desk.put(lease=held)

    with pytest.raises(RuleError) as refused:
        decide(desk, timedelta(minutes=16)).record(draft(about))

    assert refused.value.code == "leased"


def test_a_dossier_opened_at_a_desk_that_is_ahead_shows_who_has_it(tmp_path: Path) -> None:
    desk = SealedDesk(tmp_path)
    held = Lease(officer_id="another", officer_name="Lê Minh Đức", expires_at=NOW + timedelta(minutes=15))
    about = desk.put(lease=held)
    clock = CentralClock(lambda: NOW + timedelta(minutes=16), lambda: NOW)
    nowhere = Online(desk.store, client("http://127.0.0.1:9"), lambda _: None)

    opened = Review(desk.store, nowhere, builders.officer(), Gate(), clock=clock).open(about.id)

    assert opened.lease_by_other == held
