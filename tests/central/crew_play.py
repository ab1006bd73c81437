"""``python -m tests.central.crew_play FOLDER``: a quick crew that does nothing but say that it is alive.

Each process writes its id into ``FOLDER/begun``; while there is ``FOLDER/broken`` none comes up.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from central_server import crew
from central_server.crew import Pace

PACE = Pace(look=0.05, silent=10, coming_up=1200, longest_rest=30)


def begun(folder: Path) -> list[tuple[int, float]]:
    """Return the processes that began, in their order, and when each did (monotonic)."""
    lines = (folder / "begun").read_text(encoding="ascii").splitlines()
    return [(int(pid), float(at)) for pid, at in (line.split() for line in lines)]


def work(folder: Path, _listener: socket.socket, alive: Callable[[], None]) -> None:
    """Be one of the crew."""
    with (folder / "begun").open("a", encoding="ascii") as file:
        file.write(f"{os.getpid()} {time.monotonic()}\n")
    if (folder / "broken").exists():
        sys.exit(3)
    pause = threading.Event()
    alive()
    while not pause.wait(PACE.look):
        alive()


def main() -> None:
    """Watch over two of them."""
    listeners = crew.listen("127.0.0.1", 0, 2)
    crew.watch(work, Path(sys.argv[1]), listeners, _tell_ready, pace=PACE)


def _tell_ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
