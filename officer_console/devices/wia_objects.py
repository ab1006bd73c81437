"""What is used of WIA's automation objects (wiaaut.dll), by the names they have there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol


class Property(Protocol):
    """One property; the bounds are there as ``SubType`` says (1 a range, 2 a list)."""

    PropertyID: int
    Name: str
    Value: int | str
    SubType: int
    SubTypeMin: int
    SubTypeMax: int
    SubTypeValues: Sequence[int]


class Vector(Protocol):
    """Bytes in memory."""

    BinaryData: bytes


class ImageFile(Protocol):
    """A picture that was transferred."""

    FileData: Vector


class Owner(Protocol):
    """Whatever has properties."""

    Properties: Iterable[Property]


class Item(Owner, Protocol):
    """A place paper is scanned from."""

    def Transfer(self, format_id: str) -> ImageFile:  # noqa: N802
        """Scan one page."""
        ...


class Items(Protocol):
    """The items of a device, from 1."""

    def Item(self, number: int) -> Item:  # noqa: N802
        """Return one."""
        ...


class ConnectedDevice(Owner, Protocol):
    """A device that was connected."""

    Items: Items


class DeviceInfo(Owner, Protocol):
    """A device Windows knows."""

    DeviceID: str
    Type: int

    def Connect(self) -> ConnectedDevice:  # noqa: N802
        """Begin to use it."""
        ...


class DeviceInfos(Protocol):
    """The devices, from 1."""

    Count: int

    def Item(self, number: int) -> DeviceInfo:  # noqa: N802
        """Return one."""
        ...


class DeviceManager(Protocol):
    """``WIA.DeviceManager``."""

    DeviceInfos: DeviceInfos
