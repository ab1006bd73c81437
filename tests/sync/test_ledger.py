"""A desk compares its decisions with central's ledger although many a number will never be there."""

from __future__ import annotations

from central_server import schema
from officer_console.central import wire
from officer_console.central.client import CentralClient
from officer_console.store.outbox import Delivery
from officer_console.sync.identity import Identity
from officer_console.sync.ledger import Ledgers
from tests import builders
from tests.central.process import Central
from tests.central.test_ledger import numbered
from tests.faults.proxy import Proxy
from tests.faults.workplace import Workplace, never

ASIDE = 1100
DEVICE = "store-1"
LEDGER = "GET .*/ledger"


def settled(desk: Workplace, states: str) -> list[str]:
    """Let the desk have recorded decisions that went as ``states`` says; return their keys.

    ``a`` was accepted, ``r`` refused and put aside, ``w`` refused and waits for the officer.
    """
    keys = []
    with desk.store.write() as tx:
        scope, device = desk.officer.scopes[0], tx.device.id(lambda: DEVICE)
        for n, became in enumerate(states):
            about = builders.dossier(n, scope_id=scope)
            one = builders.decision(about, device_id=device, dseq=tx.device.next_number(scope))
            keys.append(one.op_id)
            tx.outbox.add(one, desk.clock())
            if became == "a":
                tx.outbox.accepted(one.op_id, desk.clock())
            else:
                tx.outbox.refused(one.op_id, "version-conflict", {}, desk.clock())
            if became == "r":
                tx.outbox.resolve(one.op_id, desk.clock())
    return keys


def compare(desk: Workplace, central: CentralClient | None = None) -> int:
    ledgers = Ledgers(
        desk.store,
        central or desk.client,
        officer_id=desk.officer.id,
        clock=desk.clock,
        announce=desk.changes.append,
        identity=Identity(desk.store, officer_id=desk.officer.id, clock=desk.clock, source=desk.source()),
    )
    return ledgers.compare(desk.officer.scopes[0], never)


def delivery(desk: Workplace) -> Delivery:
    with desk.store.read() as tx:
        return tx.outbox.delivery()


def test_a_thousand_refusals_put_aside_keep_no_later_decision_from_being_confirmed(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    settled(desk, "r" * ASIDE + "a" * 100)
    numbered(central, scope, DEVICE, list(range(ASIDE + 1, ASIDE + 101)))
    before = proxy.count(LEDGER)

    assert compare(desk) == 0

    assert delivery(desk) == Delivery(recorded=100, confirmed=100)
    assert proxy.count(LEDGER) - before <= 1
    with desk.store.write() as tx:
        assert tx.outbox.tidy(desk.clock()) == 100
    assert compare(desk) == 0
    assert delivery(desk) == Delivery(recorded=100, confirmed=100)


def test_decisions_before_a_thousand_refusals_do_not_hide_what_comes_after_them(
    central: Central, desk: Workplace, scope: str
) -> None:
    settled(desk, "aw" + "r" * ASIDE + "a" * 5 + "r" * ASIDE + "a")
    late = [*range(ASIDE + 3, ASIDE + 8), 2 * ASIDE + 8]
    numbered(central, scope, DEVICE, [1, *late])

    assert compare(desk) == 0

    assert delivery(desk) == Delivery(recorded=8, confirmed=7)


def test_what_central_lost_is_found_wherever_it_lies_also_after_it_was_confirmed(
    central: Central, desk: Workplace, scope: str
) -> None:
    keys = settled(desk, "aa" + "r" * ASIDE + "a" * 5)
    numbered(central, scope, DEVICE, [1, 2, *range(ASIDE + 3, ASIDE + 8)])
    assert compare(desk) == 0
    assert delivery(desk).confirmed == 7
    lost = [keys[1], keys[ASIDE + 3]]
    with central.database.write() as connection:
        here = (schema.decision.c.scope_id == scope, schema.decision.c.dseq.in_((2, ASIDE + 4)))
        connection.execute(schema.decision.delete().where(*here))

    assert compare(desk) == 2

    assert [desk.item(key).state for key in lost] == ["waiting", "waiting"]
    assert delivery(desk).confirmed == 5


class Unaware(CentralClient):
    """Speaks to a central that does not know ``after``."""

    asked = 0

    def ledger(self, scope: str, device_id: str, after: int = 0) -> wire.Ledger:  # noqa: ARG002 - that is the point
        self.asked += 1
        holes = tuple(range(2, 2 + wire.LEDGER_HOLES))
        return wire.Ledger(device_id=device_id, contiguous=1, holes=holes, last=ASIDE + 4)


def test_a_central_that_does_not_know_where_to_begin_is_understood_and_asked_no_more_than_twice(
    desk: Workplace,
) -> None:
    settled(desk, "aa" + "r" * ASIDE + "aa")
    old = Unaware(desk.client._session)

    assert compare(desk, old) == 1

    assert old.asked <= 2
    assert delivery(desk) == Delivery(recorded=4, confirmed=1, unread=2)
