"""Letters say what is so: the obstacle that stands, to the account's holder as well, and nothing that is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from central_server import feed, jobs, schema
from central_server.blobs import BlobFolder
from central_server.database import Database
from central_server.decide import Deciding
from central_server.messages.channels import SendError
from central_server.messages.templates import Text, load
from central_server.messages.undelivered import requeue, undelivered
from central_server.messages.worker import MessageWorker
from central_server.reference import default_folder, load_references
from central_server.registry import RegistryRecord, RegistrySilentError
from officer_console.central import wire
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.message import Channel, Message
from tests import builders

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
TODAY = NOW.date()


class Registry:
    """A household registry that knows one name under every code, or is silent."""

    def __init__(self) -> None:
        self.name: str | None = builders.declaration().full_name

    def look_up(self, _social_code: str, /) -> Sequence[RegistryRecord]:
        if self.name is None:
            raise RegistrySilentError
        return [RegistryRecord(full_name=self.name, birth="1990-01-01")]


class Post:
    """Takes every letter, or fails as it is told; ``meanwhile`` is done while a letter is being handed over."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Text]] = []
        self.failure: SendError | None = None
        self.meanwhile: list[Callable[[], object]] = []

    def send(self, to: str, text: Text, _message_id: str) -> None:
        while self.meanwhile:
            self.meanwhile.pop()()
        if self.failure is not None:
            raise self.failure
        self.sent.append((to, text))


class Office:
    """An office at a central without a server, with its registry and its post."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.registry, self.post, self.now = database, Registry(), Post(), NOW
        self.references = load_references(default_folder(), database)
        self.deciding = Deciding(
            database, BlobFolder(folder / "blobs"), self.registry, self.references, lambda: self.now
        )
        self.worker = MessageWorker(database, dict.fromkeys(Channel, self.post), load(), lambda: self.now)

    def plant(self, about: Dossier) -> Dossier:
        with self.database.write() as connection:
            feed.ensure_scope(connection, builders.SCOPE, self.database.epoch)
            feed.add(connection, builders.SCOPE, [about])
        return about

    def open_account(self, social_code: str, phone: str, email: str | None = None) -> None:
        values = {"social_code": social_code, "phone": phone, "email": email, "state": "active", "must_change": False}
        with self.database.write() as connection:
            connection.execute(insert(schema.account).values(values))

    def dossier(self, about: Dossier) -> Dossier:
        with self.database.read() as connection:
            stored = feed.load(connection, about.scope_id, about.id)
        assert stored is not None
        assert stored.dossier is not None
        return stored.dossier

    def decide(self, about: Dossier, **fields: object) -> Dossier:
        now = self.dossier(about)
        decision = builders.decision(now, **fields)
        self.deciding.decide(builders.officer(), decision, wire.etag(self.database.epoch, now.version))
        return self.dossier(about)

    def hear(self, about: Dossier, name: str) -> Dossier:
        """Let the registry answer at last."""
        self.registry.name = name
        self.now += timedelta(minutes=5)
        assert jobs.ask_again(self.database, self.registry, self.references, lambda: self.now) == 1
        return self.dossier(about)

    def states(self, about: Dossier) -> list[tuple[str, str, bool]]:
        return [(message.kind.value, message.state.value, message.replaced) for message in self.dossier(about).messages]

    def rows(self) -> list[tuple[str, str, str]]:
        query = select(schema.outbox.c.kind, schema.outbox.c.channel, schema.outbox.c.state)
        with self.database.read() as connection:
            return sorted((row.kind, row.channel, row.state) for row in connection.execute(query))

    def texts(self) -> list[str]:
        return [text.body for _, text in self.post.sent]


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path)


@dataclass(frozen=True)
class Obstacle:
    """What came in the way while the registry was silent, and words of the letters about it."""

    code: str
    kind: DossierKind
    taken: tuple[str, str] | None
    words: str


DECLARED = builders.declaration(1)
OBSTACLES = [
    Obstacle("account-exists", DossierKind.REGISTER, (DECLARED.social_code, "0811111111"), "đã có tài khoản đang dùng"),
    Obstacle("phone-taken", DossierKind.REGISTER, ("7999999999", DECLARED.phone), "khai lại với số điện thoại khác"),
    Obstacle("account-missing", DossierKind.STOP, None, "không có tài khoản đang hoạt động"),
]


@pytest.mark.parametrize("on_record", [DECLARED.full_name, "Đặng Thị Hòả"], ids=["same name", "other marks"])
@pytest.mark.parametrize("obstacle", OBSTACLES, ids=[obstacle.code for obstacle in OBSTACLES])
def test_who_waits_because_of_an_account_is_told_so_and_nothing_about_his_name_or_code(
    office: Office, obstacle: Obstacle, on_record: str
) -> None:
    about = office.plant(builders.dossier(1, kind=obstacle.kind, declared_on=TODAY))
    if obstacle.taken is None:
        office.open_account(DECLARED.social_code, DECLARED.phone)
    office.registry.name = None
    assert office.decide(about, marks_confirmed=True, note="Đã đối chiếu").status is Status.CHECKING
    if obstacle.taken is None:
        with office.database.write() as connection:
            connection.execute(schema.account.delete())
    else:
        office.open_account(*obstacle.taken)
    after = office.hear(about, on_record)
    assert (after.status, after.obstacle) == (Status.AWAITING_REGISTRY, obstacle.code)
    assert office.worker.run_once() == 2
    mail, sms = office.texts()
    assert obstacle.words in mail
    assert "chua duyet duoc: " in sms
    assert [word for word in ("TK1-TS", "dấu", "dau so", "được cấp hoặc điều chỉnh mã số") if word in mail + sms] == []


def test_the_holder_of_an_account_learns_of_a_change_where_he_was_reached_before(office: Office) -> None:
    was = builders.declaration(1, phone="0900000001", email="chu@example.vn")
    new = builders.declaration(1, full_name="Đặng Thị Hoà", phone="0999999999", email="khac@example.vn")
    about = office.plant(builders.dossier(1, kind=DossierKind.CHANGE, declaration=new, previous=was, declared_on=TODAY))
    office.open_account(was.social_code, was.phone, was.email)
    decided = office.decide(about)
    assert decided.status is Status.APPROVED
    told = [(message.channel.value, message.to, message.former) for message in decided.messages]
    assert told == [
        ("sms", "09•••••999", False),
        ("email", "k•••@example.vn", False),
        ("sms", "09•••••001", True),
        ("email", "c•••@example.vn", True),
    ]
    assert office.worker.run_once() == 4
    by_address = {to: text.body for to, text in office.post.sent}
    assert by_address.keys() == {"0999999999", "khac@example.vn", "0900000001", "chu@example.vn"}
    for address in ("0900000001", "chu@example.vn"):
        assert "goi ngay" in by_address[address] or "xin gọi ngay" in by_address[address]
        assert [new for new in ("0999999999", "khac@example.vn") if new in by_address[address]] == []
    assert {state for _, state, _ in office.states(about)} == {"sent"}


def test_the_holder_of_an_account_learns_of_its_end_where_he_was_reached_before(office: Office) -> None:
    stop = builders.declaration(1, phone="0999999999", email=None)
    about = office.plant(builders.dossier(1, kind=DossierKind.STOP, declaration=stop, declared_on=TODAY))
    office.open_account(stop.social_code, "0900000001", "chu@example.vn")
    office.decide(about)
    assert office.worker.run_once() == 3
    assert {to for to, _ in office.post.sent} == {"0999999999", "0900000001", "chu@example.vn"}


def test_who_is_reached_as_before_is_written_to_once(office: Office) -> None:
    about = office.plant(builders.dossier(1, kind=DossierKind.STOP, declared_on=TODAY))
    office.open_account(DECLARED.social_code, DECLARED.phone, (DECLARED.email or "").upper())
    office.decide(about)
    assert office.worker.run_once() == 2


def test_a_letter_that_a_newer_one_replaces_is_never_sent(office: Office, expect_log: Callable[[str], None]) -> None:
    expect_log("attempt 1: gateway-503")
    about = office.plant(builders.dossier(1, declared_on=TODAY))
    office.registry.name = "Đặng Thị Hòả"
    assert office.decide(about).status is Status.AWAITING_REGISTRY
    office.post.failure = SendError("gateway-503", permanent=False)
    office.worker.run_once()
    office.post.failure = None
    office.registry.name = DECLARED.full_name
    assert office.decide(about).status is Status.APPROVED
    replaced, issued = ("awaiting_registry", "failed", True), ("account_issued", "queued", False)
    assert office.states(about) == [replaced, replaced, issued, issued]
    assert office.worker.run_once() == 2
    office.now += timedelta(days=1)
    assert office.worker.run_once() == 0
    assert [text for text in office.texts() if "duyet duoc" in text or "duyệt được" in text] == []
    assert ("awaiting_registry", "sms", "replaced") in office.rows()
    assert list(undelivered(office.database)) == []
    with office.database.read() as connection:
        trail = [wire.decode(body, dict) for body in connection.execute(select(schema.audit.c.body)).scalars()]
    assert [entry["letters_replaced"].count(",") for entry in trail if "letters_replaced" in entry] == [1]


def test_a_letter_given_up_is_not_tried_again_once_a_newer_one_says_otherwise(
    office: Office, expect_log: Callable[[str], None]
) -> None:
    expect_log("attempt 1: gateway-422")
    about = office.plant(builders.dossier(1, declared_on=TODAY))
    office.registry.name = "Trần Văn Bình"
    first = office.decide(about)
    office.post.failure = SendError("gateway-422", permanent=True)
    office.worker.run_once()
    assert len(list(undelivered(office.database))) == 2
    office.post.failure = None
    office.decide(about, verdict=Verdict.INVALID)
    assert first.judgement is not None
    assert requeue(office.database, first.judgement.op_id, office.now) == 0
    assert office.worker.run_once() == 2
    assert len(office.texts()) == 2


def test_a_letter_that_went_out_while_it_was_being_replaced_is_shown_as_sent(office: Office) -> None:
    about = office.plant(builders.dossier(1, declaration=replace(DECLARED, email=None), declared_on=TODAY))
    office.registry.name = "Trần Văn Bình"
    office.decide(about)
    office.post.meanwhile.append(lambda: office.decide(about, verdict=Verdict.INVALID))
    assert office.worker.run_once() == 1
    assert office.states(about) == [("awaiting_registry", "sent", False), ("refused", "queued", False)]


def test_of_two_letters_of_one_kind_each_shows_what_became_of_itself(
    office: Office, expect_log: Callable[[str], None]
) -> None:
    expect_log("attempt 1: gateway-422")
    about = office.plant(builders.dossier(1, declaration=replace(DECLARED, email=None), declared_on=TODAY))
    office.registry.name = "Trần Văn Bình"
    office.decide(about)
    # The first one is taken by a worker; before it says how it went, the second one of the same kind is there.
    office.post.meanwhile.append(lambda: office.decide(about))
    office.worker.run_once()
    first, second = office.dossier(about).messages
    assert (first.state.value, second.state.value) == ("sent", "queued")
    assert ids(first, second) == 2
    office.post.failure = SendError("gateway-422", permanent=True)
    office.worker.run_once()
    assert [state for _, state, _ in office.states(about)] == ["sent", "failed"]


def ids(*messages: Message) -> int:
    return len({message.id for message in messages if message.id})
