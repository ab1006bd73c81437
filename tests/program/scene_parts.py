"""What scenes of the whole program are played with: a machine beside a central, and what an officer does there."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from central_server.seed.accounts import TRAINING_PASSWORD
from officer_console.tour.hands import leave, opened, select, waiting_number, with_dialog
from officer_console.tour.stage import Stage
from officer_console.training import TrainingCentral
from tests.faults.proxy import Fault, Proxy

OFFICER = "ha.nt"
DECISIONS = "POST .*/decisions"
SILENCE = Fault(how="hole", seconds=600)
NOTE = "Chờ người dân bổ sung"
AT_ONCE_SECONDS = 5.0

Facts = dict[str, object]


class Place:
    """A central with training data and the folder of one machine."""

    def __init__(self, folder: Path, central: TrainingCentral) -> None:
        self.folder = folder
        self.central = central

    @contextmanager
    def program(self) -> Iterator[tuple[Stage, Proxy]]:
        """Run the program behind a line of its own, on this machine's data."""
        line = Proxy(self.central.url)
        stage = Stage(line.url, self.folder / "desk", self.folder / "pictures", say=lambda _: None)
        try:
            with stage:
                yield stage, line
        finally:
            line.close()

    def decisions(self) -> list[str]:
        """Return the numbers of the dossiers central has decisions on from the program, once for each."""
        question = "SELECT json_extract(doc, '$.number') FROM decision JOIN dossier ON dossier.id = decision.dossier_id"
        return [str(row[0]).split("/")[0] for row in self._asked(question)]

    def sessions(self) -> int:
        """Return how many sessions central would answer or renew."""
        ((count,),) = self._asked("SELECT COUNT(*) FROM session WHERE NOT revoked AND NOT refresh_used")
        return int(count)

    def _asked(self, question: str) -> list[tuple[Any, ...]]:
        (file,) = self.folder.glob("central-*/central.db")
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(question).fetchall()


def sign_in(stage: Stage) -> None:
    begin_signing_in(stage)
    stage.until("the desk", lambda: stage.program.desk is not None)
    stage.until("rows", lambda: stage.desk.queue_model.model.rowCount() > 0)
    stage.until("in step", lambda: stage.desk.sync.status.last_sync is not None)


def begin_signing_in(stage: Stage) -> None:
    stage.type_into("username", OFFICER)
    stage.type_into("password", TRAINING_PASSWORD)
    stage.press("signInButton")


def fall_silent(line: Proxy) -> None:
    """From now on nothing that is said on the line is answered, and no connection ends."""
    line.spoil(".", SILENCE, times=1_000_000)


def begin(stage: Stage, *, after: str = "") -> str:
    """Open a dossier, another one than ``after``, enter a refusal, and return its number."""
    number = waiting_number(stage, after=after)
    select(stage, number)
    stage.key(Qt.Key.Key_Return)
    opened(stage, held=True)
    stage.key(Qt.Key.Key_2)
    stage.choose("reason", "form-unsigned")
    return number


def decide(stage: Stage, line: Proxy) -> str:
    """Record a refusal, wait until it is on the line, leave the page and return the dossier's number."""
    number = begin(stage)
    before = line.count(DECISIONS)
    stage.press("record")
    # Said long before the line gives up.
    stage.until("chờ gửi 1", lambda: "chờ gửi 1" in stage.text("statusWaiting"), AT_ONCE_SECONDS)
    stage.until("the decision on the line", lambda: line.count(DECISIONS) > before)
    leave(stage)
    return number


def type_note(stage: Stage, after: str) -> str:
    """Open another dossier, type something and return its number."""
    number = begin(stage, after=after)
    stage.type_into("note", NOTE)
    return number


def offered(stage: Stage, number: str) -> str:
    """Open a dossier and return the note of the draft that is offered, empty without one."""
    select(stage, number)
    stage.key(Qt.Key.Key_Return)
    opened(stage, held=True)
    found = stage.desk.review_model.drafts.offered
    return found.entries.note if found is not None else ""


def sign_out(stage: Stage, answer: str) -> float:
    """Press *Đăng xuất* on a page with something typed; return for how many seconds the window then did nothing."""
    answered: list[float] = []

    def in_dialog() -> None:
        stage.until("the question", lambda: stage.there(answer))
        stage.press(answer)
        answered.append(monotonic())

    with_dialog(stage, in_dialog, lambda: stage.press("signOutButton"))
    return monotonic() - answered[0]


def parts(stage: Stage) -> list[weakref.ref[object]]:
    desk = stage.desk
    return [weakref.ref(part) for part in (desk, desk.window, desk.queue_model, desk.session.store)]


def gone(held: list[weakref.ref[object]]) -> bool:
    return all(part() is None for part in held)


def open_stores() -> int:
    """Return how many files of sealed stores this process has open."""
    links = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            links.append(link.readlink())
        except FileNotFoundError:
            continue
    return sum(link.name.startswith("store.db") for link in links)


def workers() -> set[int]:
    """Return the ids of the processes that run a driver for this one."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            parent = int((entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == os.getpid() and b"officer_console.devices.worker" in words:
            found.add(int(entry.name))
    return found


def visible_windows(stage: Stage) -> list[QWidget]:
    return [widget for widget in stage.application.topLevelWidgets() if widget.isVisible()]
