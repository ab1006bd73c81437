"""Sending decisions: each arrives once, and one that central refuses comes back to the officer with the reason."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import zstandard
from sqlalchemy import select, update

from central_server import schema
from officer_console.background.senders import Senders
from officer_console.central.errors import CentralError
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import PhotoReplacement, Verdict
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.registry import RegistryVerdict
from officer_console.store.outbox import OutboxCounts
from officer_console.sync.backoff import LONGEST_SECONDS
from officer_console.sync.engine import SyncEngine
from tests import builders
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import LOSE_ANSWER, REFUSE, Fault, Proxy, reply
from tests.faults.workplace import Workplace, never

pytestmark = pytest.mark.xdist_group(__name__)

DECISIONS = r"POST .*/decisions"
BLOBS = r"PUT .*/blobs/"
REFUSED = "decision refused .* code="


def planted(central: Central, scope: str, **fields: Any) -> Dossier:
    about = builders.dossier(central.fresh(), scope_id=scope, **fields)
    central.plant(about)
    return about


def on_record(central: Central, scope: str) -> Dossier:
    """Return a dossier whose person the registry knows."""
    about = planted(central, scope)
    central.register_person(about)
    return about


def push(desk: Workplace) -> None:
    desk.engine.push(never)


def unpacked(answer: bytes) -> bytes:
    """Return the body of an answer that central has packed."""
    head, body = answer.split(b"\r\n\r\n", 1)
    assert b"content-encoding: zstd" in head.lower()
    return zstandard.decompress(body)


def at_once(desk: Workplace) -> SyncEngine:
    """Return the desk's engine as the program has it: with threads that send."""
    return SyncEngine(
        desk.store,
        desk.client,
        desk.officer.scopes,
        officer_id=desk.officer.id,
        clock=desk.clock,
        source=desk.source(),
        announce=desk.changes.append,
        progress=desk.progress.append,
        executor=Senders(),
    )


def counts(desk: Workplace) -> OutboxCounts:
    with desk.store.read() as tx:
        return tx.outbox.counts()


def photo_of(desk: Workplace, data: bytes) -> PhotoReplacement:
    """Seal a picture on the desk, as it is after the gate."""
    return PhotoReplacement(
        kind=AttachmentKind.PORTRAIT, sha256=desk.store.blobs.put(data), media_type="image/jpeg", size=len(data)
    )


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


def test_several_are_sent_at_a_time_once_the_first_has_got_through(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    dossiers = [on_record(central, scope) for _ in range(9)]
    desk.round()
    decisions = [desk.record(about) for about in dossiers]
    wide = at_once(desk)
    proxy.spoil(DECISIONS, REFUSE)

    with pytest.raises(CentralError):
        wide.push(never)
    assert proxy.count(DECISIONS) == 1
    desk.clock.forward(LONGEST_SECONDS)
    proxy.spoil(DECISIONS, Fault(how="delay", seconds=0.3), times=9)
    began = time.monotonic()
    wide.push(never)

    # One alone, then several at a time: three delays in place of nine.
    assert time.monotonic() - began < 9 * 0.3
    assert [desk.item(decision.op_id).state for decision in decisions] == ["accepted"] * 9
    assert [central.decisions(about) for about in dossiers] == [1] * 9


def test_a_line_that_ends_while_several_are_under_way_loses_none(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    dossiers = [on_record(central, scope) for _ in range(12)]
    desk.round()
    decisions = [desk.record(about) for about in dossiers]
    wide = at_once(desk)
    proxy.spoil(DECISIONS, LOSE_ANSWER, skip=5, times=4)

    with pytest.raises(CentralError):
        wide.push(never)
    states = [desk.item(decision.op_id).state for decision in decisions]
    assert set(states) == {"accepted", "waiting"}
    desk.clock.forward(LONGEST_SECONDS)
    wide.push(never)

    assert [desk.item(decision.op_id).state for decision in decisions] == ["accepted"] * 12
    assert [central.decisions(about) for about in dossiers] == [1] * 12


def test_decisions_are_sent_in_the_order_in_which_they_were_made(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    dossiers = [on_record(central, scope) for _ in range(4)]
    desk.round()
    for about in reversed(dossiers):
        desk.record(about)

    push(desk)

    sent = [line.split("/")[5] for line in proxy.requests if "/decisions" in line]
    assert sent == [about.id for about in reversed(dossiers)]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (REFUSE, "unreachable"),
        (reply(503, b"busy", "text/plain"), "unreachable"),
        (reply(500, {"type": "urn:hgd:problem:internal", "status": 500}), "unreachable"),
        (reply(200, b"{"), "protocol"),
        (reply(200, b"<html>", "text/html"), "protocol"),
        (reply(302, b"", "text/html"), "protocol"),
        (reply(400, b"<html>", "text/html"), "protocol"),
    ],
)
def test_without_a_usable_answer_a_decision_waits_longer_each_time(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, fault: Fault, code: str
) -> None:
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about)
    proxy.spoil(DECISIONS, fault, times=3)

    for attempts in (1, 2, 3):
        before = desk.clock()
        with pytest.raises(CentralError) as caught:
            push(desk)
        item = desk.item(decision.op_id)
        assert caught.value.code == code
        assert (item.state, item.attempts, item.error_code) == ("waiting", attempts, code)
        assert item.next_at is not None
        assert before <= item.next_at <= desk.clock() + timedelta(seconds=2**attempts)
        with desk.store.read() as tx:
            assert tx.outbox.due(item.next_at - timedelta(seconds=0.001)) == ()
        desk.clock.forward(LONGEST_SECONDS)

    push(desk)
    assert desk.item(decision.op_id).state == "accepted"
    assert central.decisions(about) == 1


def test_central_may_ask_for_more_time(central: Central, desk: Workplace, proxy: Proxy, scope: str) -> None:
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about)
    head = b"HTTP/1.1 503 X\r\nRetry-After: 120\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    proxy.spoil(DECISIONS, Fault(how="answer", answer=head))

    with pytest.raises(CentralError):
        push(desk)

    next_at = desk.item(decision.op_id).next_at
    assert next_at is not None
    assert timedelta(seconds=110) < next_at - desk.clock() <= timedelta(seconds=144)


def test_a_receipt_for_another_decision_is_not_believed(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    first, second = on_record(central, scope), on_record(central, scope)
    desk.round()
    desk.record(first)
    push(desk)
    body = unpacked(proxy.answers[-1])
    decision = desk.record(second)
    proxy.spoil(DECISIONS, reply(201, body))

    with pytest.raises(CentralError) as caught:
        push(desk)

    assert caught.value.code == "protocol"
    assert desk.item(decision.op_id).state == "waiting"


def test_a_session_that_has_ended_keeps_every_decision(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    dossiers = [on_record(central, scope) for _ in range(3)]
    desk.round()
    decisions = [desk.record(about) for about in dossiers]
    with central.database.write() as connection:
        mine = schema.session.c.officer_id == desk.officer.id
        connection.execute(update(schema.session).where(mine).values(revoked=True))

    with pytest.raises(CentralError) as caught:
        desk.round()

    assert caught.value.code == "sign-in-needed"
    assert not desk.client.signed_in
    assert [desk.item(decision.op_id).state for decision in decisions] == ["waiting"] * 3
    assert proxy.count(DECISIONS) == 1


def test_an_access_token_that_has_run_out_is_renewed_without_anybody_noticing(
    central: Central, desk: Workplace, scope: str
) -> None:
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about)
    with central.database.write() as connection:
        mine = schema.session.c.officer_id == desk.officer.id
        connection.execute(update(schema.session).where(mine).values(access_until=desk.clock() - timedelta(hours=1)))

    push(desk)

    assert desk.item(decision.op_id).state == "accepted"


def test_a_replaced_photo_is_at_central_before_the_decision_that_names_it(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    about = on_record(central, scope)
    desk.round()
    photo = photo_of(desk, builders.JPEG + b"new portrait")
    desk.record(about, photos=(photo,))

    push(desk)

    order = [line for line in proxy.requests if "/blobs/" in line or "/decisions" in line]
    assert ["PUT" in line for line in order] == [True, False]
    _, there = central.stored(about)
    portrait = next(one for one in there.attachments if one.kind is AttachmentKind.PORTRAIT)
    assert (portrait.sha256, portrait.replaced_by) == (photo.sha256, desk.officer.full_name)
    assert central.blobs.get(photo.sha256) == builders.JPEG + b"new portrait"


@pytest.mark.parametrize("fault", [REFUSE, LOSE_ANSWER])
def test_a_photo_that_did_not_get_through_keeps_its_decision_back(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, fault: Fault
) -> None:
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about, photos=(photo_of(desk, builders.JPEG + scope.encode()),))
    # A picture may be sent twice, so one kept connection that breaks is made up for at once.
    proxy.spoil(BLOBS, fault, times=2)

    with pytest.raises(CentralError):
        push(desk)
    assert proxy.count(DECISIONS) == 0
    assert desk.item(decision.op_id).state == "waiting"

    desk.clock.forward(LONGEST_SECONDS)
    push(desk)
    assert desk.item(decision.op_id).state == "accepted"


def test_a_photo_is_not_sent_twice_when_only_the_decision_failed(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    about = on_record(central, scope)
    desk.round()
    decision = desk.record(about, photos=(photo_of(desk, builders.JPEG + scope.encode()),))
    proxy.spoil(DECISIONS, REFUSE)
    with pytest.raises(CentralError):
        push(desk)

    desk.clock.forward(LONGEST_SECONDS)
    push(desk)

    assert desk.item(decision.op_id).state == "accepted"
    assert proxy.count(BLOBS) == 1


def test_a_photo_central_has_lost_is_sent_again(central: Central, desk: Workplace, proxy: Proxy, scope: str) -> None:
    about = on_record(central, scope)
    desk.round()
    photo = photo_of(desk, builders.JPEG + scope.encode())
    decision = desk.record(about, photos=(photo,))
    proxy.spoil(DECISIONS, REFUSE)
    with pytest.raises(CentralError):
        push(desk)
    with central.database.write() as connection:
        connection.execute(schema.blob.delete().where(schema.blob.c.sha256 == photo.sha256))

    desk.clock.forward(LONGEST_SECONDS)
    push(desk)
    assert (desk.item(decision.op_id).state, desk.item(decision.op_id).error_code) == ("waiting", "attachment-missing")

    desk.clock.forward(LONGEST_SECONDS)
    push(desk)
    assert desk.item(decision.op_id).state == "accepted"
    assert proxy.count(BLOBS) == 2


def test_one_picture_replaced_in_two_offices_is_in_both_in_the_end(
    central: Central, make_desk: MakeDesk, scope: str
) -> None:
    other = f"T{central.fresh():04d}"
    desk = make_desk(scopes=(scope, other))
    here, there = on_record(central, scope), on_record(central, other)
    desk.round()
    photo = photo_of(desk, builders.JPEG + b"the same twice")
    decisions = [desk.record(about, photos=(photo,)) for about in (here, there)]

    push(desk)
    desk.clock.forward(LONGEST_SECONDS)
    push(desk)

    assert [desk.item(decision.op_id).state for decision in decisions] == ["accepted"] * 2
    with central.database.read() as connection:
        rows = connection.execute(select(schema.blob.c.scope_id).where(schema.blob.c.sha256 == photo.sha256))
        assert {row.scope_id for row in rows} == {scope, other}


def test_a_photo_that_is_no_longer_on_the_desk_is_told_to_the_officer(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    about = on_record(central, scope)
    desk.round()
    data = builders.JPEG + scope.encode()
    decision = desk.record(about, photos=(photo_of(desk, data),))
    for file in (desk.folder / "blobs").iterdir():
        file.unlink()
    expect_log(REFUSED + "attachment-lost")

    push(desk)

    assert desk.item(decision.op_id).error_code == "attachment-lost"
    assert hashlib.sha256(data).hexdigest() in [photo.sha256 for photo in desk.item(decision.op_id).decision.photos]


def test_a_damaged_photo_holds_up_neither_the_decisions_behind_it_nor_the_feed(
    central: Central, desk: Workplace, scope: str, expect_log: Callable[[str], None]
) -> None:
    about, other = on_record(central, scope), on_record(central, scope)
    desk.round()
    decision = desk.record(about, photos=(photo_of(desk, builders.JPEG + scope.encode()),))
    behind = desk.record(other)
    for file in (desk.folder / "blobs").iterdir():
        file.write_bytes(b"damaged")
    new = planted(central, scope)
    expect_log("sealed picture .* is damaged")
    expect_log(REFUSED + "attachment-lost")

    desk.round()

    assert (desk.item(decision.op_id).state, desk.item(decision.op_id).error_code) == ("attention", "attachment-lost")
    assert desk.item(behind.op_id).state == "accepted"
    assert desk.stored(new) == new


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
