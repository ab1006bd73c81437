"""Messages to the citizen as the dossier shows them: what, by which way, how far. Never their text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MessageKind(StrEnum):
    """Why the citizen is written to."""

    ACCOUNT_ISSUED = "account_issued"
    INFORMATION_UPDATED = "information_updated"
    ACCOUNT_CLOSED = "account_closed"
    REFUSED = "refused"
    AWAITING_REGISTRY = "awaiting_registry"


class Channel(StrEnum):
    """By which way."""

    SMS = "sms"
    EMAIL = "email"


class MessageState(StrEnum):
    """How far a message has come."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. ``to`` is masked by central (``09•••••123``); ``at`` is the time of the last state, aware UTC.

    ``id`` names the letter, as an administrator asks for it. ``former`` goes where the account was reached before the
    dossier. ``replaced`` (and ``failed``) is a letter that is not sent any more: a newer one says how things are now.
    """

    kind: MessageKind
    channel: Channel
    state: MessageState
    to: str
    at: datetime
    id: str | None = None
    former: bool = False
    replaced: bool = False

    @property
    def decision(self) -> str:
        """The ``op_id`` of the decision it tells of; empty where ``id`` does not say."""
        return (self.id or "").partition(".")[0]
