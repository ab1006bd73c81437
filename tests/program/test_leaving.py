"""Leaving a desk: the window never waits, nothing written is lost, and nothing of the officer's is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(240)

# Far below what a request on a dead line takes, and well above what a busy machine does to a click.
AT_ONCE_SECONDS = 2.0


def seen(scene: str, folder: Path) -> dict[str, Any]:
    """Play a scene in a process of its own and return what it has seen."""
    ended = subprocess.run(
        [sys.executable, "-c", "from tests.program.scenes import main; main()", scene, str(folder)],
        capture_output=True,
        text=True,
        timeout=220,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr, ended.stderr
    facts: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return facts


def test_a_desk_goes_with_its_key_and_its_rows(tmp_path: Path) -> None:
    assert seen("twice", tmp_path) == {"open": 0}


def test_signing_out_on_a_silent_line_neither_holds_up_the_window_nor_loses_anything(tmp_path: Path) -> None:
    facts = seen("silent-line", tmp_path)

    assert facts.pop("waited") < AT_ONCE_SECONDS
    assert facts == {
        "page": True,
        "signed in beside the open store": False,
        "gone while it hangs": False,
        "decisions": 1,
        "note": "Chờ người dân bổ sung",
    }


def test_quitting_on_a_silent_line_takes_two_seconds_and_loses_nothing(tmp_path: Path) -> None:
    facts = seen("quitting", tmp_path)

    assert facts.pop("seconds") < 2.0 + AT_ONCE_SECONDS
    assert facts == {"decisions before": 0, "decisions": 1, "note": "Chờ người dân bổ sung"}


def test_who_signs_out_and_quits_is_signed_out_whatever_the_line_does(tmp_path: Path) -> None:
    assert seen("signed-out", tmp_path) == {
        "sessions after quitting": 0,
        "sessions after quitting on a silent line": 1,
        "sessions after the start without network": 0,
        "renewals": 0,
        "rows": True,
    }


def test_who_stays_signed_in_keeps_his_session_at_central(tmp_path: Path) -> None:
    assert seen("staying", tmp_path) == {
        "page": "review",
        "sign-in page": False,
        "told while he stays": 0,
        "sessions asked for": 0,
    }


def test_quitting_in_the_midst_of_a_scan_ends_its_driver_and_keeps_what_was_entered(tmp_path: Path) -> None:
    facts = seen("scanning", tmp_path)

    assert facts.pop("seconds") < 2.0 + AT_ONCE_SECONDS
    assert facts == {"scanning": True, "verdict kept": True}
