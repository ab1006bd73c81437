"""WIA's automation objects as Windows' scripting layer shows them, with one device; run as a program it is a worker.

Behaviour as a JSON object in the environment variable FAKE_WIA: ``sheets`` in the feeder, ``fault`` (HRESULT) at
``fault_at`` (number of the page, from 1), ``status`` of the feeder, ``can`` (bits), ``gives`` («bmp», «jpeg», «cut»,
«nothing»), ``raw`` (the code without the general «exception occurred» around it).
"""

from __future__ import annotations

import io
import json
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.devices.fake_pictures import bitmap

EXCEPTION = -2147352567
EMPTY = 0x80210003
BMP = "{B96B3CAB-0728-11D3-9D7B-0000F81EF32E}"


class ComError(Exception):
    """As pywin32's: hresult, text, the details of the exception, the argument."""

    def __init__(self, code: int, *, raw: bool = False) -> None:
        signed = code - (1 << 32) if code >= 1 << 31 else code
        self.hresult = signed if raw else EXCEPTION
        self.excepinfo = None if raw else (0, "WIA", "", None, 0, signed)
        super().__init__(self.hresult, "Exception occurred.", self.excepinfo, None)


@dataclass
class Property:
    PropertyID: int
    Name: str
    _value: Any
    SubType: int = 0
    SubTypeMin: int = 0
    SubTypeMax: int = 0
    SubTypeValues: Sequence[int] = ()

    @property
    def Value(self) -> Any:  # noqa: N802
        return self._value

    @Value.setter
    def Value(self, value: Any) -> None:  # noqa: N802
        beyond = self.SubType == 1 and not self.SubTypeMin <= value <= self.SubTypeMax
        if beyond or (self.SubType == 2 and value not in self.SubTypeValues):
            raise ComError(0x80070057)
        self._value = value


@dataclass
class Vector:
    BinaryData: Any


@dataclass
class ImageFile:
    FileData: Vector

    def SaveFile(self, _path: str) -> None:  # noqa: N802
        raise AssertionError("a plain file")


@dataclass
class Collection:
    things: Sequence[Any]

    @property
    def Count(self) -> int:  # noqa: N802
        return len(self.things)

    def Item(self, number: int) -> Any:  # noqa: N802
        return self.things[number - 1]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.things)


@dataclass
class FakeDevice:
    does: dict[str, Any]
    scanned: int = 0
    Properties: list[Property] = field(default_factory=list)
    scan_properties: list[Property] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.Properties = [
            Property(3074, "Horizontal Bed Size", 8500),
            Property(3075, "Vertical Bed Size", 11700),
            Property(3076, "Horizontal Sheet Feed Size", 8500),
            Property(3077, "Vertical Sheet Feed Size", 14000),
            Property(3086, "Document Handling Capabilities", self.does.get("can", 7)),
            Property(3087, "Document Handling Status", self.does.get("status", 1)),
            Property(3088, "Document Handling Select", 2),
            Property(3096, "Pages", 0),
        ]
        self.scan_properties = [
            Property(6146, "Current Intent", 0),
            Property(4103, "Data Type", 3, SubType=2, SubTypeValues=self.does.get("datatypes", (0, 2, 3))),
            Property(4104, "Bits Per Pixel", 24),
            Property(6147, "Horizontal Resolution", 100, SubType=2, SubTypeValues=(75, 100, 300, 600)),
            Property(6148, "Vertical Resolution", 100, SubType=2, SubTypeValues=(75, 100, 300, 600)),
            Property(6149, "Horizontal Start Position", 0, SubType=1, SubTypeMax=2550),
            Property(6150, "Vertical Start Position", 0, SubType=1, SubTypeMax=3510),
            Property(6151, "Horizontal Extent", 850, SubType=1, SubTypeMin=1, SubTypeMax=2550),
            Property(6152, "Vertical Extent", 1170, SubType=1, SubTypeMin=1, SubTypeMax=3510),
        ]

    def value(self, number: int) -> Any:
        return next(each.Value for each in (*self.Properties, *self.scan_properties) if each.PropertyID == number)

    @property
    def Items(self) -> Collection:  # noqa: N802
        return Collection([FakeItem(self, self.scan_properties)])

    def picture(self) -> bytes:
        sides = 2 if self.value(3088) & 4 else 1
        if self.value(3088) & 1 and self.scanned >= self.does.get("sheets", 1) * sides:
            raise ComError(EMPTY)
        self.scanned += 1
        if self.does.get("fault_at", 1) == self.scanned and "fault" in self.does:
            raise ComError(self.does["fault"], raw=self.does.get("raw", False))
        bits = {0: 1, 2: 8, 3: 24}[self.value(4103)]
        raw = bitmap(33, 20, bits, self.scanned, self.value(6147))
        # the place of the pixels is wrong for 8 bits, as some drivers write it
        raw = struct.pack("<2sIHHI", b"BM", 14 + len(raw), 0, 0, 54) + raw
        gives = self.does.get("gives", "bmp")
        if gives == "jpeg":
            out = io.BytesIO()
            Image.new("RGB", (33, 20)).save(out, "JPEG")
            return out.getvalue()
        return {"bmp": raw, "cut": raw[:-1], "nothing": b"", "text": b"no picture"}[gives]


@dataclass
class FakeItem:
    device: FakeDevice
    Properties: list[Property]

    def Transfer(self, format_id: str) -> ImageFile:  # noqa: N802
        assert format_id == BMP
        # pywin32 gives a view of the memory, not bytes
        return ImageFile(Vector(memoryview(self.device.picture())))


@dataclass
class Info:
    DeviceID: str
    Type: int
    Properties: list[Property]
    does: dict[str, Any]

    def Connect(self) -> FakeDevice:  # noqa: N802
        if "connect" in self.does:
            raise ComError(self.does["connect"], raw=True)
        return FakeDevice(self.does)


@dataclass
class FakeManager:
    does: dict[str, Any]

    @property
    def DeviceInfos(self) -> Collection:  # noqa: N802
        named = ((r"{6BDD1FC6}\0001", 1, "Máy quét Đ"), (r"{6BDD1FC6}\0002", 2, "Máy ảnh"), (r"{6BDD1FC6}\0003", 1, ""))
        return Collection([Info(key, kind, [Property(7, "Name", name)], self.does) for key, kind, name in named])


def main() -> int:
    """Be a worker of the driver `wia` that meets these objects."""
    from officer_console.devices import worker
    from officer_console.devices.wia import WiaScanner

    does = json.loads(os.environ["FAKE_WIA"])

    def dispatch(name: str) -> FakeManager:
        assert name == "WIA.DeviceManager"
        return FakeManager(does)

    return worker.serve("wia", lambda: WiaScanner(dispatch, ComError))


if __name__ == "__main__":
    os._exit(main())
