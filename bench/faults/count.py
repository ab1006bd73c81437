"""The count at the end: every outbox against central's tables, every mirror against central's dossiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, select

from central_server import schema
from central_server.database import Database
from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from officer_console.store.outbox import OutboxItem
from officer_console.store.store import Store

# What central may say to the second of two officers who decided the same dossier.
SECOND = frozenset({"already-decided", "version-conflict", "leased"})
LETTERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What became of the decisions. ``wrong`` names everything behind ``lost``, ``duplicated`` and ``divergent``."""

    decisions: int
    conflicts: int
    lost: int
    duplicated: int
    divergent: int
    wrong: tuple[str, ...]


def count(database: Database, stores: Sequence[Store], said: Iterable[str], scopes: Sequence[str]) -> Count:
    """Count. ``said`` are the op_ids the desks reported as recorded; the last round of every desk is over."""
    with database.read() as connection:

        def rows(table: Table) -> Sequence[Row[Any]]:
            return connection.execute(select(table).where(table.c.scope_id.in_(scopes))).all()

        table = {row.op_id: row for row in rows(schema.decision)}
        letters = Counter(row.dossier_id for row in rows(schema.outbox))
        audited = [wire.decode(row.body, dict[str, Any]) for row in rows(schema.audit)]
        documents = {row.id: wire.decode(row.doc, Dossier) for row in rows(schema.dossier) if not row.gone}
    items = {item.op_id: item for store in stores for item in _outbox(store)}
    accepted = {op_id for op_id, item in items.items() if item.state == "accepted"}
    second = {op_id for op_id, item in items.items() if item.state == "attention" and item.error_code in SECOND}
    lost = [f"said but not in an outbox: {op_id}" for op_id in set(said) - items.keys()]
    lost += [f"{item.state} {item.error_code}: {op}" for op, item in items.items() if op not in accepted | second]
    lost += [f"accepted but not at central: {op_id}" for op_id in accepted - table.keys()]
    judged = {row.dossier_id for row in table.values()}
    lost += [f"second to nobody: {op_id}" for op_id in second if items[op_id].decision.dossier_id not in judged]
    doubled = [f"at central but not accepted: {op_id}" for op_id in table.keys() - accepted]
    doubled += _more_than(1, Counter(row.dossier_id for row in table.values()), "decisions")
    doubled += _more_than(1, Counter(e["dossier_id"] for e in audited if e["what"].startswith("decided")), "audited")
    doubled += _more_than(LETTERS, letters, "letters")
    divergent = [f"differs: {about}" for store in stores for about in _differing(store, documents, scopes)]
    return Count(
        decisions=len(table),
        conflicts=len(second),
        lost=len(lost),
        duplicated=len(doubled),
        divergent=len(divergent),
        wrong=(*lost, *doubled, *divergent),
    )


def _outbox(store: Store) -> tuple[OutboxItem, ...]:
    """Return everything ever decided in this store, by its journal."""
    with store.read() as tx:
        decided = [line.op_id for line in tx.journal.latest(100_000) if line.what.startswith("decided:")]
        found = [tx.outbox.get(op_id) for op_id in decided if op_id is not None]
    return tuple(item for item in found if item is not None)


def _more_than(most: int, counted: Counter[str], what: str) -> list[str]:
    return [f"{found} {what}: {about}" for about, found in counted.items() if found > most]


def _differing(store: Store, documents: dict[str, Dossier], scopes: Sequence[str]) -> list[str]:
    """Return the dossiers of which this store has something else than central."""
    with store.read() as tx:
        held = {scope: tx.dossiers.sum(scope).count for scope in scopes}
        mine = {scope: [about for about in documents.values() if about.scope_id == scope] for scope in held}
        wrong = [
            about.id
            for scope, here in held.items()
            if here
            for about in mine[scope]
            if tx.dossiers.get(about.id) != about
        ]
    return wrong + [scope for scope, here in held.items() if here not in (0, len(mine[scope]))]
