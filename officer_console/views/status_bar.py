"""The status bar: always true, each part says one thing and the ones that need the officer can be pressed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from officer_console.viewmodels.shell import ShellViewModel
from officer_console.views import words
from officer_console.views.busy import BusyBar
from officer_console.views.messages import tell
from officer_console.views.plain import PlainLabel, named, plain_tip, set_property
from officer_console.views.theme import Role, Space

_SIGNED_OUT = frozenset({"sign-in-needed", "token-expired"})


class StatusBar(QFrame):
    """Signals: ``attention_requested`` (*cần xử lý* pressed), ``sign_in_requested`` (the session has ended)."""

    attention_requested = Signal()
    sign_in_requested = Signal()

    def __init__(self, model: ShellViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setProperty("panel", "foot")
        self._model = model
        self._network = PlainLabel("", Role.SECONDARY, name="statusNetwork")
        self._sync = PlainLabel("", Role.SECONDARY, name="statusSync")
        self._waiting = PlainLabel("", Role.SECONDARY, name="statusWaiting")
        self._attention = QPushButton()
        self._attention.setProperty("kind", "part")
        named(self._attention, "statusAttention", "cần xử lý")
        self._attention.clicked.connect(self.attention_requested)
        self._sign_in = QPushButton("Đăng nhập lại")
        self._sign_in.setProperty("kind", "part")
        self._sign_in.setProperty("tone", "bad")
        named(self._sign_in, "statusSignIn", "Đăng nhập lại")
        self._sign_in.clicked.connect(self.sign_in_requested)
        self._progress = BusyBar("statusProgress", "Đang nhận hồ sơ lần đầu")
        self._progress.setFixedWidth(160)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        row.setSpacing(Space.L)
        for part in (self._network, self._sync, self._progress, self._sign_in):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._waiting)
        row.addWidget(self._attention)
        model.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say how things stand now."""
        status = self._model.status
        if status is None:
            self._say_network("○ Đang kết nối", "")
            self._sync.setText("")
            self._say_counts(0, 0)
            self._progress.set_busy(True)
            self._sign_in.hide()
            return
        self._say_network("● Trực tuyến" if status.online else "○ Ngoại tuyến", "ok" if status.online else "warn")
        self._sync.setText(self._sync_text())
        self._network.setToolTip(plain_tip(tell(status.error_code).body if status.error_code else ""))
        self._say_counts(status.waiting, status.attention)
        first = status.online and not status.first_sync_done
        self._progress.set_busy(first)
        self._progress.setVisible(first and self._progress.isVisible())
        self._sign_in.setVisible(status.error_code in _SIGNED_OUT or (status.online and not status.signed_in))

    def _sync_text(self) -> str:
        status, age = self._model.status, self._model.seconds_since_sync()
        if status is None:
            return ""
        if status.progress is not None:
            verb = "Đang nhận hồ sơ" if status.first_sync_done else "Đang nhận hồ sơ lần đầu"
            return f"{verb}: {words.number_text(status.progress)}"
        return "chưa đồng bộ" if age is None else f"đồng bộ {words.span_text(age)} trước"

    def _say_network(self, text: str, tone: str) -> None:
        self._network.setText(text)
        set_property(self._network, "tone", tone)

    def _say_counts(self, waiting: int, attention: int) -> None:
        self._waiting.setText(f"chờ gửi {words.number_text(waiting)}")
        set_property(self._waiting, "tone", "warn" if waiting else "")
        text = f"cần xử lý {words.number_text(attention)}"
        self._attention.setText(text)
        self._attention.setAccessibleName(text)
        set_property(self._attention, "tone", "bad" if attention else "")
