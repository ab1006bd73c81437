"""CUPS itself, for one test: a scheduler of its own with one printer whose back end keeps what it gets."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from officer_console.devices.cups import CupsPrinters
from tests.central.process import wait_until

QUEUE = "Tang-1"
_CUPSD = shutil.which("cupsd", path="/usr/sbin:/usr/bin")
_EXEC = Path("/usr/lib/cups/daemon/cups-exec")
# The scheduler gives its files to the system's user of printing.
MISSING = _CUPSD is None or shutil.which("lp") is None or not _EXEC.exists() or os.geteuid() != 0
_SCHEDULER = """Listen {folder}/socket
WebInterface No
PreserveJobFiles No
<Location />
Order allow,deny
Allow all
</Location>
<Location /admin>
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
_FILES = """ServerRoot {folder}/root
ServerBin {folder}/bin
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
CacheDir {folder}/cache
StateDir {folder}/state
ErrorLog {folder}/log/error
AccessLog {folder}/log/access
PageLog {folder}/log/page
User lp
Group lp
SystemGroup root
"""
_BACK_END = """#!/bin/sh
[ $# -eq 0 ] && {{ echo 'direct keep "keep" "keep"'; exit 0; }}
if [ -n "$6" ]; then cat "$6"; else cat; fi > {folder}/out/$1.part && mv {folder}/out/$1.part {folder}/out/$1
"""
_SECONDS = 20.0


@dataclass(frozen=True)
class RealSpooler:
    """A running scheduler; ``printers`` speak with it."""

    folder: Path
    printers: CupsPrinters

    def arrived(self, count: int) -> list[bytes]:
        """Wait for so many papers and return them in the order in which they were handed over."""
        out = self.folder / "out"
        _until(lambda: len([path for path in out.iterdir() if path.suffix != ".part"]) >= count)
        return [path.read_bytes() for path in sorted(out.iterdir(), key=lambda path: int(path.stem))]

    def documents(self) -> list[str]:
        """Wait until nothing is under way and return what is left of papers in the spool directory."""
        _until(lambda: not [path for path in (self.folder / "spool").iterdir() if path.name.startswith("d")])
        return [path.name for path in (self.folder / "spool" / "tmp").iterdir()]

    def run(self, *command: str) -> None:
        """Run a client of CUPS against this scheduler."""
        _client(self.folder, *command)


@contextmanager
def real_spooler() -> Iterator[RealSpooler]:
    """Give out a scheduler that lives as long as the block, in a folder the user of printing may pass through."""
    with tempfile.TemporaryDirectory(prefix="cups-") as place:
        folder = Path(place)
        folder.chmod(0o711)
        with _scheduler(folder) as made:
            yield made


@contextmanager
def _scheduler(folder: Path) -> Iterator[RealSpooler]:
    for name in ("root/ppd", "bin/backend", "bin/daemon", "spool/tmp", "cache", "state", "log", "out"):
        (folder / name).mkdir(parents=True)
    shutil.copy(_EXEC, folder / "bin" / "daemon")
    back_end = folder / "bin" / "backend" / "keep"
    back_end.write_text(_BACK_END.format(folder=folder), encoding="utf-8")
    back_end.chmod(0o755)
    shutil.chown(folder / "out", "lp")
    (folder / "cupsd.conf").write_text(_SCHEDULER.format(folder=folder), encoding="utf-8")
    (folder / "cups-files.conf").write_text(_FILES.format(folder=folder), encoding="utf-8")
    command = [str(_CUPSD), "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")]
    clients = {name: _script(folder, name) for name in ("lp", "lpstat")}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as scheduler:
        try:
            _until((folder / "socket").exists)
            _client(folder, "lpadmin", "-p", QUEUE, "-v", "keep:/x", "-E")
            yield RealSpooler(folder, CupsPrinters(clients["lp"], clients["lpstat"]))
        finally:
            scheduler.terminate()


def _script(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text(f'#!/bin/sh\nCUPS_SERVER={folder}/socket exec {shutil.which(name)} "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def _client(folder: Path, *command: str) -> None:
    environment = {**os.environ, "CUPS_SERVER": f"{folder}/socket", "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=_SECONDS)


def _until(holds: Callable[[], bool]) -> None:
    wait_until(lambda: holds() or None, _SECONDS)
