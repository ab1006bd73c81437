"""What may be done about one row of a stack: its sentence, the number to put it to, and the ways out."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from officer_console.domain.form import FormKind
from officer_console.services.stacks import Doubt, Pile, Unclear
from officer_console.viewmodels.filing_rows import Aside, Shown
from officer_console.views import controls
from officer_console.views import filing_words as said
from officer_console.views.plain import PlainLabel
from officer_console.views.theme import Kind, Role, Space

WIDTH = 250


class FilingSide(QFrame):
    """Signals: ``put`` (the number typed for a page and its FormKind), ``dropped``, ``again`` (kept sheet).

    What drops a page or kept sheet takes one back that was put aside.
    """

    put = Signal(str, object)
    dropped = Signal()
    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filingSide")
        self.setProperty("panel", "surface")
        self.setFixedWidth(WIDTH)
        self._asked: str | None = None
        self._title = PlainLabel(role=Role.STRONG, name="filingTitle", wrap=True)
        self._text = PlainLabel(role=Role.SECONDARY, name="filingText", wrap=True)
        self.number = controls.line("filingNumber", "Số hồ sơ", "Ví dụ 1000123/07906")
        self._label = controls.label("Số hồ sơ trên tờ giấy", self.number)
        self.kinds = {kind: controls.radio(f"filingKind{kind}", label) for kind, label in said.CHOICES.items()}
        self.put_button = controls.button("filingPut", "&Xếp vào hồ sơ này", self._on_put)
        self.again_button = controls.button("filingAgain", "&Vẫn lưu bản này", self.again.emit)
        self.drop_button = controls.button("filingDrop", "&Bỏ ra (Del)", self.dropped.emit)
        self.number.returnPressed.connect(self.put_button.click)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        for part in (self._title, self._text, self._label, self.number):
            column.addWidget(part)
        kinds = QHBoxLayout()
        kinds.setSpacing(Space.M)
        for choice in self.kinds.values():
            kinds.addWidget(choice)
        kinds.addStretch(1)
        column.addLayout(kinds)
        column.addWidget(self.put_button)
        column.addWidget(self.again_button)
        column.addStretch(1)
        column.addWidget(self.drop_button)

    def show_row(self, one: Shown | None, behind: tuple[int, ...], *, busy: bool) -> None:
        """Show what is looked at, ``behind`` which bare pages lie; what was said of a page stays while it is shown."""
        kind, title, text = said.told(one, behind)
        self._title.setText(title)
        self._title.set_tone(kind if kind is not Kind.NEUTRAL else None)
        self._text.setText(text)
        nobodys = isinstance(one, Unclear)
        asked = one.page.shot.id if isinstance(one, Unclear) else None
        if asked != self._asked:
            self._asked = asked
            self.number.setText(one.after[0] if isinstance(one, Unclear) and one.after is not None else "")
            self.kinds[_likely(one)].setChecked(True)
        for part in (self._label, self.number, *self.kinds.values(), self.put_button):
            part.setVisible(nobodys)
        kept = one is not None and not isinstance(one, Unclear | Pile | Aside)
        self.again_button.setVisible(kept and getattr(one, "error_code", None) is not None)
        forged = isinstance(one, Unclear) and one.doubt is Doubt.FORGED
        self.put_button.setText("&Xếp dù mã giả" if forged else "&Xếp vào hồ sơ này")
        self.put_button.setEnabled(not busy)
        self.again_button.setEnabled(not busy)
        self.drop_button.setEnabled(one is not None and not busy)
        back = "&Lấy lại (Del)" if isinstance(one, Aside) else "&Bỏ trang ra (Del)"
        self.drop_button.setText("&Bỏ bản quét này" if kept else back)

    @Slot()
    def _on_put(self) -> None:
        if self.number.text().strip():
            kind = next(kind for kind, choice in self.kinds.items() if choice.isChecked())
            self.put.emit(self.number.text().strip(), kind)


def _likely(one: Shown | None) -> FormKind:
    """Return which form a page may be of: the one its code names, or that of the sheet it lay behind."""
    code, after = (one.code, one.after) if isinstance(one, Unclear) else (None, None)
    named = code.form_kind if code is not None else after[1] if after is not None else 0
    return FormKind.INSURED if named == FormKind.INSURED else FormKind.DECLARATION
