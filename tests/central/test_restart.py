"""A central that dies: what it has confirmed is there when it comes back."""

from __future__ import annotations

from pathlib import Path

from officer_console.central import wire
from tests import builders
from tests.central.process import Desk, running_central


def test_what_was_confirmed_before_a_kill_is_there_afterwards(tmp_path: Path) -> None:
    with running_central(tmp_path, "--job-interval", "60") as central:
        person = central.officer()
        desk = Desk(central, person.username)
        about = builders.dossier(central.fresh())
        central.plant(about)
        central.register_person(about)
        sha256 = desk.put_blob(builders.JPEG)
        decision = builders.decision(about)
        first = desk.decide(decision)
        before = desk.pull(builders.SCOPE)
        epoch = central.epoch
        central.kill()
    with running_central(tmp_path, "--job-interval", "60") as central:
        desk = Desk(central, person.username)
        again = desk.decide(decision)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.content == first.content
        assert wire.decode(desk.get("/v1/meta").content, wire.Meta).epoch == epoch
        assert desk.pull(builders.SCOPE) == before
        assert desk.pull(builders.SCOPE, before.next).items == ()
        assert desk.get(f"/v1/scopes/{builders.SCOPE}/blobs/{sha256}").content == builders.JPEG
        assert central.decisions(about) == 1
