"""Decisions that central refuses: they come back to the officer with the reason and hold up no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from officer_console.store.outbox import OutboxCounts
from tests import builders
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Proxy, reply
from tests.faults.workplace import Workplace
from tests.sync.pushing import DECISIONS, REFUSED, counts, on_record, planted, push

pytestmark = pytest.mark.xdist_group(__name__)


def test_a_decision_on_a_dossier_that_moved_on_waits_for_the_officer_with_who_and_when(
    central: Central, make_desk: MakeDesk, scope: str, expect_log: Callable[[str], None]
) -> None:
    about = planted(central, scope)
    mine, colleague = make_desk(), make_desk()
    mine.round()
    colleague.round()
    colleague.record(about)
    push(colleague)
    decision = mine.record(about)
    expect_log(REFUSED + "version-conflict")

    push(mine)

    item = mine.item(decision.op_id)
    _, there = central.stored(about)
    assert (item.state, item.error_code) == ("attention", "version-conflict")
    assert item.error_data["by"] == colleague.officer.full_name
    assert item.error_data["status_now"] == "awaiting_registry"
    assert item.error_data["version"] == there.version
    assert there.judgement is not None
    assert item.error_data["at"][:19] == there.judgement.decided_at.isoformat()[:19]
    assert item.decision == decision
    assert counts(mine) == OutboxCounts(waiting=0, attention=1)


def test_a_decision_on_a_decided_dossier_says_who_decided(
    central: Central, make_desk: MakeDesk, scope: str, expect_log: Callable[[str], None]
) -> None:
    about = on_record(central, scope)
    mine, colleague = make_desk(), make_desk()
    mine.round()
    colleague.round()
    colleague.record(about)
    push(colleague)
    decision = mine.record(about)
    expect_log(REFUSED + "already-decided")

    push(mine)

    item = mine.item(decision.op_id)
    assert (item.state, item.error_code) == ("attention", "already-decided")
    assert (item.error_data["by"], item.error_data["status_now"]) == (colleague.officer.full_name, "approved")
    assert central.decisions(about) == 1


def test_a_decision_on_a_dossier_somebody_holds_says_who(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    about = on_record(central, scope)
    desk.round()
    holder = central.desk(scopes=(scope,))
    assert holder.take(about).status_code == 200
    decision = desk.record(about)
    expect_log(REFUSED + "leased")

    push(desk)

    item = desk.item(decision.op_id)
    assert (item.state, item.error_code) == ("attention", "leased")
    assert item.error_data["by"] == holder.grant.officer.full_name
    assert item.error_data["until"]


def test_a_decision_against_a_rule_only_central_knows_names_the_rule(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    first = on_record(central, scope)
    phone = first.declaration.phone
    second = planted(central, scope, declaration=builders.declaration(central.fresh(), phone=phone))
    central.register_person(second)
    desk.round()
    desk.record(first)
    push(desk)
    decision = desk.record(second)
    expect_log(REFUSED + "validation")

    push(desk)

    item = desk.item(decision.op_id)
    assert (item.state, item.error_code) == ("attention", "validation")
    assert (item.error_data["code"], item.error_data["pointer"]) == ("phone-taken", "/phone")


def test_a_decision_on_a_dossier_that_left_the_office_waits_for_the_officer(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, expect_log: Callable[[str], None]
) -> None:
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about)
    problem = {"type": "urn:hgd:problem:dossier-gone", "status": 410, "code": "moved_out"}
    proxy.spoil(DECISIONS, reply(410, problem))
    expect_log(REFUSED + "dossier-gone")

    push(desk)

    assert desk.item(decision.op_id).error_code == "dossier-gone"


def test_a_refused_decision_does_not_hold_up_the_ones_behind_it(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    held, free = on_record(central, scope), on_record(central, scope)
    desk.round()
    central.desk(scopes=(scope,)).take(held)
    desk.record(held)
    behind = desk.record(free)
    expect_log(REFUSED + "leased")

    push(desk)

    assert desk.item(behind.op_id).state == "accepted"


def test_a_refused_decision_put_aside_leaves_room_for_another(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    about = on_record(central, scope)
    desk.round()
    holder = central.desk(scopes=(scope,))
    holder.take(about)
    refused = desk.record(about)
    expect_log(REFUSED + "leased")
    push(desk)
    assert holder.release(about).status_code == 204

    desk.deciding.withdraw(refused.op_id)
    again = desk.record(about)
    push(desk)

    assert desk.item(refused.op_id).state == "resolved"
    assert desk.item(again.op_id).state == "accepted"
    assert central.decisions(about) == 1
