"""Watches one thread for what must not happen on the window's: SQL, talk on a socket, the decoding of pictures.

``python -c "from tests.program.watching import main; main()" FOLDER`` plays an officer's work in the real program and
prints what was seen.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from PySide6.QtCore import Qt

from officer_console.domain.deadline import today
from officer_console.tour.hands import leave, opened, select, waiting_number
from officer_console.training import TrainingCentral
from tests.program.scene_parts import Facts, Place, sign_in

# Types of C objects, and their methods that wait for a disk, a line or a decoder.
SLOW = {
    "Connection": {"execute", "executemany", "executescript", "commit", "rollback"},
    "Cursor": {"execute", "executemany", "executescript", "fetchone", "fetchmany", "fetchall"},
    "socket": {"connect", "connect_ex", "recv", "recv_into", "send", "sendall"},
    "_SSLSocket": {"do_handshake", "read", "write"},
    "ImagingDecoder": {"decode"},
}


@contextmanager
def watched() -> Iterator[dict[str, str]]:
    """Yield what this thread has called that is slow, and from which of our modules, for as long as it is watched."""
    seen: dict[str, str] = {}

    def look(frame: FrameType, event: str, called: Any) -> None:
        if event != "c_call":
            return
        owner = type(getattr(called, "__self__", None)).__name__
        if called.__name__ in SLOW.get(owner, ()):
            seen.setdefault(f"{owner}.{called.__name__}", _ours(frame))

    sys.setprofile(look)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def _ours(frame: FrameType | None) -> str:
    """Return the innermost module of the program that is being run."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith("officer_console."):
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def work(place: Place) -> Facts:
    """Sign in, search, open a dossier, refuse it, look at every page, sign out; each step by keys and buttons."""
    with place.program() as (stage, _):
        with watched() as signing_in:
            sign_in(stage)
        # The hands of this play look into the store themselves.
        number = waiting_number(stage)
        with watched() as working:
            select(stage, number)
            stage.key(Qt.Key.Key_Return)
            opened(stage, held=True)
            stage.key(Qt.Key.Key_2)
            stage.choose("reason", "form-unsigned")
            stage.press("record")
            stage.expect("outcomeTitle", "Từ chối duyệt thành công")
            leave(stage)
            for page in ("waiting", "attention", "personal"):
                stage.press(f"{page}Button")
            stage.press("signOutButton")
            stage.until("the sign-in page", lambda: stage.program.desk is None)
    return {"seen": signing_in | working, "decided": number in place.decisions()}


def main() -> None:
    folder = Path(sys.argv[1])
    with TrainingCentral(folder, dossiers=60, persons=120, on=today(datetime.now(UTC))) as running:
        sys.stdout.write(json.dumps(work(Place(folder, running))) + "\n")
