"""Central with training data as a child process: for the demo, the tour and training rooms."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from io import FileIO
from pathlib import Path
from types import TracebackType

from officer_console import children
from officer_console.one_user import take


class TrainingError(Exception):
    """Central did not come up. ``log`` is what it wrote."""

    def __init__(self, log: Path) -> None:
        super().__init__(str(log))
        self.log = log


class TrainingCentral:
    """Starts ``officer-central serve`` on a SQLite file below ``folder`` and stops it at the end.

    ``place`` is the folder it has for itself: ``folder``, or another one below it while somebody else uses that.
    """

    def __init__(self, folder: Path, *, dossiers: int, persons: int, on: date, seed: int = 1) -> None:
        """Training data is made for the day ``on``: deadlines run, so another day gets fresh data."""
        self.place = folder.absolute()
        self._name = f"central-{on.isoformat()}-{seed}-{dossiers}"
        self._held: FileIO | None = None
        self._options = ("--seed", str(seed), "--seed-dossiers", str(dossiers), "--seed-persons", str(persons))
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    @property
    def _folder(self) -> Path:
        return self.place / self._name

    def reserve(self) -> None:
        """Take a place that nobody uses; it is let go when central is stopped."""
        if self._held is None:
            self.place, self._held = take(self.place)

    @property
    def prepared(self) -> bool:
        """Whether the data is there from an earlier start."""
        return (self._folder / "planted").exists()

    def start(self) -> str:
        """Start central, wait until it listens and return its address.

        Raises:
            TrainingError: it ended before it listened.
        """
        self.reserve()
        if not self.prepared:
            for old in self.place.glob("central-*"):
                shutil.rmtree(old)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = self._folder / "central.log"
        with log.open("a", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                [
                    *(
                        *children.command("central_server", "serve", "--port", "0"),
                        "--training-sinks",
                        "--with-parent",
                    ),
                    *("--database", f"sqlite:///{self._folder / 'central.db'}"),
                    *("--blobs", str(self._folder / "blobs"), "--job-interval", "1", "--registry-interval", "2"),
                    *self._options,
                ],
                # Closed by the system when this process ends, however it ends; then central ends too.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=children.FOLDER,
                text=True,
            )
        assert self._process.stdout is not None  # noqa: S101 - PIPE was asked for
        for line in self._process.stdout:
            if line.startswith("ready "):
                (self._folder / "planted").touch()
                self.url = line.split()[1]
                return self.url
        self.stop()
        raise TrainingError(log)

    def stop(self) -> None:
        """End central, wait for it, and let its place go."""
        self._end()
        if self._held is not None:
            self._held.close()
            self._held = None

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None

    def __enter__(self) -> TrainingCentral:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
