"""Files in the clear that an officer asks for: whole or not there at all, and for nobody's eyes but his."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def laid_down(path: Path, data: bytes) -> Iterator[Callable[[], object]]:
    """Write ``data`` under a name of its own in the folder of ``path``; give out what puts it in its place.

    What is not put there by the end of the block is gone. Raises OSError, and so does what is given out.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield lambda: part.replace(path)
    finally:
        part.unlink(missing_ok=True)
