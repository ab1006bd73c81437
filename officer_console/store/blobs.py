"""Pictures as sealed files: AES-256-GCM, a random key and a random name for each, both only in the sealed database."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import BlobRow
from officer_console.store.errors import FULL, NO_SPACE_ERRORS, UNWRITABLE, StoreError
from officer_console.store.keys import sync_folder

log = logging.getLogger(__name__)

_KEY_BITS = 256
# The key seals one file and is never used again, so one fixed nonce is enough.
_NONCE = bytes(12)

Begin = Callable[[], AbstractContextManager[Connection]]


class Blobs:
    """The sealed files in ``folder``; each call is a transaction of its own, so never make one inside another."""

    def __init__(self, folder: Path, read: Begin, write: Begin) -> None:
        self._folder = folder
        self._read = read
        self._write = write

    def put(self, data: bytes) -> str:
        """Seal ``data`` and return its SHA-256 (64 hex digits). What is here whole is not written twice.

        Raises:
            StoreError: ``store-full``, ``store-unwritable``: nothing was kept.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if self.get(sha256) is not None:
            return sha256
        key = AESGCM.generate_key(_KEY_BITS)
        name = secrets.token_hex(16)
        try:
            self._seal(name, AESGCM(key).encrypt(_NONCE, data, sha256.encode()))
        except OSError as error:
            (self._folder / name).unlink(missing_ok=True)
            raise StoreError(FULL if error.errno in NO_SPACE_ERRORS else UNWRITABLE) from None
        values = {"sha256": sha256, "name": name, "key": key, "size": len(data)}
        with self._write() as connection:
            connection.execute(
                insert(BlobRow).values(values).on_conflict_do_update(index_elements=[BlobRow.sha256], set_=values)
            )
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """Return the bytes, ``None`` when they are not here, or not as they were sealed: then they are as good as lost.

        Raises:
            StoreError: ``store-unwritable`` when the file cannot be read just now.
        """
        with self._read() as connection:
            row = connection.execute(select(BlobRow.name, BlobRow.key).where(BlobRow.sha256 == sha256)).one_or_none()
        if row is None:
            return None
        try:
            sealed = (self._folder / row.name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno == errno.EIO:
                _tell_damaged(sha256)
                return None
            raise StoreError(UNWRITABLE) from None
        try:
            return AESGCM(row.key).decrypt(_NONCE, sealed, sha256.encode())
        except InvalidTag:
            _tell_damaged(sha256)
            return None

    def sweep(self) -> int:
        """Delete files no row knows (a crash between file and row leaves one); return how many."""
        with self._read() as connection:
            known = set(connection.scalars(select(BlobRow.name)))
        if not self._folder.is_dir():
            return 0
        orphans = [path for path in self._folder.iterdir() if path.name not in known]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)

    def _seal(self, name: str, sealed: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self._folder)


def _tell_damaged(sha256: str) -> None:
    log.warning("sealed picture %s is damaged", sha256[:8])
