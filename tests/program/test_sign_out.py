"""After signing out nothing of the officer's desk is left in memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(180)
def test_a_desk_goes_with_its_key_and_its_rows(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.program.leaving", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split()[-1] == "0"
