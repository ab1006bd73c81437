"""Printers on Linux: the clients of CUPS, each in a process of its own.

Qt would write every paper in the clear to a temporary file and hand CUPS its name (``cupsTempFd``, ``cupsPrintFile``);
``lp`` reads it from a pipe and passes it on as it comes. What the spooler keeps is the system's.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import replace

from officer_console.devices.printers import Order, Printer, PrintError, Readiness

SECONDS = 20.0
# CUPS writes IPP's reasons as words; these are the ones that say that nobody is at the other end.
_OFFLINE = re.compile(
    r"offline|unreachable|not connected|unable to (locate|connect)|waiting for printer", re.IGNORECASE
)
_ASLEEP = b"Scheduler is not running"
_STATE = re.compile(r"^printer (\S+) (.*)$")
_USUAL = re.compile(r"^system default destination: (\S+)$")


class CupsPrinters:
    """The printers of this machine's CUPS. ``lp`` and ``lpstat`` name the programs."""

    def __init__(self, lp: str = "lp", lpstat: str = "lpstat", seconds: float = SECONDS) -> None:
        self._lp = lp
        self._lpstat = lpstat
        self._seconds = seconds

    def all(self) -> tuple[Printer, ...]:
        """Return the printers, as ``Printers`` says.

        Raises:
            PrintError: ``printing-missing``: the clients are not there; ``printing-asleep``: the scheduler does not
                run; ``printer-silent``.
        """
        # It fails, too, when there is no printer to tell of.
        done = self._run([self._lpstat, "-e", "-d", "-p"], b"")
        if _ASLEEP in done.stderr:
            raise PrintError("printing-asleep")
        return _printers(done.stdout.decode("utf-8", "replace").splitlines())

    def send(self, pdf: bytes, order: Order) -> None:
        """Hand a paper over, as ``Printers`` says; a stopped printer is refused and not left with a paper that waits.

        Raises:
            PrintError: see there.
        """
        printer = next((each for each in self.all() if each.name == order.printer), None)
        if printer is None:
            raise PrintError("printer-missing", order.printer)
        if printer.readiness is not Readiness.READY:
            raise PrintError(f"printer-{printer.readiness.value}", order.printer)
        chosen = ["-P", ",".join(str(page + 1) for page in order.pages)] if order.pages else []
        asked = ["-d", order.printer, "-n", str(order.copies), "-t", order.title, "-o", "media=A4", *chosen, "--", "-"]
        done = self._run([self._lp, *asked], pdf, order.printer)
        if done.returncode:
            raise PrintError("printer-refused", order.printer)

    def _run(self, command: Sequence[str], given: bytes, printer: str = "") -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                command,
                input=given,
                capture_output=True,
                check=False,
                timeout=self._seconds,
                env={**os.environ, "LC_ALL": "C"},
            )
        except FileNotFoundError:
            raise PrintError("printing-missing") from None
        except subprocess.TimeoutExpired:
            raise PrintError("printer-silent", printer) from None


def _printers(lines: Iterable[str]) -> tuple[Printer, ...]:
    """Read what ``lpstat -e -d -p`` says in English.

    A name a line; the usual one; then a line a printer that is set up here, its reasons indented below.
    """
    found: dict[str, Printer] = {}
    usual = last = ""
    for line in lines:
        begun, default = _STATE.match(line), _USUAL.match(line)
        if default is not None:
            usual = default[1]
        elif begun is not None:
            last = begun[1]
            stopped = begun[2].startswith("disabled")
            found[last] = Printer(name=last, readiness=Readiness.STOPPED if stopped else Readiness.READY)
        elif line and not any(map(str.isspace, line)):
            found.setdefault(line, Printer(name=line))
        if last and default is None and _OFFLINE.search(begun[2] if begun is not None else line):
            found[last] = replace(found[last], readiness=Readiness.OFFLINE)
    return tuple(replace(printer, usual=name == usual) for name, printer in found.items())
