"""Hàng chờ gửi: the decisions that wait to reach central, why they have not, and sending them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from officer_console.domain.decision import Verdict
from officer_console.store.store import Store
from officer_console.sync.held import Rest


def _no_rest() -> Rest | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDecision:
    """One decision on its way. Times are aware UTC.

    ``here`` says whether the dossier is on this desk; when it has left, ``number`` and ``full_name`` are those it was
    judged under, ``None`` where that is not known. ``error_code`` is why the last try
    failed, or why there was none as central has asked time, ``None`` before the first; ``next_at`` is when it is tried
    next, not before the time central has asked for is over, ``None`` for the next round.
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
    here: bool = True


class Outgoing:
    """What waits in the outbox of one officer."""

    def __init__(
        self,
        store: Store,
        *,
        wake: Callable[[], None],
        rests: Callable[[], Mapping[str, Rest]] = dict,
        rest: Callable[[], Rest | None] = _no_rest,
    ) -> None:
        """``wake`` starts a round of synchronisation soon.

        ``rests`` names the offices central has asked time for, ``rest`` is the time it has asked of the whole desk.
        """
        self._store = store
        self._wake = wake
        self._rests = rests
        self._rest = rest

    def waiting(self) -> tuple[WaitingDecision, ...]:
        """Return every decision that waits, oldest first."""
        with self._store.read() as tx:
            items = [item for item in tx.outbox.open() if item.state == "waiting"]
            dossiers = {item.op_id: tx.dossiers.get(item.decision.dossier_id) for item in items}
            bases = {op_id: tx.outbox.basis(op_id) for op_id, dossier in dossiers.items() if dossier is None}
        rests, of_all = self._rests(), self._rest()
        found = []
        for item in items:
            rest = _longer(rests.get(item.decision.scope_id), of_all)
            here, basis = dossiers[item.op_id], bases.get(item.op_id)
            dossier = here or (basis.dossier if basis is not None else None)
            found.append(
                WaitingDecision(
                    op_id=item.op_id,
                    dossier_id=item.decision.dossier_id,
                    number=dossier.number if dossier else None,
                    full_name=dossier.declaration.full_name if dossier else None,
                    verdict=item.decision.verdict,
                    recorded_at=item.created_at,
                    attempts=item.attempts,
                    next_at=_later(item.next_at, rest),
                    error_code=item.error_code or (rest.error.code if rest is not None else None),
                    here=here is not None,
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


def _longer(one: Rest | None, other: Rest | None) -> Rest | None:
    """Return the rest that ends later."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda rest: rest.until)


def _later(next_at: datetime | None, rest: Rest | None) -> datetime | None:
    """Return when a decision is tried next, which is not during a rest."""
    if rest is None:
        return next_at
    return rest.until if next_at is None else max(next_at, rest.until)
