"""Programs too old for this central: they are told so when they read, and what they bring is taken."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from central_server.programs import is_version, too_old
from officer_console import __version__
from officer_console.central import wire
from officer_console.central.client import CentralClient
from officer_console.central.errors import CentralError
from tests import builders
from tests.central.process import PASSWORD, Central, problem, running_central
from tests.faults.workplace import Workplace, client

OLDEST = "0.2.0"
OLD = {"User-Agent": "officer-console/0.1.9"}


@pytest.fixture(scope="module")
def demanding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    """A central that serves ``OLDEST`` and later."""
    with running_central(tmp_path_factory.mktemp("demanding"), "--min-client", OLDEST) as running:
        yield running


def signed_in(central: Central, version: str) -> CentralClient:
    """Return the real client of that version, signed in."""
    made = client(central.url, version)
    made.sign_in(central.officer().username, PASSWORD, "desk-1")
    return made


def test_an_old_program_reads_nothing_and_sends_what_was_decided(demanding: Central) -> None:
    old = signed_in(demanding, "0.1.9")
    about = builders.dossier(demanding.fresh())
    demanding.plant(about)
    demanding.register_person(about)
    for read in (
        lambda: old.changes(about.scope_id, None),
        lambda: old.dossier(about.scope_id, about.id),
        lambda: old.take(about.scope_id, about.id),
        lambda: old.household(about.scope_id, about.id),
    ):
        with pytest.raises(CentralError) as refused:
            read()
        assert (refused.value.code, refused.value.status) == ("client-too-old", 426)
    assert old.meta().min_client == OLDEST
    picture = builders.JPEG + about.id.encode()
    old.put_blob(about.scope_id, hashlib.sha256(picture).hexdigest(), "image/jpeg", picture)
    decision = builders.decision(about, device_id="store-1", dseq=1)
    receipt = old.decide(decision, demanding.epoch)
    assert receipt.op_id == decision.op_id
    assert old.ledger(about.scope_id, decision.device_id).last == decision.dseq
    assert old.reference("labels", None) is not None
    assert demanding.decisions(about) == 1


def test_a_program_of_the_lowest_version_served_reads(demanding: Central) -> None:
    about = builders.dossier(demanding.fresh())
    demanding.plant(about)
    new = signed_in(demanding, OLDEST)
    assert about.id in {item.id for item in new.changes(about.scope_id, None).items}


def test_a_desk_that_has_grown_too_old_keeps_its_list_and_sends_what_it_has(demanding: Central, tmp_path: Path) -> None:
    known, unknown = (builders.dossier(demanding.fresh(), scope_id="T0001") for _ in range(2))
    demanding.plant(known)
    demanding.register_person(known)
    officer = demanding.officer(scopes=(known.scope_id,))
    desk = Workplace(demanding, tmp_path, officer, version=OLDEST)
    desk.round()
    desk.close()
    demanding.plant(unknown)
    desk = Workplace(demanding, tmp_path, officer, version="0.1.9")
    decision = desk.record(known)
    with pytest.raises(CentralError) as told:
        desk.round()
    assert told.value.code == "client-too-old"
    assert desk.item(decision.op_id).state == "accepted"
    assert (demanding.decisions(known), desk.count()) == (1, 1)
    desk.close()


def test_what_the_description_calls_closed_to_old_programs_is_and_nothing_else(demanding: Central) -> None:
    places = {"scope_id": "07906", "dossier_id": "x", "sha256": "0" * 64, "kind": "labels", "upload_id": "0" * 32}
    described = requests.get(f"{demanding.url}/v1/openapi.json", timeout=60).json()
    closed = set()
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            answer = requests.request(method, demanding.url + path.format(**places), headers=OLD, timeout=60)
            assert (answer.status_code == 426) == ("426" in call["responses"]), (method, path)
            if answer.status_code == 426:
                assert problem(answer).name == "client-too-old"
                closed.add((method, path.rpartition("/")[2]))
    assert closed == {("get", "changes"), ("get", "{dossier_id}"), ("post", "lease"), ("post", "household-checks")}


@pytest.mark.parametrize(
    ("agent", "old"),
    [
        ("officer-console/0.1.9", True),
        ("officer-console/0.1.9 (Windows)", True),
        ("officer-console", True),
        ("officer-console/new", True),
        ("officer-console/0.1.9rc1", True),
        ("officer-console/0.2", False),
        ("officer-console/0.2.0.1", False),
        ("officer-console/0.10.0", False),
        ("officer-console/0.2.0rc1", False),
        ("officer-console/1", False),
        ("officer-consoles/0.1", False),
        ("officer-console-lite/0.1", False),
        ("curl/7.88.1", False),
        ("", False),
    ],
)
def test_versions_are_compared_by_their_numbers(agent: str, *, old: bool) -> None:
    assert too_old(agent, OLDEST) is old


def test_this_program_is_served_by_a_central_that_is_told_nothing() -> None:
    assert is_version(__version__)
    assert not too_old(f"officer-console/{__version__}", wire.MIN_CLIENT)


@pytest.mark.parametrize("version", ["", "new", "0.2.", "1.2.3.4.5", "0.2.0rc1", "99999"])
def test_what_is_no_version_is_refused_at_the_start(tmp_path: Path, version: str) -> None:
    command = (sys.executable, "-m", "central_server", "serve", "--database", f"sqlite:///{tmp_path / 'c.db'}")
    ended = subprocess.run(
        (*command, "--port", "0", "--min-client", version), capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 2
    assert "--min-client" in ended.stderr
    assert list(tmp_path.iterdir()) == []
