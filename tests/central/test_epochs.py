"""Central is put back from a backup: also while it runs, and also when nobody says so."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests

from central_server import feed
from central_server.database import Database, renew_epoch
from central_server.epochs import NOT_RESTORED
from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from tests import builders
from tests.central.process import Central, Desk, problem, running_central, wait_until
from tests.postgres import Cluster

OTHER = "07907"


@dataclass(frozen=True)
class Place:
    """Where a central's database is: ``copied`` makes a copy of it, which nobody may use meanwhile."""

    url: str
    options: tuple[str, ...]
    copied: Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A database for one process, and one for a crew of two."""
    if request.param == "sqlite":
        file, copy = tmp_path / "central.db", tmp_path / "copy.db"

        def copied() -> str:
            with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as sink:
                source.backup(sink)
            return f"sqlite:///{copy}"

        yield Place(f"sqlite:///{file}", (), copied)
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = f"epochs_{abs(hash(tmp_path.name)) % 10**8}"
    url = cluster.dsn(name, template=request.getfixturevalue("blank"))
    yield Place(url, ("--workers", "2"), lambda: cluster.dsn(f"{name}_copy", template=name))


def telephone(url: str, about: Dossier, number: str) -> Dossier:
    """Let the citizen have another number: the dossier gets its next version, which is returned."""
    database = Database.open(url)
    with database.write() as connection:
        stored = feed.load(connection, about.scope_id, about.id)
        assert stored is not None
        assert stored.dossier is not None
        changed = replace(
            stored.dossier,
            version=stored.version + 1,
            declaration=replace(stored.dossier.declaration, phone=number),
        )
        feed.put(connection, stored, changed)
    database.close()
    return changed


def answered(ask: Callable[[], requests.Response]) -> requests.Response:
    """Return the first answer that is not «try again»."""

    def once() -> requests.Response | None:
        try:
            answer = ask()
        except requests.ConnectionError:
            return None
        return None if answer.status_code == 503 else answer

    return wait_until(once)


def told(url: str) -> str:
    """Return the epoch that central tells."""
    answer = answered(lambda: requests.get(f"{url}/v1/meta", timeout=10))
    return wire.decode(answer.content, wire.Meta).epoch


def signed_in(central: Central, username: str) -> Desk:
    def once() -> Desk | None:
        try:
            return Desk(central, username)
        except requests.ConnectionError:
            return None

    return wait_until(once)


def test_servers_that_run_while_the_epoch_changes_apply_nothing_of_before(tmp_path: Path, place: Place) -> None:
    with running_central(tmp_path, *place.options, url=place.url) as central:
        about = builders.dossier(central.fresh())
        central.plant(about)
        central.register_person(about)
        officer = central.officer()
        old = central.epoch
        judged = replace(about, version=2, declaration=replace(about.declaration, phone="0912345678"))
        decision = builders.decision(judged)
        desks = [Desk(central, officer.username) for _ in range(6)]
        before = desks[0].pull(about.scope_id)
        new = renew_epoch(place.url)
        telephone(place.url, about, "0987654321")
        # whichever process answers: none of them applies what was judged on another number
        for _ in desks:
            desk = signed_in(central, officer.username)
            refused = answered(lambda desk=desk: desk.decide(decision, if_match=wire.etag(old, 2)))  # type: ignore[misc]
            assert problem(refused).name == "epoch-changed"
        assert central.decisions(about) == 0
        wait_until(lambda: all(told(central.url) == new for _ in range(8)) or None)
        desk = signed_in(central, officer.username)
        path = f"/v1/scopes/{about.scope_id}/changes"
        assert problem(answered(lambda: desk.get(f"{path}?cursor={before.next}"))).name == "epoch-changed"
        assert wire.decode(answered(lambda: desk.get(path)).content, wire.Page).epoch == new
        again = answered(lambda: desk.decide(builders.decision(judged), if_match=wire.etag(new, 2)))
        assert again.status_code == 201


def test_a_central_that_was_put_back_without_a_word_decides_nothing_until_it_is_told(
    tmp_path: Path, place: Place
) -> None:
    jobs = ("--job-interval", "60")
    with running_central(tmp_path, *place.options, *jobs, url=place.url) as central:
        about, elsewhere = builders.dossier(1), builders.dossier(2, scope_id=OTHER)
        central.plant(about, elsewhere)
        for one in (about, elsewhere):
            central.register_person(one)
        officer = central.officer(scopes=(about.scope_id, OTHER))
    backup = place.copied()
    with running_central(tmp_path, *place.options, *jobs, url=place.url) as central:
        judged = telephone(place.url, telephone(place.url, about, "0911111111"), "0912345678")
        cursor = Desk(central, officer.username).pull(about.scope_id).next
    decision, unconcerned = builders.decision(replace(judged, version=2)), builders.decision(elsewhere)
    path = f"/v1/scopes/{about.scope_id}/changes?cursor={cursor}"
    telephone(backup, about, "0987654321")
    for _ in range(2):
        # it is known for ever, not only to the process that has found out
        with running_central(tmp_path, *place.options, *jobs, url=backup) as central:
            desk = Desk(central, officer.username)
            for refused in (desk.get(path), desk.decide(decision), desk.decide(unconcerned), desk.take(about)):
                assert (problem(refused).name, problem(refused).code) == ("unavailable", NOT_RESTORED)
                assert refused.headers["Retry-After"] == "1"
            assert central.decisions(about) == central.decisions(elsewhere) == 0
            old = central.epoch
        assert "'officer-central restored'" in (tmp_path / "central.log").read_text(encoding="utf-8")
    new = renew_epoch(backup)
    with running_central(tmp_path, *place.options, *jobs, url=backup) as central:
        desk = Desk(central, officer.username)
        assert problem(desk.get(path)).name == "epoch-changed"
        assert problem(desk.decide(decision, if_match=wire.etag(old, 2))).name == "epoch-changed"
        assert desk.pull(about.scope_id).epoch == new
        assert desk.decide(unconcerned).status_code == 201
