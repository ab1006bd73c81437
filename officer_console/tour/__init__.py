"""``officer-console tour``: the real program against a real central, through the whole workflow, with screenshots."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from officer_console.domain.deadline import today
from officer_console.training import TrainingCentral, TrainingError
from officer_console.views import command_line

# The smallest screen the program is made for: its windows come as large as they do there.
SCREEN = {
    "name": "tour",
    "x": 0,
    "y": 0,
    "width": 1366,
    "height": 768,
    "logicalDpi": 96,
    "logicalBaseDpi": 96,
    "dpr": 1,
}


def run_tour(out: Path, *, dossiers: int, persons: int) -> int:
    """Walk through the workflow and return 0, or 1 when an outcome is wrong.

    Numbered PNG files are written into ``out``, and into ``giay`` in it the pages of each paper, large enough to read.
    """
    from officer_console.tour.stage import Stage, TourError
    from officer_console.tour.walk import walk

    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("[0-9][0-9]-*.png"), *out.glob("giay/[0-9][0-9]-*.png")):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="officer-console-tour-") as folder:
        if sys.platform != "win32":
            # A window that nobody moves or covers: every picture is the same size on every machine.
            screen = Path(folder) / "screen.json"
            screen.write_text(json.dumps({"screens": [SCREEN]}), encoding="ascii")
            os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screen}"
        central = TrainingCentral(Path(folder), dossiers=dossiers, persons=persons, on=today(datetime.now(UTC)))
        say(command_line.PREPARING.format(dossiers=dossiers))
        try:
            with central, Stage(central.url, Path(folder) / "desk", out, say=say) as stage:
                walk(stage, central)
                say(command_line.TOUR_DONE.format(count=stage.taken, out=out))
                return 0
        except TrainingError as error:
            say(command_line.CENTRAL_FAILED.format(log=error.log.read_text(encoding="utf-8")[-2000:]))
        except TourError as error:
            say(command_line.TOUR_FAILED.format(what=error))
        return 1


def say(text: str) -> None:
    """Write a line for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201
