"""The detail page: header, banner, declared data beside the pictures, the decision bar at the foot."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from officer_console.domain.checks import changes
from officer_console.domain.decision import Verdict
from officer_console.viewmodels.locks import LockKind
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.viewmodels.review_ports import Failure
from officer_console.views import icons, messages, registry_words, words
from officer_console.views.banner import Banner
from officer_console.views.busy import BusyBar
from officer_console.views.confirm import ConfirmView, DiscardView
from officer_console.views.decision import DecisionView
from officer_console.views.decision_words import lock_text
from officer_console.views.declaration import DeclarationView
from officer_console.views.history import HistoryView, MessagesView, WholeRows
from officer_console.views.outcome import OutcomeView, Told
from officer_console.views.pictures import SHORT, PicturesView
from officer_console.views.plain import Chip, ElidedLabel, PlainLabel, named, panel
from officer_console.views.theme import Kind, Role, Space

SHARES = (60, 40)
# The tabs, the head of a table and one row of it.
TABS_HEIGHT = 92
PUT_ASIDE = "Đánh giá của bạn đã được bỏ theo lựa chọn của bạn"


class ReviewView(QWidget):
    """Shows a :class:`ReviewViewModel`.

    ``closed`` says that the officer went back to the list, ``next_requested`` that he wants the next dossier; both come
    only after nothing is left to lose.
    """

    closed = Signal()
    next_requested = Signal()

    def __init__(self, model: ReviewViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("reviewPage")
        self.setProperty("page", "review")
        self.outcome = OutcomeView()
        self.notice = Banner("notice")
        self.declaration = DeclarationView()
        self.history = HistoryView()
        self.messages = MessagesView()
        self.pictures = PicturesView(model.pictures)
        self.decision = DecisionView(model.decision)
        self._noticed: tuple[Told | None, Failure | None] = (None, None)
        self._lay_out()
        self._shortcuts()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        self._tabs = QTabWidget()
        named(self._tabs, "tabs", "Nội dung hồ sơ")
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.setMinimumHeight(TABS_HEIGHT)
        # Where there is little height the declared data have it; the history scrolls.
        self._tabs.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        named(self._tabs.tabBar(), "tabBar", "Lịch sử và Tin nhắn")
        self._tabs.addTab(WholeRows(self.history), "Lịch sử")
        self._tabs.addTab(WholeRows(self.messages), "Tin nhắn")
        left = panel("surface", name="data")
        column = QVBoxLayout(left)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.XS)
        column.addWidget(PlainLabel("Dữ liệu khai", Role.SECTION, name="declarationTitle"))
        column.addWidget(self.declaration)
        column.addWidget(self._tabs, 1)
        right = panel("surface", name="picturePanel")
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pictures)
        body = QSplitter(Qt.Orientation.Horizontal)
        named(body, "body", "Hồ sơ")
        body.addWidget(left)
        body.addWidget(right)
        body.setStretchFactor(0, SHARES[0])
        body.setStretchFactor(1, SHARES[1])
        body.setSizes([SHARES[0] * 10, SHARES[1] * 10])
        body.setChildrenCollapsible(False)
        body.setHandleWidth(Space.S)
        self._progress = BusyBar("busy", "Đang làm việc")
        banners = QVBoxLayout()
        banners.setContentsMargins(Space.L, 0, Space.L, 0)
        banners.setSpacing(Space.S)
        banners.addWidget(self.outcome)
        banners.addWidget(self.notice)
        middle = QVBoxLayout()
        middle.setContentsMargins(Space.L, 0, Space.L, Space.S)
        middle.addWidget(body)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(Space.S)
        top = QVBoxLayout()
        top.setSpacing(0)
        top.addWidget(self._header())
        top.addWidget(self._progress)
        page.addLayout(top)
        page.addLayout(banners)
        page.addLayout(middle, 1)
        page.addWidget(self.decision)

    def _header(self) -> QWidget:
        bar = panel("bar", name="reviewHeader")
        self._number = PlainLabel(role=Role.TITLE, name="dossierNumber", selectable=True)
        self._kind = PlainLabel(role=Role.BODY, name="dossierKind")
        self._condition = Chip(name="dossierCondition")
        self._status = Chip(name="dossierStatus")
        self._note = ElidedLabel(role=Role.SECONDARY, name="dossierNote")
        self._household = QPushButton("Kiểm tra HGĐ")
        named(self._household, "checkHousehold", "Kiểm tra HGĐ")
        self._household.setToolTip("Hỏi HGĐ về mã số và họ tên đã khai, không ghi nhận gì")
        self._next = QPushButton("Hồ sơ sau")
        named(self._next, "nextDossier", "Hồ sơ sau")
        self._next.setToolTip("Ctrl+→")
        self._back = QPushButton("Về danh sách (Esc)")
        named(self._back, "backToList", "Về danh sách (Esc)")
        icons.dress(self._back, "arrow-left")
        row = QHBoxLayout(bar)
        row.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        row.setSpacing(Space.M)
        for part in (self._number, self._kind, self._condition, self._status):
            row.addWidget(part)
        row.addWidget(self._note, 1)
        for button in (self._household, self._next, self._back):
            row.addWidget(button)
        return bar

    def _shortcuts(self) -> None:
        model = self._model
        for keys, done in (
            ("Ctrl+Return", model.decision.record),
            ("Ctrl+Enter", model.decision.record),
            ("Esc", self.leave),
            ("Ctrl+Right", self._on_next),
            ("F4", self.pictures.choose_file),
            ("R", self.pictures.rotate),
            ("Ctrl+Z", model.pictures.undo),
            ("1", lambda: self.decision.judge(Verdict.VALID)),
            ("2", lambda: self.decision.judge(Verdict.INVALID)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(done)

    def _connect(self) -> None:
        model = self._model
        model.changed.connect(self.refresh)
        model.loaded.connect(self._on_loaded)
        model.decision.changed.connect(self._show_busy)
        model.decision.changed.connect(self._show_outcome)
        model.pictures.changed.connect(self._show_busy)
        model.decision.confirmation_wanted.connect(self._on_confirmation)
        self.decision.leave_wanted.connect(self.leave)
        self.decision.take_over_wanted.connect(model.break_lease)
        self.decision.picture_wanted.connect(self.pictures.demand)
        self.outcome.marks_wanted.connect(self._on_marks)
        self.outcome.other_wanted.connect(model.accept_other)
        self.outcome.again_wanted.connect(model.judge_again)
        self._household.clicked.connect(model.check_household)
        self._next.clicked.connect(self._on_next)
        self._back.clicked.connect(self.leave)

    def open_dossier(self, dossier_id: str) -> None:
        """Show another dossier. The caller has asked :meth:`may_leave` before."""
        self.notice.clear()
        self.outcome.clear()
        self._noticed = (None, None)
        self._tabs.setCurrentIndex(0)
        self._model.open(dossier_id)

    def may_leave(self) -> bool:
        """Return whether the page may be left; asks the officer when something entered would be lost."""
        if self._model.decision.busy:
            return False
        if not self._model.decision.dirty:
            return True
        dialog = DiscardView(self._losses(), self)
        chosen = dialog.exec()
        dialog.deleteLater()
        if chosen != QDialog.DialogCode.Accepted:
            return False
        # Whoever asks next on the way out finds nothing to lose any more.
        self._model.decision.discard()
        return True

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - a property setter in spirit
        """Leave the dossier when another page comes to the front, whichever way the officer went."""
        if not active:
            self._model.leave()

    @Slot()
    def leave(self) -> None:
        """*Thoát*: back to the list."""
        if self.may_leave():
            self._model.leave()
            self.closed.emit()

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model = self._model
        self.decision.show_reference(model.reference)
        self.pictures.show_reference(model.reference)
        self.decision.offer_take_over(offered=model.may_break_lease)
        self.decision.refresh()
        self._show_header()
        self._show_outcome()
        self._show_notice()
        self._show_busy()
        dossier = model.dossier
        if dossier is None:
            return
        self.declaration.show_dossier(dossier, model.reference, model.findings)
        self.history.show_history(dossier.history, model.reference)
        self.messages.show_messages(dossier.messages, model.reference)
        self._tabs.setTabText(1, f"Tin nhắn ({len(dossier.messages)})" if dossier.messages else "Tin nhắn")

    def _show_header(self) -> None:
        model, dossier = self._model, self._model.dossier
        for part in (self._kind, self._condition, self._status):
            part.setVisible(dossier is not None)
        self._household.setEnabled(dossier is not None and dossier.open and not model.household.asking)
        if dossier is None:
            self._number.setText("Đang mở hồ sơ…" if model.dossier_id and model.failure is None else "Hồ sơ")
            self._note.clear()
            return
        reference = model.reference
        self._number.setText(dossier.number)
        self._kind.setText(words.label(reference, "kind", dossier.kind.value))
        self._status.show_state(
            words.label(reference, "status", dossier.status.value), words.STATUS_KINDS[dossier.status]
        )
        condition = model.condition
        self._condition.setVisible(condition is not None)
        if condition is not None:
            left = words.days_text(model.days_left)
            self._condition.show_state(
                f"{words.condition_text(reference, condition)} · {left}", words.CONDITION_KINDS[condition]
            )
        notes = [f"Khai {words.date_text(dossier.declared_on)}"]
        if model.holds_lease and dossier.open and dossier.lease is not None:
            notes.insert(0, f"Bạn giữ đến {words.clock_text(dossier.lease.expires_at)}")
        elif model.offline and dossier.open:
            notes.insert(0, "Không có mạng, chưa giữ được hồ sơ")
        self._note.setText(" · ".join(notes))

    def _show_outcome(self) -> None:
        model, outcome = self._model, self._model.outcome
        if outcome is None:
            self.outcome.clear()
            return
        free, confirmed = model.decision.lock is None, model.decision.entered.marks_confirmed
        self.outcome.show_outcome(outcome, model.reference, model.attention, may_decide=free, confirmed=confirmed)

    def _show_notice(self) -> None:
        """Show the notice, unless it is the one shown already: the officer may have put it away."""
        told, failed = self._notice(), self._model.failure
        if (told, failed) == self._noticed and failed is self._noticed[1]:
            return
        self._noticed = (told, failed)
        if told is None:
            self.notice.clear()
        else:
            self.notice.show_result(told.kind, told.title, told.text, reference=told.reference)

    def _notice(self) -> Told | None:
        """Return what else there is to say: who holds it, a failure, a change under the officer's hands, then HGĐ."""
        model = self._model
        failed, lock = model.failure or model.household.failure, model.decision.lock
        if lock is not None and lock.kind is LockKind.LEASED:
            by = lock.data.get("by") or "cán bộ khác"
            aside = f"{PUT_ASIDE}. " if model.put_aside else ""
            return Told(Kind.WARN, lock_text(lock), f"{aside}Mời công dân đến quầy của {by}, hoặc chọn hồ sơ khác.")
        if failed is not None:
            said = messages.tell(failed.code, failed.data, model.reference)
            return Told(Kind.BAD, said.title, said.body, said.reference)
        if model.changed_under:
            kept = "Dữ liệu bên dưới đã là bản mới. Những gì bạn nhập vẫn còn; xem lại rồi Ghi nhận."
            return Told(Kind.WARN, "Hồ sơ vừa có thay đổi", kept)
        if model.put_aside:
            return Told(Kind.INFO, PUT_ASIDE, "Hồ sơ bên dưới là hồ sơ đang có ở trung tâm.")
        if model.household.answer is not None and model.dossier is not None:
            return Told(*registry_words.answer(model.household.answer, model.dossier.declaration.full_name))
        return None

    @Slot()
    def _show_busy(self) -> None:
        model = self._model
        opening = model.dossier_id is not None and model.dossier is None and model.failure is None
        replacing = model.pictures.replacing is not None
        self._progress.set_busy(opening or replacing or model.decision.busy or model.household.asking)

    def _losses(self) -> tuple[str, ...]:
        entered, replaced = self._model.decision.entered, self._model.pictures.replacements
        said = (
            ("đánh giá", entered.verdict is not None or entered.original_compared or entered.signed_form_received),
            ("lý do", bool(entered.reason_code or entered.reason_text.strip())),
            ("ghi chú", bool(entered.note.strip())),
            ("ảnh thay", bool(replaced)),
            ("ảnh đang kiểm tra", self._model.decision.checking),
        )
        return tuple(word for word, there in said if there) or ("nội dung đã nhập",)

    @Slot()
    def _on_loaded(self) -> None:
        self.declaration.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_next(self) -> None:
        if self._model.dossier_id is not None and self.may_leave():
            self.next_requested.emit()

    @Slot()
    def _on_marks(self) -> None:
        self._model.decision.confirm_marks()
        self.decision.note.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_confirmation(self) -> None:
        dossier = self._model.dossier
        if dossier is None:
            return
        found = changes(dossier.previous, dossier.declaration) if dossier.previous is not None else ()
        photos = tuple(SHORT[photo.kind].lower() for photo in self._model.pictures.replacements)
        dialog = ConfirmView(found, self._model.reference, photos, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._model.decision.confirm)
        dialog.open()
