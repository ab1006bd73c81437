"""What a camera is to the rest of the program: its name, frames of its live picture, why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from officer_console.devices import lines

# A live picture is shrunk to 1280 pixels by the child; a still is a JPEG.
FRAME_LIMIT = 1920 * 1920 * 3
STILL_LIMIT = 40 * 1024 * 1024


class CameraFault(StrEnum):
    """Why there is no live picture, as far as the officer can do something about it."""

    NO_CAMERA = "no-camera"
    LOST = "lost"
    DENIED = "denied"
    BUSY = "busy"
    SILENT = "silent"
    DRIVER = "driver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One camera; ``id`` means something to the system only."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture of the live view: ``rgb`` is red, green, blue, one byte each, row by row."""

    number: int
    width: int
    height: int
    rgb: bytes


def read_cameras(line: dict[str, Any]) -> tuple[Camera, ...]:
    """Return the cameras a child listed; raises LineError."""
    try:
        return tuple(Camera(id=str(each["id"]), name=str(each["name"])) for each in line["cameras"])
    except (KeyError, TypeError) as error:
        raise lines.LineError("no cameras") from error


def read_frame(line: dict[str, Any]) -> tuple[int, int, int]:
    """Return number, width and height of the frame a child announces; raises LineError."""
    try:
        number, width, height = int(line["frame"]), int(line["width"]), int(line["height"])
    except (KeyError, TypeError, ValueError) as error:
        raise lines.LineError("no frame") from error
    if width <= 0 or height <= 0 or width * height * 3 > FRAME_LIMIT:
        raise lines.LineError(f"{width} x {height}")
    return number, width, height


def read_still(line: dict[str, Any]) -> int:
    """Return how many bytes the still has that a child announces; raises LineError."""
    size = line.get("still")
    if not isinstance(size, int) or not 0 < size <= STILL_LIMIT:
        raise lines.LineError("no still")
    return size


def read_fault(line: dict[str, Any]) -> CameraFault:
    """Return why a child has no picture; raises LineError."""
    try:
        return CameraFault(line["fault"])
    except (KeyError, ValueError) as error:
        raise lines.LineError("no fault") from error
