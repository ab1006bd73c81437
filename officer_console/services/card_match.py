"""Whether a card is the one a dossier was declared with: its numbers, and what it says besides."""

from __future__ import annotations

from dataclasses import dataclass

from officer_console.domain.agreement import Agreement, CardFacts, Field, table
from officer_console.domain.dossier import Dossier


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that stand on one card; equal or not, nothing between."""

    known: frozenset[str]

    def of(self, dossier: Dossier) -> bool:
        """Whether the declaration names one of them."""
        declared = dossier.declaration
        return _compact(declared.paper_number) in self.known or _compact(declared.social_code) in self.known

    def of_guardian(self, dossier: Dossier) -> bool:
        """Whether who acts for a minor declared one of them."""
        guardian = dossier.declaration.guardian
        return guardian is not None and _compact(guardian.paper_number) in self.known


def differences(dossier: Dossier, card: CardFacts) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Return what a card contradicts in the declaration, and what has to be looked at; an address never settles it."""
    cells = {row.field: row.card for row in table(dossier.declaration, card, None, None) if row.card is not None}
    settled = (Agreement.SAME, Agreement.MISSING)
    other = [field for field, cell in cells.items() if field is not Field.ADDRESS and cell.agreement not in settled]
    differs = tuple(field for field in other if cells[field].agreement is Agreement.DIFFERENT and cells[field].certain)
    return differs, tuple(field for field in other if field not in differs)


def _compact(text: str | None) -> str:
    return "".join((text or "").split()).upper()
