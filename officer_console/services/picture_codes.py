"""The codes of a picture that have to stay readable when it is made smaller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from officer_console.codes import symbols
from officer_console.codes.pixels import Gray
from officer_console.codes.symbols import Decoder
from officer_console.domain.attachment import AttachmentKind
from officer_console.services.read_codes import is_card

# Whoever reads evidence is as patient with these as may be.
CARD_KINDS = frozenset({AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK})
# What any reader finds, not only the most patient one.
_READERS = (Decoder.ZXING, Decoder.SHARPENED, Decoder.SMOOTHED, Decoder.DESPECKLED)
Codes = frozenset[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureCodes:
    """The codes that any reader finds, and those of cards that only the reader of evidence does."""

    clear: Codes = frozenset()
    faint: Codes = frozenset()

    def __bool__(self) -> bool:
        return bool(self.clear or self.faint)

    def have_card(self) -> bool:
        """Tell whether one of them is a card's."""
        return any(is_card(data) for _, data in self.clear | self.faint)

    def are_in(self, grey: Gray) -> bool:
        """Tell whether all of them are still found: by the reader that found them before, or one less patient."""
        found = _read(grey, _READERS, cards=self.have_card())
        return self.clear <= found and (self.faint <= found or self.faint <= _read(grey, tuple(Decoder), cards=True))


def codes_in(grey: Gray, *, cards: bool) -> PictureCodes:
    """Return the codes of a picture; with ``cards`` also a card's that is hard to read, with a clear code beside it."""
    clear = _read(grey, _READERS, cards=cards)
    if not cards or any(is_card(data) for _, data in clear):
        return PictureCodes(clear=clear)
    return PictureCodes(clear=clear, faint=_read(grey, tuple(Decoder), cards=True) - clear)


def _read(grey: Gray, steps: Sequence[Decoder], *, cards: bool) -> Codes:
    found = symbols.read(grey, steps=steps, meant=is_card if cards else None)
    return frozenset((symbol.kind.value, symbol.data) for symbol in found)
