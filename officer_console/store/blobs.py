"""Pictures and signed papers as sealed files: AES-256-GCM, a random key and a random name for each.

Both are only in the sealed database.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import secrets
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import BlobRow, UploadRow
from officer_console.store.captures import Captures
from officer_console.store.dossiers import Dossiers
from officer_console.store.drafts import Drafts
from officer_console.store.errors import FULL, NO_SPACE_ERRORS, UNWRITABLE, StoreError
from officer_console.store.fingerprints import Fingerprints
from officer_console.store.keys import sync_folder
from officer_console.store.outbox import Outbox
from officer_console.store.sheets import Sheets
from officer_console.store.signed import SignedPapers

log = logging.getLogger(__name__)

KEPT_ANYWAY = timedelta(days=1)
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

    def put(self, data: bytes, dossier_id: str | None = None) -> str:
        """Seal ``data`` and return its SHA-256 (64 hex digits). What is here whole is not written twice.

        ``dossier_id`` is the dossier it belongs to: the picture stays as long as that names it.

        Raises:
            StoreError: ``store-full``, ``store-unwritable``: nothing was kept.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if self.get(sha256) is not None:
            self._claim(sha256, dossier_id)
            return sha256
        key = AESGCM.generate_key(_KEY_BITS)
        name = secrets.token_hex(16)
        try:
            self._seal(name, AESGCM(key).encrypt(_NONCE, data, sha256.encode()))
        except OSError as error:
            (self._folder / name).unlink(missing_ok=True)
            raise StoreError(FULL if error.errno in NO_SPACE_ERRORS else UNWRITABLE) from None
        values = {"sha256": sha256, "name": name, "key": key, "size": len(data), "dossier_id": dossier_id}
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

    def sweep(self, now: datetime) -> int:
        """Delete the files nothing needs any more and return how many; ``now`` is aware.

        A picture is needed by a decision that was not put aside, by a draft, by what may be taken back, by a signed
        sheet, and by the dossier it belongs to as long as that names it; a paper that was signed always. Nothing
        younger than a day goes: the officer may be about to use it, or it may just be written.
        """
        old = self._older_than(now - KEPT_ANYWAY)
        with self._write() as connection:
            Captures(connection).tidy(now - KEPT_ANYWAY)
            Fingerprints(connection).tidy()
            needed, dossiers = _needed(connection), Dossiers(connection)
            for row in connection.execute(select(BlobRow.sha256, BlobRow.name, BlobRow.dossier_id)).all():
                if row.name not in old:
                    continue
                if row.sha256 in needed or row.sha256 in _pictures_of(dossiers, row.dossier_id):
                    old.remove(row.name)
                    continue
                connection.execute(delete(BlobRow).where(BlobRow.sha256 == row.sha256))
                connection.execute(delete(UploadRow).where(UploadRow.sha256 == row.sha256))
        for name in old:
            (self._folder / name).unlink(missing_ok=True)
        return len(old)

    def drop(self, pictures: Collection[str]) -> None:
        """Delete those of ``pictures`` (SHA-256 each) that nothing needs, however young: what came of nothing."""
        gone: set[str] = set()
        with self._write() as connection:
            needed, dossiers = _needed(connection), Dossiers(connection)
            rows = select(BlobRow.sha256, BlobRow.name, BlobRow.dossier_id).where(BlobRow.sha256.in_(pictures))
            for row in connection.execute(rows).all():
                if row.sha256 not in needed and row.sha256 not in _pictures_of(dossiers, row.dossier_id):
                    connection.execute(delete(BlobRow).where(BlobRow.sha256 == row.sha256))
                    gone.add(row.name)
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)

    def _older_than(self, time: datetime) -> set[str]:
        if not self._folder.is_dir():
            return set()
        limit = time.timestamp()
        return {path.name for path in self._folder.iterdir() if path.stat().st_mtime < limit}

    def _claim(self, sha256: str, dossier_id: str | None) -> None:
        """Begin the day anew for a picture that is wanted again, and remember by whom."""
        with self._write() as connection:
            wanted = BlobRow.sha256 == sha256
            if dossier_id is not None:
                connection.execute(update(BlobRow).where(wanted).values(dossier_id=dossier_id))
            name = connection.execute(select(BlobRow.name).where(wanted)).scalar_one()
        os.utime(self._folder / name)

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


def _needed(connection: Connection) -> set[str]:
    """Return the pictures that the officer's own work names."""
    naming = (
        Outbox(connection),
        Drafts(connection),
        Captures(connection),
        Sheets(connection),
        SignedPapers(connection),
    )
    return set().union(*(each.pictures() for each in naming))


def _pictures_of(dossiers: Dossiers, dossier_id: str | None) -> set[str]:
    dossier = dossiers.get(dossier_id) if dossier_id is not None else None
    if dossier is None:
        return set()
    return {picture.sha256 for picture in dossier.attachments} | {notice.sha256 for notice in dossier.notices}
