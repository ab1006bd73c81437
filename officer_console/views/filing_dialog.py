"""*Lưu tờ khai theo mã*: a stack of signed sheets, sorted by the codes on them, looked at and filed with one key."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
    QKeySequence,
    QPixmap,
    QShortcut,
)
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from officer_console.services.stacks import Pile, Unclear
from officer_console.viewmodels.filing import FiledPage, FilingViewModel, doubtful
from officer_console.viewmodels.review_ports import Failure
from officer_console.views import controls, incoming, messages
from officer_console.views import filing_words as said
from officer_console.views.banner import Banner
from officer_console.views.file_choice import choose_files
from officer_console.views.filing_source import FilingSource
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.picture_image import THUMBNAIL, Picture
from officer_console.views.plain import PlainLabel, named, on_screen, panel
from officer_console.views.theme import Kind, Role, Space

USUAL = QSize(1320, 690)
ROWS_WIDTH = 380
PAGES_WIDTH = 150
SIDE_WIDTH = 250
ROW_HEIGHT = 52
_CHECKS = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}


class FilingDialog(QDialog):
    """Shows a :class:`FilingViewModel`. What needs the officer's eye stands first."""

    def __init__(self, model: FilingViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._warned = False
        self._failed: Failure | None = None
        self._shown: tuple[Unclear | Pile, ...] = ()
        named(self, "filingDialog", said.TITLE)
        self.setWindowTitle(said.TITLE)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAcceptDrops(True)
        self.resize(on_screen(self, USUAL))
        self.banner = Banner("filingBanner")
        self.rows = _list("filingRows", "Trang chưa rõ và hồ sơ", ROWS_WIDTH)
        self.pages = _list("filingPages", "Các trang", PAGES_WIDTH)
        self.pages.setIconSize(THUMBNAIL)
        self.canvas = PictureCanvas("filingPage", "Trang đang xem")
        self.source = FilingSource(model)
        self._make_side()
        self._lay_out()
        self._connect()
        self.refresh()

    def _make_side(self) -> None:
        self._title = PlainLabel(role=Role.STRONG, name="filingTitle", wrap=True)
        self._text = PlainLabel(role=Role.SECONDARY, name="filingText", wrap=True)
        self.number = controls.line("filingNumber", "Số hồ sơ", "Ví dụ 1000123/07906")
        self.put = controls.button("filingPut", "&Xếp vào hồ sơ này", self._on_put)
        self.drop = controls.button("filingDrop", "&Bỏ trang ra (Del)", self._on_drop)
        self.accept_button = controls.button("filingAccept", "&Lưu", self._on_accept)
        self.accept_button.setProperty("kind", "primary")
        self.close_button = controls.button("filingClose", "Đón&g", self.close)

    def _lay_out(self) -> None:
        side = panel("surface", name="filingSide")
        side.setFixedWidth(SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        self._number_label = controls.label("Số hồ sơ trên tờ giấy", self.number)
        for part in (self._title, self._text, self._number_label, self.number, self.put):
            column.addWidget(part)
        column.addStretch(1)
        column.addWidget(self.drop)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self.rows)
        body.addWidget(self.pages)
        body.addWidget(self.canvas, 1)
        body.addWidget(side)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addStretch(1)
        foot.addWidget(self.accept_button)
        foot.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        whole.setSpacing(Space.S)
        whole.addWidget(self.source)
        whole.addWidget(self.banner)
        whole.addLayout(body, 1)
        whole.addLayout(foot)

    def _connect(self) -> None:
        self._model.changed.connect(self.refresh)
        self._model.filed.connect(self._on_filed)
        self.source.files.clicked.connect(self._on_files)
        self.rows.currentRowChanged.connect(self._on_row)
        self.rows.itemChanged.connect(self._on_ticked)
        self.pages.currentRowChanged.connect(self._on_page)
        self.number.returnPressed.connect(self.put.click)
        for keys, done in (
            ("F5", self.source.scan.click),
            ("Ctrl+O", self.source.files.click),
            ("Ctrl+V", self.paste),
            ("Ctrl+Return", self.accept_button.click),
            ("Ctrl+Enter", self.accept_button.click),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(done)
        for place in (self.rows, self.pages):
            shortcut = QShortcut(QKeySequence("Del"), place)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.drop.click)

    def begin(self) -> None:
        """Open with an empty stack, without blocking the window."""
        if self.isVisible():
            return
        self._warned = False
        self._failed = None
        self.banner.clear()
        self._model.begin()
        self.open()
        self.source.scan.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def paste(self) -> None:
        """Take in what was copied elsewhere."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is not None and incoming.wanted(mime):
            self._add(incoming.sources(mime))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may be dropped."""
        if incoming.wanted(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take them in."""
        self._add(incoming.sources(event.mimeData()))
        event.acceptProposedAction()

    @Slot()
    def reject(self) -> None:
        """Esc: stop the scan; with none running, close."""
        if self._model.scan.active:
            self._model.scan.stop()
        elif self._may_close():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close; pages that have not been filed are asked about once."""
        event.setAccepted(self._may_close())
        if event.isAccepted():
            self.done(QDialog.DialogCode.Rejected)

    def done(self, result: int) -> None:
        """Let go of the device and of all pages, however the dialog ends."""
        self._model.end()
        super().done(result)

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model = self._model
        self.source.refresh()
        if model.failure is not self._failed:
            self._failed = model.failure
            if self._failed is None:
                self.banner.clear()
            else:
                self.banner.show_sentence(messages.tell(self._failed.code, self._failed.data))
        self._show_rows()
        ready = len(model.ready)
        self.accept_button.setText(f"&Lưu {ready} hồ sơ (Ctrl+Enter)" if ready else "&Lưu")
        self.accept_button.setEnabled(ready > 0 and not model.busy)

    def _show_rows(self) -> None:
        shown = doubtful(self._model.split)
        before = self._current()
        with QSignalBlocker(self.rows):
            _fit(self.rows, len(shown))
            for row, one in enumerate(shown):
                item = self.rows.item(row)
                item.setSizeHint(QSize(0, ROW_HEIGHT))
                item.setText(self._row(one))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, item.text().replace("\n", ", "))
                ticked = Qt.ItemFlag.ItemIsUserCheckable if isinstance(one, Pile) else Qt.ItemFlag.NoItemFlags
                item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | ticked)
                if isinstance(one, Pile):
                    item.setCheckState(_CHECKS[self._model.chosen(one)])
                else:
                    item.setData(Qt.ItemDataRole.CheckStateRole, None)
            self._shown = shown
            if shown:
                same = next((row for row, one in enumerate(shown) if _name(one) == _name(before)), 0)
                self.rows.setCurrentRow(same)
        self._show_current()

    def _row(self, one: Unclear | Pile) -> str:
        if isinstance(one, Pile):
            return said.pile_row(one)
        page = self._model.page(one.page.shot.id)
        return said.page_row(one, page.number if page is not None else 0)

    def _current(self) -> Unclear | Pile | None:
        row = self.rows.currentRow()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _leaves(self) -> tuple[FiledPage, ...]:
        """Return the pages of what is looked at."""
        one = self._current()
        looked = one.pages if isinstance(one, Pile) else (one.page,) if one is not None else ()
        return tuple(page for each in looked if (page := self._model.page(each.shot.id)) is not None)

    def _show_current(self) -> None:
        one, leaves = self._current(), self._leaves()
        with QSignalBlocker(self.pages):
            at = max(0, self.pages.currentRow())
            _fit(self.pages, len(leaves))
            for row, page in enumerate(leaves):
                item = self.pages.item(row)
                item.setText(f"Trang {page.number}" + ("" if page.looked.codes else "\nkhông có mã"))
                if isinstance(page.picture, Picture):
                    item.setIcon(QIcon(QPixmap.fromImage(page.picture.thumbnail)))
            self.pages.setCurrentRow(min(at, len(leaves) - 1))
        self._show_page()
        nobodys = isinstance(one, Unclear)
        told = said.doubt(one) if isinstance(one, Unclear) else said.standing(one) if one is not None else None
        kind, title, text = told or (Kind.NEUTRAL, "", "")
        self._title.setText(title)
        self._title.set_tone(kind if kind is not Kind.NEUTRAL else None)
        self._text.setText(text)
        for part in (self._number_label, self.number, self.put):
            part.setVisible(nobodys)
        self.put.setEnabled(nobodys and not self._model.busy)
        self.drop.setEnabled(bool(leaves) and not self._model.busy)

    def _show_page(self) -> None:
        leaves, row = self._leaves(), self.pages.currentRow()
        page = leaves[row] if 0 <= row < len(leaves) else None
        self.canvas.show_picture(page.picture if page is not None else None, "" if page is not None else said.EMPTY)

    def _add(self, sources: Iterable[incoming.Source]) -> None:
        for source in sources:
            self._model.add(source)

    def _may_close(self) -> bool:
        left = len(self._model.pages)
        if self._model.filing:
            return False
        if not left or self._warned:
            return True
        self._warned = True
        self.banner.show_result(Kind.WARN, f"Còn {left} trang chưa lưu.", "Bấm Lưu để giữ, hoặc Đóng lần nữa để bỏ.")
        return False

    @Slot(int)
    def _on_row(self, _row: int) -> None:
        self.number.clear()
        self._show_current()

    @Slot(int)
    def _on_page(self, _row: int) -> None:
        self._show_page()

    @Slot(QListWidgetItem)
    def _on_ticked(self, item: QListWidgetItem) -> None:
        one = self._shown[self.rows.row(item)]
        if isinstance(one, Pile):
            self._model.choose(one.number, wanted=item.checkState() is Qt.CheckState.Checked)

    @Slot()
    def _on_files(self) -> None:
        choose_files(self, "Chọn tệp", self._model.add_files)

    @Slot()
    def _on_put(self) -> None:
        one, number = self._current(), self.number.text().strip()
        if isinstance(one, Unclear) and number:
            self._model.assign(one.page.shot.id, number)

    @Slot()
    def _on_drop(self) -> None:
        leaves, row = self._leaves(), self.pages.currentRow()
        if 0 <= row < len(leaves):
            self._model.drop(leaves[row].looked.shot.id)

    @Slot()
    def _on_accept(self) -> None:
        self._model.accept()

    @Slot(int)
    def _on_filed(self, count: int) -> None:
        left = len(self._model.pages)
        self.banner.show_result(Kind.OK, (said.LEFT if left else said.NOTHING_LEFT).format(count=count, left=left))


def _list(name: str, label: str, width: int) -> QListWidget:
    made = QListWidget()
    named(made, name, label)
    made.setFixedWidth(width)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made


def _fit(rows: QListWidget, count: int) -> None:
    while rows.count() > count:
        rows.takeItem(rows.count() - 1)
    while rows.count() < count:
        rows.addItem(QListWidgetItem())


def _name(one: Unclear | Pile | None) -> str:
    if one is None:
        return ""
    return one.number if isinstance(one, Pile) else one.page.shot.id
