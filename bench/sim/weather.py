"""What goes wrong and how often, drawn from one seed; what happened is counted and, when asked for, told."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

BEGINNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class DeskCrashError(BaseException):
    """The program on a desk is gone: nothing may catch this but whoever starts it again."""


class CentralDownError(BaseException):
    """Central's process is gone in the middle of its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """Probabilities of the faults, each per occasion."""

    desk_crash: float = 0.012
    power_cut: float = 0.5
    central_crash: float = 0.01
    lost_request: float = 0.06
    lost_answer: float = 0.07
    late_request: float = 0.04
    doubled: float = 0.05
    meanwhile: float = 0.22


CALM = Odds(
    desk_crash=0,
    power_cut=0,
    central_crash=0,
    lost_request=0,
    lost_answer=0,
    late_request=0,
    doubled=0,
    meanwhile=0,
)


class Weather:
    """The seeded chance of one run, its clock, its counters and its story."""

    def __init__(self, seed: int, *, tell: Callable[[str], None] | None = None, odds: Odds | None = None) -> None:
        """``tell`` gets each line of the story; without it none is made."""
        self.seed = seed
        self.odds = odds or Odds()
        self.random = random.Random(seed)
        self.now = BEGINNING
        self.counts: Counter[str] = Counter()
        self._tell = tell
        self._step = 0

    def hit(self, odds: float) -> bool:
        """Whether something that happens with probability ``odds`` happens now."""
        return odds > 0 and self.random.random() < odds

    def pick(self, items: Sequence[T]) -> T:
        """Return one of ``items``."""
        return items[self.random.randrange(len(items))]

    def pass_time(self, seconds: float) -> None:
        """Let up to twice ``seconds`` go by."""
        self.now += timedelta(seconds=self.random.uniform(0, 2 * seconds))

    def fault(self, what: str) -> None:
        """Count a fault."""
        self.counts["faults"] += 1
        self.counts[what] += 1

    def tell(self, line: str) -> None:
        """Add a line to the story."""
        if self._tell is not None:
            self._step += 1
            self._tell(f"{self._step:4d} {self.now:%d.%m. %H:%M:%S} {line}")

    def bytes(self, size: int) -> bytes:
        """Return random bytes for ids."""
        return self.random.randbytes(size)
