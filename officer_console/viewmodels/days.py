"""Day numbers of the list rows, and dates as officers type them."""

from __future__ import annotations

import re
from datetime import date

from officer_console.domain.errors import RuleError

_TYPED = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_RUN = re.compile(r"(\d{2})(\d{2})(\d{4})")


def day(number: int) -> date:
    """Return the date of a day number (the proleptic Gregorian ordinal, as ``date.toordinal``)."""
    return date.fromordinal(number)


def typed_date(text: str, field: str) -> date | None:
    """Return the date typed as ``5/9/2026``, ``05-09-26`` or ``05092026``; ``None`` for an empty field.

    Raises:
        RuleError: ``date-malformed`` on ``field``.
    """
    stripped = text.strip()
    if not stripped:
        return None
    match = _TYPED.fullmatch(stripped) or _RUN.fullmatch(stripped)
    if match is None or not stripped.isascii():
        raise RuleError("date-malformed", field=field)
    typed_day, month, year = (int(part) for part in match.groups())
    try:
        return date(year + 2000 if year < 100 else year, month, typed_day)
    except ValueError:
        raise RuleError("date-malformed", field=field) from None
