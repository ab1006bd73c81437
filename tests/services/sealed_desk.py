"""A sealed store with dossiers of the builders and deciding on it, for the tests of what is not sent yet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.reference import Reason
from officer_console.ids import uuid7
from officer_console.services.decide import Decide
from officer_console.store.store import Store
from tests import builders
from tests.faults.workplace import KEY, draft

REASONS = (Reason(code="form-unsigned", label="Chưa ký"),)
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


class SealedDesk:
    """One officer's store in ``folder``; ``woken`` counts how often the synchronisation was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.woken = 0
        self._ids = iter(range(1, 1000))
        self.open()
        with self.store.apply() as tx:
            tx.reference.put("reasons", "e", wire.encode(REASONS))

    def open(self) -> None:
        """Open the store, a second time as a restarted program would."""
        self.store = Store.open(self.folder / "store.db", KEY, clock=lambda: NOW)
        self.decide = Decide(
            self.store, builders.officer(), clock=lambda: NOW, new_id=self._new_id, recorded=lambda: self.wake()
        )

    def wake(self) -> None:
        self.woken += 1

    def put(self, n: int = 1, seq: int = 1, **fields: Any) -> Dossier:
        """Put a dossier into the mirror."""
        about = builders.dossier(n, declared_on=NOW.date(), **fields)
        with self.store.apply() as tx:
            tx.dossiers.put([(seq, about)])
        return about

    def record(self, about: Dossier, **fields: object) -> Decision:
        """Record an approval of ``about``."""
        return self.decide.record(draft(about, **fields))

    def refused(self, about: Dossier, code: str = "version-conflict", **data: object) -> Decision:
        """Record a decision and let central have refused it."""
        decision = self.record(about)
        with self.store.write() as tx:
            tx.outbox.refused(decision.op_id, code, dict(data), NOW)
        return decision

    def _new_id(self) -> str:
        return uuid7(NOW, lambda size: next(self._ids).to_bytes(size, "big"))
