"""Letters that do not get through: refused, unanswered, given up, tried again; and several workers at once."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import insert, select, update

from central_server.database import Database
from central_server.messages.channels import GatewaySettings, SendError, SmsSender, SmtpSender, SmtpSettings
from central_server.messages.sinks import SmsSink, SmtpSink
from central_server.messages.templates import Text, load
from central_server.messages.undelivered import requeue, undelivered
from central_server.messages.worker import CLAIM, MessageWorker, delay
from central_server.schema import outbox
from central_server.times import utc_now
from officer_console.domain.message import Channel, MessageState
from tests.central.plays import IMPATIENT, LETTER, Play, code_of, playing, silent
from tests.central.process import wait_until
from tests.central.town import NOW, PASSWORD, SENDER, Town
from tests.central.town import gateway as gateway
from tests.central.town import mail as mail
from tests.central.town import planted as planted
from tests.central.town import sms as sms
from tests.central.town import smtp as smtp
from tests.central.town import town as town


def mail_server(**answers: str) -> Play:
    """Return a mail server that answers a command as told, ``""`` by hanging up, and all others with yes."""

    def play(line: socket.socket) -> None:
        line.sendall(b"220 here\r\n")
        for command in line.makefile("rb"):
            verb = command[:4].decode().strip().upper()
            answer = answers.get(verb, "354 go on" if verb == "DATA" else "250 yes")
            if not answer:
                return
            line.sendall(answer.encode() + b"\r\n")

    return play


def by_mail(port: int, *, timeout: float = IMPATIENT, longest: float = 60) -> tuple[str, bool]:
    to = SmtpSettings(host="127.0.0.1", port=port, sender=SENDER, starttls=False, timeout=timeout, longest=longest)
    return code_of(lambda: SmtpSender(to).send("an@example.com", LETTER, "id"))


def by_sms(port: int, *, timeout: float = IMPATIENT, longest: float = 60) -> tuple[str, bool]:
    to = GatewaySettings(url=f"http://127.0.0.1:{port}/messages", read_timeout=timeout, longest=longest)
    return code_of(lambda: SmsSender(to).send("0901234567", LETTER, "id"))


@pytest.mark.parametrize(
    ("answers", "code", "permanent"),
    [
        ({"RCPT": "550 no such user"}, "recipient-refused", True),
        ({"RCPT": "450 try later"}, "recipient-refused", False),
        ({"DATA": "554 no"}, "mail-refused", True),
        ({"DATA": "452 disk full"}, "mail-refused", False),
        ({"MAIL": "550 not from you"}, "SMTPSenderRefused", False),
        ({"DATA": ""}, "SMTPServerDisconnected", False),
        ({"RCPT": ""}, "SMTPServerDisconnected", False),
        ({"RCPT": "what?"}, "recipient-refused", False),
        ({"RSET": "", "DATA": "554 no"}, "mail-refused", True),
    ],
)
def test_what_a_mail_server_says_against_the_letter_is_for_good_and_the_rest_is_not(
    answers: dict[str, str], code: str, *, permanent: bool
) -> None:
    with playing(mail_server(**answers)) as port:
        assert by_mail(port, timeout=5) == (code, permanent)


@pytest.mark.parametrize("farewell", ["250 yes", "421 no", ""])
def test_a_mail_that_was_accepted_is_sent_whatever_the_server_says_to_the_farewell(farewell: str) -> None:
    with playing(mail_server(QUIT=farewell)) as port:
        settings = SmtpSettings(host="127.0.0.1", port=port, sender=SENDER, starttls=False, timeout=5)
        SmtpSender(settings).send("an@example.com", LETTER, "id")


def test_a_mail_server_that_falls_silent_is_left_after_a_while() -> None:
    with playing(silent) as port:
        assert by_mail(port)[1] is False


@pytest.mark.parametrize("greeting", [b"", b"220 here\r\n"])
def test_a_mail_server_that_says_a_little_now_and_then_is_left_as_well(greeting: bytes) -> None:
    said = threading.Event()

    def dripping(line: socket.socket) -> None:
        line.sendall(greeting)
        while not said.wait(0.05):
            line.sendall(b"250-still")

    with playing(dripping) as port:
        assert by_mail(port, timeout=5, longest=0.4) == ("SMTPServerDisconnected", False)
        said.set()


def hanging_up(answer: bytes) -> Play:
    def play(line: socket.socket) -> None:
        line.recv(4096)
        line.sendall(answer)

    return play


@pytest.mark.parametrize("play", [hanging_up(b""), hanging_up(b"HTTP/1.1 2"), hanging_up(b"\0\0\n\n"), silent])
def test_a_gateway_that_does_not_answer_properly_is_tried_again(play: Play) -> None:
    with playing(play) as port:
        assert by_sms(port)[1] is False


def test_a_gateway_that_says_yes_and_goes_on_talking_has_said_yes() -> None:
    def talking(line: socket.socket) -> None:
        line.recv(4096)
        line.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 1000000000\r\n\r\n" + bytes(1000))
        silent(line)

    with playing(talking) as port:
        sender = SmsSender(GatewaySettings(url=f"http://127.0.0.1:{port}/messages", read_timeout=5))
        sender.send("0901234567", LETTER, "id")


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (409, True), (410, True), (413, True), (422, True)]
    + [(status, False) for status in (307, 401, 403, 404, 408, 425, 429, 500, 502, 503)],
)
def test_what_a_gateway_says_against_the_letter_is_for_good_and_the_rest_is_not(
    sms: SmsSender, gateway: SmsSink, status: int, *, permanent: bool
) -> None:
    gateway.status = status
    assert code_of(lambda: sms.send("0901234567", LETTER, "id")) == (f"gateway-{status}", permanent)


@pytest.mark.parametrize(("asked", "waits"), [("600", 600), ("99999", 3600), ("9" * 30, 0), ("tomorrow", 0)])
def test_a_gateway_that_asks_for_patience_gets_it_within_bounds(asked: str, waits: int) -> None:
    answer = f"HTTP/1.1 503 X\r\nRetry-After: {asked}\r\nContent-Length: 0\r\n\r\n".encode()
    with playing(hanging_up(answer)) as port:
        sender = SmsSender(GatewaySettings(url=f"http://127.0.0.1:{port}/messages"))
        with pytest.raises(SendError) as failed:
            sender.send("0901234567", LETTER, "id")
    assert failed.value.after == timedelta(seconds=waits)


class Patience:
    """A gateway that asks for ten minutes each time."""

    def send(self, to: str, text: Text, message_id: str) -> None:
        del to, text, message_id
        raise SendError("gateway-503", permanent=False, after=timedelta(minutes=10))


def next_tries(town: Town) -> list[timedelta]:
    with town.database.read() as connection:
        return [at - town.now for at in connection.execute(select(outbox.c.next_at)).scalars()]


def test_tries_are_spread_and_never_sooner_than_asked(town: Town, expect_log: Callable[[str], None]) -> None:
    expect_log("attempt 1: gateway-503")
    town.decide("stop")
    chance = random.Random(5)
    town.gateway.status, town.mail.answer = 503, "451 later"
    expect_log("attempt 1: mail-refused")
    town.worker.run_once()
    email, sms = next_tries(town)
    assert email != sms
    assert all(delay(1) / 2 <= wait <= delay(1) for wait in (email, sms))
    with town.database.write() as connection:
        connection.execute(update(outbox).values(attempts=0, next_at=town.now))
    waiting = dict.fromkeys(Channel, Patience())
    MessageWorker(town.database, waiting, load(), lambda: town.now, chance=chance).run_once()
    assert next_tries(town) == [timedelta(minutes=10)] * 2


def given_up(town: Town) -> list[tuple[str, str | None, int]]:
    return [(letter.id, letter.error, letter.attempts) for letter in undelivered(town.database)]


def messages(town: Town) -> set[MessageState]:
    return {message.state for message in town.guide("stop").messages}


def test_a_letter_given_up_stands_in_the_dossier_and_goes_out_when_an_administrator_wants_it(
    town: Town, expect_log: Callable[[str], None]
) -> None:
    expect_log("sms attempt 1: gateway-422")
    expect_log("email attempt 1: mail-refused")
    town.gateway.status, town.mail.answer = 422, "554 no"
    town.decide("stop")
    town.worker.run_once()
    assert messages(town) == {MessageState.FAILED}
    op_id = "00000000-0000-7000-8000-000000000001"
    assert given_up(town) == [(f"{op_id}.email", "mail-refused", 1), (f"{op_id}.sms", "gateway-422", 1)]
    town.gateway.status, town.mail.answer = 202, "250 OK"
    town.now += timedelta(hours=1)
    assert town.worker.run_once() == 0, "nothing that was given up goes out by itself"
    assert requeue(town.database, f"{op_id}.sms", town.now) == 1
    assert messages(town) == {MessageState.FAILED, MessageState.QUEUED}
    assert town.worker.run_once() == 1
    assert messages(town) == {MessageState.FAILED, MessageState.SENT}
    assert requeue(town.database, op_id, town.now) == 1
    assert requeue(town.database, op_id, town.now) == 0
    assert town.worker.run_once() == 1
    assert messages(town) == {MessageState.SENT}
    assert given_up(town) == []
    assert (len(town.mail.mails), len(town.gateway.messages)) == (1, 1)


class Exacting:
    """A gateway that lets one letter of each id through, and answers as told when it has it."""

    def __init__(self) -> None:
        self.through: dict[str, str] = {}
        self.answer: SendError | None = None

    def send(self, to: str, text: Text, message_id: str) -> None:
        del to
        self.through.setdefault(message_id, text.body)
        if self.answer is not None:
            raise self.answer


@pytest.mark.parametrize("way", ["requeued", "restored"])
def test_a_gateway_that_drops_repeated_ids_lets_through_the_password_that_opens_the_account(
    town: Town, way: str, expect_log: Callable[[str], None]
) -> None:
    expect_log("sms attempt 1: ReadTimeout")
    expect_log("email cannot be sent: no-channel")
    gateway = Exacting()
    worker = MessageWorker(town.database, {Channel.SMS: gateway}, load(), lambda: town.now)
    one = town.decide("match")
    # the letter got through and the answer did not
    gateway.answer = SendError("ReadTimeout", permanent=way == "requeued")
    worker.run_once()
    gateway.answer = None
    if way == "requeued":
        assert requeue(town.database, "00000000-0000-7000-8000-000000000001.sms", town.now) == 1
    else:
        with town.database.write() as connection:
            before = {"state": MessageState.QUEUED.value, "attempts": 0, "next_at": town.now}
            connection.execute(update(outbox).where(outbox.c.channel == Channel.SMS.value).values(before))
    assert worker.run_once() == 1
    passwords = [PASSWORD.findall(text)[0] for text in gateway.through.values()]
    assert len(set(passwords)) == len(passwords) == 2
    assert PasswordHasher().verify(town.password_hash(one) or "", passwords[-1])


def test_the_command_lists_what_was_given_up_and_names_nobody(town: Town, expect_log: Callable[[str], None]) -> None:
    expect_log("sms attempt 1: gateway-422")
    town.gateway.status = 422
    one = town.decide("stop")
    town.worker.run_once()
    command = [sys.executable, "-m", "central_server", "letters", "--database"]
    command.append(f"sqlite:///{town.folder / 'central.db'}")

    def run(*more: str) -> tuple[int, str]:
        ran = subprocess.run([*command, *more], capture_output=True, text=True, timeout=60, check=False)
        assert ran.stderr == ""
        return ran.returncode, ran.stdout

    code, told = run()
    letter_id = "00000000-0000-7000-8000-000000000001.sms"
    assert (code, told.split("  ")[:2]) == (0, [letter_id, one.scope_id])
    assert "gateway-422" in told
    declared = one.declaration
    assert [text for text in (declared.phone, declared.full_name, declared.social_code) if text in told] == []
    assert run("--requeue", letter_id) == (0, "1 to be sent again\n")
    assert given_up(town) == []


def add_letters(database: Database, count: int) -> None:
    data = {"full_name": "NGUYỄN VĂN AN", "social_code": "0123456789", "number": "1/07906", "office": "BHXH"}
    same = {"scope_id": "07906", "kind": "information_updated", "dossier_id": "d", "data": data, "attempts": 0}
    same |= {"state": MessageState.QUEUED.value, "next_at": NOW, "at": NOW}
    ways = ((Channel.SMS, "0901234567"), (Channel.EMAIL, "an@example.com"))
    rows = [
        same | {"op_id": f"00000000-0000-7000-8000-{n:012d}", "channel": channel.value, "address": address}
        for n in range(count)
        for channel, address in ways
    ]
    with database.write() as connection:
        connection.execute(insert(outbox), rows)


def test_two_workers_on_one_postgresql_send_every_letter_once(
    postgres_url: str, mail: SmtpSink, gateway: SmsSink, smtp: SmtpSender
) -> None:
    count = 40
    databases = [Database.open(postgres_url) for _ in range(2)]
    add_letters(databases[0], count)
    start = threading.Barrier(len(databases))
    sent: list[int] = []

    def work(database: Database) -> None:
        sms = SmsSender(GatewaySettings(url=gateway.url))
        worker = MessageWorker(database, {Channel.EMAIL: smtp, Channel.SMS: sms}, load(), utc_now)
        start.wait(20)
        total = 0
        while sent_now := worker.run_once():
            total += sent_now
        sent.append(total)

    threads = [threading.Thread(target=work, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for database in databases:
        database.close()
    assert len({message.id for message in gateway.messages}) == len(gateway.messages) == count
    assert len({str(one["Message-ID"]) for one in mail.mails}) == len(mail.mails) == count
    assert sum(sent) == 2 * count
    assert min(sent) > 0, "both had a share of the work"


def test_a_letter_another_worker_holds_is_passed_over_without_waiting(
    postgres_url: str, gateway: SmsSink, sms: SmsSender, expect_log: Callable[[str], None]
) -> None:
    database = Database.open(postgres_url)
    add_letters(database, 2)
    expect_log("email cannot be sent: no-channel")
    worker = MessageWorker(database, {Channel.SMS: sms}, load(), utc_now)
    held = select(outbox).where(outbox.c.op_id.endswith("0"), outbox.c.channel == "sms").with_for_update()
    with database.write() as connection:
        assert len(connection.execute(held).all()) == 1
        worker.run_once()
        assert {message.id[35] for message in gateway.messages} == {"1"}, "neither of its letters goes by itself"
    wait_until(lambda: worker.run_once() or None)
    assert {message.id[35] for message in gateway.messages} == {"0", "1"}
    database.close()


def test_a_letter_belongs_to_the_worker_that_took_it_for_longer_than_an_attempt_lasts() -> None:
    mail, gateway = SmtpSettings(host="h", port=25, sender=SENDER), GatewaySettings(url="https://h")
    longest = mail.longest + 2 * mail.timeout + gateway.connect_timeout + gateway.longest
    assert timedelta(seconds=2 * longest) < CLAIM
