"""A program that is killed while it saves a paper leaves nothing of it in the clear, or what the next start removes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from officer_console.services import plain_file
from officer_console.store.store import Store
from tests.printing.parts import KEY, clock, office

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")


def killed(folder: Path, path: Path) -> list[str]:
    """Kill a desk while it saves; return what is in the folder then."""
    command = [sys.executable, "-m", "tests.printing.killed_save", str(folder), str(path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    return sorted(each.name for each in path.parent.iterdir())


def begun(folder: Path) -> tuple[str, ...]:
    store = Store.open(folder / "officer" / "store.db", KEY, clock=clock)
    with store.read() as tx:
        found = tx.begun_files.all()
    store.close()
    return found


def test_a_file_that_had_no_name_yet_goes_with_the_program(tmp_path: Path) -> None:
    path = tmp_path / "luu" / "giay.pdf"
    path.parent.mkdir()
    assert killed(tmp_path, path) == []
    assert begun(tmp_path) == ()


def test_what_was_to_replace_a_file_is_removed_at_the_next_start_and_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "luu" / "giay.pdf"
    path.parent.mkdir()
    path.write_bytes(b"older")
    left = killed(tmp_path, path)
    assert [str(path.parent / name) for name in left if name.endswith(".part")] == list(begun(tmp_path))
    assert len(left) == 2
    desk = office(tmp_path)
    desk.printing.files.sweep()
    desk.store.close()
    assert [(each.name, each.read_bytes()) for each in path.parent.iterdir()] == [("giay.pdf", b"older")]
    assert begun(tmp_path) == ()


def test_what_cannot_be_reached_now_is_removed_another_time(tmp_path: Path) -> None:
    desk = office(tmp_path)
    part = tmp_path / "usb" / ".0123456789abcdef.part"
    with desk.store.write() as tx:
        tx.begun_files.add(str(part))
    desk.printing.files.sweep()
    assert not plain_file.swept(part)
    part.parent.mkdir()
    part.write_bytes(b"%PDF")
    desk.printing.files.sweep()
    with desk.store.read() as tx:
        assert tx.begun_files.all() == ()
    desk.store.close()
    assert not part.exists()
