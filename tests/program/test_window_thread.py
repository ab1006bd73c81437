"""The window never waits: its thread runs no SQL, speaks on no line and decodes no foreign picture."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlcipher3 import dbapi2

from tests.program.watching import watched

pytestmark = pytest.mark.timeout(240)


def test_an_officers_work_runs_no_sql_and_no_request_on_the_thread_of_the_window(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "from tests.program.watching import main; main()", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=220,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1]) == {"seen": {}, "decided": True}


def test_the_watch_sees_sql_a_request_and_a_decoded_picture() -> None:
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    store = dbapi2.connect(":memory:")
    near, far = socket.socketpair()

    with watched() as seen, near, far, Image.open(picture) as opened:
        store.execute("SELECT 1").fetchall()
        near.sendall(b"GET / HTTP/1.1\r\n\r\n")
        opened.load()

    store.close()
    assert {"Connection.execute", "Cursor.fetchall", "socket.sendall", "ImagingDecoder.decode"} <= set(seen)
