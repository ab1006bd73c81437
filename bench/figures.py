"""What a benchmark gives: figures, printed as JSON lines or as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number.

    ``n`` counts the samples behind it. ``unit`` is ``ms``, ``1`` (a ratio), ``bytes`` and so on. A ratio names its
    other side in ``vs`` and both sides were measured in the same run.
    """

    bench: str
    case: str
    metric: str
    value: float
    unit: str
    n: int
    vs: str | None = None

    def as_json(self) -> str:
        """Return the figure as one line of JSON; ``vs`` only where there is one."""
        fields = {name: getattr(self, name) for name in ("bench", "case", "metric", "value", "unit", "n")}
        if self.vs is not None:
            fields["vs"] = self.vs
        return msgspec.json.encode(fields).decode()


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0..1) of the samples lie, by nearest rank. ``samples`` is not empty."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as aligned text, one line each."""
    lines = [(figure.case, figure.metric, f"{figure.value:.3f}", figure.unit, f"n={figure.n}") for figure in figures]
    if not lines:
        return ""
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(
        "  ".join(
            text.rjust(width) if column == 2 else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
