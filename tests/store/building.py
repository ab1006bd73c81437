"""Small makers of dossiers and decisions for the store's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from bench.rows import dossiers
from officer_console.domain.decision import Decision, Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.search import Criteria, Row
from officer_console.store.search import PageCursor, ResultPage
from officer_console.store.store import Store

KEY = bytes(range(32))
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def clock() -> datetime:
    return NOW


def many(count: int, seed: int = 1) -> list[tuple[int, Dossier]]:
    return list(dossiers(count, seed=seed, days=60))


def named(dossier_id: str, full_name: str, **fields: object) -> Dossier:
    made = many(1)[0][1]
    declaration = replace(made.declaration, full_name=full_name)
    return replace(made, id=dossier_id, declaration=declaration, **fields)  # type: ignore[arg-type]  # fields of Dossier


def decision(op_id: str, dossier_id: str = "d-1") -> Decision:
    return Decision(
        op_id=op_id,
        dossier_id=dossier_id,
        scope_id="07906",
        base_version=3,
        verdict=Verdict.VALID,
        decided_at=NOW,
    )


def put_names(store: Store, *names: str) -> None:
    with store.apply() as tx:
        tx.dossiers.put([(n, named(f"d-{n}", name)) for n, name in enumerate(names, start=1)])


def whole(store: Store, criteria: Criteria, limit: int = 100) -> list[Row]:
    rows: list[Row] = []
    after: PageCursor | None = None
    while True:
        page: ResultPage = store.search.page(criteria, TODAY, after, limit)
        assert len(page.rows) <= limit
        rows += page.rows
        if page.next is None:
            return rows
        after = page.next
