"""*Thiết bị*: the devices that were found, the profiles of scanning, a test scan with its figures, the drivers' log."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from officer_console.devices.desk import Listing
from officer_console.devices.profile import Profile
from officer_console.devices.scanner import Device
from officer_console.viewmodels.devices import DevicesViewModel, LogLine, Tested
from officer_console.viewmodels.review_ports import Failure
from officer_console.views import capture_words, controls, device_sentences, messages, words
from officer_console.views.banner import Banner
from officer_console.views.busy import BusyBar
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.plain import PlainLabel, named, one_line, panel
from officer_console.views.profile_editor import ProfileEditor
from officer_console.views.tables import RowsTable
from officer_console.views.theme import Role, Space

TITLE = "Thiết bị"
DEVICE_HEADS = ("Máy", "Trình điều khiển", "Trạng thái")
PROFILE_HEADS = ("Cấu hình", "Thiết lập", "Máy", "Của")
LOG_HEIGHT = 96
NO_DEVICES = "Không tìm thấy máy nào.\nBật máy, kiểm tra dây hoặc mạng rồi bấm Tìm lại."
NO_PROFILES = "Chưa có cấu hình quét nào.\nBấm Thêm… để chọn máy, độ phân giải và khổ giấy."
UNTESTED = "Chọn một máy rồi bấm Quét thử để xem ảnh máy gửi về."


class DevicePage(QWidget):
    """Shows a :class:`DevicesViewModel`; drivers are asked when the page comes to the front."""

    def __init__(self, model: DevicesViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._asked = False
        self._failed: Failure | None = None
        self.setObjectName("devicePage")
        self.banner = Banner("deviceBanner")
        self.devices = RowsTable("deviceTable", "Máy tìm thấy", DEVICE_HEADS, wide=0)
        self.profiles = RowsTable("profileTable", "Cấu hình quét", PROFILE_HEADS, wide=1)
        self.trial = PictureCanvas("trialPicture", "Ảnh quét thử")
        self._figures = PlainLabel(role=Role.SECONDARY, name="trialFigures", wrap=True)
        self._log = QPlainTextEdit()
        named(self._log, "deviceLog", "Nhật ký trình điều khiển")
        self._log.setReadOnly(True)
        self._log.setTabChangesFocus(True)
        self._log.setFixedHeight(LOG_HEIGHT)
        self._no_devices = _nothing("devicesEmpty", NO_DEVICES)
        self._no_profiles = _nothing("profilesEmpty", NO_PROFILES)
        self._busy = BusyBar("deviceBusy", "Đang tìm máy")
        self._make_buttons()
        self._lay_out()
        model.changed.connect(self.refresh)
        model.log.changed.connect(self._show_log)
        self.devices.itemSelectionChanged.connect(self._show_buttons)
        self.profiles.itemSelectionChanged.connect(self._show_buttons)
        self.refresh()

    def _make_buttons(self) -> None:
        self.again = controls.button("devicesAgain", "&Tìm lại", self._model.refresh)
        self.test = controls.button("deviceTest", "&Quét thử", self._on_test)
        self.stop = controls.button("deviceStop", "&Dừng", self._model.stop)
        self.new = controls.button("profileNew", "T&hêm…", lambda: self._edit(None))
        self.change = controls.button("profileChange", "&Sửa…", lambda: self._edit(self._profile))
        self.remove = controls.button("profileRemove", "&Xóa", self._on_remove)

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(Space.M)
        title.addWidget(PlainLabel(TITLE, Role.TITLE, name="deviceTitle"))
        title.addStretch(1)
        title.addWidget(self.again)
        right = panel("surface", name="trialPanel")
        inside = QVBoxLayout(right)
        inside.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        inside.setSpacing(Space.S)
        inside.addLayout(_head("Quét thử", (self.test, self.stop)))
        inside.addWidget(self.trial, 1)
        inside.addWidget(self._figures)
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.S)
        grid.addLayout(_head("Máy tìm thấy", ()), 0, 0)
        grid.addWidget(self.devices, 1, 0)
        grid.addLayout(_head("Cấu hình quét", (self.new, self.change, self.remove)), 2, 0)
        grid.addWidget(self.profiles, 3, 0)
        for row, told in ((1, self._no_devices), (3, self._no_profiles)):
            grid.addWidget(told, row, 0, Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(right, 0, 1, 4, 1)
        for row in (1, 3):
            grid.setRowStretch(row, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(title)
        column.addWidget(self._busy)
        column.addWidget(self.banner)
        column.addLayout(grid, 1)
        column.addWidget(PlainLabel("Nhật ký trình điều khiển (cho quản trị)", Role.SECTION, name="deviceLogTitle"))
        column.addWidget(self._log)

    def may_leave(self) -> bool:
        """Nothing is lost."""
        return True

    def set_active(self, active: bool) -> None:  # noqa: FBT001 - a property setter in spirit
        """Ask the drivers the first time the page is in front; a test scan ends when it is left."""
        if active and not self._asked:
            self._asked = True
            self._model.refresh()
        elif not active:
            self._model.stop()

    @Slot()
    def refresh(self) -> None:
        """Show what the view model holds."""
        model = self._model
        self._busy.set_busy(model.listing or model.testing is not None)
        self.devices.fill([row for listing in model.listings.values() for row in _device_rows(listing)])
        self.profiles.fill([(each.name, _profile_row(each)) for each in model.profiles])
        self._no_devices.setVisible(not model.listing and self._asked and not self.devices.rowCount())
        self._no_profiles.setVisible(not model.listing and self._asked and not model.profiles)
        self._show_trial(model.tested)
        self._show_failure()
        self._show_buttons()
        self._show_log()

    def _show_trial(self, tested: Tested | None) -> None:
        model = self._model
        if tested is not None:
            self.trial.show_picture(tested.picture)
            self._figures.setText(
                f"{tested.device.name}: {tested.dpi} dpi · {tested.width} × {tested.height} điểm ảnh · "
                f"{_bytes(tested.size)} · {_decimal(tested.seconds)} giây"
            )
            return
        self._figures.setText("")
        waiting = f"Đang quét thử trên {model.testing.name}…" if model.testing is not None else UNTESTED
        self.trial.show_picture(None, waiting)

    def _show_failure(self) -> None:
        failed = self._model.trial_failure or self._model.failure
        if failed is self._failed:
            return
        self._failed = failed
        if failed is None:
            self.banner.clear()
        else:
            self.banner.show_sentence(messages.tell(failed.code, failed.data))

    @Slot()
    def _show_buttons(self) -> None:
        model, profile = self._model, self._profile
        self.again.setEnabled(not model.listing)
        self.test.setEnabled(self._device is not None and model.testing is None)
        self.stop.setEnabled(model.testing is not None)
        self.new.setEnabled(model.own_allowed)
        for button in (self.change, self.remove):
            button.setEnabled(profile is not None and not profile.locked)

    @Slot()
    def _show_log(self) -> None:
        text = "\n".join(_log_line(line) for line in self._model.log.lines)
        if self._log.toPlainText() != text:
            self._log.setPlainText(text)

    @property
    def _device(self) -> Device | None:
        chosen = self.devices.current_key
        return next((each for each in self._model.devices if _key(each) == chosen), None)

    @property
    def _profile(self) -> Profile | None:
        chosen = self.profiles.current_key
        return next((each for each in self._model.profiles if each.name == chosen), None)

    @Slot()
    def _on_test(self) -> None:
        device = self._device
        if device is not None:
            self._model.test(device)

    def _edit(self, profile: Profile | None) -> None:
        editor = ProfileEditor(self._model.devices, profile, self)
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.saved.connect(self._model.save)
        editor.open()

    @Slot()
    def _on_remove(self) -> None:
        profile = self._profile
        if profile is not None:
            self._model.remove(profile.name)


def _head(title: str, tools: tuple[QWidget, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.S)
    row.addWidget(PlainLabel(title, Role.SECTION), 1)
    for tool in tools:
        row.addWidget(tool)
    return row


def _key(device: Device) -> str:
    return f"{device.driver}\n{device.id}"


def _device_rows(listing: Listing) -> list[tuple[str, tuple[str, ...]]]:
    """Return the rows of one driver; one that did not answer is told, one without devices is not."""
    driver = device_sentences.driver(listing.driver)
    rows: list[tuple[str, tuple[str, ...]]] = [
        (_key(each), (one_line(each.name), driver, device_sentences.state(None))) for each in listing.devices
    ]
    if listing.fault is not None:
        rows.append((f"{listing.driver}\n", ("–", driver, device_sentences.state(listing.fault))))
    return rows


def _profile_row(each: Profile) -> tuple[str, ...]:
    owner = "Quản trị (khóa)" if each.locked else "Riêng"
    devices = ", ".join(device.name or device.id for device in each.devices)
    return each.name, capture_words.settings(each), devices, owner


def _log_line(line: LogLine) -> str:
    parts = (line.driver, line.device, line.fault.value if line.fault is not None else "ok", one_line(line.detail))
    return f"{words.moment_text(line.at)}  " + " · ".join(part for part in parts if part)


def _bytes(size: int) -> str:
    return f"{_decimal(size / 1_000_000)} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def _nothing(name: str, text: str) -> PlainLabel:
    """Return what stands in an empty table."""
    made = PlainLabel(text, Role.MUTED, name=name)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    made.hide()
    return made


def _decimal(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
