"""Named bytes, each written once and whole: what the pieces of an unfinished upload lie on."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import Protocol


class BlobStoreError(Exception):
    """The store of pictures does not take or give just now: full, gone, or not answering."""


class Shelf(Protocol):
    """Names are relative paths of letters, digits and slashes that the caller has checked.

    Every method may raise ``BlobStoreError``.
    """

    def create(self, name: str, data: bytes) -> bool:
        """Keep ``data`` for good, all of it or nothing; ``False`` when the name is taken already."""
        ...

    def read(self, name: str) -> bytes | None:
        """Return the bytes, ``None`` when there are none under this name."""
        ...

    def sizes(self, under: str = "") -> dict[str, int]:
        """Return what lies under a name, as whole name → size in bytes."""
        ...

    def remove(self, under: str) -> None:
        """Forget a name, or everything under it; nothing happens when there is nothing."""
        ...


class FolderShelf:
    """A shelf that is a folder. It comes into being with the first name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str, data: bytes) -> bool:
        """Keep ``data`` under ``name`` unless it is taken."""
        path = self._folder / name
        unfinished = path.with_name(f".{secrets.token_hex(8)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with unfinished.open("wb") as file:
                    file.write(data)
                    file.flush()
                    # a name that outlasts a power cut without its bytes would be in the way for ever
                    os.fsync(file.fileno())
                path.hardlink_to(unfinished)
            finally:
                unfinished.unlink(missing_ok=True)
        except FileExistsError:
            return False
        except OSError as error:
            raise BlobStoreError(type(error).__name__) from error
        return True

    def read(self, name: str) -> bytes | None:
        """Return the bytes under ``name``."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def sizes(self, under: str = "") -> dict[str, int]:
        """Return names and sizes of the files under ``under``; half-written ones are not among them."""
        found = {}
        for at, _, names in os.walk(self._folder / under):
            for name in names:
                if not name.startswith("."):
                    path = Path(at, name)
                    try:
                        found[path.relative_to(self._folder).as_posix()] = path.stat().st_size
                    except FileNotFoundError:
                        continue
        return found

    def remove(self, under: str) -> None:
        """Forget a file, or a folder with all that is in it."""
        path = self._folder / under
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
