"""A central that dies, is restored from a backup, or meets a database of another version."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from central_server.database import Database
from officer_console.central import wire
from tests import builders
from tests.central.process import Desk, path_of, problem, running_central


def command(name: str, file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run ``officer-central`` on a SQLite file until it ends."""
    words = (sys.executable, "-m", "central_server", name, "--database", f"sqlite:///{file}", *options)
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


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


def test_after_a_restore_cursors_and_tags_of_before_are_refused(tmp_path: Path) -> None:
    with running_central(tmp_path, "--job-interval", "60") as central:
        person = central.officer()
        desk = Desk(central, person.username)
        about = builders.dossier(central.fresh())
        central.plant(about)
        central.register_person(about)
        cursor = desk.pull(builders.SCOPE).next
        tag = desk.get(path_of(about)).headers["ETag"]
        token = desk.grant.access_token
    restored = command("restored", tmp_path / "central.db")
    with running_central(tmp_path, "--job-interval", "60") as central:
        desk = Desk(central, person.username)
        epoch = wire.decode(desk.get("/v1/meta").content, wire.Meta).epoch
        assert restored.stdout == f"epoch {epoch}\n"
        assert epoch[:8] != tag[1:9]
        assert problem(desk.get(f"/v1/scopes/{builders.SCOPE}/changes?cursor={cursor}")).name == "epoch-changed"
        assert problem(desk.decide(builders.decision(about), if_match=tag)).name == "epoch-changed"
        assert problem(desk.call("GET", "/v1/me", Authorization=f"Bearer {token}")).name == "token-expired"
        assert desk.pull(builders.SCOPE).epoch == epoch
        assert desk.decide(builders.decision(about)).status_code == 201


@pytest.mark.parametrize(("version", "word"), [("9999", "newer"), (None, "older")])
def test_a_database_of_another_version_is_refused_in_words(tmp_path: Path, version: str | None, word: str) -> None:
    url = f"sqlite:///{tmp_path / 'central.db'}"
    database = Database.open(url)
    with database.write() as connection:
        if version is None:
            connection.exec_driver_sql("DROP TABLE alembic_version")
        else:
            connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    database.close()
    for ended in (
        command("serve", tmp_path / "central.db", "--port", "0"),
        command("restored", tmp_path / "central.db"),
    ):
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.startswith(f"officer-central: the database is {word} than this program: ")


def test_a_database_that_is_not_there_is_not_made_by_a_restore(tmp_path: Path) -> None:
    ended = command("restored", tmp_path / "elsewhere.db")
    assert ended.returncode == 2
    assert "there is no database" in ended.stderr
    assert list(tmp_path.iterdir()) == []
