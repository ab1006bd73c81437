"""Decisions on their way: order, states, and what can never happen to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from officer_console.domain.decision import Decision
from officer_console.store.errors import StoreError
from officer_console.store.outbox import Outbox, OutboxCounts
from officer_console.store.store import Store
from tests.store.building import NOW, decision


def add(store: Store, *decisions: Decision) -> None:
    for one in decisions:
        with store.write() as tx:
            tx.outbox.add(one, NOW)


def test_decisions_are_due_in_the_order_in_which_they_were_made(store: Store) -> None:
    add(store, decision("op-2", "d-2"), decision("op-1", "d-1"), decision("op-3", "d-3"))
    with store.write() as tx:
        tx.outbox.later("op-2", NOW + timedelta(seconds=30), "unreachable")
    with store.read() as tx:
        assert [item.op_id for item in tx.outbox.due(NOW)] == ["op-1", "op-3"]
        later = tx.outbox.due(NOW + timedelta(seconds=30))
    assert [item.op_id for item in later] == ["op-2", "op-1", "op-3"]
    assert later[0].attempts == 1
    assert later[0].error_code == "unreachable"
    assert later[0].next_at == NOW + timedelta(seconds=30)
    assert later[1].decision == decision("op-1", "d-1")
    assert later[1].created_at == NOW


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
