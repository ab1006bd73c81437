"""The pages of one capture as the officer sees them: which is which, how each is cut out and turned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from officer_console.devices.desk import Scanned
from officer_console.domain.attachment import AttachmentKind
from officer_console.imaging.edges import Quad
from officer_console.imaging.edit import Edit
from officer_console.viewmodels.review_ports import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page. ``shot`` is the service's; ``quad`` of the shown corners is in shares of width and height.

    ``whole`` and ``result`` are what the view paints: the page as it came, and as it would be attached. ``busy`` while
    the result is being made. ``dropped`` pages stay in the row and can be taken back.
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

    @property
    def counts(self) -> bool:
        """Whether accepting attaches it."""
        return self.kind is not None and not self.dropped and not self.attached


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

    def clear(self) -> None:
        """Forget all of them."""
        self._sheets.clear()
