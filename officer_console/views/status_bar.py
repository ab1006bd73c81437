"""The status bar: always true, each part says one thing and the ones that need the officer can be pressed."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QSize, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from officer_console.viewmodels.ports import StatusPort
from officer_console.viewmodels.shell import ShellViewModel
from officer_console.views import words
from officer_console.views.busy import BusyBar
from officer_console.views.messages import tell
from officer_console.views.plain import PlainLabel, keep_room, named, plain_tip, set_property
from officer_console.views.theme import Kind, Role, Space

SYNC_NOW = "Đồng bộ ngay"
# Seconds: what is younger is told without a number.
JUST_NOW = 10
_SIGNED_OUT = frozenset({"sign-in-needed", "token-expired"})


class StatusBar(QFrame):
    """Signals: ``waiting_requested`` (*chờ gửi* or *đã nhận đủ* pressed), ``attention_requested`` (*cần xử lý*),
    ``sync_requested`` (the age of the data pressed), ``sign_in_requested`` (the session has ended).
    """

    waiting_requested = Signal()
    attention_requested = Signal()
    sync_requested = Signal()
    sign_in_requested = Signal()

    def __init__(self, model: ShellViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setProperty("panel", "foot")
        self._model = model
        self._network = PlainLabel("", Role.SECONDARY, name="statusNetwork")
        self._sync = self._part("statusSync", self.sync_requested)
        self._sync.setToolTip(SYNC_NOW)
        self._waiting = self._part("statusWaiting", self.waiting_requested)
        self._attention = self._part("statusAttention", self.attention_requested)
        self._confirmed = self._part("statusConfirmed", self.waiting_requested)
        self._clock = _ClockLabel()
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
        # The bar has its height before it has anything to say: the page above it does not move at the first word.
        keep_room(self._sync)
        row.addWidget(self._clock, 1000)
        row.addStretch(1)
        for part in (self._waiting, self._attention, self._confirmed):
            row.addWidget(part)
        model.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say how things stand now."""
        status = self._model.status
        wrong_by = self._model.clock_wrong_by()
        if wrong_by is not None:
            self._clock.say(*clock_texts(wrong_by))
        self._clock.setVisible(wrong_by is not None)
        if status is None:
            self._say_network("○ Đang kết nối", "")
            for part in (self._sync, self._waiting, self._attention, self._confirmed):
                part.hide()
            self._progress.set_busy(True)
            self._sign_in.hide()
            return
        self._say_network(*_network(status))
        _say(self._sync, self._sync_text(), "")
        self._network.setToolTip(plain_tip(tell(status.error_code).body if status.error_code else ""))
        _say(self._waiting, f"chờ gửi {words.number_text(status.waiting)}", "warn" if status.waiting else "")
        _say(self._attention, f"cần xử lý {words.number_text(status.attention)}", "bad" if status.attention else "")
        _say(self._confirmed, *_confirmed(status.confirmed, status.unread, status.recorded))
        self._confirmed.setVisible(status.recorded > 0)
        first = status.online and status.serving and not status.first_sync_done
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
        if status.last_sync is None:
            return "chưa đồng bộ"
        if age is None:
            return f"đồng bộ lần cuối {words.moment_text(status.last_sync)}"
        return "vừa đồng bộ" if age < JUST_NOW else f"đồng bộ {words.span_text(age)} trước"

    def _say_network(self, text: str, tone: str) -> None:
        self._network.setText(text)
        set_property(self._network, "tone", tone)

    def _part(self, name: str, pressed: SignalInstance) -> QPushButton:
        made = QPushButton()
        made.setProperty("kind", "part")
        made.setObjectName(name)
        made.clicked.connect(lambda: pressed.emit())
        return made


class _ClockLabel(PlainLabel):
    """Says a sentence where there is room for it, else its short form; the tool tip and readers have all of it."""

    def __init__(self) -> None:
        super().__init__("", Role.SECONDARY, name="statusClock")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_tone(Kind.WARN)
        self._short = self._whole = ""

    def say(self, short: str, whole: str) -> None:
        """Show one of the two."""
        self._short, self._whole = short, whole
        self.setToolTip(plain_tip(whole))
        self.setAccessibleName(whole)
        self._fit()
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Room for the short form."""
        return QSize(self.fontMetrics().horizontalAdvance(self._short), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fits = self.fontMetrics().horizontalAdvance(self._whole) <= self.width()
        self.setText(self._whole if fits else self._short)


def clock_texts(wrong_by: timedelta) -> tuple[str, str]:
    """Return that this machine's clock is ahead of central's by so much (negative: behind): short, and what to do."""
    seconds = wrong_by.total_seconds()
    way = "nhanh" if seconds > 0 else "chậm"
    # Seconds go by while it is read, so none are told.
    span = words.span_text(abs(seconds) // 60 * 60)
    short = f"Đồng hồ máy {way} {span}"
    return short, f"{short} so với trung tâm: xin chỉnh lại giờ máy"


def _say(part: QPushButton, text: str, tone: str) -> None:
    """Give a part its text, the accessible name that goes with it, and its colour."""
    part.setText(text)
    part.setAccessibleName(text)
    set_property(part, "tone", tone)
    part.show()


def _network(status: StatusPort) -> tuple[str, str]:
    """Return in words whether central can be reached and serves, and the colour of that."""
    if not status.online:
        return "○ Ngoại tuyến", "warn"
    return ("● Trực tuyến", "ok") if status.serving else (f"◐ {tell('unavailable').title}", "warn")


def _confirmed(confirmed: int, unread: int, recorded: int) -> tuple[str, str]:
    """Return in words how many of the decisions recorded here central says it has, and the colour of that."""
    counts = f"{words.number_text(confirmed)}/{words.number_text(recorded)}"
    if 0 < unread == recorded - confirmed:
        # Nothing is amiss: central has given its answer, and its ledger is read at the end of the round.
        return f"đang đối chiếu {counts}", ""
    if confirmed < recorded:
        return f"trung tâm mới nhận {counts}", "warn"
    return f"đã nhận đủ {counts}", ""
