"""Folders that one process uses at a time: whoever holds a folder's lock has it, until he lets go or ends."""

from __future__ import annotations

import sys
from io import FileIO
from itertools import count
from pathlib import Path

_LOCK = "in-use"


def take(folder: Path) -> tuple[Path, FileIO]:
    """Return the first of ``folder``, ``folder/2``, ``folder/3``, … that nobody uses, and what holds it until closed.

    The system lets go of it when the process ends, however it ends.
    """
    for number in count(1):
        place = folder if number == 1 else folder / str(number)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = FileIO(place / _LOCK, "a")
        if _locked(held):
            return place, held
        held.close()
    raise AssertionError


if sys.platform == "win32":
    import msvcrt

    def _locked(file: FileIO) -> bool:
        """Lock the file's first byte, unless somebody else has."""
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(file: FileIO) -> bool:
        """Lock the file, unless somebody else has."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
