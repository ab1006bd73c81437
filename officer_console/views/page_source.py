"""Where pages come from: the profile of the scanner, *Quét*, *Tệp*, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from officer_console.viewmodels.pages import PagesViewModel
from officer_console.views import capture_words, controls
from officer_console.views.plain import ElidedLabel, keep_room, named
from officer_console.views.theme import Role, Space

PROFILE_WIDTH = 200


class PageSource(QWidget):
    """The upper part of a window that takes pages in, which connects ``files`` and may put more buttons into ``row``.

    Its parts are named after the window, ``prefix``; ``keeping`` says what becomes of pages that are being sealed.
    """

    def __init__(self, model: PagesViewModel, prefix: str, keeping: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{prefix}Source")
        self._model = model
        self._keeping = keeping
        self.profile = QComboBox()
        named(self.profile, f"{prefix}Profile", "Cấu hình quét")
        self.profile.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.profile.setMinimumWidth(PROFILE_WIDTH)
        self._settings = ElidedLabel(role=Role.MUTED, name=f"{prefix}Settings")
        self.scan = controls.button(f"{prefix}Scan", "&Quét (F5)", model.start)
        self.stop = controls.button(f"{prefix}Stop", "&Dừng (Esc)", model.scan.stop)
        self.files = QPushButton("&Tệp…")
        named(self.files, f"{prefix}Files", "Tệp…")
        self.files.setAutoDefault(False)
        self.files.setToolTip("Lấy trang từ tệp ảnh, TIFF hoặc PDF (Ctrl+O)")
        self._bar = QProgressBar()
        named(self._bar, f"{prefix}Progress", "Tiến độ")
        self._bar.setTextVisible(False)
        keep_room(self._bar)
        self._line = ElidedLabel(role=Role.SECONDARY, name=f"{prefix}Line")
        self.profile.activated.connect(self._on_profile)
        self.row = QHBoxLayout()
        self.row.setSpacing(Space.S)
        self.row.addWidget(controls.label("Cấu hình", self.profile))
        self.row.addWidget(self.profile)
        self.row.addWidget(self._settings, 1)
        for button in (self.scan, self.stop, self.files):
            self.row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(self.row)
        column.addWidget(self._bar)
        column.addWidget(self._line)

    def refresh(self, pages: int, more: str = "") -> None:
        """Show what the view model holds: so many ``pages``, and what ``more`` there is to say of them."""
        self._show_profiles()
        scan, busy = self._model.scan, self._model.busy
        self._bar.setVisible(scan.active or busy)
        self._bar.setRange(0, 0 if scan.progress is None else 100)
        self._bar.setValue(round(100 * scan.progress) if scan.progress is not None else 0)
        doing = self._keeping if self._model.keeping else "Đang đọc trang…" if busy else ""
        now = capture_words.progress(scan, pages) if scan.active else doing
        self._line.setText(" · ".join(part for part in (now, capture_words.passed(scan), more) if part))

    def _show_profiles(self) -> None:
        scan = self._model.scan
        lines = [capture_words.profile(each) for each in scan.profiles]
        if [self.profile.itemText(row) for row in range(self.profile.count())] != lines:
            with QSignalBlocker(self.profile):
                self.profile.clear()
                self.profile.addItems(lines)
        names = [each.name for each in scan.profiles]
        self.profile.setCurrentIndex(names.index(scan.profile_name) if scan.profile_name in names else -1)
        chosen = scan.profile
        self._settings.setText(capture_words.settings(chosen) if chosen is not None else capture_words.NO_PROFILE)
        self.profile.setEnabled(chosen is not None and not scan.active)
        self.scan.setEnabled(chosen is not None and not scan.active)
        self.stop.setEnabled(scan.active and not scan.stopping)

    @Slot(int)
    def _on_profile(self, row: int) -> None:
        self._model.scan.choose(self._model.scan.profiles[row].name)
