"""The pictures of the dossier: one under work, the others as thumbnails, *Thay ảnh* and *Hoàn tác*."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.evidence import Pin
from officer_console.domain.reference import Reference
from officer_console.viewmodels.photo_desk import PhotoDeskViewModel
from officer_console.viewmodels.pictures import PictureSlot, PicturesViewModel
from officer_console.views import icons, messages, photo_desk_words, words
from officer_console.views.photo_desk import desk_button
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.picture_image import THUMBNAIL, Picture
from officer_console.views.plain import Chip, PlainLabel, named, plain_tip
from officer_console.views.theme import Kind, Role, Space

SHORT = {
    AttachmentKind.PORTRAIT: "Chân dung",
    AttachmentKind.ID_FRONT: "Mặt trước",
    AttachmentKind.ID_BACK: "Mặt sau",
    AttachmentKind.SIGNED_FORM: "Tờ khai",
    AttachmentKind.SIGNED_INSURED: "TK1-TS",
    AttachmentKind.BIRTH_CERTIFICATE: "Khai sinh",
}


class PicturesView(QWidget):
    """Shows a :class:`PicturesViewModel`.

    ``desk_wanted`` asks for the photo desk with a kind of picture on it, ``file_wanted`` also for a file to put there.
    """

    desk_wanted = Signal(object)
    file_wanted = Signal(object)

    def __init__(self, model: PicturesViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._reference = Reference()
        self._compare = True
        self._pin: Pin | None = None
        self._photo_desk: PhotoDeskViewModel | None = None
        self.setObjectName("pictures")
        self._caption = PlainLabel(role=Role.SECTION, name="pictureCaption")
        self._mark = Chip(name="pictureMark")
        self._elsewhere = PlainLabel(name="pictureElsewhere", wrap=True)
        self._elsewhere.set_tone(Kind.WARN)
        self.canvas = PictureCanvas("picture", "Ảnh")
        self._old = PictureCanvas("pictureOld", "Ảnh cũ")
        self._old_side, self._new_side = _side("Ảnh cũ", self._old), _side("Ảnh thay thế", self.canvas)
        self._make_buttons()
        self._thumbs: dict[AttachmentKind, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout()
        self._row.setSpacing(Space.S)
        for kind in AttachmentKind:
            self._make_thumb(kind)
        self._row.addStretch(1)
        self._lay_out()
        model.changed.connect(self.refresh)
        model.image_ready.connect(self.refresh)
        self.refresh()

    def _make_buttons(self) -> None:
        self.replace = QPushButton("Thay ảnh")
        named(self.replace, "replacePicture", "Thay ảnh")
        self.replace.setToolTip("Thay ảnh từ tệp, trên bàn ảnh (F4)")
        self.replace.clicked.connect(self.replace_from_file)
        self.undo = QPushButton("Hoàn tác")
        named(self.undo, "undoPicture", "Hoàn tác")
        self.undo.setToolTip("Lấy lại ảnh trước (Ctrl+Z)")
        self.undo.clicked.connect(self._model.undo)
        self.compare = QPushButton("So sánh")
        named(self.compare, "comparePictures", "So sánh")
        self.compare.setToolTip("Xem ảnh cũ bên cạnh ảnh thay thế")
        self.compare.setCheckable(True)
        self.compare.setChecked(True)
        self.compare.toggled.connect(self._on_compare)
        self._tools = (
            _tool("zoomOut", "Thu nhỏ", "zoom-out", "-", self.canvas.zoom_out),
            _tool("zoomIn", "Phóng to", "zoom-in", "+", self.canvas.zoom_in),
            _tool("fit", "Vừa khung", "fit", "0", self.canvas.fit),
            _tool("rotate", "Xoay", "rotate-right", "R", self.rotate),
        )
        self.desk = desk_button(self.open_desk)
        self.desk.hide()
        self._retry = QPushButton("Thử lại")
        named(self._retry, "retryPicture", "Thử lại")
        self._retry.clicked.connect(self._on_retry)

    def _make_thumb(self, kind: AttachmentKind) -> None:
        thumb = QToolButton()
        named(thumb, f"thumb_{kind.value}", SHORT[kind])
        thumb.setCheckable(True)
        thumb.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        thumb.setIconSize(THUMBNAIL)
        thumb.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        thumb.setProperty("kind", "thumb")
        thumb.clicked.connect(lambda: self._model.select(kind))
        self._group.addButton(thumb)
        self._thumbs[kind] = thumb
        self._row.addWidget(thumb)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._caption)
        head.addWidget(self._mark)
        head.addStretch(1)
        for tool in self._tools:
            head.addWidget(tool)
        pictures = QHBoxLayout()
        pictures.setSpacing(Space.S)
        pictures.addWidget(self._old_side, 1)
        pictures.addWidget(self._new_side, 1)
        self._actions = actions = QHBoxLayout()
        actions.setSpacing(Space.S)
        for button in (self.replace, self.undo, self.compare, self.desk, self._retry):
            actions.addWidget(button)
        actions.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addLayout(pictures, 1)
        column.addLayout(actions)
        column.addWidget(self._elsewhere)
        column.addLayout(self._row)

    def show_reference(self, reference: Reference) -> None:
        """Take the labels of this deployment."""
        if reference is not self._reference:
            self._reference = reference
            self.refresh()

    def use_desk(self, model: PhotoDeskViewModel) -> None:
        """Offer the photo desk and warn of pictures that other dossiers have as well."""
        self._photo_desk = model
        model.changed.connect(self._show_elsewhere)
        self.refresh()

    def add_source(self, button: QPushButton) -> None:
        """Offer another way to take a picture, before the file."""
        self._actions.insertWidget(0, button)

    @Slot()
    def open_desk(self) -> None:
        """*Bàn ảnh*: ask for the desk with the picture under work on it."""
        if self._photo_desk is not None and self._model.current is not None:
            self.desk_wanted.emit(self._model.selected)

    @Slot()
    def replace_from_file(self) -> None:
        """*Thay ảnh*: ask for the desk and a file, where the picture under work may be replaced."""
        if self._model.current is not None and self._model.editable:
            self.file_wanted.emit(self._model.selected)

    @Slot()
    def _show_elsewhere(self) -> None:
        current = self._model.current
        numbers = self._photo_desk.elsewhere(current.sha256) if self._photo_desk is not None and current else ()
        text = photo_desk_words.elsewhere(numbers)
        self._elsewhere.setText(f"▲ {text}" if text else "")
        self._elsewhere.setVisible(bool(text))

    @property
    def model(self) -> PicturesViewModel:
        """What is shown."""
        return self._model

    def rotate(self) -> None:
        """Turn what is seen a quarter clockwise."""
        self.canvas.rotate()

    def demand(self, kind: AttachmentKind) -> None:
        """Go to a picture that is missing and offer to put it in."""
        self._model.select(kind)
        self.replace.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_pin(self, pin: Pin) -> None:
        """Show the picture something was read from, with the place on it outlined."""
        slot = next((slot for slot in self._model.slots if slot.sha256 == pin.sha256), None)
        if slot is None:
            return
        self._pin = None
        self._model.select(slot.kind)
        self._pin = pin
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        slots = {slot.kind: slot for slot in self._model.slots}
        for kind, thumb in self._thumbs.items():
            slot = slots.get(kind)
            thumb.setVisible(slot is not None)
            if slot is not None:
                self._show_thumb(thumb, slot)
        current = self._model.current
        self.desk.setVisible(self._photo_desk is not None and current is not None)
        self._show_elsewhere()
        if current is None:
            self._caption.setText("")
            self.replace.setEnabled(False)
            self.undo.setEnabled(False)
            for part in (self._mark, self._old_side, self._retry, self.compare, _head(self._new_side)):
                part.hide()
            self.canvas.show_picture(None)
            return
        self._show_current(current)

    def _show_current(self, slot: PictureSlot) -> None:
        label = words.label(self._reference, "attachment", slot.kind.value)
        self._caption.setText(label)
        self._mark.setVisible(slot.replacement is not None)
        self._mark.show_state("◆ Đã thay", Kind.INFO)
        both = slot.replacement is not None and slot.attachment is not None
        self.compare.setVisible(both)
        self._old_side.setVisible(both and self._compare)
        _head(self._new_side).setVisible(both and self._compare)
        if both and slot.attachment is not None:
            self._paint(self._old, slot.attachment.sha256, slot)
        self.canvas.setAccessibleName(label)
        self._paint(self.canvas, slot.sha256, slot)
        self._show_outline(slot.sha256)
        self.undo.setEnabled(self._model.can_undo)
        self.replace.setEnabled(self._model.editable)
        self._retry.setVisible(self._model.image_failure(slot.sha256) is not None)
        for tool in self._tools:
            tool.setEnabled(self.canvas.picture is not None)

    def _show_outline(self, sha256: str | None) -> None:
        """Outline the place that was asked for as soon as its picture is there; another picture ends the question."""
        if self._pin is None:
            return
        if sha256 != self._pin.sha256:
            self._pin = None
        elif self.canvas.picture is not None:
            self.canvas.point_at(self._pin.shares())
            self._pin = None

    def _paint(self, canvas: PictureCanvas, sha256: str | None, slot: PictureSlot) -> None:
        picture = self._model.image(sha256)
        failed = self._model.image_failure(sha256)
        if isinstance(picture, Picture):
            canvas.show_picture(picture)
        elif failed is not None:
            said = messages.tell(failed.code, failed.data, self._reference)
            canvas.show_picture(None, f"Không xem được ảnh.\n{said.title}.")
        elif sha256 is not None:
            canvas.show_picture(None, "Đang tải ảnh…")
        else:
            name = words.label(self._reference, "attachment", slot.kind.value).lower()
            canvas.show_picture(None, f"Chưa có {name}.\nQuét… (F6), hoặc Thay ảnh từ tệp (F4).")

    def _show_thumb(self, thumb: QToolButton, slot: PictureSlot) -> None:
        picture = self._model.image(slot.sha256)
        if isinstance(picture, Picture):
            thumb.setIcon(QIcon(QPixmap.fromImage(picture.thumbnail)))
        else:
            thumb.setIcon(icons.icon("image", size=32, widget=self))
        state = "✓ Đã có"
        if slot.replacement is not None:
            state = "◆ Đã thay"
        elif slot.missing:
            state = "✕ Thiếu" if slot.kind in self._model.wanted else "– Chưa có"
        thumb.setText(f"{SHORT[slot.kind]}\n{state}")
        thumb.setAccessibleDescription(state.strip())
        thumb.setChecked(slot.kind is self._model.selected)

    @Slot(bool)
    def _on_compare(self, on: bool) -> None:  # noqa: FBT001 - the signal's argument
        self._compare = on
        self.refresh()

    @Slot()
    def _on_retry(self) -> None:
        current = self._model.current
        if current is not None and current.sha256 is not None:
            self._model.retry(current.sha256)


def _side(title: str, canvas: PictureCanvas) -> QWidget:
    side = QWidget()
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.XS)
    column.addWidget(PlainLabel(title, Role.SECONDARY, name=f"{canvas.objectName()}Head"))
    column.addWidget(canvas, 1)
    return side


def _head(side: QWidget) -> QWidget:
    found = side.findChild(PlainLabel)
    assert found is not None  # noqa: S101 - made with the side
    return found


def _tool(name: str, label: str, icon: str, key: str, pressed: Callable[[], object]) -> QToolButton:
    tool = QToolButton()
    named(tool, name, label)
    tool.setIcon(icons.icon(icon, size=20))
    tool.setIconSize(QSize(20, 20))
    tool.setToolTip(plain_tip(f"{label} ({key})"))
    tool.setAutoRaise(True)
    tool.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    tool.clicked.connect(lambda: pressed())
    return tool
