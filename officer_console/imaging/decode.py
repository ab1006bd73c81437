"""Foreign bytes become pixels: JPEG, PNG and TIFF by Pillow, PDF by PDFium; runs in the gate's child only."""

from __future__ import annotations

import contextlib
import io
import struct
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from officer_console.imaging import whole

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

PIXELS_LIMIT = 50_000_000
# Pages are read for codes, or drawn, with no more pixels than these: an A4 sheet at 500 dpi.
PAGE_PIXELS = 25_000_000
PAGES_LIMIT = 200
CODES = frozenset(
    {
        "locked",
        "no-such-page",
        "not-an-image",
        "too-many-pages",
        "too-many-pixels",
        "truncated",
        "unsupported-format",
    }
)
_FORMATS = ("JPEG", "PNG", "TIFF")
# A page is kept by itself in these colours; in others, which scanners do not send, as it is shown.
_KEPT_MODES = frozenset({"1", "L", "P", "RGB", "I;16"})
# What scanners and offices write; libtiff knows more, and each one more is one more decoder for foreign bytes.
_COMPRESSIONS = frozenset(
    {
        "raw",
        "packbits",
        "tiff_lzw",
        "tiff_adobe_deflate",
        "tiff_deflate",
        "tiff_ccitt",
        "group3",
        "group4",
        "jpeg",
    }
)
_OTHERS = (b"GIF8", b"BM", b"RIFF", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51", b"8BPS", b"II+\0", b"MM\0+")
_BRANDS = (b"ftypheic", b"ftypheix", b"ftypavif", b"ftypmif1", b"ftypmsf1")
_DPI = 300
_POINTS_PER_INCH = 72
# What Pillow is known to raise on damaged files, beside its own errors.
_DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    struct.error,
)

Mode = Literal["RGB", "L"]


class RefusedError(Exception):
    """Bytes that are not decoded; ``code`` is one of `CODES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def prepare() -> None:
    """Load Pillow and set its limits, once in a process."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = PIXELS_LIMIT
    # Warnings about damaged files would go to the log with parts of them.
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def pages(source: io.BytesIO) -> int:
    """Return how many pages a file has, at most `PAGES_LIMIT`.

    Raises:
        RefusedError: see `CODES`.
    """
    with _telling(source):
        if _is_pdf(source):
            return _pdf_pages(source)
        with _opened(source) as image:
            return _frames(image)


def page(source: io.BytesIO, number: int, mode: Mode, *, longest: int, pixels: int) -> tuple[int, Picture]:
    """Return how many pages a file has and one of them (from 0), upright, on white where it is transparent.

    A picture larger than ``longest`` a side or ``pixels`` in all (0: no such limit) is shrunk; a page of a PDF file is
    drawn at 300 dpi at most. ``source`` is closed.

    Raises:
        RefusedError: see `CODES`.
    """
    with _telling(source):
        if _is_pdf(source):
            return _pdf_page(source, number, mode, longest, pixels)
        count, image = _picture(source, number, mode, longest)
        image = _plain(image, mode)
        # Comments and the like would come along when it is saved.
        image.info.clear()
        _shrink(image, longest, pixels)
        return count, image


def single(source: io.BytesIO, number: int) -> tuple[int, Picture]:
    """Return how many pages a file has and one of them (from 0) as it is kept when the others are not: upright.

    Its pixels are those that `page` returns of it, or lead to them. Nothing else of the file comes along: a page of a
    PDF file is drawn, as one that was cut out could still hold what belongs to others, or what was deleted.
    ``source`` is closed.

    Raises:
        RefusedError: see `CODES`.
    """
    with _telling(source):
        if _is_pdf(source):
            return _pdf_page(source, number, "RGB", 0, 0)
        count, image = _picture(source, number, "RGB", 0)
        if image.mode not in _KEPT_MODES:
            image = _plain(image, "RGB")
        # Descriptions and the like may be the whole file's, and would come along when it is saved.
        image.info.clear()
        for tags in ("tag", "tag_v2"):
            vars(image).pop(tags, None)
        return count, image


def _is_pdf(source: io.BytesIO) -> bool:
    return _head(source).startswith(b"%PDF-")


def _head(source: io.BytesIO) -> bytes:
    head = source.read(16)
    source.seek(0)
    return head


@contextlib.contextmanager
def _opened(source: io.BytesIO) -> Iterator[Picture]:
    from PIL import Image

    with Image.open(source, formats=_FORMATS) as image:
        yield image


def _frames(image: Picture) -> int:
    """Return the pages of a TIFF file; further pictures within a JPEG or PNG file are none."""
    if image.format != "TIFF":
        return 1
    for number in range(PAGES_LIMIT + 1):
        try:
            image.seek(number)
        except EOFError:
            return number
    raise RefusedError("too-many-pages")


def _picture(source: io.BytesIO, number: int, mode: Mode, longest: int) -> tuple[int, Picture]:
    """Return a page upright; its file is given back before more memory is needed."""
    from PIL import ImageOps

    with _opened(source) as image:
        count = _frames(image)
        if not 0 <= number < count:
            raise RefusedError("no-such-page")
        if image.format == "TIFF":
            image.seek(number)
            if image.info.get("compression", "raw") not in _COMPRESSIONS:
                raise RefusedError("unsupported-format")
        if image.width * image.height > PIXELS_LIMIT:
            raise RefusedError("too-many-pixels")
        size = (2 * longest, 2 * longest) if longest else image.size
        image.draft(mode, size)
        # Asked before its pixels lie in memory as well.
        if not whole.has_all(source, image):
            raise RefusedError("truncated")
        with whole.complaints() as heard:
            image.load()
        if heard and image.format == "TIFF":
            raise RefusedError("truncated")
        ImageOps.exif_transpose(image, in_place=True)
    source.close()
    return count, image


def _plain(image: Picture, mode: Mode) -> Picture:
    """Return the picture in ``mode``, on white."""
    from PIL import ImageChops

    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode in {"I", "F"}:
        image = _stretched(image)
    if image.has_transparency_data:
        if image.mode != "RGBA":
            image = image.convert("RGBA")
        alpha = image.getchannel("A")
        if alpha.getextrema() != (255, 255):
            image.paste((255, 255, 255, 255), (0, 0, *image.size), ImageChops.invert(alpha))
    return image if image.mode == mode else image.convert(mode)


def _stretched(image: Picture) -> Picture:
    """Return 32-bit grey as 8 bits: as it is, 16 bits as their upper half, anything else from darkest to lightest."""
    darkest, lightest = (float(value) for value in image.getextrema())  # type: ignore[arg-type]  # one band: two numbers
    low, high = (0.0, 255.0) if darkest >= 0 and lightest <= 255 else (darkest, lightest)
    if image.mode == "I" and darkest >= 0 and 255 < lightest <= 65_535:
        low, high = 0.0, 65_535.0
    scale = 255 / (high - low) if high > low else 0.0
    return image.point(lambda value: value * scale + -low * scale).convert("L")


def _shrink(image: Picture, longest: int, pixels: int) -> None:
    from PIL import Image

    factor = min(1.0, longest / max(image.size)) if longest else 1.0
    if pixels:
        factor = min(factor, (pixels / (image.width * image.height)) ** 0.5)
    if factor < 1:
        size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
        # For shrinking as good as bicubic, in half the time.
        image.thumbnail(size, Image.Resampling.HAMMING)


def _pdf_pages(source: io.BytesIO) -> int:
    import pypdfium2

    with pypdfium2.PdfDocument(source.getvalue()) as document:
        count = len(document)
        if count > PAGES_LIMIT:
            raise RefusedError("too-many-pages")
        return count


def _pdf_page(source: io.BytesIO, number: int, mode: Mode, longest: int, pixels: int) -> tuple[int, Picture]:
    import pypdfium2

    with pypdfium2.PdfDocument(source.getvalue()) as document:
        count = len(document)
        if count > PAGES_LIMIT:
            raise RefusedError("too-many-pages")
        if not 0 <= number < count:
            raise RefusedError("no-such-page")
        sheet = document[number]
        width, height = (max(side, 1.0) / _POINTS_PER_INCH * _DPI for side in sheet.get_size())
        bound = min(pixels, PAGE_PIXELS) if pixels else PAGE_PIXELS
        factor = min(1.0, (bound / (width * height)) ** 0.5)
        if longest:
            factor = min(factor, longest / max(width, height))
        scale = _DPI / _POINTS_PER_INCH * factor
        drawn = sheet.render(scale=scale, grayscale=mode == "L", rev_byteorder=True, may_draw_forms=False)
        image: Picture = drawn.to_pil()
        # The pixels belong to the document, which is closed now.
        return count, image.convert(mode) if image.mode != mode else image.copy()


@contextlib.contextmanager
def _telling(source: io.BytesIO) -> Iterator[None]:
    """Turn whatever the decoders raise into `RefusedError`."""
    from PIL import Image, UnidentifiedImageError

    # The source may be closed by the time an error is told.
    head = _head(source)
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise RefusedError("too-many-pixels") from None
    except UnidentifiedImageError:
        raise RefusedError("unsupported-format" if _known_other_format(head) else "not-an-image") from None
    except _DAMAGED as error:
        raise RefusedError(_of_damage(error)) from None


def _of_damage(error: Exception) -> str:
    from pypdfium2 import PdfiumError, raw

    if isinstance(error, PdfiumError):
        return "locked" if error.err_code == raw.FPDF_ERR_PASSWORD else "not-an-image"
    return "truncated" if "truncated" in str(error).lower() else "not-an-image"


def _known_other_format(head: bytes) -> bool:
    """Whether the bytes look like a picture of a kind that is not taken here."""
    return head.startswith(_OTHERS) or head[4:12] in _BRANDS
