"""The child of the gate: decodes one picture after another under memory and time limits and answers with clean JPEG."""

from __future__ import annotations

import contextlib
import io
import struct
import sys
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection

from officer_console.imaging import grey

# Plain bytes only: what a child says is never unpickled, so one that was taken over cannot reach further.
READY = b"ready"
REFUSED = b"\xff\xff\xff\xff"
SIZE = struct.Struct(">II")
MEMORY_BYTES = 600 * 1024 * 1024
PIXELS_LIMIT = 50_000_000
FORMATS = ("JPEG", "PNG")
# longest side in pixels, largest file in bytes
BUDGETS = {
    "portrait": (1600, 300_000),
    "page": (3600, 1_000_000),
    "view": (3600, 4_000_000),
}
CODES = frozenset({"too-many-pixels", "not-an-image", "unsupported-format", "truncated"}) | grey.CODES
GREY = "grey"
QUALITIES = (88, 80, 70, 60, 45)


def serve(line: Connection) -> None:
    """Answer pictures from ``line`` until it closes: width, height and JPEG, or ``REFUSED`` and an error code.

    Asked for ``grey:PAGE`` it answers with what `grey` makes instead.
    """
    _limit_memory()
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = PIXELS_LIMIT
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    # The program may end at any moment, also while this process still starts.
    with contextlib.suppress(EOFError, OSError):
        line.send_bytes(READY)
        while True:
            line.send_bytes(_answer(line.recv_bytes().decode("ascii"), line.recv_bytes()))


def _answer(purpose: str, data: bytes) -> bytes:
    asked, _, page = purpose.partition(":")
    answer = grey_pixels(data, int(page)) if asked == GREY else admit(purpose, data)
    return REFUSED + answer.encode("ascii") if isinstance(answer, str) else answer


def admit(purpose: str, data: bytes) -> bytes | str:
    """Decode, turn upright, shrink to the budget, encode. Returns an error code instead of raising."""
    return _decoded(data, lambda: _clean(purpose, data))


def grey_pixels(data: bytes, page: int) -> bytes | str:
    """Return `grey.HEAD` and the pixels of a picture or of a page of a PDF file, or an error code."""
    if grey.is_pdf(data):
        return grey.pdf_page(data, page)
    return _decoded(data, lambda: grey.picture(data)) if page == 0 else "no-such-page"


def _clean(purpose: str, data: bytes) -> bytes | str:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > PIXELS_LIMIT:
            return "too-many-pixels"
        image.load()
        upright = ImageOps.exif_transpose(image).convert("RGB")
    longest, budget = BUDGETS[purpose]
    upright.thumbnail((longest, longest))
    return SIZE.pack(upright.width, upright.height) + _encoded(upright, budget)


def _decoded(data: bytes, decode: Callable[[], bytes | str]) -> bytes | str:
    from PIL import Image, UnidentifiedImageError

    try:
        return decode()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "too-many-pixels"
    except UnidentifiedImageError:
        return "unsupported-format" if _known_other_format(data) else "not-an-image"
    except MemoryError:
        return "too-many-pixels"
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        return "truncated" if "truncated" in str(error).lower() else "not-an-image"


def _encoded(image: object, budget: int) -> bytes:
    """Return JPEG bytes within ``budget`` where quality alone can reach it, else the smallest tried."""
    from PIL import Image

    assert isinstance(image, Image.Image)  # noqa: S101 - narrows the lazily imported type
    encoded = b""
    for quality in QUALITIES:
        target = io.BytesIO()
        image.save(target, "JPEG", quality=quality, optimize=True)
        encoded = target.getvalue()
        if len(encoded) <= budget:
            break
    return encoded


def _known_other_format(data: bytes) -> bool:
    """Whether the bytes look like a picture or page of a kind that is not taken here."""
    return data.startswith((b"%PDF", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"RIFF")) or data[4:12] in (
        b"ftypheic",
        b"ftypavif",
        b"ftypmif1",
    )


def _limit_memory() -> None:
    """Bound this process's memory where the system can (POSIX); elsewhere the time and pixel limits stand alone."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
