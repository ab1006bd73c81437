"""A lease: for a while one officer has a dossier open and the others see who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who holds a dossier and until when (aware UTC)."""

    officer_id: str
    officer_name: str
    expires_at: datetime

    def active(self, now: datetime) -> bool:
        """Whether the lease still holds at ``now`` (aware UTC)."""
        return now < self.expires_at

    def held_by_other(self, officer_id: str, now: datetime) -> bool:
        """Whether somebody else than ``officer_id`` holds it at ``now``."""
        return self.active(now) and self.officer_id != officer_id
