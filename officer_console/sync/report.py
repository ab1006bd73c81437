"""What one round of synchronisation did and how things stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different in the store. ``dossier_ids`` is empty and ``all_dossiers`` true after a large pull."""

    dossier_ids: frozenset[str] = frozenset()
    all_dossiers: bool = False
    reference: bool = False

    def concerns(self, dossier_id: str) -> bool:
        """Whether the dossier may look different now."""
        return self.all_dossiers or dossier_id in self.dossier_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """What the status bar says. ``last_sync`` is central's time of the last whole round, this start's or an
    earlier one's; ``first_sync_done`` that there was one. ``progress`` is how many dossiers have come so far.

    ``online``: central can be reached; ``serving``: it does what it is asked, rather than say that it cannot just now.

    ``recorded`` counts the decisions recorded in this store and not put aside, ``confirmed`` those of them that
    central's ledger names, ``unread`` those that central accepted since its ledger was read. ``clock_offset`` is
    central's clock less this machine's, ``None`` before it is known.

    ``rest_until`` is when the time is over that central has asked of the whole desk, by this machine's clock; ``None``
    when it has asked for none.
    """

    online: bool = False
    serving: bool = True
    signed_in: bool = False
    last_sync: datetime | None = None
    waiting: int = 0
    attention: int = 0
    first_sync_done: bool = False
    progress: int | None = None
    error_code: str | None = None
    recorded: int = 0
    confirmed: int = 0
    unread: int = 0
    clock_offset: timedelta | None = None
    rest_until: datetime | None = None
