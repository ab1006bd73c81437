"""A desk that dies while it saves a paper: killed when the file is written and not yet in its place.

Arguments: the folder of the store, the file to save to.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from tests.printing.parts import NOW, office


class DyingClock:
    """The journal asks it for the time of the save: the file is written then."""

    armed = False

    def __call__(self) -> datetime:
        if self.armed:
            os.kill(os.getpid(), signal.SIGKILL)
        return NOW


def main() -> None:
    clock = DyingClock()
    desk = office(Path(sys.argv[1]), clock=clock)
    made = desk.printing.make(Paper.REFUSED, desk.of(Status.REJECTED).id)
    clock.armed = True
    desk.printing.save(made, Path(sys.argv[2]))


if __name__ == "__main__":
    main()
