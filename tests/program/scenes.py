"""Scenes of ``test_leaving``: the whole program, each a process that prints as JSON what it has seen.

``python -c "from tests.program.scenes import main; main()" SCENE FOLDER``: not by ``-m``, as the gate's child would
load the main module with all that it imports, and have no memory left for pictures.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from central_server.seed.accounts import TRAINING_PASSWORD
from officer_console.domain.deadline import today
from officer_console.tour.hands import leave, opened, select, waiting_number, with_dialog
from officer_console.tour.stage import Stage
from officer_console.training import TrainingCentral
from tests.faults.proxy import Fault, Proxy

OFFICER = "ha.nt"
DECISIONS = "POST .*/decisions"
SIGN_OUTS = "DELETE /v1/sessions"
SILENCE = Fault(how="hole", seconds=600)
NOTE = "Chờ người dân bổ sung"
# A desk that hangs is looked at for so long, to see that it is waited for.
A_WHILE = 1.0
AT_ONCE_SECONDS = 5.0

# As a copier leaves it while it still writes.
HALF_A_PAGE = b"\xff\xd8\xff\xe0" + bytes(2000)

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
    stage.until("another dossier", lambda: waiting_number(stage) != after)
    number = waiting_number(stage)
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


def twice(place: Place) -> Facts:
    """Sign in and out twice."""
    held: list[weakref.ref[object]] = []
    with place.program() as (stage, line):
        for _ in range(2):
            sign_in(stage)
            held += parts(stage)
            stage.press("signOutButton")
            stage.until("the sign-in page", lambda: stage.program.desk is None)
        stage.until("nothing left", lambda: gone(held))
        stage.until("both told", lambda: line.count(SIGN_OUTS) == 2)
        return {"open": open_stores()}


def silent_line(place: Place) -> Facts:
    """Sign out while a decision hangs on the line and something is typed; sign in again at once."""
    facts: Facts = {}
    with place.program() as (stage, line):
        sign_in(stage)
        fall_silent(line)
        decided = decide(stage, line)
        typed = type_note(stage, decided)
        held = parts(stage)
        facts["waited"] = sign_out(stage, "discardKeep")
        facts["page"] = stage.there("signInButton")
        line.clear()
        begin_signing_in(stage)
        end = monotonic() + A_WHILE
        stage.until("a while", lambda: monotonic() > end)
        facts["signed in beside the open store"] = stage.program.desk is not None
        facts["gone while it hangs"] = gone(held)
        # What hangs is given up by the line.
        line.closing.set()
        stage.until("the desk", lambda: stage.program.desk is not None)
        stage.until("nothing left", lambda: gone(held))
        stage.until("the decision at central", lambda: decided in place.decisions())
        stage.expect("statusWaiting", "chờ gửi 0")
        facts["decisions"] = place.decisions().count(decided)
        facts["note"] = offered(stage, typed)
        leave(stage)
        stage.press("signOutButton")
        stage.until("the store closed", lambda: open_stores() == 0)
    return facts


def quitting(place: Place) -> Facts:
    """Quit while everything hangs, with a decision on the line and something typed; start the program again."""
    facts: Facts = {}
    with place.program() as (stage, line):
        sign_in(stage)
        fall_silent(line)
        decided = decide(stage, line)
        typed = type_note(stage, decided)
        began = monotonic()
        stage.program.close()
        facts["seconds"] = monotonic() - began
        facts["decisions before"] = place.decisions().count(decided)
        with place.program() as (again, _):
            sign_in(again)
            again.until("the decision at central", lambda: decided in place.decisions())
            facts["note"] = offered(again, typed)
            leave(again)
        facts["decisions"] = place.decisions().count(decided)
    return facts


def signed_out(place: Place) -> Facts:
    """Sign out and quit at once; again while the line hangs, then start without network and have it back."""
    facts: Facts = {}
    with place.program() as (stage, _):
        sign_in(stage)
        stage.press("signOutButton")
        stage.program.close()
        facts["sessions after quitting"] = place.sessions()
    with place.program() as (stage, line):
        sign_in(stage)
        fall_silent(line)
        stage.desk.sync.wake()
        stage.until("a round that hangs", line.holding.is_set)
        stage.press("signOutButton")
        stage.program.close()
        facts["sessions after quitting on a silent line"] = place.sessions()
    with place.program() as (stage, line):
        line.down = True
        begin_signing_in(stage)
        stage.until("the desk", lambda: stage.program.desk is not None)
        line.clear()
        stage.desk.sync.wake()
        stage.until("the answer of central", lambda: stage.desk.sync.status.error_code == "sign-in-needed")
        facts["sessions after the start without network"] = place.sessions()
        facts["renewals"] = line.count("/v1/sessions/refresh")
        facts["rows"] = stage.desk.queue_model.model.rowCount() > 0
    return facts


def staying(place: Place) -> Facts:
    """Press *Đăng xuất* and stay, go on working, then really sign out."""
    facts: Facts = {}
    with place.program() as (stage, line):
        sign_in(stage)
        number = begin(stage)
        opened(stage)
        sign_out(stage, "discardStay")
        facts["page"] = stage.desk.window.page
        facts["sign-in page"] = any(widget.objectName() == "signIn" for widget in visible_windows(stage))
        asked = len(line.requests)
        stage.press("record")
        stage.until("the decision at central", lambda: number in place.decisions())
        facts["told while he stays"] = line.count(SIGN_OUTS)
        # None of these was about the session: it is the one he signed in with.
        facts["sessions asked for"] = sum("/v1/sessions" in request for request in line.requests[asked:])
        leave(stage)
        stage.press("signOutButton")
        stage.until("the sign-in page", lambda: stage.program.desk is None)
        stage.until("told", lambda: line.count(SIGN_OUTS) == 1)
    return facts


def scanning(place: Place) -> Facts:
    """Quit in the midst of a scan: the driver waits for a page that never becomes whole. Then start again."""
    facts: Facts = {}
    watched = place.folder / "copier"
    watched.mkdir()
    (watched / "page.jpg").write_bytes(HALF_A_PAGE)
    settings = place.folder / "config" / "officer-console"
    settings.mkdir(parents=True)
    device = {"driver": "folder", "id": str(watched), "after": "keep"}
    profile = {"name": "Copier", "source": "flatbed", "dpi": 300, "colour": "colour", "size": "A4", "duplex": False}
    written = {"profiles": [{**profile, "devices": [device]}]}
    (settings / "profiles.json").write_text(json.dumps(written), encoding="utf-8")
    os.environ["XDG_CONFIG_HOME"] = str(settings.parent)
    with place.program() as (stage, _):
        sign_in(stage)
        number = begin(stage)
        opened(stage)
        stage.press("scanPicture")
        scan = stage.desk.capture_desk.model.scan
        stage.until("the profile", lambda: scan.profile is not None)
        stage.press("captureScan")
        stage.until("a driver that scans", lambda: scan.active and bool(workers()))
        end = monotonic() + A_WHILE
        stage.until("a while", lambda: monotonic() > end)
        facts["scanning"] = scan.active
        held = workers()
        began = monotonic()
        stage.program.close()
        facts["seconds"] = monotonic() - began
        stage.until("no driver left", lambda: not workers() & held)
    with place.program() as (stage, _):
        sign_in(stage)
        select(stage, number)
        stage.key(Qt.Key.Key_Return)
        opened(stage, held=True)
        found = stage.desk.review_model.drafts.offered
        facts["verdict kept"] = found is not None and found.entries.verdict is not None
        leave(stage)
    return facts


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


SCENES = {
    "twice": twice,
    "silent-line": silent_line,
    "quitting": quitting,
    "signed-out": signed_out,
    "staying": staying,
    "scanning": scanning,
}


def main() -> None:
    scene, folder = sys.argv[1], Path(sys.argv[2])
    with TrainingCentral(folder, dossiers=60, persons=120, on=today(datetime.now(UTC))) as central:
        sys.stdout.write(json.dumps(SCENES[scene](Place(folder, central))) + "\n")
