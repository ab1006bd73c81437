"""Dossiers ready to be stored: all that can be worked out without looking at what is there already.

Reading a page ahead and working it out is one thread's work, writing the page before is another's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from officer_console.central import feed, wire
from officer_console.domain.dossier import OPEN, Dossier
from officer_console.domain.person import BirthDate
from officer_console.store import words
from officer_console.store.sums import share

COLUMNS = (
    "scope_id", "seq", "version", "status", "officer_name", "number", "kind", "social_code", "full_name", "birth",
    "declared_day", "due_day", "paper", "guardian",
)  # fmt: skip
# A decision, a lease or an answer of the registry changes these and nothing else.
JUDGED = 5
BETWEEN_PAUSES = 20


class Listed(NamedTuple):
    """The list columns of one dossier, in the order of ``COLUMNS``."""

    scope_id: str
    seq: int
    version: int
    status: str
    officer_name: str | None
    number: str
    kind: str
    social_code: str
    full_name: str
    birth: str
    declared_day: int
    due_day: int
    paper: str | None
    guardian: str | None

    @property
    def searched(self) -> tuple[object, ...]:
        """What the full-text words are made of."""
        return (self.status, *self[JUDGED:9], self.due_day, self.guardian or "")


class Arrival(NamedTuple):
    """A dossier of the feed.

    ``raw`` is its document, ``words`` what it is found by, ``share`` its part of the digest, ``open`` whether it
    belongs in the work queue.
    """

    id: str
    listed: Listed
    raw: bytes
    words: str
    share: int
    open: bool


def of_page(page: feed.Page, pause: Callable[[], None] = lambda: None) -> list[Arrival]:
    """Return what a page brings; ``pause`` is called now and then."""
    arrivals = []
    for n, item in enumerate(page.items):
        if n % BETWEEN_PAUSES == 0:
            pause()
        if item.op == "put":
            arrivals.append(_arrival(item.seq, item.doc, item.raw))
    return arrivals


def of_dossiers(pairs: Iterable[tuple[int, Dossier]]) -> list[Arrival]:
    """Return the same for (number in the feed, dossier) pairs."""
    return [_arrival(seq, dossier, wire.encode(dossier)) for seq, dossier in pairs]


def _arrival(seq: int, dossier: Any, raw: bytes) -> Arrival:  # noqa: ANN401 - a ``Dossier`` or a checked document
    declaration, guardian = dossier.declaration, dossier.declaration.guardian
    listed = Listed(
        dossier.scope_id,
        seq,
        dossier.version,
        dossier.status.value,
        dossier.officer_name,
        dossier.number,
        dossier.kind.value,
        declaration.social_code,
        declaration.full_name,
        BirthDate.text(declaration.birth),
        dossier.declared_on.toordinal(),
        dossier.due_on.toordinal(),
        words.paper_key(declaration.paper_number),
        words.paper_key(guardian.paper_number) if guardian is not None else "",
    )
    text = words.text_of(
        listed.number, listed.kind, listed.status, listed.social_code, listed.full_name, listed.guardian
    )
    return Arrival(dossier.id, listed, raw, text, share(dossier.id, listed), dossier.status in OPEN)
