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
    PENDING = "pending"
    CLOSED = "closed"
    EXPIRED = "expired"
    ATTENTION = "attention"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lock with the data of its sentence (``by``, ``until``)."""

    kind: LockKind
    data: dict[str, Any] = field(default_factory=dict)


LOADING = Lock(kind=LockKind.LOADING)


def lock(opened: Opened, officer: Officer, now: datetime, *, waits: bool, refused: bool) -> Lock | None:
    """Return what keeps ``officer`` from judging, ``None`` when nothing does.

    Args:
        opened: the dossier with its lease.
        officer: who is signed in.
        now: aware time, for the lease.
        waits: whether a decision waits to be sent or answered.
        refused: whether a refused decision waits for the officer's choice.
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
        return Lock(kind=LockKind.LEASED, data={"by": lease.officer_name, "until": lease.expires_at})
    return None if officer.may(Action.DECIDE) else Lock(kind=LockKind.NOT_ALLOWED)
