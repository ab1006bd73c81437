"""Decisions that cannot stand: each refusal has its sentence, and takes nothing away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from officer_console.central.errors import CentralError
from officer_console.domain.deadline import today
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.errors import RuleError
from officer_console.imaging.gate import Gate
from officer_console.services.review import Review
from officer_console.sync.online import Online
from tests import builders
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import Proxy, reply
from tests.faults.telling import DECISIONS, said, said_of
from tests.faults.workplace import Workplace, never

pytestmark = pytest.mark.xdist_group(__name__)


def test_an_expired_declaration_is_told_and_nothing_is_recorded(central: Central, desk: Workplace, scope: str) -> None:
    on = today(desk.clock())
    # Not yet expired at central, whose clock job has not seen it: it is put into this desk's store only.
    old = builders.dossier(central.fresh(), scope_id=scope, declared_on=on - timedelta(days=11))
    with desk.store.apply() as tx:
        tx.dossiers.put([(1, old)])

    with pytest.raises(RuleError) as caught:
        desk.record(old)

    assert caught.value.code == "declaration-expired"
    assert said_of(caught.value)
    with desk.store.read() as tx:
        assert tx.outbox.counts().waiting == 0
        assert tx.dossiers.get(old.id) == old


def test_a_dossier_that_expired_at_central_meanwhile_is_told_with_its_state(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    on = today(desk.clock())
    old = builders.dossier(central.fresh(), scope_id=scope, declared_on=on - timedelta(days=11))
    central.plant(old)
    desk.round()
    central.becomes(old, Status.EXPIRED)
    with desk.store.apply() as tx:
        tx.dossiers.put([(10_000, replace(old, due_on=on, declared_on=on))])
    decision = desk.record(old)
    expect_log("decision refused .* code=already-decided")

    desk.engine.push(never)

    item = desk.item(decision.op_id)
    assert (item.state, item.error_code, item.error_data["status_now"]) == ("attention", "already-decided", "expired")
    assert said("already-decided", item.error_data)
    assert item.decision == decision


def test_a_dossier_taken_by_someone_else_says_by_whom(
    make_desk: MakeDesk, gate: Gate, about: Dossier, expect_log: Callable[[str], None]
) -> None:
    mine, other = make_desk(), make_desk()
    for desk in (mine, other):
        desk.round()
    reviews = [
        Review(desk.store, Online(desk.store, desk.client, desk.changes.append), desk.officer, gate, clock=desk.clock)
        for desk in (mine, other)
    ]
    decision = other.record(about)
    reviews[0].take(about.id)

    with pytest.raises(CentralError) as caught:
        reviews[1].take(about.id)
    expect_log("decision refused .* code=leased")
    other.engine.push(never)

    assert caught.value.code == "leased"
    assert mine.officer.full_name in said_of(caught.value)
    item = other.item(decision.op_id)
    assert (item.state, item.decision) == ("attention", decision)
    assert mine.officer.full_name in said("leased", item.error_data)


def test_a_decision_central_refuses_says_which_rule(
    central: Central, desk: Workplace, proxy: Proxy, recorded: Decision, expect_log: Callable[[str], None]
) -> None:
    problem = {"type": "urn:hgd:problem:validation", "status": 422, "code": "phone-malformed", "pointer": "/phone"}
    proxy.spoil(DECISIONS, reply(422, problem))
    expect_log("decision refused .* code=validation")

    desk.engine.push(never)

    item = desk.item(recorded.op_id)
    assert (item.state, item.error_code, item.decision) == ("attention", "validation", recorded)
    assert "Số điện thoại" in said("validation", item.error_data)
    assert central.decisions(builders.dossier(1, id=recorded.dossier_id)) == 0


@pytest.mark.parametrize(
    "code",
    [
        "version-conflict",
        "already-decided",
        "leased",
        "dossier-gone",
        "unknown-dossier",
        "epoch-changed",
        "forbidden",
        "scope-revoked",
        "idempotency-mismatch",
        "precondition-required",
        "attachment-lost",
        "validation",
        "too-large",
        "not-an-image",
    ],
)
def test_every_refusal_that_can_come_back_has_its_sentence(code: str) -> None:
    data = {"by": "Trần Thị Bình", "at": "2026-03-10T02:00:00Z", "until": "2026-03-10T02:15:00Z", "status_now": "x"}

    assert len(said(code, data)) > 20
