"""Where a stack of signed sheets comes from: the profile of the scanner, *Quét*, *Tệp*, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from officer_console.viewmodels.filing import FilingViewModel
from officer_console.views import capture_words, controls
from officer_console.views.plain import ElidedLabel, keep_room, named
from officer_console.views.theme import Role, Space

PROFILE_WIDTH = 200


class FilingSource(QWidget):
    """The upper part of the window about signed sheets; ``files`` is connected by that."""

    def __init__(self, model: FilingViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filingSource")
        self._model = model
        self.profile = QComboBox()
        named(self.profile, "filingProfile", "Cấu hình quét")
        self.profile.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.profile.setMinimumWidth(PROFILE_WIDTH)
        self._settings = ElidedLabel(role=Role.MUTED, name="filingSettings")
        self.scan = controls.button("filingScan", "&Quét (F5)", model.start)
        self.stop = controls.button("filingStop", "&Dừng (Esc)", model.scan.stop)
        self.files = QPushButton("&Tệp…")
        named(self.files, "filingFiles", "Tệp…")
        self.files.setAutoDefault(False)
        self.files.setToolTip("Lấy trang từ tệp ảnh, TIFF hoặc PDF (Ctrl+O)")
        self._bar = QProgressBar()
        named(self._bar, "filingProgress", "Tiến độ")
        self._bar.setTextVisible(False)
        keep_room(self._bar)
        self._line = ElidedLabel(role=Role.SECONDARY, name="filingLine")
        self.profile.activated.connect(self._on_profile)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(controls.label("Cấu hình", self.profile))
        row.addWidget(self.profile)
        row.addWidget(self._settings, 1)
        for button in (self.scan, self.stop, self.files):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self._line)

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
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
        busy = scan.active or self._model.busy
        self._bar.setVisible(busy)
        self._bar.setRange(0, 0 if scan.progress is None else 100)
        self._bar.setValue(round(100 * scan.progress) if scan.progress is not None else 0)
        parts = [
            capture_words.progress(scan, len(self._model.pages)) if scan.active else "",
            capture_words.passed(scan),
        ]
        if not scan.active and busy:
            parts.insert(0, "Đang lưu…" if self._model.filing else "Đang đọc trang…")
        self._line.setText(" · ".join(part for part in parts if part))

    @Slot(int)
    def _on_profile(self, row: int) -> None:
        self._model.scan.choose(self._model.scan.profiles[row].name)
