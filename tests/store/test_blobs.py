"""Sealed pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from officer_console.store.store import Store

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


def test_sweeping_takes_only_files_no_row_knows(path: Path, store: Store) -> None:
    assert store.blobs.sweep() == 0
    sha256 = store.blobs.put(PICTURE)
    (path.parent / "blobs" / "orphan").write_bytes(b"left by a crash")
    assert store.blobs.sweep() == 1
    assert store.blobs.get(sha256) == PICTURE
