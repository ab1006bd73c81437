"""The page *Cần xử lý*: each refused decision beside what stands at central, and the two ways out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from officer_console.services.attention import ParkedDecision
from officer_console.viewmodels.attention import AttentionViewModel
from officer_console.views import controls, messages, words
from officer_console.views.attention_words import GONE, Compared, comparison
from officer_console.views.plain import PlainLabel, Rule, named, panel
from officer_console.views.rows_page import RowsPage
from officer_console.views.shell import ATTENTION as TITLE
from officer_console.views.theme import Kind, Role, Space

HEADS = ("Số hồ sơ", "Họ và tên", "Trung tâm trả lời")
WHY_COLUMN = 2
ACCEPT = "Chấp nhận kết quả ở trung tâm"
AGAIN = "Đánh giá lại"
MARK = "◆ khác"
SHARES = (45, 55)
KEPT = (
    "Không có gì tự áp dụng. Chấp nhận: đánh giá của bạn được bỏ qua, nhật ký trên máy vẫn giữ. "
    "Đánh giá lại: mở hồ sơ với những gì bạn đã nhập, xem lại rồi Ghi nhận."
)
LEFT = (
    "Không có gì tự áp dụng. Hồ sơ không còn ở máy này nên không đánh giá lại được ở đây. "
    "Chấp nhận: đánh giá của bạn được bỏ qua, nhật ký trên máy vẫn giữ."
)
LEFT_OUT = "Đánh giá của bạn được bỏ qua; nhật ký trên máy vẫn giữ."
NEXT = " Chọn dòng tiếp theo trong danh sách để xử lý tiếp."
EMPTY = (
    "Không có kết quả nào cần xử lý",
    "Kết quả mà trung tâm không nhận sẽ nằm ở đây, bên cạnh hồ sơ đang có ở trung tâm, cho tới khi bạn chọn.",
)


class AttentionView(RowsPage):
    """``again_requested`` carries the id of a dossier to be judged anew with what was entered."""

    again_requested = Signal(str)

    def __init__(self, model: AttentionViewModel, parent: QWidget | None = None) -> None:
        super().__init__("attention", TITLE, HEADS, wide=WHY_COLUMN, empty=EMPTY, parent=parent)
        self._model = model
        self._shown: tuple[object, object] = (None, None)
        self.table.opened.connect(lambda _key: self._look())
        self.table.itemSelectionChanged.connect(lambda: model.select(self.table.current_key))
        self.table.touched.connect(model.look)
        self._accept = controls.button("attentionAccept", "&" + ACCEPT, model.accept)
        self._accept.setAccessibleName(ACCEPT)
        self._again = controls.button("attentionAgain", "Đánh &giá lại", self._judge_again)
        self._again.setAccessibleName(AGAIN)
        self._again.setProperty("kind", "primary")
        self._open = controls.button("attentionOpen", "Xem chi tiết", self._look)
        self._lay_out(self._body())
        model.changed.connect(self.refresh)
        model.accepted.connect(self._on_accepted)
        self.refresh()

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - a property setter in spirit
        """Read while the page is in front."""
        self._model.set_active(active)
        if active:
            self.banner.clear()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model = self._model
        self._fill([(each.op_id, self._cells(each)) for each in model.parked], read=model.read)
        selected = model.selected
        for button in (self._accept, self._again, self._open):
            button.setEnabled(selected is not None and not model.busy and not model.unread)
        self._again.setEnabled(self._again.isEnabled() and model.may_judge_again)
        self._open.setEnabled(self._open.isEnabled() and selected is not None and selected.dossier is not None)
        if model.error is not None:
            self.banner.show_error(model.error)
        if (selected, model.reference) != self._shown:
            self._shown = (selected, model.reference)
            self._show(selected)

    def _cells(self, parked: ParkedDecision) -> tuple[str, ...]:
        about = parked.about
        why = messages.tell(parked.error_code or "", parked.error_data, self._model.reference).title
        return (about.number, about.declaration.full_name, why) if about else (words.NOTHING, GONE, why)

    def _show(self, parked: ParkedDecision | None) -> None:
        """Lay both versions side by side."""
        self._kept.setText(LEFT if parked is not None and parked.dossier is None else KEPT)
        page = panel("surface", name="comparison")
        column = QVBoxLayout(page)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        if parked is not None:
            said = messages.tell(parked.error_code or "", parked.error_data, self._model.reference)
            title = PlainLabel(f"Trung tâm trả lời: {said.title}", Role.SECTION, name="attentionWhy", wrap=True)
            title.set_tone(Kind.BAD)
            column.addWidget(title)
            column.addWidget(PlainLabel(said.body, name="attentionMeaning", wrap=True))
            if said.reference:
                number = f"Mã tra cứu: {said.reference}"
                column.addWidget(
                    PlainLabel(number, Role.SECONDARY, name="attentionReference", wrap=True, selectable=True)
                )
            lines = comparison(parked, self._model.reference)
            column.addLayout(_grid(lines))
            self._scroll.setAccessibleDescription(_spoken(lines))
        column.addStretch(1)
        self._scroll.setWidget(page)

    @Slot(object)
    def _on_accepted(self, parked: ParkedDecision) -> None:
        number = parked.about.number if parked.about else ""
        title = f"Đã chấp nhận kết quả ở trung tâm cho hồ sơ {number}".rstrip()
        self.banner.show_result(Kind.OK, title, LEFT_OUT + (NEXT if len(self._model.parked) > 1 else ""))

    def _look(self) -> None:
        selected = self._model.selected
        if selected is not None and selected.dossier is not None:
            self.open_requested.emit(selected.decision.dossier_id)

    def _judge_again(self) -> None:
        selected = self._model.selected
        if selected is not None:
            self.again_requested.emit(selected.decision.dossier_id)

    def _body(self) -> QSplitter:
        """Return the table beside the comparison of its selected row."""
        self._scroll = QScrollArea()
        named(self._scroll, "attentionScroll", "Đánh giá của bạn và hồ sơ ở trung tâm")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        for button in (self._open, self._accept, self._again):
            buttons.addWidget(button)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._scroll, 1)
        self._kept = PlainLabel(KEPT, Role.SECONDARY, name="attentionKept", wrap=True)
        column.addWidget(self._kept)
        column.addLayout(buttons)
        body = QSplitter(Qt.Orientation.Horizontal)
        named(body, "attentionBody", TITLE)
        body.addWidget(self.table)
        body.addWidget(right)
        body.setSizes([SHARES[0] * 10, SHARES[1] * 10])
        body.setChildrenCollapsible(False)
        body.setHandleWidth(Space.S)
        return body


def _grid(lines: tuple[Compared, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(Space.L)
    grid.setVerticalSpacing(Space.S)
    for column, head in enumerate(("", "Bạn đã đánh giá", "Đang có ở trung tâm")):
        grid.addWidget(PlainLabel(head, Role.SECONDARY, name=f"comparedHead{column}"), 0, column)
    grid.addWidget(Rule(), 1, 0, 1, 4)
    for n, line in enumerate(lines):
        role = Role.STRONG if line.differs else Role.BODY
        mark = PlainLabel(MARK if line.differs else "", Role.SECONDARY, name=f"comparedMark{n}")
        mark.set_tone(Kind.WARN)
        cells = (
            PlainLabel(line.label, Role.MUTED, name=f"comparedLabel{n}"),
            PlainLabel(line.mine, role, name=f"comparedMine{n}", wrap=True),
            PlainLabel(line.theirs, role, name=f"comparedTheirs{n}", wrap=True),
            mark,
        )
        for column, cell in enumerate(cells):
            grid.addWidget(cell, n + 2, column, Qt.AlignmentFlag.AlignTop)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(2, 1)
    return grid


def _spoken(lines: tuple[Compared, ...]) -> str:
    """Return the comparison as a screen reader says it."""
    return "; ".join(
        f"{line.label}: bạn {line.mine}, trung tâm {line.theirs}{', khác' if line.differs else ''}" for line in lines
    )
