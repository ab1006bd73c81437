"""The driver for Windows' own scanner interface, WIA, through its automation objects. Imported in the worker only.

A page is taken out of memory (``FileData.BinaryData``); ``SaveFile`` would leave a plain file. The objects come from an
injected ``dispatch``, so that everything but Windows' side of them can be tried elsewhere.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence

from officer_console.devices import dib
from officer_console.devices.scanner import Capabilities, Colour, Device, DeviceError, Fault, Page, Settings, Source
from officer_console.devices.wia_objects import ConnectedDevice, DeviceInfo, DeviceManager, Item, Owner, Property

# WiaDeviceType
SCANNER = 1
# what every driver can; most give it whatever is asked for
BMP = "{B96B3CAB-0728-11D3-9D7B-0000F81EF32E}"
MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
}
MM_PER_INCH = 25.4
# sizes of the glass and the feeder are told in thousandths of an inch
PER_INCH = 1000
A4_INCHES = (8.27, 11.69)
DPIS = (75, 100, 150, 200, 240, 300, 400, 600, 1200)
# numbers of properties (wiadef.h)
GLASS_SIZE, FEEDER_SIZE = (3074, 3075), (3076, 3077)
CAN, STATUS, SELECT, PAGES = 3086, 3087, 3088, 3096
DATATYPE, DEPTH, INTENT = 4103, 4104, 6146
XRES, YRES, XPOS, YPOS, XEXTENT, YEXTENT = 6147, 6148, 6149, 6150, 6151, 6152
# bits of CAN and SELECT, then of STATUS
FEEDER, FLATBED, DUPLEX = 1, 2, 4
FEED_READY, PATH_COVER_UP, PAPER_JAM = 0x01, 0x10, 0x20
BITS = {Source.FLATBED: FLATBED, Source.FEEDER: FEEDER, Source.DUPLEX: FEEDER | DUPLEX}
# data type, bits per pixel, intent
KINDS = {Colour.BLACK: (0, 1, 4), Colour.GREY: (2, 8, 2), Colour.COLOUR: (3, 24, 1)}
# WiaSubType of a property
RANGE, LIST = 1, 2
FACILITY, EMPTY = 0x80210000, 0x03
FAULTS = {
    0x02: Fault.JAM,
    EMPTY: Fault.NO_PAPER,
    0x04: Fault.JAM,
    0x05: Fault.OFFLINE,
    0x06: Fault.BUSY,
    0x07: Fault.BUSY,
    0x09: Fault.NO_DEVICE,
    0x0A: Fault.OFFLINE,
    0x0D: Fault.BUSY,
    0x15: Fault.NO_DEVICE,
    0x16: Fault.COVER_OPEN,
    0x19: Fault.BUSY,
    0x20: Fault.DOUBLE_FEED,
}
# the general "an exception occurred": the real code lies in its details
EXCEPTION = 0x80020009

Dispatch = Callable[[str], DeviceManager]


class WiaScanner:
    """WIA behind the protocol of drivers; ``errors`` is what COM raises (``hresult``, ``excepinfo``)."""

    def __init__(self, dispatch: Dispatch, errors: type[Exception]) -> None:
        self._dispatch = dispatch
        self._errors = errors

    def devices(self) -> Sequence[Device]:
        """Return the scanners Windows knows; cameras and what cannot say its name are left out."""
        with self._faults():
            return tuple(
                Device(driver="wia", id=str(info.DeviceID), name=str(_value(info, "Name") or info.DeviceID))
                for info in self._infos()
            )

    def capabilities(self, device_id: str) -> Capabilities:
        """Return what the device offers; of a range of resolutions the usual ones."""
        with self._faults():
            device = self._connect(device_id)
            item = _item(device)
            can = int(_value(device, CAN) or FLATBED)
            size = GLASS_SIZE if can & FLATBED else FEEDER_SIZE
            width, height = (int(_value(device, each) or 0) / PER_INCH for each in size)
            return Capabilities(
                sources=tuple(source for source in Source if can & BITS[source] == BITS[source]),
                dpis=_dpis(_property(item, XRES)),
                colours=_colours(_property(item, DATATYPE)),
                width_mm=round((width or A4_INCHES[0]) * MM_PER_INCH, 1),
                height_mm=round((height or A4_INCHES[1]) * MM_PER_INCH, 1),
            )

    def scan(self, device_id: str, settings: Settings) -> Iterator[Page]:
        """Yield one page, or the feeder's until it is empty; raises DeviceError."""
        with self._faults():
            device = self._connect(device_id)
            dpi = self._prepare(device, settings)
        count = 0
        while settings.source is not Source.FLATBED or not count:
            try:
                with self._faults():
                    # the item is asked for anew: after a page some drivers refuse the one they gave
                    raw = bytes(_item(device).Transfer(BMP).FileData.BinaryData)
            except DeviceError as error:
                if error.fault is Fault.NO_PAPER and count:
                    return
                raise
            yield page(raw, dpi)
            count += 1

    def _prepare(self, device: ConnectedDevice, settings: Settings) -> int:
        """Set source, colour, resolution and size in this order; return the resolution the device took."""
        bits = BITS[settings.source]
        can = int(_value(device, CAN) or FLATBED)
        if can & bits != bits:
            raise DeviceError(Fault.DRIVER, f"no source {settings.source.value}")
        self._choose(device, SELECT, bits)
        if settings.source is not Source.FLATBED:
            self._choose(device, PAGES, 1)
            _check_feeder(int(_value(device, STATUS) or FEED_READY))
        item = _item(device)
        datatype, depth, intent = KINDS[settings.colour]
        self._choose(item, INTENT, intent)
        self._choose(item, DATATYPE, datatype)
        self._choose(item, DEPTH, depth)
        if _value(item, DATATYPE) not in (None, datatype):
            raise DeviceError(Fault.DRIVER, f"no colour {settings.colour.value}")
        self._choose(item, XRES, settings.dpi)
        self._choose(item, YRES, settings.dpi)
        dpi = int(_value(item, XRES) or settings.dpi)
        places = (
            (XPOS, 0.0),
            (YPOS, 0.0),
            (XEXTENT, settings.width_mm),
            (YEXTENT, settings.height_mm),
        )
        for number, millimetres in places:
            self._choose(item, number, _within(_property(item, number), round(millimetres / MM_PER_INCH * dpi)))
        return dpi

    def _choose(self, owner: Owner, number: int, value: int) -> None:
        """Set a property that can be set; a driver that refuses is seen when the value is read back."""
        found = _property(owner, number)
        if found is not None and found.Value != value:
            with contextlib.suppress(self._errors):
                found.Value = value

    def _infos(self) -> Iterator[DeviceInfo]:
        infos = self._dispatch("WIA.DeviceManager").DeviceInfos
        for number in range(1, int(infos.Count) + 1):
            info = infos.Item(number)
            if int(info.Type) == SCANNER:
                yield info

    def _connect(self, device_id: str) -> ConnectedDevice:
        for info in self._infos():
            if str(info.DeviceID) == device_id:
                return info.Connect()
        raise DeviceError(Fault.NO_DEVICE, "no such scanner")

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            raise fault_of(error) from error


def fault_of(error: BaseException) -> DeviceError:
    """Return what a COM error means; its own code stands in ``excepinfo`` when it came through IDispatch."""
    code = int(getattr(error, "hresult", 0) or 0) & 0xFFFFFFFF
    details = getattr(error, "excepinfo", None)
    if code == EXCEPTION and details and details[-1]:
        code = int(details[-1]) & 0xFFFFFFFF
    fault = FAULTS.get(code & 0xFFFF, Fault.DRIVER) if code & 0xFFFF0000 == FACILITY else Fault.DRIVER
    return DeviceError(fault, f"WIA {code:#010x}")


def page(raw: bytes, dpi: int) -> Page:
    """Return what a driver gave as a page; a bitmap becomes a TIFF, as the gate takes none.

    Raises:
        DeviceError: TRUNCATED when rows are missing, DRIVER when it is no picture of a known kind.
    """
    if raw[:2] == b"BM":
        return dib.page(raw[dib.FILE_HEADER :], dpi)
    for magic, media_type in MAGIC.items():
        if raw.startswith(magic):
            return Page(data=raw, media_type=media_type, dpi=dpi)
    raise DeviceError(Fault.DRIVER if raw else Fault.TRUNCATED, f"{len(raw)} bytes of no known kind")


def _check_feeder(status: int) -> None:
    """Say what the feeder's sensors say before anything moves."""
    if status & PAPER_JAM:
        raise DeviceError(Fault.JAM, f"WIA status {status:#x}")
    if status & PATH_COVER_UP:
        raise DeviceError(Fault.COVER_OPEN, f"WIA status {status:#x}")
    if not status & FEED_READY:
        raise DeviceError(Fault.NO_PAPER, f"WIA status {status:#x}")


def _item(device: ConnectedDevice) -> Item:
    """Return the first item of a device: the place paper is scanned from."""
    return device.Items.Item(1)


def _property(owner: Owner, key: int | str) -> Property | None:
    """Return the property of this number or name; None when the driver lacks it."""
    for each in owner.Properties:
        if key in (each.PropertyID, each.Name):
            return each
    return None


def _value(owner: Owner, key: int | str) -> int | str | None:
    found = _property(owner, key)
    return None if found is None else found.Value


def _within(found: Property | None, value: int) -> int:
    """Return ``value`` within the bounds of a property, as drivers refuse one beyond."""
    if found is None or found.SubType != RANGE:
        return value
    return int(min(max(value, found.SubTypeMin), found.SubTypeMax))


def _offered(found: Property | None) -> tuple[int, ...] | None:
    """Return the values of a list; None when it is no list."""
    if found is None or found.SubType != LIST:
        return None
    return tuple(int(value) for value in found.SubTypeValues)


def _dpis(found: Property | None) -> tuple[int, ...]:
    if (values := _offered(found)) is not None:
        return tuple(sorted({value for value in values if value >= DPIS[0]}))
    if found is not None and found.SubType == RANGE:
        return tuple(dpi for dpi in DPIS if found.SubTypeMin <= dpi <= found.SubTypeMax)
    return () if found is None else (int(found.Value),)


def _colours(found: Property | None) -> tuple[Colour, ...]:
    values = _offered(found)
    return tuple(colour for colour in Colour if values is None or KINDS[colour][0] in values)


if sys.platform == "win32":

    def windows() -> tuple[Dispatch, type[Exception]]:
        """Return what makes WIA's objects, and the errors they raise."""
        import pythoncom
        from win32com.client import dynamic

        # late bound: the early one writes generated code into a folder of the user
        return dynamic.Dispatch, pythoncom.com_error
