"""Central and desks as processes of their own, to be killed."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

READY_SECONDS = 60.0


class CentralProcess:
    """One ``officer-central serve`` on a database it may share with others."""

    def __init__(self, database: str, folder: Path, name: str, *options: str) -> None:
        """Start; ``wait`` says when it serves. Pictures go to ``folder``, words of the log beside them.

        ``options`` are more words for its command line.
        """
        self._database = database
        self._options = options
        self._folder = folder
        self._log = folder / f"{name}.log"
        self.url = ""
        self.start()

    def start(self) -> None:
        """Start it, again after ``kill``."""
        command = [sys.executable, "-m", "central_server", "serve", "--port", "0", "--database", self._database]
        command += ["--blobs", str(self._folder / "blobs"), "--job-interval", "1", *self._options]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)

    def wait(self) -> str:
        """Wait until it serves and return its address."""
        line = first_line(_out(self._process))
        if not line.startswith("ready "):
            raise RuntimeError(f"central did not start:\n{self.log}")
        self.url = line.split()[1]
        return self.url

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End it without warning."""
        kill(self._process)
        _out(self._process).close()


class DeskProcess:
    """A desk that decides what it is told to; each line it says lands in ``said``."""

    def __init__(self, words: Sequence[str], said: queue.Queue[tuple[DeskProcess, str]]) -> None:
        """Start ``python -m bench.faults.desk`` with ``words``."""
        self._words = words
        self._said = said
        self.start()

    def start(self) -> None:
        """Start it, again after ``kill``."""
        command = [sys.executable, "-m", "bench.faults.desk", *self._words]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._listen, args=(_out(self._process),), daemon=True)
        self._reader.start()

    def kill(self) -> None:
        """End it without warning; what it said before is heard."""
        kill(self._process)
        self._reader.join(READY_SECONDS)

    def wait(self) -> None:
        """Wait until it has ended by itself."""
        self._process.wait(READY_SECONDS)
        self._reader.join(READY_SECONDS)

    def _listen(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                # A line cut off by the end of the process was not said.
                if line.endswith("\n"):
                    self._said.put((self, line.strip()))
        self._said.put((self, f"ended {self._process.wait()}"))


def kill(process: subprocess.Popen[str]) -> None:
    """Send SIGKILL and wait for the end."""
    process.kill()
    process.wait(READY_SECONDS)


def first_line(stream: IO[str]) -> str:
    """Return the first line of a process's output; ``queue.Empty`` is raised when it takes too long."""
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: lines.put(stream.readline()), daemon=True).start()
    return lines.get(timeout=READY_SECONDS)


def _out(process: subprocess.Popen[str]) -> IO[str]:
    if process.stdout is None:
        raise RuntimeError("started without a pipe")
    return process.stdout
