"""The sign-in window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from officer_console.domain.reference import Reference
from officer_console.viewmodels.sign_in import DemoAccount, SignInViewModel
from officer_console.views import theme, words
from officer_console.views.banner import Banner
from officer_console.views.busy import BusyBar
from officer_console.views.fields import TextField
from officer_console.views.plain import PlainLabel, named, on_screen, panel
from officer_console.views.theme import Kind, Role, Space

PROGRAM = "Tiếp nhận hồ sơ giao dịch điện tử"
OWNER = "Bảo hiểm xã hội Việt Nam"
OFFLINE_NOTE = "Khi mất mạng vẫn đăng nhập được nếu tài khoản đã từng đăng nhập trên máy này."
SMALLEST = (760, 560)
USUAL = (1024, 640)
CARD_WIDTH = 448
DEMO_WIDTH = 320
MOST_GROWTH = 1.2
# No suggestions and no learning by keyboard drivers.
_SECRET = (
    Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText | Qt.InputMethodHint.ImhSensitiveData
)
_MISSING = {
    "username": "Nhập tên đăng nhập.",
    "password": "Nhập mật khẩu.",
    "oldPassword": "Nhập mật khẩu cũ.",
}


class SignInView(QWidget):
    """A window of its own, before the main window; ``prefill`` is for unlocking."""

    def __init__(
        self, model: SignInViewModel, *, reference: Reference | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("signInWindow")
        self.setWindowTitle(f"Đăng nhập · {PROGRAM}")
        self.setMinimumSize(*SMALLEST)
        self.resize(on_screen(self, QSize(*USUAL)))
        self._model = model
        self._reference = reference or Reference()
        self.username = TextField("Tên đăng nhập", "username", longest=64)
        self.password = TextField("Mật khẩu", "password", longest=256)
        self.old_password = TextField("Mật khẩu cũ", "oldPassword", longest=256)
        for secret in (self.password, self.old_password):
            secret.line.setEchoMode(QLineEdit.EchoMode.Password)
            secret.line.setInputMethodHints(_SECRET)
        self.old_password.hide()
        self.banner = Banner("signInBanner")
        self._busy = BusyBar("signInBusy", "Đang đăng nhập")
        self._button = QPushButton("Đăng nhập")
        self._button.setProperty("kind", "primary")
        self._button.setMinimumHeight(Space.XXL)
        named(self._button, "signInButton", "Đăng nhập")
        self._lay_out()
        self._button.clicked.connect(self._submit)
        for field in (self.username, self.password, self.old_password):
            field.entered.connect(self._submit)
            field.edited.connect(model.edited)
        self.username.edited.connect(model.other_user)
        model.changed.connect(self._on_changed)
        model.ticked.connect(self._on_ticked)
        self._on_changed()
        self.username.line.setFocus()

    def prefill(self, username: str) -> None:
        """Put a user name in and wait for the password (unlocking after Ctrl+L)."""
        self.username.line.setText(username)
        self.password.line.clear()
        wanted = self.password if username else self.username
        wanted.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Forget what was typed."""
        self._forget()
        super().closeEvent(event)

    def _submit(self) -> None:
        self._model.submit(self.username.text, self.password.text, self.old_password.text)

    def _on_changed(self) -> None:
        state = self._model.state
        locked = self._model.seconds_locked() > 0
        self._busy.set_busy(state.busy)
        self._button.setEnabled(not state.busy and not locked)
        for field in (self.username, self.password, self.old_password):
            field.control.setEnabled(not state.busy)
            field.show_error(_MISSING[state.missing] if state.missing == field.control.objectName() else "")
        self.old_password.setVisible(state.needs_old_password)
        self._say(locked=locked)
        if state.missing:
            self._field(state.missing).control.setFocus(Qt.FocusReason.OtherFocusReason)
        elif state.error is not None:
            asked = self.old_password if state.needs_old_password else self.password
            wanted = self.username if locked else asked
            wanted.line.setFocus(Qt.FocusReason.OtherFocusReason)
            wanted.line.selectAll()
        if not state.busy and state.error is None and not state.missing and not state.needs_old_password:
            self.old_password.line.clear()

    def _say(self, *, locked: bool) -> None:
        state = self._model.state
        if locked:
            left = words.span_text(self._model.seconds_locked())
            text = f"Đã nhập sai mật khẩu nhiều lần. Thử lại sau {left}."
            self.banner.show_result(Kind.WARN, "Tài khoản tạm khóa", text)
        elif state.error is not None:
            self.banner.show_error(state.error, Kind.WARN if state.needs_old_password else Kind.BAD)
        else:
            self.banner.clear()

    def _on_ticked(self) -> None:
        self._say(locked=True)

    def _field(self, name: str) -> TextField:
        fields = (self.username, self.password, self.old_password)
        return next(field for field in fields if field.control.objectName() == name)

    def _forget(self) -> None:
        self.password.line.clear()
        self.old_password.line.clear()

    def _use(self, account: DemoAccount) -> None:
        self.username.line.setText(account.username)
        self.password.line.setText(account.password)
        self._model.other_user()
        self._button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(Space.XL)
        row.addStretch(1)
        row.addWidget(self._card(), 0, Qt.AlignmentFlag.AlignTop)
        if self._model.demo_accounts:
            row.addWidget(self._demo_card(), 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        ground = QWidget()
        ground.setObjectName("signInGround")
        ground.setProperty("ground", "window")
        column = QVBoxLayout(ground)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)
        scroller = QScrollArea()
        scroller.setObjectName("signInScroller")
        scroller.setFrameShape(QFrame.Shape.NoFrame)
        scroller.setWidgetResizable(True)
        scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroller.setWidget(ground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroller)

    def _card(self) -> QFrame:
        card = panel("surface", name="signInCard")
        card.setFixedWidth(round(CARD_WIDTH * _growth()))
        column = QVBoxLayout(card)
        column.setContentsMargins(Space.XXL, Space.XL, Space.XXL, Space.XL)
        column.setSpacing(Space.M)
        column.addWidget(PlainLabel(OWNER, Role.SECONDARY, name="signInOwner"))
        column.addWidget(PlainLabel(PROGRAM, Role.TITLE, name="signInTitle", wrap=True))
        column.addSpacing(Space.XS)
        column.addWidget(self.banner)
        for field in (self.username, self.password, self.old_password):
            column.addWidget(field)
        column.addSpacing(Space.XS)
        column.addWidget(self._button)
        column.addWidget(self._busy)
        column.addWidget(PlainLabel(OFFLINE_NOTE, Role.SECONDARY, name="signInNote", wrap=True))
        return card

    def _demo_card(self) -> QFrame:
        card = panel("surface", name="demoCard")
        card.setFixedWidth(round(DEMO_WIDTH * _growth()))
        column = QVBoxLayout(card)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.S)
        column.addWidget(PlainLabel("Tài khoản dùng thử", Role.SECTION, name="demoTitle"))
        column.addWidget(PlainLabel("Dữ liệu giả, không có công dân thật.", Role.SECONDARY, name="demoNote", wrap=True))
        column.addSpacing(Space.XS)
        for account in self._model.demo_accounts:
            role = words.label(self._reference, "role", account.role)
            button = QPushButton(f"{account.full_name}\n{role} · {account.username}")
            button.setProperty("kind", "account")
            named(
                button, f"demo-{account.username.replace('.', '-')}", f"{account.full_name}, {role}, {account.username}"
            )
            button.clicked.connect(lambda _checked=False, chosen=account: self._use(chosen))
            column.addWidget(button)
        passwords = sorted({account.password for account in self._model.demo_accounts})
        if len(passwords) == 1:
            text = f"Mật khẩu chung: {passwords[0]}"
            column.addWidget(PlainLabel(text, Role.SECONDARY, name="demoPassword", selectable=True))
        return card


def _growth() -> float:
    # Both cards stay inside the smallest window; larger text breaks into more lines.
    return min(MOST_GROWTH, theme.scale())
