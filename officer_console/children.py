"""How the program starts processes of its own: none of them takes code from the folder that happens to be current."""

from __future__ import annotations

import os
import sys

# Whoever can write here can change the interpreter itself.
FOLDER = sys.prefix
_SAFE_PATH = "PYTHONSAFEPATH"


def command(module: str, *words: str) -> tuple[str, ...]:
    """Return what runs a module with ``words`` as its arguments; it is to be started in `FOLDER`."""
    return (sys.executable, "-P", "-m", module, *words)


def guard() -> None:
    """Keep the current folder out of the path of what ``multiprocessing`` starts, which takes no options from us."""
    os.environ[_SAFE_PATH] = "1"
