"""The child of the gate: decodes one picture after another under memory and time limits and answers with clean JPEG."""

from __future__ import annotations

import contextlib
import io
import struct
import sys
import warnings
from multiprocessing.connection import Connection

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
CODES = frozenset({"too-many-pixels", "not-an-image", "unsupported-format", "truncated"})
QUALITIES = (88, 80, 70, 60, 45)


def serve(line: Connection) -> None:
    """Answer pictures from ``line`` until it closes: width, height and JPEG, or ``REFUSED`` and an error code."""
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
    answer = admit(purpose, data)
    if isinstance(answer, str):
        return REFUSED + answer.encode("ascii")
    encoded, width, height = answer
    return SIZE.pack(width, height) + encoded


def admit(purpose: str, data: bytes) -> tuple[bytes, int, int] | str:
    """Decode, turn upright, shrink to the budget, encode. Returns an error code instead of raising."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > PIXELS_LIMIT:
                return "too-many-pixels"
            image.load()
            upright = ImageOps.exif_transpose(image).convert("RGB")
        longest, budget = BUDGETS[purpose]
        upright.thumbnail((longest, longest))
        return _encoded(upright, budget), upright.width, upright.height
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
