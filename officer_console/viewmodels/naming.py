"""What a captured page is taken for before the officer says so."""

from __future__ import annotations

from officer_console.domain.attachment import AttachmentKind
from officer_console.viewmodels.sheets import Sheet, Sheets

# Pages in a folder on the network may be anybody's, and days old.
FOLDER = "folder"
_NEXT = {AttachmentKind.ID_FRONT: AttachmentKind.ID_BACK}


class Naming:
    """Names the first page as it was asked for, and a second card as the back of the first."""

    def __init__(self) -> None:
        self._wanted: AttachmentKind | None = None

    def begin(self, wanted: AttachmentKind | None) -> None:
        """Take the next page for ``wanted``; with ``None`` nothing is named any more."""
        self._wanted = wanted

    def of(self, sheet: Sheet, sheets: Sheets) -> AttachmentKind | None:
        """Return what a page that has come is taken for; ``None`` leaves it to the officer."""
        wanted = self._wanted
        if wanted is None or sheet.dropped or (sheet.scanned is not None and sheet.scanned.device.driver == FOLDER):
            return None
        first = not any(each.kind is not None for each in sheets)
        if not first and wanted in _NEXT.values() and not sheet.like_a_card:
            return None
        self._wanted = _NEXT.get(wanted)
        return wanted
