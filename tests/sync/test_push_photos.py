"""Sending decisions with photos: the picture is at central before the decision that names it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from central_server import schema
from officer_console.background.senders import Senders
from officer_console.central.errors import CentralError
from officer_console.domain.attachment import AttachmentKind
from officer_console.sync.backoff import LONGEST_SECONDS
from officer_console.views import messages
from tests import builders
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import LOSE_ANSWER, REFUSE, Fault, Proxy
from tests.faults.workplace import Workplace, never
from tests.sync.pushing import BLOBS, DECISIONS, REFUSED, on_record, photo_of, planted, push

pytestmark = pytest.mark.xdist_group(__name__)


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


def unreadable(desk: Workplace) -> dict[Path, bytes]:
    """Put folders in place of the desk's sealed pictures, which then cannot be read; return what was there."""
    sealed = {file: file.read_bytes() for file in (desk.folder / "blobs").iterdir()}
    for file in sealed:
        file.unlink()
        file.mkdir()
    return sealed


@pytest.mark.parametrize("threads", [0, 6])
def test_a_photo_that_cannot_be_read_just_now_holds_up_its_own_decision_only_and_goes_later(
    central: Central, desk: Workplace, scope: str, threads: int
) -> None:
    dossiers = [on_record(central, scope) for _ in range(4)]
    desk.round()
    decision = desk.record(dossiers[0], photos=(photo_of(desk, builders.JPEG + scope.encode()),))
    behind = [desk.record(about) for about in dossiers[1:]]
    sealed = unreadable(desk)
    new = planted(central, scope)
    senders = Senders(threads) if threads else None
    engine = desk.engine_over(desk.client, executor=senders)

    engine.run_once(never)

    item = desk.item(decision.op_id)
    assert (item.state, item.error_code, item.attempts) == ("waiting", "attachment-unreadable", 1)
    assert messages.tell("attachment-unreadable").title == "Chưa đọc được ảnh đã lưu trên máy"
    assert item.next_at is not None
    assert [desk.item(other.op_id).state for other in behind] == ["accepted"] * 3
    assert desk.stored(new) == new

    for file, data in sealed.items():
        file.rmdir()
        file.write_bytes(data)
    desk.clock.forward(LONGEST_SECONDS)
    engine.run_once(never)
    if senders is not None:
        senders.shutdown()
    assert desk.item(decision.op_id).state == "accepted"


def test_the_first_decision_behind_an_unreadable_photo_still_goes_alone(
    central: Central, desk: Workplace, proxy: Proxy, scope: str
) -> None:
    dossiers = [on_record(central, scope) for _ in range(5)]
    desk.round()
    desk.record(dossiers[0], photos=(photo_of(desk, builders.JPEG + scope.encode()),))
    for about in dossiers[1:]:
        desk.record(about)
    unreadable(desk)
    proxy.spoil(DECISIONS, REFUSE, times=10)
    senders = Senders()

    with pytest.raises(CentralError, match="unreachable"):
        desk.engine_over(desk.client, executor=senders).push(never)

    senders.shutdown()
    assert proxy.count(DECISIONS) == 1
