"""What is shown of a stack of signed sheets: its pages, and the rows they come to, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from officer_console.devices.desk import Scanned
from officer_console.services.stacks import Looked, Pile, Split, Unclear
from officer_console.viewmodels.filing_ports import KeptSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledPage:
    """A page with a small picture of it; ``number`` counts the stack from 1."""

    number: int
    looked: Looked
    small: Any
    scanned: Scanned | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """The pages of a stack that seem blank."""

    pages: tuple[FiledPage, ...]


Shown = Unclear | Pile | Aside | KeptSheet


def doubtful(split: Split, kept: Iterable[KeptSheet], aside: tuple[FiledPage, ...] = ()) -> tuple[Shown, ...]:
    """Return what is shown of a stack and of what is kept, what the officer has to look at first."""
    uneasy = tuple(pile for pile in split.piles if not pile.plain or split.behind(pile))
    easy = tuple(pile for pile in split.piles if pile not in uneasy)
    refused = tuple(sheet for sheet in kept if sheet.error_code is not None)
    waiting = tuple(sheet for sheet in kept if sheet.error_code is None)
    blank = (Aside(pages=aside),) if aside else ()
    return (*split.unclear, *refused, *uneasy, *easy, *blank, *waiting)
