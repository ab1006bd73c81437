"""Keeps the collector's full rounds short: they stop every thread, the window's too."""

from __future__ import annotations

import gc

# Young objects a collection waits for, and how many collections of one generation lead to one of the next.
THRESHOLDS = (20_000, 25, 50)


def settle() -> None:
    """Set aside what start-up has made, so that later full collections look only at what came after it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


def release() -> None:
    """Let go at once of what is no longer used, as after a sign-out; short, for start-up's objects are set aside."""
    gc.collect()
