"""How a test speaks tus with the running server."""

from __future__ import annotations

import base64
import hashlib
import random

import requests

from tests import builders
from tests.central.process import Central, Desk

BASE = f"/v1/scopes/{builders.SCOPE}/uploads"
PIECE = "application/offset+octet-stream"


def picture(central: Central, size: int = 1000) -> bytes:
    """Return a JPEG nobody has sent yet."""
    return builders.JPEG + random.Random(central.fresh()).randbytes(size)


def name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def metadata(data: bytes, media_type: str = "image/jpeg") -> str:
    return f"sha256 {coded(name(data))},filetype {coded(media_type)}"


def call(desk: Desk, method: str, path: str, raw: bytes | None = None, **headers: str | None) -> requests.Response:
    """Send a request of tus; an answer to it tells the version, whatever else it says."""
    answer = desk.call(method, path, None, raw=raw, **({"Tus_Resumable": "1.0.0"} | headers))
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    return answer


def begin(desk: Desk, data: bytes, *, told: str | None = None, length: object = None) -> requests.Response:
    size = str(len(data)) if length is None else str(length)
    return call(desk, "POST", BASE, Upload_Length=size, Upload_Metadata=told or metadata(data))


def place(desk: Desk, data: bytes) -> str:
    """Announce a picture and return where its pieces go."""
    answer = begin(desk, data)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "0"), answer.text
    return answer.headers["Location"]


def send(desk: Desk, where: str, offset: object, piece: bytes, **headers: str | None) -> requests.Response:
    return call(desk, "PATCH", where, piece, **({"Upload_Offset": str(offset), "Content_Type": PIECE} | headers))


def offset(desk: Desk, where: str) -> int:
    answer = call(desk, "HEAD", where)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    return int(answer.headers["Upload-Offset"])
