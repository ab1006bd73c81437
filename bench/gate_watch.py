"""Asks the gate and watches its child: what it answers, how long that takes, how much memory the child holds."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path

from officer_console.imaging.gate import Gate, GateError, Purpose

SECONDS_LIMIT = 3.0
MIB_LIMIT = 600.0
# Of the clock on the wall: what the gate waits for a child, and what it takes to end that.
WAITED_LIMIT = 11.0
_LOOK_SECONDS = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")
ASKS: dict[str, Callable[[Gate, bytes], object]] = {
    "admit": lambda gate, data: gate.admit(data, Purpose.PAGE),
    "pixels": lambda gate, data: gate.pixels(data),
    "grey": lambda gate, data: gate.grey(data),
    "pages": lambda gate, data: gate.pages(data),
    "single": lambda gate, data: gate.single(data, 0, 2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One question: ``code`` is why the file was refused, empty when it came through.

    ``seconds`` are the child's processor time, ``waited`` is how long the answer took. ``stolen`` is what a busy host
    kept from this machine's processors meanwhile: the kernel counts it to whoever was to run.
    """

    name: str
    code: str
    seconds: float
    waited: float
    stolen: float
    mib: float

    @property
    def within_limits(self) -> bool:
        """Tell whether neither time nor memory was exceeded."""
        return self.seconds - self.stolen <= SECONDS_LIMIT and self.mib <= MIB_LIMIT


def ask(gate: Gate, what: str, data: bytes, name: str) -> Outcome:
    """Ask one of `ASKS` with the child started before; the peak of its resident memory begins anew (Linux).

    Raises:
        Exception: whatever but `GateError` the gate raises is a crash.
    """
    gate.warm()
    child = next(process for process in active_children() if process.name == "gate")
    folder = Path(f"/proc/{child.pid}")
    (folder / "clear_refs").write_text("5")
    over = threading.Event()
    peaks, times = [0.0], [_worked(folder)]
    watcher = threading.Thread(target=_watch, args=(folder, over, peaks, times), daemon=True)
    watcher.start()
    began, taken = time.monotonic(), _stolen()
    code = ""
    try:
        ASKS[what](gate, data)
    except GateError as error:
        code = error.code
    waited, stolen = time.monotonic() - began, _stolen() - taken
    over.set()
    watcher.join()
    worked = times[-1] - times[0]
    return Outcome(name=name, code=code, seconds=worked, waited=waited, stolen=stolen, mib=max(peaks))


def _worked(folder: Path) -> float:
    """Return the seconds of processor time a process has taken."""
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _stolen() -> float:
    """Return the seconds, of all processors together, in which the host ran something else."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return int(fields[8]) / _TICKS


def _watch(folder: Path, over: threading.Event, peaks: list[float], times: list[float]) -> None:
    """Note peak and time until ``over``: of a child that ends by itself what they were shortly before."""
    while True:
        last = over.wait(_LOOK_SECONDS)
        try:
            text = (folder / "status").read_text()
            times.append(_worked(folder))
        except (OSError, IndexError):
            return
        peaks += [float(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmHWM")]
        if last:
            return
