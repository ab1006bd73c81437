"""Each channel has a worker of its own: one that does not answer holds up its own letters only."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from central_server.jobs import JobThread
from central_server.messages.channels import GatewaySettings, SmsSender, SmtpSender
from central_server.messages.templates import load
from central_server.messages.worker import CLAIM, MessageWorker
from central_server.schema import outbox
from central_server.serving import channel_jobs
from officer_console.domain.message import Channel
from tests.central.process import wait_until
from tests.central.test_delivery import add_letters
from tests.central.town import PASSWORD, Town, mail_text
from tests.central.town import gateway as gateway
from tests.central.town import mail as mail
from tests.central.town import planted as planted
from tests.central.town import sms as sms
from tests.central.town import smtp as smtp
from tests.central.town import town as town

# Longer than the whole test takes, so that nothing here is sent because the gateway was given up.
SILENCE_SECONDS = 600.0


@pytest.fixture
def silent() -> Iterator[SmsSender]:
    """A sender to a gateway that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as hole:
        url = f"http://127.0.0.1:{hole.getsockname()[1]}/"
        yield SmsSender(GatewaySettings(url=url, read_timeout=SILENCE_SECONDS, longest=SILENCE_SECONDS))


@pytest.fixture
def running() -> Iterator[Callable[[MessageWorker], None]]:
    """Return a function that lets the channels of a worker work, each in its thread, until the end of the test."""
    threads: list[JobThread] = []

    def start(worker: MessageWorker) -> None:
        for job in channel_jobs(worker, seconds=0.05):
            threads.append(JobThread(job))
            threads[-1].start()

    yield start
    for thread in threads:
        thread.stop()


def attempts(town: Town) -> dict[tuple[str, str], int]:
    """Return how often each letter was tried, by the end of its decision's id and channel."""
    with town.database.read() as connection:
        rows = connection.execute(select(outbox.c.op_id, outbox.c.channel, outbox.c.attempts)).all()
    return {(op_id[-1], channel): count for op_id, channel, count in rows}


def test_a_gateway_that_never_answers_holds_up_no_mail(
    town: Town,
    smtp: SmtpSender,
    running: Callable[[MessageWorker], None],
    silent: SmsSender,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("sms attempt 1: ")  # when the test ends and with it the silence
    count = 20
    add_letters(town.database, count)
    town.decided = count
    one = town.decide("match")

    running(MessageWorker(town.database, {Channel.SMS: silent, Channel.EMAIL: smtp}, load(), lambda: town.now))
    wait_until(lambda: len(town.mail.mails) == count + 1 or None)

    wait_until(lambda: town.states(one)["email"] == "sent" or None)
    assert town.states(one)["sms"] == "queued"
    found = [PASSWORD.search(mail_text(town, n)) for n in range(count + 1)]
    passwords = [match[1] for match in found if match is not None]
    assert len(passwords) == 1
    assert PasswordHasher().verify(town.password_hash(one) or "", passwords[0])


def test_a_password_goes_by_both_channels_also_when_each_is_emptied_by_itself(town: Town) -> None:
    town.decide("match")

    assert town.worker.run_channel(Channel.EMAIL) == 1
    assert town.worker.run_channel(Channel.SMS) == 1

    by_mail, by_sms = PASSWORD.search(mail_text(town)), PASSWORD.search(town.gateway.messages[0].text)
    assert by_mail is not None
    assert by_sms is not None
    assert by_mail[1] == by_sms[1]


def test_what_a_channel_has_no_room_for_stays_unclaimed_and_goes_without_the_password(
    town: Town, smtp: SmtpSender, sms: SmsSender
) -> None:
    worker = MessageWorker(
        town.database, {Channel.SMS: sms, Channel.EMAIL: smtp}, load(), lambda: town.now, handed_at_most=1
    )
    town.decide("match")
    town.decide("marks_differ", marks_confirmed=True, note="Đã đối chiếu giấy khai sinh")

    assert worker.run_channel(Channel.EMAIL) == 2
    assert attempts(town) == {("1", "email"): 1, ("1", "sms"): 1, ("2", "email"): 1, ("2", "sms"): 0}

    assert worker.run_channel(Channel.SMS) == 2
    assert [PASSWORD.search(message.text) is not None for message in town.gateway.messages] == [True, False]


def test_a_letter_that_was_handed_over_and_has_waited_too_long_is_left_to_the_next_try(town: Town) -> None:
    one = town.decide("match")
    assert town.worker.run_channel(Channel.EMAIL) == 1

    town.now += CLAIM / 2
    assert town.worker.run_channel(Channel.SMS) == 0
    assert (town.gateway.messages, town.states(one)["sms"]) == ([], "queued")

    town.now += CLAIM / 2
    assert town.worker.run_channel(Channel.SMS) == 1
    assert PASSWORD.search(town.gateway.messages[0].text) is None
