"""Tells above the list that central did not take a notice that was signed here, until the officer has seen it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from officer_console.services.notice_refusals import NoticeRefusal
from officer_console.viewmodels.notice_refusals import NoticeRefusalsViewModel
from officer_console.views import messages
from officer_console.views.banner import Banner
from officer_console.views.queue import QueueView
from officer_console.views.theme import Kind

OPEN = "Xem hồ sơ"
SEEN = "Đã xem"
OTHER = "other-notice"
NUMBER_TAKEN = "number-taken"
LOST = "attachment-lost"
_KEPT = "Bản bạn ký vẫn giữ trên máy này."
_ANEW = "Mở hồ sơ, xem lại thông báo rồi ký lại."
_REASONS = {"too-large": "Tệp thông báo quá lớn", "not-a-notice": "Trung tâm không đọc được tệp này là thông báo đã ký"}


class NoticeRefusalsView(QObject):
    """The banner of a :class:`NoticeRefusalsViewModel`; ``show`` opens a dossier by its id."""

    def __init__(self, model: NoticeRefusalsViewModel, queue: QueueView, show: Callable[[str], None]) -> None:
        super().__init__(queue)
        self._model = model
        self._open = show
        self.banner = Banner("noticeRefused")
        queue.add_notice(self.banner)
        self.banner.acted.connect(self._on_open)
        self.banner.helped.connect(model.seen)
        model.changed.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        refusal = self._model.first
        if refusal is None:
            self.banner.clear()
            return
        title, text, reference = said(refusal, self._model.more)
        action = OPEN if refusal.number else ""
        self.banner.show_result(Kind.WARN, title, text, reference=reference, action=action, more=SEEN, closable=False)

    @Slot()
    def _on_open(self) -> None:
        if self._model.first is not None:
            self._open(self._model.first.dossier_id)


def said(refusal: NoticeRefusal, more: int) -> tuple[str, str, str]:
    """Return what there is to say of a notice: title, text and, of what support has to look at, a reference."""
    about = f"thông báo bạn ký cho hồ sơ {refusal.number}" if refusal.number else "một thông báo bạn đã ký"
    rest = f" Còn {more} thông báo khác." if more else ""
    if refusal.code == OTHER:
        title = f"{refusal.by or 'Đồng nghiệp'} đã ký trước {about}"
        text = (
            f"Bản của {refusal.by or 'đồng nghiệp'} được lưu ở trung tâm và dùng khi in. {_KEPT} "
            "Nếu đã giao bản bạn ký cho công dân, đổi lại bằng bản ở trung tâm."
        )
        return title, text + rest, ""
    if refusal.code == LOST:
        return f"Tệp {about} không còn trên máy này", f"Trung tâm chưa có tệp đó. {_ANEW}{rest}", ""
    if refusal.code == NUMBER_TAKEN:
        title = f"Số {refusal.document_number} của {about} trùng số của một thông báo khác"
        text = (
            f"Cơ quan đã lưu một thông báo khác mang số đó trong năm, nên trung tâm chưa lưu bản bạn ký. {_KEPT} "
            "Báo văn thư xử lý hai thông báo trùng số."
        )
        return title, text + rest, ""
    why = _REASONS.get(refusal.code, "Trung tâm không nhận tệp này")
    reference = messages.tell(refusal.code).reference
    return f"Trung tâm chưa lưu {about}", f"{why}. {_KEPT} Báo bộ phận hỗ trợ.{rest}", reference
