"""Files in the clear that an officer asks for: whole or not there at all, and for nobody's eyes but his."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

# Where Linux shows a file that has no name.
_OPEN_FILES = Path("/proc/self/fd")
# File systems without files that have no name.
_NEED_NAMES = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL})


@contextmanager
def laid_down(path: Path, data: bytes, begin: Callable[[Path], None]) -> Iterator[Callable[[], object]]:
    """Write ``data`` in the folder of ``path``; give out what puts it in its place.

    It has no name before, where the system can do that (Linux) and nothing is there to be replaced, so that it goes
    with the program; else a name of its own, which ``begin`` is told before. What is not put in its place by the end of
    the block is gone. Raises OSError, and so does what is given out.
    """
    unnamed = None if os.path.lexists(path) else _unnamed(path.parent)
    if unnamed is not None:
        with os.fdopen(unnamed, "wb") as file:
            _write(file, data)
            yield lambda: _name(file.fileno(), path)
        return
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    begin(part)
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _write(file, data)
        yield lambda: part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def swept(part: Path) -> bool:
    """Remove a file that was begun and left; whether it is gone. In a folder that is not there it may still be."""
    try:
        if not part.parent.is_dir():
            return False
        part.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _write(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _unnamed(folder: Path) -> int | None:
    kind = getattr(os, "O_TMPFILE", None)
    if kind is None or not _OPEN_FILES.is_dir():
        return None
    try:
        return os.open(folder, kind | os.O_WRONLY, 0o600)
    except OSError as error:
        if error.errno in _NEED_NAMES:
            return None
        raise


def _name(descriptor: int, path: Path) -> None:
    """Give an open file its name; it must not be taken."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # With a folder given Python calls linkat, which follows the link to the file itself.
        source = _OPEN_FILES / str(descriptor)
        os.link(source, path.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)
