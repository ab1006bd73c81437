"""The page *Hàng chờ gửi*: every decision that waits, why it has not gone, when it is tried next, *Gửi lại ngay*."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from officer_console.domain.reference import Reference
from officer_console.services.outgoing import WaitingDecision
from officer_console.viewmodels.outgoing import OutgoingViewModel
from officer_console.views import controls, messages, words
from officer_console.views.plain import PlainLabel
from officer_console.views.rows_page import RowsPage
from officer_console.views.shell import WAITING as TITLE
from officer_console.views.theme import Role

HEADS = ("Số hồ sơ", "Họ và tên", "Đánh giá", "Ghi nhận", "Vì sao chưa gửi", "Đã thử", "Gửi lần tới")
WHY_COLUMN = 4
NOT_YET = "Chưa tới lượt gửi"
NOW = "ngay bây giờ"
OFFLINE = "Máy đang ngoại tuyến"
GONE = "Hồ sơ đã chuyển đi"
EMPTY = (
    "Không còn kết quả nào chờ gửi",
    "Kết quả đã ghi nhận được gửi ngay; khi mất mạng, chúng chờ ở đây và tự gửi khi có mạng.",
)


class OutgoingView(RowsPage):
    """The page."""

    def __init__(
        self, model: OutgoingViewModel, reference: Callable[[], Reference], parent: QWidget | None = None
    ) -> None:
        """``reference`` gives the deployment's words as they are now."""
        super().__init__("waiting", TITLE, HEADS, wide=WHY_COLUMN, empty=EMPTY, parent=parent)
        self._model = model
        self._reference = reference
        self._told = PlainLabel("", Role.MUTED, name="waitingTold")
        self._one = controls.button("sendOne", "Gửi lại ngay (F5)", self._send_one)
        self._all = controls.button("sendAll", "Gửi lại tất cả (Ctrl+F5)", self._send_all)
        self._open = controls.button("waitingOpen", "Xem chi tiết", self._open_current)
        self.table.opened.connect(self._open_key)
        self._lay_out(self.table, (self._told, self._open, self._one, self._all))
        for keys, slot in (("F5", self._send_one), ("Ctrl+F5", self._send_all)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        model.changed.connect(self.refresh)
        model.ticked.connect(self.refresh)
        self.refresh()

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - a property setter in spirit
        """Read while the page is in front."""
        self._model.set_active(active)
        if active:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def refresh(self) -> None:
        """Show what waits, with ages as of now."""
        model = self._model
        empty = self._fill([(row.op_id, self._cells(row)) for row in model.rows], read=model.read)
        for button in (self._one, self._all, self._open):
            button.setVisible(not empty)
            button.setEnabled(bool(model.rows))
        self._told.setText("" if model.hurried is None or empty else _hurried(*model.hurried))
        if model.error is not None:
            self.banner.show_error(model.error)
        else:
            self.banner.clear()

    def _cells(self, row: WaitingDecision) -> tuple[str, ...]:
        now = self._model.now
        age = words.span_text((now - row.recorded_at).total_seconds())
        return (
            row.number or words.NOTHING,
            " · ".join(filter(None, (row.full_name, "" if row.here else GONE))),
            words.label(self._reference(), "verdict", row.verdict.value),
            f"{words.moment_text(row.recorded_at)} · {age} trước",
            reason_text(row, online=self._model.online),
            f"{words.number_text(row.attempts)} lần",
            next_text(row, now, online=self._model.online),
        )

    def _send_one(self) -> None:
        key = self.table.current_key
        if key is not None:
            self._model.send_now(frozenset({key}))

    def _send_all(self) -> None:
        self._model.send_now(frozenset(row.op_id for row in self._model.rows))

    def _open_current(self) -> None:
        if self.table.current_key is not None:
            self._open_key(self.table.current_key)

    def _open_key(self, key: str) -> None:
        row = next((row for row in self._model.rows if row.op_id == key), None)
        if row is not None and row.here:
            self.open_requested.emit(row.dossier_id)


def reason_text(row: WaitingDecision, *, online: bool) -> str:
    """Return in words why a decision has not gone; never that it is being sent, which nobody could tell when to end."""
    if row.error_code:
        return messages.tell(row.error_code).title
    return NOT_YET if online else OFFLINE


def next_text(row: WaitingDecision, now: datetime, *, online: bool) -> str:
    """Return when a decision is tried next."""
    if row.next_at is not None and row.next_at > now:
        seconds = (row.next_at - now).total_seconds()
        if not round(seconds):
            return NOW
        return f"sau {words.span_text(seconds)} ({words.clock_text(row.next_at)})"
    return "ở lượt gửi tới" if online else "khi có mạng"


def _hurried(count: int, at: datetime) -> str:
    return f"Đã yêu cầu gửi lại {words.number_text(count)} kết quả lúc {words.clock_text(at)}"
