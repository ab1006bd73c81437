"""Pictures as files named by the SHA-256 of their bytes. Central stores and hands out; it never decodes a picture."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

BLOB_LIMIT = 12 * 1024 * 1024
MAGIC: dict[str, bytes] = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}


class BlobFolder:
    """A folder of pictures, two levels deep."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Keep ``data`` for good and return its SHA-256 as 64 lower-case hex digits."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        if path.exists():
            return sha256
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_name(f".{secrets.token_hex(8)}")
        try:
            with unfinished.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """Return the bytes, ``None`` when there are none under this name."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def path(self, sha256: str) -> Path:
        """Return where the picture of this hash lies; ``sha256`` must be hex digits (the caller has checked)."""
        return self._folder / sha256[:2] / sha256
