"""A process of ``test_sign_out``: signs in and out twice, then prints how much of the two desks is still there."""

from __future__ import annotations

import sys
import weakref
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from central_server.seed.accounts import TRAINING_PASSWORD
from officer_console.domain.deadline import today
from officer_console.tour.stage import Stage, TourError
from officer_console.training import TrainingCentral


def main(folder: Path) -> None:
    with (
        TrainingCentral(folder, dossiers=50, persons=100, on=today(datetime.now(UTC))) as central,
        Stage(central.url, folder / "desk", folder / "pictures", say=lambda _: None) as stage,
    ):
        parts: list[weakref.ref[object]] = []
        for _ in range(2):
            stage.type_into("username", "ha.nt")
            stage.type_into("password", TRAINING_PASSWORD)
            stage.press("signInButton")
            stage.until("rows", lambda: stage.program.desk is not None and stage.desk.queue_model.model.rowCount() > 0)
            desk = stage.desk
            parts += [weakref.ref(part) for part in (desk, desk.window, desk.queue_model, desk.session.store)]
            del desk
            stage.press("signOutButton")
            stage.until("the sign-in page", lambda: stage.program.desk is None)
        with suppress(TourError):
            stage.until("nothing left", lambda: all(part() is None for part in parts))
        sys.stdout.write(f"{sum(part() is not None for part in parts)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
