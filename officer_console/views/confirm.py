"""The two questions of the detail page: *Xác nhận* a change, and whether to drop what was entered."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from officer_console.domain.changes import FieldChange, linked_608a
from officer_console.domain.reference import Reference
from officer_console.views import words
from officer_console.views.findings import FIELD_LABELS, TEXTS
from officer_console.views.plain import PlainLabel, Rule, named, panel
from officer_console.views.theme import Kind, Role, Space

QUESTION = "Cập nhật thông tin đăng ký?"
_GROUPS = {"sex": "sex", "paper_kind": "paper"}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ConfirmView(QDialog):
    """Old and new values side by side; ``accepted`` means *Xác nhận*.

    The keyboard stands on the table: the Ctrl+Enter that led here, held a moment too long, must not confirm unread.
    """

    def __init__(
        self, changes: tuple[FieldChange, ...], reference: Reference, photos: tuple[str, ...], parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("confirm")
        self.setWindowTitle("Xác nhận")
        self.setAccessibleName(QUESTION)
        self.setAccessibleDescription(_spoken(changes, reference))
        self.setModal(True)
        self.setMinimumWidth(640)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(PlainLabel(QUESTION, Role.TITLE, name="confirmTitle"))
        told = "Kiểm tra từng dòng. Bấm Xác nhận thì thông tin cũ mới được thay bằng thông tin mới."
        column.addWidget(PlainLabel(told, Role.MUTED, name="confirmText", wrap=True))
        table = _table(changes, reference)
        column.addWidget(table, 1)
        if photos:
            column.addWidget(PlainLabel(f"Ảnh được thay: {', '.join(photos)}", name="confirmPhotos", wrap=True))
        linked = linked_608a(changes)
        if linked:
            named_fields = ", ".join(FIELD_LABELS[field].lower() for field in linked)
            warning = PlainLabel(f"▲ {TEXTS['linked-608a'].format(fields=named_fields)}", name="confirm608a", wrap=True)
            warning.set_tone(Kind.WARN)
            column.addWidget(warning)
        column.addLayout(self._buttons())
        table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter answers only on a button."""
        if event.key() not in _ENTER:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a key that repeats itself from the buttons."""
        if isinstance(event, QKeyEvent) and event.isAutoRepeat():
            return True
        return super().eventFilter(watched, event)

    def _buttons(self) -> QHBoxLayout:
        back = QPushButton("&Quay lại")
        named(back, "confirmBack", "Quay lại")
        back.clicked.connect(self.reject)
        yes = QPushButton("&Xác nhận")
        named(yes, "confirmYes", "Xác nhận")
        yes.setProperty("kind", "primary")
        yes.clicked.connect(self.accept)
        for button in (back, yes):
            button.installEventFilter(self)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addStretch(1)
        row.addWidget(back)
        row.addWidget(yes)
        return row


def _table(changes: tuple[FieldChange, ...], reference: Reference) -> QWidget:
    frame = panel("surface", name="confirmTable")
    grid = QGridLayout(frame)
    grid.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
    grid.setHorizontalSpacing(Space.XL)
    grid.setVerticalSpacing(Space.S)
    for column, head in enumerate(("Nội dung", "Thông tin cũ", "Thông tin mới")):
        grid.addWidget(PlainLabel(head, Role.SECONDARY, name=f"confirmHead{column}"), 0, column)
    grid.addWidget(Rule(), 1, 0, 1, 3)
    if not changes:
        grid.addWidget(PlainLabel(TEXTS["nothing-changed"], name="confirmNothing", wrap=True), 2, 0, 1, 3)
    for row, change in enumerate(changes, start=2):
        cells = (
            PlainLabel(FIELD_LABELS.get(change.field, change.field), Role.MUTED, name=f"confirm_{change.field}"),
            PlainLabel(_value(change.field, change.old, reference), name=f"confirmOld_{change.field}", wrap=True),
            PlainLabel(
                _value(change.field, change.new, reference), Role.STRONG, name=f"confirmNew_{change.field}", wrap=True
            ),
        )
        for column, cell in enumerate(cells):
            grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignTop)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(2, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    named(scroll, "confirmScroll", "Thông tin cũ và mới")
    scroll.setAccessibleDescription(_spoken(changes, reference))
    scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    scroll.setWidget(frame)
    scroll.setMinimumHeight(min(420, frame.sizeHint().height() + Space.S))
    return scroll


def _spoken(changes: tuple[FieldChange, ...], reference: Reference) -> str:
    """Return the table as a screen reader says it: each field with its old and its new value."""
    return "; ".join(
        f"{FIELD_LABELS.get(change.field, change.field)}: {_value(change.field, change.old, reference)} → "
        f"{_value(change.field, change.new, reference)}"
        for change in changes
    )


def _value(field: str, value: str | None, reference: Reference) -> str:
    return words.label(reference, _GROUPS[field], value) if field in _GROUPS else value or words.NOTHING


class DiscardView(QDialog):
    """Asks before work is lost; staying is the answer to Enter and Esc. ``kept``: the draft stays for another time."""

    def __init__(self, losses: tuple[str, ...], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.kept = False
        self.setObjectName("discard")
        self.setWindowTitle("Thoát")
        self.setAccessibleName("Bỏ những gì đã nhập?")
        self.setModal(True)
        self.setMinimumWidth(420)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(PlainLabel("Bỏ những gì đã nhập?", Role.TITLE, name="discardTitle"))
        told = f"Chưa ghi nhận: {', '.join(losses)}. Giữ bản nháp thì lần sau mở hồ sơ này có thể tiếp tục."
        self.setAccessibleDescription(told)
        column.addWidget(PlainLabel(told, name="discardText", wrap=True))
        stay = QPushButton("Ở lại")
        named(stay, "discardStay", "Ở lại")
        stay.setProperty("kind", "primary")
        stay.setDefault(True)
        stay.clicked.connect(self.reject)
        drop = QPushButton("Bỏ và thoát")
        named(drop, "discardDrop", "Bỏ và thoát")
        drop.setAutoDefault(False)
        drop.clicked.connect(self.accept)
        keep = QPushButton("Giữ bản nháp và thoát")
        named(keep, "discardKeep", "Giữ bản nháp và thoát")
        keep.setAutoDefault(False)
        keep.clicked.connect(self._keep)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addStretch(1)
        for button in (drop, keep, stay):
            row.addWidget(button)
        column.addSpacing(Space.S)
        column.addLayout(row)
        stay.setFocus()

    def _keep(self) -> None:
        self.kept = True
        self.accept()
