"""What waits to be sent and what central refused, as the two pages read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Status
from officer_console.domain.errors import RuleError
from officer_console.domain.judged import as_judged
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict
from officer_console.services.attention import Attention
from officer_console.services.outgoing import Outgoing
from officer_console.store.errors import StoreError
from tests.faults.workplace import draft
from tests.services.sealed_desk import NOW, SealedDesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SealedDesk]:
    opened = SealedDesk(tmp_path)
    yield opened
    opened.store.close()


def test_every_waiting_decision_is_listed_with_its_reason_and_its_next_try(desk: SealedDesk) -> None:
    first, second, third = (desk.put(n, seq=n) for n in (1, 2, 3))
    failed, fresh = desk.record(first), desk.record(second, verdict=Verdict.INVALID)
    desk.refused(third)
    with desk.store.write() as tx:
        tx.outbox.later(failed.op_id, NOW + timedelta(minutes=2), "unreachable")

    rows = Outgoing(desk.store, wake=desk.wake).waiting()

    assert [(row.op_id, row.number, row.verdict, row.attempts, row.error_code, row.next_at) for row in rows] == [
        (failed.op_id, first.number, Verdict.VALID, 1, "unreachable", NOW + timedelta(minutes=2)),
        (fresh.op_id, second.number, Verdict.INVALID, 0, None, None),
    ]
    assert rows[0].full_name == first.declaration.full_name


def test_a_decision_whose_dossier_has_left_is_still_listed(desk: SealedDesk) -> None:
    about = desk.put()
    desk.record(about)
    with desk.store.apply() as tx:
        tx.dossiers.remove([about.id], scope=about.scope_id)
    (row,) = Outgoing(desk.store, wake=desk.wake).waiting()
    assert (row.dossier_id, row.here) == (about.id, False)
    assert (row.number, row.full_name) == (about.number, about.declaration.full_name)


def test_sending_now_is_due_at_once_and_leaves_the_others_their_time(desk: SealedDesk) -> None:
    one, other = desk.record(desk.put(1)), desk.record(desk.put(2, seq=2))
    with desk.store.write() as tx:
        for op_id in (one.op_id, other.op_id):
            tx.outbox.later(op_id, NOW + timedelta(hours=1), "unreachable")
    woken = desk.woken

    # one that has gone in the meantime is no reason to fail
    Outgoing(desk.store, wake=desk.wake).send_now(frozenset({one.op_id, "gone"}))

    with desk.store.read() as tx:
        assert [item.op_id for item in tx.outbox.due(NOW)] == [one.op_id]
    assert desk.woken == woken + 1


def test_a_refused_decision_stands_beside_the_dossier_as_it_is_now(desk: SealedDesk) -> None:
    about = desk.put()
    refused = desk.refused(about, by="Phạm Minh", status_now="rejected")
    with desk.store.apply() as tx:
        tx.dossiers.put([(2, replace(about, version=about.version + 1, status=Status.REJECTED))])

    (parked,) = Attention(desk.store).parked().decisions

    assert (parked.op_id, parked.decision, parked.error_code) == (refused.op_id, refused, "version-conflict")
    assert parked.error_data["by"] == "Phạm Minh"
    assert parked.dossier is not None
    assert (parked.dossier.status, parked.dossier.version) == (Status.REJECTED, about.version + 1)


def test_a_refused_decision_keeps_what_it_was_made_on_until_it_is_put_aside(desk: SealedDesk) -> None:
    older = RegistryAnswer(verdict=RegistryVerdict.SILENT, checked_at=NOW - timedelta(days=2))
    about = desk.put(registry=older)
    asked = RegistryAnswer(verdict=RegistryVerdict.MATCH, checked_at=NOW, registry_name="Ai Đó")
    with desk.store.apply() as tx:
        tx.household.put(about.id, asked)
    refused = desk.refused(about)
    changed = replace(about.declaration, phone="0987654321")
    with desk.store.apply() as tx:
        tx.dossiers.put([(2, replace(about, version=about.version + 1, declaration=changed))])

    (parked,) = Attention(desk.store).parked().decisions

    assert (parked.judged, parked.evidence) == (as_judged(about), asked)
    with desk.store.apply() as tx:
        tx.dossiers.remove([about.id], scope=about.scope_id)
    (parked,) = Attention(desk.store).parked().decisions
    assert parked.about is not None
    assert parked.about.number == about.number

    desk.decide.withdraw(refused.op_id)

    with desk.store.read() as tx:
        assert tx.outbox.basis(refused.op_id) is None


def test_the_evidence_is_the_newest_answer_and_goes_with_its_dossier(desk: SealedDesk) -> None:
    told = RegistryAnswer(verdict=RegistryVerdict.MATCH, checked_at=NOW)
    asked = RegistryAnswer(verdict=RegistryVerdict.SILENT, checked_at=NOW - timedelta(minutes=1))
    first, second = desk.put(1, registry=told), desk.put(2, seq=2)
    with desk.store.apply() as tx:
        tx.household.put(first.id, asked)
        tx.household.put(second.id, asked)
        assert (tx.household.newest(first), tx.household.newest(second)) == (told, asked)
        tx.dossiers.remove([second.id], scope=second.scope_id)
        tx.household.put(first.id, told)
        assert tx.household.newest(second) is None


@pytest.mark.parametrize(
    ("code", "data", "moved"),
    [
        ("dossier-gone", {"code": "moved_out"}, True),
        ("dossier-gone", {"code": "withdrawn"}, False),
        ("unknown-dossier", {}, False),
    ],
)
def test_only_what_central_says_has_moved_has_moved(
    desk: SealedDesk,
    code: str,
    data: dict[str, str],
    moved: bool,  # noqa: FBT001
) -> None:
    about = desk.put()
    refused = desk.record(about)
    with desk.store.write() as tx:
        tx.outbox.refused(refused.op_id, code, dict(data), NOW)
        tx.dossiers.remove([about.id], scope=about.scope_id)
    (parked,) = Attention(desk.store).parked().decisions
    assert parked.moved == moved


def test_nothing_refused_leaves_the_page_by_itself(desk: SealedDesk) -> None:
    about = desk.put()
    refused = desk.refused(about)
    # neither when the dossier changes, nor when it goes
    with desk.store.apply() as tx:
        tx.dossiers.put([(2, replace(about, version=about.version + 1))])
        tx.dossiers.remove([about.id], scope=about.scope_id)
    (parked,) = Attention(desk.store).parked().decisions
    assert (parked.op_id, parked.dossier) == (refused.op_id, None)

    desk.decide.withdraw(refused.op_id)

    assert Attention(desk.store).parked().decisions == ()
    with pytest.raises(StoreError):
        desk.decide.withdraw(refused.op_id)


def test_deciding_anew_puts_the_old_one_aside_in_the_same_transaction(desk: SealedDesk) -> None:
    about = desk.put()
    refused = desk.refused(about)
    with pytest.raises(RuleError, match="version-changed"):
        desk.decide.record(draft(about, base_version=9), refused.op_id)
    assert len(Attention(desk.store).parked().decisions) == 1

    anew = desk.decide.record(draft(about), refused.op_id)

    assert anew.op_id != refused.op_id
    assert Attention(desk.store).parked().decisions == ()
    with desk.store.read() as tx:
        old = tx.outbox.get(refused.op_id)
        assert old is not None
        assert old.state == "resolved"
        assert [line.what for line in tx.journal.latest(2)] == ["decided:valid", "withdrawn"]
