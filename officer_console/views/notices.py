"""What the detail page has to say beside the outcome, and what would be lost by leaving it."""

from __future__ import annotations

from officer_console.viewmodels.locks import Lock, LockKind
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.views import messages, registry_words
from officer_console.views.decision_words import lock_text
from officer_console.views.outcome import Told
from officer_console.views.theme import Kind

PUT_ASIDE = "Đánh giá của bạn đã được bỏ theo lựa chọn của bạn"
SEEN = "Đã xem lại"
_KEPT = "Những gì bạn nhập vẫn đọc được bên dưới và được giữ làm bản nháp trên máy."


def notice(model: ReviewViewModel) -> Told | None:
    """Return what there is to say: who holds it, a failure, a change under the officer's hands, then HGĐ."""
    failed, lock = model.failure or model.household.failure, model.decision.lock
    if lock is not None and lock.kind in (LockKind.LEASED, LockKind.LOST):
        return _held(model, lock)
    if failed is not None:
        said = messages.tell(failed.code, failed.data, model.reference)
        return Told(Kind.BAD, said.title, said.body, said.reference)
    if model.unseen or model.changed_under:
        return _changed(model)
    if model.put_aside:
        return Told(Kind.INFO, PUT_ASIDE, "Hồ sơ bên dưới là hồ sơ đang có ở trung tâm.")
    if model.household.answer is not None and model.dossier is not None:
        return Told(*registry_words.answer(model.household.answer, model.dossier.declaration.full_name))
    return None


def action(model: ReviewViewModel) -> str:
    """Return the word on the notice's button, nothing when it needs none."""
    failed = model.failure is not None or model.household.failure is not None
    return SEEN if model.unseen or (model.changed_under and not failed) else ""


def _changed(model: ReviewViewModel) -> Told:
    kept = "Những gì bạn nhập vẫn còn. " if model.decision.dirty else ""
    text = f"Dữ liệu bên dưới đã là bản mới. {kept}Đọc lại, bấm {SEEN} rồi mới Ghi nhận."
    return Told(Kind.WARN, "Hồ sơ vừa có thay đổi", text)


def _held(model: ReviewViewModel, lock: Lock) -> Told:
    by = lock.data.get("by") or "cán bộ khác"
    reason = f"Lý do: {lock.data['reason']}." if lock.data.get("reason") else ""
    if lock.kind is LockKind.LOST:
        kept = _KEPT if model.decision.dirty else ""
        text = " ".join(part for part in (reason, kept, f"Mời công dân đến quầy của {by}.") if part)
        return Told(Kind.BAD, lock_text(lock), text)
    aside = f"{PUT_ASIDE}." if model.put_aside else ""
    next_step = f"Mời công dân đến quầy của {by}, hoặc chọn hồ sơ khác."
    return Told(Kind.WARN, lock_text(lock), " ".join(part for part in (aside, reason, next_step) if part))


def losses(model: ReviewViewModel) -> tuple[str, ...]:
    """Return in words what was entered and not recorded."""
    entered, replaced = model.decision.entered, model.pictures.replacements
    said = (
        ("đánh giá", entered.verdict is not None or entered.original_compared or entered.signed_form_received),
        ("lý do", bool(entered.reason_code or entered.reason_text.strip())),
        ("ghi chú", bool(entered.note.strip())),
        ("ảnh thay", bool(replaced)),
    )
    return tuple(word for word, there in said if there) or ("nội dung đã nhập",)
