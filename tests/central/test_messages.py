"""Messages to citizens: through real sockets into a mail server and an SMS gateway; passwords work and stay secret."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text, update

from central_server import feed
from central_server.jobs import ask_again
from central_server.messages.channels import SendError, SmsSender, SmtpSender
from central_server.messages.templates import Text, load
from central_server.messages.worker import CLAIM, MessageWorker, delay
from central_server.reference import default_folder, load_references
from central_server.registry import SqlRegistry
from central_server.schema import account, dossier, outbox, scope
from central_server.seed.guide import GUIDE_OFFICE
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Status
from officer_console.domain.message import Channel, MessageState
from tests.central.town import PASSWORD, Town, mail_text
from tests.central.town import gateway as gateway
from tests.central.town import mail as mail
from tests.central.town import planted as planted
from tests.central.town import sms as sms
from tests.central.town import smtp as smtp
from tests.central.town import town as town


def test_both_messages_of_an_approval_carry_one_password_that_opens_the_account(town: Town) -> None:
    one = town.decide("match")
    assert one.status is Status.APPROVED
    assert town.worker.run_once() == 2
    (sms,) = town.gateway.messages
    (mail,) = town.mail.mails
    assert sms.to == one.declaration.phone
    assert mail["To"] == one.declaration.email
    found = PASSWORD.search(sms.text)
    assert found is not None
    assert PASSWORD.search(mail_text(town)) is not None
    assert PASSWORD.search(mail_text(town))[1] == found[1]
    assert PasswordHasher().verify(town.password_hash(one) or "", found[1])
    with town.database.read() as connection:
        assert connection.execute(
            select(account.c.must_change).where(account.c.social_code == one.declaration.social_code)
        ).scalar_one()


def test_a_first_password_is_nowhere_in_the_files_and_nowhere_in_the_log(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        town.decide("match")
        town.worker.run_once()
    found = PASSWORD.search(town.gateway.messages[0].text)
    assert found is not None
    files = [path for path in town.folder.iterdir() if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files)
    for path in files:
        assert found[1].encode() not in path.read_bytes(), path.name
        assert found[1].encode("utf-16-le") not in path.read_bytes(), path.name
    assert found[1] not in caplog.text


def test_what_was_sent_stands_in_the_dossier_and_in_the_feed(town: Town) -> None:
    decided = town.decide("match")
    assert {message.state for message in decided.messages} == {MessageState.QUEUED}
    town.now += timedelta(seconds=5)
    town.worker.run_once()
    after = town.guide("match")
    assert {message.state for message in after.messages} == {MessageState.SENT}
    assert {message.at for message in after.messages} == {town.now}
    assert after.version == decided.version
    assert all("•" in message.to for message in after.messages)
    with town.database.read() as connection:
        counter = connection.execute(select(scope).where(scope.c.scope_id == GUIDE_OFFICE)).one()
        rows = connection.execute(select(dossier).where(dossier.c.scope_id == GUIDE_OFFICE)).all()
    assert max(row.seq for row in rows) == counter.last_seq
    digest = 0
    for row in rows:
        digest ^= feed.row_digest(row.scope_id, row.id, row.seq, row.version)
    assert counter.digest == f"{digest:032x}"


def test_nothing_is_sent_twice(town: Town) -> None:
    town.decide("match")
    assert town.worker.run_once() == 2
    town.now += timedelta(hours=2)
    assert town.worker.run_once() == 0
    assert (len(town.gateway.messages), len(town.mail.mails)) == (1, 1)


def test_a_message_waits_for_a_gateway_that_is_down_and_then_arrives(
    town: Town, expect_log: Callable[[str], None]
) -> None:
    expect_log("sms attempt 1: gateway-503")
    town.gateway.status = 503
    one = town.decide("change_confirm")
    assert town.worker.run_once() == 1
    assert town.states(one) == {"sms": "queued", "sms-2": "queued", "email": "sent"}
    assert town.worker.run_once() == 0, "not due before the back-off is over"
    town.gateway.status = 202
    town.now += delay(1)
    assert town.worker.run_once() == 2
    assert town.states(one) == {"sms": "sent", "sms-2": "sent", "email": "sent"}
    assert {message.state for message in town.guide("change_confirm").messages} == {MessageState.SENT}
    assert "da duoc cap nhat" in town.gateway.messages[0].text


def test_a_late_channel_does_not_carry_the_password_the_other_one_brought(
    town: Town, expect_log: Callable[[str], None]
) -> None:
    expect_log("sms attempt 1: gateway-503")
    town.gateway.status = 503
    one = town.decide("match")
    town.worker.run_once()
    found = PASSWORD.search(mail_text(town))
    assert found is not None
    town.gateway.status = 202
    town.now += delay(1)
    assert town.worker.run_once() == 1
    (sms,) = town.gateway.messages
    assert PASSWORD.search(sms.text) is None
    assert found[1] not in sms.text
    assert one.declaration.social_code in sms.text
    assert PasswordHasher().verify(town.password_hash(one) or "", found[1])


def test_when_both_channels_were_down_the_next_try_brings_a_new_password(
    town: Town, expect_log: Callable[[str], None]
) -> None:
    expect_log("sms attempt 1: gateway-503")
    expect_log("email attempt 1: mail-refused")
    town.gateway.status, town.mail.answer = 503, "451 later"
    one = town.decide("match")
    assert town.worker.run_once() == 0
    first = town.password_hash(one)
    town.gateway.status, town.mail.answer = 202, "250 OK"
    town.now += delay(1)
    assert town.worker.run_once() == 2
    assert town.password_hash(one) != first
    found = PASSWORD.search(town.gateway.messages[0].text)
    assert found is not None
    assert PasswordHasher().verify(town.password_hash(one) or "", found[1])
    assert found[1] in mail_text(town)


def test_a_refusal_for_good_fails_at_once_and_an_endless_outage_after_the_last_try(
    town: Town, expect_log: Callable[[str], None]
) -> None:
    expect_log("sms attempt 1: gateway-400")
    for attempt in (1, 2, 3):
        expect_log(f"email attempt {attempt}: mail-refused")
    town.gateway.status, town.mail.answer = 400, "451 later"
    one = town.decide("stop")
    assert town.worker.run_once() == 1
    assert town.states(one) == {"sms": "failed", "email": "queued"}
    town.now += delay(1)
    assert town.worker.run_once() == 0
    town.now += delay(2)
    assert town.worker.run_once() == 1
    assert town.states(one) == {"sms": "failed", "email": "failed"}
    after = town.guide("stop")
    assert {message.state for message in after.messages} == {MessageState.FAILED}


def test_a_refusal_tells_its_reason_by_both_ways(town: Town) -> None:
    one = town.decide("refuse", Verdict.INVALID, reason_code="form-unsigned")
    assert one.status is Status.REJECTED
    town.worker.run_once()
    assert "Lý do: Tờ khai chưa ký" in mail_text(town)
    assert "Ly do: To khai chua ky" in town.gateway.messages[0].text


@pytest.mark.parametrize("outcome", ["code_absent", "name_differs", "marks_differ", "ambiguous"])
def test_who_waits_for_a_code_is_told_what_to_do(town: Town, outcome: str) -> None:
    assert town.decide(outcome).status is Status.AWAITING_REGISTRY
    town.worker.run_once()
    words = load().guidance[outcome]
    assert words in mail_text(town)
    assert "chua duyet duoc: " in town.gateway.messages[0].text


def test_an_approval_by_the_job_that_asks_again_brings_a_password_too(town: Town) -> None:
    assert town.decide("silent").status is Status.CHECKING
    assert town.worker.run_once() == 0
    references = load_references(default_folder(), town.database)
    registry = SqlRegistry(town.database)
    while town.guide("silent").status is Status.CHECKING:
        ask_again(town.database, registry, references, lambda: town.now)
    assert town.worker.run_once() == 2
    found = PASSWORD.search(town.gateway.messages[0].text)
    assert found is not None
    assert PasswordHasher().verify(town.password_hash(town.guide("silent")) or "", found[1])


def test_no_password_goes_out_for_an_account_that_was_closed_meanwhile(
    town: Town, expect_log: Callable[[str], None]
) -> None:
    expect_log("cannot be sent: no-account")
    one = town.decide("match")
    with town.database.write() as connection:
        connection.execute(
            update(account).where(account.c.social_code == one.declaration.social_code).values(state="closed")
        )
    town.worker.run_once()
    assert town.states(one) == {"sms": "failed", "email": "failed"}
    assert (town.gateway.messages, town.mail.mails) == ([], [])


def test_a_channel_that_is_not_set_up_fails_and_the_other_one_goes_out(
    town: Town, smtp: SmtpSender, expect_log: Callable[[str], None]
) -> None:
    expect_log("sms cannot be sent: no-channel")
    alone = MessageWorker(town.database, {Channel.EMAIL: smtp}, load(), lambda: town.now)
    one = town.decide("match")
    alone.run_once()
    assert town.states(one) == {"sms": "failed", "email": "sent"}


class DyingSender:
    """Stands for a worker that is killed while it hands a message over."""

    def send(self, to: str, text: Text, message_id: str) -> None:
        raise SystemExit(to, text, message_id)


def test_a_worker_that_dies_while_sending_leaves_the_messages_for_another_try(town: Town) -> None:
    one = town.decide("match")
    dying = MessageWorker(
        town.database, dict.fromkeys(Channel, DyingSender()), load(), lambda: town.now, max_attempts=3
    )
    with pytest.raises(SystemExit):
        dying.run_once()
    assert town.states(one) == {"sms": "queued", "email": "queued"}
    town.now += CLAIM - timedelta(seconds=1)
    assert town.worker.run_once() == 0
    town.now += timedelta(seconds=1)
    assert town.worker.run_once() == 2
    found = PASSWORD.search(town.gateway.messages[0].text)
    assert found is not None
    assert PasswordHasher().verify(town.password_hash(one) or "", found[1])


def test_the_message_id_comes_from_the_decision_and_is_drawn_anew_for_a_password(town: Town) -> None:
    town.decide("change_confirm")
    town.worker.run_once()
    (mail,) = town.mail.mails
    assert mail["Message-ID"] == "<00000000-0000-7000-8000-000000000001.email@bhxh.example>"
    ids = ["00000000-0000-7000-8000-000000000001.sms", "00000000-0000-7000-8000-000000000001.sms-2"]
    assert [message.id for message in town.gateway.messages] == ids
    assert mail.get_content_type() == "text/plain"
    town.decide("match")
    town.worker.run_once()
    assert re.fullmatch(r"00000000-0000-7000-8000-000000000002\.sms\.[0-9a-f]{16}", town.gateway.messages[2].id)


class LosingSender:
    """Hands every message over and then says that nobody answered."""

    def __init__(self, real: SmsSender) -> None:
        self.real = real

    def send(self, to: str, text: Text, message_id: str) -> None:
        self.real.send(to, text, message_id)
        raise SendError("ReadTimeout", permanent=False)


def test_a_password_the_citizen_has_chosen_since_is_not_replaced_by_a_repeat(
    town: Town, sms: SmsSender, expect_log: Callable[[str], None]
) -> None:
    expect_log("sms attempt 1: ReadTimeout")
    expect_log("email cannot be sent: no-channel")
    one = town.decide("match")
    MessageWorker(town.database, {Channel.SMS: LosingSender(sms)}, load(), lambda: town.now).run_once()
    (first,) = town.gateway.messages
    assert PASSWORD.search(first.text) is not None
    mine = account.c.social_code == one.declaration.social_code
    with town.database.write() as connection:
        connection.execute(update(account).where(mine).values(password_hash="chosen", must_change=False))
    town.now += delay(1)
    assert town.worker.run_once() == 1
    again = town.gateway.messages[1]
    assert PASSWORD.search(again.text) is None
    assert one.declaration.social_code in again.text
    assert town.password_hash(one) == "chosen"
    with town.database.read() as connection:
        assert not connection.execute(select(account.c.must_change).where(mine)).scalar_one()


class SlippingSender:
    """Stands for a library that slips over one address."""

    def __init__(self, over: str) -> None:
        self.over = over
        self.sent: list[str] = []

    def send(self, to: str, _text: Text, _message_id: str) -> None:
        if to == self.over:
            raise AttributeError(to)
        self.sent.append(to)


def test_a_channel_that_breaks_over_one_letter_sends_the_others_and_gives_that_one_up(
    town: Town, sms: SmsSender, expect_log: Callable[[str], None]
) -> None:
    expect_log(r"email attempt [12]: AttributeError at test_messages\.py:\d+$")
    one, other = town.decide("match"), town.decide("refuse", Verdict.INVALID, reason_code="form-unsigned")
    mail = SlippingSender(one.declaration.email or "")
    worker = MessageWorker(
        town.database, {Channel.SMS: sms, Channel.EMAIL: mail}, load(), lambda: town.now, max_attempts=2
    )
    worker.run_once()
    assert (town.states(one), mail.sent) == ({"sms": "sent", "email": "queued"}, [other.declaration.email])
    town.now += delay(1)
    worker.run_once()
    assert town.states(one) == {"sms": "sent", "email": "failed"}
    assert town.states(other) == {"sms": "sent", "email": "sent"}


@pytest.mark.parametrize(
    "broken", [{"data": {}}, {"kind": "nothing-we-send"}, {"data": text("'{'")}], ids=["no data", "kind", "no JSON"]
)
def test_a_row_that_cannot_be_worked_on_fails_at_last_and_holds_nobody_up(
    town: Town, broken: dict[str, object], expect_log: Callable[[str], None]
) -> None:
    expect_log("message 00000000-0000-7000-8000-000000000001[ :]")
    one, other = town.decide("match"), town.decide("stop")
    with town.database.write() as connection:
        connection.execute(update(outbox).where(outbox.c.dossier_id == one.id).values(broken))
    for attempt in range(1, 4):
        town.worker.run_once()
        town.now += delay(attempt)
    assert town.states(other) == {"sms": "sent", "email": "sent"}
    assert town.states(one) == {"sms": "failed", "email": "failed"}
    assert town.worker.run_once() == 0


def test_waiting_times_double_up_to_an_hour() -> None:
    assert [delay(n).total_seconds() for n in (1, 2, 3, 8, 60)] == [30, 60, 120, 3600, 3600]
