"""The search panel behind *Mở rộng*: criteria in, one ``searched`` signal out."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QWidget

from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.reference import Reference
from officer_console.domain.search import WORK_QUEUE, Criteria, Order
from officer_console.viewmodels.days import typed_date
from officer_console.views import words
from officer_console.views.fields import ChoiceField, Field, TextField
from officer_console.views.messages import field_sentence
from officer_console.views.plain import named
from officer_console.views.theme import Space

COLUMNS = 5
ALL = "Tất cả"
UNFINISHED = "Chưa xong"
_OPEN = "open"
DATE_HINT = "ngày/tháng/năm"
_Choice = TypeVar("_Choice", Condition, Status, DossierKind)


class SearchPanel(QFrame):
    """``searched`` carries :class:`Criteria`; ``cleared`` tells that the officer emptied the panel."""

    searched = Signal(object)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("searchPanel")
        self.setProperty("panel", "surface")
        self.number = TextField("Số hồ sơ", "searchNumber", hint="ví dụ 1000123", longest=20)
        self.social_code = TextField("Mã số BHXH", "searchSocialCode", hint="10 hoặc 12 chữ số", longest=20)
        self.full_name = TextField("Họ và tên", "searchName", hint="có dấu hoặc không dấu")
        self.declared_from = TextField("Từ ngày", "searchFrom", hint=DATE_HINT, longest=10)
        self.declared_to = TextField("Đến ngày", "searchTo", hint=DATE_HINT, longest=10)
        self.condition = ChoiceField("Tình trạng", "searchCondition")
        self.status = ChoiceField("Trạng thái", "searchStatus")
        self.kind = ChoiceField("Loại hồ sơ", "searchKind")
        self.order = ChoiceField("Sắp xếp", "searchOrder")
        self.order.fill([(Order.DUE.value, "Hạn xử lý"), (Order.DECLARED.value, "Ngày kê khai")])
        self._fields: dict[str, Field] = {
            "number": self.number,
            "social_code": self.social_code,
            "name": self.full_name,
            "declared_from": self.declared_from,
            "declared_to": self.declared_to,
        }
        self._lay_out()
        for field in (self.number, self.social_code, self.full_name, self.declared_from, self.declared_to):
            field.entered.connect(self.submit)
        for dated in (self.declared_from, self.declared_to):
            dated.line.editingFinished.connect(lambda field=dated: _tidy(field))
        self.relabel(Reference())
        self.show_criteria(WORK_QUEUE)

    def relabel(self, reference: Reference) -> None:
        """Offer the words of the deployment's lists."""
        for field, group, values in (
            (self.condition, "condition", Condition),
            (self.status, "status", Status),
            (self.kind, "kind", DossierKind),
        ):
            before = (_OPEN, UNFINISHED), ("", ALL)
            choices = [(value.value, words.label(reference, group, value.value)) for value in values]
            field.fill([*(before if field is self.status else before[1:]), *choices])

    def submit(self) -> None:
        """Read the fields; tell what is wrong beside the field, or search."""
        self.clear_errors()
        _tidy(self.declared_from)
        _tidy(self.declared_to)
        try:
            criteria = self.criteria()
        except RuleError as error:
            self.show_refusal(error)
            return
        self.searched.emit(criteria)

    def criteria(self) -> Criteria:
        """Return what the fields ask for.

        Raises:
            RuleError: a field cannot be read; its ``field`` says which.
        """
        return Criteria(
            number=self.number.text.strip(),
            social_code="".join(self.social_code.text.split()),
            name=" ".join(self.full_name.text.split()),
            declared_from=typed_date(self.declared_from.text, "declared_from"),
            declared_to=typed_date(self.declared_to.text, "declared_to"),
            condition=_choice(self.condition, Condition),
            status=None if self.status.value == _OPEN else _choice(self.status, Status),
            kind=_choice(self.kind, DossierKind),
            open_only=self.status.value == _OPEN,
            order=Order(self.order.value),
        ).checked()

    def show_criteria(self, criteria: Criteria) -> None:
        """Fill the fields from criteria that came from elsewhere (quick box)."""
        self.clear_errors()
        self.number.line.setText(criteria.number)
        self.social_code.line.setText(criteria.social_code)
        self.full_name.line.setText(criteria.name)
        self.declared_from.line.setText(_typed(criteria.declared_from))
        self.declared_to.line.setText(_typed(criteria.declared_to))
        self.condition.choose(criteria.condition or "")
        self.status.choose(_OPEN if criteria.without_finished else criteria.status or "")
        self.kind.choose(criteria.kind or "")
        self.order.choose(criteria.order)

    def show_refusal(self, error: RuleError) -> None:
        """Show a refusal beside its field and put the cursor there."""
        field = self._fields.get(error.field or "", self.number)
        field.show_error(field_sentence(error))
        field.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_errors(self) -> None:
        """Take away what was said about the fields."""
        for field in self._fields.values():
            field.show_error("")

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        self.number.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.number.line.selectAll()

    def _clear(self) -> None:
        self.show_criteria(WORK_QUEUE)
        self.cleared.emit()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.M)
        fields = (
            self.number,
            self.social_code,
            self.full_name,
            self.declared_from,
            self.declared_to,
            self.condition,
            self.status,
            self.kind,
            self.order,
        )
        for place, field in enumerate(fields):
            grid.addWidget(field, place // COLUMNS, place % COLUMNS)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        self.search_button = QPushButton("Tra cứu")
        named(self.search_button, "searchButton", "Tra cứu")
        self.search_button.setProperty("kind", "primary")
        self.search_button.setToolTip("Tra cứu (F5)")
        self.search_button.clicked.connect(self.submit)
        self.clear_button = QPushButton("Xóa điều kiện")
        named(self.clear_button, "clearButton", "Xóa điều kiện")
        self.clear_button.setProperty("kind", "quiet")
        self.clear_button.clicked.connect(self._clear)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.search_button, 1)
        buttons.addWidget(self.clear_button, 1)
        grid.addLayout(buttons, len(fields) // COLUMNS, len(fields) % COLUMNS, Qt.AlignmentFlag.AlignBottom)


def _choice(field: ChoiceField, kind: type[_Choice]) -> _Choice | None:
    return kind(field.value) if field.value else None


def _typed(day: date | None) -> str:
    return words.date_text(day) if day else ""


def _tidy(field: TextField) -> None:
    try:
        day = typed_date(field.text, "")
    except RuleError:
        return
    field.line.setText(_typed(day))
