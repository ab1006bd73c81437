"""The SQL of every kind of search, put together once from constants; what a search asks for is only ever bound."""

from __future__ import annotations

from enum import Enum
from functools import cache

from officer_console.domain.search import Order


class Shape(Enum):
    """What a statement gives."""

    ROWS = "rows"
    WINDOW = "window"
    COUNT = "count"
    ANCHORS = "anchors"

    @property
    def tail_sample(self) -> tuple[int, ...]:
        """Values for the parameters behind the range, for explaining a statement."""
        return (100, 0) if self is Shape.WINDOW else (100,)


# CROSS JOIN fixes the order of the loops: the list first, then one look-up per row.
_KEYS = {
    (Order.DUE, True): ("w.rowid", "open_words w", "w.open_words MATCH ? AND"),
    (Order.DUE, False): ("o.rank", "open_dossier o", ""),
    (Order.DECLARED, True): ("w.rowid", "dossier_words w", "w.dossier_words MATCH ? AND"),
    (Order.DECLARED, False): ("d.position", "dossier d", ""),
}
_TO_QUEUE = {
    (Order.DUE, True): "CROSS JOIN open_dossier o ON o.rank = w.rowid",
}
_TO_DOSSIER = {
    (Order.DUE, True): "CROSS JOIN dossier d ON d.position = o.position",
    (Order.DUE, False): "CROSS JOIN dossier d ON d.position = o.position",
    (Order.DECLARED, True): "CROSS JOIN dossier d ON d.position = w.rowid",
}
_DIRECTION = {Order.DUE: "ASC", Order.DECLARED: "DESC"}

# The columns of ``domain.search.Row``, in its order; the last is a ``Pending``.
_ROW = (
    "d.id, d.number, d.kind, d.status, d.social_code, d.full_name, d.birth, d.declared_day, d.due_day, d.officer_name,"
    " coalesce((SELECT max(CASE b.state WHEN 'attention' THEN 2 ELSE 1 END) FROM outbox b"
    " WHERE b.dossier_id = d.id AND b.state IN ('waiting', 'attention')), 0)"
)


@cache
def statement(order: Order, shape: Shape, *, words: bool, declared: bool) -> str:
    """Return the statement of a shape.

    Its parameters are the expression if ``words``; low and high; two positions if ``declared``; the tail.
    The tail is a limit (``ROWS``, ``COUNT``), a limit and a number of rows to skip (``WINDOW``), a number of keys to
    skip (``ANCHORS``).
    """
    key, source, match = _KEYS[order, words]
    queue = _TO_QUEUE.get((order, words), "")
    row = f"{queue} {_TO_DOSSIER.get((order, words), '')}"
    narrow = "AND o.position BETWEEN ? AND ?" if declared else ""
    where = f"WHERE {match} {key} BETWEEN ? AND ? {narrow}"
    ordered = f"ORDER BY {key} {_DIRECTION[order]}"
    only_keys = f"FROM {source} {queue if declared else ''} {where}"
    rows = f"SELECT {key}, {_ROW} FROM {source} {row} {where} {ordered}"  # noqa: S608 - constants
    shapes = {
        Shape.ROWS: f"{rows} LIMIT ?",
        Shape.WINDOW: f"{rows} LIMIT ? OFFSET ?",
        Shape.COUNT: f"SELECT count(*) FROM (SELECT 1 {only_keys} LIMIT ?)",  # noqa: S608 - constants
        Shape.ANCHORS: f"SELECT {key} {only_keys} {ordered} LIMIT 1 OFFSET ?",
    }
    return " ".join(shapes[shape].split())
