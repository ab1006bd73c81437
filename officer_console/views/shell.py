"""The main window: menu, top bar with the quick box, the pages, the status bar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from officer_console.codes import payloads
from officer_console.codes.payloads import Unknown
from officer_console.domain.errors import RuleError
from officer_console.domain.search import Criteria
from officer_console.viewmodels.shell import ShellViewModel, quick_criteria
from officer_console.views import icons, theme, words
from officer_console.views.banner import Banner
from officer_console.views.key_list import KeyList
from officer_console.views.messages import field_sentence
from officer_console.views.plain import ElidedLabel, PlainLabel, named, on_screen, panel
from officer_console.views.sign_in import PROGRAM
from officer_console.views.status_bar import StatusBar
from officer_console.views.theme import Role, Space

WAITING = "Hàng chờ gửi"
ATTENTION = "Cần xử lý"
SMALLEST = (1024, 640)
USUAL = (1366, 728)
# A health card's code has some four hundred characters.
QUICK_LENGTH = 1024


class Entry(NamedTuple):
    """A page one can go to from anywhere. ``keys`` are parted by semicolons."""

    page: str
    name: str
    label: str
    menu: str
    keys: str


NAVIGATION = (
    Entry("queue", "personal", "Cá nhân", "&Cá nhân", "Ctrl+1;Alt+1"),
    Entry("waiting", "waiting", WAITING, "Hàng chờ &gửi", "Ctrl+2"),
    Entry("attention", "attention", ATTENTION, "Cần &xử lý", "Ctrl+3"),
)


class PageWidget(Protocol):
    """What the frame asks of a page."""

    def may_leave(self) -> bool:
        """Return whether the page may be left; it asks the officer itself when work would be lost."""

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - a property setter in spirit
        """Say whether the page is in front."""

    def show_start(self) -> None:
        """Show what the page showed at first: *Cá nhân* was asked for while the list is in front."""


class ShellView(QMainWindow):
    """Signals: ``quick_search`` (Criteria), ``code_typed`` (a card's or form's code put into the quick box),
    ``readers_requested``, ``devices_requested``, ``camera_requested``, ``filing_requested`` (signed sheets),
    ``sign_out_requested``, ``lock_requested``,
    ``sync_requested``, ``sign_in_requested`` (the session with central has ended), ``closed`` (the window is going).

    ``notice`` is the strip above the pages; it goes when another page comes. Pages that stand in ``NAVIGATION`` have a
    button, a line in the menu and a key.
    """

    quick_search = Signal(object)
    code_typed = Signal(str)
    readers_requested = Signal()
    devices_requested = Signal()
    filing_requested = Signal()
    camera_requested = Signal()
    sign_out_requested = Signal()
    lock_requested = Signal()
    sync_requested = Signal()
    sign_in_requested = Signal()
    closed = Signal()

    def __init__(self, model: ShellViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mainWindow")
        self.setWindowTitle(PROGRAM)
        self.setMinimumSize(*SMALLEST)
        self.resize(on_screen(self, QSize(*USUAL)))
        self._model = model
        self._pages: dict[str, QWidget] = {}
        self._list_name = ""
        self._stack = QStackedWidget()
        self._stack.setObjectName("pageStack")
        self._keys = KeyList(self)
        self.quick = QLineEdit()
        self.notice = Banner("scanNotice")
        self._quick_error = PlainLabel("", Role.ERROR, name="quickError")
        self.status = StatusBar(model)
        self.status.waiting_requested.connect(lambda: self.show_page("waiting", WAITING))
        self.status.attention_requested.connect(lambda: self.show_page("attention", ATTENTION))
        self.status.sync_requested.connect(self.sync_requested)
        self._buttons: dict[str, QPushButton] = {}
        self.status.sign_in_requested.connect(self.sign_in_requested)
        self._make_menus()
        self._lay_out()
        model.changed.connect(self._count)
        self._count()

    @property
    def page(self) -> str:
        """The name of the page in front."""
        current = self._stack.currentWidget()
        return next((name for name, widget in self._pages.items() if widget is current), "")

    def add_page(self, name: str, widget: QWidget) -> None:
        """Add a page; the first one is the list that *Cá nhân* shows."""
        self._pages[name] = widget
        self._stack.addWidget(widget)
        self._list_name = self._list_name or name

    def show_page(self, name: str, title: str = "") -> bool:
        """Bring a page to the front, unless the one in front must not be left; return whether it is in front now."""
        if name not in self._pages or (name != self.page and not self._may_leave()):
            self._mark()
            return False
        before = self._pages.get(self.page)
        target = self._pages[name]
        if before is not None and before is not target:
            self.notice.clear()
            _activate(before, active=False)
        self._stack.setCurrentWidget(target)
        _activate(target, active=True)
        self.setWindowTitle(f"{title} · {PROGRAM}" if title else PROGRAM)
        self._mark()
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close at once; only unsaved work on the page in front may hold the window."""
        if not self._may_leave():
            event.ignore()
            return
        self._model.stop()
        self.closed.emit()
        event.accept()

    def _may_leave(self) -> bool:
        current = self._pages.get(self.page)
        ask = getattr(current, "may_leave", None)
        return bool(ask()) if callable(ask) else True

    def _mark(self) -> None:
        """Press down the button of the page in front; a dossier belongs to the list."""
        button = self._buttons.get(self.page) or self._buttons[NAVIGATION[0].page]
        button.setChecked(True)

    def _count(self) -> None:
        """Say on the buttons how many decisions wait and how many need the officer."""
        status = self._model.status
        counts = {"waiting": status.waiting, "attention": status.attention} if status is not None else {}
        for entry in NAVIGATION[1:]:
            count = counts.get(entry.page, 0)
            text = f"{entry.label} {words.number_text(count)}" if count else entry.label
            self._buttons[entry.page].setText(text)
            self._buttons[entry.page].setAccessibleName(text)

    def _show(self, entry: Entry) -> None:
        if entry.page == self._list_name:
            self._show_list()
        else:
            self.show_page(entry.page, entry.label)

    def _show_list(self) -> None:
        if not self._list_name:
            return
        if self.page == self._list_name:
            self.quick.clear()
            self._say_quick("")
            begin = getattr(self._pages[self._list_name], "show_start", None)
            if callable(begin):
                begin()
        self.show_page(self._list_name)
        self._mark()

    def _sign_out(self) -> None:
        if self._may_leave():
            self.sign_out_requested.emit()

    def _focus_quick(self) -> None:
        self.quick.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.quick.selectAll()

    def _quick(self) -> None:
        if not self.quick.text().strip():
            return
        payload = payloads.read(self.quick.text().encode("utf-8", "replace"))
        if not isinstance(payload, Unknown) or payloads.spoiled(payload):
            self.code_typed.emit(self.quick.text())
            self.quick.clear()
            return
        try:
            criteria = quick_criteria(self.quick.text())
        except RuleError as error:
            self._say_quick(field_sentence(error))
            return
        self.list_found(criteria)

    def list_found(self, criteria: Criteria) -> None:
        """Bring the list to the front, if the page there may be left, and have it search."""
        if self.page == self._list_name or self.show_page(self._list_name):
            self.quick_search.emit(criteria)

    def _say_quick(self, text: str) -> None:
        self._quick_error.setText(text)
        self.quick.setAccessibleDescription(text)

    def _make_menus(self) -> None:
        bar = self.menuBar()
        bar.setObjectName("menuBar")
        dossiers = bar.addMenu("&Hồ sơ ĐK GDĐT")
        dossiers.setObjectName("dossiersMenu")
        for entry in NAVIGATION:
            self._add(dossiers, f"{entry.name}Action", entry.menu, entry.keys, partial(self._show, entry))
        dossiers.addSeparator()
        self._add(dossiers, "filingAction", "&Lưu tờ khai theo mã…", "F7", self.filing_requested.emit)
        session = bar.addMenu("&Phiên làm việc")
        session.setObjectName("sessionMenu")
        self._add(session, "readersAction", "Đầu đọc &mã…", "", self.readers_requested.emit)
        self._add(session, "devicesAction", "&Thiết bị", "", self.devices_requested.emit)
        self._add(session, "cameraAction", "Đọc mã bằng máy &ảnh…", "F8", self.camera_requested.emit)
        self._add(session, "lockAction", "&Khóa màn hình", "Ctrl+L", self.lock_requested.emit)
        self._add(session, "signOutAction", "Đăng &xuất", "", self._sign_out)
        session.addSeparator()
        self._add(session, "closeAction", "Đón&g chương trình", "Ctrl+Q", self.close)
        support = bar.addMenu("&Trợ giúp")
        support.setObjectName("helpMenu")
        self._add(support, "keysAction", "&Phím tắt", "F1", self._keys.show_keys)

    def _add(self, menu: QWidget, name: str, text: str, keys: str, slot: Callable[[], object]) -> None:
        action = QAction(text, self)
        action.setObjectName(name)
        if keys:
            action.setShortcuts([QKeySequence(key) for key in keys.split(";")])
        action.triggered.connect(lambda _checked=False: slot())
        menu.addAction(action)

    def _top_bar(self) -> QWidget:
        chosen = theme.tokens(self)
        bar = panel("bar", name="topBar")
        group = QButtonGroup(self)
        for entry in NAVIGATION:
            button = QPushButton(entry.label)
            named(button, f"{entry.name}Button", entry.label)
            button.setProperty("kind", "quiet")
            button.setCheckable(True)
            button.clicked.connect(partial(self._show, entry))
            group.addButton(button)
            self._buttons[entry.page] = button
        icons.dress(self._buttons[NAVIGATION[0].page], "list", colour=chosen.info)
        named(self.quick, "quickBox", "Tìm nhanh")
        self.quick.setPlaceholderText("Số hồ sơ, mã BHXH, họ tên, quét thẻ (Ctrl+K)")
        self.quick.setToolTip("Tìm nhanh")
        self.quick.setClearButtonEnabled(True)
        self.quick.setMaxLength(QUICK_LENGTH)
        self.quick.addAction(icons.icon("search", widget=self), QLineEdit.ActionPosition.LeadingPosition)
        camera = self.quick.addAction(icons.icon("camera", widget=self), QLineEdit.ActionPosition.TrailingPosition)
        camera.setObjectName("quickCamera")
        camera.setText("Đọc mã bằng máy ảnh")
        camera.setToolTip("Đọc mã bằng máy ảnh (F8)")
        camera.triggered.connect(self.camera_requested)
        self.quick.returnPressed.connect(self._quick)
        self.quick.textEdited.connect(lambda _text: self._say_quick(""))
        focus = QAction(self)
        focus.setObjectName("quickAction")
        focus.setShortcut(QKeySequence("Ctrl+K"))
        focus.triggered.connect(self._focus_quick)
        self.addAction(focus)
        person = ElidedLabel(f"{self._model.officer.full_name} · {self._model.office}", name="officerName")
        person.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        sign_out = QPushButton("Đăng xuất")
        named(sign_out, "signOutButton", "Đăng xuất")
        sign_out.setProperty("kind", "quiet")
        icons.dress(sign_out, "sign-out")
        sign_out.clicked.connect(self._sign_out)
        row = QHBoxLayout(bar)
        row.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        row.setSpacing(Space.M)
        for button in self._buttons.values():
            row.addWidget(button)
        row.addWidget(self.quick, 4)
        row.addWidget(self._quick_error)
        row.addWidget(person, 4)
        row.addWidget(sign_out)
        return bar

    def _lay_out(self) -> None:
        centre = QWidget()
        centre.setObjectName("shellCentre")
        centre.setProperty("ground", "window")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        strip = QWidget()
        around = QVBoxLayout(strip)
        around.setContentsMargins(Space.L, Space.S, Space.L, 0)
        around.addWidget(self.notice)
        # its margins, too, are there only with something to say
        strip.hide()
        self.notice.shown.connect(strip.setVisible)
        column.addWidget(self._top_bar())
        column.addWidget(strip)
        column.addWidget(self._stack, 1)
        column.addWidget(self.status)
        self.setCentralWidget(centre)


def _activate(widget: QWidget, *, active: bool) -> None:
    tell = getattr(widget, "set_active", None)
    if callable(tell):
        tell(active)
