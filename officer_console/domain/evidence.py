"""Evidence of a dossier: what its cards said, where it was read, and the truth table over all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from officer_console.domain.agreement import CardFacts, Cell, Field, table
from officer_console.domain.comparing import Agreement, compact
from officer_console.domain.person import Declaration
from officer_console.domain.registry import RegistryAnswer

Quad = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]


class EvidenceSource(StrEnum):
    """How a card was read: the code or the lines on a picture of the dossier, or the card itself at the counter."""

    READER = "reader"
    QR = "qr"
    MRZ = "mrz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Where on a picture something was read: the attachment's SHA-256, the page (from 1), and four corners in pixels.

    Corners go clockwise in a picture of ``width`` x ``height`` pixels, upright; ``None`` where only the picture is
    known.
    """

    sha256: str
    page: int = 1
    width: int
    height: int
    quad: Quad | None = None

    def shares(self) -> tuple[tuple[float, float], ...]:
        """Return the corners as shares of width and height, so that they hold in every size of the picture."""
        if self.quad is None or self.width < 1 or self.height < 1:
            return ()
        return tuple((min(1.0, max(0.0, x / self.width)), min(1.0, max(0.0, y / self.height))) for x, y in self.quad)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvidence:
    """What one card said; ``pin`` is ``None`` where no picture of it is kept."""

    source: EvidenceSource
    values: CardFacts
    pin: Pin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthRow:
    """One field: the declaration's text, a cell for each card (in the order given), the registry's, the account's."""

    field: Field
    declared: str | None
    cards: tuple[Cell | None, ...]
    registry: Cell | None
    previous: Cell | None

    def cells(self) -> Iterator[Cell]:
        """Yield every cell there is."""
        yield from (cell for cell in (*self.cards, self.registry, self.previous) if cell is not None)


def of_citizen(declaration: Declaration, numbers: frozenset[str]) -> bool:
    """Whether one of the numbers of a card is the citizen's own; equal or not, nothing between."""
    return not numbers.isdisjoint((compact(declaration.paper_number), compact(declaration.social_code)))


def of_guardian(declaration: Declaration, numbers: frozenset[str]) -> bool:
    """Whether one of the numbers of a card is that of who acts for the minor, and none the minor's own."""
    guardian = declaration.guardian
    acts = guardian is not None and compact(guardian.paper_number) in numbers
    return acts and not of_citizen(declaration, numbers)


def truth(
    declaration: Declaration,
    evidence: Sequence[CardEvidence],
    registry: RegistryAnswer | None,
    previous: Declaration | None,
) -> tuple[TruthRow, ...]:
    """Return the truth table over all cards, one row a `Field`; see `agreement.table` for what a cell says."""
    common = table(declaration, None, registry, previous)
    cards = [table(declaration, found.values, None, None) for found in evidence]
    return tuple(
        TruthRow(
            field=row.field,
            declared=row.declared,
            cards=tuple(card[at].card for card in cards),
            registry=row.registry,
            previous=row.previous,
        )
        for at, row in enumerate(common)
    )


def compared(evidence: Sequence[CardEvidence], rows: Sequence[TruthRow]) -> tuple[str, ...]:
    """Return for each card what was on the page, as codes without any value: ``qr full_name=marks address=different?``.

    A question mark stands behind what was not certain; a field the card does not speak of is left out.
    """
    return tuple(
        " ".join((found.source.value, *(_code(row.field, row.cards[at]) for row in rows if _told(row.cards[at]))))
        for at, found in enumerate(evidence)
    )


def _told(cell: Cell | None) -> bool:
    return cell is not None and cell.agreement is not Agreement.MISSING


def _code(field: Field, cell: Cell | None) -> str:
    return f"{field.value}={cell.agreement.value}{'' if cell.certain else '?'}" if cell is not None else field.value
