"""A refused decision beside what stands at central, line by line, in words."""

from __future__ import annotations

from dataclasses import dataclass

from officer_console.domain.changes import FieldChange, changes
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier, Judgement
from officer_console.domain.reference import Reference
from officer_console.domain.registry import RegistryAnswer
from officer_console.services.attention import ParkedDecision
from officer_console.views import words
from officer_console.views.findings import FIELD_LABELS

YOU = "Bạn"
GONE = "Hồ sơ không còn trong danh sách được giao"
MOVED = "Đã chuyển sang cơ quan khác"
SEEN = "như bạn đã xem"
UNCHANGED = "không đổi"
NOT_JUDGED = "chưa ai đánh giá"
_TICKS = (("original_compared", "Đã đối chiếu bản gốc"), ("signed_form_received", "Đã nhận tờ khai ký"))


@dataclass(frozen=True, slots=True)
class Compared:
    """One line: what was decided here, what stands at central; ``differs`` marks it."""

    label: str
    mine: str
    theirs: str
    differs: bool


def comparison(parked: ParkedDecision, reference: Reference) -> tuple[Compared, ...]:
    """Return both versions side by side: what differs of what was judged; result, reason, note, ticks, pictures, who,
    when, evidence, version. Of a dossier that has left: whose it is, and what was decided.
    """
    dossier = parked.dossier
    if dossier is None:
        left = MOVED if parked.moved else GONE
        return tuple(
            Compared(label, text, left if n == 0 else words.NOTHING, n == 0)
            for n, (label, text) in enumerate((*_person(parked.judged), *_mine(parked, reference)))
        )
    theirs = _theirs(parked.decision, dossier, reference)
    same = _same(parked, dossier)
    # What reads the same, as two times within a minute do, is not marked: the officer could not see what differs.
    return (
        *_judged(parked, dossier, reference),
        *(
            Compared(label, text, other, text != other and not same[label])
            for (label, text), other in zip(_mine(parked, reference), theirs, strict=True)
        ),
    )


def _person(judged: Dossier | None) -> tuple[tuple[str, str], ...]:
    """Return by what the officer finds the citizen, whose dossier is not here any more."""
    if judged is None:
        return ()
    declared = judged.declaration
    return (
        ("Số hồ sơ", judged.number),
        (FIELD_LABELS["full_name"], declared.full_name),
        (FIELD_LABELS["social_code"], declared.social_code or words.NOTHING),
        (FIELD_LABELS["phone"], declared.phone),
    )


def _judged(parked: ParkedDecision, dossier: Dossier, reference: Reference) -> tuple[Compared, ...]:
    """Return what of the dossier is not as it was when the officer judged it; nothing where that is not known."""
    judged = parked.judged
    if judged is None:
        return ()
    found = [
        (FIELD_LABELS[change.field], *_values(change, reference))
        for change in changes(judged.declaration, dossier.declaration)
    ]
    if parked.moved:
        found.insert(0, ("Cơ quan", _office(reference, judged.scope_id), _office(reference, dossier.scope_id)))
    if judged.stop_reason != dossier.stop_reason:
        stop = judged.stop_reason or words.NOTHING, dossier.stop_reason or words.NOTHING
        found.append((FIELD_LABELS["stop_reason"], *stop))
    found += _other_pictures(parked.decision, judged, dossier, reference)
    if not found:
        return (Compared("Tờ khai và ảnh", SEEN, UNCHANGED, differs=False),)
    return tuple(Compared(label, mine, theirs, differs=True) for label, mine, theirs in found)


def _values(change: FieldChange, reference: Reference) -> tuple[str, str]:
    group = {"sex": "sex", "paper_kind": "paper"}.get(change.field)
    old, new = (
        (words.label(reference, group, value) if group else value) if value else words.NOTHING
        for value in (change.old, change.new)
    )
    return old, new if new != old else f"{new} (theo đơn vị hành chính khác)"


def _office(reference: Reference, code: str) -> str:
    name = next((office.name for office in reference.offices if office.code == code), "")
    return f"{name} ({code})" if name else code


def _other_pictures(
    mine: Decision, judged: Dossier, dossier: Dossier, reference: Reference
) -> list[tuple[str, str, str]]:
    """Return the pictures the officer did not replace that are others now."""
    replaced = {photo.kind for photo in mine.photos}
    before = {each.kind: each.sha256 for each in judged.attachments if each.kind not in replaced}
    now = {each.kind: each.sha256 for each in dossier.attachments if each.kind not in replaced}
    found = []
    for kind in dict.fromkeys((*before, *now)):
        if before.get(kind) != now.get(kind):
            mine_text = "ảnh bạn đã xem" if kind in before else "chưa có"
            theirs = ("ảnh khác" if kind in before else "ảnh mới") if kind in now else "không còn"
            found.append((words.label(reference, "attachment", kind.value), mine_text, theirs))
    return found


def _mine(parked: ParkedDecision, reference: Reference) -> tuple[tuple[str, str], ...]:
    decision = parked.decision
    ticked = [label for name, label in _TICKS if getattr(decision.ticks, name)]
    photos = [words.label(reference, "attachment", photo.kind.value) for photo in decision.photos]
    return (
        ("Kết quả", words.label(reference, "verdict", decision.verdict.value)),
        ("Lý do", _reason(reference, decision.reason_code, decision.reason_text)),
        ("Ghi chú", decision.note or words.NOTHING),
        ("Tại quầy", "; ".join(ticked) or words.NOTHING),
        ("Ảnh thay", ", ".join(photos) or words.NOTHING),
        ("Người đánh giá", YOU),
        ("Lúc", words.moment_text(decision.decided_at)),
        ("Căn cứ HGĐ", _own_evidence(parked, reference)),
        ("Phiên bản hồ sơ", str(decision.base_version)),
    )


def _theirs(mine: Decision, dossier: Dossier, reference: Reference) -> tuple[str, ...]:
    judged = dossier.judgement
    status = words.label(reference, "status", dossier.status.value)
    verdict = words.label(reference, "verdict", judged.verdict) if judged else NOT_JUDGED
    return (
        f"{status} · {verdict}",
        _reason(reference, judged.reason_code, judged.reason_text) if judged else words.NOTHING,
        (judged.note if judged else None) or words.NOTHING,
        f"Nộp tờ khai {words.moment_text(dossier.handed_in_at)}" if dossier.handed_in_at else "Chưa nộp tờ khai",
        _pictures(mine, dossier, reference),
        *_who_and_when(dossier, judged, reference),
        _evidence(dossier.registry, reference),
        str(dossier.version),
    )


def _same(parked: ParkedDecision, dossier: Dossier) -> dict[str, bool]:
    mine, judged = parked.decision, dossier.judgement
    here = {photo.sha256 for photo in mine.photos}
    there = {attachment.sha256 for attachment in dossier.attachments}
    own = judged is not None and judged.op_id == mine.op_id
    return {
        "Kết quả": judged is not None and judged.verdict == mine.verdict.value,
        "Lý do": (mine.reason_code, mine.reason_text or None)
        == ((judged.reason_code, judged.reason_text or None) if judged else (None, None)),
        "Ghi chú": (mine.note or None) == ((judged.note or None) if judged else None),
        "Tại quầy": not mine.ticks.signed_form_received or dossier.handed_in_at is not None,
        "Ảnh thay": here <= there,
        "Người đánh giá": own,
        "Lúc": own,
        "Căn cứ HGĐ": dossier.registry is None or _said(dossier.registry) == _said(parked.evidence),
        "Phiên bản hồ sơ": mine.base_version == dossier.version,
    }


def _reason(reference: Reference, code: str | None, text: str | None) -> str:
    if code is None:
        return words.NOTHING
    label = next((reason.label for reason in reference.reasons if reason.code == code), code)
    return " – ".join(part for part in (label, text) if part)


def _pictures(mine: Decision, dossier: Dossier, reference: Reference) -> str:
    """Return how the pictures the officer replaced stand at central; the pictures there are when he replaced none."""
    there = {attachment.kind: attachment for attachment in dossier.attachments}
    if not mine.photos:
        replaced = [a for a in dossier.attachments if a.replaced_at is not None]
        return ", ".join(words.label(reference, "attachment", a.kind.value) for a in replaced) or words.NOTHING
    said = []
    for photo in mine.photos:
        kind = words.label(reference, "attachment", photo.kind.value)
        attachment = there.get(photo.kind)
        if attachment is None:
            said.append(f"{kind}: chưa có")
        elif attachment.sha256 == photo.sha256:
            said.append(f"{kind}: ảnh của bạn")
        else:
            said.append(f"{kind}: ảnh khác")
    return ", ".join(said)


def _who_and_when(dossier: Dossier, judged: Judgement | None, reference: Reference) -> tuple[str, str]:
    """Return who decided and when; before anybody has, who has the dossier now and what happened last."""
    if judged is not None:
        return judged.officer_name, words.moment_text(judged.decided_at)
    last = max(dossier.history, key=lambda entry: entry.at, default=None)
    happened = words.NOTHING
    if last is not None:
        happened = f"{words.moment_text(last.at)} · {words.label(reference, 'history', last.what)}"
    if dossier.lease is not None:
        return f"{dossier.lease.officer_name} (đang xử lý)", happened
    return (last.who if last else None) or words.NOTHING, happened


def _said(answer: RegistryAnswer | None) -> tuple[str, str | None] | None:
    return None if answer is None else (answer.verdict.value, answer.registry_name)


def _own_evidence(parked: ParkedDecision, reference: Reference) -> str:
    """Return what the registry had told the officer, and whether he took another mark for no difference."""
    said = _evidence(parked.evidence, reference)
    return f"{said} · Xác nhận chỉ khác dấu" if parked.decision.marks_confirmed else said


def _evidence(found: RegistryAnswer | None, reference: Reference) -> str:
    if found is None:
        return "Chưa hỏi HGĐ"
    name = f": {found.registry_name}" if found.registry_name else ""
    return f"{words.label(reference, 'registry', found.verdict.value)}{name} · {words.moment_text(found.checked_at)}"
