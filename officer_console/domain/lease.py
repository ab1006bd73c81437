"""A lease: for a while one officer has a dossier open and the others see who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# Letters of a reason for taking a dossier from another officer.
REASON_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who holds a dossier and until when (aware UTC).

    ``taken_at`` is since when, ``None`` in documents of an earlier central. ``reason`` is in the words of whoever took
    the dossier from another officer.
    """

    officer_id: str
    officer_name: str
    expires_at: datetime
    taken_at: datetime | None = None
    reason: str | None = None

    def active(self, now: datetime) -> bool:
        """Whether the lease still holds at ``now`` (aware UTC)."""
        return now < self.expires_at

    def held_by_other(self, officer_id: str, now: datetime) -> bool:
        """Whether somebody else than ``officer_id`` holds it at ``now``."""
        return self.active(now) and self.officer_id != officer_id
