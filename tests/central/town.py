"""A central with the guide's dossiers, real receivers of its letters, and a clock that the test moves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from central_server.blobs import BlobFolder
from central_server.database import Database
from central_server.decide import Deciding
from central_server.messages.channels import GatewaySettings, SmsSender, SmtpSender, SmtpSettings
from central_server.messages.sinks import SmsSink, SmtpSink
from central_server.messages.templates import load
from central_server.messages.worker import MessageWorker
from central_server.reference import default_folder, load_references
from central_server.registry import SqlRegistry
from central_server.schema import account, dossier, outbox
from central_server.seed import plant
from central_server.seed.accounts import desk_officers
from central_server.seed.guide import GUIDE, GUIDE_OFFICE
from officer_console.central import wire
from officer_console.domain.decision import Decision, Ticks, Verdict
from officer_console.domain.dossier import Dossier, number_key
from officer_console.domain.message import Channel

SENDER = "khong-tra-loi@bhxh.example"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PASSWORD = re.compile(r"(?:Mat khau|Mật khẩu lần đầu): (\S{10})")


@dataclass(slots=True, kw_only=True)
class Town:
    """A central with the guide's dossiers, a mail server, an SMS gateway and a clock that the test moves."""

    database: Database
    folder: Path
    mail: SmtpSink
    gateway: SmsSink
    worker: MessageWorker
    now: datetime = NOW
    decided: int = 0
    deciding: Deciding = field(init=False)

    def guide(self, outcome: str) -> Dossier:
        """Return the guide's dossier as it stands now."""
        with self.database.read() as connection:
            rows = connection.execute(select(dossier.c.doc).where(dossier.c.scope_id == GUIDE_OFFICE)).scalars().all()
        found = (wire.decode(row, Dossier) for row in rows)
        return next(one for one in found if number_key(one.number) == GUIDE[outcome])

    def decide(self, outcome: str, verdict: Verdict = Verdict.VALID, **fields: object) -> Dossier:
        """Let an officer decide on a guide's dossier; returns the dossier afterwards."""
        one = self.guide(outcome)
        self.decided += 1
        decision = Decision(
            op_id=f"00000000-0000-7000-8000-{self.decided:012d}",
            dossier_id=one.id,
            scope_id=one.scope_id,
            base_version=one.version,
            verdict=verdict,
            ticks=Ticks(original_compared=True, signed_form_received=True),
            change_confirmed=True,
            decided_at=self.now,
            **fields,
        )
        officer = desk_officers(GUIDE_OFFICE)[0]
        self.deciding.decide(officer, decision, wire.etag(self.database.epoch, one.version))
        return self.guide(outcome)

    def password_hash(self, one: Dossier) -> str | None:
        """Return what the citizen's account holds."""
        with self.database.read() as connection:
            return connection.execute(
                select(account.c.password_hash).where(account.c.social_code == one.declaration.social_code)
            ).scalar_one()

    def states(self, one: Dossier) -> dict[str, str]:
        """Return channel → state of the outbox rows of the dossier."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(outbox.c.channel, outbox.c.state).where(outbox.c.dossier_id == one.id)
            ).all()
        return {row.channel: row.state for row in rows}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with the guide's dossiers, to be copied."""
    folder = tmp_path_factory.mktemp("planted")
    database = Database.open(f"sqlite:///{folder / 'central.db'}")
    plant(database, BlobFolder(folder / "blobs"), seed=7, dossiers=12, persons=30, now=NOW)
    database.close()
    return folder / "central.db"


@pytest.fixture
def mail() -> Iterator[SmtpSink]:
    sink = SmtpSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def gateway() -> Iterator[SmsSink]:
    sink = SmsSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def smtp(mail: SmtpSink) -> SmtpSender:
    """A sender to the mail server, which has no TLS."""
    return SmtpSender(SmtpSettings(host="127.0.0.1", port=mail.port, sender=SENDER, starttls=False))


@pytest.fixture
def sms(gateway: SmsSink) -> SmsSender:
    """A sender to the gateway."""
    return SmsSender(GatewaySettings(url=gateway.url))


@pytest.fixture
def town(
    planted: Path, tmp_path: Path, mail: SmtpSink, gateway: SmsSink, smtp: SmtpSender, sms: SmsSender
) -> Iterator[Town]:
    shutil.copy(planted, tmp_path)
    database = Database.open(f"sqlite:///{tmp_path / planted.name}")
    channels = {Channel.EMAIL: smtp, Channel.SMS: sms}
    worker = MessageWorker(database, channels, load(), lambda: town.now, max_attempts=3)
    town = Town(database=database, folder=tmp_path, mail=mail, gateway=gateway, worker=worker)
    references = load_references(default_folder(), database)
    town.deciding = Deciding(
        database, BlobFolder(tmp_path / "blobs"), SqlRegistry(database), references, lambda: town.now
    )
    yield town
    database.close()


def mail_text(town: Town, n: int = -1) -> str:
    """Return the text of one mail with its quoted-printable undone."""
    return str(town.mail.mails[n].get_content())
