"""Pictures and signed notices named by the SHA-256 of their bytes. Central stores and hands out; it decodes none."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from central_server.shelves import BlobStoreError, FolderShelf, Shelf
from officer_console.domain import notice

__all__ = ["BlobFolder", "BlobStore", "BlobStoreError", "open_blobs", "settle"]

BLOB_LIMIT = 12 * 1024 * 1024
# How pictures begin, and all that is kept: a signed notice is no picture.
MAGIC: dict[str, bytes] = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
KEPT = MAGIC | {notice.MEDIA_TYPE: b"%PDF-"}
S3_SCHEME = "s3://"
STAGING = ".uploads"


def limit_of(media_type: str) -> int:
    """Return how many bytes there may be of a type of ``KEPT``."""
    return notice.SIZE_LIMIT if media_type == notice.MEDIA_TYPE else BLOB_LIMIT


class BlobStore(Protocol):
    """Where pictures are kept. Every method may raise ``BlobStoreError``."""

    @property
    def staging(self) -> Shelf:
        """Where the pieces of unfinished uploads lie."""
        ...

    def put(self, data: bytes) -> str:
        """Keep ``data`` for good and return its SHA-256 as 64 lower-case hex digits."""
        ...

    def has(self, sha256: str) -> bool:
        """Whether the bytes are there."""
        ...

    def get(self, sha256: str) -> bytes | None:
        """Return the bytes, ``None`` when there are none under this name."""
        ...


def open_blobs(where: str, s3_endpoint: str | None = None) -> BlobStore:
    """Return the store at ``where``: a folder's path or ``s3://bucket/prefix``.

    ``s3_endpoint`` is the URL of an S3 store that is not Amazon's.

    Raises:
        ValueError: the bucket's address is malformed, or the endpoint stands beside a folder.
    """
    if where.startswith(S3_SCHEME):
        # only a central with such a store needs its client
        from central_server.s3 import open_s3

        return open_s3(where, s3_endpoint)
    if s3_endpoint is not None:
        raise ValueError("--s3-endpoint goes with --blobs s3://bucket/prefix")
    return BlobFolder(Path(where))


def settle(folder: Path) -> None:
    """Make a folder's names outlast a power cut. Windows keeps its names by itself and opens no folder."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class BlobFolder:
    """A folder of pictures, two levels deep."""

    def __init__(self, folder: Path, settle: Callable[[Path], None] = settle) -> None:
        """``settle`` makes what was named in a folder last."""
        self._folder = folder
        self._settle = settle
        self.staging: Shelf = FolderShelf(folder / STAGING)
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Keep ``data`` for good and return its SHA-256 as 64 lower-case hex digits.

        Raises:
            BlobStoreError: the disk is full or not to be written on; nothing was kept.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            self._put(self.path(sha256), data)
        except OSError as error:
            raise BlobStoreError(type(error).__name__) from error
        return sha256

    def _put(self, path: Path, data: bytes) -> None:
        if path.exists():
            # whoever put it there may have died before its name was safe
            self._settle(path.parent)
            return
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True)
            self._settle(self._folder)
        unfinished = path.with_name(f".{secrets.token_hex(8)}")
        try:
            with unfinished.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
            self._settle(path.parent)
        finally:
            unfinished.unlink(missing_ok=True)

    def has(self, sha256: str) -> bool:
        """Whether the bytes are there."""
        return self.path(sha256).is_file()

    def get(self, sha256: str) -> bytes | None:
        """Return the bytes, ``None`` when there are none under this name."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def path(self, sha256: str) -> Path:
        """Return where the picture of this hash lies; ``sha256`` must be hex digits (the caller has checked)."""
        return self._folder / sha256[:2] / sha256
