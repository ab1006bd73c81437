"""Letters of a dossier that moves: each goes out, and the dossier in its new office tells how far it came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import RowMapping, select

from central_server import feed, moves
from central_server.blobs import BlobFolder
from central_server.database import Database
from central_server.decide import Deciding
from central_server.messages.channels import SendError
from central_server.messages.templates import Text, load
from central_server.messages.undelivered import requeue
from central_server.messages.worker import MessageWorker
from central_server.reference import default_folder, load_references
from central_server.registry import RegistryRecord
from central_server.schema import outbox
from central_server.times import utc_now
from officer_console.central import wire
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.message import Channel, MessageState
from tests import builders

THERE = "07907"
BOTH_WAYS = pytest.mark.parametrize("apart", [False, True], ids=["at once", "step by step"])


class Nobody:
    """A registry that knows nobody."""

    def look_up(self, social_code: str) -> Sequence[RegistryRecord]:  # noqa: ARG002 - nobody under any code
        """Return nobody."""
        return ()


class Outside:
    """The line to the citizens: keeps what went out; ``meanwhile`` happens while a letter is handed over."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.sent: list[tuple[str, str]] = []
        self.meanwhile = meanwhile
        self.refuses = False

    def send(self, address: str, text: Text, message_id: str) -> None:  # noqa: ARG002 - signature of a sender
        """Take a letter."""
        if self.refuses:
            raise SendError("refused", permanent=True)
        self.sent.append((address, message_id))
        self.meanwhile()


def refused(database: Database, folder: Path) -> Dossier:
    """Return a dossier that was refused and whose citizen is to be told by SMS and e-mail."""
    about = builders.dossier(1)
    with database.write() as connection:
        for scope in (about.scope_id, THERE):
            feed.ensure_scope(connection, scope, database.epoch)
        feed.add(connection, about.scope_id, (about,))
    references = load_references(default_folder(), database)
    deciding = Deciding(database, BlobFolder(folder / "blobs"), Nobody(), references, utc_now)
    decision = builders.decision(about, verdict=Verdict.INVALID)
    deciding.decide(builders.officer(), decision, wire.etag(database.epoch, about.version))
    return about


def move(database: Database, about: Dossier, *, apart: bool) -> None:
    order = moves.Order(dossier_id=about.id, here=about.scope_id, there=THERE, who="quan.tri", reason="Sai cơ quan")
    moves.move(database, order, utc_now(), apart=apart)


def worker(database: Database, outside: Outside) -> MessageWorker:
    return MessageWorker(database, dict.fromkeys(Channel, outside), load(), utc_now)


def rows_of(database: Database) -> Sequence[RowMapping]:
    with database.read() as connection:
        return connection.execute(select(outbox).order_by(outbox.c.channel)).mappings().all()


def told(database: Database, about: Dossier) -> set[MessageState]:
    """Return what the dossier in its new office says of its letters."""
    with database.read() as connection:
        stored = feed.load(connection, THERE, about.id)
    assert stored is not None
    assert stored.dossier is not None
    return {message.state for message in stored.dossier.messages}


@BOTH_WAYS
def test_letters_that_wait_go_out_from_the_new_office(database: Database, tmp_path: Path, *, apart: bool) -> None:
    about = refused(database, tmp_path)
    before = rows_of(database)
    move(database, about, apart=apart)
    here = [row for row in rows_of(database) if row["scope_id"] == THERE]
    assert here == [{**row, "scope_id": THERE} for row in before]
    outside = Outside()
    assert worker(database, outside).run_once() == 2
    assert len(outside.sent) == 2
    assert told(database, about) == {MessageState.SENT}


@BOTH_WAYS
def test_a_letter_that_is_being_handed_over_when_its_dossier_moves_is_not_sent_again(
    database: Database, tmp_path: Path, *, apart: bool
) -> None:
    about = refused(database, tmp_path)
    outside = Outside()

    def once() -> None:
        outside.meanwhile = lambda: None
        move(database, about, apart=apart)

    outside.meanwhile = once
    sends = worker(database, outside)
    assert sends.run_once() == 2
    assert sends.run_once() == 0
    assert len(outside.sent) == 2
    # between two servers the old office holds its own for good
    held = {(about.scope_id, "moved")} if apart else set()
    assert {(row["scope_id"], row["state"]) for row in rows_of(database)} == {(THERE, "sent")} | held
    assert told(database, about) == {MessageState.SENT}


@BOTH_WAYS
def test_a_letter_that_was_given_up_is_tried_again_from_the_new_office(
    database: Database, tmp_path: Path, expect_log: Callable[[str], None], *, apart: bool
) -> None:
    about = refused(database, tmp_path)
    outside = Outside()
    outside.refuses = True
    expect_log("refused")
    worker(database, outside).run_once()
    move(database, about, apart=apart)
    assert told(database, about) == {MessageState.FAILED}
    assert requeue(database, rows_of(database)[0]["op_id"], utc_now()) == 2
    assert told(database, about) == {MessageState.QUEUED}
    outside.refuses = False
    assert worker(database, outside).run_once() == 2
    assert told(database, about) == {MessageState.SENT}
