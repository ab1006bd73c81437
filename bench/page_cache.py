"""Lets the system forget files, so that a program is measured as on a machine that has just been turned on."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path


def evict_libraries(package: str) -> None:
    """Evict the shared libraries of a Python package and those its wheel brings (Linux; elsewhere nothing happens).

    What any process still has mapped stays in memory.
    """
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        _evict((*Path(folder).glob("*.so*"), *Path(folder).parent.glob("*.libs/*.so*")))


def _evict(files: Iterable[Path]) -> None:
    if hasattr(os, "posix_fadvise"):
        for file in files:
            with file.open("rb") as opened:
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
