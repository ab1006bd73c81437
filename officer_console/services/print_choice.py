"""Which printer this desk used last, and how many copies of each paper; a file beside the profiles of scanning."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from officer_console.devices.printers import COPIES_LIMIT
from officer_console.domain.papers import Paper

BYTES_LIMIT = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintChoice:
    """``copies`` by the name of the paper."""

    printer: str = ""
    copies: Mapping[str, int] = field(default_factory=dict)

    def copies_of(self, paper: Paper) -> int:
        """Return how many copies of a paper were printed last, at first one."""
        return self.copies.get(paper.value, 1)

    def with_copies(self, paper: Paper, copies: int) -> PrintChoice:
        """Return the choice with another number of copies."""
        return replace(self, copies={**self.copies, paper.value: copies})


class PrintChoices:
    """Keeps the choice in a file. Reads and writes it: not for the thread of the window."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> PrintChoice:
        """Return what is remembered; nothing where there is no file, or nothing in it that makes sense."""
        try:
            with self._path.open("rb") as file:
                told = json.loads(file.read(BYTES_LIMIT))
            printer, copies = told["printer"], told["copies"]
            good = isinstance(printer, str) and all(
                isinstance(name, str) and type(count) is int and 1 <= count <= COPIES_LIMIT
                for name, count in copies.items()
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return PrintChoice()
        return PrintChoice(printer=printer, copies=copies) if good else PrintChoice()

    def save(self, choice: PrintChoice) -> None:
        """Remember the choice. A folder that cannot be written costs no more than to choose again."""
        fresh = self._path.with_suffix(".new")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(asdict(choice), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            fresh.replace(self._path)
