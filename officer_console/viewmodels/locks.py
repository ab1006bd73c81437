"""Why a dossier on the page cannot be judged at the moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from officer_console.domain.dossier import DECIDABLE, Status
from officer_console.domain.officer import Action, Officer
from officer_console.viewmodels.review_ports import Opened


class LockKind(StrEnum):
    """Why nothing can be decided at the moment."""

    LOADING = "loading"
    LEASED = "leased"
    LOST = "lost"
    DRAFT = "draft"
    PENDING = "pending"
    CLOSED = "closed"
    EXPIRED = "expired"
    ATTENTION = "attention"
    NOT_ALLOWED = "not_allowed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lock with the data of its sentence (``by``, ``since``, ``until``, ``reason``; ``at`` of a draft)."""

    kind: LockKind
    data: dict[str, Any] = field(default_factory=dict)


LOADING = Lock(kind=LockKind.LOADING)


def lock(
    opened: Opened,
    officer: Officer,
    now: datetime,
    *,
    waits: bool,
    refused: bool,
    held: bool = False,
    draft_at: datetime | None = None,
    changed: bool = False,
) -> Lock | None:
    """Return what keeps ``officer`` from judging, ``None`` when nothing does.

    Args:
        opened: the dossier with its lease.
        officer: who is signed in.
        now: aware time, for the lease.
        waits: whether a decision waits to be sent or answered.
        refused: whether a refused decision waits for the officer's choice.
        held: whether the officer had the dossier on this visit.
        draft_at: when the draft was kept that is offered and neither taken up nor dropped yet.
        changed: whether another state came under the officer's eyes and he has not said that he has seen it.
    """
    dossier, lease = opened.dossier, opened.lease_by_other
    if waits:
        return Lock(kind=LockKind.PENDING)
    if refused:
        return Lock(kind=LockKind.ATTENTION)
    if dossier.status is Status.EXPIRED:
        return Lock(kind=LockKind.EXPIRED)
    if dossier.status not in DECIDABLE:
        return Lock(kind=LockKind.CLOSED)
    if lease is not None and lease.held_by_other(officer.id, now):
        data = {
            "by": lease.officer_name,
            "since": lease.taken_at,
            "until": lease.expires_at,
            "reason": lease.reason,
        }
        return Lock(kind=LockKind.LOST if held else LockKind.LEASED, data=data)
    if not officer.may(Action.DECIDE):
        return Lock(kind=LockKind.NOT_ALLOWED)
    if draft_at is not None:
        return Lock(kind=LockKind.DRAFT, data={"at": draft_at})
    return Lock(kind=LockKind.CHANGED) if changed else None
