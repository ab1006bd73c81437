"""Sending decisions on bad lines, several at a time: they wait, are tried again and none is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from central_server import schema
from officer_console.background.senders import Senders
from officer_console.central.errors import CentralError
from officer_console.store.errors import UNWRITABLE, StoreError
from officer_console.sync.backoff import LONGEST_SECONDS
from officer_console.sync.report import Change
from tests.central.process import Central
from tests.faults.proxy import LOSE_ANSWER, REFUSE, Fault, Proxy, reply
from tests.faults.workplace import Workplace, never
from tests.sync.pushing import DECISIONS, at_once, on_record, push, unpacked

pytestmark = pytest.mark.xdist_group(__name__)


@pytest.fixture
def senders() -> Iterator[Senders]:
    threads = Senders()
    yield threads
    threads.shutdown()


def test_several_are_sent_at_a_time_once_the_first_has_got_through(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, senders: Senders
) -> None:
    dossiers = [on_record(central, scope) for _ in range(9)]
    desk.round()
    decisions = [desk.record(about) for about in dossiers]
    wide = at_once(desk, senders)
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
    central: Central, desk: Workplace, proxy: Proxy, scope: str, senders: Senders
) -> None:
    dossiers = [on_record(central, scope) for _ in range(12)]
    desk.round()
    decisions = [desk.record(about) for about in dossiers]
    wide = at_once(desk, senders)
    proxy.spoil(DECISIONS, LOSE_ANSWER, skip=5, times=4)

    with pytest.raises(CentralError):
        wide.push(never)
    states = [desk.item(decision.op_id).state for decision in decisions]
    assert set(states) == {"accepted", "waiting"}
    desk.clock.forward(LONGEST_SECONDS)
    wide.push(never)

    assert [desk.item(decision.op_id).state for decision in decisions] == ["accepted"] * 12
    assert [central.decisions(about) for about in dossiers] == [1] * 12


class _FailsOnce(list[Change]):
    """Takes two changes, then fails as a store does, then takes all."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = False

    def append(self, change: Change) -> None:
        if len(self) == 2 and not self.failed:
            self.failed = True
            raise StoreError(UNWRITABLE)
        super().append(change)


def test_what_is_under_way_gets_its_receipt_before_a_failure_of_the_store_is_told(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, senders: Senders
) -> None:
    dossiers = [on_record(central, scope) for _ in range(12)]
    desk.round()
    decisions = [desk.record(about) for about in dossiers]
    desk.changes = _FailsOnce()
    proxy.spoil(DECISIONS, Fault(how="delay", seconds=0.2), times=12)

    with pytest.raises(StoreError, match=UNWRITABLE):
        at_once(desk, senders).push(never)

    accepted = [desk.item(decision.op_id).state == "accepted" for decision in decisions]
    assert 3 < sum(accepted) < 12
    assert accepted == [central.decisions(about) == 1 for about in dossiers]


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
        (reply(500, {"type": "urn:hgd:problem:internal", "status": 500}), "internal"),
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
