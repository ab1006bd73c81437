"""A paper that was made: what is looked at, printed, saved and signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from officer_console.documents.render import Place
from officer_console.domain.notice import Notice
from officer_console.domain.papers import NOTICES, Paper
from officer_console.store.signed import SignedPaper

# Papers with a date of issue.
DATED = NOTICES | {Paper.RECEIPT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A paper as it would be printed now. ``dossier_id`` is empty for one about many dossiers.

    ``times`` is how often all of it was printed here before; ``first``: it did not leave the desk yet. ``signed`` says
    by whom and when, of the very file that was kept then. ``signable``: it is a notice that can be signed here, in
    ``place`` of its page; ``held``: it does not leave before that. ``damaged``: it was signed and that file is
    lost or false, so it does not leave before it is signed anew. ``archived``: central has that file; ``ahead`` is who
    signed it before it was signed here, too. ``false`` is what central has in its place and is not that notice: what is
    signed here takes that one's place. ``decision`` is the operation a notice tells of, of sheets about many the
    day and what is listed; ``at`` is the moment its dates are those of. ``numbered``: it is a paper with a number of
    its own, ``document_number`` in the register of ``office``, empty where a pen writes it. ``content`` is what the
    form of a paper with a date of issue is filled with; ``reworded``: it was filled with that before, and the form has
    changed since. ``again`` draws the same as another reprint; ``None`` where it cannot. ``codeless``: it comes back
    from the citizen, and bears no code to file it by.
    """

    paper: Paper
    dossier_id: str
    number: str
    pdf: bytes
    pages: int
    times: int = 0
    decision: str = ""
    at: datetime | None = None
    first: bool = False
    office: str = ""
    numbered: bool = False
    document_number: str = ""
    place: Place | None = None
    signed: SignedPaper | None = None
    signable: bool = False
    held: bool = False
    damaged: bool = False
    archived: bool = False
    ahead: str | None = None
    false: Notice | None = None
    content: str = field(default="", repr=False)
    reworded: bool = False
    codeless: bool = False
    again: Callable[[int], bytes] | None = field(default=None, repr=False)

    @property
    def about(self) -> str:
        """What it tells of, as far as it is another paper where that is another."""
        return told(self.paper, self.decision) if self.dossier_id else self.decision

    @property
    def number_fixed(self) -> bool:
        """Whether it left the desk, or was signed, with that number."""
        return self.signed is not None or (bool(self.document_number) and not self.first)


def told(paper: Paper, decision: str) -> str:
    """Return the decision that a paper was issued for: a receipt is the same before and after it."""
    return decision if paper in NOTICES else ""
