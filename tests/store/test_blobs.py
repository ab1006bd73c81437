"""Sealed pictures."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.decision import PhotoReplacement
from officer_console.store.store import Store
from tests.store.building import NOW, decision, named

PICTURE = b"\xff\xd8\xff" + b"picture of a face" * 500


def files(path: Path) -> list[Path]:
    return sorted((path.parent / "blobs").iterdir())


def test_a_picture_comes_back_by_its_hash_and_lies_sealed(path: Path, store: Store) -> None:
    sha256 = store.blobs.put(PICTURE)
    assert sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert store.blobs.get(sha256) == PICTURE
    (file,) = files(path)
    assert b"face" not in file.read_bytes()
    assert sha256 not in file.name


def test_an_unknown_hash_gives_nothing(store: Store) -> None:
    assert store.blobs.get("00" * 32) is None


def test_the_same_picture_is_sealed_once_and_another_under_another_key(path: Path, store: Store) -> None:
    assert store.blobs.put(PICTURE) == store.blobs.put(PICTURE)
    assert len(files(path)) == 1
    store.blobs.put(PICTURE + b"!")
    assert len(files(path)) == 2


def test_a_changed_or_exchanged_file_is_as_good_as_lost_and_can_be_sealed_again(
    path: Path, store: Store, expect_log: Callable[[str], None]
) -> None:
    first = store.blobs.put(PICTURE)
    (file,) = files(path)
    sealed = file.read_bytes()
    second = store.blobs.put(PICTURE + b"!")
    (other,) = (found for found in files(path) if found != file)
    expect_log("sealed picture .* is damaged")
    for broken in (bytes([sealed[0] ^ 1]) + sealed[1:], sealed[:-1], b"", other.read_bytes()):
        file.write_bytes(broken)
        assert store.blobs.get(first) is None
    assert store.blobs.get(second) == PICTURE + b"!"

    assert store.blobs.put(PICTURE) == first
    assert store.blobs.get(first) == PICTURE


def test_a_picture_whose_file_was_lost_can_be_sealed_again(path: Path, store: Store) -> None:
    sha256 = store.blobs.put(PICTURE)
    files(path)[0].unlink()
    assert store.blobs.get(sha256) is None
    assert store.blobs.put(PICTURE) == sha256
    assert store.blobs.get(sha256) == PICTURE


DAY = timedelta(days=1, minutes=1)


def age(path: Path) -> None:
    """Make every sealed file more than a day old."""
    for file in files(path):
        os.utime(file, times=((NOW - DAY).timestamp(),) * 2)


def photo_of(sha256: str) -> PhotoReplacement:
    return PhotoReplacement(kind=AttachmentKind.PORTRAIT, sha256=sha256, media_type="image/jpeg", size=1)


def test_sweeping_takes_what_is_old_and_needed_by_nothing(path: Path, store: Store) -> None:
    assert store.blobs.sweep(NOW) == 0
    kept = {
        "shown": store.blobs.put(PICTURE + b"shown", "d-1"),
        "waiting": store.blobs.put(PICTURE + b"waiting", "d-2"),
        "accepted": store.blobs.put(PICTURE + b"accepted", "d-2"),
    }
    dropped = {
        "put aside": store.blobs.put(PICTURE + b"put aside", "d-1"),
        "shown no more": store.blobs.put(PICTURE + b"shown no more", "d-1"),
        "of a dossier that has gone": store.blobs.put(PICTURE + b"gone", "d-9"),
        "of nobody": store.blobs.put(PICTURE),
    }
    shown = Attachment(kind=AttachmentKind.ID_FRONT, sha256=kept["shown"], media_type="image/jpeg", size=1)
    with store.write() as tx:
        tx.dossiers.put([(1, named("d-1", "Lê Lan", attachments=(shown,)))])
        for op_id, dossier_id, sha256 in (
            ("op-1", "d-2", kept["accepted"]),
            ("op-2", "d-2", kept["waiting"]),
            ("op-3", "d-1", dropped["put aside"]),
        ):
            tx.outbox.add(replace(decision(op_id, dossier_id), photos=(photo_of(sha256),)), NOW)
            tx.uploads.add(sha256, "07906", "image/jpeg")
            if op_id == "op-1":
                tx.outbox.accepted(op_id, NOW)
        tx.outbox.refused("op-3", "version-conflict", {}, NOW)
        tx.outbox.resolve("op-3", NOW)
    (path.parent / "blobs" / "orphan").write_bytes(b"left by a crash")
    assert store.blobs.sweep(NOW) == 0
    age(path)
    young = store.blobs.put(PICTURE + b"just taken")

    assert store.blobs.sweep(NOW) == len(dropped) + 1

    assert [name for name, sha256 in dropped.items() if store.blobs.get(sha256) is not None] == []
    assert [name for name, sha256 in kept.items() if store.blobs.get(sha256) is None] == []
    assert store.blobs.get(young) == PICTURE + b"just taken"
    with store.read() as tx:
        assert tx.uploads.waiting(dropped["put aside"], "07906") is None
        assert tx.uploads.waiting(kept["waiting"], "07906") is not None
    assert store.blobs.put(PICTURE) == dropped["of nobody"]
    assert store.blobs.get(dropped["of nobody"]) == PICTURE


def test_a_picture_that_is_wanted_again_stays_another_day(path: Path, store: Store) -> None:
    sha256 = store.blobs.put(PICTURE)
    age(path)

    store.blobs.put(PICTURE)

    assert store.blobs.sweep(NOW) == 0
    assert store.blobs.get(sha256) == PICTURE
