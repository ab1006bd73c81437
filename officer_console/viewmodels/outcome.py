"""What became of a decision: one code for the banner of the detail page, worked out from what the store says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.message import Message, MessageState
from officer_console.domain.registry import RegistryVerdict
from officer_console.viewmodels.review_ports import Refused


class OutcomeKind(StrEnum):
    """Everything the officer can be told after *Ghi nhận*, or on opening a dossier somebody has decided."""

    SENDING = "sending"
    WAITING_NETWORK = "waiting_network"
    ISSUED = "issued"
    UPDATED = "updated"
    CLOSED = "closed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CHECKING = "checking"
    CODE_ABSENT = "code_absent"
    NAME_DIFFERS = "name_differs"
    MARKS_DIFFER = "marks_differ"
    AMBIGUOUS = "ambiguous"
    ACCOUNT_EXISTS = "account_exists"
    ACCOUNT_MISSING = "account_missing"
    PHONE_TAKEN = "phone_taken"
    REFUSED_BY_CENTRAL = "refused_by_central"


APPROVED: dict[DossierKind, OutcomeKind] = {
    DossierKind.REGISTER: OutcomeKind.ISSUED,
    DossierKind.CHANGE: OutcomeKind.UPDATED,
    DossierKind.STOP: OutcomeKind.CLOSED,
}
FROM_REGISTRY: dict[RegistryVerdict, OutcomeKind] = {
    RegistryVerdict.CODE_ABSENT: OutcomeKind.CODE_ABSENT,
    RegistryVerdict.NAME_DIFFERS: OutcomeKind.NAME_DIFFERS,
    RegistryVerdict.MARKS_DIFFER: OutcomeKind.MARKS_DIFFER,
    RegistryVerdict.AMBIGUOUS: OutcomeKind.AMBIGUOUS,
    RegistryVerdict.SILENT: OutcomeKind.CHECKING,
}
FROM_OBSTACLE: dict[str, OutcomeKind] = {
    "account-exists": OutcomeKind.ACCOUNT_EXISTS,
    "account-missing": OutcomeKind.ACCOUNT_MISSING,
    "phone-taken": OutcomeKind.PHONE_TAKEN,
}
FROM_STATUS: dict[Status, OutcomeKind] = {
    Status.REJECTED: OutcomeKind.REJECTED,
    Status.EXPIRED: OutcomeKind.EXPIRED,
    Status.CHECKING: OutcomeKind.CHECKING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What to say. ``sent`` is the state of the citizen's messages taken together (``None``: there are none yet).

    ``code`` and ``data`` belong to ``REFUSED_BY_CENTRAL``. ``fresh`` is true right after this officer's own *Ghi nhận*.
    """

    kind: OutcomeKind
    dossier: Dossier
    fresh: bool = False
    sent: MessageState | None = None
    code: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def newest_messages(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Return the messages of the newest kind to the addresses declared: a dossier decided twice keeps its older ones.

    Those of the last decision only, where the messages say of which decision they are.
    """
    current = [message for message in messages if not message.replaced and not message.former]
    if not current:
        return ()
    if not current[-1].decision:
        newest = max(current, key=lambda message: message.at).kind
        return tuple(message for message in current if message.kind is newest)
    decision = current[-1].decision
    return tuple(message for message in current if message.decision == decision)


def message_state(messages: tuple[Message, ...]) -> MessageState | None:
    """Return ``sent`` when one way has reached the citizen, ``failed`` when every way failed, else ``queued``."""
    states = {message.state for message in newest_messages(messages)}
    if not states:
        return None
    if MessageState.SENT in states:
        return MessageState.SENT
    return MessageState.FAILED if states == {MessageState.FAILED} else MessageState.QUEUED


def outcome(dossier: Dossier, *, sending: bool, attention: Refused | None, fresh: bool, online: bool) -> Outcome | None:
    """Return what to say about the dossier, ``None`` while it simply waits for a judgement.

    Args:
        dossier: as the store has it.
        sending: whether a decision on it waits to be sent or answered.
        attention: the decision central refused, if any.
        fresh: whether this officer pressed *Ghi nhận* on this visit.
        online: whether central can be reached at the moment.
    """
    if attention is not None:
        code, data = attention.error_code, attention.error_data or {}
        return Outcome(kind=OutcomeKind.REFUSED_BY_CENTRAL, dossier=dossier, fresh=fresh, code=code, data=data)
    if sending:
        kind = OutcomeKind.SENDING if online else OutcomeKind.WAITING_NETWORK
        return Outcome(kind=kind, dossier=dossier, fresh=fresh)
    found = _settled(dossier)
    if found is None:
        return None
    return Outcome(kind=found, dossier=dossier, fresh=fresh, sent=message_state(dossier.messages))


def _settled(dossier: Dossier) -> OutcomeKind | None:
    if dossier.status is Status.APPROVED:
        return APPROVED[dossier.kind]
    if dossier.status is Status.AWAITING_REGISTRY:
        if dossier.obstacle is not None:
            return FROM_OBSTACLE.get(dossier.obstacle)
        return FROM_REGISTRY.get(dossier.registry.verdict) if dossier.registry else None
    return FROM_STATUS.get(dossier.status)
