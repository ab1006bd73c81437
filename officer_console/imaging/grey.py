"""Grey pixels of a picture or of one page of a PDF file, for reading codes; runs in the gate's child."""

from __future__ import annotations

import io
import struct

# How many pages the file has, then columns and rows of the one that was asked for; one byte a pixel follows.
HEAD = struct.Struct(">III")
PIXELS = 25_000_000
PAGES_LIMIT = 200
CODES = frozenset({"locked", "no-such-page", "too-many-pages"})
_FORMATS = ("JPEG", "PNG")
_DPI = 300
_POINTS_PER_INCH = 72


def is_pdf(data: bytes) -> bool:
    """Whether the bytes call themselves PDF."""
    return data.startswith(b"%PDF-")


def picture(data: bytes) -> bytes:
    """Decode a picture, upright, on white, and shrink it to `PIXELS`; raises whatever Pillow raises.

    Pillow refuses what has more pixels than the child allows before it decodes anything.
    """
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        image.draft("L", image.size)
        image.load()
        upright = ImageOps.exif_transpose(image)
        if upright.has_transparency_data:
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright.convert("RGBA"))
        grey = upright.convert("L")
    shrunk = (PIXELS / (grey.width * grey.height)) ** 0.5
    if shrunk < 1:
        grey.thumbnail((int(grey.width * shrunk), int(grey.height * shrunk)))
    return HEAD.pack(1, grey.width, grey.height) + grey.tobytes()


def pdf_page(data: bytes, page: int) -> bytes | str:
    """Draw one page (from 0) at 300 dpi, a large sheet at less. Returns an error code instead of raising."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        with pypdfium2.PdfDocument(data) as document:
            pages = len(document)
            if pages > PAGES_LIMIT:
                return "too-many-pages"
            if not 0 <= page < pages:
                return "no-such-page"
            sheet = document[page]
            width, height = (max(side, 1.0) / _POINTS_PER_INCH * _DPI for side in sheet.get_size())
            shrunk = min(1.0, (PIXELS / (width * height)) ** 0.5)
            drawn = sheet.render(scale=_DPI / _POINTS_PER_INCH * shrunk, grayscale=True, may_draw_forms=False)
            pixels: bytes = drawn.to_pil().convert("L").tobytes()
            return HEAD.pack(pages, drawn.width, drawn.height) + pixels
    except pypdfium2.PdfiumError as error:
        return "locked" if error.err_code == raw.FPDF_ERR_PASSWORD else "not-an-image"
    except (ValueError, MemoryError):
        return "too-many-pixels"
