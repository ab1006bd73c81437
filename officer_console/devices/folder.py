"""The driver for a watched folder, to which a copier scans. Imported in the worker process only: a share may hang."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from officer_console import page_bytes
from officer_console.devices import whole
from officer_console.devices.profile import After
from officer_console.devices.scanner import Capabilities, Colour, Device, DeviceError, Fault, Page, Settings, Source
from officer_console.devices.taken import Taken

ENDINGS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".pdf")
ENTRIES_LIMIT = 20_000
PAGES_LIMIT = 200
SETTLE_SECONDS = 1.0
PATIENCE_SECONDS = 20.0
GLANCE_SECONDS = 0.1
ACCEPTED = "accepted"
REPARSE_POINT = 0x400
READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it stood in the folder."""

    name: str
    size: int
    changed_ns: int
    inode: int


class FolderScanner:
    """A folder behind the protocol of drivers; a device is named ``keep:``, ``move:`` or ``remove:`` and its path.

    A file is given as a page when it is whole and was never accepted before, oldest first. Only an accepted page is
    remembered (by name and content) and, as the name of the device says, moved to ``accepted`` or removed. Links are
    not followed. Resolution, colours and size are the copier's.
    """

    def __init__(
        self,
        memory: str | None = None,
        *,
        settle: float = SETTLE_SECONDS,
        patience: float = PATIENCE_SECONDS,
        bytes_limit: int = page_bytes.RAW_BYTES_LIMIT,
    ) -> None:
        self._taken = Taken(Path(memory) if memory else None)
        self._settle = settle
        self._patience = patience
        self._bytes_limit = bytes_limit
        self._given: dict[tuple[str, str], list[_Seen]] = {}
        self._broken: set[str] = set()
        self.moved: Callable[[float], None] = _nobody

    def devices(self) -> Sequence[Device]:
        """Return nothing: a folder is a device only where a profile names it."""
        return ()

    def capabilities(self, device_id: str) -> Capabilities:
        """Return that pages come one after the other; raises DeviceError when there is no such folder."""
        _folder(device_id)
        return Capabilities(sources=(Source.FEEDER,), dpis=(), colours=tuple(Colour), width_mm=210.0, height_mm=297.0)

    def scan(self, device_id: str, settings: Settings) -> Iterator[Page]:
        """Yield the whole files that were not accepted yet, oldest first.

        Raises:
            DeviceError: NO_PAPER when there is none; TRUNCATED, after the whole ones, when some did not become whole.
        """
        _after, folder = _folder(device_id)
        waiting = self._waiting(folder)
        until = time.monotonic() + self._patience
        given = broken = 0
        if waiting:
            self._pause(self._settle)
        for seen in waiting:
            data = self._whole(folder, seen, until)
            if data is None:
                broken += 1
                continue
            digest = hashlib.sha256(data).hexdigest()
            if self._taken.knows(_content(folder, seen.name, digest)):
                # a copy back in its place, or one whose date was changed
                self._taken.add(_stand(folder, seen))
                continue
            self._given.setdefault((str(folder), digest), []).append(seen)
            given += 1
            yield Page(data=data, media_type=whole.media_type(data) or "", dpi=settings.dpi)
            if given == PAGES_LIMIT:
                return
        if broken or not given:
            raise DeviceError(Fault.TRUNCATED if broken else Fault.NO_PAPER, f"{broken} files")

    def accept(self, device_id: str, digest: str) -> None:
        """Remember the page of this SHA-256 as taken, and move or remove its file; raises DeviceError."""
        after, folder = _folder(device_id)
        given = self._given.get((str(folder), digest), [])
        seen = given.pop(0) if given else self._look_for(folder, digest)
        try:
            self._taken.add(_content(folder, seen.name, digest), _stand(folder, seen))
            if after is not After.KEEP and _stood(folder / seen.name) == seen:
                _put_away(folder, seen.name, digest, after)
        except OSError as error:
            raise DeviceError(Fault.DRIVER, f"accept: {error.strerror}") from error

    def _waiting(self, folder: Path) -> list[_Seen]:
        """Return the files to be given, oldest first."""
        found = []
        try:
            with os.scandir(folder) as entries:
                for count, entry in enumerate(entries):
                    if count >= ENTRIES_LIMIT:
                        raise DeviceError(Fault.DRIVER, f"more than {ENTRIES_LIMIT} files")
                    if entry.name.startswith((".", "~")) or not entry.name.lower().endswith(ENDINGS):
                        continue
                    seen = _stood(folder / entry.name)
                    if seen is not None and not self._taken.knows(_stand(folder, seen)):
                        found.append(seen)
        except OSError as error:
            raise DeviceError(Fault.OFFLINE, f"folder: {error.strerror}") from error
        return sorted(found, key=lambda seen: (seen.changed_ns, seen.name))

    def _whole(self, folder: Path, seen: _Seen, until: float) -> bytes | None:
        """Return the file when it stood still and has the end of its format, waiting for that for a while."""
        stand = _stand(folder, seen)
        if stand in self._broken:
            return None
        now: _Seen | None = seen
        while now is not None:
            data = _read(folder / now.name, now, self._bytes_limit)
            if data is not None and whole.is_whole(data):
                return data
            if time.monotonic() >= until or now.size > self._bytes_limit:
                # not waited for again before it changes
                self._broken.add(_stand(folder, now))
                return None
            self._pause(self._settle)
            now = _stood(folder / seen.name)
        return None

    def _look_for(self, folder: Path, digest: str) -> _Seen:
        """Find the file of a page another worker gave."""
        for seen in self._waiting(folder):
            data = _read(folder / seen.name, seen, self._bytes_limit)
            if data is not None and hashlib.sha256(data).hexdigest() == digest:
                return seen
        raise DeviceError(Fault.DRIVER, "no such page")

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.moved(0.0)
            threading.Event().wait(min(left, GLANCE_SECONDS))


def _folder(device_id: str) -> tuple[After, Path]:
    word, _colon, path = device_id.partition(":")
    try:
        after = After(word)
        folder = Path(path)
        there = folder.is_absolute() and _directory(folder)
    except (OSError, ValueError) as error:
        raise DeviceError(Fault.NO_DEVICE, "no such folder") from error
    if not there:
        raise DeviceError(Fault.NO_DEVICE, "no such folder")
    return after, folder


def _directory(path: Path) -> bool:
    told = path.lstat()
    return stat.S_ISDIR(told.st_mode) and not _link(told)


def _link(told: os.stat_result) -> bool:
    return stat.S_ISLNK(told.st_mode) or bool(getattr(told, "st_file_attributes", 0) & REPARSE_POINT)


def _stood(path: Path) -> _Seen | None:
    """Return how a regular file stands; None for links, pipes and what is gone."""
    try:
        told = path.lstat()
    except OSError:
        return None
    return _seen(path.name, told) if stat.S_ISREG(told.st_mode) and not _link(told) else None


def _seen(name: str, told: os.stat_result) -> _Seen:
    return _Seen(name, told.st_size, told.st_mtime_ns, told.st_ino)


def _read(path: Path, seen: _Seen, limit: int) -> bytes | None:
    """Return the bytes of the very file that was seen; None when it changed, before or while it was read."""
    if not 0 < seen.size <= limit:
        return None
    try:
        with os.fdopen(os.open(path, READ_ONLY), "rb") as file:
            told = os.fstat(file.fileno())
            if not stat.S_ISREG(told.st_mode) or _seen(path.name, told) != seen:
                return None
            data = file.read(4)
            if seen.size > page_bytes.bytes_limit(data):
                return None
            data += file.read(seen.size + 1 - len(data))
            return data if len(data) == seen.size and _seen(path.name, os.fstat(file.fileno())) == seen else None
    except OSError:
        return None


def _put_away(folder: Path, name: str, digest: str, after: After) -> None:
    if after is After.REMOVE:
        (folder / name).unlink()
        return
    kept = folder / ACCEPTED
    kept.mkdir(exist_ok=True)
    if not _directory(kept):
        raise NotADirectoryError(0, "accepted is a link", str(kept))
    target = kept / name
    (folder / name).rename(kept / f"{digest[:16]}-{name}" if os.path.lexists(target) else target)


def _content(folder: Path, name: str, digest: str) -> str:
    return _hash("content", str(folder), name, digest)


def _stand(folder: Path, seen: _Seen) -> str:
    """Return what tells a file that did not change, without reading it."""
    return _hash("stand", str(folder), seen.name, str(seen.size), str(seen.changed_ns))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _nobody(_part: float) -> None:
    return
