"""Cần xử lý: the decisions central refused, each beside the dossier as it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.reference import Reference
from officer_console.domain.registry import RegistryAnswer
from officer_console.store.basis import Basis
from officer_console.store.outbox import OutboxItem
from officer_console.store.store import Store

_MOVED = "moved_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedDecision:
    """A refused decision with central's reason, and the dossier as central last told it.

    ``dossier`` is ``None`` when it has left this desk. ``judged`` is the dossier as the officer judged it and
    ``evidence`` the household registry's answer he had seen, ``None`` where that is not known.
    """

    op_id: str
    decision: Decision
    error_code: str | None
    error_data: Mapping[str, Any]
    dossier: Dossier | None
    judged: Dossier | None = None
    evidence: RegistryAnswer | None = None

    @property
    def about(self) -> Dossier | None:
        """The dossier as far as it is known: as it stands, else as it was judged."""
        return self.dossier or self.judged

    @property
    def moved(self) -> bool:
        """Whether another office has the dossier now."""
        if self.dossier is not None:
            return self.dossier.scope_id != self.decision.scope_id
        return self.error_code == "dossier-gone" and self.error_data.get("code") in (None, _MOVED)


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
            bases = {item.op_id: tx.outbox.basis(item.op_id) for item in items}
            reference = tx.reference.get()
        return Parked(
            decisions=tuple(_parked(item, dossiers[item.decision.dossier_id], bases[item.op_id]) for item in items),
            reference=reference,
        )


def _parked(item: OutboxItem, dossier: Dossier | None, basis: Basis | None) -> ParkedDecision:
    return ParkedDecision(
        op_id=item.op_id,
        decision=item.decision,
        error_code=item.error_code,
        error_data=item.error_data,
        dossier=dossier,
        judged=None if basis is None else basis.dossier,
        evidence=None if basis is None else basis.evidence,
    )
