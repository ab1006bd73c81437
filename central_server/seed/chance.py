"""Seeded chance: every draw comes from a named stream, so one drawing never shifts another."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *name: str | int) -> Random:
    """Return the random stream of this name: the same seed and name give the same draws on every machine."""
    return Random("/".join(str(part) for part in (seed, *name)))  # noqa: S311 - training data, never a secret


def weighted(random: Random, table: Sequence[tuple[T, float]]) -> T:
    """Draw one value from ``(value, weight)`` pairs."""
    return random.choices([value for value, _ in table], weights=[weight for _, weight in table])[0]


def spread(index: int, size: int, factor: int, offset: int) -> int:
    """Return a number below ``size`` that differs for every ``index`` below ``size``.

    ``factor`` must share no divisor with ``size``; the numbers look scattered and stay unique.
    """
    return (index * factor + offset) % size


def uuid7(random: Random, at: datetime) -> str:
    """Return a UUIDv7 (RFC 9562) with the time ``at`` (aware) and random bits of the stream."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    value = (milliseconds << 80) | (7 << 76) | (random.getrandbits(12) << 64) | (2 << 62) | random.getrandbits(62)
    return str(uuid.UUID(int=value))
