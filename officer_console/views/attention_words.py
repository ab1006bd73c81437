"""A refused decision beside what stands at central, line by line, in words."""

from __future__ import annotations

from dataclasses import dataclass

from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier, Judgement
from officer_console.domain.reference import Reference
from officer_console.services.attention import ParkedDecision
from officer_console.views import words

YOU = "Bạn"
GONE = "Hồ sơ không còn trong danh sách được giao"
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
    """Return both versions side by side: result, reason, note, ticks, pictures, who, when, evidence, version."""
    mine, dossier = parked.decision, parked.dossier
    if dossier is None:
        return tuple(
            Compared(label, text, GONE if n == 0 else words.NOTHING, n == 0)
            for n, (label, text) in enumerate(_mine(mine, reference))
        )
    theirs = _theirs(mine, dossier, reference)
    same = _same(mine, dossier)
    # What reads the same, as two times within a minute do, is not marked: the officer could not see what differs.
    return tuple(
        Compared(label, text, other, text != other and not same[label])
        for (label, text), other in zip(_mine(mine, reference), theirs, strict=True)
    )


def _mine(decision: Decision, reference: Reference) -> tuple[tuple[str, str], ...]:
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
        ("Căn cứ HGĐ", "Xác nhận chỉ khác dấu" if decision.marks_confirmed else "Trung tâm chưa hỏi"),
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
        _evidence(dossier, reference),
        str(dossier.version),
    )


def _same(mine: Decision, dossier: Dossier) -> dict[str, bool]:
    judged = dossier.judgement
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
        "Căn cứ HGĐ": dossier.registry is None,
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


def _evidence(dossier: Dossier, reference: Reference) -> str:
    found = dossier.registry
    if found is None:
        return "Chưa hỏi HGĐ"
    name = f": {found.registry_name}" if found.registry_name else ""
    return f"{words.label(reference, 'registry', found.verdict.value)}{name} · {words.moment_text(found.checked_at)}"
