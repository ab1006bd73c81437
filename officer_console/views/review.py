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
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.viewmodels.review_ports import Failure
from officer_console.views import theme
from officer_console.views.banner import Banner
from officer_console.views.busy import BusyBar
from officer_console.views.confirm import ConfirmView, DiscardView
from officer_console.views.decision import DecisionView
from officer_console.views.declaration import DeclarationView
from officer_console.views.draft_offer import DraftOfferView
from officer_console.views.history import HistoryView, MessagesView, WholeRows
from officer_console.views.notices import action, losses, notice
from officer_console.views.outcome import OutcomeView, Told
from officer_console.views.pictures import SHORT, PicturesView
from officer_console.views.plain import Chip, PlainLabel, named, panel
from officer_console.views.review_header import HeaderView
from officer_console.views.take_over import TakeOverView
from officer_console.views.theme import Role, Space
from officer_console.views.truth_table_panel import TruthPanel
from officer_console.views.truth_table_words import TITLE, summary

SHARES = (60, 40)
# The tabs, the head of a table and one row of it, in the usual text size.
TABS_HEIGHT = 104


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
        self.header = HeaderView(model)
        self.outcome = OutcomeView()
        self.notice = Banner("notice")
        self.draft = DraftOfferView()
        self.declaration = DeclarationView()
        self.history = HistoryView()
        self.messages = MessagesView()
        self.truth = TruthPanel(model)
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
        self._tabs.setMinimumHeight(round(TABS_HEIGHT * theme.scale()))
        # Where there is little height the declared data have it; the history scrolls.
        self._tabs.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        named(self._tabs.tabBar(), "tabBar", "Lịch sử và Tin nhắn")
        self._tabs.addTab(WholeRows(self.history), "Lịch sử")
        self._tabs.addTab(WholeRows(self.messages), "Tin nhắn")
        left = panel("surface", name="data")
        column = QVBoxLayout(left)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.XS)
        column.addLayout(self._data_head())
        column.addWidget(self.declaration)
        column.addWidget(self._tabs, 1)
        column.addWidget(self.truth, 1)
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
        banners.addWidget(self.draft)
        middle = QVBoxLayout()
        middle.setContentsMargins(Space.L, 0, Space.L, Space.S)
        middle.addWidget(body)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(Space.S)
        top = QVBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.header)
        top.addWidget(self._progress)
        page.addLayout(top)
        page.addLayout(banners)
        page.addLayout(middle, 1)
        page.addWidget(self.decision)

    def _data_head(self) -> QHBoxLayout:
        """The title of the data, what the truth table comes to, and the button that shows it in place of the data."""
        self._data_title = PlainLabel("Dữ liệu khai", Role.SECTION, name="declarationTitle")
        self._agreement = Chip(name="agreement")
        self.compare = QPushButton(TITLE)
        named(self.compare, "compareSources", TITLE)
        self.compare.setToolTip("Tờ khai bên cạnh thẻ, HGĐ và tài khoản cũ (D)")
        self.compare.setProperty("kind", "compact")
        self.compare.setCheckable(True)
        self.compare.toggled.connect(self.refresh)
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self._data_title)
        head.addStretch(1)
        head.addWidget(self._agreement)
        head.addWidget(self.compare)
        return head

    def _shortcuts(self) -> None:
        model = self._model
        for keys, done in (
            ("Ctrl+Return", model.decision.record),
            ("Ctrl+Enter", model.decision.record),
            ("Esc", self.leave),
            ("Ctrl+Right", self._on_next),
            ("F4", self.pictures.replace_from_file),
            ("R", self.pictures.rotate),
            ("B", self.pictures.open_desk),
            ("Ctrl+Z", model.pictures.undo),
            ("D", self.compare_sources),
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
        model.decision.confirmation_wanted.connect(self._on_confirmation)
        self.decision.leave_wanted.connect(self.leave)
        self.decision.take_over_wanted.connect(self._on_take_over)
        for chosen, done in ((self.draft.taken_up, model.take_up_draft), (self.draft.dropped, model.drafts.drop)):
            chosen.connect(done)
            chosen.connect(self._on_loaded)
        self.decision.picture_wanted.connect(self.pictures.demand)
        self.truth.pin_opened.connect(self.pictures.show_pin)
        self.notice.acted.connect(model.acknowledge)
        self.outcome.marks_wanted.connect(self._on_marks)
        self.outcome.other_wanted.connect(model.accept_other)
        self.outcome.again_wanted.connect(model.judge_again)
        self.header.check_wanted.connect(model.check_household)
        self.header.next_wanted.connect(self._on_next)
        self.header.leave_wanted.connect(self.leave)

    def open_dossier(self, dossier_id: str, *, judge_again: bool = False) -> None:
        """Show another dossier; ``judge_again`` enters what the refused decision on it held.

        The caller has asked :meth:`may_leave` before.
        """
        self.notice.clear()
        self.outcome.clear()
        self._noticed = (None, None)
        self._tabs.setCurrentIndex(0)
        self._model.open(dossier_id, judge_again=judge_again)

    def may_leave(self) -> bool:
        """Return whether the page may be left; asks the officer what becomes of something entered."""
        model = self._model
        if model.decision.busy:
            return False
        # Kept before anything is asked: whatever happens while the question stands, it is there.
        model.drafts.flush()
        if not model.decision.dirty or model.lost_lease:
            return True
        # What leads away, a button above the page or the quick box, may have the keyboard by now.
        stood = self.focusWidget() or self.declaration
        dialog = DiscardView(losses(model), self)
        chosen = dialog.exec()
        kept = dialog.kept
        dialog.deleteLater()
        if chosen != QDialog.DialogCode.Accepted:
            stood.setFocus(Qt.FocusReason.OtherFocusReason)
            return False
        # Whoever asks next on the way out finds nothing to lose any more.
        if kept:
            model.drafts.set_aside()
        else:
            model.decision.discard()
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
    def compare_sources(self) -> None:
        """Show the truth table in place of the data, or the data again; the keyboard goes along."""
        if self._model.dossier is None:
            return
        self.compare.toggle()
        shown = self.truth.table if self.compare.isChecked() else self.declaration
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model = self._model
        self.decision.show_reference(model.reference)
        self.pictures.show_reference(model.reference)
        self.decision.offer_take_over(offered=model.may_break_lease)
        self.decision.refresh()
        self.draft.show_draft(model.drafts.offered, model.decision.lock)
        self.header.refresh()
        self._show_outcome()
        self._show_notice()
        self._show_busy()
        dossier = model.dossier
        comparing = dossier is not None and self.compare.isChecked()
        for part in (self.declaration, self._tabs):
            part.setVisible(dossier is not None and not comparing)
        self.truth.setVisible(comparing)
        self._show_truth()
        if dossier is None:
            return
        self.declaration.show_dossier(dossier, model.reference, model.findings)
        self.history.show_history(dossier.history, model.reference)
        self.messages.show_messages(dossier.messages, model.reference)
        self._tabs.setTabText(1, f"Tin nhắn ({len(dossier.messages)})" if dossier.messages else "Tin nhắn")

    def _show_truth(self) -> None:
        model = self._model
        self.truth.refresh()
        self.compare.setEnabled(model.dossier is not None)
        self._data_title.setText(TITLE if self.truth.isVisibleTo(self) else "Dữ liệu khai")
        text, kind = summary(model.truth)
        self._agreement.show_state(text, kind)
        self._agreement.setVisible(bool(text))
        self.compare.setAccessibleDescription(text)

    def _show_outcome(self) -> None:
        model, outcome = self._model, self._model.outcome
        if outcome is None:
            self.outcome.clear()
            return
        free, confirmed = model.decision.lock is None, model.decision.entered.marks_confirmed
        self.outcome.show_outcome(outcome, model.reference, model.attention, may_decide=free, confirmed=confirmed)

    def _show_notice(self) -> None:
        """Show the notice, unless it is the one shown already: the officer may have put it away.

        One with a button stays: closing it would count as having read what changed, or leave no way to say so.
        """
        told, failed = notice(self._model), self._model.failure
        if (told, failed) == self._noticed and failed is self._noticed[1]:
            return
        self._noticed = (told, failed)
        if told is None:
            self.notice.clear()
        else:
            does = action(self._model)
            self.notice.show_result(
                told.kind, told.title, told.text, reference=told.reference, action=does, closable=not does
            )

    @Slot()
    def _show_busy(self) -> None:
        model = self._model
        opening = model.dossier_id is not None and model.dossier is None and model.failure is None
        self._progress.set_busy(opening or model.decision.busy or model.household.asking)

    @Slot()
    def _on_loaded(self) -> None:
        if not self.draft.take_keyboard():
            part = self.truth.table if self.compare.isChecked() else self.declaration
            part.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_next(self) -> None:
        if self._model.dossier_id is not None and self.may_leave():
            self.next_requested.emit()

    @Slot()
    def _on_take_over(self) -> None:
        lock = self._model.decision.lock
        dialog = TakeOverView(str(lock.data.get("by") or "") if lock is not None else "", self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._model.break_lease(dialog.reason))
        dialog.open()

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
