"""The page *Cá nhân*: the list of dossiers, the search panel, and what to say when there is nothing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from officer_console.domain.errors import RuleError
from officer_console.domain.search import WORK_QUEUE, Criteria, Order
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.queue_choice import MOST
from officer_console.views import icons, theme, words
from officer_console.views.banner import Banner
from officer_console.views.busy import BusyBar
from officer_console.views.filter_line import FilterLine
from officer_console.views.plain import PlainLabel, named, panel
from officer_console.views.queue_table import QueueTable
from officer_console.views.search_panel import SearchPanel
from officer_console.views.theme import Role, Space


class QueueView(QWidget):
    """``open_requested`` carries the id of the dossier the officer wants to see."""

    open_requested = Signal(str)

    def __init__(self, model: QueueViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queuePage")
        self._model = model
        self._top_id: str | None = None
        self._title = PlainLabel("Cá nhân", Role.TITLE, name="queueTitle")
        self._count = PlainLabel("", Role.MUTED, name="queueCount")
        self._count.setContentsMargins(0, 0, 0, Space.XS)
        self._filter = FilterLine()
        self._expand = QPushButton("Mở rộng")
        self._expand.setCheckable(True)
        named(self._expand, "expandButton", "Mở rộng")
        self._expand.setToolTip("Mở rộng tìm kiếm (F3)")
        self.panel = SearchPanel()
        self.panel.hide()
        self.banner = Banner("queueBanner")
        self._busy = BusyBar("queueBusy", "Đang tra cứu")
        self.table = QueueTable(model)
        self._empty = self._make_empty()
        self._stack = QStackedWidget()
        self._stack.setObjectName("queueStack")
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self._lay_out()
        self._connect()
        self._on_changed()

    def may_leave(self) -> bool:
        """The list has nothing to lose."""
        return True

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - a property setter in spirit
        """Say whether the page is in front."""
        self._model.set_active(active)
        if active:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_tool(self, button: QPushButton) -> None:
        """Put another button into the head of the page."""
        self._head.insertWidget(self._head.indexOf(self._expand), button)

    def add_notice(self, banner: Banner) -> None:
        """Put a banner above the list that has to do with something else than the search."""
        self._column.insertWidget(self._column.indexOf(self.banner), banner)

    def toggle_panel(self) -> None:
        """Open or fold the search panel (F3)."""
        self._expand.click()

    def search(self, criteria: Criteria) -> None:
        """Run a search that came from elsewhere and show its criteria in the panel."""
        self.panel.show_criteria(criteria)
        self._model.search(criteria)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_start(self) -> None:
        """Show the work queue, as at the start; what was searched is forgotten."""
        self.search(WORK_QUEUE)

    def submit(self) -> None:
        """Search with what the panel says (F5)."""
        self.panel.submit()

    def _connect(self) -> None:
        self._expand.toggled.connect(self._on_expand)
        self._filter.cleared.connect(self.show_start)
        self.panel.searched.connect(self._model.search)
        self.panel.cleared.connect(lambda: self._model.search(WORK_QUEUE))
        self.table.open_requested.connect(self.open_requested)
        self.table.selectionModel().currentRowChanged.connect(lambda index, _before: self._on_current(index.row()))
        self.banner.acted.connect(self._model.again)
        self._model.changed.connect(self._on_changed)
        self._model.choice.changed.connect(self._show_count)
        self._model.refused.connect(self._on_refused)
        self._model.answered.connect(self._on_answered)
        self._model.refreshed.connect(self._on_refreshed)
        self._model.relabelled.connect(self._on_relabelled)
        for key, slot in ((Qt.Key.Key_F3, self.toggle_panel), (Qt.Key.Key_F5, self.submit)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    def _on_expand(self, opened: bool) -> None:  # noqa: FBT001 - slot of toggled(bool)
        self.panel.setVisible(opened)
        self._filter.offer_clear(offered=not opened)
        icons.dress(self._expand, "chevron-up" if opened else "chevron-down")
        if opened:
            self.panel.focus_first()
        else:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_current(self, position: int) -> None:
        row = self._model.model.row_at(position) if position >= 0 else None
        if row is not None:
            self._model.select(row.id)

    def _on_changed(self) -> None:
        state = self._model.state
        self._filter.show_criteria(self._model.criteria, self._model.reference)
        self._busy.set_busy(state.busy)
        if state.error is not None:
            self.banner.show_error(state.error, action="Thử lại")
        else:
            self.banner.clear()
        self._show_count()
        empty = not state.busy and state.count == 0
        if empty:
            self._say_why_empty()
        self._stack.setCurrentWidget(self._empty if empty else self.table)

    def _show_count(self) -> None:
        state, choice = self._model.state, self._model.choice
        whole = "" if state.count is None else words.count_text(state.count, more=state.more)
        text = words.chosen_text(choice.count, whole, refused=MOST if choice.refused else 0)
        self._count.setText(text if whole else "")

    def _on_relabelled(self) -> None:
        self.panel.relabel(self._model.reference)
        self._filter.show_criteria(self._model.criteria, self._model.reference)

    def _on_refused(self, error: RuleError) -> None:
        if not self._expand.isChecked():
            self._expand.setChecked(True)
        self.panel.show_refusal(error)

    def _on_answered(self) -> None:
        self._model.select(None)
        self.table.scrollToTop()
        self._select_first()

    def _select_first(self) -> None:
        if self._model.model.rowCount():
            self.table.setCurrentIndex(self._model.model.index(0, 0))

    def _on_refreshed(self) -> None:
        wanted = self._model.selected_id
        if wanted is None:
            self._select_first()
            return
        at = self._model.model.position_of(wanted)
        if self.table.several:
            self.table.choose(self._model.choice.positions(), at if at is not None else self.table.currentIndex().row())
        if at is None:
            # It left the list: the dossier that took its place is the next one to look at.
            self._on_current(self.table.currentIndex().row())
            return
        if at == self.table.currentIndex().row():
            return
        bar = self.table.verticalScrollBar()
        place = bar.value()
        self.table.setCurrentIndex(self._model.model.index(at, 0))
        bar.setValue(place)

    def _say_why_empty(self) -> None:
        criteria = self._model.criteria
        if self._model.state.receiving and not criteria.searched:
            title, text, action = "Đang nhận hồ sơ lần đầu", "Hồ sơ hiện ra ở đây ngay khi nhận được.", ""
        elif _is_work_queue(criteria):
            title, text, action = (
                "Không còn hồ sơ nào chờ xử lý",
                "Hồ sơ mới sẽ tự hiện ra ở đây.",
                "Xem cả hồ sơ đã xong",
            )
        else:
            title, text, action = (
                "Không có hồ sơ nào khớp",
                "Kiểm tra lại các điều kiện, hoặc xóa chúng.",
                "Xóa điều kiện",
            )
        self._empty_title.setText(title)
        self._empty_text.setText(text)
        self._empty_action.setText(action)
        self._empty_action.setAccessibleName(action)
        self._empty_action.setVisible(bool(action))

    def _act_on_empty(self) -> None:
        criteria = self._model.criteria
        if _is_work_queue(criteria):
            self.search(replace(criteria, open_only=False, order=Order.DECLARED))
        else:
            self.show_start()

    def _make_empty(self) -> QWidget:
        frame = panel("surface", name="queueEmpty")
        picture = QLabel()
        picture.setPixmap(icons.pixmap("empty", theme.tokens(self).muted, 40, 2.0))
        self._empty_title = PlainLabel("", Role.SECTION, name="queueEmptyTitle")
        self._empty_text = PlainLabel("", Role.MUTED, name="queueEmptyText", wrap=True)
        self._empty_text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._empty_action = QPushButton()
        named(self._empty_action, "queueEmptyAction", "")
        self._empty_action.clicked.connect(self._act_on_empty)
        column = QVBoxLayout(frame)
        column.setSpacing(Space.S)
        column.addStretch(2)
        for part in (picture, self._empty_title):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._empty_text)
        column.addSpacing(Space.S)
        column.addWidget(self._empty_action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return frame

    def _lay_out(self) -> None:
        self._expand.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        icons.dress(self._expand, "chevron-down")
        head = self._head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self._title)
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBottom)
        # In this line, with its room kept: nothing on the page moves when a search begins or ends.
        head.addWidget(self._filter, 1)
        head.addWidget(self._expand)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self.panel)
        column.addWidget(self.banner)
        column.addWidget(self._busy)
        column.addWidget(self._stack, 1)


def _is_work_queue(criteria: Criteria) -> bool:
    """Whether the list is every open dossier."""
    return criteria.without_finished and not criteria.searched
