"""What the rules refuse. Errors carry a code and data, never a sentence (sentences live in ``views/messages.py``)."""

from __future__ import annotations

import traceback
import zlib
from pathlib import PurePath


class RuleError(Exception):
    """The officer asked for something the rules forbid.

    ``code`` is a stable kebab-case name, ``field`` the field it belongs to (or ``None``),
    ``data`` values for the sentence, never personal data beyond what the officer already sees.
    """

    def __init__(self, code: str, *, field: str | None = None, **data: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.data = data


def bug_number(error: Exception) -> str:
    """Return a number for an unexpected error: the same place in the program gives the same number, no data goes in."""
    frames = traceback.extract_tb(error.__traceback__)
    place = "|".join(f"{frame.name}:{frame.lineno}" for frame in frames[-3:])
    return f"{zlib.crc32(f'{type(error).__name__}|{place}'.encode()):08X}"


def bug_line(error: Exception) -> str:
    """Return what the log says of an unexpected error: its number, kind and place, nothing of its words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
    return f"{bug_number(error)} {type(error).__name__} at {place}"
