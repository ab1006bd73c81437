"""*Quét giấy tờ*: pages from a device, a file or the clipboard, cut out, turned, named and attached to the dossier."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from officer_console.domain.attachment import AttachmentKind
from officer_console.viewmodels.capture import CaptureViewModel
from officer_console.viewmodels.review_ports import Failure
from officer_console.views import capture_words as said
from officer_console.views import controls, incoming, messages
from officer_console.views.banner import Banner
from officer_console.views.capture_parts import KindButtons, SheetList
from officer_console.views.corner_canvas import CornerCanvas
from officer_console.views.file_choice import choose_files
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.plain import ElidedLabel, PlainLabel, keep_room, named, on_screen, panel
from officer_console.views.theme import Kind, Role, Space

USUAL = QSize(1320, 690)
SIDE_WIDTH = 200


class CaptureDialog(QDialog):
    """Shows a :class:`CaptureViewModel`. Closing it in the midst of a scan lets go of the device elsewhere."""

    def __init__(self, model: CaptureViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._warned = self._scanned = False
        self._failed: Failure | None = None
        named(self, "captureDialog", said.TITLE)
        self.setWindowTitle(said.TITLE)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAcceptDrops(True)
        self.resize(on_screen(self, USUAL))
        self.banner = Banner("captureBanner")
        self.sheets = SheetList()
        self.corners = CornerCanvas("captureCorners", "Trang như máy gửi, bốn góc cắt")
        self.outcome = PictureCanvas("captureResult", "Ảnh sẽ đính kèm")
        self.corners.setToolTip("Kéo bốn góc; hoặc N chọn góc, phím mũi tên dời góc (Shift: từng chút)")
        self.kinds = KindButtons()
        self._make_source()
        self._make_tools()
        self._make_foot()
        self._lay_out()
        self._connect()
        self.refresh()

    def _follow(self) -> None:
        """Keep the keyboard where the work is: on *Stop* during a scan, then on the pages."""
        active = self._model.scan.active
        if active != self._scanned and self.isVisible():
            target: QWidget = self.stop if active else self.sheets if len(self._model.sheets) else self.scan
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scanned = active

    def _make_source(self) -> None:
        self.profile = QComboBox()
        named(self.profile, "captureProfile", "Cấu hình quét")
        self.profile.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.profile.setMinimumWidth(SIDE_WIDTH)
        self._settings = ElidedLabel(role=Role.MUTED, name="captureSettings")
        self.scan = controls.button("captureScan", "&Quét (F5)", self._model.start)
        self.scan.setProperty("kind", "primary")
        self.stop = controls.button("captureStop", "&Dừng (Esc)", self._model.scan.stop)
        self.files = controls.button("captureFiles", "&Tệp…", self._on_files)
        self.files.setToolTip("Lấy trang từ tệp ảnh, TIFF hoặc PDF (Ctrl+O)")
        self.paste = controls.button("capturePaste", "D&án", self.paste_pages)
        self.paste.setToolTip("Lấy ảnh hoặc tệp đã sao chép (Ctrl+V)")
        self._bar = QProgressBar()
        named(self._bar, "captureProgress", "Tiến độ quét")
        self._bar.setTextVisible(False)
        keep_room(self._bar)
        self._line = ElidedLabel(role=Role.SECONDARY, name="captureLine")

    def _make_tools(self) -> None:
        model = self._model
        self.search = controls.button("captureFind", "Tìm &mép (F)", model.find)
        self.whole = controls.button("captureWhole", "Cả tran&g (A)", lambda: model.cut(None))
        self.rotate = controls.button("captureRotate", "&Xoay (R)", model.rotate)
        self.level = controls.button("captureLevel", "&Làm thẳng (S)", model.straighten)
        self.level.setCheckable(True)
        self.drop = controls.button("captureDrop", "&Bỏ trang (Del)", model.drop)
        self.join = controls.button("captureJoin", "Ghép &hai mặt", model.join)
        self.join.setToolTip("Đặt mặt trước và mặt sau lên một trang A4, đúng cỡ thật (G)")
        for tool in (self.search, self.whole, self.rotate, self.level):
            tool.setProperty("kind", "compact")
        self._advice = PlainLabel(name="captureAdvice", wrap=True)
        self._advice.setAccessibleName("Chất lượng ảnh")

    def _make_foot(self) -> None:
        self.reason = QComboBox()
        named(self.reason, "captureReason", "Lý do")
        self.reason.setEditable(True)
        self.reason.addItems(list(said.REASONS))
        self.reason.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line = self.reason.lineEdit()
        assert line is not None  # noqa: S101 - it is editable
        named(line, "captureReasonLine", "Lý do")
        line.setMaxLength(controls.TEXT_LIMIT)
        self.accept_button = controls.button("captureAccept", "Đính &kèm", self._on_accept)
        self.accept_button.setProperty("kind", "primary")
        self.close_button = controls.button("captureClose", "Đón&g", self.close)

    def _lay_out(self) -> None:
        source = self.sources = QHBoxLayout()
        source.setSpacing(Space.S)
        source.addWidget(controls.label("Cấu hình", self.profile))
        source.addWidget(self.profile)
        source.addWidget(self._settings, 1)
        for button in (self.scan, self.stop, self.files, self.paste):
            source.addWidget(button)
        pages = QGridLayout()
        pages.setHorizontalSpacing(Space.M)
        pages.setVerticalSpacing(Space.XS)
        pages.addLayout(_head("Trang nhận được", (self.search, self.whole)), 0, 0)
        pages.addLayout(_head("Ảnh sẽ đính kèm", (self.rotate, self.level)), 0, 1)
        pages.addWidget(self.corners, 1, 0)
        pages.addWidget(self.outcome, 1, 1)
        for part in (0, 1):
            pages.setColumnStretch(part, 1)
        side = panel("surface", name="captureSide")
        side.setFixedWidth(SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(PlainLabel("Loại giấy tờ", Role.SECTION, name="captureKindTitle"))
        column.addWidget(self.kinds)
        column.addSpacing(Space.S)
        column.addWidget(PlainLabel("Chất lượng", Role.SECTION, name="captureAdviceTitle"))
        column.addWidget(self._advice)
        column.addStretch(1)
        column.addWidget(self.join)
        column.addWidget(self.drop)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self.sheets)
        body.addLayout(pages, 1)
        body.addWidget(side)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(controls.label("Lý do", self.reason))
        foot.addWidget(self.reason, 1)
        foot.addSpacing(Space.M)
        foot.addWidget(self.accept_button)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(source)
        column.addWidget(self._bar)
        column.addWidget(self._line)
        column.addWidget(self.banner)
        column.addLayout(body, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        model = self._model
        model.changed.connect(self.refresh)
        model.finished.connect(self._on_finished)
        self.profile.activated.connect(self._on_profile)
        self.sheets.chosen.connect(model.select)
        self.corners.moved.connect(model.cut)
        self.kinds.named_as.connect(model.name)
        kinds = tuple(AttachmentKind)
        for keys, done in (
            ("F5", self.scan.click),
            ("Ctrl+O", self.files.click),
            ("Ctrl+V", self.paste_pages),
            ("F", self.search.click),
            ("A", self.whole.click),
            ("R", self.rotate.click),
            ("S", self.level.click),
            ("Del", self.drop.click),
            ("G", self.join.click),
            ("Ctrl+Return", self.accept_button.click),
            ("Ctrl+Enter", self.accept_button.click),
            *((str(digit), lambda kind=kind: self.kinds.take(kind)) for digit, kind in enumerate(kinds, 1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(done)

    def begin(self, dossier_id: str, kinds: Iterable[AttachmentKind], wanted: AttachmentKind | None) -> None:
        """Open for a dossier without blocking the window."""
        self._warned = False
        self.banner.clear()
        self._failed = None
        self._model.begin(dossier_id, kinds, wanted)
        self.open()
        self.scan.setFocus(Qt.FocusReason.OtherFocusReason)

    def add(self, sources: Iterable[incoming.Source]) -> None:
        """Take in what was dropped, pasted or chosen."""
        for source in sources:
            self._model.add(source)

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
        if self._model.scan.active:
            self._model.scan.stop()
        elif self._may_close():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close, also in the midst of a scan; pages that were named are asked about once."""
        # Not Qt's own, which would take it for Esc.
        event.setAccepted(self._may_close())
        if event.isAccepted():
            self.done(QDialog.DialogCode.Rejected)

    def done(self, result: int) -> None:
        """Let go of the device and of all pages, however the dialog ends."""
        self._model.end()
        super().done(result)

    def _may_close(self) -> bool:
        if self._model.attaching:
            return False
        if not self._model.left or self._warned:
            return True
        self._warned = True
        self.banner.show_result(Kind.WARN, *said.left(self._model.left))
        return False

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model, sheet = self._model, self._model.sheet
        self._show_source()
        self._show_failure()
        self.sheets.show_sheets(model.sheets, model.current)
        editable = sheet is not None and not sheet.attached
        self.corners.editable = editable
        self.corners.show_page(sheet.whole if sheet is not None else None, sheet.quad if sheet else None, said.EMPTY)
        self.outcome.show_picture(sheet.result if sheet is not None else None)
        self.kinds.show_kind(model.kinds, sheet)
        self.search.setEnabled(sheet is not None and editable and sheet.shot.quad is not None)
        self.whole.setEnabled(editable and sheet is not None and sheet.quad is not None)
        self.rotate.setEnabled(editable)
        leans = sheet is not None and bool(sheet.edit.deskew or sheet.shot.deskew)
        self.level.setEnabled(editable and leans)
        self.level.setChecked(sheet is not None and bool(sheet.edit.deskew))
        self.drop.setEnabled(editable)
        self.drop.setText("&Lấy lại (Del)" if sheet is not None and sheet.dropped else "&Bỏ trang (Del)")
        self.join.setEnabled(model.sides is not None and not model.busy)
        text, tone = said.advice(sheet) if sheet is not None else ("", Kind.NEUTRAL)
        self._advice.setText(text)
        self._advice.set_tone(tone if tone is not Kind.NEUTRAL else None)
        ready = len(model.ready)
        self.accept_button.setText(f"Đính &kèm {ready} ảnh" if ready else "Đính &kèm")
        self.accept_button.setEnabled(ready > 0 and not model.attaching)
        self._follow()

    def _show_source(self) -> None:
        scan = self._model.scan
        lines = [said.profile(each) for each in scan.profiles]
        if [self.profile.itemText(row) for row in range(self.profile.count())] != lines:
            with QSignalBlocker(self.profile):
                self.profile.clear()
                self.profile.addItems(lines)
        names = [each.name for each in scan.profiles]
        self.profile.setCurrentIndex(names.index(scan.profile_name) if scan.profile_name in names else -1)
        chosen = scan.profile
        self._settings.setText(said.settings(chosen) if chosen is not None else said.NO_PROFILE)
        self.profile.setEnabled(chosen is not None and not scan.active)
        self.scan.setEnabled(chosen is not None and not scan.active)
        self.stop.setEnabled(scan.active and not scan.stopping)
        self._bar.setVisible(scan.active or self._model.busy)
        self._bar.setRange(0, 0 if scan.progress is None else 100)
        self._bar.setValue(round(100 * scan.progress) if scan.progress is not None else 0)
        sheets = self._model.sheets
        parts = [said.progress(scan, len(sheets)) if scan.active else "", said.passed(scan), said.left_out(sheets)]
        if not scan.active and self._model.busy:
            parts.insert(0, "Đang đính kèm…" if self._model.attaching else "Đang đọc trang…")
        self._line.setText(" · ".join(part for part in parts if part))

    def _show_failure(self) -> None:
        failed = self._model.failure
        if failed is self._failed:
            return
        self._failed = failed
        if failed is not None:
            self.banner.show_sentence(messages.tell(failed.code, failed.data))
        else:
            self.banner.clear()

    @Slot(int)
    def _on_profile(self, row: int) -> None:
        self._model.scan.choose(self._model.scan.profiles[row].name)

    @Slot()
    def _on_files(self) -> None:
        choose_files(self, "Chọn tệp", self._model.add_files)

    @Slot()
    def _on_accept(self) -> None:
        self.corners.flush()
        self._model.accept(self.reason.currentText().strip() or said.REASONS[0])

    @Slot()
    def _on_finished(self) -> None:
        if self._model.left:
            self.banner.show_result(Kind.OK, *said.attached(self._model.left))
        else:
            self.done(QDialog.DialogCode.Accepted)


def _head(title: str, tools: Iterable[QWidget]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.XS)
    row.addWidget(PlainLabel(title, Role.SECONDARY), 1)
    for tool in tools:
        row.addWidget(tool)
    return row
