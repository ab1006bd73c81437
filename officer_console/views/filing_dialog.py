"""*Lưu tờ khai theo mã*: a stack of signed sheets, sorted by the codes on them, looked at and filed with one key."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import (
    QIcon,
    QKeySequence,
    QPixmap,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from officer_console.domain.form import FormKind
from officer_console.services.stacks import Doubt, Pile, Unclear
from officer_console.viewmodels.filing import FilingViewModel
from officer_console.viewmodels.filing_rows import Aside, FiledPage, Shown, doubtful
from officer_console.views import controls, icons, theme
from officer_console.views import filing_words as said
from officer_console.views.filing_side import FilingSide
from officer_console.views.pages_dialog import PagesDialog
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.picture_image import THUMBNAIL, Picture
from officer_console.views.plain import named
from officer_console.views.theme import Kind, Space

ROWS_WIDTH = 380
PAGES_WIDTH = 170
PAGE_ICON = QSize(THUMBNAIL.height(), THUMBNAIL.height())
TONE_ICON = 18
ROW_HEIGHT = 52
_CHECKS = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}


class FilingDialog(PagesDialog):
    """Shows a :class:`FilingViewModel`. What needs the officer's eye stands first."""

    def __init__(self, model: FilingViewModel, parent: QWidget | None = None) -> None:
        super().__init__(model, "filing", said.TITLE, "Đang lưu…", parent)
        self._model = model
        self._shown: tuple[Shown, ...] = ()
        self.rows = _list("filingRows", "Trang chưa rõ và hồ sơ", ROWS_WIDTH)
        self.pages = _list("filingPages", "Các trang", PAGES_WIDTH)
        self.pages.setIconSize(PAGE_ICON)
        self.rows.setIconSize(QSize(TONE_ICON, TONE_ICON))
        self.canvas = PictureCanvas("filingPage", "Trang đang xem")
        self.side = FilingSide()
        self.accept_button = controls.button("filingAccept", "&Lưu", model.accept)
        self.accept_button.setProperty("kind", "primary")
        self.close_button = controls.button("filingClose", "Đón&g", self.close)
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self.rows)
        body.addWidget(self.pages)
        body.addWidget(self.canvas, 1)
        body.addWidget(self.side)
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
        self.rows.currentRowChanged.connect(self._on_row)
        self.rows.itemChanged.connect(self._on_ticked)
        self.pages.currentRowChanged.connect(self._on_page)
        self.side.put.connect(self._on_put)
        self.side.dropped.connect(self._on_drop)
        self.side.again.connect(self._on_again)
        self.listen((key, self.accept_button.click) for key in ("Ctrl+Return", "Ctrl+Enter"))
        for place in (self.rows, self.pages):
            shortcut = QShortcut(QKeySequence("Del"), place)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.side.drop_button.click)

    def begin(self) -> None:
        """Open with an empty stack, without blocking the window."""
        if self.isVisible():
            return
        self.open_anew(self._model.begin)

    def losses(self, left: int) -> tuple[str, str]:
        """Return that pages have not been filed."""
        return f"Còn {left} trang chưa lưu.", "Bấm Lưu để giữ, hoặc Đóng lần nữa để bỏ."

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model = self._model
        self.source.refresh(len(model.pages), said.aside(len(model.aside)))
        self.show_failure()
        self._show_rows()
        ready = len(model.ready)
        self.accept_button.setText(f"&Lưu {ready} hồ sơ (Ctrl+Enter)" if ready else "&Lưu")
        self.accept_button.setEnabled(ready > 0 and not model.busy)

    def _show_rows(self) -> None:
        shown = doubtful(self._model.split, self._model.kept, self._model.aside)
        before = self._current()
        with QSignalBlocker(self.rows):
            _fit(self.rows, len(shown))
            for row, one in enumerate(shown):
                item = self.rows.item(row)
                item.setSizeHint(QSize(0, ROW_HEIGHT))
                item.setText(self._row(one))
                item.setIcon(self._tone(said.told(one, self._behind(one))[0]))
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

    def _row(self, one: Shown) -> str:
        page = self._model.page(one.page.shot.id) if isinstance(one, Unclear) else None
        return said.row(one, page.number if page is not None else 0, self._behind(one))

    def _behind(self, one: Shown | None) -> tuple[int, ...]:
        """Return the numbers of the bare pages that lay behind a pile."""
        bare = self._model.split.behind(one) if isinstance(one, Pile) else ()
        pages = (self._model.page(each.page.shot.id) for each in bare)
        return tuple(page.number for page in pages if page is not None)

    def _tone(self, kind: Kind) -> QIcon:
        colour = theme.tokens(self).pair(kind)[0]
        return _plain_icon(icons.pixmap(kind.value, colour, TONE_ICON, self.devicePixelRatioF()))

    def _current(self) -> Shown | None:
        row = self.rows.currentRow()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def _leaves(self) -> tuple[FiledPage, ...]:
        """Return the pages of what is looked at."""
        one = self._current()
        if isinstance(one, Aside):
            return one.pages
        looked = one.pages if isinstance(one, Pile) else (one.page,) if isinstance(one, Unclear) else ()
        return tuple(page for each in looked if (page := self._model.page(each.shot.id)) is not None)

    def _show_current(self) -> None:
        one, leaves = self._current(), self._leaves()
        with QSignalBlocker(self.pages):
            at = max(0, self.pages.currentRow())
            _fit(self.pages, len(leaves))
            for row, page in enumerate(leaves):
                item = self.pages.item(row)
                item.setText(said.leaf(page))
                if isinstance(page.small, Picture):
                    item.setIcon(_plain_icon(QPixmap.fromImage(page.small.thumbnail)))
            self.pages.setCurrentRow(min(at, len(leaves) - 1))
        self._show_page()
        self.side.show_row(one, self._behind(one), busy=self._model.busy)

    def _show_page(self) -> None:
        leaves, row = self._leaves(), self.pages.currentRow()
        page = leaves[row] if 0 <= row < len(leaves) else None
        if page is None:
            self.canvas.show_picture(None, said.EMPTY)
        else:
            self.canvas.show_picture(self._model.picture(page.looked.shot.id), said.OPENING)

    @Slot(int)
    def _on_row(self, _row: int) -> None:
        self._show_current()

    @Slot(int)
    def _on_page(self, _row: int) -> None:
        self._show_page()

    @Slot(QListWidgetItem)
    def _on_ticked(self, item: QListWidgetItem) -> None:
        one = self._shown[self.rows.row(item)]
        if isinstance(one, Pile):
            self._model.choose(one, wanted=item.checkState() is Qt.CheckState.Checked)

    @Slot(str, object)
    def _on_put(self, number: str, form_kind: FormKind) -> None:
        one = self._current()
        if isinstance(one, Unclear):
            self._model.assign(one.page.shot.id, number, form_kind, forged=one.doubt is Doubt.FORGED)

    @Slot()
    def _on_drop(self) -> None:
        one, leaves, row = self._current(), self._leaves(), self.pages.currentRow()
        if isinstance(one, Aside):
            if 0 <= row < len(leaves):
                self._model.take_back(leaves[row].looked.shot.id)
        elif 0 <= row < len(leaves):
            self._model.drop(leaves[row].looked.shot.id)
        elif one is not None and not isinstance(one, Unclear | Pile | Aside):
            self._model.give_up(one.n)

    @Slot()
    def _on_again(self) -> None:
        one = self._current()
        if one is not None and not isinstance(one, Unclear | Pile | Aside):
            self._model.again(one.n)

    @Slot(int)
    def _on_filed(self, count: int) -> None:
        left = self._model.left
        self.banner.show_result(Kind.OK, (said.LEFT if left else said.NOTHING_LEFT).format(count=count, left=left))


def _list(name: str, label: str, width: int) -> QListWidget:
    made = QListWidget()
    named(made, name, label)
    made.setFixedWidth(width)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made


def _plain_icon(pixmap: QPixmap) -> QIcon:
    """Return an icon that Qt does not tint where its row is selected: it tells something by its colours."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def _fit(rows: QListWidget, count: int) -> None:
    while rows.count() > count:
        rows.takeItem(rows.count() - 1)
    while rows.count() < count:
        rows.addItem(QListWidgetItem())


def _name(one: Shown | None) -> str:
    if isinstance(one, Unclear):
        return one.page.shot.id
    if isinstance(one, Pile):
        return " ".join(map(str, one.key))
    if isinstance(one, Aside):
        return "aside"
    return "" if one is None else f"kept {one.n}"
