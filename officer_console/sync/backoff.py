"""When to try again: full jitter, so that desks do not come back all at once."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

LONGEST_SECONDS = 300.0


def next_try(now: datetime, attempts: int, source: random.Random, retry_after: float | None = None) -> datetime:
    """Return when to try again after ``attempts`` failures; central may have asked for ``retry_after`` seconds."""
    ceiling = min(LONGEST_SECONDS, 2.0 ** min(attempts, 10))
    wait = source.uniform(0, ceiling)
    if retry_after:
        wait = retry_after * (1 + source.uniform(0, 0.2))
    return now + timedelta(seconds=wait)
