"""A notice as the program makes it, and the picture of a signature."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from officer_console.documents import definition, fonts, render
from officer_console.services.sign_documents import Keep, SignedDocument
from officer_console.signing.signer import Mark
from tests.signing.authority import NOW

FORM = Path(__file__).resolve().parents[2] / "forms" / "notice_accepted"


@cache
def notice() -> bytes:
    """Return a notice, PDF/A."""
    return render.render(definition.load(FORM), definition.sample(FORM), fonts.load(), made_at=NOW)


@cache
def plain(words: str = "Signed?") -> bytes:
    """Return a small PDF of another maker, with a table of references of the old kind."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 720, words)
    canvas.save()
    return out.getvalue()


@cache
def mark() -> Mark:
    """Return a mark near the foot of the first page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(180, 50), invariant=1)
    canvas.setStrokeGray(0.2)
    canvas.rect(1, 1, 178, 48)
    canvas.save()
    return Mark(page=0, box=(340.0, 120.0, 520.0, 170.0), picture=out.getvalue(), spoken="Signed by an officer")


def keeper(kept: dict[str, bytes]) -> Keep:
    """Return what puts signed documents into ``kept``, by their ids."""

    def keep(signed: SignedDocument) -> None:
        kept[signed.id] = signed.pdf

    return keep
