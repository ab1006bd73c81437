"""From a form and its data to a PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from officer_console.documents import pages, pdf_file
from officer_console.documents.definition import Form
from officer_console.documents.fields import Data
from officer_console.documents.filled import Filled
from officer_console.documents.fonts import Faces
from officer_console.documents.layout import Layout
from officer_console.documents.pages import PageCode, Sheet
from officer_console.documents.setting import SINGLE, WIDE
from officer_console.documents.strips import Tag, Tags
from officer_console.documents.text import Cleaner


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody signs: a page, from 0, and left, bottom, right, top in points from its lower left corner."""

    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document: the PDF's bytes and how many pages it has.

    ``place`` is the last one of the document where somebody signs, which is the office's; ``None`` without any.
    """

    pdf: bytes
    pages: int
    place: Place | None = None


class Press:
    """Makes papers with the faces of this machine. It keeps what papers have in common; use it from one thread."""

    def __init__(self, faces: Faces) -> None:
        self._faces = faces
        self._cleaner = Cleaner(faces)

    def paper(self, form: Form, data: Data, *, made_at: datetime, codes: PageCode | None = None) -> Paper:
        """Return the document. ``made_at`` is aware and goes into the file's metadata.

        ``codes`` makes the code of each page; without it all have the one in the data.

        Raises:
            DocumentError: the data do not fit the form's fields, or the code or the foot find no room.
        """
        return self.bound(form, (data,), made_at=made_at, codes=codes)

    def bound(self, form: Form, parts: Iterable[Data], *, made_at: datetime, codes: PageCode | None = None) -> Paper:
        """Return documents of one form in one file, each on pages of its own that it counts by itself.

        Raises:
            DocumentError: as in ``paper``.
        """
        sheets, tags = list[Sheet](), Tags()
        for data in parts:
            sheets += _behind(tags, *self._closest(form, data, codes))
        pdf = pdf_file.write(sheets, tags, self._faces, title=form.title, made_at=made_at)
        return Paper(pdf=pdf, pages=len(sheets), place=_place(sheets))

    def _closest(self, form: Form, data: Data, codes: PageCode | None) -> tuple[list[Sheet], Tags]:
        filled = Filled(form, data, self._faces, self._cleaner)
        sheets, tags = self._laid_out(form, filled, WIDE, codes)
        if len(sheets) > 1:
            # a little closer, where that saves a page
            closer = self._laid_out(form, filled, SINGLE, codes)
            sheets, tags = closer if len(closer[0]) < len(sheets) else (sheets, tags)
        return sheets, tags

    def _laid_out(
        self, form: Form, filled: Filled, leading: float, codes: PageCode | None = None
    ) -> tuple[list[Sheet], Tags]:
        layout = Layout(filled, self._faces, form.size, leading)
        strips = layout.strips(form.body, pages.inner_width(form.page))
        return pages.sheets(strips, form, filled, self._faces, codes), layout.tags

    def batch(self, form: Form, many: Iterable[Data], *, made_at: datetime) -> Iterator[Paper]:
        """Yield one document after the other; none is kept."""
        for data in many:
            yield self.paper(form, data, made_at=made_at)


def _behind(tags: Tags, sheets: Sequence[Sheet], more: Tags) -> Sequence[Sheet]:
    """Put the structure of some pages behind what is there; return the pages that mean it there."""
    shift = len(tags.nodes) - 1
    tags.nodes += [Tag(tag.role, tag.parent + shift if tag.parent else 0) for tag in more.nodes[1:]]
    if shift:
        for sheet in sheets:
            sheet.texts = [text._replace(tag=text.tag + shift) if text.tag > 0 else text for text in sheet.texts]
    return sheets


def _place(sheets: Sequence[Sheet]) -> Place | None:
    rooms = [(page, room) for page, sheet in enumerate(sheets) for room in sheet.rooms]
    if not rooms:
        return None
    page, room = rooms[-1]
    return Place(page=page, box=(room.x, room.y, room.x + room.width, room.y + room.height))


def render(form: Form, data: Data, faces: Faces, *, made_at: datetime) -> bytes:
    """Return one document as PDF/A-2a; ``Press`` does the same for many."""
    return Press(faces).paper(form, data, made_at=made_at).pdf
