"""Recording a decision: what is refused, what is written, what the sync is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from officer_console.central import wire
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import PhotoReplacement, Ticks, Verdict
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.lease import Lease
from officer_console.domain.officer import Role
from officer_console.domain.reference import Reason
from officer_console.ids import uuid7
from officer_console.services.decide import Decide
from officer_console.store.cursors import FeedPosition
from officer_console.store.errors import StoreError
from officer_console.store.store import Store
from tests import builders
from tests.faults.workplace import KEY, draft

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
EPOCH = "3f0c8a52-6f1e-4d0a-9c4e-2f6a7d1e0b39"
REASONS = (Reason(code="form-unsigned", label="Chưa ký"), Reason(code="other", label="Khác", needs_text=True))


class Office:
    """A sealed store with some dossiers, and deciding on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.woken: list[bool] = []
        self._ids = iter(range(1, 1000))
        self.store = Store.open(path, KEY, clock=lambda: NOW)
        with self.store.apply() as tx:
            tx.reference.put("reasons", "e", wire.encode(REASONS))
            tx.cursors.set(FeedPosition(scope=builders.SCOPE, cursor="c", epoch=EPOCH, seq=1))

    def decide(self, role: Role = Role.OFFICER) -> Decide:
        return Decide(
            self.store,
            builders.officer(role=role),
            clock=lambda: NOW,
            new_id=lambda: uuid7(NOW, lambda size: next(self._ids).to_bytes(size, "big")),
            recorded=lambda: self.woken.append(self._written()),
        )

    def put(self, seq: int = 1, n: int = 1, **fields: Any) -> Dossier:
        about = builders.dossier(n, declared_on=TODAY, **fields)
        with self.store.apply() as tx:
            tx.dossiers.put([(seq, about)])
        return about

    def refused(self, about: Dossier, *, role: Role = Role.OFFICER, **fields: object) -> RuleError:
        """Return why recording is refused, and make sure that it left no trace."""
        with self.store.read() as tx:
            before = tx.outbox.counts(), tx.journal.latest(10)
        with pytest.raises(RuleError) as caught:
            self.decide(role).record(draft(about, **fields))
        with self.store.read() as tx:
            after = tx.outbox.counts(), tx.journal.latest(10)
        assert after == before
        assert self.woken == []
        return caught.value

    def _written(self) -> bool:
        """Whether another connection sees a waiting decision: what ``recorded`` promises."""
        other = Store.open(self.path, KEY, clock=lambda: NOW)
        try:
            with other.read() as tx:
                return tx.outbox.counts().waiting > 0
        finally:
            other.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path / "store.db")
    yield opened
    opened.store.close()


def test_a_decision_is_written_whole_before_the_sync_is_woken(office: Office) -> None:
    about = office.put(version=4)

    decision = office.decide().record(draft(about, note="Đã kiểm tra", marks_confirmed=True))

    assert (decision.dossier_id, decision.scope_id, decision.base_version) == (about.id, about.scope_id, 4)
    assert (decision.base_epoch, decision.decided_at, decision.verdict) == (EPOCH, NOW, Verdict.VALID)
    assert (decision.note, decision.marks_confirmed) == ("Đã kiểm tra", True)
    assert decision.op_id[14] == "7"
    assert office.woken == [True]
    with office.store.read() as tx:
        item = tx.outbox.for_dossier(about.id)
        assert item is not None
        assert (item.decision, item.state, item.attempts) == (decision, "waiting", 0)
        (line,) = tx.journal.latest(10)
        assert (line.what, line.dossier_id, line.op_id) == ("decided:valid", about.id, decision.op_id)
        assert tx.dossiers.get(about.id) == about


def test_a_replaced_photo_is_owed_to_central_from_then_on(office: Office) -> None:
    about = office.put()
    sha256 = office.store.blobs.put(builders.JPEG)
    photo = PhotoReplacement(kind=AttachmentKind.PORTRAIT, sha256=sha256, media_type="image/jpeg", size=1)

    decision = office.decide().record(draft(about, photos=(photo,)))

    assert decision.photos == (photo,)
    with office.store.read() as tx:
        assert tx.uploads.waiting(sha256, "07906") is not None


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
def test_officers_and_supervisors_decide(office: Office, role: Role) -> None:
    about = office.put()

    assert office.decide(role).record(draft(about)).dossier_id == about.id


def test_an_administrator_does_not_decide(office: Office) -> None:
    assert office.refused(office.put(), role=Role.ADMINISTRATOR).code == "forbidden"


def test_a_dossier_nobody_has_heard_of_cannot_be_decided(office: Office) -> None:
    assert office.refused(builders.dossier(99)).code == "unknown-dossier"


def test_one_decision_waits_per_dossier(office: Office) -> None:
    about = office.put()
    office.decide().record(draft(about))
    office.woken.clear()

    assert office.refused(about).code == "already-waiting"


def test_a_refused_decision_is_looked_at_before_the_next(office: Office) -> None:
    about = office.put()
    decision = office.decide().record(draft(about))
    with office.store.write() as tx:
        tx.outbox.refused(decision.op_id, "version-conflict", {}, NOW)
    office.woken.clear()
    assert office.refused(about).code == "already-waiting"

    office.decide().withdraw(decision.op_id)

    assert office.decide().record(draft(about)).op_id != decision.op_id


def test_a_stores_decisions_are_counted_for_each_office_without_a_gap(office: Office) -> None:
    mine = [office.put(seq, n=seq) for seq in range(1, 6)]
    theirs = office.put(6, n=6, scope_id="00101")

    first = office.decide().record(draft(mine[0]))
    refused = office.decide().record(draft(mine[1]))
    with pytest.raises(RuleError):
        office.decide().record(draft(mine[1]))
    with office.store.write() as tx:
        tx.outbox.refused(refused.op_id, "version-conflict", {}, NOW)
    again = office.decide().record(draft(mine[1]), replaces=refused.op_id)
    with office.store.write() as tx:
        tx.outbox.refused(again.op_id, "version-conflict", {}, NOW)
    office.decide().withdraw(again.op_id)
    taken = Decide(
        office.store, builders.officer(), clock=lambda: NOW, new_id=lambda: first.op_id, recorded=lambda: None
    )
    with pytest.raises(StoreError):
        taken.record(draft(mine[3]))
    office.store.close()
    office.store = Store.open(office.path, KEY, clock=lambda: NOW)
    later = office.decide().record(draft(mine[2]))
    elsewhere = office.decide().record(draft(theirs))

    assert [decision.dseq for decision in (first, refused, again, later, elsewhere)] == [1, 2, 3, 4, 1]
    assert {decision.device_id for decision in (refused, again, later, elsewhere)} == {first.device_id}
    with office.store.read() as tx:
        kept = [tx.outbox.get(decision.op_id) for decision in (refused, again)]
    assert [item.decision.dseq for item in kept if item is not None] == [2, 3]


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.EXPIRED, Status.CHECKING])
def test_what_is_settled_is_not_decided_again(office: Office, status: Status) -> None:
    refused = office.refused(office.put(status=status))

    assert (refused.code, refused.data) == ("already-decided", {"status": status.value})


@pytest.mark.parametrize("status", [Status.PENDING, Status.PROCESSING, Status.AWAITING_REGISTRY])
def test_what_waits_for_an_officer_is_decided(office: Office, status: Status) -> None:
    about = office.put(status=status)

    assert office.decide().record(draft(about)).dossier_id == about.id


def test_a_decision_says_how_far_this_clock_is_from_centrals(office: Office) -> None:
    about, other = office.put(n=1), office.put(seq=2, n=2)
    asked = Decide(
        office.store,
        builders.officer(),
        clock=lambda: NOW,
        new_id=lambda: uuid7(NOW, lambda size: b"\x07" * size),
        recorded=lambda: None,
        clock_offset=lambda: timedelta(seconds=-7, microseconds=400),
    )

    assert asked.record(draft(about)).clock_offset_ms == -7000
    assert office.decide().record(draft(other)).clock_offset_ms is None


def test_another_state_under_the_same_version_number_is_not_decided(office: Office) -> None:
    about = office.put(version=2)
    restored = office.put(seq=2, version=2, declaration=replace(about.declaration, phone="0987654321"))
    leased = replace(restored, status=Status.PROCESSING, officer_name="Trần Thị Bình")

    with pytest.raises(RuleError) as caught:
        office.decide().record(replace(draft(restored), seen=about))
    assert caught.value.code == "version-changed"
    assert office.decide().record(replace(draft(restored), seen=leased)).base_version == 2


def test_a_dossier_that_changed_while_the_officer_looked_is_not_decided(office: Office) -> None:
    about = office.put(version=2)
    office.put(seq=2, version=3)

    assert office.refused(about).code == "version-changed"


def test_a_dossier_somebody_else_holds_is_not_decided(office: Office) -> None:
    lease = Lease(officer_id="other", officer_name="Trần Thị Bình", expires_at=NOW + timedelta(minutes=5))

    refused = office.refused(office.put(status=Status.PROCESSING, lease=lease))

    assert (refused.code, refused.data) == ("leased", {"by": "Trần Thị Bình"})


@pytest.mark.parametrize("holder", ["id-ha.nt", "other"])
def test_my_own_lease_and_one_that_ran_out_do_not_stand_in_the_way(office: Office, holder: str) -> None:
    ends = NOW + timedelta(minutes=5 if holder == "id-ha.nt" else -1)
    about = office.put(status=Status.PROCESSING, lease=Lease(officer_id=holder, officer_name="x", expires_at=ends))

    assert office.decide().record(draft(about)).dossier_id == about.id


@pytest.mark.parametrize(
    ("entered", "code", "field"),
    [
        ({"verdict": None}, "verdict-missing", "verdict"),
        ({"verdict": Verdict.INVALID, "reason_code": None}, "reason-missing", "reason_code"),
        ({"verdict": Verdict.INVALID, "reason_code": "made-up"}, "reason-unknown", "reason_code"),
        ({"verdict": Verdict.INVALID, "reason_code": "other"}, "reason-text-missing", "reason_text"),
        ({"verdict": Verdict.INVALID, "reason_text": "x" * 501}, "reason-text-too-long", "reason_text"),
        ({"ticks": Ticks(signed_form_received=True)}, "original-not-compared", "ticks.original_compared"),
        ({"ticks": Ticks(original_compared=True)}, "signed-form-not-received", "ticks.signed_form_received"),
        ({"marks_confirmed": True}, "note-missing", "note"),
        ({"note": "x" * 501}, "note-too-long", "note"),
    ],
)
def test_what_the_officer_left_out_is_asked_for(office: Office, entered: dict[str, Any], code: str, field: str) -> None:
    refused = office.refused(office.put(), **entered)

    assert (refused.code, refused.field) == (code, field)


def test_a_change_is_confirmed_before_it_is_recorded(office: Office) -> None:
    about = office.put(kind=DossierKind.CHANGE)

    assert office.refused(about, change_confirmed=False).code == "change-not-confirmed"
    assert office.decide().record(draft(about, change_confirmed=True)).change_confirmed


def test_an_incomplete_dossier_is_not_approved_and_may_be_refused(office: Office) -> None:
    about = office.put(attachments=())

    refused = office.refused(about)
    assert (refused.code, refused.data) == ("picture-missing", {"kind": "portrait"})
    assert office.decide().record(draft(about, verdict=Verdict.INVALID)).verdict is Verdict.INVALID


@pytest.mark.parametrize("code", ["123456789", "12345678901", "x123456789", ""])
def test_a_declared_code_of_a_wrong_length_is_not_approved(office: Office, code: str) -> None:
    about = office.put(declaration=builders.declaration(social_code=code))

    assert office.refused(about).code == "social-code-length"


def test_a_declaration_that_ran_out_is_not_approved(office: Office) -> None:
    about = builders.dossier(declared_on=TODAY - timedelta(days=11))
    with office.store.apply() as tx:
        tx.dossiers.put([(1, about)])

    assert office.refused(about).code == "declaration-expired"


def test_needs_says_the_same_before_recording(office: Office) -> None:
    about = office.put(attachments=())
    with office.store.read() as tx:
        reference = tx.reference.get()
    decide = office.decide()

    assert [finding.code for finding in decide.needs(about, draft(about, verdict=None), reference)] == [
        "verdict-missing"
    ]
    found = decide.needs(about, draft(about, ticks=Ticks()), reference)
    assert [finding.code for finding in found if finding.level == "error"] == [
        "picture-missing",
        "picture-missing",
        "picture-missing",
        "original-not-compared",
        "signed-form-not-received",
    ]
    assert office.woken == []


def test_a_store_that_cannot_be_written_records_nothing_and_says_so(office: Office) -> None:
    about = office.put()
    with office.store.write() as tx:
        pages = tx.outbox._connection.exec_driver_sql("PRAGMA page_count").scalar()
        tx.outbox._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError) as caught:
        office.decide().record(replace(draft(about), note="x" * 490, reason_text="y" * 90_000))
    assert caught.value.code == "store-full"
    assert office.woken == []

    with office.store.write() as tx:
        tx.outbox._connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        assert tx.outbox.counts().waiting == 0
    assert office.decide().record(draft(about)).dossier_id == about.id
