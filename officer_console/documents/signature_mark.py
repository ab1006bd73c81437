"""What is seen of a digital signature: a framed box with a few lines, as a page of its own size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from officer_console.documents import pdf_file
from officer_console.documents.errors import DocumentError
from officer_console.documents.fonts import REGULAR, Faces
from officer_console.documents.pages import FURNITURE, Sheet
from officer_console.documents.strips import Rule, Tags, Text
from officer_console.documents.text import Cleaner, Segment, break_lines

_SIZES = (10.0, 9.0, 8.0, 7.0, 6.0, 5.0)
_LEADING = 1.25
_PADDING = 4.0
_FRAME = 0.7


def draw(lines: Sequence[str], faces: Faces, *, width: float, height: float, made_at: datetime) -> bytes:
    """Return a PDF of one page, ``width`` x ``height`` points, with ``lines`` in the largest type that has room.

    Raises:
        DocumentError: ``mark-overflows``: not even the smallest type has room.
    """
    text = Cleaner(faces).clean("\n".join(lines))
    for size in _SIZES:
        found = break_lines([Segment(REGULAR, text)], faces, size, width - 2 * _PADDING)
        if len(found) * size * _LEADING <= height - 2 * _PADDING:
            break
    else:
        raise DocumentError("mark-overflows")
    sheet = Sheet(width, height)
    top = (height + len(found) * size * _LEADING) / 2
    for number, line in enumerate(found):
        base = top - number * size * _LEADING - size
        sheet.texts.append(Text(FURNITURE, _PADDING, base, size, line.segments, 0.0))
    sheet.rules += _frame(width, height)
    return pdf_file.write([sheet], Tags(), faces, title="", made_at=made_at)


def _frame(width: float, height: float) -> list[Rule]:
    edge = _FRAME / 2
    right, top = width - edge, height - edge
    corners = ((edge, edge), (right, edge), (right, top), (edge, top), (edge, edge))
    return [Rule(*start, *end, _FRAME) for start, end in pairwise(corners)]
