"""Where on a picture machine-readable lines stand: full rows of letters of one height, one close below the other."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from officer_console.codes.pixels import Gray

# Columns and rows (left, top, right, bottom), the last ones not included.
Box = tuple[int, int, int, int]

_EDGE = 28
# Of the fullest row's edges: as many a row within a line has.
_FULL = 0.3
# Lines of one strip differ little in height; what lies between two of them is within these many heights.
_HEIGHTS = 1.6
_GAP = 0.3, 1.8
# Letters are at least so many pixels high where anything can be read.
_LOWEST = 6


def strip(image: Gray, lines: int) -> Box | None:
    """Return the lowest ``lines`` lines of letters that go all along; ``None`` where no such strip stands out."""
    edges = np.abs(np.diff(image.astype(np.int16), axis=1)) > _EDGE
    runs = _runs(edges.sum(axis=1))
    for last in range(len(runs), lines - 1, -1):
        few = runs[last - lines : last]
        if _together(few):
            top, bottom = few[0][0], few[-1][1]
            columns = np.flatnonzero(edges[top:bottom].any(axis=0))
            margin = (few[0][1] - top) // 2
            height, width = image.shape
            return (
                max(0, int(columns[0]) - margin),
                max(0, top - margin),
                min(width, int(columns[-1]) + 2 + margin),
                min(height, bottom + margin),
            )
    return None


def _runs(edges: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[tuple[int, int]]:
    """Return the stretches of rows full of edges, from the top, each as (first, behind the last)."""
    if not edges.size or not edges.max():
        return []
    full = np.concatenate(([False], edges >= _FULL * edges.max(), [False]))
    turns = np.flatnonzero(full[1:] != full[:-1])
    joined: list[tuple[int, int]] = []
    for first, behind in zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True):
        # A thin row between the strokes of one line.
        if joined and first - joined[-1][1] <= (joined[-1][1] - joined[-1][0]) // 4:
            joined[-1] = joined[-1][0], behind
        else:
            joined.append((first, behind))
    return [run for run in joined if run[1] - run[0] >= _LOWEST]


def _together(few: list[tuple[int, int]]) -> bool:
    heights = [behind - first for first, behind in few]
    gaps = [after[0] - before[1] for before, after in pairwise(few)]
    return max(heights) <= _HEIGHTS * min(heights) and all(
        _GAP[0] * max(heights) <= gap <= _GAP[1] * max(heights) for gap in gaps
    )
