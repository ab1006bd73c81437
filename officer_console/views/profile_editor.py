"""An own profile of scanning: its name, its devices in their order, its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from officer_console.devices.profile import SIZES, Profile, ProfileDevice
from officer_console.devices.scanner import Colour, Device, Source
from officer_console.views import controls, device_sentences
from officer_console.views.plain import PlainLabel, named
from officer_console.views.theme import Role, Space

DPIS = (150, 200, 300, 400, 600)
SIZE_WORDS = {"A4": "A4", "A5": "A5", "A6": "A6", "card": "Khổ thẻ (căn cước)"}
WIDTH = 560
LIST_HEIGHT = 110


class ProfileEditor(QDialog):
    """Signal ``saved``: the profile as entered, and the name it had before (empty for a new one)."""

    saved = Signal(object, str)

    def __init__(self, devices: Sequence[Device], profile: Profile | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = "Sửa cấu hình quét" if profile is not None else "Cấu hình quét mới"
        named(self, "profileEditor", title)
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        self._profile = profile
        self._known = tuple(devices)
        self._devices: list[ProfileDevice] = list(profile.devices) if profile is not None else []
        self.name = controls.line("profileName", "Tên", "Ví dụ: Quầy 1, hai mặt")
        self.source = _choice("profileSource", "Nguồn giấy", [device_sentences.SOURCES[each] for each in Source])
        self.dpi = _choice("profileDpi", "Độ phân giải", [f"{each} dpi" for each in self._dpis()])
        self.colour = _choice("profileColour", "Màu", [device_sentences.COLOURS[each] for each in Colour])
        self.paper = _choice("profileSize", "Khổ giấy", [*SIZE_WORDS.values(), *self._own_size()])
        self.list = QListWidget()
        named(self.list, "profileDevices", "Máy theo thứ tự thử")
        self.list.setFixedHeight(LIST_HEIGHT)
        self.add = _choice("profileAdd", "Thêm máy", ["Thêm máy…", *(each.name for each in self._known)])
        self.add.activated.connect(self._on_add)
        self.up = controls.button("profileUp", "&Lên", lambda: self._move(-1))
        self.down = controls.button("profileDown", "&Xuống", lambda: self._move(1))
        self.out = controls.button("profileOut", "&Bỏ máy", self._on_out)
        self.save = controls.button("profileSave", "&Lưu", self._on_save)
        self.save.setProperty("kind", "primary")
        self.save.setDefault(True)
        self.cancel = controls.button("profileCancel", "&Hủy", self.reject)
        self._lay_out(title)
        self._fill()
        self.name.textChanged.connect(self._show)
        self.list.currentRowChanged.connect(self._show)
        self._show()

    def _lay_out(self, title: str) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(Space.L)
        form.setVerticalSpacing(Space.S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for widget in (self.name, self.source, self.dpi, self.colour, self.paper):
            form.addRow(controls.label(widget.accessibleName(), widget), widget)
        tools = QHBoxLayout()
        tools.setSpacing(Space.S)
        tools.addWidget(self.add, 1)
        for button in (self.up, self.down, self.out):
            tools.addWidget(button)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addStretch(1)
        foot.addWidget(self.save)
        foot.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addWidget(PlainLabel(title, Role.TITLE, name="profileTitle"))
        column.addLayout(form)
        column.addSpacing(Space.S)
        column.addWidget(PlainLabel("Máy theo thứ tự thử", Role.SECTION, name="profileDevicesTitle"))
        column.addWidget(
            PlainLabel("Máy đầu không dùng được thì chương trình tự thử máy kế tiếp.", Role.SECONDARY, wrap=True)
        )
        column.addWidget(self.list)
        column.addLayout(tools)
        column.addSpacing(Space.S)
        column.addLayout(foot)

    @property
    def entered(self) -> Profile:
        """The profile as it stands in the fields."""
        source = list(Source)[self.source.currentIndex()]
        size = list(SIZES.values())
        chosen = self.paper.currentIndex()
        own = (self._profile.width_mm, self._profile.height_mm) if self._profile is not None else size[0]
        width, height = size[chosen] if chosen < len(size) else own
        return Profile(
            name=self.name.text().strip(),
            devices=tuple(self._devices),
            source=Source.FEEDER if source is Source.DUPLEX else source,
            duplex=source is Source.DUPLEX,
            dpi=self._dpis()[self.dpi.currentIndex()],
            colour=list(Colour)[self.colour.currentIndex()],
            width_mm=width,
            height_mm=height,
        )

    def _dpis(self) -> tuple[int, ...]:
        own = {self._profile.dpi} if self._profile is not None else set()
        return tuple(sorted({*DPIS, *own}))

    def _own_size(self) -> list[str]:
        profile = self._profile
        if profile is None or (profile.width_mm, profile.height_mm) in SIZES.values():
            return []
        return [f"{profile.width_mm:g} × {profile.height_mm:g} mm"]

    def _fill(self) -> None:
        profile = self._profile
        self.dpi.setCurrentIndex(self._dpis().index(profile.dpi if profile is not None else 300))
        self._list()
        if profile is None:
            return
        self.name.setText(profile.name)
        self.source.setCurrentIndex(list(Source).index(profile.settings.source))
        self.colour.setCurrentIndex(list(Colour).index(profile.colour))
        sizes = list(SIZES.values())
        size = (profile.width_mm, profile.height_mm)
        self.paper.setCurrentIndex(sizes.index(size) if size in sizes else len(sizes))

    def _list(self, row: int = 0) -> None:
        self.list.clear()
        self.list.addItems([_device(each) for each in self._devices])
        self.list.setCurrentRow(min(row, len(self._devices) - 1))
        self._show()

    @Slot()
    def _show(self) -> None:
        row, last = self.list.currentRow(), len(self._devices) - 1
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < last)
        self.out.setEnabled(row >= 0)
        self.save.setEnabled(bool(self.name.text().strip() and self._devices))

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        self._devices[row], self._devices[row + by] = self._devices[row + by], self._devices[row]
        self._list(row + by)

    @Slot()
    def _on_out(self) -> None:
        row = self.list.currentRow()
        del self._devices[row]
        self._list(row)

    @Slot(int)
    def _on_add(self, row: int) -> None:
        if row > 0:
            self._devices.append(_wanted(self._known[row - 1]))
            self._list(len(self._devices) - 1)
        self.add.setCurrentIndex(0)

    @Slot()
    def _on_save(self) -> None:
        self.saved.emit(self.entered, self._profile.name if self._profile is not None else "")
        self.accept()


def _choice(name: str, label: str, items: Sequence[str]) -> QComboBox:
    box = QComboBox()
    named(box, name, label)
    box.addItems(list(items))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    return box


def _device(each: ProfileDevice) -> str:
    return f"{each.name or each.id} · {device_sentences.driver(each.driver)}"


def _wanted(device: Device) -> ProfileDevice:
    """Return how a profile names a device that was found.

    A folder and what is on the network have an address that stays; on USB the address changes with the socket, the name
    does not.
    """
    wanted = ProfileDevice(driver=device.driver, name=device.name)
    if device.driver not in ("escl", "folder"):
        return wanted
    address, _, pin = device.id.partition("#sha256=")
    if device.driver == "folder":
        address = address.partition(":")[2] or address
    return replace(wanted, id=address, fingerprint=pin)
