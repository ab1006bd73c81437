"""The head of the detail page: which dossier, how it stands, and the buttons that ask HGĐ or lead on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from officer_console.domain.dossier import Dossier
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.views import icons, words
from officer_console.views.decision_words import lease_span
from officer_console.views.plain import Chip, ElidedLabel, PlainLabel, named, plain_tip
from officer_console.views.theme import Role, Space


class HeaderView(QFrame):
    """Signals: ``check_wanted`` (*Kiểm tra HGĐ*), ``next_wanted`` (*Hồ sơ sau*), ``leave_wanted`` (*Về danh sách*)."""

    check_wanted = Signal()
    next_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, model: ReviewViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("reviewHeader")
        self.setProperty("panel", "bar")
        self._number = PlainLabel(role=Role.TITLE, name="dossierNumber", selectable=True)
        self._kind = ElidedLabel(role=Role.BODY, name="dossierKind")
        self._condition = Chip(name="dossierCondition")
        self._status = Chip(name="dossierStatus")
        self._note = ElidedLabel(role=Role.SECONDARY, name="dossierNote")
        # These two give way where large text leaves too little room.
        self._note.setMinimumWidth(1)
        self._kind.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._household = self._button(
            "checkHousehold", "Kiểm tra HGĐ", "Hỏi HGĐ về mã số và họ tên đã khai, không ghi nhận gì"
        )
        self._household.clicked.connect(self.check_wanted)
        onward = self._button("nextDossier", "Hồ sơ sau", "Ctrl+→")
        onward.clicked.connect(self.next_wanted)
        back = self._button("backToList", "Về danh sách (Esc)", "")
        back.clicked.connect(self.leave_wanted)
        icons.dress(back, "arrow-left")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        row.setSpacing(Space.M)
        for part in (self._number, self._kind, self._condition, self._status):
            row.addWidget(part)
        row.addWidget(self._note, 1)
        for button in (self._household, onward, back):
            row.addWidget(button)

    def add_tool(self, button: QPushButton) -> None:
        """Put another button in front of the others."""
        row = self.layout()
        assert isinstance(row, QHBoxLayout)  # noqa: S101 - made above
        row.insertWidget(row.indexOf(self._household), button)

    def refresh(self) -> None:
        """Show what the view model holds."""
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
        self._note.setText(" · ".join(self._notes(dossier)))

    def _notes(self, dossier: Dossier) -> tuple[str, ...]:
        model, declared = self._model, f"Khai {words.date_text(dossier.declared_on)}"
        if model.holds_lease and dossier.open and dossier.lease is not None:
            return f"Bạn giữ {lease_span(dossier.lease.taken_at, dossier.lease.expires_at)}", declared
        if model.offline and dossier.open:
            return "Chưa hỏi được trung tâm, chưa giữ được hồ sơ", declared
        return (declared,)

    def _button(self, name: str, label: str, tip: str) -> QPushButton:
        button = QPushButton(label)
        named(button, name, label)
        button.setToolTip(plain_tip(tip))
        # A click leaves the keyboard where the officer types: he may yet stay.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
