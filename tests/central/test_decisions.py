"""Decisions over HTTP: recorded once, replayed, refused with a clear problem."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from typing import Any

import pytest
import requests
from sqlalchemy import select

from central_server import audit, schema
from officer_console.central import wire
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import PhotoReplacement, Ticks, Verdict
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.message import MessageState
from officer_console.domain.registry import RegistryVerdict
from tests import builders
from tests.central.process import Central, Desk, problem


def planted(central: Central, **overrides: Any) -> Dossier:
    about = builders.dossier(central.fresh(), **overrides)
    central.plant(about)
    return about


def receipt_of(answer: requests.Response) -> wire.Receipt:
    assert answer.status_code in (200, 201), answer.text
    return wire.decode(answer.content, wire.Receipt)


def photo(sha256: str, kind: AttachmentKind = AttachmentKind.PORTRAIT) -> PhotoReplacement:
    return PhotoReplacement(kind=kind, sha256=sha256, media_type="image/jpeg", size=len(builders.JPEG))


def test_a_valid_decision_is_recorded_with_everything_that_follows(central: Central, desk: Desk) -> None:
    about = planted(central)
    central.register_person(about)
    desk.take(about)
    decision = builders.decision(about)
    receipt = receipt_of(desk.decide(decision))
    sent = wire.encode(decision).replace(b'"judged_sha256":null,', b"")
    assert (receipt.op_id, receipt.req_sha256) == (decision.op_id, hashlib.sha256(sent).hexdigest())
    after = receipt.dossier
    assert (after.status, after.version, after.lease) == (Status.APPROVED, 2, None)
    assert after.judgement is not None
    assert (after.judgement.op_id, after.judgement.verdict) == (decision.op_id, "valid")
    assert after.judgement.officer_name == after.officer_name == desk.grant.officer.full_name
    assert after.handed_in_at == after.judgement.decided_at == receipt.received_at
    assert after.registry is not None
    assert after.registry.verdict is RegistryVerdict.MATCH
    assert [entry.what for entry in after.history] == [
        "declared",
        "handed_in",
        "decided_valid",
        "registry_match",
        "account_issued",
    ]
    assert {message.state for message in after.messages} == {MessageState.QUEUED}
    assert central.letters(about) == [("account_issued", "email"), ("account_issued", "sms")]
    assert central.stored(about) == (receipt.seq, after)
    assert desk.dossier(about) == after


def test_a_refusal_needs_no_registry_and_tells_the_citizen_why(central: Central, desk: Desk) -> None:
    about = planted(central, declaration=builders.declaration(central.fresh(), email=None))
    refusal = builders.decision(about, verdict=Verdict.INVALID, reason_code="other", reason_text="Sai tên")
    after = receipt_of(desk.decide(refusal)).dossier
    assert (after.status, after.registry) == (Status.REJECTED, None)
    assert central.letters(about) == [("refused", "sms")]
    with central.database.read() as connection:
        row = connection.execute(select(schema.outbox).where(schema.outbox.c.dossier_id == about.id)).one()
    assert row.address == about.declaration.phone
    assert row.data["reason"].endswith(": Sai tên")
    assert row.data["full_name"] == about.declaration.full_name
    assert about.declaration.phone not in wire.encode(after.messages).decode()


def test_a_repeat_gets_the_same_receipt(central: Central, desk: Desk) -> None:
    about = planted(central)
    central.register_person(about)
    decision = builders.decision(about)
    first = desk.decide(decision)
    second = desk.decide(decision)
    other_epoch = desk.decide(decision, if_match=f'"00000000-{about.version}"')
    assert (first.status_code, second.status_code, other_epoch.status_code) == (201, 200, 200)
    assert first.content == second.content == other_epoch.content
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert central.decisions(about) == 1
    assert len(central.letters(about)) == 2


def test_one_key_for_two_decisions_is_refused(central: Central, desk: Desk) -> None:
    about = planted(central)
    central.register_person(about)
    decision = builders.decision(about)
    receipt_of(desk.decide(decision))
    assert problem(desk.decide(replace(decision, note="khác"))).name == "idempotency-mismatch"


def test_what_was_refused_stays_refused_however_late_a_copy_of_it_comes(central: Central, desk: Desk) -> None:
    about = planted(central)
    central.register_person(about)
    other = central.desk()
    assert other.take(about).status_code == 200
    refused = builders.decision(about)
    told = problem(desk.decide(refused))
    assert told.name == "leased"
    assert other.release(about).status_code == 204
    again = problem(desk.decide(refused))
    assert (again.name, again.by, again.until) == (told.name, told.by, told.until)
    assert central.decisions(about) == 0
    assert receipt_of(desk.decide(builders.decision(about))).dossier.status is Status.APPROVED


def test_a_key_that_was_refused_is_not_used_for_another_decision(central: Central, desk: Desk) -> None:
    about = planted(central)
    wrong = builders.decision(about, ticks=Ticks())
    assert problem(desk.decide(wrong)).name == "validation"
    assert problem(desk.decide(builders.decision(about, op_id=wrong.op_id))).name == "idempotency-mismatch"


def test_a_second_officer_is_told_who_decided(central: Central, desk: Desk) -> None:
    about = planted(central)
    central.register_person(about)
    receipt = receipt_of(desk.decide(builders.decision(about)))
    refused = problem(central.desk().decide(builders.decision(about)))
    assert (refused.name, refused.status, refused.status_now) == ("already-decided", 409, "approved")
    assert (refused.by, refused.at) == (desk.grant.officer.full_name, receipt.received_at)


def test_a_dossier_that_moved_on_is_a_version_conflict(central: Central, desk: Desk) -> None:
    about = planted(central)
    waiting = receipt_of(desk.decide(builders.decision(about))).dossier
    assert waiting.status is Status.AWAITING_REGISTRY
    refused = problem(central.desk().decide(builders.decision(about)))
    assert (refused.name, refused.status, refused.version) == ("version-conflict", 412, 2)
    assert (refused.by, refused.status_now) == (desk.grant.officer.full_name, "awaiting_registry")
    central.register_person(about)
    assert receipt_of(desk.decide(builders.decision(waiting))).dossier.status is Status.APPROVED


def test_a_decision_from_before_a_restore_is_refused(central: Central, desk: Desk) -> None:
    about = planted(central)
    answer = desk.decide(builders.decision(about), if_match='"00000000-1"')
    assert (problem(answer).name, answer.status_code) == ("epoch-changed", 409)


def test_a_replaced_picture_needs_its_bytes_first(central: Central, desk: Desk) -> None:
    about = planted(central)
    central.register_person(about)
    data = builders.JPEG + about.id.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    decision = builders.decision(about, photos=(photo(sha256), photo(sha256, AttachmentKind.SIGNED_FORM)))
    refused = problem(desk.decide(decision))
    assert (refused.name, refused.missing) == ("attachment-missing", (sha256, sha256))
    assert desk.put_blob(data) == sha256
    after = receipt_of(desk.decide(decision)).dossier
    kinds = {attachment.kind: attachment for attachment in after.attachments}
    assert len(after.attachments) == 4
    assert kinds[AttachmentKind.PORTRAIT].sha256 == sha256
    assert kinds[AttachmentKind.PORTRAIT].size == len(data)
    assert kinds[AttachmentKind.PORTRAIT].replaced_by == desk.grant.officer.full_name
    assert kinds[AttachmentKind.ID_FRONT].replaced_by is None
    replaced = [entry.note for entry in after.history if entry.what == "photo_replaced"]
    assert replaced == ["Ảnh chân dung", "Tờ khai đã ký"]


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"ticks": Ticks(original_compared=True)}, "signed-form-not-received"),
        ({"verdict": Verdict.INVALID, "reason_code": None}, "reason-missing"),
        ({"verdict": Verdict.INVALID, "reason_code": "other"}, "reason-text-missing"),
        ({"verdict": Verdict.INVALID, "reason_code": "made-up"}, "reason-unknown"),
        ({"marks_confirmed": True}, "note-missing"),
        ({"note": "n" * 1001}, "too-long"),
        ({"base_version": 2**31}, "out-of-range"),
        ({"base_version": 0}, "out-of-range"),
        ({"note": "a\0b"}, "malformed"),
        ({"photos": (photo("../../etc"),)}, "malformed"),
        ({"photos": (photo("0" * 64), photo("0" * 64))}, "out-of-range"),
        ({"op_id": "not-a-uuid"}, "malformed"),
        ({"dseq": -1}, "out-of-range"),
        ({"device_id": "d" * 65}, "too-long"),
    ],
)
def test_the_rules_are_checked_again_at_central(
    central: Central, desk: Desk, overrides: dict[str, object], code: str
) -> None:
    about = planted(central)
    refused = problem(desk.decide(builders.decision(about, **overrides)))
    assert (refused.name, refused.code) == ("validation", code)
    assert central.decisions(about) == 0


def test_an_incomplete_dossier_cannot_be_approved(central: Central, desk: Desk) -> None:
    about = planted(central, attachments=())
    refused = problem(desk.decide(builders.decision(about)))
    assert (refused.name, refused.code, refused.pointer) == ("validation", "picture-missing", "/attachments")


def test_headers_and_body_must_say_the_same(central: Central, desk: Desk) -> None:
    about = planted(central)
    decision = builders.decision(about)
    assert problem(desk.decide(decision, if_match="")).name == "precondition-required"
    assert problem(desk.decide(decision, key="")).name == "precondition-required"
    assert problem(desk.decide(decision, key=str(uuid.uuid4()))).code == "idempotency-key-differs"
    assert problem(desk.decide(decision, if_match="*")).code == "if-match-malformed"
    assert problem(desk.decide(decision, if_match=wire.etag(central.epoch, 2))).code == "if-match-differs"
    other = f"/v1/scopes/07906/dossiers/{uuid.uuid4()}/decisions"
    assert problem(desk.call("POST", other, decision)).code == "path-differs"


def test_the_audit_trail_is_an_unbroken_chain_without_names(central: Central) -> None:
    scope = f"A{central.fresh():04d}"
    desk = central.desk(scopes=(scope,))
    for _ in range(3):
        about = planted(central, scope_id=scope)
        receipt_of(desk.decide(builders.decision(about)))
    with central.database.read() as connection:
        rows = connection.execute(select(schema.audit).where(schema.audit.c.scope_id == scope).order_by("n")).all()
    prev = audit.BEGINNING
    for n, row in enumerate(rows, start=1):
        assert (row.n, row.prev, row.h) == (n, prev, audit.chain_hash(prev, n, row.body))
        assert about.declaration.full_name not in row.body
        prev = row.h
    assert len(rows) == 3


def test_a_decision_body_in_the_wrong_shape_is_told_where(central: Central, desk: Desk) -> None:
    about = planted(central)
    body = wire.plain(builders.decision(about)) | {"verdict": "perhaps"}
    answer = desk.call("POST", f"/v1/scopes/07906/dossiers/{about.id}/decisions", body)
    assert (problem(answer).code, problem(answer).pointer) == ("malformed", "/verdict")
    assert "perhaps" not in answer.text


def test_the_same_version_of_another_state_is_not_what_was_judged(central: Central, desk: Desk) -> None:
    about = planted(central)
    other = replace(about, declaration=replace(about.declaration, phone="0987654321"))
    refused = problem(desk.decide(builders.decision(about, judged_sha256=wire.judged_sha256(other))))
    assert refused.name == "version-conflict"
    assert central.decisions(about) == 0
    receipt_of(desk.decide(builders.decision(about, judged_sha256=wire.judged_sha256(about))))


def test_a_lease_does_not_change_what_was_judged(central: Central, desk: Desk) -> None:
    about = planted(central)
    assert desk.take(about).status_code == 200
    receipt_of(desk.decide(builders.decision(about, judged_sha256=wire.judged_sha256(about))))


def test_a_number_of_a_store_is_used_once(central: Central, desk: Desk) -> None:
    device = f"store-{central.fresh()}"
    first, second = (planted(central) for _ in range(2))
    for about in (first, second):
        central.register_person(about)
    decision = builders.decision(first, device_id=device, dseq=1)
    receipt_of(desk.decide(decision))
    assert desk.decide(decision).status_code == 200
    refused = problem(desk.decide(builders.decision(second, device_id=device, dseq=1)))
    assert (refused.name, refused.code, refused.pointer) == ("validation", "dseq-used", "/dseq")
    assert central.decisions(second) == 0
    receipt_of(desk.decide(builders.decision(second, device_id=device, dseq=2)))
    with central.database.read() as connection:
        query = select(schema.decision.c.dseq).where(schema.decision.c.device_id == device)
        assert sorted(connection.execute(query).scalars()) == [1, 2]


def test_a_desk_that_counts_nothing_leaves_no_number(central: Central, desk: Desk) -> None:
    for _ in range(2):
        about = planted(central)
        receipt_of(desk.decide(builders.decision(about, verdict=Verdict.INVALID)))
        with central.database.read() as connection:
            row = connection.execute(select(schema.decision).where(schema.decision.c.dossier_id == about.id)).one()
        assert (row.device_id, row.dseq) == (None, None)


def test_a_picture_whose_file_is_gone_is_missing_and_can_be_sent_again(central: Central, desk: Desk) -> None:
    about = planted(central)
    data = builders.JPEG + about.id.encode()
    sha256 = desk.put_blob(data)
    central.blobs.path(sha256).unlink()
    refusal = builders.decision(about, verdict=Verdict.INVALID, photos=(photo(sha256),))
    refused = problem(desk.decide(refusal))
    assert (refused.name, refused.missing) == ("attachment-missing", (sha256,))
    assert desk.put_blob(data) == sha256
    assert receipt_of(desk.decide(refusal)).dossier.status is Status.REJECTED


@pytest.mark.parametrize(
    ("offset_ms", "noted"),
    [(None, None), (0, None), (299_999, None), (-300_001, -300), (86_400_000, 86_400)]
    + [(sign * 10**digits, sign * 100 * 366 * 86_400) for sign in (1, -1) for digits in (13, 30, 300)],
)
def test_a_desk_whose_clock_is_off_is_noted_in_the_audit_trail_and_never_refused(
    central: Central, offset_ms: int | None, noted: int | None
) -> None:
    about = builders.dossier(central.fresh())
    central.plant(about)

    answer = central.desk().decide(builders.decision(about, clock_offset_ms=offset_ms))

    assert answer.status_code == 201
    with central.database.read() as connection:
        bodies = connection.scalars(select(schema.audit.c.body).where(schema.audit.c.scope_id == about.scope_id))
        entries = [wire.decode(body, dict[str, Any]) for body in bodies]
    (entry,) = [entry for entry in entries if entry["dossier_id"] == about.id and entry["what"] == "decided_valid"]
    assert entry.get("clock_offset_s") == noted
