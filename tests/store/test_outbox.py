"""Decisions on their way: order, states, and what can never happen to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.store.errors import StoreError
from officer_console.store.outbox import Delivery, Outbox, OutboxCounts
from officer_console.store.store import Store
from tests.store.building import NOW, decision


def add(store: Store, *decisions: Decision) -> None:
    for one in decisions:
        with store.write() as tx:
            tx.outbox.add(one, NOW)


def test_decisions_are_due_in_the_order_in_which_they_were_made_and_those_that_failed_behind_the_others(
    store: Store,
) -> None:
    add(store, decision("op-2", "d-2"), decision("op-1", "d-1"), decision("op-3", "d-3"))
    with store.write() as tx:
        tx.outbox.later("op-2", NOW + timedelta(seconds=30), "unreachable")
    with store.read() as tx:
        assert [item.op_id for item in tx.outbox.due(NOW)] == ["op-1", "op-3"]
        later = tx.outbox.due(NOW + timedelta(seconds=30))
    assert [item.op_id for item in later] == ["op-1", "op-3", "op-2"]
    assert later[2].attempts == 1
    assert later[2].error_code == "unreachable"
    assert later[2].next_at == NOW + timedelta(seconds=30)
    assert later[0].decision == decision("op-1", "d-1")
    assert later[0].created_at == NOW


def test_one_that_fails_for_ever_stays_behind_the_others_and_is_never_dropped(store: Store) -> None:
    add(store, decision("op-1", "d-1"), decision("op-2", "d-2"))
    for _ in range(25):
        with store.write() as tx:
            tx.outbox.later("op-1", NOW, "unreachable", NOW)
    add(store, decision("op-3", "d-3"))
    with store.read() as tx:
        due = tx.outbox.due(NOW)
    assert [(item.op_id, item.attempts) for item in due] == [("op-2", 0), ("op-3", 0), ("op-1", 25)]


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(days=365)])
def test_a_clock_that_was_put_back_strands_no_decision(store: Store, back: timedelta) -> None:
    add(store, decision("op-1"))
    with store.write() as tx:
        tx.outbox.later("op-1", NOW + timedelta(seconds=200), "unreachable", NOW)
    with store.read() as tx:
        assert tx.outbox.due(NOW + timedelta(seconds=199)) == ()
        assert tx.outbox.next_due(NOW) == NOW + timedelta(seconds=200)
        assert [item.op_id for item in tx.outbox.due(NOW - back)] == ["op-1"]
        assert tx.outbox.next_due(NOW - back) is None


def test_what_is_open_is_listed_and_may_be_tried_at_once(store: Store) -> None:
    add(store, decision("op-1", "d-1"), decision("op-2", "d-2"), decision("op-3", "d-3"))
    with store.write() as tx:
        tx.outbox.later("op-1", NOW + timedelta(seconds=200), "unreachable", NOW)
        tx.outbox.refused("op-2", "leased", {}, NOW)
        tx.outbox.accepted("op-3", NOW)
        tx.outbox.retry("op-1")
    with store.read() as tx:
        assert [item.op_id for item in tx.outbox.open()] == ["op-1", "op-2"]
        assert [item.op_id for item in tx.outbox.due(NOW)] == ["op-1"]


def numbered(store: Store, count: int) -> None:
    """Record and accept ``count`` decisions, each on a dossier of its own."""
    with store.write() as tx:
        for n in range(1, count + 1):
            one = replace(decision(f"op-{n}", f"d-{n}"), device_id="s", dseq=tx.device.next_number("07906"))
            tx.outbox.add(one, NOW)
            tx.outbox.accepted(one.op_id, NOW)


def test_the_ledger_confirms_what_it_names_and_gives_back_what_it_has_lost(store: Store) -> None:
    numbered(store, 6)
    whole = wire.Ledger(device_id="s", contiguous=6, last=6)
    torn = wire.Ledger(device_id="s", contiguous=2, holes=(3,), last=4)

    with store.write() as tx:
        assert tx.outbox.delivery() == Delivery(recorded=6, confirmed=0, unread=6)
        assert tx.outbox.compare("07906", whole) == ()
        assert tx.outbox.delivery() == Delivery(recorded=6, confirmed=6)
        lost = tx.outbox.compare("07906", torn)
        for item in lost:
            tx.outbox.again(item.op_id)
        assert tx.outbox.delivery() == Delivery(recorded=6, confirmed=3)
        assert tx.outbox.compare("07906", torn) == ()
        assert tx.outbox.compare("07907", torn) == ()

    assert [item.op_id for item in lost] == ["op-3", "op-5", "op-6"]
    with store.read() as tx:
        assert [item.op_id for item in tx.outbox.due(NOW)] == ["op-3", "op-5", "op-6"]


def test_a_ledger_with_more_holes_than_it_lists_says_nothing_of_what_lies_behind(store: Store) -> None:
    numbered(store, 3)
    full = wire.Ledger(device_id="s", contiguous=1, holes=(2, *range(4, 4 + wire.LEDGER_HOLES - 1)), last=10_000)
    with store.write() as tx:
        assert [item.op_id for item in tx.outbox.compare("07906", full)] == ["op-2"]
        assert tx.outbox.delivery().confirmed == 2


def test_of_two_lost_decisions_on_a_dossier_the_first_goes_first(store: Store) -> None:
    with store.write() as tx:
        for n in (1, 2):
            one = replace(decision(f"op-{n}", "d-1"), device_id="s", dseq=tx.device.next_number("07906"))
            tx.outbox.add(one, NOW)
            tx.outbox.accepted(one.op_id, NOW)
        tx.outbox.add(replace(decision("op-3", "d-1"), device_id="s", dseq=3), NOW)
        nothing = wire.Ledger(device_id="s", contiguous=0, last=0)
        assert [item.op_id for item in tx.outbox.compare("07906", nothing)] == ["op-1"]
        tx.outbox.again("op-1")
        assert [item.op_id for item in tx.outbox.due(NOW)] == ["op-1"]


def test_what_was_acknowledged_long_ago_goes_only_when_the_ledger_confirms_it(store: Store) -> None:
    numbered(store, 3)
    with store.write() as tx:
        tx.outbox.compare("07906", wire.Ledger(device_id="s", contiguous=1, holes=(2,), last=3))
        assert tx.outbox.tidy(NOW) == 0
        assert tx.outbox.tidy(NOW + timedelta(seconds=1)) == 2
        assert tx.outbox.get("op-2") is not None
        assert tx.outbox.delivery() == Delivery(recorded=3, confirmed=2, unread=1)


def test_one_decision_waits_per_dossier(store: Store) -> None:
    add(store, decision("op-1"))
    for again in (decision("op-2"), decision("op-1", "d-2")):
        with pytest.raises(StoreError) as caught:
            add(store, again)
        assert caught.value.code == "store-conflict"
    with store.read() as tx:
        assert [item.op_id for item in tx.outbox.due(NOW)] == ["op-1"]


def test_a_refused_decision_stays_until_the_officer_resolves_it(store: Store) -> None:
    add(store, decision("op-1"))
    with store.write() as tx:
        tx.outbox.refused("op-1", "version-conflict", {"by": "Trần Thị Bình", "version": 4}, NOW)
    with store.read() as tx:
        assert tx.outbox.due(NOW) == ()
        assert tx.outbox.counts() == OutboxCounts(waiting=0, attention=1)
        (item,) = tx.outbox.attention()
        assert tx.outbox.for_dossier("d-1") == item
    assert (item.state, item.error_code) == ("attention", "version-conflict")
    assert item.error_data == {"by": "Trần Thị Bình", "version": 4}
    with pytest.raises(StoreError), store.write() as tx:
        tx.outbox._connection.exec_driver_sql("DELETE FROM outbox")
    with store.write() as tx:
        tx.outbox.resolve("op-1", NOW)
    with store.read() as tx:
        assert tx.outbox.attention() == ()
        assert tx.outbox.for_dossier("d-1") is None
        resolved = tx.outbox.get("op-1")
    assert resolved is not None
    assert resolved.state == "resolved"


def test_a_new_decision_may_follow_a_refused_one_and_is_the_one_shown(store: Store) -> None:
    add(store, decision("op-1"))
    with store.write() as tx:
        tx.outbox.refused("op-1", "leased", {}, NOW)
        tx.outbox.add(decision("op-2"), NOW)
    with store.read() as tx:
        item = tx.outbox.for_dossier("d-1")
    assert item is not None
    assert item.op_id == "op-2"


def test_an_accepted_decision_is_kept_and_waits_no_longer(store: Store) -> None:
    add(store, decision("op-1"))
    with store.write() as tx:
        tx.outbox.accepted("op-1", NOW + timedelta(minutes=1))
    with store.read() as tx:
        assert tx.outbox.counts() == OutboxCounts(waiting=0, attention=0)
        assert tx.outbox.for_dossier("d-1") is None
        item = tx.outbox.get("op-1")
    assert item is not None
    assert (item.state, item.sent_at) == ("accepted", NOW + timedelta(minutes=1))
    add(store, decision("op-2"))


def test_a_step_from_the_wrong_state_is_refused(store: Store) -> None:
    add(store, decision("op-1"))
    with store.write() as tx:
        tx.outbox.accepted("op-1", NOW)
    steps: tuple[Callable[[Outbox], None], ...] = (
        lambda outbox: outbox.accepted("op-1", NOW),
        lambda outbox: outbox.refused("op-1", "leased", {}, NOW),
        lambda outbox: outbox.later("op-1", NOW, "unreachable"),
        lambda outbox: outbox.resolve("op-1", NOW),
        lambda outbox: outbox.accepted("never seen", NOW),
    )
    for step in steps:
        with pytest.raises(StoreError) as caught, store.write() as tx:
            step(tx.outbox)
        assert caught.value.code == "store-conflict"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM outbox",
        "UPDATE outbox SET decision = x'00'",
        "UPDATE outbox SET op_id = 'other'",
        "INSERT OR REPLACE INTO outbox (op_id, dossier_id, decision, state, attempts, created_at)"
        " VALUES ('op-1', 'd-1', x'00', 'waiting', 0, '')",
        "UPDATE journal SET what = 'nothing'",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal (n, at, what) VALUES (1, '', 'nothing')",
    ],
)
def test_the_database_itself_guards_the_outbox_and_the_journal(store: Store, statement: str) -> None:
    add(store, decision("op-1"))
    with store.write() as tx:
        tx.journal.add(NOW, "decided", "officer-1", "d-1", "op-1")
    with pytest.raises(StoreError) as caught, store.write() as tx:
        tx.outbox._connection.exec_driver_sql(statement)
    assert caught.value.code == "store-conflict"
    with store.read() as tx:
        assert [entry.what for entry in tx.journal.latest(5)] == ["decided"]
        assert [item.decision for item in tx.outbox.due(NOW)] == [decision("op-1")]


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="naive datetime"), store.write() as tx:
        tx.journal.add(NOW.replace(tzinfo=None), "decided", None, None, None)


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("waiting", {"note": "another note"}),
        ("waiting", {"dseq": 9}),
        ("waiting", {"device_id": "t", "note": "another note"}),
        ("accepted", {"device_id": "t"}),
    ],
)
def test_only_the_store_id_of_a_decision_that_waits_may_change(
    store: Store, state: str, fields: dict[str, object]
) -> None:
    recorded = replace(decision("op-1"), device_id="s", dseq=1)
    add(store, recorded)
    if state == "accepted":
        with store.write() as tx:
            tx.outbox.accepted("op-1", NOW)
    other = wire.encode(replace(recorded, **fields))  # type: ignore[arg-type]  # fields of Decision by name
    with pytest.raises(StoreError) as caught, store.write() as tx:
        tx.outbox._connection.exec_driver_sql("UPDATE outbox SET decision = ?", (other,))
    assert caught.value.code == "store-conflict"


def test_a_decision_that_waits_is_counted_under_another_store_id_and_is_due_at_once(store: Store) -> None:
    recorded = replace(decision("op-1"), device_id="s", dseq=1)
    add(store, recorded)
    with store.write() as tx:
        tx.outbox.later("op-1", NOW + timedelta(hours=1), "unreachable", NOW)
        renumbered = tx.outbox.renumber("op-1", "t")
    with store.read() as tx:
        assert tx.outbox.due(NOW) == (renumbered,)
        assert tx.outbox.numbered() == ((recorded.scope_id, "t"),)
    assert renumbered.decision == replace(recorded, device_id="t")
