"""What a card says besides its numbers, compared with the declaration it belongs to."""

from __future__ import annotations

from officer_console.domain.agreement import Agreement, CardFacts, Cell, Field, name_on_card, table
from officer_console.domain.dossier import Dossier
from officer_console.domain.person import Guardian

Differences = tuple[tuple[Field, ...], tuple[Field, ...]]


def differences(dossier: Dossier, card: CardFacts) -> Differences:
    """Return what a card contradicts in the declaration, and what has to be looked at; an address never settles it."""
    rows = table(dossier.declaration, card, None, None)
    return _sorted({row.field: row.card for row in rows if row.card is not None and row.field is not Field.ADDRESS})


def guardian_differences(guardian: Guardian, card: CardFacts) -> Differences:
    """Return the same for who acts for a minor: of him the declaration has the name and nothing else a card says."""
    return _sorted({Field.FULL_NAME: name_on_card(guardian.full_name, card)})


def _sorted(cells: dict[Field, Cell]) -> Differences:
    settled = (Agreement.SAME, Agreement.MISSING)
    other = [field for field, cell in cells.items() if cell.agreement not in settled]
    differs = tuple(field for field in other if cells[field].agreement is Agreement.DIFFERENT and cells[field].certain)
    return differs, tuple(field for field in other if field not in differs)
