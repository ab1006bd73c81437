"""``officer-console demo``: central with training data, then the program on its sign-in page."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from officer_console import config
from officer_console.domain.deadline import today
from officer_console.training import TrainingCentral, TrainingError
from officer_console.training_key import prepared
from officer_console.views import command_line

if TYPE_CHECKING:
    from officer_console.viewmodels.sign_in import DemoAccount

OFFERED = ("ha.nt", "lan.ptm", "minh.vq", "hoa.dt")


def run_demo(data: Path | None, *, dossiers: int, persons: int, display: bool) -> int:
    """Start central, then the program; without a display, the tour instead. Returns the exit code."""
    if not display:
        from officer_console.tour import run_tour

        out = Path("tour").resolve()
        say(command_line.NO_DISPLAY_TOUR.format(out=out))
        return run_tour(out, dossiers=600, persons=2400)
    folder = data or Path(platformdirs.user_data_dir(config.APPLICATION, appauthor=False)) / "demo"
    central = TrainingCentral(folder, dossiers=dossiers, persons=persons, on=today(datetime.now(UTC)))
    central.reserve()
    if central.place != folder:
        say(command_line.PLACE_IN_USE.format(place=central.place))
    if not central.prepared:
        say(command_line.PREPARING.format(dossiers=dossiers))
    try:
        with central:
            say(command_line.CENTRAL_READY.format(url=central.url))
            from officer_console.app import run_program

            settings = config.Config(
                server=central.url,
                ca_bundle=None,
                data=central.place / "desk",
                poll_seconds=3.0,
                signing=prepared(central.place / "signing"),
            )
            return run_program(settings, training_accounts())
    except TrainingError as error:
        say(command_line.CENTRAL_FAILED.format(log=error.log))
        return 1


def training_accounts() -> tuple[DemoAccount, ...]:
    """Return the accounts the sign-in page offers: three people of one office and one of another."""
    from central_server.seed.accounts import OFFICERS, TRAINING_PASSWORD
    from officer_console.viewmodels.sign_in import DemoAccount

    shown = [officer for officer in OFFICERS if officer.username in OFFERED]
    return tuple(
        DemoAccount(
            username=officer.username,
            password=TRAINING_PASSWORD,
            full_name=officer.full_name,
            role=officer.role.value,
        )
        for officer in shown
    )


def say(text: str) -> None:
    """Write a line for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201
