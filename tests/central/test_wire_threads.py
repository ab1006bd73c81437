"""A server that has just started reads its first documents on many threads at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests import builders

ROOT = Path(__file__).resolve().parents[2]


def test_the_first_documents_are_read_on_many_threads_at_once() -> None:
    command = [sys.executable, "-m", "tests.central.wire_threads"]
    for _ in range(5):
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT)
        assert (ended.returncode, ended.stdout) == (0, builders.SCOPE)
