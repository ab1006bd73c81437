"""The main window: menu, top bar with the quick box, the pages, the status bar."""

from __future__ import annotations

from typing import Protocol

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

from officer_console.domain.errors import RuleError
from officer_console.viewmodels.shell import ShellViewModel, quick_criteria
from officer_console.views import icons, theme
from officer_console.views.key_list import KeyList
from officer_console.views.messages import field_sentence
from officer_console.views.plain import ElidedLabel, PlainLabel, named, on_screen, panel
from officer_console.views.sign_in import PROGRAM
from officer_console.views.status_bar import StatusBar
from officer_console.views.theme import Role, Space

SMALLEST = (1024, 640)
USUAL = (1366, 728)


class PageWidget(Protocol):
    """What the frame asks of a page."""

    def may_leave(self) -> bool:
        """Return whether the page may be left; it asks the officer itself when work would be lost."""

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - a property setter in spirit
        """Say whether the page is in front."""

    def show_start(self) -> None:
        """Show what the page showed at first: *Cá nhân* was asked for while the list is in front."""


class ShellView(QMainWindow):
    """Signals: ``quick_search`` (Criteria), ``sign_out_requested``, ``lock_requested``, ``attention_requested``,
    ``sign_in_requested`` (the session with central has ended), ``closed`` (the window is going).
    """

    quick_search = Signal(object)
    sign_out_requested = Signal()
    lock_requested = Signal()
    attention_requested = Signal()
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
        self._quick_error = PlainLabel("", Role.ERROR, name="quickError")
        self.status = StatusBar(model)
        self.status.attention_requested.connect(self.attention_requested)
        self.status.sign_in_requested.connect(self.sign_in_requested)
        self._make_menus()
        self._lay_out()

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
        if name != self.page and not self._may_leave():
            return False
        before = self._pages.get(self.page)
        target = self._pages[name]
        if before is not None and before is not target:
            _activate(before, active=False)
        self._stack.setCurrentWidget(target)
        _activate(target, active=True)
        self.setWindowTitle(f"{title} · {PROGRAM}" if title else PROGRAM)
        self._personal_button.setChecked(True)
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

    def _sign_out(self) -> None:
        if self._may_leave():
            self.sign_out_requested.emit()

    def _focus_quick(self) -> None:
        self.quick.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.quick.selectAll()

    def _quick(self) -> None:
        if not self.quick.text().strip():
            return
        try:
            criteria = quick_criteria(self.quick.text())
        except RuleError as error:
            self._say_quick(field_sentence(error))
            return
        if self.page != self._list_name and not self.show_page(self._list_name):
            return
        self.quick_search.emit(criteria)

    def _say_quick(self, text: str) -> None:
        self._quick_error.setText(text)
        self.quick.setAccessibleDescription(text)

    def _make_menus(self) -> None:
        bar = self.menuBar()
        bar.setObjectName("menuBar")
        dossiers = bar.addMenu("&Hồ sơ ĐK GDĐT")
        dossiers.setObjectName("dossiersMenu")
        self._add(dossiers, "personalAction", "&Cá nhân", "Alt+1", self._show_list)
        session = bar.addMenu("&Phiên làm việc")
        session.setObjectName("sessionMenu")
        self._add(session, "lockAction", "&Khóa màn hình", "Ctrl+L", self.lock_requested.emit)
        self._add(session, "signOutAction", "Đăng &xuất", "", self._sign_out)
        session.addSeparator()
        self._add(session, "closeAction", "Đón&g chương trình", "Ctrl+Q", self.close)
        support = bar.addMenu("&Trợ giúp")
        support.setObjectName("helpMenu")
        self._add(support, "keysAction", "&Phím tắt", "F1", self._keys.show_keys)

    def _add(self, menu: QWidget, name: str, text: str, keys: str, slot: object) -> None:
        action = QAction(text, self)
        action.setObjectName(name)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: slot())  # type: ignore[operator]  # every caller passes a function
        menu.addAction(action)

    def _top_bar(self) -> QWidget:
        chosen = theme.tokens(self)
        bar = panel("bar", name="topBar")
        self._personal_button = QPushButton("Cá nhân")
        named(self._personal_button, "personalButton", "Cá nhân")
        self._personal_button.setProperty("kind", "quiet")
        self._personal_button.setCheckable(True)
        icons.dress(self._personal_button, "list", colour=chosen.info)
        group = QButtonGroup(self)
        group.addButton(self._personal_button)
        self._personal_button.clicked.connect(self._show_list)
        named(self.quick, "quickBox", "Tìm nhanh")
        self.quick.setPlaceholderText("Gõ số hồ sơ, mã số BHXH hoặc họ tên (Ctrl+K)")
        self.quick.setToolTip("Tìm nhanh")
        self.quick.setClearButtonEnabled(True)
        self.quick.setMaxLength(100)
        self.quick.addAction(icons.icon("search", widget=self), QLineEdit.ActionPosition.LeadingPosition)
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
        row.addWidget(self._personal_button)
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
        column.addWidget(self._top_bar())
        column.addWidget(self._stack, 1)
        column.addWidget(self.status)
        self.setCentralWidget(centre)


def _activate(widget: QWidget, *, active: bool) -> None:
    tell = getattr(widget, "set_active", None)
    if callable(tell):
        tell(active)
