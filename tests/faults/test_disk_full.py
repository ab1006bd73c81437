"""No room left, on the desk and at central: it is said, nothing is half done, and with room again all goes on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.store.errors import StoreError
from officer_console.sync.backoff import LONGEST_SECONDS
from tests import builders
from tests.central.process import Central, Desk, path_of, problem, running_central
from tests.faults.disk import SmallDisk, small_disk
from tests.faults.fixtures import NO_JOBS
from tests.faults.workplace import Workplace

pytestmark = [
    pytest.mark.xdist_group(__name__),
    pytest.mark.skipif(os.name == "nt", reason="no small disk"),
]

# More decisions than fit into the room a store has inside its files.
MANY = 60
LONG = "Đã đối chiếu. " * 35


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 8) as made:
        yield made


def planted_in(central: Central, scope: str, count: int) -> list[Dossier]:
    dossiers = [builders.dossier(central.fresh(), scope_id=scope) for _ in range(count)]
    central.plant(*dossiers)
    for about in dossiers:
        central.register_person(about)
    return dossiers


@pytest.fixture
def desk(central: Central, scope: str, disk: SmallDisk) -> Iterator[Workplace]:
    """A desk whose store is on the small disk."""
    made = Workplace(central, disk.folder / "desk", central.officer(scopes=(scope,)))
    yield made
    disk.make_room()
    made.close()


def recorded_until_full(desk: Workplace, dossiers: list[Dossier], codes: set[str]) -> tuple[list[Decision], Dossier]:
    """Record until the disk is full; return what was recorded and the dossier on which it was refused."""
    done: list[Decision] = []
    for about in dossiers:
        try:
            done.append(desk.record(about, note=LONG))
        except StoreError as error:
            if error.code not in codes:
                raise
            return done, about
    raise AssertionError("the disk never became full")


def test_a_decision_for_which_the_desk_has_no_room_is_refused_whole_and_taken_once_there_is_room(
    central: Central, desk: Workplace, disk: SmallDisk, scope: str
) -> None:
    dossiers = planted_in(central, scope, MANY)
    desk.round()
    disk.fill()

    done, refused = recorded_until_full(desk, dossiers, disk.codes)

    with desk.store.read() as tx:
        assert tx.outbox.for_dossier(refused.id) is None
        assert tx.outbox.counts().waiting == len(done)
        assert all(line.dossier_id != refused.id for line in tx.journal.latest(2 * MANY))
    disk.make_room()
    later = desk.record(refused, note=LONG)
    assert [decision.dseq for decision in (*done, later)] == list(range(1, len(done) + 2))
    desk.round()
    assert [desk.item(decision.op_id).state for decision in (*done, later)] == ["accepted"] * (len(done) + 1)
    assert [central.decisions(about) for about in dossiers] == [1] * (len(done) + 1) + [0] * (MANY - len(done) - 1)


def test_an_answer_for_which_the_desk_has_no_room_is_asked_for_again_and_nothing_happens_twice(
    central: Central, desk: Workplace, disk: SmallDisk, scope: str
) -> None:
    dossiers = planted_in(central, scope, MANY)
    desk.round()
    done = [desk.record(about) for about in dossiers[:3]]
    disk.fill()
    done += recorded_until_full(desk, dossiers[3:], disk.codes)[0]

    with pytest.raises(StoreError) as caught:
        desk.round()

    assert caught.value.code in disk.codes
    disk.make_room()
    desk.clock.forward(LONGEST_SECONDS)
    desk.round()
    assert {desk.item(decision.op_id).state for decision in done} == {"accepted"}
    assert [central.decisions(about) for about in dossiers[: len(done)]] == [1] * len(done)
    assert [desk.stored(about) for about in dossiers] == [central.stored(about)[1] for about in dossiers]


@pytest.fixture
def small_central(disk: SmallDisk) -> Iterator[Central]:
    """A central whose database and pictures are on the small disk."""
    with running_central(disk.folder, *NO_JOBS) as running:
        yield running
        disk.make_room(running.pid)


def test_central_without_room_takes_no_decision_by_half_and_goes_on_once_there_is_room(
    small_central: Central, disk: SmallDisk
) -> None:
    central = small_central
    dossiers = planted_in(central, builders.SCOPE, MANY)
    desk = central.desk()
    disk.fill(central.pid)

    answers = [(about, builders.decision(about, note=LONG)) for about in dossiers]
    taken = 0
    for about, decision in answers:
        answer = decide(desk, central, about, decision)
        if answer.status_code != 201:
            break
        taken += 1
    else:
        raise AssertionError("the disk never became full")

    assert problem(answer).name == "unavailable"
    assert answer.status_code in (503, 507)
    assert int(answer.headers["Retry-After"]) >= 1
    refused, again = answers[taken]
    assert central.decisions(refused) == 0
    assert central.letters(refused) == []
    assert central.stored(refused)[1] == refused
    assert desk.get("/v1/meta").status_code == 200
    disk.make_room(central.pid)
    assert decide(desk, central, refused, again).status_code == 201
    assert [central.decisions(about) for about in dossiers] == [1] * (taken + 1) + [0] * (MANY - taken - 1)


def decide(desk: Desk, central: Central, about: Dossier, decision: Decision) -> requests.Response:
    return desk.call(
        "POST",
        path_of(about) + "/decisions",
        decision,
        Idempotency_Key=decision.op_id,
        If_Match=wire.etag(central.epoch, about.version),
    )


def test_central_without_room_keeps_no_half_picture_and_takes_it_once_there_is_room(
    small_central: Central, disk: SmallDisk
) -> None:
    central = small_central
    desk = central.desk()
    data = builders.JPEG + os.urandom(1_000_000)
    sha256 = hashlib.sha256(data).hexdigest()
    path = f"/v1/scopes/{builders.SCOPE}/blobs/{sha256}"
    # The first use of a token is written down.
    assert desk.get(path).status_code == 404
    disk.fill(central.pid)

    answer = desk.call("PUT", path, raw=data, Content_Type="image/jpeg")

    assert problem(answer).name == "unavailable"
    assert answer.status_code in (503, 507)
    assert desk.get(path).status_code == 404
    assert [file for file in (disk.folder / "blobs").rglob("*") if file.is_file()] == []
    disk.make_room(central.pid)
    assert desk.call("PUT", path, raw=data, Content_Type="image/jpeg").status_code == 201
    assert desk.get(path).content == data
