"""*Quét giấy tờ*: pages from a device, a file or the clipboard, cut out, turned, named and attached to the dossier."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from officer_console.domain.attachment import AttachmentKind
from officer_console.viewmodels.capture import CaptureViewModel
from officer_console.views import capture_words as said
from officer_console.views import controls
from officer_console.views.capture_parts import KindButtons, SheetList
from officer_console.views.corner_canvas import CornerCanvas
from officer_console.views.pages_dialog import PagesDialog
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.plain import PlainLabel, panel
from officer_console.views.reason_box import ReasonBox
from officer_console.views.theme import Kind, Role, Space

SIDE_WIDTH = 200


class CaptureDialog(PagesDialog):
    """Shows a :class:`CaptureViewModel`."""

    def __init__(self, model: CaptureViewModel, parent: QWidget | None = None) -> None:
        super().__init__(model, "capture", said.TITLE, "Đang đính kèm…", parent)
        self._model = model
        self._scanned = False
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
            target: QWidget = (
                self.source.stop if active else self.sheets if len(self._model.sheets) else self.source.scan
            )
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scanned = active

    def _make_source(self) -> None:
        self.source.scan.setProperty("kind", "primary")
        self.paste = controls.button("capturePaste", "D&án", self.paste_pages)
        self.paste.setToolTip("Lấy ảnh hoặc tệp đã sao chép (Ctrl+V)")
        self.source.row.addWidget(self.paste)

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
        self.reason = ReasonBox("captureReason", "Lý do")
        self.reason.offer(said.REASONS)
        self.accept_button = controls.button("captureAccept", "Đính &kèm", self._on_accept)
        self.accept_button.setProperty("kind", "primary")
        self.close_button = controls.button("captureClose", "Đón&g", self.close)

    def _lay_out(self) -> None:
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
        column.addWidget(self.source)
        column.addWidget(self.banner)
        column.addLayout(body, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        model = self._model
        model.changed.connect(self.refresh)
        model.finished.connect(self._on_finished)
        self.sheets.chosen.connect(model.select)
        self.corners.moved.connect(model.cut)
        self.kinds.named_as.connect(model.name)
        self.reason.answered.connect(self.banner.clear)
        kinds = tuple(AttachmentKind)
        self.listen(
            (
                ("F", self.search.click),
                ("A", self.whole.click),
                ("R", self.rotate.click),
                ("S", self.level.click),
                ("Del", self.drop.click),
                ("G", self.join.click),
                ("Ctrl+Return", self.accept_button.click),
                ("Ctrl+Enter", self.accept_button.click),
                *((str(digit), lambda kind=kind: self.kinds.take(kind)) for digit, kind in enumerate(kinds, 1)),
            )
        )

    def begin(self, dossier_id: str, kinds: Iterable[AttachmentKind], wanted: AttachmentKind | None) -> None:
        """Open for a dossier without blocking the window."""
        self.reason.forget()
        self.open_anew(lambda: self._model.begin(dossier_id, kinds, wanted))

    def losses(self, left: int) -> tuple[str, str]:
        """Return that pages have not been attached."""
        return said.left(left)

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model, sheet = self._model, self._model.sheet
        self.source.refresh(len(model.sheets), said.left_out(model.sheets))
        self.show_failure()
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
        self.accept_button.setEnabled(ready > 0 and not model.keeping)
        self._follow()

    @Slot()
    def _on_accept(self) -> None:
        self.corners.flush()
        self.reason.give(self._model.accept, self.banner, said.NO_REASON)

    @Slot()
    def _on_finished(self) -> None:
        # The next picture may have been replaced for another reason.
        self.reason.forget()
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
