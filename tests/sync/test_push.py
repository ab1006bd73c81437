"""Sending decisions: each arrives once, and one that central refuses comes back to the officer with the reason."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from officer_console.central.errors import CentralError
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.registry import RegistryVerdict
from officer_console.store.outbox import OutboxCounts
from officer_console.sync.backoff import LONGEST_SECONDS
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import LOSE_ANSWER, Fault, Proxy
from tests.faults.workplace import Workplace, never
from tests.sync.pulling import move
from tests.sync.pushing import DECISIONS, counts, on_record, planted, push, unpacked

pytestmark = pytest.mark.xdist_group(__name__)


def test_an_accepted_decision_settles_its_row_and_brings_the_new_state(
    central: Central, desk: Workplace, scope: str
) -> None:
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about)
    desk.changes.clear()

    push(desk)

    item = desk.item(decision.op_id)
    assert (item.state, item.sent_at is not None, item.error_code) == ("accepted", True, None)
    mine = desk.stored(about)
    assert mine is not None
    assert (mine.status, mine) == (Status.APPROVED, central.stored(about)[1])
    assert [change.dossier_ids for change in desk.changes] == [frozenset({about.id})]
    assert central.decisions(about) == 1
    assert counts(desk) == OutboxCounts(waiting=0, attention=0)


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (RegistryVerdict.MATCH, Status.APPROVED),
        (RegistryVerdict.MARKS_DIFFER, Status.AWAITING_REGISTRY),
        (RegistryVerdict.NAME_DIFFERS, Status.AWAITING_REGISTRY),
        (RegistryVerdict.CODE_ABSENT, Status.AWAITING_REGISTRY),
        (RegistryVerdict.AMBIGUOUS, Status.AWAITING_REGISTRY),
        (RegistryVerdict.SILENT, Status.CHECKING),
    ],
)
def test_what_the_registry_says_comes_back_with_the_decision(
    central: Central, desk: Workplace, scope: str, verdict: RegistryVerdict, status: Status
) -> None:
    about = planted(central, scope)
    names = {
        RegistryVerdict.MATCH: (about.declaration.full_name,),
        RegistryVerdict.MARKS_DIFFER: ("Dang Thi Hoa",),
        RegistryVerdict.NAME_DIFFERS: ("Lê Quốc Bảo",),
        RegistryVerdict.AMBIGUOUS: (about.declaration.full_name, "Lê Quốc Bảo"),
    }
    if verdict in names:
        central.register_person(about, *names[verdict])
    if verdict is RegistryVerdict.SILENT:
        central.silence(about, -1)
    desk.round()
    desk.record(about)

    push(desk)

    mine = desk.stored(about)
    assert mine is not None
    assert mine.registry is not None or verdict is RegistryVerdict.SILENT
    assert (mine.status, mine.registry and mine.registry.verdict) == (status, verdict)


def test_what_the_registry_says_later_arrives_by_itself(central: Central, desk: Workplace, scope: str) -> None:
    about = on_record(central, scope)
    central.silence(about, 1)
    desk.round()
    desk.record(about)
    push(desk)

    central.becomes(about, Status.APPROVED)
    desk.engine.pull(never)

    mine = desk.stored(about)
    assert mine is not None
    assert mine.status is Status.APPROVED


def test_a_difference_of_marks_is_approved_when_the_officer_confirms_it(
    central: Central, desk: Workplace, scope: str
) -> None:
    about = planted(central, scope)
    central.register_person(about, "Dang Thi Hoa")
    desk.round()
    desk.record(about, marks_confirmed=True, note="Đã đối chiếu thẻ")

    push(desk)

    mine = desk.stored(about)
    assert mine is not None
    assert mine.status is Status.APPROVED


@pytest.mark.parametrize("fault", [LOSE_ANSWER, Fault(how="cut", after=60), Fault(how="cut", after=400)])
def test_a_decision_whose_answer_was_lost_is_sent_again_and_recorded_once(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, fault: Fault
) -> None:
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about)
    proxy.spoil(DECISIONS, fault)

    with pytest.raises(CentralError) as caught:
        push(desk)
    assert caught.value.passing
    assert desk.item(decision.op_id).state == "waiting"
    assert central.decisions(about) == 1
    desk.clock.forward(LONGEST_SECONDS)
    push(desk)

    assert b"idempotency-replayed: true" in proxy.answers[-1].lower()
    assert desk.item(decision.op_id).state == "accepted"
    assert central.decisions(about) == 1
    assert len(central.letters(about)) == 2
    mine = desk.stored(about)
    assert mine is not None
    assert mine.status is Status.APPROVED


def test_the_replayed_receipt_of_a_dossier_that_has_moved_on_does_not_bring_back_its_old_state(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    about = on_record(central, scope)
    central.silence(about, 1)
    desk.round()
    desk.record(about)
    proxy.spoil(DECISIONS, LOSE_ANSWER)
    with pytest.raises(CentralError):
        push(desk)
    central.becomes(about, Status.APPROVED)
    desk.engine.pull(never)

    desk.clock.forward(LONGEST_SECONDS)
    push(desk)

    mine = desk.stored(about)
    assert mine is not None
    assert mine.status is Status.APPROVED


@pytest.mark.parametrize("of_mine", [False, True], ids=["another office", "an office of his own"])
def test_the_replayed_receipt_of_a_dossier_that_has_left_does_not_bring_it_back(
    central: Central,
    make_desk: MakeDesk,
    proxy: Proxy,
    scope: str,
    of_mine: bool,  # noqa: FBT001
) -> None:
    other = f"T{central.fresh():04d}"
    desk = make_desk(scopes=(scope, other) if of_mine else (scope,))
    about, stays = on_record(central, scope), planted(central, scope)
    desk.round()
    decision = desk.record(about)
    proxy.spoil(DECISIONS, LOSE_ANSWER, times=2)
    with pytest.raises(CentralError):
        desk.round()
    move(central, about, other)
    desk.clock.forward(LONGEST_SECONDS)
    with pytest.raises(CentralError):
        desk.round()
    desk.engine.pull(never)
    there = desk.stored(about)

    desk.clock.forward(LONGEST_SECONDS)
    desk.round()

    assert desk.item(decision.op_id).state == "accepted"
    assert (desk.stored(about), desk.count(scope)) == (there, 1)
    assert desk.stored(stays) == stays
    assert (there is not None) == of_mine


@pytest.mark.parametrize("stop_after", range(6))
def test_quitting_at_any_step_loses_nothing_and_repeats_nothing(
    central: Central, desk: Workplace, scope: str, stop_after: int
) -> None:
    dossiers = [on_record(central, scope) for _ in range(3)]
    desk.round()
    decisions = [desk.record(about) for about in dossiers]
    asked = iter(range(100))

    desk.engine.run_once(lambda: next(asked) >= stop_after)
    states = [desk.item(decision.op_id).state for decision in decisions]
    assert states == (["accepted"] * stop_after + ["waiting"] * 3)[:3]
    desk.close()
    desk.open()
    desk.round()

    assert [desk.item(decision.op_id).state for decision in decisions] == ["accepted"] * 3
    assert [central.decisions(about) for about in dossiers] == [1, 1, 1]


@pytest.mark.parametrize("kind", [DossierKind.CHANGE, DossierKind.STOP])
def test_changes_and_stops_go_the_same_way(central: Central, desk: Workplace, scope: str, kind: DossierKind) -> None:
    about = on_record(central, scope)
    desk.round()
    desk.record(about)
    push(desk)
    declared = replace(about.declaration, email="moi@example.vn")
    follow = planted(central, scope, kind=kind, declaration=declared, previous=about.declaration)
    desk.engine.pull(never)
    desk.record(follow)

    push(desk)

    mine = desk.stored(follow)
    assert mine is not None
    assert mine.status is Status.APPROVED


def test_a_refusal_reaches_central_with_its_reason(central: Central, desk: Workplace, proxy: Proxy, scope: str) -> None:
    about = planted(central, scope)
    desk.round()
    desk.record(about, verdict=Verdict.INVALID, reason_code="other", reason_text="Ảnh không phải của người đăng ký")

    push(desk)

    _, there = central.stored(about)
    assert there.status is Status.REJECTED
    assert there.judgement is not None
    assert there.judgement.reason_text == "Ảnh không phải của người đăng ký"
    assert json.loads(unpacked(proxy.answers[-1]))["dossier"]["status"] == "rejected"


def test_the_officers_own_lease_does_not_stand_in_the_way(central: Central, desk: Workplace, scope: str) -> None:
    about = on_record(central, scope)
    desk.round()
    taken = desk.client.take(scope, about.id)
    decision = desk.record(taken.dossier)

    push(desk)

    assert desk.item(decision.op_id).state == "accepted"
