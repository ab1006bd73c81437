"""What becomes of a dossier: pure steps from a document and an event to the next document and the letters to write."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from central_server.accounts import Holder, code_of, own_code, phone_of
from central_server.letters import Letter, letter_id
from central_server.reference import References
from officer_console.domain.attachment import Attachment
from officer_console.domain.decision import Decision, PhotoReplacement, Verdict
from officer_console.domain.dossier import Dossier, DossierKind, Event, HistoryEntry, Judgement, after
from officer_console.domain.message import Channel, Message, MessageKind, MessageState
from officer_console.domain.officer import Officer
from officer_console.domain.registry import RegistryAnswer

_ACCEPTED: dict[DossierKind, MessageKind] = {
    DossierKind.REGISTER: MessageKind.ACCOUNT_ISSUED,
    DossierKind.CHANGE: MessageKind.INFORMATION_UPDATED,
    DossierKind.STOP: MessageKind.ACCOUNT_CLOSED,
}


def judged(dossier: Dossier, decision: Decision, officer: Officer, references: References, now: datetime) -> Dossier:
    """Return the dossier with the officer's decision and pictures in it, before anybody knows what comes of it."""
    entries = [
        HistoryEntry(
            at=now,
            what="photo_replaced",
            who=officer.full_name,
            note=_picture_note(references.reference.label("attachment", photo.kind.value), photo.reason),
        )
        for photo in decision.photos
    ]
    if dossier.handed_in_at is None:
        entries.append(HistoryEntry(at=now, what="handed_in", who=officer.full_name))
    what = "decided_valid" if decision.verdict is Verdict.VALID else "decided_invalid"
    entries.append(HistoryEntry(at=now, what=what, who=officer.full_name, note=decision.note))
    return replace(
        dossier,
        handed_in_at=dossier.handed_in_at or now,
        attachments=_with_photos(dossier.attachments, decision.photos, officer.full_name, now),
        officer_name=officer.full_name,
        lease=None,
        judgement=Judgement(
            op_id=decision.op_id,
            verdict=decision.verdict.value,
            reason_code=decision.reason_code,
            reason_text=decision.reason_text,
            note=decision.note,
            officer_id=officer.id,
            officer_name=officer.full_name,
            decided_at=now,
        ),
        history=dossier.history + tuple(entries),
    )


def settled(
    dossier: Dossier,
    event: Event,
    answer: RegistryAnswer | None,
    references: References,
    now: datetime,
    *,
    holder: Holder | None = None,
    obstacle: str | None = None,
) -> tuple[Dossier, tuple[Letter, ...]]:
    """Return the dossier after ``event`` (one version on) and what the citizen is to be told.

    ``holder`` is how the account was reached until now: it is told as well. ``obstacle`` is what in the accounts
    forbade the approval. Older letters that have not gone out and say what is no longer so are replaced.

    Raises:
        officer_console.domain.errors.RuleError: ``transition-forbidden``.
    """
    entries = []
    if answer is not None:
        entries.append(HistoryEntry(at=now, what=f"registry_{answer.verdict.value}"))
    kind = _message_kind(dossier.kind, event)
    if event is Event.ACCEPT and kind is not None:
        entries.append(HistoryEntry(at=now, what=kind.value))
    letters = () if kind is None else _letters(dossier, kind, answer, references, holder, obstacle)
    op_id = None if dossier.judgement is None else dossier.judgement.op_id
    messages = tuple(
        Message(
            kind=letter.kind,
            channel=letter.channel,
            state=MessageState.QUEUED,
            to=masked(letter.channel, letter.address),
            at=now,
            id=None if op_id is None else letter_id(op_id, letter.way),
            former=letter.former,
        )
        for letter in letters
    )
    changed = replace(
        dossier,
        status=after(dossier.status, event),
        version=dossier.version + 1,
        registry=answer or dossier.registry,
        obstacle=obstacle,
        messages=_replaced(dossier.messages, {letter.channel for letter in letters}, now) + messages,
        history=dossier.history + tuple(entries),
    )
    return changed, letters


def masked(channel: Channel, address: str) -> str:
    """Return an address of which only enough is left to recognise it: ``09•••••123``, ``n•••@example.vn``."""
    if channel is Channel.EMAIL:
        name, _, host = address.rpartition("@")
        return f"{name[:1]}•••@{host}"
    return f"{address[:2]}•••••{address[-3:]}"


def _replaced(messages: tuple[Message, ...], channels: set[Channel], now: datetime) -> tuple[Message, ...]:
    """Return the older messages, those by ``channels`` that have not gone out as not to be sent any more."""

    def told(message: Message) -> Message:
        if message.id is None or message.channel not in channels or message.state is MessageState.SENT:
            return message
        at = now if message.state is MessageState.QUEUED else message.at
        return replace(message, state=MessageState.FAILED, replaced=True, at=at)

    return tuple(told(message) for message in messages)


def _message_kind(kind: DossierKind, event: Event) -> MessageKind | None:
    if event is Event.ACCEPT:
        return _ACCEPTED[kind]
    return {Event.REFUSE: MessageKind.REFUSED, Event.REGISTRY_DISAGREES: MessageKind.AWAITING_REGISTRY}.get(event)


def _letters(
    dossier: Dossier,
    kind: MessageKind,
    answer: RegistryAnswer | None,
    references: References,
    holder: Holder | None,
    obstacle: str | None,
) -> tuple[Letter, ...]:
    declaration = dossier.declaration
    reason = ""
    if kind is MessageKind.REFUSED and dossier.judgement is not None:
        reason = references.reason_words(dossier.judgement.reason_code, dossier.judgement.reason_text)
    data = {
        "full_name": declaration.full_name,
        "social_code": code_of(declaration),
        "number": dossier.number,
        "reason": reason,
        "office": references.office_name(dossier.scope_id),
        "registry": "" if answer is None else answer.verdict.value,
        "obstacle": (obstacle or "").replace("-", "_"),
    }
    addresses = {Channel.SMS: phone_of(declaration), Channel.EMAIL: declaration.email}
    letters = [
        Letter(kind=kind, channel=channel, address=address, data=data)
        for channel, address in addresses.items()
        if address
    ]
    if holder is not None:
        # Whoever the account belonged to learns of it where the dossier has not been able to turn it aside, and
        # nothing of what is declared now.
        known = dossier.previous or declaration
        old = {**data, "full_name": known.full_name, "social_code": own_code(dossier)}
        letters += [
            Letter(kind=kind, channel=channel, address=address, data=old, former=True)
            for channel, address in ((Channel.SMS, holder.phone), (Channel.EMAIL, holder.email))
            if address and address.casefold() != (addresses[channel] or "").casefold()
        ]
    return tuple(letters)


def _picture_note(label: str, reason: str | None) -> str:
    """Return what stands in the history of a picture that was replaced."""
    return f"{label}: {reason}" if reason else label


def _with_photos(
    attachments: tuple[Attachment, ...], photos: tuple[PhotoReplacement, ...], who: str, now: datetime
) -> tuple[Attachment, ...]:
    brought = {
        photo.kind: Attachment(
            kind=photo.kind,
            sha256=photo.sha256,
            media_type=photo.media_type,
            size=photo.size,
            replaced_by=who,
            replaced_at=now,
        )
        for photo in photos
    }
    kept = tuple(brought.pop(attachment.kind, attachment) for attachment in attachments)
    return kept + tuple(brought.values())
