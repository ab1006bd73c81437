"""Printers as the desk knows them: what there is, how it stands, what is asked of it, and what can go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

COPIES_LIMIT = 99


class Readiness(StrEnum):
    """How a printer stands, as far as the system knows."""

    READY = "ready"
    STOPPED = "stopped"
    OFFLINE = "offline"


class PrintError(Exception):
    """Nothing was handed to the printer, or it is not known that it was.

    ``code``: ``printer-missing`` (it is not there any more), ``printer-stopped``, ``printer-offline``,
    ``printer-refused`` (the system did not take it), ``printer-silent`` (it did not answer in time),
    ``printing-missing`` (the system lacks what it prints by), ``printing-asleep`` (it does not run),
    ``pages-malformed``, ``file-unwritable``. ``data`` may name
    the ``printer``.
    """

    def __init__(self, code: str, printer: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.data = {"printer": printer} if printer else {}

    @property
    def unsure(self) -> bool:
        """Whether the paper may come out all the same."""
        return self.code == "printer-silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """One printer; ``usual`` is the one the system takes when nobody says which."""

    name: str
    readiness: Readiness = Readiness.READY
    usual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be printed how: ``pages`` from 0, none means all; ``title`` is what the spooler shows, no data."""

    printer: str
    title: str
    copies: int = 1
    pages: tuple[int, ...] = ()


class Printers(Protocol):
    """The printers of a desk. Both calls may take long: not for the thread of the window."""

    def all(self) -> tuple[Printer, ...]:
        """Return the printers there are now, in the system's order; raises PrintError."""
        ...

    def send(self, pdf: bytes, order: Order) -> None:
        """Hand a paper to the spooler. When this returns, the spooler has it; the paper itself comes later.

        Raises:
            PrintError: see there.
        """
        ...


def page_numbers(text: str, count: int) -> tuple[int, ...]:
    """Return the pages meant by ``1-3, 5`` of a paper of ``count`` pages, from 0 and in order; blank means all.

    Raises:
        PrintError: ``pages-malformed``.
    """
    if not text.strip():
        return ()
    found: set[int] = set()
    for part in text.replace(";", ",").replace("–", "-").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        ends = (first, last if dash else first)
        if not all(end.isascii() and end.isdigit() and len(end) <= 4 for end in ends):
            raise PrintError("pages-malformed")
        begin, end = int(ends[0]), int(ends[1])
        if not 1 <= begin <= end <= count:
            raise PrintError("pages-malformed")
        found.update(range(begin - 1, end))
    return tuple(sorted(found))
