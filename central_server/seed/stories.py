"""What has happened to a dossier so far: history, judgement, registry answer, messages, lease."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from central_server.outcome import masked
from central_server.seed.accounts import desk_officers
from central_server.seed.chance import uuid7, weighted
from central_server.seed.plans import Plan
from officer_console.domain.deadline import VIETNAM
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import DossierKind, HistoryEntry, Judgement, Status
from officer_console.domain.lease import Lease
from officer_console.domain.message import Channel, Message, MessageKind, MessageState
from officer_console.domain.person import Declaration
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict

# A lease of the training data outlasts the day of planting, so that "opened by a colleague" can be seen.
_LEASE_LEFT = timedelta(hours=36)
_UNDECIDED = frozenset({Status.PENDING, Status.PROCESSING, Status.EXPIRED})
_REASONS: tuple[tuple[tuple[str, str | None], float], ...] = (
    (("form-unsigned", None), 24),
    (("form-incomplete", None), 22),
    (("identity-mismatch", None), 16),
    (("identity-unreadable", None), 12),
    (("phone-taken", None), 8),
    (("not-present", None), 10),
    (("guardian-missing", None), 3),
    (("other", "Công dân đề nghị rút hồ sơ để khai lại"), 5),
)
_APPROVAL_MESSAGES = {
    DossierKind.REGISTER: MessageKind.ACCOUNT_ISSUED,
    DossierKind.CHANGE: MessageKind.INFORMATION_UPDATED,
    DossierKind.STOP: MessageKind.ACCOUNT_CLOSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The part of a dossier that time has written. ``last_at`` is the moment of the last event."""

    handed_in_at: datetime | None
    officer_name: str | None
    lease: Lease | None
    judgement: Judgement | None
    registry: RegistryAnswer | None
    messages: tuple[Message, ...]
    history: tuple[HistoryEntry, ...]
    version: int
    last_at: datetime


def story(random: Random, plan: Plan, declared: Declaration, record: str | None, today: date) -> Story:
    """Return what has happened by the beginning of ``today`` (Vietnamese date); ``record`` is the registry's name."""
    yesterday = today - timedelta(days=1)
    handed_on = _working_day(plan.declared_on + timedelta(days=random.randint(1, 7)), yesterday)
    declared_hour = random.randint(5, 7) if handed_on == plan.declared_on else random.randint(6, 22)
    declared_at = _moment(random, plan.declared_on, declared_hour)
    history = [HistoryEntry(at=declared_at, what="declared")]
    handed_in_at = _moment(random, handed_on, random.randint(8, 15)) if plan.handed_in else None
    if handed_in_at is not None:
        history.append(HistoryEntry(at=handed_in_at, what="handed_in"))
    if plan.status is Status.EXPIRED:
        night = datetime.combine(plan.declared_on + timedelta(days=11), time(0, 5), VIETNAM).astimezone(UTC)
        history.append(HistoryEntry(at=night, what="expired"))
    lease = None
    if plan.holder is not None:
        until = datetime.combine(today, time(0), VIETNAM).astimezone(UTC) + _LEASE_LEFT
        lease = Lease(officer_id=plan.holder.id, officer_name=plan.holder.full_name, expires_at=until)
    judgement, registry = None, None
    messages: tuple[Message, ...] = ()
    if plan.status not in _UNDECIDED and handed_in_at is not None:
        judgement = _judgement(random, plan, handed_in_at + timedelta(minutes=random.randint(3, 30)))
        registry = _registry(plan, judgement.decided_at, record)
        messages = _messages(random, plan, declared, judgement.decided_at + timedelta(minutes=1))
        history += _decided(plan, judgement)
    return Story(
        handed_in_at=handed_in_at,
        officer_name=judgement.officer_name if judgement else plan.holder.full_name if plan.holder else None,
        lease=lease,
        judgement=judgement,
        registry=registry,
        messages=messages,
        history=tuple(history),
        version=len({entry.at for entry in history}) + len(messages),
        last_at=messages[-1].at if messages else history[-1].at,
    )


def _working_day(day: date, latest: date) -> date:
    day += timedelta(days=max(0, 7 - day.isoweekday()) + 1) if day.isoweekday() > 5 else timedelta()
    return min(day, latest)


def _moment(random: Random, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, random.randint(0, 59), random.randint(0, 59)), VIETNAM).astimezone(UTC)


def _judgement(random: Random, plan: Plan, at: datetime) -> Judgement:
    officer = random.choice(desk_officers(plan.office))
    refused = plan.status is Status.REJECTED
    reason, words = weighted(random, _REASONS) if refused else (None, None)
    return Judgement(
        op_id=uuid7(random, at),
        verdict=(Verdict.INVALID if refused else Verdict.VALID).value,
        reason_code=reason,
        reason_text=words,
        officer_id=officer.id,
        officer_name=officer.full_name,
        decided_at=at,
    )


def _registry(plan: Plan, at: datetime, record: str | None) -> RegistryAnswer | None:
    if plan.status is Status.REJECTED:
        return None
    one_record = plan.answer in (RegistryVerdict.MATCH, RegistryVerdict.MARKS_DIFFER, RegistryVerdict.NAME_DIFFERS)
    return RegistryAnswer(verdict=plan.answer, checked_at=at, registry_name=record if one_record else None)


def _messages(random: Random, plan: Plan, declared: Declaration, at: datetime) -> tuple[Message, ...]:
    kinds = {
        Status.APPROVED: _APPROVAL_MESSAGES[plan.kind],
        Status.REJECTED: MessageKind.REFUSED,
        Status.AWAITING_REGISTRY: MessageKind.AWAITING_REGISTRY,
    }
    kind = kinds.get(plan.status)
    if kind is None:
        return ()
    phone = masked(Channel.SMS, declared.phone)
    sms = Message(kind=kind, channel=Channel.SMS, state=MessageState.SENT, to=phone, at=at)
    if declared.email is None:
        return (sms,)
    state = MessageState.FAILED if random.random() < 0.015 else MessageState.SENT
    return sms, Message(kind=kind, channel=Channel.EMAIL, state=state, to=masked(Channel.EMAIL, declared.email), at=at)


def _decided(plan: Plan, judgement: Judgement) -> list[HistoryEntry]:
    what = "decided_invalid" if plan.status is Status.REJECTED else "decided_valid"
    entries = [HistoryEntry(at=judgement.decided_at, what=what, who=judgement.officer_name)]
    if plan.status is not Status.REJECTED:
        entries.append(HistoryEntry(at=judgement.decided_at, what=f"registry_{plan.answer.value}"))
    if plan.status is Status.APPROVED:
        entries.append(HistoryEntry(at=judgement.decided_at, what=_APPROVAL_MESSAGES[plan.kind].value))
    return entries
