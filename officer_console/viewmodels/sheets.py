"""The pages of one capture as the officer sees them: which is which, how each is cut out and turned."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from officer_console.devices.desk import Scanned
from officer_console.domain.attachment import AttachmentKind
from officer_console.imaging.edges import Quad
from officer_console.imaging.edit import Edit
from officer_console.viewmodels.review_ports import Failure

CARD_RATIO = 85.6 / 53.98
# A sheet of A4 is 11 % narrower.
CARD_TOLERANCE = 0.07


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page. ``shot`` is the service's; ``quad`` of the shown corners is in shares of width and height.

    ``whole`` and ``result`` are what the view paints: the page as it came, and as it would be attached. ``busy`` while
    the result is being made. ``dropped`` pages stay in the row and can be taken back. ``left_out`` is how many pages of
    its file behind this one were not taken.
    """

    number: int
    shot: Any
    edit: Edit = field(default_factory=Edit)
    scanned: Scanned | None = None
    kind: AttachmentKind | None = None
    whole: Any | None = None
    result: Any | None = None
    quad: Quad | None = None
    blank: bool = False
    dropped: bool = False
    busy: bool = False
    attached: bool = False
    advice: tuple[str, ...] = ()
    failure: Failure | None = None
    left_out: int = 0

    @property
    def counts(self) -> bool:
        """Whether accepting attaches it."""
        return self.kind is not None and not self.dropped and not self.attached

    @property
    def open(self) -> bool:
        """Whether nothing has become of it yet: neither attached nor put aside."""
        return not self.dropped and not self.attached

    @property
    def like_a_card(self) -> bool:
        """Whether it has the shape of an identity card, 85.6 × 53.98 mm (ISO/IEC 7810 ID-1), lying or standing."""
        if self.shot.quad is None:
            sides = (float(self.shot.width), float(self.shot.height))
        else:
            a, b, c, d = self.shot.quad
            sides = (math.dist(a, b) + math.dist(c, d), math.dist(b, c) + math.dist(d, a))
        short, long = sorted(sides)
        return short > 0 and abs(long / short / CARD_RATIO - 1) < CARD_TOLERANCE


def scaled(quad: Quad, across: float, down: float) -> Quad:
    """Return ``quad`` with its columns times ``across`` and its rows times ``down``."""
    a, b, c, d = ((x * across, y * down) for x, y in quad)
    return a, b, c, d


class Sheets:
    """The row of pages; a kind belongs to one page at most."""

    def __init__(self) -> None:
        self._sheets: dict[int, Sheet] = {}

    def __iter__(self) -> Iterator[Sheet]:
        return iter(tuple(self._sheets.values()))

    def __len__(self) -> int:
        return len(self._sheets)

    def get(self, number: int | None) -> Sheet | None:
        """Return a page by its number, from 1."""
        return self._sheets.get(number) if number is not None else None

    def add(self, sheet: Sheet) -> Sheet:
        """Put a page at the end of the row and give it its number."""
        numbered = replace(sheet, number=max(self._sheets, default=0) + 1)
        self._sheets[numbered.number] = numbered
        return numbered

    def change(self, number: int, **values: Any) -> Sheet | None:  # noqa: ANN401 - fields of Sheet
        """Replace fields of a page; ``None`` when there is no such page any more."""
        sheet = self._sheets.get(number)
        if sheet is None:
            return None
        self._sheets[number] = replace(sheet, **values)
        return self._sheets[number]

    def give(self, number: int, kind: AttachmentKind | None) -> None:
        """Say what a page is; another page that was it is nothing any more."""
        for sheet in self:
            if kind is not None and sheet.kind is kind and not sheet.attached:
                self.change(sheet.number, kind=None)
        self.change(number, kind=kind)

    def of(self, kind: AttachmentKind) -> Sheet | None:
        """Return the page that is to become ``kind``."""
        return next((sheet for sheet in self if sheet.counts and sheet.kind is kind), None)

    @property
    def unsettled(self) -> tuple[int, ...]:
        """The numbers of pages nothing has become of; one made of two, and those it is made of, are no loss."""
        joined = {side.id for sheet in self if not sheet.dropped for side, _ in sheet.shot.sides}
        return tuple(
            sheet.number for sheet in self if sheet.open and not sheet.shot.sides and sheet.shot.id not in joined
        )

    def spent(self, scanned: Scanned) -> bool:
        """Whether something has become of each page that came with ``scanned`` and one is kept: the device need not."""
        came = [sheet for sheet in self if sheet.scanned is scanned]
        return any(sheet.attached for sheet in came) and not any(sheet.open for sheet in came)

    def clear(self) -> None:
        """Forget all of them."""
        self._sheets.clear()
