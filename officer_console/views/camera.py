"""*Máy ảnh*: which camera, its live picture, a still by itself or by key; part of a dialog, or one of its own."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from officer_console.devices.camera import Camera, Frame
from officer_console.viewmodels.camera import CameraState, CameraStep, CameraViewModel
from officer_console.views import camera_words, controls
from officer_console.views.camera_picture import CameraPicture
from officer_console.views.plain import PlainLabel, named, on_screen, one_line
from officer_console.views.theme import Kind, Role, Space

TITLE = "Máy ảnh"
STILLS_TITLE = "Chụp giấy tờ bằng máy ảnh"
READ_TITLE = "Đọc mã bằng máy ảnh"
READ_HINT = "Đưa mã QR trên thẻ hoặc trên tờ khai vào khung hình. Đọc được mã, hộp này tự đóng và hồ sơ được mở."
_USUAL = QSize(860, 660)
_COLOURS = {CameraStep.TAKEN: Kind.OK, CameraStep.TAKING: Kind.OK}


class CameraView(QWidget):
    """The camera is on while this is visible. ``stills``: pictures can be taken, not only codes read."""

    def __init__(self, model: CameraViewModel, parent: QWidget | None = None, *, stills: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("cameraView")
        self._model = model
        self._stills = stills
        self._cameras: tuple[Camera, ...] = ()
        self._choice = QComboBox()
        named(self._choice, "cameraChoice", TITLE)
        self._choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._choice.activated.connect(self._on_chosen)
        self._retry = controls.button("cameraRetry", "Thử lại", model.retry)
        self.picture = CameraPicture()
        self._line = PlainLabel(name="cameraLine", wrap=True)
        self._line.setAccessibleName("Trạng thái máy ảnh")
        self._automatic = controls.tick("cameraAutomatic", "&Tự chụp khi giấy tờ nằm yên")
        self._automatic.setChecked(model.automatic)
        self._automatic.toggled.connect(self._on_automatic)
        self._take = controls.button("cameraTake", "&Chụp (phím cách)", model.take)
        self._take.setProperty("kind", "primary")
        self._lay_out()
        if stills:
            self.picture.pressed.connect(model.take)
        model.cameras.connect(self._on_cameras)
        model.frame.connect(self._on_frame)
        model.changed.connect(self._on_changed)
        self._on_changed(model.state)

    def showEvent(self, event: QShowEvent) -> None:
        """Switch on."""
        super().showEvent(event)
        self._model.start()
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Switch off, and keep no picture of anybody's card."""
        self._model.stop()
        self.picture.show_words("")
        super().hideEvent(event)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        top.addWidget(controls.label(TITLE, self._choice))
        top.addWidget(self._choice, 1)
        top.addWidget(self._retry)
        foot = QHBoxLayout()
        foot.setSpacing(Space.M)
        foot.addWidget(self._line, 1)
        foot.addWidget(self._automatic)
        foot.addWidget(self._take)
        self._automatic.setVisible(self._stills)
        self._take.setVisible(self._stills)
        self._line.setMinimumHeight(2 * self._line.fontMetrics().lineSpacing())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(top)
        column.addWidget(self.picture, 1)
        column.addLayout(foot)

    @Slot(object)
    def _on_cameras(self, found: tuple[Camera, ...]) -> None:
        self._cameras = found
        blocker = QSignalBlocker(self._choice)
        self._choice.clear()
        # Names come from the device: one line, and never more than fits.
        self._choice.addItems([one_line(each.name)[:80] for each in found])
        blocker.unblock()
        self._show_choice()

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        if 0 <= index < len(self._cameras):
            self._model.watch(self._cameras[index].id)

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        self.picture.show_frame(frame)

    @Slot(object)
    def _on_changed(self, state: CameraState) -> None:
        text, tone = camera_words.line(state, automatic=self._model.automatic)
        self._line.setText(READ_HINT if self._reads_only(state) else text)
        self._line.set_tone(tone)
        words = camera_words.placeholder(state)
        if words:
            self.picture.show_words(words)
        self.picture.show_outline(state.quad, _COLOURS.get(state.step, Kind.WARN if state.advice else Kind.INFO))
        self._take.setEnabled(state.step in (CameraStep.SEARCHING, CameraStep.HOLD_STILL, CameraStep.TAKEN))
        self._retry.setVisible(state.step is CameraStep.FAILED and bool(self._model.watched))
        self._show_choice()

    def _reads_only(self, state: CameraState) -> bool:
        return not self._stills and state.step in (CameraStep.SEARCHING, CameraStep.HOLD_STILL) and not state.advice

    def _show_choice(self) -> None:
        self._choice.setEnabled(bool(self._cameras))
        for index, each in enumerate(self._cameras):
            if each.id == self._model.watched:
                self._choice.setCurrentIndex(index)

    @Slot(bool)
    def _on_automatic(self, wanted: bool) -> None:  # noqa: FBT001 - slot of a signal
        self._model.automatic = wanted


class CameraDialog(QDialog):
    """The camera as a reader of codes: closes at the first code it has read."""

    def __init__(self, model: CameraViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cameraDialog")
        self.setWindowTitle(READ_TITLE)
        self.setAccessibleName(READ_TITLE)
        self.view = CameraView(model, self, stills=False)
        close = controls.button("cameraClose", "Đóng", self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(PlainLabel(READ_TITLE, Role.TITLE, name="cameraTitle"))
        column.addWidget(self.view, 1)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(on_screen(self, _USUAL))
        model.code.connect(self._on_code)

    @Slot(object)
    def _on_code(self, _data: bytes) -> None:
        self.accept()


class StillsDialog(QDialog):
    """The camera as a source of pages: each still is handed on, the dialog stays for the next.

    Signal ``captured``: the bytes of a JPEG, as foreign as any.
    """

    captured = Signal(object)

    def __init__(self, model: CameraViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("stillsDialog")
        self.setWindowTitle(STILLS_TITLE)
        self.setAccessibleName(STILLS_TITLE)
        self._count = 0
        self.view = CameraView(model, self)
        self._taken = PlainLabel(name="stillsTaken")
        self._taken.setAccessibleName("Số ảnh đã chụp")
        close = controls.button("stillsClose", "&Xong", self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self._taken, 1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(PlainLabel(STILLS_TITLE, Role.TITLE, name="stillsTitle"))
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        self.resize(on_screen(self, _USUAL))
        model.captured.connect(self._on_captured)

    def showEvent(self, event: QShowEvent) -> None:
        """Count anew."""
        self._count = 0
        self._taken.setText("")
        super().showEvent(event)

    @Slot(object)
    def _on_captured(self, data: bytes) -> None:
        self._count += 1
        self._taken.setText(f"Đã chụp {self._count} ảnh")
        self._taken.set_tone(Kind.OK)
        self.captured.emit(data)
