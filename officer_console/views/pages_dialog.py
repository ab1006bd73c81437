"""A window that takes pages in: scanned, chosen, dropped or pasted; closing it lets go of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from officer_console.viewmodels.pages import PagesViewModel
from officer_console.viewmodels.review_ports import Failure
from officer_console.views import incoming, messages
from officer_console.views.banner import Banner
from officer_console.views.file_choice import choose_files
from officer_console.views.page_source import PageSource
from officer_console.views.plain import named, on_screen
from officer_console.views.theme import Kind

USUAL = QSize(1320, 690)


class PagesDialog(QDialog):
    """What windows over a :class:`PagesViewModel` have in common; their looks are their own.

    Its parts are named after ``prefix``; ``keeping`` says what becomes of pages that are being sealed. Closing it in
    the midst of a scan lets go of the device elsewhere.
    """

    def __init__(
        self, model: PagesViewModel, prefix: str, title: str, keeping: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pages = model
        self._warned: frozenset[object] = frozenset()
        self._failed: Failure | None = None
        named(self, f"{prefix}Dialog", title)
        self.setWindowTitle(title)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAcceptDrops(True)
        self.resize(on_screen(self, USUAL))
        self.banner = Banner(f"{prefix}Banner")
        self.source = PageSource(model, prefix, keeping)
        self.source.files.clicked.connect(self._on_files)

    def listen(self, keys: Iterable[tuple[str, Callable[[], object]]]) -> None:
        """Let keys do things, beside those that bring pages."""
        own = (("F5", self.source.scan.click), ("Ctrl+O", self.source.files.click), ("Ctrl+V", self.paste_pages))
        for key, done in (*own, *keys):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(done)

    def open_anew(self, begin: Callable[[], None]) -> None:
        """Open without blocking the window; ``begin`` empties the model for it."""
        self._warned = frozenset()
        self._failed = None
        self.banner.clear()
        begin()
        self.open()
        self.source.scan.setFocus(Qt.FocusReason.OtherFocusReason)

    def add(self, sources: Iterable[incoming.Source]) -> None:
        """Take in what was dropped, pasted or chosen."""
        for source in sources:
            self._pages.add(source)

    @Slot()
    def paste_pages(self) -> None:
        """Take in what was copied elsewhere."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is not None and incoming.wanted(mime):
            self.add(incoming.sources(mime))
        else:
            self.banner.show_result(Kind.INFO, "Chưa có ảnh hoặc tệp nào được sao chép.")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may be dropped."""
        if incoming.wanted(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take them in."""
        self.add(incoming.sources(event.mimeData()))
        event.acceptProposedAction()

    @Slot()
    def reject(self) -> None:
        """Esc: stop the scan; with none running, close."""
        if self._pages.scan.active:
            self._pages.scan.stop()
        elif self._may_close():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close, also in the midst of a scan; pages that would be lost are asked about once, later ones anew."""
        # Not Qt's own, which would take it for Esc.
        event.setAccepted(self._may_close())
        if event.isAccepted():
            self.done(QDialog.DialogCode.Rejected)

    def done(self, result: int) -> None:
        """Let go of the device and of all pages, however the dialog ends."""
        self._pages.end()
        super().done(result)

    def losses(self, left: int) -> tuple[str, str]:
        """Return what to say, title and text, when closing would lose so many pages."""
        raise NotImplementedError

    def show_failure(self) -> None:
        """Show what went wrong last, once."""
        failed = self._pages.failure
        if failed is self._failed:
            return
        self._failed = failed
        if failed is not None:
            self.banner.show_sentence(messages.tell(failed.code, failed.data))
        else:
            self.banner.clear()

    def _may_close(self) -> bool:
        lost = self._pages.at_stake
        if self._pages.keeping:
            return False
        if lost <= self._warned:
            return True
        self._warned = lost
        self.banner.show_result(Kind.WARN, *self.losses(len(lost)))
        return False

    @Slot()
    def _on_files(self) -> None:
        choose_files(self, "Chọn tệp", self._pages.add_files)
