"""Logging to stderr without personal data: an exception is told by its type and place, never by its text."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlaceFormatter(logging.Formatter):
    """Writes exceptions as type and stack; their texts may quote what a client sent or a row held."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - name of logging's method
        """Return the stack and the type's name."""
        kind, _, where = ei
        frames = "".join(traceback.format_tb(where)).rstrip()
        return f"{frames}\n{'' if kind is None else kind.__name__}"


# Who may write: other libraries log addresses, statements and headers.
_ALLOWED = ("central_server", "uvicorn")


def log_to_stderr() -> None:
    """Send the lines of the loggers that are known to keep personal data to themselves to stderr, and no others."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlaceFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(logging.NullHandler())
    for name in _ALLOWED:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
