"""What became of decisions in an office that was taken from the officer meanwhile: the desk tells the true state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from central_server import schema
from officer_console.central.errors import CentralError
from officer_console.store.outbox import Delivery
from officer_console.sync.backoff import LONGEST_SECONDS
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import LOSE_ANSWER, Proxy
from tests.faults.workplace import Workplace
from tests.sync.pushing import DECISIONS, on_record, push
from tests.sync.restoring import works_for
from tests.sync.test_offices import give

pytestmark = pytest.mark.xdist_group(__name__)

ELSEWHERE = "00101"


def delivery(desk: Workplace) -> Delivery:
    with desk.store.read() as tx:
        return tx.outbox.delivery()


def sent_and_taken(central: Central, desk: Workplace, scope: str) -> str:
    """Let a decision be accepted, and take the office away before the ledger was read."""
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about)
    push(desk)
    assert delivery(desk) == Delivery(recorded=1, confirmed=0, unread=1)
    give(central, desk, ELSEWHERE)
    return decision.op_id


@pytest.mark.parametrize("known", [True, False], ids=["the desk reads it still", "the desk reads it no more"])
def test_a_decision_accepted_before_its_office_was_taken_away_is_confirmed(
    central: Central,
    make_desk: MakeDesk,
    scope: str,
    known: bool,  # noqa: FBT001 - a parameter
) -> None:
    desk = make_desk(scopes=(scope, ELSEWHERE))
    op_id = sent_and_taken(central, desk, scope)
    if known:
        with pytest.raises(CentralError, match="scope-revoked"):
            desk.round()
    else:
        desk.close()
        works_for(desk, ELSEWHERE)
        desk.open()
        desk.round()

    assert desk.item(op_id).state == "accepted"
    assert delivery(desk) == Delivery(recorded=1, confirmed=1)


def test_one_that_central_lost_after_its_office_was_taken_away_needs_the_officer(
    central: Central, make_desk: MakeDesk, scope: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("code=scope-revoked")
    desk = make_desk(scopes=(scope, ELSEWHERE))
    op_id = sent_and_taken(central, desk, scope)
    with central.database.write() as connection:
        connection.execute(schema.decision.delete().where(schema.decision.c.op_id == op_id))

    with pytest.raises(CentralError, match="scope-revoked"):
        desk.round()

    assert (desk.item(op_id).state, desk.item(op_id).error_code) == ("attention", "scope-revoked")
    assert delivery(desk) == Delivery(recorded=1, confirmed=0)


def test_a_refusal_whose_answer_was_lost_is_told_as_it_was_after_the_office_is_gone(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("decision refused .* code=leased")
    desk = make_desk(scopes=(scope, ELSEWHERE))
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about)
    central.desk(scopes=(scope,)).take(about)
    proxy.spoil(DECISIONS, LOSE_ANSWER)
    with pytest.raises(CentralError, match="unreachable"):
        push(desk)
    give(central, desk, ELSEWHERE)
    desk.clock.forward(LONGEST_SECONDS)

    push(desk)

    item = desk.item(decision.op_id)
    assert (item.state, item.error_code) == ("attention", "leased")
    assert item.error_data["by"]


def test_another_decision_with_the_same_key_is_told_nothing_of_it(
    central: Central, make_desk: MakeDesk, scope: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("decision refused .* code=leased")
    desk = make_desk(scopes=(scope, ELSEWHERE))
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about)
    central.desk(scopes=(scope,)).take(about)
    push(desk)
    give(central, desk, ELSEWHERE)

    with pytest.raises(CentralError) as caught:
        desk.client.decide(replace(decision, note="another"), central.epoch)

    assert caught.value.code == "scope-revoked"
