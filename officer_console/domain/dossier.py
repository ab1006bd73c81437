"""A dossier: one citizen's registration, its states and the one table that says how a state may change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from officer_console.domain.attachment import Attachment
from officer_console.domain.errors import RuleError
from officer_console.domain.lease import Lease
from officer_console.domain.message import Message
from officer_console.domain.notice import Notice
from officer_console.domain.person import Declaration
from officer_console.domain.registry import RegistryAnswer


class DossierKind(StrEnum):
    """Loại hồ sơ."""

    REGISTER = "register"
    CHANGE = "change"
    STOP = "stop"


class Status(StrEnum):
    """Trạng thái."""

    PENDING = "pending"
    PROCESSING = "processing"
    CHECKING = "checking"
    APPROVED = "approved"
    REJECTED = "rejected"
    AWAITING_REGISTRY = "awaiting_registry"
    EXPIRED = "expired"


class Event(StrEnum):
    """What can happen to a dossier."""

    TAKE = "take"
    RELEASE = "release"
    ACCEPT = "accept"
    REFUSE = "refuse"
    REGISTRY_SILENT = "registry_silent"
    REGISTRY_DISAGREES = "registry_disagrees"
    EXPIRE = "expire"


TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (Status.PENDING, Event.TAKE): Status.PROCESSING,
    (Status.PENDING, Event.ACCEPT): Status.APPROVED,
    (Status.PENDING, Event.REFUSE): Status.REJECTED,
    (Status.PENDING, Event.REGISTRY_SILENT): Status.CHECKING,
    (Status.PENDING, Event.REGISTRY_DISAGREES): Status.AWAITING_REGISTRY,
    (Status.PENDING, Event.EXPIRE): Status.EXPIRED,
    (Status.PROCESSING, Event.TAKE): Status.PROCESSING,
    (Status.PROCESSING, Event.RELEASE): Status.PENDING,
    (Status.PROCESSING, Event.ACCEPT): Status.APPROVED,
    (Status.PROCESSING, Event.REFUSE): Status.REJECTED,
    (Status.PROCESSING, Event.REGISTRY_SILENT): Status.CHECKING,
    (Status.PROCESSING, Event.REGISTRY_DISAGREES): Status.AWAITING_REGISTRY,
    (Status.CHECKING, Event.TAKE): Status.CHECKING,
    (Status.CHECKING, Event.RELEASE): Status.CHECKING,
    (Status.CHECKING, Event.ACCEPT): Status.APPROVED,
    (Status.CHECKING, Event.REFUSE): Status.REJECTED,
    (Status.CHECKING, Event.REGISTRY_SILENT): Status.CHECKING,
    (Status.CHECKING, Event.REGISTRY_DISAGREES): Status.AWAITING_REGISTRY,
    (Status.AWAITING_REGISTRY, Event.TAKE): Status.AWAITING_REGISTRY,
    (Status.AWAITING_REGISTRY, Event.RELEASE): Status.AWAITING_REGISTRY,
    (Status.AWAITING_REGISTRY, Event.ACCEPT): Status.APPROVED,
    (Status.AWAITING_REGISTRY, Event.REFUSE): Status.REJECTED,
    (Status.AWAITING_REGISTRY, Event.REGISTRY_SILENT): Status.CHECKING,
    (Status.AWAITING_REGISTRY, Event.REGISTRY_DISAGREES): Status.AWAITING_REGISTRY,
}

OPEN = frozenset({Status.PENDING, Status.PROCESSING, Status.CHECKING, Status.AWAITING_REGISTRY})
# Where an officer may refuse, and where he may approve: what waits for the registry has been judged valid already.
DECIDABLE = frozenset({Status.PENDING, Status.PROCESSING, Status.CHECKING, Status.AWAITING_REGISTRY})
APPROVABLE = DECIDABLE - {Status.CHECKING}


def after(status: Status, event: Event) -> Status:
    """Return the status a dossier in ``status`` has after ``event``.

    Raises:
        RuleError: ``transition-forbidden`` when the table has no such step.
    """
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise RuleError("transition-forbidden", status=status.value, event=event.value) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The officer's decision as central recorded it. ``decided_at`` is aware UTC, central's clock."""

    op_id: str
    verdict: str
    reason_code: str | None = None
    reason_text: str | None = None
    note: str | None = None
    officer_id: str
    officer_name: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One line of the dossier's history; ``what`` is a code that ``views/words.py`` turns into words."""

    at: datetime
    what: str
    who: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One dossier as central last told it; also the wire document.

    ``declared_on`` and ``due_on`` are Vietnamese calendar dates (UTC+7); all times are aware UTC.
    ``version`` grows with every change an officer's verdict depends on; a lease or the state of a message does not.
    ``previous`` is the account's data before a change (kind ``change`` only).
    ``notices`` are those that were signed digitally, of its decisions, earlier ones included.
    ``obstacle`` is what in the accounts forbade to approve what the registry let pass: ``account-missing``,
    ``account-exists`` or ``phone-taken``.
    """

    id: str
    scope_id: str
    number: str
    kind: DossierKind
    status: Status
    version: int
    declared_on: date
    due_on: date
    handed_in_at: datetime | None = None
    declaration: Declaration
    previous: Declaration | None = None
    stop_reason: str | None = None
    attachments: tuple[Attachment, ...] = ()
    identity_verified: bool = False
    officer_name: str | None = None
    lease: Lease | None = None
    judgement: Judgement | None = None
    registry: RegistryAnswer | None = None
    obstacle: str | None = None
    messages: tuple[Message, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def open(self) -> bool:
        """Whether work is still owed on the dossier."""
        return self.status in OPEN


def number_key(number: str) -> str:
    """Return the first segment of a số hồ sơ, the part officers type: ``1000123/07906`` → ``1000123``."""
    return number.split("/", 1)[0].strip()
