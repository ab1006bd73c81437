"""Which certificate an officer signed with last; never a PIN."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

BYTES_LIMIT = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A certificate on a token (``module``: the name in the administrator's list), or a key file by its path."""

    module: str = ""
    token: str = ""
    serial: str = ""
    fingerprint: str = ""
    file: str = ""


def load(path: Path) -> Choice:
    """Return what is remembered; an empty choice where there is nothing, or nothing that makes sense."""
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(BYTES_LIMIT))
        choice = Choice(**told)
    except (OSError, ValueError, TypeError, RecursionError):
        return Choice()
    return choice if all(isinstance(value, str) for value in asdict(choice).values()) else Choice()


def save(path: Path, choice: Choice) -> None:
    """Remember ``choice``; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(choice), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    fresh.replace(path)
