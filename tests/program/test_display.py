"""A display that is named but does not answer is found out before Qt aborts, and told in the officer's language."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from officer_console.display import has_display, named_display
from officer_console.views import command_line

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems always have a display")

Play = Callable[[socket.socket], object]
# X11's answer to a client without the right cookie: failed, length of the reason, protocol 11.0, length in words
REFUSAL = b"\x00\x04\x0b\x00\x00\x00\x01\x00" + b"nein"


def environment(folder: Path, **names: str) -> dict[str, str]:
    """Return this environment with no display but the named one, and all that is written in ``folder``."""
    own = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    own.pop("QT_QPA_PLATFORM", None)
    return own | {"XDG_RUNTIME_DIR": str(folder), "TMPDIR": str(folder), "PYTHONIOENCODING": "utf-8"} | names


@contextmanager
def display(play: Play) -> Iterator[str]:
    """Give the name of a display whose server plays ``play`` with each who comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                play(line)
                lines.append(line)

        lines: list[socket.socket] = []
        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1] - 6000}"
        server.shutdown(socket.SHUT_RDWR)
        for line in lines:
            line.close()


def refuse(line: socket.socket) -> None:
    line.recv(4096)
    line.sendall(REFUSAL)
    line.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(("play", "seconds"), [(refuse, 30.0), (lambda _: None, 3.0)], ids=["refuses", "silent"])
def test_a_server_that_refuses_or_stays_silent_is_no_display(tmp_path: Path, play: Play, seconds: float) -> None:
    with display(play) as name:
        assert not has_display(environment(tmp_path, DISPLAY=name), seconds=seconds)


@pytest.mark.parametrize("names", [{}, {"DISPLAY": ""}, {"DISPLAY": ":4711"}, {"WAYLAND_DISPLAY": "wayland-4711"}])
def test_a_name_nobody_answers_for_is_no_display(tmp_path: Path, names: dict[str, str]) -> None:
    assert not has_display(environment(tmp_path, **names))


def test_what_qt_can_open_is_a_display(tmp_path: Path) -> None:
    assert has_display(environment(tmp_path, QT_QPA_PLATFORM="offscreen", DISPLAY=":4711"))


def test_the_program_ends_with_a_sentence_when_nobody_answers_for_the_display(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "officer_console", "run", "--data", str(tmp_path / "data")]
    ended = subprocess.run(
        command,
        env=environment(tmp_path, DISPLAY=":4711"),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (3, command_line.DISPLAY_SILENT.format(display=":4711") + "\n")
    assert not (tmp_path / "data").exists()


def test_the_demo_says_so_and_takes_the_tour_before_anything_is_planted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "officer_console", "demo", "--data", str(tmp_path / "data")]
    own = environment(tmp_path, DISPLAY=":4711")
    with subprocess.Popen(command, env=own, cwd=tmp_path, stderr=subprocess.PIPE, text=True, encoding="utf-8") as demo:
        assert demo.stderr is not None
        said = demo.stderr.readline()
        demo.kill()
    assert said == command_line.NO_DISPLAY_TOUR.format(out=tmp_path / "tour") + "\n"
    assert not (tmp_path / "data").exists()


def test_the_name_that_counts_is_told() -> None:
    assert named_display({}) is None
    assert named_display({"DISPLAY": ":0"}) == ":0"
    assert named_display({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-1"}) == "wayland-1"
