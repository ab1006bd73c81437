"""The offer of a kept draft: «Bản nháp lúc 10:42», *Tiếp tục* or *Bỏ*."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from officer_console.services.drafts import KeptDraft
from officer_console.viewmodels.locks import Lock, LockKind
from officer_console.views import controls, words
from officer_console.views.banner import Banner
from officer_console.views.theme import Kind

TAKE_UP = "Tiếp tục"
DROP = "Bỏ"
_USELESS = frozenset({LockKind.CLOSED, LockKind.EXPIRED})


class DraftOfferView(Banner):
    """Shown while the officer has to choose; nothing of the draft is recorded by itself."""

    taken_up = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("draftOffer", parent)
        self._take_up = controls.button("draftTakeUp", TAKE_UP, self.taken_up.emit)
        self._drop = controls.button("draftDrop", DROP, self.dropped.emit)
        row = self.layout()
        assert isinstance(row, QBoxLayout)  # noqa: S101 - the banner is one row
        row.insertWidget(row.count() - 1, self._take_up)
        row.insertWidget(row.count() - 1, self._drop)
        self._shown: tuple[KeptDraft, bool] | None = None

    def show_draft(self, draft: KeptDraft | None, lock: Lock | None) -> None:
        """Offer ``draft`` when ``lock`` leaves a choice; on a dossier that has its result it can only be dropped."""
        kind = lock.kind if lock is not None else None
        if draft is None or (kind is not LockKind.DRAFT and kind not in _USELESS):
            self._shown = None
            self.clear()
            return
        useful = kind is LockKind.DRAFT
        self._take_up.setVisible(useful)
        self._close.hide()
        if self._shown == (draft, useful):
            return
        self._shown = (draft, useful)
        title = f"Bản nháp lúc {words.moment_text(draft.at)}"
        if useful:
            told = "Bạn đã nhập dở đánh giá cho hồ sơ này, chưa ghi nhận. Tiếp tục thì những gì đã nhập hiện lại."
            self.show_result(Kind.INFO, title, told)
        else:
            self.show_result(Kind.NEUTRAL, title, "Hồ sơ đã có kết quả nên bản nháp không dùng được nữa.")

    def take_keyboard(self) -> bool:
        """Put the keyboard on the choice, if there is one to make; return whether there is."""
        if self._shown is None:
            return False
        (self._take_up if self._shown[1] else self._drop).setFocus(Qt.FocusReason.OtherFocusReason)
        return True
