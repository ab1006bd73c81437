"""Central's database is gone and an older copy takes its place: what was acknowledged since is back after one sync."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from central_server import schema
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.officer import Officer
from tests import builders
from tests.central.process import Central, running_central
from tests.faults.fixtures import NO_JOBS
from tests.faults.workplace import Workplace
from tests.postgres import Cluster
from tests.sync.pushing import photo_of

pytestmark = pytest.mark.xdist_group(__name__)

DOSSIERS = 12
EARLY = 2
DESKS = 2


class Ground:
    """The databases: the one that will be lost, its copy, and the folder of the server."""

    def __init__(self, folder: Path, postgres: Cluster, blank: str) -> None:
        self._folder = folder
        self._postgres = postgres
        self.url = postgres.dsn("drill", template=blank)

    @contextmanager
    def central(self) -> Iterator[Central]:
        """Serve the database as it is."""
        with running_central(self._folder, *NO_JOBS, url=self.url) as running:
            yield running

    def back_up(self) -> None:
        """Copy the database; nobody is connected to it."""
        self._postgres.dsn("copy", template="drill")

    def restore(self) -> str:
        """Put the copy in its place and say so to central, as docs/operating-central.md tells; return what it says."""
        self._postgres.dsn("drill", template="copy")
        command = [sys.executable, "-m", "central_server", "restored", "--database", self.url]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def ground(tmp_path: Path, postgres: Cluster, blank: str) -> Ground:
    folder = tmp_path / "central"
    folder.mkdir()
    return Ground(folder, postgres, blank)


@contextmanager
def desks_of(central: Central, officers: Sequence[Officer], folder: Path) -> Iterator[list[Workplace]]:
    """Give the officers' desks, signed in to this central; their stores are the ones they had."""
    with ExitStack() as opened:
        desks = [Workplace(central, folder / officer.username, officer) for officer in officers]
        for desk in desks:
            opened.callback(desk.close)
        yield desks


def recorded(central: Central) -> set[str]:
    """Return the op_ids of all decisions central has."""
    with central.database.read() as connection:
        return set(connection.execute(select(schema.decision.c.op_id)).scalars())


def decide(desk: Workplace, dossiers: list[Dossier]) -> list[str]:
    """Decide on the dossiers, one a refusal, one with a new portrait, and let central acknowledge; return op_ids."""
    refused, *_, pictured = dossiers
    made = [desk.record(refused, verdict=Verdict.INVALID)]
    made += [desk.record(about) for about in dossiers[1:-1]]
    made.append(desk.record(pictured, photos=(photo_of(desk, builders.JPEG + pictured.id.encode()),)))
    desk.round()
    assert {desk.item(decision.op_id).state for decision in made} == {"accepted"}
    return [decision.op_id for decision in made]


def test_every_acknowledged_decision_is_back_within_one_sync_of_each_desk(
    ground: Ground, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("feed of scope 07906 starts over: epoch-changed")
    with ground.central() as central:
        dossiers = [builders.dossier(central.fresh()) for _ in range(DOSSIERS)]
        central.plant(*dossiers)
        for about in dossiers:
            central.register_person(about)
        officers = [central.officer() for _ in range(DESKS)]
        with desks_of(central, officers, tmp_path) as desks:
            for desk in desks:
                desk.round()
            early = {op for n, desk in enumerate(desks) for op in decide(desk, dossiers[n * EARLY : (n + 1) * EARLY])}
    ground.back_up()
    with ground.central() as central, desks_of(central, officers, tmp_path) as desks:
        rest = dossiers[DESKS * EARLY :]
        late = {op for n, desk in enumerate(desks) for op in decide(desk, rest[n::DESKS])}
        assert recorded(central) == early | late
        letters = [central.letters(about) for about in dossiers]

    told = ground.restore()

    with ground.central() as central, desks_of(central, officers, tmp_path) as desks:
        assert told == f"epoch {central.epoch}\n"
        assert recorded(central) == early
        for desk in desks:
            desk.round()
        assert len(early | late) == DOSSIERS
        assert recorded(central) == early | late
        assert [central.decisions(about) for about in dossiers] == [1] * DOSSIERS
        assert [central.letters(about) for about in dossiers] == letters
        for desk in desks:
            desk.round()
            assert [desk.stored(about) for about in dossiers] == [central.stored(about)[1] for about in dossiers]
            with desk.store.read() as tx:
                assert tx.outbox.open() == ()
