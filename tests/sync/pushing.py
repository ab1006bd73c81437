"""What the tests of sending share: dossiers at central, a desk that sends as the program does."""

from __future__ import annotations

from typing import Any

import zstandard

from officer_console.background.senders import Senders
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import PhotoReplacement
from officer_console.domain.dossier import Dossier
from officer_console.store.outbox import OutboxCounts
from officer_console.sync.engine import SyncEngine
from tests import builders
from tests.central.process import Central
from tests.faults.workplace import Workplace, never

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


def at_once(desk: Workplace, senders: Senders) -> SyncEngine:
    """Return the desk's engine as the program has it: with threads that send."""
    return desk.engine_over(desk.client, executor=senders)


def counts(desk: Workplace) -> OutboxCounts:
    with desk.store.read() as tx:
        return tx.outbox.counts()


def photo_of(desk: Workplace, data: bytes) -> PhotoReplacement:
    """Seal a picture on the desk, as it is after the gate."""
    return PhotoReplacement(
        kind=AttachmentKind.PORTRAIT, sha256=desk.store.blobs.put(data), media_type="image/jpeg", size=len(data)
    )
