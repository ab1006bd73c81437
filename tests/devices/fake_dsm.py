"""A TWAIN Data Source Manager with one source, at TWAIN's C interface; run as a program it is a worker that meets it.

Both sides have to agree on the memory: nothing here is taken from pytwain. What it does is told by a JSON object in the
environment variable FAKE_DSM:

``names``     the sources, texts, or lists of bytes when a name is no UTF-8
``pages``     sheets in the feeder; ``loaded`` what the feeder's sensor says
``faults``    ``{"DAT/MSG": condition code}``: this call fails; ``{"DAT/MSG@2": …}``: its second time
``silent``    the page never gets ready (``ready``: for how many seconds our driver waits)
``stuck``     the transfer never comes back; ``closes``: the driver wants to close; ``lacks``: capabilities it has not
``lines``     lines less than announced; ``bits``: 1, 8 (default: as asked for); ``unknown``: the feeder cannot count
``log``       a file that gets a line for each call
"""

from __future__ import annotations

import _thread
import ctypes
import json
import os
import struct
import sys
import threading
from collections import Counter
from ctypes import c_void_p
from pathlib import Path
from typing import Any

from tests.devices.fake_pictures import bitmap
from tests.devices.fake_twain_types import (
    ALLOCATE,
    ENTRY,
    FREE,
    LOCK,
    UNLOCK,
    Capability,
    EntryPoint,
    Event,
    Identity,
    ImageInfo,
    Layout,
    Pending,
    Status,
)

CONTROL, IMAGE = 1, 2
CAPABILITY, EVENT, IDENTITY, PARENT, PENDING, STATUS = 1, 2, 3, 4, 5, 8
USERINTERFACE, IMAGEINFO, IMAGELAYOUT, NATIVE, ENTRYPOINT = 9, 0x101, 0x102, 0x104, 0x403
GET, CURRENT, FIRST, NEXT, SET, RESET = 1, 2, 4, 5, 6, 7
OPENDSM, CLOSEDSM, OPENDS, CLOSEDS = 0x301, 0x302, 0x401, 0x402
DISABLEDS, ENABLEDS, PROCESSEVENT, ENDXFER = 0x501, 0x502, 0x601, 0x701
XFERREADY, CLOSEDSREQ = 0x101, 0x102
SUCCESS, FAILURE, CHECKSTATUS, DSEVENT, NOTDSEVENT, XFERDONE, ENDOFLIST = 0, 1, 2, 4, 5, 6, 7
SEQUENCE, UNSUPPORTED, BADVALUE, NO_SOURCE = 11, 13, 10, 3
INT16, UINT16, BOOL, FIX32 = 1, 4, 6, 7
ARRAY, ENUMERATION, ONE, RANGE = 3, 4, 5, 6
VERSION2 = 0x10000000 | 0x40000000
XFERCOUNT, FEEDER, LOADED, AUTOFEED, INDICATORS, DETECTABLE = 0x1, 0x1002, 0x1003, 0x1007, 0x100B, 0x100D
DUPLEX, DUPLEX_ON = 0x1012, 0x1013
COMPRESSION, PIXELTYPE, UNITS, MECHANISM = 0x100, 0x101, 0x102, 0x103
WIDTH, HEIGHT, XRES, YRES, DEPTH = 0x1111, 0x1112, 0x1118, 0x1119, 0x112B
# type, container and values of each capability; the first value is the one set at first
CAPABILITIES: dict[int, tuple[int, int, tuple[float, ...]]] = {
    XFERCOUNT: (INT16, ONE, (-1, 1)),
    FEEDER: (BOOL, ENUMERATION, (0, 1)),
    AUTOFEED: (BOOL, ONE, (0, 1)),
    INDICATORS: (BOOL, ONE, (1, 0)),
    DUPLEX: (UINT16, ONE, (1,)),
    DUPLEX_ON: (BOOL, ONE, (0, 1)),
    COMPRESSION: (UINT16, ENUMERATION, (0,)),
    PIXELTYPE: (UINT16, ENUMERATION, (0, 1, 2)),
    UNITS: (UINT16, ENUMERATION, (0, 1)),
    MECHANISM: (UINT16, ENUMERATION, (0, 2)),
    DEPTH: (UINT16, ARRAY, (1, 8, 24)),
    WIDTH: (FIX32, ONE, (8.5,)),
    HEIGHT: (FIX32, ONE, (14.0,)),
    XRES: (FIX32, ENUMERATION, (100, 200.5, 300, 600)),
    YRES: (FIX32, RANGE, (50, 1200)),
}
SHAPES = {INT16: "<h", UINT16: "<H", BOOL: "<H", FIX32: "<hH"}


class FakeDsm:
    """One source that is strict about states: 3 manager open, 4 source open, 5 enabled, 6 ready, 7 transferring."""

    def __init__(self, behaviour: dict[str, Any]) -> None:
        self.does = behaviour
        self.faults: dict[str, int] = behaviour.get("faults", {})
        self.state, self.condition, self.named, self.scanned = 2, 0, 0, 0
        self.set_to = {cap: values[0] for cap, (_, _, values) in CAPABILITIES.items()}
        self.blocks: dict[int, Any] = {}
        self.calls: Counter[str] = Counter()
        self.functions = (
            ENTRY(self.entry),
            ALLOCATE(self.allocate),
            FREE(self.free),
            LOCK(self.lock),
            UNLOCK(lambda _: None),
        )

    def __getitem__(self, name: str) -> Any:
        assert name == "DSM_Entry"
        return self.functions[0]

    def allocate(self, size: int) -> int:
        block = ctypes.create_string_buffer(size)
        self.blocks[ctypes.addressof(block)] = block
        return ctypes.addressof(block)

    def lock(self, handle: int) -> int | None:
        return handle if handle in self.blocks else None

    def free(self, handle: int) -> None:
        # what is read after this is seen to be wrong
        block = self.blocks.pop(handle)
        ctypes.memset(block, 0xEE, len(block))

    def entry(self, origin: Any, _target: Any, _group: int, data: int, message: int, place: int) -> int:
        """Take one call; an exception raised here would be lost in the C interface."""
        key = f"{data:x}/{message:x}"
        try:
            return self.call(key, origin, data, message, place)
        except KeyboardInterrupt:
            threading.Timer(0.05, _thread.interrupt_main).start()
            return FAILURE
        except Exception as error:  # noqa: BLE001
            self.log(f"{key} broke: {error!r}")
            os._exit(70)

    def call(self, key: str, origin: Any, data: int, message: int, place: int) -> int:
        if data == STATUS:
            Status.from_address(place).condition = self.condition
            return SUCCESS
        self.calls[key] += 1
        fault = self.faults.get(key) or self.faults.get(f"{key}@{self.calls[key]}")
        if data != EVENT:
            self.log(f"{key} in {self.state}" + (f" fails {fault}" if fault else ""))
        if fault:
            return self.fail(fault)
        if data == PARENT:
            origin.contents.groups |= VERSION2
            return self.go(3 if message == OPENDSM else 2)
        steps = {
            ENTRYPOINT: self.entry_points,
            IDENTITY: self.identity,
            CAPABILITY: self.capability,
            USERINTERFACE: self.interface,
            EVENT: self.event,
            IMAGEINFO: self.image_info,
            IMAGELAYOUT: self.layout,
            NATIVE: self.native,
            PENDING: self.pending,
        }
        return steps[data](message, place)

    def entry_points(self, _message: int, place: int) -> int:
        points = EntryPoint.from_address(place)
        for (name, _), function in zip(EntryPoint._fields_[1:], self.functions, strict=True):
            setattr(points, name, ctypes.cast(function, c_void_p))
        return SUCCESS

    def identity(self, message: int, place: int) -> int:
        identity = Identity.from_address(place)
        names = [bytes(name) if isinstance(name, list) else name.encode() for name in self.does.get("names", [])]
        if message in (FIRST, NEXT):
            self.named = 0 if message == FIRST else self.named + 1
            if not names:
                return self.fail(NO_SOURCE)
            if self.named >= len(names):
                return ENDOFLIST
            identity.name, identity.groups = names[self.named], VERSION2 | 3
            return SUCCESS
        if message == CLOSEDS:
            return self.go(3) if self.state == 4 else self.fail(SEQUENCE)
        if identity.name not in names:
            return self.fail(NO_SOURCE)
        identity.groups, identity.id = VERSION2 | 3, 7
        return self.go(4) if self.state == 3 else self.fail(SEQUENCE)

    def capability(self, message: int, place: int) -> int:
        asked = Capability.from_address(place)
        sensors = {LOADED: self.does.get("loaded", 1), DETECTABLE: 1}
        if asked.cap in sensors:
            kind, container, values = BOOL, ONE, (sensors[asked.cap],)
        elif asked.cap in CAPABILITIES and asked.cap not in self.does.get("lacks", []):
            kind, container, values = CAPABILITIES[asked.cap]
        else:
            return self.fail(UNSUPPORTED)
        if message == SET:
            return self.set_capability(asked, kind, container, values)
        if message == CURRENT or container == ONE:
            container, values = ONE, (self.set_to.get(asked.cap, values[0]),)
        packed = [_pack(kind, value) for value in values]
        head = {
            ONE: struct.pack("<H", kind),
            ARRAY: struct.pack("<HI", kind, len(values)),
            ENUMERATION: struct.pack("<HIII", kind, len(values), 0, 0),
            RANGE: struct.pack("<H", kind),
        }
        tail = b"\0" * 12 if container == RANGE else b""
        raw = head[container] + b"".join(packed) + tail
        asked.container, asked.handle = container, self.allocate(len(raw))
        ctypes.memmove(asked.handle, raw, len(raw))
        return SUCCESS

    def set_capability(self, asked: Any, kind: int, container: int, values: tuple[float, ...]) -> int:
        if self.state != 4:
            return self.fail(SEQUENCE)
        given, value = _unpack(ctypes.string_at(asked.handle, 6))
        if given != kind or asked.container != ONE:
            return self.fail(BADVALUE)
        if container == RANGE:
            near = min(max(value, values[0]), values[1])
        else:
            near = min(values, key=lambda each: abs(each - value))
        self.set_to[asked.cap] = near
        return SUCCESS if near == value else CHECKSTATUS

    def interface(self, message: int, _place: int) -> int:
        if message == ENABLEDS:
            self.scanned = 0
            return self.go(5) if self.state == 4 else self.fail(SEQUENCE)
        return self.go(4) if self.state == 5 else self.fail(SEQUENCE)

    def event(self, _message: int, place: int) -> int:
        event = Event.from_address(place)
        event.message = 0
        if self.state != 5 or self.does.get("silent"):
            return NOTDSEVENT
        if self.does.get("closes"):
            event.message = CLOSEDSREQ
            return DSEVENT
        self.state, event.message = 6, XFERREADY
        return DSEVENT

    def size(self) -> tuple[int, int]:
        dpi = self.set_to[XRES]
        return (round(8.27 * dpi), round(11.69 * dpi)) if not self.does.get("small") else (33, 20)

    def image_info(self, _message: int, place: int) -> int:
        info = ImageInfo.from_address(place)
        info.width, info.length = self.size()
        return SUCCESS if self.state == 6 else self.fail(SEQUENCE)

    def layout(self, _message: int, place: int) -> int:
        frame = Layout.from_address(place).frame
        sides = (frame[at] + (frame[at + 1] & 0xFFFF) / 65536 for at in range(0, 8, 2))
        self.log("frame " + " ".join(f"{side:.2f}" for side in sides))
        return CHECKSTATUS

    def native(self, _message: int, place: int) -> int:
        if self.state != 6:
            return self.fail(SEQUENCE)
        if self.does.get("stuck"):
            threading.Event().wait()
        self.scanned += 1
        width, height = self.size()
        raw = bitmap(
            width,
            height - self.does.get("lines", 0),
            self.does.get("bits") or (1, 8, 24)[int(self.set_to[PIXELTYPE])],
            self.scanned,
            self.set_to[XRES],
        )
        handle = self.allocate(len(raw))
        ctypes.memmove(handle, raw, len(raw))
        c_void_p.from_address(place).value = handle
        self.state = 7
        return XFERDONE

    def pending(self, message: int, place: int) -> int:
        if message == RESET:
            return self.go(5) if self.state in (6, 7) else self.fail(SEQUENCE)
        fed = self.set_to[FEEDER]
        sheets = self.does.get("pages", 1) * (2 if self.set_to[DUPLEX_ON] else 1) if fed else 1
        left = max(sheets - self.scanned, 0)
        Pending.from_address(place).count = 0xFFFF if self.does.get("unknown") and fed else left
        return self.go(6 if left or (self.does.get("unknown") and fed) else 5)

    def go(self, state: int) -> int:
        self.state = state
        return SUCCESS

    def fail(self, condition: int) -> int:
        self.condition = condition
        return FAILURE

    def log(self, line: str) -> None:
        if path := self.does.get("log"):
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def _pack(kind: int, value: float) -> bytes:
    if kind == FIX32:
        return struct.pack("<hH", int(value // 1), round(value % 1 * 65536))
    return struct.pack(SHAPES[kind], int(value)).ljust(2, b"\0")


def _unpack(raw: bytes) -> tuple[int, float]:
    (kind,) = struct.unpack_from("<H", raw)
    numbers = struct.unpack_from(SHAPES[kind], raw, 2)
    return kind, numbers[0] + (numbers[1] / 65536 if kind == FIX32 else 0)


def main() -> int:
    """Be a worker of the driver `twain` that meets this manager instead of the system's."""
    import twain

    from officer_console.devices import worker
    from officer_console.devices.twain import TwainScanner

    behaviour = json.loads(os.environ["FAKE_DSM"])
    manager = FakeDsm(behaviour)

    def load(name: str | None, **_version: int) -> FakeDsm:
        manager.log(f"load {name}")
        if behaviour.get("absent"):
            raise OSError("no such library")
        return manager

    twain._get_dsm = load
    scanner = TwainScanner(os.environ.get(worker.TWAIN_DSM), seconds=behaviour.get("ready", 20))
    return worker.serve("twain", lambda: scanner)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
