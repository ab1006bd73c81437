"""A desk that dies while it prints a stack: killed as the third paper is handed over, before or after it is taken.

Arguments: the folder of the store, ``before`` or ``after``. What the printer took is a line in ``taken`` there.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from officer_console.devices.printers import Order
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.papers import Paper
from tests.printing.parts import EVERY, FakePrinters, judged, office

COUNT = 5
FATAL = 3
DOSSIERS = tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, COUNT + 1))


class DyingPrinters(FakePrinters):
    """Takes papers until the third."""

    def __init__(self, folder: Path, moment: str) -> None:
        super().__init__()
        self._taken = folder / "taken"
        self._moment = moment

    def send(self, pdf: bytes, order: Order) -> None:
        last = len(self.sent) + 1 == FATAL
        if last and self._moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().send(pdf, order)
        with self._taken.open("a", encoding="utf-8") as file:
            file.write(f"{len(self.sent)}\n")
            file.flush()
            os.fsync(file.fileno())
        if last:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    folder = Path(sys.argv[1])
    desk = office(folder, DOSSIERS, printers=DyingPrinters(folder, sys.argv[2]))
    run = desk.runs.begin(EVERY, Paper.ACCEPTED, "Tang-2", 1)
    while run is not None:
        run = desk.runs.step(run)


if __name__ == "__main__":
    main()
