"""A disk so small that a test can fill it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PIECE = 4096


class SmallDisk:
    """A folder and its room. ``pids``: the processes that write there; none for this one.

    A file system of its own where one can be mounted (root). Elsewhere files may not grow beyond the largest there is:
    SQLite calls that an error of the disk instead of a full one, so ``codes`` says what the store may answer.
    """

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder = folder
        self.codes = {"store-full"} if mounted else {"store-full", "store-unwritable"}
        self._mounted = mounted
        self._ballast = folder / "ballast"

    def fill(self, pid: int = 0) -> None:
        """Leave no room, for the process ``pid`` or this one."""
        if not self._mounted:
            sizes = [path.stat().st_size for path in self.folder.rglob("*") if path.is_file()]
            _limit_files(pid, max(sizes, default=0))
            return
        with suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while True:
                file.write(b"\0" * _PIECE)

    def make_room(self, pid: int = 0) -> None:
        """Give back what ``fill`` took."""
        if not self._mounted:
            _limit_files(pid, None)
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Give an empty disk at ``folder``."""
    folder.mkdir()
    options = f"size={megabytes}m,mode=777"
    mounted = (
        os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False, capture_output=True
        ).returncode
        == 0
    )
    disk = SmallDisk(folder, mounted=mounted)
    try:
        yield disk
    finally:
        disk.make_room()
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _limit_files(pid: int, size: int | None) -> None:
    """Let no file grow beyond ``size`` bytes; ``None`` lets them grow."""
    # There is no such module on Windows.
    import resource

    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))
