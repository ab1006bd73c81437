"""The lines between the host and its worker: one JSON object each; the bytes of a page follow their line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from officer_console.devices.scanner import Capabilities, Colour, Device, Fault, Page, Settings, Source

LINE_LIMIT = 1024 * 1024
# 600 dpi in colour is 105 MB for an A4 page
PAGE_LIMIT = 256 * 1024 * 1024


class LineError(ValueError):
    """A line that says nothing the other side could mean."""


def pack(line: Mapping[str, object]) -> bytes:
    """Return ``line`` as it travels, with its end."""
    return json.dumps(line).encode("ascii") + b"\n"


def unpack(raw: bytes) -> dict[str, Any]:
    """Return the object in one line; raises LineError."""
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise LineError("not JSON") from error
    if not isinstance(line, dict):
        raise LineError("not an object")
    return line


def settings_line(settings: Settings) -> dict[str, object]:
    """Return ``settings`` as plain values."""
    return asdict(settings)


def read_settings(line: Mapping[str, Any]) -> Settings:
    """Return what ``settings_line`` made; raises LineError."""
    try:
        return Settings(
            source=Source(line["source"]),
            dpi=int(line["dpi"]),
            colour=Colour(line["colour"]),
            width_mm=float(line["width_mm"]),
            height_mm=float(line["height_mm"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LineError("no settings") from error


def read_devices(line: Mapping[str, Any], driver: str) -> tuple[Device, ...]:
    """Return the devices a worker listed; raises LineError."""
    try:
        return tuple(Device(driver=driver, id=str(each["id"]), name=str(each["name"])) for each in line["devices"])
    except (KeyError, TypeError) as error:
        raise LineError("no devices") from error


def read_capabilities(line: Mapping[str, Any]) -> Capabilities:
    """Return the capabilities a worker told; raises LineError."""
    try:
        told = line["capabilities"]
        return Capabilities(
            sources=tuple(Source(each) for each in told["sources"]),
            dpis=tuple(int(each) for each in told["dpis"]),
            colours=tuple(Colour(each) for each in told["colours"]),
            width_mm=float(told["width_mm"]),
            height_mm=float(told["height_mm"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LineError("no capabilities") from error


def page_line(number: int, page: Page) -> dict[str, object]:
    """Return the line that announces ``page``, the ``number``-th of its scan from 1."""
    return {"page": number, "bytes": len(page.data), "media_type": page.media_type, "dpi": page.dpi}


def read_page(line: Mapping[str, Any]) -> tuple[int, str, int]:
    """Return the bytes to come, the media type and the dpi a line announces; raises LineError."""
    try:
        size, media_type, dpi = int(line["bytes"]), str(line["media_type"]), int(line["dpi"])
    except (KeyError, TypeError, ValueError) as error:
        raise LineError("no page") from error
    if not 0 < size <= PAGE_LIMIT:
        raise LineError(f"{size} bytes")
    return size, media_type, dpi


def read_fault(line: Mapping[str, Any]) -> tuple[Fault, str]:
    """Return the fault a worker told and its detail; raises LineError."""
    try:
        return Fault(line["fault"]), str(line.get("detail", ""))[:500]
    except (KeyError, ValueError) as error:
        raise LineError("no fault") from error
