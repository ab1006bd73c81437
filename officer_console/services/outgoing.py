"""Hàng chờ gửi: the decisions that wait to reach central, why they have not, and sending them at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from officer_console.domain.decision import Verdict
from officer_console.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDecision:
    """One decision on its way. Times are aware UTC.

    ``number`` and ``full_name`` are ``None`` when the dossier has left this desk. ``error_code`` is why the last try
    failed, ``None`` before the first; ``next_at`` is when it is tried next, ``None`` for the next round.
    """

    op_id: str
    dossier_id: str
    number: str | None
    full_name: str | None
    verdict: Verdict
    recorded_at: datetime
    attempts: int
    next_at: datetime | None
    error_code: str | None


class Outgoing:
    """What waits in the outbox of one officer."""

    def __init__(self, store: Store, *, wake: Callable[[], None]) -> None:
        """``wake`` starts a round of synchronisation soon."""
        self._store = store
        self._wake = wake

    def waiting(self) -> tuple[WaitingDecision, ...]:
        """Return every decision that waits, oldest first."""
        with self._store.read() as tx:
            items = [item for item in tx.outbox.open() if item.state == "waiting"]
            dossiers = {item.decision.dossier_id: tx.dossiers.get(item.decision.dossier_id) for item in items}
        found = []
        for item in items:
            dossier = dossiers[item.decision.dossier_id]
            found.append(
                WaitingDecision(
                    op_id=item.op_id,
                    dossier_id=item.decision.dossier_id,
                    number=dossier.number if dossier else None,
                    full_name=dossier.declaration.full_name if dossier else None,
                    verdict=item.decision.verdict,
                    recorded_at=item.created_at,
                    attempts=item.attempts,
                    next_at=item.next_at,
                    error_code=item.error_code,
                )
            )
        return tuple(found)

    def send_now(self, op_ids: frozenset[str]) -> None:
        """Let these decisions be sent in a round that begins at once; what has gone in the meantime is left alone.

        Raises:
            StoreError: the store cannot be written.
        """
        with self._store.write() as tx:
            for item in tx.outbox.open():
                if item.state == "waiting" and item.op_id in op_ids:
                    tx.outbox.retry(item.op_id)
        self._wake()
