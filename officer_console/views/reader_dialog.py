"""*Đầu đọc mã*: what the readers send, shown as it is, so that one can be set up and tried out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from officer_console.devices.serial_host import PortState, SerialPort
from officer_console.viewmodels.quick_box import Heard
from officer_console.views import controls, reader_words
from officer_console.views.plain import PlainLabel, panel
from officer_console.views.theme import Role, Space

TITLE = "Đầu đọc mã"
WAITING = "Quét một mã bất kỳ để thử. Khi hộp này mở, mã chỉ hiện ở đây, không mở hồ sơ nào."
WIDTH = 620
LINE_HEIGHT = 110


class ReaderDialog(QDialog):
    """Signal ``trying`` (bool): codes are to be shown here and lead nowhere."""

    trying = Signal(bool)

    def __init__(self, port: SerialPort | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("readerDialog")
        self.setWindowTitle(TITLE)
        self.setAccessibleName(TITLE)
        self.setMinimumWidth(WIDTH)
        self._port = port
        self._state = PlainLabel(name="readerPort", wrap=True)
        self._line = PlainLabel(WAITING, name="readerLine", wrap=True, selectable=True)
        self._line.setAccessibleName("Quét thử")
        self._line.setMinimumHeight(LINE_HEIGHT)
        self._line.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        ground = panel("surface", name="readerTrial")
        inner = QVBoxLayout(ground)
        inner.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        inner.addWidget(self._line)
        close = controls.button("readerClose", "Đóng", self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(PlainLabel(TITLE, Role.TITLE, name="readerTitle"))
        column.addWidget(
            PlainLabel(
                "Đầu đọc kiểu bàn phím: dùng ngay, chỉ cần cài gửi Enter sau mỗi mã và tắt Unikey (E).", wrap=True
            )
        )
        column.addWidget(self._state)
        column.addWidget(PlainLabel("Quét thử", Role.SECTION, name="readerTrialTitle"))
        column.addWidget(ground)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.show_state(PortState.STARTING)

    @Slot(object)
    def show_state(self, state: PortState) -> None:
        """Say how the serial port stands."""
        self._state.setText(reader_words.port_line(self._port, state))

    @Slot(object)
    def show_heard(self, heard: Heard) -> None:
        """Show what a reader sent."""
        self._line.setText(reader_words.heard(heard))

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with an empty line."""
        self._line.setText(WAITING)
        self.trying.emit(True)  # noqa: FBT003 - Qt takes it by position only
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Codes lead to dossiers again."""
        self.trying.emit(False)  # noqa: FBT003 - Qt takes it by position only
        super().hideEvent(event)
