"""Cần xử lý: the decisions central refused, each beside the dossier as it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.reference import Reference
from officer_console.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedDecision:
    """A refused decision with central's reason, and the dossier as central last told it.

    ``dossier`` is ``None`` when it has left this desk.
    """

    op_id: str
    decision: Decision
    error_code: str | None
    error_data: Mapping[str, Any]
    dossier: Dossier | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """Every refused decision, oldest first, with the lists that put them into words."""

    decisions: tuple[ParkedDecision, ...]
    reference: Reference


class Attention:
    """What needs one officer. Nothing here settles by itself: see ``Decide.withdraw`` and ``Decide.record``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def parked(self) -> Parked:
        """Return the refused decisions and what stands at central, both as of one moment."""
        with self._store.read() as tx:
            items = tx.outbox.attention()
            dossiers = {item.decision.dossier_id: tx.dossiers.get(item.decision.dossier_id) for item in items}
            reference = tx.reference.get()
        decisions = tuple(
            ParkedDecision(
                op_id=item.op_id,
                decision=item.decision,
                error_code=item.error_code,
                error_data=item.error_data,
                dossier=dossiers[item.decision.dossier_id],
            )
            for item in items
        )
        return Parked(decisions=decisions, reference=reference)
