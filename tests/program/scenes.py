"""Scenes of ``test_leaving``: the whole program, each a process that prints as JSON what it has seen.

``python -c "from tests.program.scenes import main; main()" SCENE FOLDER``: not by ``-m``, as the gate's child would
load the main module with all that it imports, and have no memory left for pictures.
"""

from __future__ import annotations

import json
import os
import sys
import weakref
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from PySide6.QtCore import Qt

from officer_console.domain.deadline import today
from officer_console.tour.hands import leave, opened, select
from officer_console.training import TrainingCentral
from tests.program.scene_parts import (
    Facts,
    Place,
    begin,
    begin_signing_in,
    decide,
    fall_silent,
    gone,
    offered,
    open_stores,
    parts,
    sign_in,
    sign_out,
    type_note,
    visible_windows,
    workers,
)

SIGN_OUTS = "DELETE /v1/sessions"
# A desk that hangs is looked at for so long, to see that it is waited for.
A_WHILE = 1.0

# As a copier leaves it while it still writes.
HALF_A_PAGE = b"\xff\xd8\xff\xe0" + bytes(2000)


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
